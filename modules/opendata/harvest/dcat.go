package harvest

import (
	"strconv"
	"strings"
	"time"

	"github.com/peterstace/simplefeatures/geom"

	"acvdata/modules/opendata/rdf"
	"acvdata/services/fault"
	"acvdata/services/fetch"
	"acvdata/tenants"
)

const (
	dcatNS  = "http://www.w3.org/ns/dcat#"
	dctNS   = "http://purl.org/dc/terms/"
	foafNS  = "http://xmlns.com/foaf/0.1/"
	vcardNS = "http://www.w3.org/2006/vcard/ns#"
	hydraNS = "http://www.w3.org/ns/hydra/core#"
	rdfsNS  = "http://www.w3.org/2000/01/rdf-schema#"
	skosNS  = "http://www.w3.org/2004/02/skos/core#"
	admsNS  = "http://www.w3.org/ns/adms#"
	provNS  = "http://www.w3.org/ns/prov#"
	schema  = "http://schema.org/"
)

var (
	catalogClass = rdf.IRI(dcatNS + "Catalog")
	datasetClass = rdf.IRI(dcatNS + "Dataset")
)

// reading answers questions about a graph the way catalogues are written: in any
// of the properties that mean the same, literal or node.
type reading struct{ *rdf.Graph }

func parseDCAT(a *fetch.Answer) (*page, error) {
	syntax := rdf.Sniff(a.ContentType, a.Body)
	if syntax == "" {
		return nil, fault.New(fault.Invalid, "opendata.harvest.fault.not_dcat")
	}
	g, err := rdf.Read(syntax, a.Body, a.URL)
	if err != nil {
		return nil, notGraph(err)
	}
	r := reading{g}
	sets := g.Subjects(rdf.Type, datasetClass)
	if len(sets) == 0 && len(g.Subjects(rdf.Type, catalogClass)) == 0 {
		return nil, fault.New(fault.Invalid, "opendata.harvest.fault.not_dcat")
	}
	p := &page{next: r.next(a.URL)}
	if len(sets) > mostItems {
		return nil, tooMany(len(sets))
	}
	for _, node := range sets {
		p.items = append(p.items, r.item(node))
	}
	for _, class := range []string{"PartialCollectionView", "PagedCollection", "Collection"} {
		for _, node := range g.Subjects(rdf.Type, rdf.IRI(hydraNS+class)) {
			if n, err := strconv.Atoi(r.text(node, hydraNS+"totalItems")); err == nil {
				p.total = n
			}
		}
	}
	return p, nil
}

// next is the page after, in both designs of Hydra, as an address or as a text.
func (r reading) next(here string) string {
	for _, class := range []string{"PartialCollectionView", "PagedCollection"} {
		for _, node := range r.Subjects(rdf.Type, rdf.IRI(hydraNS+class)) {
			for _, property := range []string{"next", "nextPage"} {
				for _, o := range r.Objects(node, rdf.IRI(hydraNS+property)) {
					return absolute(here, o.Value())
				}
			}
		}
	}
	return ""
}

// all lists what is said under any of the properties.
func (r reading) all(node rdf.Term, properties ...string) (objects []rdf.Term) {
	for _, p := range properties {
		objects = append(objects, r.Objects(node, rdf.IRI(p))...)
	}
	return objects
}

// text is the first literal in French, else the first one, of the first property
// that has any.
func (r reading) text(node rdf.Term, properties ...string) string {
	for _, p := range properties {
		first := ""
		for _, o := range r.Objects(node, rdf.IRI(p)) {
			if !o.IsLiteral() {
				continue
			}
			if strings.HasPrefix(strings.ToLower(o.Language()), "fr") {
				return o.Value()
			}
			if first == "" {
				first = o.Value()
			}
		}
		if first != "" {
			return first
		}
	}
	return ""
}

// address is the first resource, or text, under a property.
func (r reading) address(node rdf.Term, properties ...string) string {
	for _, o := range r.all(node, properties...) {
		if o.IsIRI() || o.IsLiteral() {
			return o.Value()
		}
	}
	return ""
}

// named is what something is called: a literal, the label of a node, or its
// address.
func (r reading) named(o rdf.Term) string {
	if o.IsLiteral() {
		return o.Value()
	}
	return r.text(o, skosNS+"prefLabel", rdfsNS+"label", dctNS+"title", foafNS+"name", vcardNS+"fn", vcardNS+"organization-name", schema+"name")
}

func (r reading) labels(objects []rdf.Term) (labels []string) {
	for _, o := range objects {
		label := r.named(o)
		if label == "" && o.IsIRI() {
			label = local(o.Value())
		}
		labels = append(labels, label)
	}
	return labels
}

// local is the last part of an address: the code of a vocabulary.
func local(address string) string {
	address = strings.TrimRight(address, "/")
	return address[strings.LastIndexAny(address, "/#=")+1:]
}

func (r reading) item(node rdf.Term) Item {
	i := Item{
		Identifier: r.address(node, dctNS+"identifier"), Landing: r.address(node, dcatNS+"landingPage", foafNS+"page", foafNS+"homepage"),
		Title: r.text(node, dctNS+"title"), Summary: r.text(node, dctNS+"description"),
		Issued: moment(r.address(node, dctNS+"issued")), Modified: moment(r.address(node, dctNS+"modified")),
		Frequency: frequencyOf(r.address(node, dctNS+"accrualPeriodicity")),
		Keywords:  r.labels(literals(r.all(node, dcatNS+"keyword"))), ThemeNames: r.labels(r.all(node, dcatNS+"theme")),
	}
	if node.IsIRI() {
		i.Names = append(i.Names, node.Value())
		if i.Identifier == "" {
			i.Identifier = node.Value()
		}
	}
	for _, o := range r.all(node, admsNS+"identifier") {
		i.Names = append(i.Names, r.text(o, skosNS+"notation"))
	}
	for _, o := range r.all(node, dctNS+"source", provNS+"wasDerivedFrom", dctNS+"isVersionOf") {
		if o.IsIRI() || o.IsLiteral() {
			i.Origins = append(i.Origins, o.Value())
		}
	}
	for _, o := range r.all(node, dctNS+"publisher", dctNS+"creator") {
		if i.Publisher = r.named(o); i.Publisher != "" {
			break
		}
	}
	r.contact(node, &i)
	r.licence(node, &i)
	r.extent(node, &i)
	for _, d := range r.all(node, dcatNS+"distribution") {
		i.Files = append(i.Files, r.file(d, &i))
	}
	return i
}

func literals(objects []rdf.Term) (kept []rdf.Term) {
	for _, o := range objects {
		if o.IsLiteral() {
			kept = append(kept, o)
		}
	}
	return kept
}

func (r reading) contact(node rdf.Term, i *Item) {
	for _, o := range r.all(node, dcatNS+"contactPoint", admsNS+"contactPoint") {
		i.ContactName = r.named(o)
		i.ContactEmail = r.address(o, vcardNS+"hasEmail", vcardNS+"email", foafNS+"mbox")
		i.ContactURL = r.address(o, vcardNS+"hasURL", vcardNS+"url")
		return
	}
}

// licence keeps the first one that says something, on the dataset or below.
func (r reading) licence(node rdf.Term, i *Item) {
	for _, o := range r.all(node, dctNS+"license", dctNS+"rights") {
		if r.licensed(o, i) {
			return
		}
	}
}

func (r reading) licensed(o rdf.Term, i *Item) bool {
	if i.LicenceName != "" || i.LicenceURL != "" {
		return true
	}
	i.LicenceName = r.named(o)
	if o.IsIRI() {
		i.LicenceURL = o.Value()
	}
	return i.LicenceName != "" || i.LicenceURL != ""
}

// extent reads where and when.
func (r reading) extent(node rdf.Term, i *Item) {
	for _, o := range r.all(node, dctNS+"spatial") {
		if name := r.named(o); name != "" && i.Place == "" && boxOf(name) == nil {
			i.Place = name
		}
		shapes := append(r.all(o, dcatNS+"bbox", "http://www.w3.org/ns/locn#geometry"), o)
		for _, s := range shapes {
			if box := boxOf(s.Value()); box != nil && i.Box == nil && s.IsLiteral() {
				i.Box = box
			}
		}
	}
	for _, o := range r.all(node, dctNS+"temporal") {
		if o.IsLiteral() {
			i.From, i.To = period(o.Value())
			return
		}
		i.From = day(r.address(o, dcatNS+"startDate", schema+"startDate"))
		i.To = day(r.address(o, dcatNS+"endDate", schema+"endDate"))
	}
}

// file reads a distribution; it may say the licence that its dataset keeps
// silent.
func (r reading) file(node rdf.Term, i *Item) File {
	f := File{
		Title: r.text(node, dctNS+"title"), URL: r.address(node, dcatNS+"downloadURL", dcatNS+"accessURL"),
		Format: r.formatName(node, dctNS+"format"), Media: strings.TrimPrefix(local2(r.address(node, dcatNS+"mediaType")), "/"),
	}
	f.Size, _ = strconv.ParseInt(strings.TrimSpace(r.address(node, dcatNS+"byteSize")), 10, 64)
	r.licence(node, i)
	return f
}

func (r reading) formatName(node rdf.Term, property string) string {
	for _, o := range r.all(node, property) {
		if o.IsIRI() {
			return o.Value()
		}
		if name := r.named(o); name != "" {
			return name
		}
	}
	return ""
}

// local2 is the last two parts of an address of media types: "text/csv".
func local2(address string) string {
	_, media, ok := strings.Cut(address, "media-types/")
	if ok {
		return media
	}
	return address
}

// moment reads a date or a moment; zero for anything else, and for the future.
func moment(text string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.999999", "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil && t.Year() > 1 && t.Year() < 10_000 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// day keeps a date as precise as it is written; "" for none.
func day(text string) string {
	text = strings.TrimSpace(text)
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, text); err == nil {
			return text
		}
	}
	if t := moment(text); !t.IsZero() {
		return t.Format(time.DateOnly)
	}
	return ""
}

func period(text string) (from, to string) {
	from, to, both := strings.Cut(text, "/")
	if from, to = day(from), day(to); !both {
		to = from
	}
	return from, to
}

// boxOf reads the extent of a WKT or GeoJSON geometry, or "west,south,east,north".
// nil for anything else.
func boxOf(text string) *tenants.Bounds {
	text = strings.TrimSpace(text)
	if len(text) > 1<<20 {
		return nil
	}
	if _, rest, ok := strings.Cut(text, ">"); ok && strings.HasPrefix(text, "<") {
		text = strings.TrimSpace(rest) // the coordinate system before the WKT
	}
	if numbers := strings.Split(text, ","); len(numbers) == 4 {
		var b [4]float64
		for n, s := range numbers {
			x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
			if err != nil {
				break
			}
			b[n] = x
			if n == 3 {
				return onEarth(b[0], b[1], b[2], b[3])
			}
		}
	}
	g, err := geom.UnmarshalWKT(text)
	if err != nil {
		if g, err = geom.UnmarshalGeoJSON([]byte(text)); err != nil {
			return nil
		}
	}
	low, high, ok := g.Envelope().MinMaxXYs()
	if !ok {
		return nil
	}
	return onEarth(low.X, low.Y, high.X, high.Y)
}

func onEarth(west, south, east, north float64) *tenants.Bounds {
	if west < -180 || east > 180 || south < -90 || north > 90 || west > east || south > north {
		return nil
	}
	return &tenants.Bounds{West: west, South: south, East: east, North: north}
}
