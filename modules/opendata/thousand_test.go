package opendata_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"acvdata/services/apptest"
	"acvdata/services/datasets"
)

// site reads the application as a harvester does.
func (r *rig) site() web {
	return func(method, path string) page {
		answer := r.resident.Do(r.resident.Request(method, path, nil, "Accept", "*/*"))
		return page{answer.Status, answer.Header.Get("Content-Type"), answer.Body}
	}
}

// remembering asks for everything once.
func remembering(get web) web {
	known := map[string]page{}
	return func(method, path string) page {
		if _, is := known[method+path]; !is {
			known[method+path] = get(method, path)
		}
		return known[method+path]
	}
}

func (h *harvest) wantClean(t *testing.T, pages, items int) {
	t.Helper()
	if h.pages < pages || len(h.items) != items || len(h.skipped)+len(h.failed)+len(h.doubled) > 0 {
		t.Errorf("%d pages, %d datasets; skipped %v, failed %v, doubled %v", h.pages, len(h.items), h.skipped, h.failed, h.doubled)
	}
	for i, l := range h.losses {
		if i == 10 {
			t.Fatalf("… and %d more", len(h.losses)-i)
		}
		t.Errorf("rule %d: %s", l.rule, l.about)
	}
}

const thousand = 1000

// A town of a thousand datasets is harvested twice, and works on between the two:
// nothing is skipped, refused or doubled, everybody keeps their identity.
func TestAThousandDatasetsAreHarvestedTwiceWithWritesBetween(t *testing.T) {
	t.Parallel()
	r := newRig(t, thousand+40)
	r.publishBulk(t, r.town, 0, thousand)
	first := run(r.site(), "/ales/catalog.nt", time.Now())
	first.wantClean(t, 10, thousand)

	r.publishBulk(t, r.town, thousand, thousand+40)
	gone := []string{"plantes-007", "plantes-500", "plantes-999"}
	for _, slug := range gone {
		must(t, r.datasets.Withdraw(r.Context, r.town, slug, "erreur"))
	}
	renamed := "plantes-123"
	must(t, r.datasets.Describe(r.Context, r.town, renamed, datasets.Metadata{Title: "AAA, tout autre titre", Licence: datasets.ODbL}))
	r.aNewVersion(t, r.town, time.Now(), "plantes-200", "plantes-201", "plantes-202")
	second := run(r.site(), "/ales/catalog.nt", time.Now())
	second.wantClean(t, 10, thousand+40-len(gone))

	var removed []string
	for _, id := range slices.Sorted(maps.Keys(first.items)) {
		was, is := first.items[id], second.items[id]
		if is == nil {
			removed = append(removed, strings.TrimPrefix(id, "ales/"))
			continue
		}
		if !slices.EqualFunc(was.Resources, is.Resources, func(a, b resourceFound) bool { return a.URL == b.URL }) {
			t.Errorf("%s: the addresses of its resources changed", id)
		}
	}
	if !slices.Equal(removed, gone) {
		t.Errorf("seen as removed: %v", removed)
	}
	if title := second.items["ales/"+renamed].Title; title != "AAA, tout autre titre" {
		t.Errorf("renamed to %q", title)
	}
	if a, b := first.items["ales/plantes-200"], second.items["ales/plantes-200"]; !b.Modified.After(a.Modified.Add(-time.Second)) {
		t.Errorf("a new version: %v, %v", a.Modified, b.Modified)
	}
	t.Logf("%d datasets, %d bytes of JSON-LD", len(second.items), second.size)
}

// The platform's catalogue is harvested like a town's.
func TestThePlatformsCatalogueIsHarvested(t *testing.T) {
	t.Parallel()
	r := newRig(t, 150)
	r.publishBulk(t, r.town, 0, 150)
	r.publishBulk(t, r.other, 60, 130)
	h := run(r.site(), "/catalog.nt", time.Now())
	h.wantClean(t, 3, 220)
}

// A dataset filled in well meets the nine criteria of data.gouv.fr once harvested.
func TestAWellFilledDatasetHasNineOfNine(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	r.Work()
	must(t, r.datasets.Describe(r.Context, r.town, "plantes", datasets.Metadata{
		Title: "Plantes", Licence: datasets.OpenLicence, Frequency: datasets.Yearly, TemporalStart: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		Summary: strings.Repeat("Chaque plante de la ville, avec son espèce et sa hauteur. ", 3),
	}))
	r.publish(t, r.town, "plantes")
	site := r.site()
	h := run(site, "/ales/catalog.nt", time.Now())
	h.wantClean(t, 1, 1)
	d := h.items["ales/plantes"]
	answers := func(address string) bool {
		return site(http.MethodHead, strings.TrimPrefix(address, apptest.BaseURL)).status == 200
	}
	if met, lacking := d.marks(time.Now(), answers); met != 9 {
		t.Errorf("%d of 9, without %v: %+v", met, lacking, d)
	}
	empty := &item{Description: "court", Frequency: "DAILY", Resources: []resourceFound{{Format: "pdf"}}}
	if met, _ := empty.marks(time.Now(), func(string) bool { return false }); met != 1 {
		t.Errorf("an empty dataset has %d of 9", met)
	}
}

// Every rule notices the catalogue that breaks it.
func TestEveryRuleOfTheHarvesterCanFail(t *testing.T) {
	t.Parallel()
	r := newRig(t, 120)
	r.publishBulk(t, r.town, 0, 12)
	r.publishBulk(t, r.other, 0, 105)
	site := remembering(r.site())
	swap := func(old, with string) func(page) page {
		return func(p page) page {
			p.body = strings.ReplaceAll(p.body, old, with)
			return p
		}
	}
	add := func(lines string) func(page) page {
		return func(p page) page {
			p.body += lines
			return p
		}
	}
	const node = "<http://acv.test/ales/donnees/plantes-003#dataset>"
	const a = " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
	tests := map[string]struct {
		rule int
		harm func(page) page
	}{
		"redirect":             {1, func(p page) page { p.status = 301; return p }},
		"page read as HTML":    {2, func(p page) page { p.contentType = "text/html"; return p }},
		"two pagination nodes": {3, add("<http://acv.test/x>" + a + "<" + hydraNS + "PagedCollection> .\n<http://acv.test/y>" + a + "<" + hydraNS + "PagedCollection> .\n")},
		"no identifier":        {4, swap("<"+dctNS+"identifier>", "<"+dctNS+"relation>")},
		"no title":             {4, swap("<"+dctNS+"title>", "<"+dctNS+"alternative>")},
		"one identifier twice": {4, swap(`"ales/plantes-003"`, `"ales/plantes-004"`)},
		"keyword as address":   {6, add(node + " <" + dcatNS + "keyword> <http://acv.test/mot> .\n")},
		"theme without label":  {6, swap("<"+skosNS+"prefLabel>", "<"+rdfsNS+"label>")},
		"licence of its own":   {7, swap("Open Licence version 2.0", "of the town")},
		"point as territory":   {8, swap("POLYGON((", "LINESTRING((")},
		"polygon with its CRS": {8, swap(`"POLYGON((`, `"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON((`)},
		"period with a name": {9, func(p page) page {
			p.body = regexp.MustCompile(`_:b(\d+)`).ReplaceAllString(p.body, "<http://acv.test/periode/$1>")
			return p
		}},
		"frequency unknown":    {10, swap(euNS+"frequency/", "http://acv.test/frequence/")},
		"address of a version": {11, swap("/export.csv>", "/versions/1/plantes.csv>")},
		"media type by http":   {11, swap(ianaNS, "http://www.iana.org/assignments/media-types/")},
		"service on a file":    {12, add("<http://acv.test/ales/donnees/plantes-003#csv> <" + dcatNS + "accessService> <http://acv.test/s> .\n")},
		"service elsewhere":    {13, swap("#service> <"+dcatNS+"servesDataset> <", "#service> <"+dcatNS+"servesDataset> <http://acv.test/ailleurs/")},
		"service unnamed":      {13, swap("#service> <"+dctNS+"title>", "#service> <"+dctNS+"alternative>")},
		"schema as text":       {14, add(node + " <" + dctNS + "conformsTo> \"scdl arbres\" .\n")},
		"changed tomorrow":     {15, swap(time.Now().UTC().Format("2006-"), "2126-")},
		"no French":            {15, swap("@fr", "@en")},
		"high value unsaid":    {16, swap("<"+dcatNS+"theme> <"+hvdNS, "<"+dctNS+"subject> <"+hvdNS)},
		"checksum of bytes": {17, add("<http://acv.test/ales/donnees/plantes-003#csv> <" + spdxNS + "checksum> _:sum .\n_:sum <" + spdxNS +
			"checksumValue> \"00ff\"^^<http://www.w3.org/2001/XMLSchema#hexBinary> .\n")},
		"too long": {18, add(node + " <" + dctNS + "alternative> \"" + strings.Repeat("x", mostCatalogue) + "\" .\n")},
	}
	harvested := func(harm func(page) page, address string) *harvest {
		return run(func(method, path string) page {
			return harm(site(method, strings.Replace(path, "/sans-fin", "/catalog.nt", 1)))
		}, address, time.Now())
	}
	harvested(func(p page) page { return p }, "/ales/catalog.nt").wantClean(t, 1, 12)
	proved := map[int]bool{5: true} // below
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			address := "/ales/catalog.nt"
			if test.rule == 2 {
				address = "/ales/sans-fin"
			}
			proved[test.rule] = true
			h := harvested(test.harm, address)
			if !slices.ContainsFunc(h.losses, func(l loss) bool { return l.rule == test.rule }) {
				t.Errorf("unnoticed: %v", h.losses)
			}
		})
	}
	for rule := 1; rule <= 18; rule++ {
		if !proved[rule] {
			t.Errorf("rule %d was never broken", rule)
		}
	}
	t.Run("identities that change", func(t *testing.T) { // rule 5
		was, is := harvested(swap("", ""), "/ales/catalog.nt"), harvested(swap(`"ales/`, `"ville-d-ales/`), "/ales/catalog.nt")
		for id := range was.items {
			if is.items[id] != nil {
				t.Errorf("%s was taken for the same", id)
			}
		}
	})
	t.Run("a page that is lost", func(t *testing.T) { // rule 3
		if h := harvested(swap("<"+hydraNS+"next>", "<"+hydraNS+"previous>"), "/bayonne/catalog.nt"); len(h.items) != 100 {
			t.Errorf("%d datasets", len(h.items))
		}
	})
}

// highValueFaults are the demands of DCAT-AP 3.0.0-hvd on what is under the
// regulation (SEMICeu/DCAT-AP, releases/3.0.0-hvd), and what data.gouv.fr reads.
func highValueFaults(g triples) (faults []string) {
	const law = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
	need := func(node string, properties ...string) {
		for _, p := range properties {
			if len(g[node][p]) == 0 {
				faults = append(faults, node+" lacks "+p)
			}
		}
		if !slices.Contains(g[node][apNS+"applicableLegislation"], term{kind: 'i', value: law}) {
			faults = append(faults, node+" is under no law")
		}
	}
	served := map[string][]string{}
	for _, service := range g.of(dcatNS + "DataService") {
		for _, d := range g[service][dcatNS+"servesDataset"] {
			served[d.value] = append(served[d.value], service)
		}
	}
	for _, d := range g.of(dcatNS + "Dataset") {
		if len(g[d][apNS+"hvdCategory"]) == 0 {
			continue
		}
		need(d, apNS+"hvdCategory", dcatNS+"distribution", dcatNS+"contactPoint")
		if !slices.Contains(g[d][dcatNS+"theme"], g[d][apNS+"hvdCategory"][0]) {
			faults = append(faults, d+" has not its category as a theme")
		}
		for _, file := range g[d][dcatNS+"distribution"] {
			need(file.value, dcatNS+"accessURL", dctNS+"license")
		}
		if len(served[d]) == 0 {
			faults = append(faults, d+" has no service")
		}
		for _, service := range served[d] {
			need(service, dcatNS+"contactPoint", foafNS+"page", dcatNS+"endpointURL", dcatNS+"endpointDescription", apNS+"hvdCategory", dctNS+"license")
		}
	}
	return faults
}

func TestHighValueDatasetsAreDescribedAsTheLawWants(t *testing.T) {
	t.Parallel()
	r := newRig(t, 90)
	r.publishBulk(t, r.town, 0, 90)
	body := r.resident.Get("/ales/catalog.nt", "Accept", "*/*").Want(200).Body
	g := readTriples(body)
	high := 0
	for _, d := range g.of(dcatNS + "Dataset") {
		high += len(g[d][apNS+"hvdCategory"])
	}
	if faults := highValueFaults(g); high != 30 || len(faults) > 0 {
		t.Errorf("%d datasets of high value: %v", high, faults)
	}
	for _, broken := range []string{
		apNS + "applicableLegislation", dcatNS + "contactPoint", foafNS + "page", dcatNS + "endpointURL", dcatNS + "servesDataset", dcatNS + "theme",
	} {
		if len(highValueFaults(readTriples(strings.ReplaceAll(body, "<"+broken+">", "<http://acv.test/autre>")))) == 0 {
			t.Errorf("nobody misses %s", broken)
		}
	}
}
