package imports

import (
	"embed"
	"io/fs"

	"acvdata/services/authz"
	"acvdata/services/jobs"
	"acvdata/services/module"
)

//go:embed locales
var catalogue embed.FS

//go:embed help/fr.md
var help string

// Module puts the pipeline's pages, addresses and jobs on the platform.
type Module struct {
	service *Service
}

// NewModule makes the module of a service.
func NewModule(s *Service) *Module { return &Module{service: s} }

var (
	_ module.Module    = (*Module)(nil)
	_ module.Worker    = (*Module)(nil)
	_ module.Localized = (*Module)(nil)
	_ module.Helper    = (*Module)(nil)
)

// Manifest says what the module is.
func (*Module) Manifest() module.Manifest {
	return module.Manifest{
		Code:    "imports",
		Core:    true,
		Title:   "imports.title",
		Summary: "imports.summary",
		Icon:    "file-up",
		Nav: []module.NavEntry{{
			Audience: module.Workspace, Label: "imports.nav", Path: "/imports", Icon: "file-up",
			Permission: ReadPermission, Order: 80,
		}},
		Permissions: []authz.Grant{
			// A partner sees its own imports only (Caller.sees).
			// Not Read: a file may hold names, which is nobody's business outside the town.
			{Permission: ReadPermission, Roles: []authz.Role{authz.Manager, authz.Agent, authz.Reader, authz.Partner}, Shared: true},
			{Permission: RunPermission, Roles: []authz.Role{authz.Manager, authz.Agent, authz.Partner}, Shared: true},
		},
	}
}

// Help implements module.Helper: the page for the town's staff.
func (*Module) Help() string { return help }

// Mount registers the pages and the API.
func (m *Module) Mount(r module.Router) {
	p, a := &pages{m.service}, &api{m.service}
	read, run := authz.Can(ReadPermission), authz.Can(RunPermission)

	r.Workspace.Get("/imports", read, p.index)
	r.Workspace.Upload("/imports", run, p.upload)
	r.Workspace.Get("/imports/modele.csv", read, p.template)
	r.Workspace.Post("/imports/adresse", run, p.bring)
	r.Workspace.Get("/imports/suivis", read, p.watches)
	r.Workspace.Get("/imports/suivis/:watch", read, p.watch)
	r.Workspace.Post("/imports/suivis/:watch", run, p.reschedule)
	r.Workspace.Post("/imports/suivis/:watch/verifier", run, p.checkWatch)
	r.Workspace.Post("/imports/suivis/:watch/pause", run, p.pauseWatch)
	r.Workspace.Post("/imports/suivis/:watch/reprendre", run, p.resumeWatch)
	r.Workspace.Post("/imports/suivis/:watch/arreter", run, p.unfollow)
	r.Workspace.Get("/imports/:id", read, p.show)
	r.Workspace.Post("/imports/:id/suivre", run, p.follow)
	r.Workspace.Post("/imports/:id/colonnes", run, p.saveMapping)
	r.Workspace.Post("/imports/:id/feuille", run, p.chooseSheet)
	r.Workspace.Upload("/imports/:id/schema", run, p.chooseSchema)
	r.Workspace.Post("/imports/:id/schema/retirer", run, p.dropSchema)
	r.Workspace.Get("/imports/:id/schema.json", read, p.reportJSON)
	r.Workspace.Get("/imports/:id/schema.csv", read, p.reportCSV)
	r.Workspace.Post("/imports/:id/charger", run, p.commit)
	r.Workspace.Post("/imports/:id/abandonner", run, p.cancel)
	r.Workspace.Get("/imports/:id/retirer", run, p.confirmUndo)
	r.Workspace.Post("/imports/:id/retirer", run, p.undo)
	r.Workspace.Get("/imports/:id/events", read, p.events)
	r.Workspace.Get("/imports/:id/problemes.csv", read, p.problems)
	r.Workspace.Get("/imports/:id/refusees.csv", read, p.rejected)
	r.Workspace.Get("/imports/:id/apercu.geojson", read, p.points)

	r.API.Get("/imports", read, a.list)
	r.API.Upload("/imports", run, a.submit)
	r.API.Get("/imports/watches", read, a.watches)
	r.API.Get("/imports/watches/:watch", read, a.watch)
	r.API.Post("/imports/watches/:watch/check", run, a.checkWatch)
	r.API.Post("/imports/watches/:watch/pause", run, a.pauseWatch)
	r.API.Post("/imports/watches/:watch/resume", run, a.resumeWatch)
	r.API.Get("/imports/:id", read, a.show)
	r.API.Get("/imports/:id/problems", read, a.problems)
	r.API.Get("/imports/:id/rejected", read, a.rejected)
	r.API.Get("/imports/:id/schema", read, a.report)
	r.API.Post("/imports/:id/check", run, a.check)
	r.API.Post("/imports/:id/commit", run, a.commit)
	r.API.Post("/imports/:id/cancel", run, a.cancel)
	r.API.Post("/imports/:id/undo", run, a.undo)
}

// Workers are the pipeline's jobs.
func (m *Module) Workers() []jobs.Kind { return m.service.Kinds() }

// Locales are the pipeline's texts.
func (*Module) Locales() fs.FS { return catalogue }

// Targets collects what the modules offer, in their order.
func Targets(modules ...module.Module) []Target {
	var all []Target
	for _, m := range modules {
		if provider, ok := m.(Provider); ok {
			all = append(all, provider.Importers()...)
		}
	}
	return all
}
