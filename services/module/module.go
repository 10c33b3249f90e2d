package module

import (
	"encoding/json"
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

// Settings are what a town may set of a module, as a form generated from the
// fields; values are stored as one JSON object.
type Settings struct {
	Fields   []SettingField
	Validate func(json.RawMessage) error // nil accepts whatever the fields accept
}

// SettingField is one setting.
type SettingField struct {
	Name    string
	Label   string // message key
	Hint    string // message key, may be ""
	Kind    SettingKind
	Default any
	Choices []string // of a choice
}

// SettingKind is the type of a setting.
type SettingKind string

// The closed list of kinds.
const (
	SettingText   SettingKind = "text"
	SettingNumber SettingKind = "number"
	SettingSwitch SettingKind = "switch"
	SettingChoice SettingKind = "choice"
)
