package portal

import (
	"context"
	"embed"
	"io/fs"

	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/httpd"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/tenants/branding"
)

//go:embed locales
var locales embed.FS

//go:embed help.md
var help string

// Deps is what the portal stands on. A nil Datasets shows no dataset.
type Deps struct {
	Towns    Towns
	Registry func() *module.Registry // known once every module is made, this one included
	Datasets Datasets
	Logos    *branding.Logos
	BaseURL  string // "https://acv.example", without a trailing slash
	BaseMap  httpd.BaseMap
	Legal    Legal
	Gallery  bool // serve the design system's page: development only
}

// Legal is who runs the installation, for the pages the law asks for. What is
// empty is said to be missing.
type Legal struct {
	Publisher string // name and address of who runs the platform
	Contact   string // e-mail address
	Host      string // name, address and telephone of the hosting company
}

// Towns lists the towns; tenants/directory is one.
type Towns interface {
	All(ctx context.Context) ([]*tenants.Tenant, error)
}

// Datasets tells what a town has published; services/datasets is one.
type Datasets interface {
	// Open gives the datasets everybody may have.
	Open(ctx context.Context, town *tenants.Tenant) ([]datasets.Dataset, error)
}

// Portal is the module of the public pages.
type Portal struct {
	deps   Deps
	glance glance
}

var (
	_ module.Module    = (*Portal)(nil)
	_ module.Localized = (*Portal)(nil)
	_ module.Helper    = (*Portal)(nil)
)

// New makes the portal; it reads nothing yet.
func New(d Deps) *Portal { return &Portal{deps: d} }

// Manifest says that the portal is part of the platform.
func (p *Portal) Manifest() module.Manifest {
	return module.Manifest{Code: "portal", Core: true, Title: "portal.title", Summary: "portal.summary", Icon: "house"}
}

// Locales holds locales/fr.yaml.
func (p *Portal) Locales() fs.FS { return locales }

// Help is the page that opens the help.
func (p *Portal) Help() string { return help }

// Mount registers the pages.
func (p *Portal) Mount(r module.Router) {
	everybody := authz.Public()
	r.Platform.Get("/", everybody, p.platformHome)
	r.Platform.Get("/accessibilite", everybody, p.statement(accessibility))
	r.Platform.Get("/mentions-legales", everybody, p.statement(legal))
	r.Platform.Get("/donnees-personnelles", everybody, p.statement(privacy))
	r.Platform.Get("/aide", everybody, p.helpHome)
	r.Platform.Get("/aide/:module", everybody, p.helpPage)
	r.Platform.Get("/api", everybody, p.apiPage)
	r.Platform.Get("/api/openapi.json", everybody, p.apiDocument)
	r.Platform.Get("/sitemap.xml", everybody, p.sitemap)
	if p.deps.Gallery {
		r.Platform.Get("/_galerie", everybody, p.gallery)
	}
	r.Public.Get("/", everybody, p.townHome)
	r.Public.Get("/logo", everybody, p.logo)
	r.Public.Get("/manifest.webmanifest", everybody, p.webManifest)
	r.Public.Get("/accessibilite", everybody, p.statement(accessibility))
	r.Public.Get("/mentions-legales", everybody, p.statement(legal))
	r.Public.Get("/donnees-personnelles", everybody, p.statement(privacy))
	r.Public.Get("/aide", everybody, p.helpHome)
	r.Public.Get("/aide/:module", everybody, p.helpPage)
	// Last of all: an address without its closing slash.
	r.Public.Get("/espace", everybody, p.addSlash)
	r.Platform.Get("/:town", everybody, p.addSlash)
}
