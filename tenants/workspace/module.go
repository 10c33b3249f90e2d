package workspace

import (
	"context"
	"embed"
	"io/fs"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/module"
	"acvdata/tenants"
)

//go:embed locales
var locales embed.FS

// The permissions of the workspace's own pages.
const (
	permRead     authz.Permission = "workspace.read"
	permLog      authz.Permission = "workspace.log"
	permMembers  authz.Permission = "workspace.members"
	permSettings authz.Permission = "workspace.settings"
)

// Deps is what the workspace stands on.
type Deps struct {
	DB       *db.DB
	Towns    Towns
	Registry func() *module.Registry // known once every module is made, this one included
	BaseURL  string                  // "https://acv.example", without a trailing slash
}

// Towns changes what a town chose for itself; tenants/directory is one.
type Towns interface {
	ByID(ctx context.Context, id tenants.ID) (*tenants.Tenant, error)
}

// Workspace is the module of the staff's own pages.
type Workspace struct{ deps Deps }

var (
	_ module.Module    = (*Workspace)(nil)
	_ module.Localized = (*Workspace)(nil)
)

// New makes the workspace; it reads nothing yet.
func New(d Deps) *Workspace { return &Workspace{deps: d} }

// Manifest says who may open the workspace's own pages.
func (w *Workspace) Manifest() module.Manifest {
	return module.Manifest{
		Code: "workspace", Core: true, Title: "workspace.title", Summary: "workspace.summary", Icon: "layout-dashboard",
		Permissions: []authz.Grant{
			{Permission: permRead, Roles: authz.TownRoles(), Read: true},
			{Permission: permLog, Roles: []authz.Role{authz.Manager}, Read: true},
			{Permission: permMembers},
			{Permission: permSettings},
		},
	}
}

// Locales holds locales/fr.yaml.
func (w *Workspace) Locales() fs.FS { return locales }

// Mount registers the pages.
func (w *Workspace) Mount(module.Router) {}
