package dcat

import (
	"strconv"
	"strings"

	"acvdata/modules/opendata/rdf"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

const (
	xsd       = "http://www.w3.org/2001/XMLSchema#"
	geosparql = "http://www.opengis.net/ont/geosparql#"
	authority = "http://publications.europa.eu/resource/authority/"
)

var prefixes = []string{
	"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
	"rdfs", "http://www.w3.org/2000/01/rdf-schema#",
	"xsd", xsd,
	"dcat", "http://www.w3.org/ns/dcat#",
	"dcatap", "http://data.europa.eu/r5r/",
	"dct", "http://purl.org/dc/terms/",
	"adms", "http://www.w3.org/ns/adms#",
	"foaf", "http://xmlns.com/foaf/0.1/",
	"vcard", "http://www.w3.org/2006/vcard/ns#",
	"skos", "http://www.w3.org/2004/02/skos/core#",
	"hydra", "http://www.w3.org/ns/hydra/core#",
	"geosparql", geosparql,
	"eli", "http://data.europa.eu/eli/ontology#",
}

// europeanThemes maps our themes to the EU authority table "data-theme", which
// has one entry for all of the environment.
var europeanThemes = map[datasets.Theme]string{
	datasets.ThemeEnergy: "ENER",
	datasets.ThemeTown:   "GOVE",

	datasets.ThemeMobility: "TRAN",
}

const environment = "ENVI"

// ThemeScheme is the address of the EU authority table "data-theme".
const ThemeScheme = authority + "data-theme"

// EuropeanTheme is the code of a theme in that table.
func EuropeanTheme(t datasets.Theme) string {
	if code, ok := europeanThemes[t]; ok {
		return code
	}
	return environment
}

// High-value datasets: the regulation, and the addresses of its categories.
const (
	highValueLaw = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
	highValue    = "http://data.europa.eu/bna/"
)

var highValues = map[datasets.HighValue]string{
	datasets.Geospatial: "c_ac64a52d", datasets.Environment: "c_dd313021", datasets.Meteorological: "c_164e0bf5",
	datasets.Statistics: "c_e1da4e07", datasets.Mobility: "c_b79e35eb", datasets.Companies: "c_a9135398",
}

// concept is a resource of a vocabulary, typed and labelled in the page: neither
// the validator nor harvesters fetch vocabularies.
func (b *builder) concept(address, kind, label string) rdf.Term {
	node := rdf.IRI(address)
	b.say(node, "rdf:type", b.Name(kind))
	b.say(node, "skos:prefLabel", b.text(label))
	return node
}

func (b *builder) theme(t datasets.Theme) rdf.Term {
	code := EuropeanTheme(t)
	node := b.concept(ThemeScheme+"/"+code, "skos:Concept", "opendata.dcat.theme."+code)
	b.say(node, "skos:inScheme", b.scheme())
	return node
}

func (b *builder) scheme() rdf.Term {
	node := rdf.IRI(ThemeScheme)
	b.say(node, "rdf:type", b.Name("skos:ConceptScheme"))
	b.say(node, "dct:title", b.text("opendata.dcat.themes"))
	return node
}

func (b *builder) french() rdf.Term {
	return b.concept(authority+"language/FRA", "dct:LinguisticSystem", "opendata.dcat.french")
}

func (b *builder) frequency(f datasets.Frequency) rdf.Term {
	return b.concept(authority+"frequency/"+string(f), "dct:Frequency", f.LabelKey())
}

func (b *builder) openToAll() rdf.Term {
	return b.concept(authority+"access-right/PUBLIC", "dct:RightsStatement", "opendata.dcat.public")
}

func (b *builder) stable() rdf.Term {
	return b.concept(authority+"planned-availability/STABLE", "skos:Concept", "opendata.dcat.stable")
}

func (b *builder) completed() rdf.Term {
	return b.concept(authority+"distribution-status/COMPLETED", "skos:Concept", "opendata.dcat.completed")
}

// mediaType names a media type; the address must be the https one.
func (b *builder) mediaType(f datasets.Format) rdf.Term {
	name, _, _ := strings.Cut(f.MediaType, ";")
	node := rdf.IRI("https://www.iana.org/assignments/media-types/" + name)
	b.say(node, "rdf:type", b.Name("dct:MediaType"))
	b.say(node, "rdf:type", b.Name("dct:MediaTypeOrExtent"))
	return node
}

func (b *builder) fileType(f datasets.Format) rdf.Term {
	node := rdf.IRI(authority + "file-type/" + f.FileType)
	b.say(node, "rdf:type", b.Name("dct:MediaTypeOrExtent"))
	label, known := fileTypes[f.FileType]
	if !known {
		label = f.Label
	}
	b.say(node, "skos:prefLabel", rdf.Text(label))
	return node
}

// fileTypes names the types of the EU authority table, whatever we call a format
// that is of one.
var fileTypes = map[string]string{"CSV": "CSV", "GEOJSON": "GeoJSON", "XLSX": "Excel XLSX"}

// europeanLicences are the codes of the EU authority table "licence", whose
// addresses the European portal asks for.
var europeanLicences = map[datasets.Licence]string{datasets.OpenLicence: "ETALAB_2_0", datasets.ODbL: "ODC_BL"}

// licence carries its official name: data.gouv.fr matches the label before the
// address. The text of the licence stands beside.
func (b *builder) licence(l datasets.Licence) rdf.Term {
	node := rdf.IRI(authority + "licence/" + europeanLicences[l])
	b.say(node, "rdf:type", b.Name("dct:LicenseDocument"))
	b.say(node, "rdfs:label", rdf.Text(l.Name()))
	b.say(node, "rdfs:seeAlso", rdf.IRI(l.URL()))
	b.say(node, "dct:type", b.concept("http://purl.org/adms/licencetype/Attribution", "skos:Concept", "opendata.dcat.attribution"))
	return node
}

func (b *builder) standard(address, title string) rdf.Term {
	node := rdf.IRI(address)
	b.say(node, "rdf:type", b.Name("dct:Standard"))
	b.say(node, "dct:title", rdf.In("fr", title))
	return node
}

// rights says in words what the licence asks.
func (b *builder) rights(l datasets.Licence) rdf.Term {
	node := rdf.IRI(b.base + "/catalog#droits-" + strings.ToLower(string(l)))
	b.say(node, "rdf:type", b.Name("dct:RightsStatement"))
	b.say(node, "rdfs:label", b.text("opendata.dcat.rights", i18n.V{"Licence": l.Name()}))
	return node
}

func degrees(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func point(p tenants.Point) string { return "POINT(" + degrees(p.Lon) + " " + degrees(p.Lat) + ")" }

func polygon(b tenants.Bounds) string {
	w, s, e, n := degrees(b.West), degrees(b.South), degrees(b.East), degrees(b.North)
	return "POLYGON((" + w + " " + s + ", " + e + " " + s + ", " + e + " " + n + ", " + w + " " + n + ", " + w + " " + s + "))"
}
