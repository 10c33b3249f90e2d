package portal

import (
	"context"
	"embed"
	"io/fs"
	"time"

	"acvdata/services/httpd"
	"acvdata/services/module"
	"acvdata/tenants"
)

//go:embed locales
var locales embed.FS

// Deps is what the portal stands on. Only Towns and Registry are called by
// every page; a nil Datasets shows no dataset.
type Deps struct {
	Towns    Towns
	Registry func() *module.Registry // known once every module is made, this one included
	Datasets Datasets
	BaseURL  string // "https://acv.example", without a trailing slash
	BaseMap  httpd.BaseMap
	Gallery  bool // serve the design system's page: development only
}

// Towns lists the towns; tenants/directory is one.
type Towns interface {
	All(ctx context.Context) ([]*tenants.Tenant, error)
}

// Datasets tells what a town has published.
type Datasets interface {
	// Published gives the newest datasets first, at most limit, and how many
	// there are in all.
	Published(ctx context.Context, town *tenants.Tenant, limit int) (newest []Dataset, total int, err error)
}

// Dataset is one published dataset, in words.
type Dataset struct {
	Title   string
	Summary string // one sentence, may be ""
	Href    string
	Updated time.Time
	Formats []string // "CSV", "GeoJSON"
}

// Portal is the module of the public pages.
type Portal struct{ deps Deps }

var (
	_ module.Module    = (*Portal)(nil)
	_ module.Localized = (*Portal)(nil)
)

// New makes the portal; it reads nothing yet.
func New(d Deps) *Portal { return &Portal{deps: d} }

// Manifest says that the portal is part of the platform.
func (p *Portal) Manifest() module.Manifest {
	return module.Manifest{Code: "portal", Core: true, Title: "portal.title", Summary: "portal.summary", Icon: "house"}
}

// Locales holds locales/fr.yaml.
func (p *Portal) Locales() fs.FS { return locales }

// Mount registers the pages.
func (p *Portal) Mount(module.Router) {
}
