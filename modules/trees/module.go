package trees

import (
	"embed"
	"io/fs"
	"time"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/imports"
	"acvdata/services/module"
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
	DB  *db.DB
	Now func() time.Time // tells the time ages are counted at; nil is the clock
}

// Module is the trade "patrimoine arboré".
type Module struct{ service *Service }

// What the module offers beyond pages.
var (
	_ module.Module    = (*Module)(nil)
	_ module.Localized = (*Module)(nil)
	_ imports.Provider = (*Module)(nil)
)

// New makes the module.
func New(deps Deps) *Module {
	now := deps.Now
	if now == nil {
		now = time.Now
	}
	return &Module{service: NewService(deps.DB, now)}
}

// Manifest implements module.Module.
func (*Module) Manifest() module.Manifest {
	return module.Manifest{
		Code: Code, Title: "trees.module.title", Summary: "trees.module.summary", Icon: "trees",
		Permissions: []authz.Grant{
			{Permission: PermissionRead, Read: true, Roles: []authz.Role{authz.Manager, authz.Agent, authz.Moderator, authz.Reader}},
			{Permission: PermissionEdit, Roles: []authz.Role{authz.Manager, authz.Agent}},
			{Permission: PermissionImport, Roles: []authz.Role{authz.Manager, authz.Agent}},
		},
	}
}

// Mount implements module.Module.
func (*Module) Mount(module.Router) {}

// Locales implements module.Localized.
func (*Module) Locales() fs.FS { return catalogue }

// Importers implements imports.Provider.
func (m *Module) Importers() []imports.Target { return []imports.Target{inventoryTarget{m.service}} }

// Service gives the use cases to commands and tests.
func (m *Module) Service() *Service { return m.service }
