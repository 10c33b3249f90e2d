package dcat

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"acvdata/modules/opendata/rdf"
	"acvdata/tenants"
)

// Foreign is what a catalogue says of a dataset that the town took from another
// one: it stays its publisher's, with its identifiers, its licence and its files.
type Foreign struct {
	Identifiers      []string // there, addresses among them: how others know it again
	Origin           string   // its page there, "" for none
	Licence          string   // name, where it is none of the two
	LicenceURL       string
	Place            string
	Box              *tenants.Bounds
	From, To         string // 2026-11-29, 2026-11 or 2026
	Issued, Modified time.Time
	Files            []ForeignFile
}

// ForeignFile is a file at its publisher's.
type ForeignFile struct {
	Title, URL, Format, Media string
	Size                      int64
}

// foreign describes a dataset of others. Its identifiers there stand beside ours,
// so that the catalogue it comes from, and any that has it already, know it again
// and leave it out.
func (b *builder) foreign(e Entry) rdf.Term {
	d, f, page := e.Dataset, e.Foreign, b.page(e)
	node := rdf.IRI(page + "#dataset")
	b.say(node, "rdf:type", b.Name("dcat:Dataset"))
	b.say(node, "dct:identifier", rdf.Text(e.Key()))
	for _, id := range f.Identifiers {
		other := b.Fresh()
		b.say(other, "rdf:type", b.Name("adms:Identifier"))
		b.say(other, "skos:notation", rdf.Text(id))
		b.say(node, "adms:identifier", other)
	}
	b.say(node, "dct:title", rdf.In("fr", d.Title))
	b.say(node, "dct:description", rdf.In("fr", firstOf(d.Summary, d.Title)))
	if d.Producer != "" {
		b.say(node, "dct:publisher", b.agent(rdf.IRI(page+"#producteur"), d.Producer, "LocalAuthority", ""))
	}
	b.say(node, "dcat:landingPage", b.document(page))
	if f.Origin != "" {
		b.say(node, "foaf:page", b.document(f.Origin))
	}
	b.say(node, "dct:accessRights", b.openToAll())
	b.foreignTimes(node, f)
	if d.Frequency != "" {
		b.say(node, "dct:accrualPeriodicity", b.frequency(d.Frequency))
	}
	for _, t := range d.Themes {
		b.say(node, "dcat:theme", b.theme(t))
	}
	for _, k := range d.Keywords {
		b.say(node, "dcat:keyword", rdf.In("fr", k))
	}
	b.foreignPlace(node, page, f)
	licence, said := b.foreignLicence(e)
	if said {
		b.say(node, "dct:license", licence)
	}
	for n, file := range f.Files {
		one := rdf.IRI(page + "#fichier-" + strconv.Itoa(n+1))
		b.foreignFile(one, file)
		if said {
			b.say(one, "dct:license", licence)
		}
		b.say(node, "dcat:distribution", one)
	}
	return node
}

func firstOf(text, other string) string {
	if text != "" {
		return text
	}
	return other
}

func (b *builder) foreignTimes(node rdf.Term, f *Foreign) {
	if f.Issued.Year() > 1 {
		b.say(node, "dct:issued", moment(f.Issued))
	}
	if f.Modified.Year() > 1 {
		b.say(node, "dct:modified", moment(f.Modified))
	}
	if f.From == "" && f.To == "" {
		return
	}
	covered := b.Fresh()
	b.say(covered, "rdf:type", b.Name("dct:PeriodOfTime"))
	b.say(covered, "dcat:startDate", written(f.From))
	b.say(covered, "dcat:endDate", written(f.To))
	b.say(node, "dct:temporal", covered)
}

// written types a date by how precise it is.
func written(date string) rdf.Term {
	kind := "date"
	switch len(date) {
	case len("2026"):
		kind = "gYear"
	case len("2026-11"):
		kind = "gYearMonth"
	}
	return rdf.Typed(xsd+kind, date)
}

func (b *builder) foreignPlace(node rdf.Term, page string, f *Foreign) {
	if f.Box == nil && f.Place == "" {
		return
	}
	place := rdf.IRI(page + "#territoire")
	b.say(place, "rdf:type", b.Name("dct:Location"))
	b.say(place, "skos:prefLabel", rdf.In("fr", f.Place))
	if f.Box != nil {
		b.say(place, "dcat:bbox", rdf.Typed(geosparql+"wktLiteral", polygon(*f.Box)))
	}
	b.say(node, "dct:spatial", place)
}

// foreignLicence is one of the two, or the publisher's own as it is given.
func (b *builder) foreignLicence(e Entry) (rdf.Term, bool) {
	f := e.Foreign
	if e.Dataset.Licence.Known() {
		return b.licence(e.Dataset.Licence), true
	}
	if f.Licence == "" && f.LicenceURL == "" {
		return rdf.Term{}, false
	}
	node := b.Fresh()
	if f.LicenceURL != "" {
		node = rdf.IRI(f.LicenceURL)
	}
	b.say(node, "rdf:type", b.Name("dct:LicenseDocument"))
	b.say(node, "rdfs:label", rdf.Text(f.Licence))
	return node, true
}

var mediaName = regexp.MustCompile(`^[a-z]+/[\w.+-]+$`)

// europeanFiles are the codes of the EU authority table "file-type" of formats
// that catalogues name otherwise.
var europeanFiles = map[string]string{"JSON-LD": "JSON_LD", "TTL": "RDF_TURTLE", "RDF": "RDF_XML"}

var fileCodes = regexp.MustCompile(`^(CSV|JSON|GEOJSON|XLSX|XLS|ODS|ZIP|SHP|KML|GPKG|PARQUET|PDF|XML|HTML|JSON_LD|RDF_TURTLE|RDF_XML|TXT|GPX)$`)

func (b *builder) foreignFile(node rdf.Term, f ForeignFile) {
	b.say(node, "rdf:type", b.Name("dcat:Distribution"))
	b.say(node, "dct:title", rdf.In("fr", f.Title))
	b.say(node, "dcat:accessURL", rdf.IRI(f.URL))
	b.say(node, "dcat:downloadURL", rdf.IRI(f.URL))
	if f.Size > 0 {
		b.say(node, "dcat:byteSize", rdf.Typed(xsd+"nonNegativeInteger", strconv.FormatInt(f.Size, 10)))
	}
	code := strings.ToUpper(f.Format)
	if known := europeanFiles[code]; known != "" {
		code = known
	}
	if fileCodes.MatchString(code) {
		kind := rdf.IRI(authority + "file-type/" + code)
		b.say(kind, "rdf:type", b.Name("dct:MediaTypeOrExtent"))
		b.say(kind, "skos:prefLabel", rdf.Text(f.Format))
		b.say(node, "dct:format", kind)
	}
	if media := strings.ToLower(f.Media); mediaName.MatchString(media) {
		kind := rdf.IRI("https://www.iana.org/assignments/media-types/" + media)
		b.say(kind, "rdf:type", b.Name("dct:MediaType"))
		b.say(kind, "rdf:type", b.Name("dct:MediaTypeOrExtent"))
		b.say(node, "dcat:mediaType", kind)
	}
}
