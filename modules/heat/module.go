package heat

import (
	"context"
	"embed"
	"io/fs"
	"time"

	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/httpd"
	"acvdata/services/imports"
	"acvdata/services/indicators"
	"acvdata/services/module"
	"acvdata/services/ogc"
	"acvdata/tenants"
	"acvdata/web/components"
)

// Code is the module's code: its schema and the prefix of its permissions.
const Code = "heat"

// Permissions of the module.
const (
	PermissionRead    authz.Permission = "heat.read"
	PermissionEdit    authz.Permission = "heat.edit"
	PermissionImport  authz.Permission = "heat.import"
	PermissionReceive authz.Permission = "heat.receive" // what a network server's token may do
)

// LayerID names the stations' map layer and dataset in addresses.
const LayerID = "stations-chaleur"

//go:embed locales
var catalogue embed.FS

// Towns lists the towns that periodic jobs look after.
type Towns interface {
	All(ctx context.Context) ([]*tenants.Tenant, error)
}

// Deps are what the module stands on.
type Deps struct {
	DB      *db.DB
	Towns   Towns
	BaseURL string // of the platform: where network servers send to
	BaseMap httpd.BaseMap
	Now     func() time.Time // nil is the clock
}

// Module is the trade "chaleur urbaine".
type Module struct {
	service    *Service
	towns      Towns
	baseURL    string
	background components.BaseMap
}

// What the module offers beyond pages.
var (
	_ module.Module       = (*Module)(nil)
	_ module.Worker       = (*Module)(nil)
	_ module.Localized    = (*Module)(nil)
	_ module.Seeder       = (*Module)(nil)
	_ module.Highlighter  = (*Module)(nil)
	_ module.Illustrator  = (*Module)(nil)
	_ module.Helper       = (*Module)(nil)
	_ module.Describer    = (*Module)(nil)
	_ imports.Provider    = (*Module)(nil)
	_ datasets.Provider   = (*Module)(nil)
	_ indicators.Provider = (*Module)(nil)
	_ ogc.Provider        = (*Module)(nil)
)

// New makes the module.
func New(deps Deps) *Module {
	now := deps.Now
	if now == nil {
		now = time.Now
	}
	return &Module{
		service: NewService(deps.DB, deps.BaseURL, now), towns: deps.Towns, baseURL: deps.BaseURL, background: deps.BaseMap.Background(),
	}
}

// Manifest implements module.Module.
func (*Module) Manifest() module.Manifest {
	staff := []authz.Role{authz.Manager, authz.Agent}
	return module.Manifest{
		Code: Code, Title: "heat.module.title", Summary: "heat.module.summary", Icon: "thermometer-sun",
		Nav: []module.NavEntry{
			{Audience: module.Public, Label: "heat.nav", Path: "/chaleur", Icon: "thermometer-sun", Order: 30},
			{Audience: module.Workspace, Label: "heat.nav", Path: "/chaleur", Icon: "thermometer-sun", Permission: PermissionRead, Order: 30},
		},
		Permissions: []authz.Grant{
			{Permission: PermissionRead, Read: true, Roles: append(staff, authz.Moderator, authz.Reader)},
			{Permission: PermissionEdit, Roles: staff},
			{Permission: PermissionImport, Roles: staff},
			{Permission: PermissionReceive, Roles: staff},
		},
		Settings: module.Settings{Fields: settingFields(), Validate: validSettings},
	}
}

// Mount implements module.Module. Fixed addresses come before those of single
// stations.
func (m *Module) Mount(r module.Router) {
	m.mountZones(r)
	m.mountPublic(r)
	m.mountWorkspace(r)
	m.mountAPI(r)
}

// Locales implements module.Localized.
func (*Module) Locales() fs.FS { return catalogue }

// Service gives the use cases to commands and tests.
func (m *Module) Service() *Service { return m.service }
