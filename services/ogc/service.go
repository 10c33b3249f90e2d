package ogc

import (
	"embed"
	"io/fs"

	lru "github.com/hashicorp/golang-lru/v2"

	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/db"
	"acvdata/services/module"
)

//go:embed locales
var locales embed.FS

// Parts are what the service is made from.
type Parts struct {
	DB       *db.DB
	Datasets *datasets.Service
	BaseURL  string          // of the installation, without a slash at the end
	Memory   Memory          // for tiles
	Tables   TownLayers      // nil when towns bring no tables of their own
	Columns  *columns.Keeper // for filters and orders; nil refuses them
}

// Service answers OGC API requests. It is safe for concurrent use.
type Service struct {
	Parts
	tiles  *Tileset
	layers []Layer
	counts *lru.Cache[string, int64] // rows a filter matches, by version of the data
	// catalogue is nil when nothing describes what everybody may have.
	catalogue Catalogue
}

// countsKept bounds the memory of counts: a key and a number each.
const countsKept = 10_000

// New makes the service over the layers of all modules.
func New(p Parts, layers ...Layer) (*Service, error) {
	tiles, err := NewTileset(p.DB, layers, p.Memory)
	if err != nil {
		return nil, err
	}
	tiles.datasets, tiles.tables = p.Datasets.Addresses(), p.Tables
	if p.Columns == nil {
		p.Columns = columns.New(0)
	}
	counts, err := lru.New[string, int64](countsKept)
	return &Service{Parts: p, tiles: tiles, layers: layers, counts: counts}, err
}

// Tileset gives the tiles to what serves or measures them without a request.
func (s *Service) Tileset() *Tileset { return s.tiles }

// Compile-time checks of what the service offers as a module.
var (
	_ module.Module    = (*Service)(nil)
	_ module.Localized = (*Service)(nil)
)

// Manifest makes the service a part of the platform: what it shows is decided by
// the modules that are on.
func (s *Service) Manifest() module.Manifest {
	return module.Manifest{Code: "ogc", Core: true, Title: "ogc.manifest.title", Summary: "ogc.manifest.summary", Icon: "map"}
}

// Locales is the service's catalogue.
func (s *Service) Locales() fs.FS { return locales }

// Mount registers the addresses. They are open: each answers with what its
// reader may see.
func (s *Service) Mount(r module.Router) {
	open := authz.Public()
	if s.catalogue != nil {
		s.mountCatalogue(r.Platform)
		s.mountCatalogue(r.Public)
		s.mountRoot(r.Platform)
	}
	s.mountRoot(r.Public)
	r.Public.Get("/ogc/collections/:collection", open, s.showCollection)
	r.Public.Get("/ogc/collections/:collection/items", open, s.listItems)
	r.Public.Get("/ogc/collections/:collection/items/:item", open, s.showItem)
	r.Public.Get("/ogc/collections/:collection/queryables", open, s.showQueryables)
	r.Public.Get("/ogc/collections/:collection/sortables", open, s.showSortables)
	r.Public.Get("/ogc/collections/:collection/tiles", open, s.listTilesets)
	r.Public.Get("/ogc/collections/:collection/tiles/"+gridName, open, s.showTileset)
	r.Public.Get("/ogc/collections/:collection/tiles/"+gridName+"/:z/:y/:x", open, s.serveTile)
}

// mountRoot registers what an API has whatever its collections.
func (s *Service) mountRoot(r *module.Group) {
	open := authz.Public()
	r.Get("/ogc", open, s.landing)
	r.Get("/ogc/", open, s.landing)
	r.Get("/ogc/conformance", open, s.conformance)
	r.Get("/ogc/api", open, s.api)
	r.Get("/ogc/collections", open, s.listCollections)
}

// mountCatalogue registers the collection of records; before those of datasets,
// whose addresses would take its.
func (s *Service) mountCatalogue(r *module.Group) {
	open := authz.Public()
	r.Get("/ogc/collections/"+catalogueID, open, s.showCatalogue)
	r.Get("/ogc/collections/"+catalogueID+"/items", open, s.listRecords)
	r.Get("/ogc/collections/"+catalogueID+"/items/:record", open, s.showRecord)
	r.Get("/ogc/collections/"+catalogueID+"/queryables", open, s.recordQueryables)
	r.Get("/ogc/collections/"+catalogueID+"/sortables", open, s.recordSortables)
}

// Offered collects the layers of the modules, in their order.
func Offered(modules ...module.Module) []Layer {
	var all []Layer
	for _, m := range modules {
		if provider, ok := m.(Provider); ok {
			all = append(all, provider.Layers()...)
		}
	}
	return all
}
