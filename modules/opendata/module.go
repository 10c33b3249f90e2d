package opendata

import (
	"context"
	"embed"
	"io/fs"

	"acvdata/modules/opendata/datagouv"
	"acvdata/modules/opendata/debates"
	"acvdata/modules/opendata/desks"
	"acvdata/modules/opendata/figures"
	"acvdata/modules/opendata/harvest"
	"acvdata/modules/opendata/stories"
	"acvdata/modules/opendata/tables"
	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/contributions"
	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/db"
	"acvdata/services/follow"
	"acvdata/services/httpd"
	"acvdata/services/indicators"
	"acvdata/services/jobs"
	"acvdata/services/module"
	"acvdata/services/ogc"
	"acvdata/services/seal"
	"acvdata/tenants"
)

//go:embed locales
var locales embed.FS

//go:embed help/fr.md
var help string

// The module's permissions.
const (
	ReadPermission    authz.Permission = "opendata.read"
	EditPermission    authz.Permission = "opendata.edit"
	PublishPermission authz.Permission = "opendata.publish"
	// ModeratePermission moderates what residents send about datasets.
	ModeratePermission authz.Permission = "opendata.moderate"
)

// Towns lists the towns, for the platform's catalogue.
type Towns interface {
	All(ctx context.Context) ([]*tenants.Tenant, error)
}

// Layers tells which datasets can be drawn, and where their things are; *ogc.Tileset
// does.
type Layers interface {
	LayerOf(ctx context.Context, tenant tenants.ID, id string) (ogc.Layer, error)
	Spots(ctx context.Context, tenant tenants.ID, id string, box tenants.Bounds, most int) ([]ogc.Spot, error)
}

// Parts are what the module is made from.
type Parts struct {
	Datasets   *datasets.Service
	Tables     *tables.Service
	Live       *indicators.Service
	DB         *db.DB
	Blobs      blob.Store
	Layers     Layers
	Jobs       *jobs.Service
	Towns      Towns
	BaseURL    string // of the installation, without a slash at the end
	BaseMap    httpd.BaseMap
	Reader     harvest.Reader         // of other catalogues
	Columns    *columns.Keeper        // for questions of programs; nil refuses them
	Contribute *contributions.Service // what residents send; nil takes nothing in
	Portal     *datagouv.Client       // of data.gouv.fr
	Box        *seal.Box              // seals the towns' keys to it
}

// Module is the open-data portal.
type Module struct {
	Parts
	platform wholeCatalogue
	figures  *figures.Service
	stories  *stories.Service
	desks    *desks.Service
	debates  *debates.Service
	harvest  *harvest.Service
	push     *datagouv.Service
}

// New makes the module; it reads nothing yet.
func New(p Parts) *Module {
	if p.Columns == nil {
		p.Columns = columns.New(0)
	}
	if p.Contribute == nil {
		p.Contribute = contributions.New(contributions.Parts{DB: p.DB})
	}
	m := &Module{
		Parts: p, stories: stories.New(p.DB, p.Blobs), desks: desks.New(p.DB), debates: debates.New(p.DB),
		figures: figures.New(figures.Parts{DB: p.DB, Tables: p.Tables, Live: p.Live}),
		harvest: harvest.New(harvest.Parts{DB: p.DB, Jobs: p.Jobs, Reader: p.Reader, Towns: p.Towns, BaseURL: p.BaseURL, Module: code}),
	}
	m.push = datagouv.New(datagouv.Parts{
		DB: p.DB, Datasets: p.Datasets, Towns: p.Towns, Client: p.Portal, Box: p.Box, Module: code, Draft: m.draft, Identifier: m.identifierOf,
	})
	return m
}

// Compile-time checks of what the module offers.
var (
	_ module.Module          = (*Module)(nil)
	_ module.Localized       = (*Module)(nil)
	_ module.Helper          = (*Module)(nil)
	_ module.Highlighter     = (*Module)(nil)
	_ module.Seeder          = (*Module)(nil)
	_ module.Describer       = (*Module)(nil)
	_ module.Worker          = (*Module)(nil)
	_ module.Mapped          = (*Module)(nil)
	_ contributions.Provider = (*Module)(nil)
	_ ogc.Catalogue          = (*Module)(nil)
	_ follow.Provider        = (*Module)(nil)
)

// Manifest says what the module is.
func (m *Module) Manifest() module.Manifest {
	staff := []authz.Role{authz.Manager, authz.Agent}
	return module.Manifest{
		Code: code, Title: "opendata.title", Summary: "opendata.summary", Icon: "database",
		Nav: []module.NavEntry{
			{Audience: module.Public, Label: "opendata.nav", Path: "/donnees", Icon: "database", Order: 60},
			{Audience: module.Workspace, Label: "opendata.nav", Path: "/donnees", Icon: "database", Permission: ReadPermission, Order: 70},
		},
		Permissions: []authz.Grant{
			{Permission: ReadPermission, Roles: []authz.Role{authz.Manager, authz.Agent, authz.Reader}, Read: true},
			{Permission: EditPermission, Roles: staff},
			{Permission: PublishPermission, Roles: staff},
			{Permission: ModeratePermission, Roles: []authz.Role{authz.Moderator, authz.Manager, authz.Agent}},
		},
		Settings: settings,
	}
}

// Locales is the module's catalogue of texts.
func (m *Module) Locales() fs.FS { return locales }

// Help is the module's help page.
func (m *Module) Help() string { return help }

// Mount registers the addresses.
func (m *Module) Mount(r module.Router) {
	open := authz.Public()
	read, edit, publish := authz.Can(ReadPermission), authz.Can(EditPermission), authz.Can(PublishPermission)

	for _, s := range syntaxes {
		r.Platform.Get("/catalog."+s.extension, open, m.catalog(s))
		r.Public.Get("/catalog."+s.extension, open, m.catalog(s))
	}
	r.Public.Get("/donnees", open, m.catalogue)
	r.Public.Get("/donnees/flux.atom", open, m.feed)
	r.Public.Get("/donnees/catalogue.csv", open, m.inventory)
	r.Public.Get("/donnees/catalogue/moissonner", open, m.reuse)
	r.Public.Get("/api/3/action/:action", open, m.ckanAction)
	r.Public.Get("/donnees/themes/:theme", open, m.theme)
	r.Public.Get("/donnees/indicateurs/:indicator", open, m.indicator)
	r.Public.Get("/donnees/recits/:story", open, m.story)
	r.Public.Get("/donnees/recits/:story/photos/:photo", open, m.photoFile)
	r.Public.Get("/donnees/moissonnes/:dataset", open, m.harvested)
	m.mountDebates(r)
	m.mountEmbeds(r)
	r.Public.Get("/donnees/:dataset", open, m.about)
	r.Public.Get("/donnees/:dataset/questions", open, m.questions)
	r.Public.Get("/donnees/:dataset/lignes", open, m.explore)
	r.Public.Get("/donnees/:dataset/lignes/:row/fiche", open, m.rowCard)
	r.Public.Get("/donnees/:dataset/apercu", open, m.preview)
	r.Public.Get("/donnees/:dataset/api", open, m.examples)
	r.Public.Get("/donnees/:dataset/flux.atom", open, m.datasetFeed)
	r.Public.Get("/donnees/:dataset/export.:format-metadata.json", open, m.tableMetadata)
	r.Public.Get("/donnees/:dataset/export.:format", open, m.export)
	m.mountVersions(r)

	r.Workspace.Get("/donnees", read, m.overview)
	m.mountEditorial(r)
	m.mountHarvest(r)
	m.mountPush(r)
	r.Workspace.Get("/donnees/:dataset", read, m.edit)
	r.Workspace.Post("/donnees/:dataset", edit, m.save)
	r.Workspace.Post("/donnees/:dataset/qualite", edit, m.try)
	r.Workspace.Get("/donnees/:dataset/publier", read, m.publication)
	r.Workspace.Post("/donnees/:dataset/publier", publish, m.publish)
	r.Workspace.Get("/donnees/:dataset/publier/suivi", read, m.follow)
	r.Workspace.Post("/donnees/:dataset/publier/arreter", publish, m.stop)
	r.Workspace.Post("/donnees/:dataset/publier/colonnes", publish, m.decide)
	r.Workspace.Post("/donnees/:dataset/retirer", publish, m.withdraw)
	r.Workspace.Post("/donnees/:dataset/questions", edit, m.saveDesk)
	r.Workspace.Post("/donnees/:dataset/colonnes", edit, m.saveColumns)
	r.Workspace.Post("/donnees/:dataset/graphiques", edit, m.addChart)
	r.Workspace.Post("/donnees/:dataset/graphiques/retirer", edit, m.dropChart)
	m.mountAPI(r)
}

// mountAPI registers what programs ask.
func (m *Module) mountAPI(r module.Router) {
	open := authz.Public()
	read, edit, publish := authz.Can(ReadPermission), authz.Can(EditPermission), authz.Can(PublishPermission)

	r.API.Get("/donnees", open, m.apiList)
	r.API.Get("/donnees/questions-collectives", open, m.apiDebates)
	r.API.Get("/donnees/questions-collectives/:debate", open, m.apiDebate)
	r.API.Get("/donnees/:dataset", open, m.apiShow)
	r.API.Put("/donnees/:dataset", edit, m.apiSave)
	r.API.Get("/donnees/:dataset/lignes", open, m.apiRows)
	r.API.Get("/donnees/:dataset/lignes.:format", open, m.apiFile)
	r.API.Post("/donnees/:dataset/publications", publish, m.apiPublish)
	r.API.Get("/donnees/:dataset/publications", read, m.apiPublication)
	r.API.Get("/donnees/:dataset/personal-data", read, m.apiPersonal)
	r.API.Post("/donnees/:dataset/personal-data", publish, m.apiDecide)
	r.API.Post("/donnees/:dataset/withdrawal", publish, m.apiWithdraw)
}

// mountVersions registers what each publication left, what changed between them and
// the way back.
func (m *Module) mountVersions(r module.Router) {
	open, publish := authz.Public(), authz.Can(PublishPermission)

	r.Public.Get("/donnees/:dataset/versions", open, m.versions)
	r.Public.Get("/donnees/:dataset/versions/:number", open, m.version)
	r.Public.Get("/donnees/:dataset/versions/:number/differences", open, m.differences)
	r.Public.Get("/donnees/:dataset/versions/:number/differences.:format", open, m.differencesFile)
	r.Public.Get("/donnees/:dataset/versions/:number/:file", open, m.file)
	r.Workspace.Get("/donnees/:dataset/publier/changements", authz.Can(ReadPermission), m.upcoming)
	r.Workspace.Get("/donnees/:dataset/versions/:number/revenir", publish, m.restoration)
	r.Workspace.Post("/donnees/:dataset/versions/:number/revenir", publish, m.restore)

	r.API.Get("/donnees/:dataset/versions", open, m.apiVersions)
	r.API.Get("/donnees/:dataset/versions/:number/differences", open, m.apiDifferences)
	r.API.Post("/donnees/:dataset/versions/:number/restoration", publish, m.apiRestore)
}

// mountEditorial registers what staff write around the data; before the pages of
// datasets, whose addresses would take theirs.
func (m *Module) mountEditorial(r module.Router) {
	read, edit, publish := authz.Can(ReadPermission), authz.Can(EditPermission), authz.Can(PublishPermission)

	r.Workspace.Get("/donnees/themes", read, m.themes)
	r.Workspace.Post("/donnees/themes", edit, m.saveThemes)

	r.Workspace.Get("/donnees/indicateurs", read, m.indicatorList)
	r.Workspace.Get("/donnees/indicateurs/nouveau", edit, m.newIndicator)
	r.Workspace.Post("/donnees/indicateurs/nouveau", edit, m.saveIndicator)
	r.Workspace.Get("/donnees/indicateurs/:indicator", edit, m.editIndicator)
	r.Workspace.Post("/donnees/indicateurs/:indicator", edit, m.saveIndicator)
	r.Workspace.Post("/donnees/indicateurs/:indicator/valeurs", edit, m.addMeasure)
	r.Workspace.Post("/donnees/indicateurs/:indicator/valeurs/retirer", edit, m.dropMeasure)
	r.Workspace.Post("/donnees/indicateurs/:indicator/supprimer", edit, m.deleteIndicator)

	r.Workspace.Get("/donnees/recits", read, m.storyList)
	r.Workspace.Get("/donnees/recits/nouveau", edit, m.newStory)
	r.Workspace.Post("/donnees/recits/nouveau", edit, m.saveStory)
	r.Workspace.Get("/donnees/recits/:story", edit, m.editStory)
	r.Workspace.Post("/donnees/recits/:story", edit, m.saveStory)
	r.Workspace.Get("/donnees/recits/:story/apercu", read, m.previewStory)
	r.Workspace.Get("/donnees/recits/:story/photos/:photo", read, m.photoFile)
	r.Workspace.Get("/donnees/recits/:story/photo", edit, m.choosePhoto)
	r.Workspace.Upload("/donnees/recits/:story/photo", edit, m.addPhoto)
	r.Workspace.Post("/donnees/recits/:story/publier", publish, m.publishStory)
	r.Workspace.Post("/donnees/recits/:story/retirer", publish, m.takeStory)
	r.Workspace.Post("/donnees/recits/:story/supprimer", edit, m.deleteStory)
}

// mountDebates registers what is asked and made with the data; before the pages of
// datasets, whose addresses would take theirs.
func (m *Module) mountDebates(r module.Router) {
	open := authz.Public()
	read, edit, publish := authz.Can(ReadPermission), authz.Can(EditPermission), authz.Can(PublishPermission)

	r.Public.Get("/donnees/reutilisations", open, m.uses)
	r.Public.Get("/donnees/questions-collectives", open, m.debateList)
	r.Public.Get("/donnees/questions-collectives/flux.atom", open, m.debateFeed)
	r.Public.Get("/donnees/questions-collectives/:debate", open, m.debate)

	r.Workspace.Get("/donnees/questions-collectives", read, m.debateOverview)
	r.Workspace.Get("/donnees/questions-collectives/nouvelle", edit, m.newDebate)
	r.Workspace.Post("/donnees/questions-collectives/nouvelle", edit, m.saveDebate)
	r.Workspace.Get("/donnees/questions-collectives/:debate", edit, m.editDebate)
	r.Workspace.Post("/donnees/questions-collectives/:debate", edit, m.saveDebate)
	r.Workspace.Get("/donnees/questions-collectives/:debate/apercu", read, m.previewDebate)
	r.Workspace.Post("/donnees/questions-collectives/:debate/publier", publish, m.publishDebate)
	r.Workspace.Post("/donnees/questions-collectives/:debate/retirer", publish, m.takeDebate)
	r.Workspace.Post("/donnees/questions-collectives/:debate/supprimer", edit, m.deleteDebate)
}
