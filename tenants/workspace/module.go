package workspace

import (
	"context"
	"embed"
	"io/fs"
	"time"

	"github.com/google/uuid"

	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/services/webhooks"
	"acvdata/tenants"
	"acvdata/tenants/branding"
	"acvdata/tenants/directory"
)

//go:embed locales
var locales embed.FS

//go:embed help.md
var help string

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
	Auth     *auth.Service
	Logos    *branding.Logos
	Webhooks *webhooks.Service
	Imports  Imports
	Datasets Datasets
	Now      func() time.Time // time.Now when nil
}

// Towns changes what a town chose for itself; tenants/directory is one.
type Towns interface {
	Settle(ctx context.Context, id tenants.ID, seen time.Time, change directory.Change) error
}

// Imports tells what became of the town's files; services/imports is one.
type Imports interface {
	List(ctx context.Context, c imports.Caller, target string, before uuid.UUID) (list []*imports.Import, more bool, err error)
	Watches(ctx context.Context, c imports.Caller) ([]*imports.Watch, error)
	Describe(target string) (imports.Description, bool)
}

// Datasets tells what the town could publish; services/datasets is one.
type Datasets interface {
	List(ctx context.Context, town *tenants.Tenant) ([]datasets.Dataset, error)
	Sources(ctx context.Context, town *tenants.Tenant) ([]datasets.Source, error)
}

// Workspace is the module of the staff's own pages.
type Workspace struct{ deps Deps }

var (
	_ module.Module    = (*Workspace)(nil)
	_ module.Localized = (*Workspace)(nil)
	_ module.Helper    = (*Workspace)(nil)
)

// New makes the workspace; it reads nothing yet.
func New(d Deps) *Workspace {
	if d.Now == nil {
		d.Now = time.Now
	}
	return &Workspace{deps: d}
}

// Manifest says who may open the workspace's own pages.
func (w *Workspace) Manifest() module.Manifest {
	return module.Manifest{
		Code: "workspace", Core: true, Title: "workspace.title", Summary: "workspace.summary", Icon: "layout-dashboard",
		Nav: []module.NavEntry{
			{Audience: module.Workspace, Label: "workspace.nav.home", Path: "/", Icon: "layout-dashboard", Permission: permRead, Order: -100},
			{Audience: module.Workspace, Label: "workspace.nav.activity", Path: "/activite", Icon: "history", Permission: permLog, Order: 90},
			{Audience: module.Workspace, Label: "workspace.nav.members", Path: "/membres", Icon: "users", Permission: permMembers, Order: 91},
			{Audience: module.Workspace, Label: "workspace.nav.tokens", Path: "/jetons", Icon: "key-round", Permission: permMembers, Order: 92},
			{Audience: module.Workspace, Label: "workspace.nav.webhooks", Path: "/webhooks", Icon: "webhook", Permission: permMembers, Order: 93},
			{Audience: module.Workspace, Label: "workspace.nav.settings", Path: "/parametres", Icon: "settings", Permission: permSettings, Order: 94},
		},
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

// Help explains the workspace.
func (w *Workspace) Help() string { return help }

// Mount registers the pages.
func (w *Workspace) Mount(r module.Router) {
	read, log := authz.Can(permRead), authz.Can(permLog)
	members, settings := authz.Can(permMembers), authz.Can(permSettings)

	r.Workspace.Get("/", read, w.home)
	r.Workspace.Get("/activite", log, w.activity)
	r.Workspace.Get("/activite/export.csv", log, w.exportActivity)

	r.Workspace.Get("/membres", members, w.members)
	r.Workspace.Post("/membres/invitations", members, w.invite)
	r.Workspace.Post("/membres/invitations/:id/retirer", members, w.withdraw)
	r.Workspace.Get("/membres/:id", members, w.member)
	r.Workspace.Post("/membres/:id", members, w.changeMember)
	r.Workspace.Post("/membres/:id/retirer", members, w.removeMember)

	r.Workspace.Get("/jetons", members, w.tokens)
	r.Workspace.Post("/jetons", members, w.createToken)
	r.Workspace.Post("/jetons/:id/revoquer", members, w.revokeToken)

	r.Workspace.Get("/webhooks", members, w.webhooks)
	r.Workspace.Post("/webhooks", members, w.createWebhook)
	r.Workspace.Get("/webhooks/:id", members, w.webhook)
	r.Workspace.Post("/webhooks/:id", members, w.changeWebhook)
	r.Workspace.Post("/webhooks/:id/essai", members, w.tryWebhook)
	r.Workspace.Post("/webhooks/:id/etat", members, w.activateWebhook)
	r.Workspace.Post("/webhooks/:id/secret", members, w.renewWebhook)
	r.Workspace.Post("/webhooks/:id/supprimer", members, w.deleteWebhook)
	r.Workspace.Post("/webhooks/:id/envois/:envoi", members, w.sendAgain)

	r.Workspace.Get("/parametres", settings, w.settings)
	r.Workspace.Get("/parametres/portail", settings, w.portal)
	r.Workspace.Post("/parametres/portail", settings, w.savePortal)
	r.Workspace.Upload("/parametres/portail/logo", settings, w.saveLogo)
	r.Workspace.Post("/parametres/portail/logo/retirer", settings, w.dropLogo)
	r.Workspace.Get("/parametres/contacts", settings, w.contacts)
	r.Workspace.Post("/parametres/contacts", settings, w.saveContacts)
	r.Workspace.Get("/parametres/modules/:module", settings, w.moduleSettings)
	r.Workspace.Post("/parametres/modules/:module", settings, w.switchModule)
	r.Workspace.Get("/parametres/modules/:module/changer", settings, w.confirmSwitch)
	r.Workspace.Post("/parametres/modules/:module/reglages", settings, w.saveModuleSettings)
}
