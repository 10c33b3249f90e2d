package ogc

import (
	"net/url"
	"slices"

	"acvdata/services/ogc/records"
	"acvdata/tenants"
)

// link leads from one resource to another.
type link struct {
	Href      string `json:"href"`
	Rel       string `json:"rel"`
	Type      string `json:"type,omitempty"`
	Title     string `json:"title,omitempty"`
	Hreflang  string `json:"hreflang,omitempty"`
	Templated bool   `json:"templated,omitempty"`
}

type landingDocument struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Attribution string `json:"attribution"`
	Links       []link `json:"links"`
}

type conformanceDocument struct {
	ConformsTo []string `json:"conformsTo"`
}

type collectionsDocument struct {
	Links       []link               `json:"links"`
	Collections []collectionDocument `json:"collections"`
}

type collectionDocument struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Description string   `json:"description,omitempty"`
	Keywords    []string `json:"keywords,omitempty"`
	License     string   `json:"license,omitempty"`
	Extent      extent   `json:"extent"`
	ItemType    string   `json:"itemType,omitempty"`
	CRS         []string `json:"crs,omitempty"`
	StorageCRS  string   `json:"storageCrs,omitempty"`
	Links       []link   `json:"links"`

	// Of a catalogue of records only.
	Type            string             `json:"type,omitempty"`
	Updated         string             `json:"updated,omitempty"`
	Language        *records.Language  `json:"language,omitempty"`
	RecordLanguages []records.Language `json:"recordLanguages,omitempty"`
	Contacts        []records.Contact  `json:"contacts,omitempty"`
	DefaultOrder    []sortOrder        `json:"defaultSortOrder,omitempty"`
	ConformsTo      []string           `json:"conformsTo,omitempty"`
}

type sortOrder struct {
	Field     string `json:"field"`
	Direction string `json:"direction"`
}

type extent struct {
	Spatial  spatialExtent   `json:"spatial"`
	Temporal *temporalExtent `json:"temporal,omitempty"`
}

type spatialExtent struct {
	BBox [][4]float64 `json:"bbox"`
	CRS  string       `json:"crs"`
}

type temporalExtent struct {
	Interval [][2]*string `json:"interval"`
}

// Names of the standards.
const (
	crs84       = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	webMercator = "http://www.opengis.net/def/crs/EPSG/0/3857"
	gridName    = "WebMercatorQuad"
	gridURI     = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"

	relQueryables  = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
	relSortables   = "http://www.opengis.net/def/rel/ogc/1.0/sortables"
	relConformance = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
	relData        = "http://www.opengis.net/def/rel/ogc/1.0/data"
	relTilesets    = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
	relGrid        = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
	relCatalogue   = "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"
)

// Classes that are implemented, each tested: of every API, of towns' APIs, and of
// those with a catalogue.
var commonClasses = []string{
	"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
	"http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
	"http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/sorting",
	"http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/sortables",
	"http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/features-sorting",
	"http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
	"http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
	"http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
	"http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
	"http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
	"http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/array-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/property-property",
	"http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
}

var tileClasses = []string{
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
}

var recordClasses = []string{
	"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core",
	"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-collection",
	"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core-query-parameters",
	"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/cql-filter",
	"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/records-api",
	"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/searchable-catalog",
	"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/searchable-catalog-filtering",
	"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/searchable-catalog-sorting",
	"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/sorting",
	"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/json",
	"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/html",
	"http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/oas30",
}

// classes are those of a town's API, or of the platform's where town is nil.
func (s *Service) classes(town *tenants.Tenant) []string {
	all := slices.Clone(commonClasses)
	if town != nil {
		all = append(all, tileClasses...)
	}
	if s.catalogued(town) {
		all = append(all, recordClasses...)
	}
	return all
}

// address builds the addresses of a town's API, or of the platform's: absolute
// ones, and paths for pages.
type address struct{ root, path string }

func (s *Service) address(town *tenants.Tenant) address {
	path := "/ogc"
	if town != nil {
		path = town.Path("ogc")
	}
	return address{s.BaseURL + path, path}
}

func (a address) landing() string             { return a.root + "/" }
func (a address) to(path string) string       { return a.root + "/" + path }
func (a address) collection(id string) string { return a.root + "/collections/" + url.PathEscape(id) }
func (a address) items(id string) string      { return a.collection(id) + "/items" }
func (a address) item(id, item string) string { return a.items(id) + "/" + url.PathEscape(item) }
func (a address) queryables(id string) string { return a.collection(id) + "/queryables" }
func (a address) sortables(id string) string  { return a.collection(id) + "/sortables" }
func (a address) tilesets(id string) string   { return a.collection(id) + "/tiles" }
func (a address) tileset(id string) string    { return a.tilesets(id) + "/" + gridName }
func (a address) tileTemplate(id string) string {
	return a.tileset(id) + "/{tileMatrix}/{tileRow}/{tileCol}"
}
func in(href, form string) string { return href + "?" + parameterForm + "=" + form }

// both gives the two representations of a resource: the one being read as
// "self", the other as "alternate".
func both(href, form, jsonType, title string) []link {
	relJSON, relHTML := "self", "alternate"
	if form == asHTML {
		relJSON, relHTML = relHTML, relJSON
	}
	return []link{
		{Href: in(href, asJSON), Rel: relJSON, Type: jsonType, Title: title, Hreflang: "fr"},
		{Href: in(href, asHTML), Rel: relHTML, Type: mediaHTML, Title: title, Hreflang: "fr"},
	}
}

func boxOf(t *tenants.Tenant) [4]float64 {
	return [4]float64{t.Bounds.West, t.Bounds.South, t.Bounds.East, t.Bounds.North}
}
