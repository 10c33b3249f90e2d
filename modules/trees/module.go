package trees

import (
	"embed"
	"io/fs"
	"time"

	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/httpd"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/services/ogc"
	"acvdata/web/components"
)

// Code is the module's code: its schema and the prefix of its permissions.
const Code = "trees"

// Permissions of the module.
const (
	PermissionRead   authz.Permission = "trees.read"
	PermissionEdit   authz.Permission = "trees.edit"
	PermissionImport authz.Permission = "trees.import"
)

// LayerID names the map layer and the dataset in addresses.
const LayerID = "arbres"

//go:embed locales
var catalogue embed.FS

// Deps are what the module stands on.
type Deps struct {
	DB      *db.DB
	BaseMap httpd.BaseMap
	Now     func() time.Time // tells the time ages are counted at; nil is the clock
}

// Module is the trade "patrimoine arboré".
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
	_ module.Describer   = (*Module)(nil)
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
	return &Module{service: NewService(deps.DB, now), background: deps.BaseMap.Background()}
}

// Manifest implements module.Module.
func (*Module) Manifest() module.Manifest {
	return module.Manifest{
		Code: Code, Title: "trees.module.title", Summary: "trees.module.summary", Icon: "trees",
		Nav: []module.NavEntry{
			{Audience: module.Public, Label: "trees.nav", Path: "/arbres", Icon: "trees", Order: 10},
			{Audience: module.Workspace, Label: "trees.nav", Path: "/arbres", Icon: "trees", Permission: PermissionRead, Order: 10},
		},
		Permissions: []authz.Grant{
			{Permission: PermissionRead, Read: true, Roles: []authz.Role{authz.Manager, authz.Agent, authz.Moderator, authz.Reader}},
			{Permission: PermissionEdit, Roles: []authz.Role{authz.Manager, authz.Agent}},
			{Permission: PermissionImport, Roles: []authz.Role{authz.Manager, authz.Agent}},
		},
		Settings: townSettings,
	}
}

// Mount implements module.Module. Figures come before single trees, whose
// address would take theirs.
func (m *Module) Mount(r module.Router) {
	m.mountFigures(r)
	m.mountPublic(r)
	m.mountWorkspace(r)
	m.mountAPI(r)
}

// Locales implements module.Localized.
func (*Module) Locales() fs.FS { return catalogue }

// Importers implements imports.Provider.
func (m *Module) Importers() []imports.Target { return []imports.Target{inventoryTarget{m.service}} }

// Service gives the use cases to commands and tests.
func (m *Module) Service() *Service { return m.service }
