package programme

import (
	"embed"
	"io/fs"
	"time"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/module"
)

//go:embed locales
var locales embed.FS

//go:embed help/fr.md
var help string

// The module's permissions in a town.
const (
	ReadPermission authz.Permission = "programme.read"
	EditPermission authz.Permission = "programme.edit"
)

// Deps is what the module is made from.
type Deps struct {
	DB       *db.DB
	Towns    Towns
	Datasets Datasets
}

// Module is the follow-up of the programme.
type Module struct{ *Service }

// New makes the module; it reads nothing yet.
func New(d Deps) *Module {
	return &Module{&Service{db: d.DB, towns: d.Towns, datasets: d.Datasets, now: time.Now}}
}

// Compile-time checks of what the module offers.
var (
	_ module.Module    = (*Module)(nil)
	_ module.Localized = (*Module)(nil)
	_ module.Helper    = (*Module)(nil)
	_ module.Worker    = (*Module)(nil)
	_ module.Seeder    = (*Module)(nil)
)

// Manifest says that the module is part of the platform: every town is in the
// programme.
func (m *Module) Manifest() module.Manifest {
	return module.Manifest{
		Code: "programme", Core: true, Title: "programme.title", Summary: "programme.summary", Icon: "compass",
		Nav: []module.NavEntry{
			{Audience: module.Platform, Label: "programme.nav.portfolio", Path: "/programme", Icon: "compass", Order: 5},
			{Audience: module.Workspace, Label: "programme.nav.experiment", Path: "/experience", Icon: "flask-conical", Permission: ReadPermission, Order: 80},
		},
		Permissions: []authz.Grant{
			{Permission: ReadPermission, Roles: []authz.Role{authz.Manager, authz.Agent, authz.Reader}, Read: true},
			{Permission: EditPermission, Roles: []authz.Role{authz.Manager, authz.Agent}},
		},
	}
}

// Locales is the module's catalogue of texts.
func (m *Module) Locales() fs.FS { return locales }

// Help is the module's help page.
func (m *Module) Help() string { return help }

// Mount registers the addresses. Nothing under /programme changes anything.
func (m *Module) Mount(r module.Router) {
	supervisor := authz.PlatformRole(authz.Supervisor, authz.Operator)
	r.Platform.Get("/programme", supervisor, m.portfolio)
	r.Platform.Get("/programme/export.xlsx", supervisor, m.workbook)
	r.Platform.Get("/programme/villes/:slug", supervisor, m.town)

	read, edit := authz.Can(ReadPermission), authz.Can(EditPermission)
	r.Workspace.Get("/experience", read, m.record)
	r.Workspace.Get("/experience/modifier", edit, m.edit)
	r.Workspace.Post("/experience", edit, m.save)
	r.Workspace.Post("/experience/decision", edit, m.decide)
	r.Workspace.Post("/experience/jalons", edit, m.addMilestone)
	r.Workspace.Post("/experience/jalons/:id", edit, m.changeMilestone)
	r.Workspace.Post("/experience/journal", edit, m.addEntry)
	r.Workspace.Post("/experience/efforts", edit, m.addEffort)
	r.Workspace.Post("/experience/:kind/:id/supprimer", edit, m.removeLine)
}
