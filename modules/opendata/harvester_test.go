package opendata_test

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What data.gouv.fr's harvester does with a DCAT catalogue, rule by rule, told
// from its published sources (opendatateam/udata 17: harvest/backends/dcat.py,
// core/dataset/rdf.py, core/dataservices/rdf.py, rdf.py). It reads N-Triples with
// a reader of its own (triples_test.go) and knows nothing of what writes them.

const (
	dcatNS   = "http://www.w3.org/ns/dcat#"
	dctNS    = "http://purl.org/dc/terms/"
	hydraNS  = "http://www.w3.org/ns/hydra/core#"
	spdxNS   = "http://spdx.org/rdf/terms#"
	foafNS   = "http://xmlns.com/foaf/0.1/"
	rdfsNS   = "http://www.w3.org/2000/01/rdf-schema#"
	skosNS   = "http://www.w3.org/2004/02/skos/core#"
	apNS     = "http://data.europa.eu/r5r/"
	hvdNS    = "http://data.europa.eu/bna/"
	euNS     = "http://publications.europa.eu/resource/authority/"
	ianaNS   = "https://www.iana.org/assignments/media-types/"
	wktType  = "http://www.opengis.net/ont/geosparql#wktLiteral"
	jsonType = "http://www.opengis.net/ont/geosparql#geoJSONLiteral"

	mostCatalogue = 15 << 20 // bytes of JSON-LD, in which a catalogue is kept whole
)

// page is what an address answered.
type page struct {
	status      int
	contentType string
	body        string
}

// web answers a HEAD or a GET.
type web func(method, path string) page

// loss is what a rule cost.
type loss struct {
	rule  int
	about string
}

// resourceFound is a distribution as data.gouv.fr keeps it.
type resourceFound struct{ URL, Description, Format, Kind string }

// item is a dataset as data.gouv.fr keeps it.
type item struct {
	Title, Description, Licence, Frequency, Schema string
	Space, Time, HighValue                         bool
	Modified                                       time.Time
	Resources                                      []resourceFound
}

// harvest is one run over a catalogue.
type harvest struct {
	now                      time.Time
	pages, size              int
	items                    map[string]*item
	skipped, failed, doubled []string
	losses                   []loss
}

func (h *harvest) lose(rule int, format string, args ...any) {
	h.losses = append(h.losses, loss{rule, fmt.Sprintf(format, args...)})
}

var knownEnding = regexp.MustCompile(`\.(xml|rdf|ttl|n3|nt|jsonld|json|trig)$`)

// run harvests a catalogue from its address on.
func run(get web, address string, now time.Time) *harvest {
	h := &harvest{now: now, items: map[string]*item{}}
	head := get("HEAD", address)
	if head.status != 200 {
		h.lose(1, "HEAD answers %d", head.status)
		return h
	}
	if !knownEnding.MatchString(address) && !regexp.MustCompile(`rdf\+xml|/xml|turtle|n3|n-triples|json|trig`).MatchString(head.contentType) {
		h.lose(2, "neither %s nor %q tells the format", address, head.contentType)
		return h
	}
	seen := map[string]bool{}
	for address != "" && !seen[address] {
		seen[address] = true
		answer := get("GET", address)
		if answer.status != 200 {
			h.lose(1, "GET %s answers %d", address, answer.status)
			return h
		}
		h.pages, h.size = h.pages+1, h.size+len(get("GET", strings.Replace(address, ".nt", ".jsonld", 1)).body)
		g := readTriples(answer.body)
		h.read(g)
		address = h.next(g)
	}
	if h.size > mostCatalogue {
		h.lose(18, "%d bytes", h.size)
	}
	return h
}

// next is rule 3.
func (h *harvest) next(g triples) string {
	views := append(g.of(hydraNS+"PartialCollectionView"), g.of(hydraNS+"PagedCollection")...)
	if len(views) > 1 {
		h.lose(3, "%d pagination nodes", len(views))
	}
	if len(views) == 0 {
		return ""
	}
	next := append(g[views[0]][hydraNS+"next"], g[views[0]][hydraNS+"nextPage"]...)
	if len(next) == 0 {
		return ""
	}
	u, err := url.Parse(next[0].value)
	if err != nil {
		h.lose(3, "%s is no address", next[0].value)
		return ""
	}
	return u.RequestURI()
}

func (h *harvest) read(g triples) {
	for _, node := range g.of(dcatNS + "Dataset") {
		h.dataset(g, node)
	}
	for _, node := range g.of(dcatNS + "DataService") {
		h.service(g, node)
	}
}

// dataset is rule 4, then what is read of a dataset.
func (h *harvest) dataset(g triples, node string) {
	id, title := g.text(node, dctNS+"identifier"), g.text(node, dctNS+"title")
	if id == "" || title == "" {
		h.skipped = append(h.skipped, node)
		h.lose(4, "%s has no identifier or no title", node)
		return
	}
	if h.items[id] != nil {
		h.doubled = append(h.doubled, id)
		h.lose(4, "%s is there twice", id)
		return
	}
	d := &item{Title: title, Description: g.text(node, dctNS+"description")}
	h.items[id] = d
	h.subjects(g, node)
	h.rights(g, node, d)
	h.coverage(g, node, d)
	h.dates(g, node, d)
	h.valuable(g, node, d)
	for _, o := range g[node][dcatNS+"distribution"] {
		h.distribution(g, id, o.value, d)
	}
	d.Schema = h.schema(g, node)
}

// subjects is rule 6.
func (h *harvest) subjects(g triples, node string) {
	for _, k := range g[node][dcatNS+"keyword"] {
		if k.kind != 'l' {
			h.lose(6, "the keyword %s is an address", k.value)
		}
	}
	for _, theme := range g[node][dcatNS+"theme"] {
		known := strings.HasPrefix(theme.value, hvdNS) || strings.HasPrefix(theme.value, "http://inspire.ec.europa.eu/theme/")
		if !known && g.text(theme.value, skosNS+"prefLabel") == "" {
			h.lose(6, "the theme %s has no label in the page", theme.value)
		}
	}
}

// knownLicences are titles and addresses that data.gouv.fr matches.
var knownLicences = map[string]string{
	"licence ouverte / open licence version 2.0":              "lov2",
	"open data commons open database license (odbl)":          "odc-odbl",
	"https://spdx.org/licenses/etalab-2.0.html":               "lov2",
	"https://opendatacommons.org/licenses/odbl/1-0/":          "odc-odbl",
	"https://opendatacommons.org/licenses/odbl/summary/":      "odc-odbl",
	"https://www.etalab.gouv.fr/licence-ouverte-open-licence": "fr-lo",
}

// rights is rule 7: the label before the address, then within two letters.
func (h *harvest) rights(g triples, node string, d *item) {
	given := slices.Concat(g[node][dctNS+"license"], g[node][dctNS+"rights"])
	for _, o := range g[node][dcatNS+"distribution"] {
		given = append(given, g[o.value][dctNS+"license"]...)
	}
	if len(given) > 0 {
		text := given[0].value
		for _, p := range []string{dctNS + "description", rdfsNS + "label"} {
			if label := g.text(text, p); label != "" {
				text = label
			}
		}
		for name, id := range knownLicences {
			if distance(strings.ToLower(text), name) <= 2 {
				d.Licence = id
			}
		}
	}
	if d.Licence == "" {
		h.lose(7, "no known licence for %s: %v", node, given)
	}
}

var polygonText = regexp.MustCompile(`^(MULTI)?POLYGON ?\(|"(Multi)?Polygon"`)

// coverage is rules 8 and 9.
func (h *harvest) coverage(g triples, node string, d *item) {
	for _, place := range g[node][dctNS+"spatial"] {
		for _, values := range g[place.value] {
			for _, v := range values {
				d.Space = d.Space || (v.datatype == wktType || v.datatype == jsonType) && polygonText.MatchString(v.value)
			}
		}
	}
	if !d.Space {
		h.lose(8, "%s is nowhere", node)
	}
	for _, period := range g[node][dctNS+"temporal"] {
		start, end := g.text(period.value, dcatNS+"startDate"), g.text(period.value, dcatNS+"endDate")
		d.Time = period.kind == 'l' || period.kind == 'b' && start != "" && end != ""
	}
	if !d.Time {
		h.lose(9, "%s is at no time", node)
	}
}

// periods are the frequencies known, in days between two updates; 0 for none
// promised.
var periods = map[string]int{"CONT": 1, "DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "QUARTERLY": 92, "ANNUAL_2": 183, "ANNUAL": 366, "IRREG": 0}

// dates is rules 10 and 15.
func (h *harvest) dates(g triples, node string, d *item) {
	for _, f := range g[node][dctNS+"accrualPeriodicity"] {
		d.Frequency = strings.TrimPrefix(f.value, euNS+"frequency/")
		if _, known := periods[d.Frequency]; !known {
			d.Frequency = ""
		}
	}
	if d.Frequency == "" {
		h.lose(10, "%s has no known frequency", node)
	}
	at, err := time.Parse(time.RFC3339, g.text(node, dctNS+"modified"))
	if err != nil || at.After(h.now.Add(time.Minute)) {
		h.lose(15, "%s was modified in the future: %v", node, at)
		return
	}
	d.Modified = at
	if d.Description == "" || !slices.ContainsFunc(g[node][dctNS+"title"], func(t term) bool { return t.language == "fr" }) {
		h.lose(15, "%s says nothing in French", node)
	}
}

// valuable is rule 16.
func (h *harvest) valuable(g triples, node string, d *item) {
	for _, theme := range g[node][dcatNS+"theme"] {
		d.HighValue = d.HighValue || strings.HasPrefix(theme.value, hvdNS)
	}
	said := len(g[node][apNS+"hvdCategory"])+len(g[node][apNS+"applicableLegislation"]) > 0
	if said && !d.HighValue {
		h.lose(16, "%s is of high value and its themes do not say so", node)
	}
}

// distribution is rules 11, 12 and 17.
func (h *harvest) distribution(g triples, id, node string, d *item) {
	r := resourceFound{Kind: "main", Description: g.text(node, dctNS+"description")}
	for _, p := range []string{dcatNS + "accessURL", dcatNS + "downloadURL"} {
		if v := g[node][p]; len(v) > 0 {
			r.URL = v[0].value
		}
	}
	if r.URL == "" || strings.Contains(r.URL, "/versions/") {
		h.lose(11, "%s has no address that lasts", node)
		return
	}
	for _, f := range g[node][dctNS+"format"] {
		r.Format = strings.ToLower(strings.TrimPrefix(f.value, euNS+"file-type/"))
	}
	for _, m := range g[node][dcatNS+"mediaType"] {
		if m.kind != 'l' && !strings.HasPrefix(m.value, ianaNS) {
			h.lose(11, "%s is no media type", m.value)
		}
	}
	if len(g[node][dcatNS+"accessService"]) > 0 {
		r.Kind = "api"
		if len(g[node][dcatNS+"downloadURL"]) > 0 {
			h.lose(12, "the file %s is taken for an API", r.URL)
		}
	}
	for _, sum := range g[node][spdxNS+"checksum"] {
		for _, v := range g[sum.value][spdxNS+"checksumValue"] {
			if strings.HasSuffix(v.datatype, "#hexBinary") {
				h.lose(17, "%s has a checksum of bytes", node)
				h.failed = append(h.failed, id)
			}
		}
	}
	d.Resources = append(d.Resources, r)
}

// service is rule 13.
func (h *harvest) service(g triples, node string) {
	if g.text(node, dctNS+"identifier") == "" || g.text(node, dctNS+"title") == "" {
		h.lose(13, "the service %s has no identifier or no title", node)
	}
	for _, served := range g[node][dcatNS+"servesDataset"] {
		if g.text(served.value, dctNS+"identifier") == "" {
			h.lose(13, "the service %s serves %s, which is not in the page", node, served.value)
			h.failed = append(h.failed, node)
		}
	}
}

// schema is rule 14.
func (h *harvest) schema(g triples, node string) (known string) {
	for _, s := range g[node][dctNS+"conformsTo"] {
		if u, err := url.Parse(s.value); err != nil || u.Scheme != "https" && u.Scheme != "http" {
			h.lose(14, "%s is the address of no schema", s.value)
			continue
		}
		known = s.value
	}
	return known
}

// closedFormats are no data for data.gouv.fr.
var closedFormats = []string{"pdf", "doc", "docx", "word", "xls", "excel", "xlsx"}

// marks counts how many of the nine criteria of data.gouv.fr a dataset meets, and
// names the others. answers tells whether an address answers.
func (d *item) marks(now time.Time, answers func(address string) bool) (met int, lacking []string) {
	all := func(f func(resourceFound) bool) bool {
		return !slices.ContainsFunc(d.Resources, func(r resourceFound) bool { return !f(r) })
	}
	criteria := map[string]bool{
		"licence": d.Licence != "", "temporal coverage": d.Time, "spatial coverage": d.Space, "frequency": d.Frequency != "",
		"updated in time": periods[d.Frequency] == 0 || now.Before(d.Modified.AddDate(0, 0, periods[d.Frequency]+1)),
		"description":     len([]rune(d.Description)) > 100,
		"open format":     !all(func(r resourceFound) bool { return slices.Contains(closedFormats, r.Format) }),
		"available":       all(func(r resourceFound) bool { return answers(r.URL) }),
		"documented":      !all(func(r resourceFound) bool { return r.Description == "" }),
	}
	for _, name := range slices.Sorted(maps.Keys(criteria)) {
		if criteria[name] {
			met++
		} else {
			lacking = append(lacking, name)
		}
	}
	return met, lacking
}
