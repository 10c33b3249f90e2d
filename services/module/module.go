package module

import (
	"io/fs"

	"acvdata/services/authz"
	"acvdata/services/jobs"
)

// Module is one trade of the platform.
type Module interface {
	// Manifest is a pure value: the same on every call, made of constants.
	Manifest() Manifest
	// Mount registers the module's addresses; it is called once, at start.
	Mount(Router)
}

// Worker is a Module with jobs. Kinds start with the module's code.
type Worker interface {
	Workers() []jobs.Kind
}

// Localized is a Module with texts: its catalogue is locales/fr.yaml in the
// file system.
type Localized interface {
	Locales() fs.FS
}

// Manifest says what a module is.
type Manifest struct {
	Code        string // prefix of its permissions, job kinds and schema: "trees"
	Core        bool   // part of the platform: always on
	Title       string // message key
	Summary     string // message key: one sentence for the town that may switch it on
	Icon        string // icon of web/components
	Nav         []NavEntry
	Permissions []authz.Grant
	Settings    Settings
	Needs       []string // codes of modules that must be on too
}

// NavEntry is one entry of a navigation, shown to those who may open it.
type NavEntry struct {
	Audience   Audience
	Label      string // message key
	Path       string // as registered, without the audience's prefix
	Icon       string
	Permission authz.Permission // "" on public pages
	Order      int
}
