package atlas

import (
	"embed"
	"io/fs"
	"time"

	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/httpd"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/services/ogc"
	"acvdata/web/components"
)

// Code is the module's code: its schema and the prefix of its permissions.
const Code = "atlas"

// Permissions of the module. Whoever reads sees exact places: they belong to the
// town's staff. Partners are kept to the records of their own sources.
const (
	PermissionRead   authz.Permission = "atlas.read"
	PermissionEdit   authz.Permission = "atlas.edit"
	PermissionImport authz.Permission = "atlas.import"
	PermissionLevels authz.Permission = "atlas.levels" // decide how coarsely taxa are shown
)

// LayerID names the map layer, the dataset and the pages in addresses.
const LayerID = "biodiversite"

//go:embed locales
var catalogue embed.FS

// Deps are what the module stands on.
type Deps struct {
	DB      *db.DB
	Blobs   blob.Store
	BaseMap httpd.BaseMap
	Now     func() time.Time // tells today; nil is the clock
}

// Module is the trade "atlas de la biodiversité".
type Module struct {
	service    *Service
	background components.BaseMap
}

// What the module offers beyond pages.
var (
	_ module.Module      = (*Module)(nil)
	_ module.Localized   = (*Module)(nil)
	_ module.Seeder      = (*Module)(nil)
	_ module.Highlighter = (*Module)(nil)
	_ module.Helper      = (*Module)(nil)
	_ imports.Provider   = (*Module)(nil)
	_ datasets.Provider  = (*Module)(nil)
	_ ogc.Provider       = (*Module)(nil)
)

// New makes the module.
func New(deps Deps) *Module {
	now := deps.Now
	if now == nil {
		now = time.Now
	}
	return &Module{service: NewService(deps.DB, deps.Blobs, now), background: deps.BaseMap.Background()}
}

// Manifest implements module.Module.
func (*Module) Manifest() module.Manifest {
	return module.Manifest{
		Code: Code, Title: "atlas.module.title", Summary: "atlas.module.summary", Icon: "bird",
		Nav: []module.NavEntry{
			{Audience: module.Public, Label: "atlas.nav", Path: "/" + LayerID, Icon: "bird", Order: 15},
			{Audience: module.Workspace, Label: "atlas.nav", Path: "/" + LayerID, Icon: "bird", Permission: PermissionRead, Order: 15},
		},
		Permissions: []authz.Grant{
			{Permission: PermissionRead, Roles: []authz.Role{authz.Manager, authz.Agent, authz.Moderator, authz.Partner}},
			{Permission: PermissionEdit, Roles: []authz.Role{authz.Manager, authz.Agent, authz.Partner}},
			{Permission: PermissionImport, Roles: []authz.Role{authz.Manager, authz.Agent, authz.Partner}},
			{Permission: PermissionLevels, Roles: []authz.Role{authz.Manager}},
		},
	}
}

// Mount implements module.Module. Fixed addresses come before those of species
// and records, which would take theirs.
func (m *Module) Mount(r module.Router) {
	m.mountPublic(r)
	m.mountLevels(r)
	m.mountPhotos(r)
	m.mountEdit(r)
	m.mountWorkspace(r)
	m.mountAPI(r)
}

// Locales implements module.Localized.
func (*Module) Locales() fs.FS { return catalogue }

// Service gives the use cases to commands and tests.
func (m *Module) Service() *Service { return m.service }
