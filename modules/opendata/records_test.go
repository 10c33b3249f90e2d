package opendata_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"acvdata/services/apptest"
	"acvdata/services/datasets"
)

const recordItems = "/ogc/collections/catalogue/items"

// record is a record as a client reads it.
type record struct {
	ID         string
	Type       string
	Geometry   map[string]any
	Time       *struct{ Interval []string }
	Properties struct {
		Type, Title, Description, License string
		Created, Updated                  time.Time
		Keywords                          []string
		Themes                            []struct {
			Scheme   string
			Concepts []struct{ ID, Title string }
		}
		ExternalIDs []struct{ Scheme, Value string }
		Formats     []struct{ Name string }
		Contacts    []struct {
			Organization string
			Roles        []string
		}
	}
	Links []struct{ Rel, Href, Type string }
}

func (r *record) words() string {
	p := r.Properties
	said := append([]string{p.Title, p.Description}, p.Keywords...)
	if len(p.Contacts) > 0 {
		said = append(said, p.Contacts[0].Organization)
	}
	return strings.Join(said, "\n")
}

func (r *record) concepts() (ids []string) {
	for _, t := range r.Properties.Themes {
		for _, c := range t.Concepts {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func (r *record) knownAs(value string) bool {
	return slices.ContainsFunc(r.Properties.ExternalIDs, func(e struct{ Scheme, Value string }) bool { return e.Value == value })
}

type recordsFound struct {
	NumberMatched, NumberReturned int
	Features                      []record
	Links                         []struct{ Rel, Href string }
}

func (f recordsFound) ids() (ids []string) {
	for _, r := range f.Features {
		ids = append(ids, r.ID)
	}
	return ids
}

func (f recordsFound) next() string {
	for _, l := range f.Links {
		if l.Rel == "next" {
			return strings.TrimPrefix(l.Href, apptest.BaseURL)
		}
	}
	return ""
}

// ask reads a page of records; pairs are parameters.
func (r *rig) ask(t *testing.T, root string, pairs ...string) (found recordsFound) {
	t.Helper()
	query := url.Values{"f": {"json"}}
	for pair := range slices.Chunk(pairs, 2) {
		query.Set(pair[0], pair[1])
	}
	r.resident.Get(root + recordItems + "?" + query.Encode()).Want(200).Decode(&found)
	if found.NumberReturned != len(found.Features) {
		t.Errorf("%d returned, %d there", found.NumberReturned, len(found.Features))
	}
	return found
}

// A town with sixty datasets, one taken from elsewhere, and a neighbour with two.
func TestRecords(t *testing.T) {
	t.Parallel()
	r, s := newRig(t, 120), newFaraway(t)
	r.Work()
	s.documents.Store("/c.ttl", twoSets)
	r.bring(t, r.town, r.agent, s.URL+"/c.ttl")
	r.publishBulk(t, r.town, 0, 60)
	r.publishBulk(t, r.other, 0, 2)
	must(t, r.datasets.Withdraw(r.Context, r.town, "plantes-059", "erreur"))
	t.Run("records are what the standard says", r.testRecordShape)
	t.Run("parameters narrow", r.testRecordParameters)
	t.Run("orders", r.testRecordOrders)
	t.Run("refusals", r.testRecordRefusals)
	t.Run("documents", r.testRecordDocuments)
	t.Run("pages for people", r.testRecordPages)
	t.Run("towns apart", r.testRecordTowns)
	t.Run("a known answer is not sent again", r.testRecordTag)
}

func (r *rig) testRecordShape(t *testing.T) {
	var raw struct{ Features []map[string]any }
	r.resident.Get("/ales" + recordItems + "?f=json&limit=1000").Want(200).Decode(&raw)
	if len(raw.Features) != 60 {
		t.Errorf("%d records", len(raw.Features))
	}
	for _, one := range raw.Features {
		for _, fault := range recordFaults(one) {
			t.Errorf("%v: %s", one["id"], fault)
		}
		id, _ := one["id"].(string)
		var alone map[string]any
		r.resident.Get("/ales" + recordItems + "/" + id + "?f=json").Want(200).Decode(&alone)
		for _, fault := range recordFaults(alone) {
			t.Errorf("%s alone: %s", id, fault)
		}
	}
	foreign := r.ask(t, "/ales", "q", "rivières").Features[0]
	if foreign.Properties.License != "etalab-2.0" || foreign.Time == nil || !slices.Equal(foreign.Time.Interval, []string{"2020-01-01", "2024-12-31"}) ||
		foreign.Properties.Contacts[0].Organization != "Alès Agglomération" {
		t.Errorf("%+v", foreign)
	}
	rels := map[string]int{}
	for _, l := range r.ask(t, "/ales", "ids", "ales:plantes").Features[0].Links {
		rels[l.Rel]++
	}
	if rels["enclosure"] != 13 || rels["item"] != 1 || rels["describedby"] != 1 || rels["license"] != 1 {
		t.Errorf("%v", rels)
	}
}

var (
	recordDay    = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2}|\.\.)$`)
	recordMoment = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$`)
)

// recordFaults is what is wrong with a record by recordGeoJSON.yaml and the
// requirements of OGC 20-004r1 on members, times, contacts and links.
func recordFaults(r map[string]any) (faults []string) {
	wrong := func(is bool, about string) {
		if is {
			faults = append(faults, about)
		}
	}
	filled := func(v any) bool { s, is := v.(string); return is && s != "" }
	list := func(v any) []any { l, _ := v.([]any); return l }
	object := func(v any) map[string]any { o, _ := v.(map[string]any); return o }
	for _, member := range []string{"id", "type", "time", "geometry", "properties", "links"} {
		_, is := r[member]
		wrong(!is, "no "+member)
	}
	wrong(!filled(r["id"]) || strings.ContainsAny(fmt.Sprint(r["id"]), "/?# "), "id")
	wrong(r["type"] != "Feature", "type")
	if r["time"] != nil {
		interval := list(object(r["time"])["interval"])
		wrong(len(interval) != 2, "interval")
		for _, end := range interval {
			wrong(!recordDay.MatchString(fmt.Sprint(end)), "end of interval")
		}
	}
	if r["geometry"] != nil {
		rings := list(object(r["geometry"])["coordinates"])
		wrong(object(r["geometry"])["type"] != "Polygon" || len(rings) != 1 || fmt.Sprint(list(rings[0])[0]) != fmt.Sprint(list(rings[0])[4]), "geometry")
	}
	p := object(r["properties"])
	wrong(p["type"] != "dataset" || !filled(p["title"]), "type or title")
	for _, at := range []string{"created", "updated"} {
		wrong(p[at] != nil && !recordMoment.MatchString(fmt.Sprint(p[at])), at)
	}
	wrong(!filled(object(p["language"])["code"]), "language")
	wrong(p["license"] != nil && (!filled(p["license"]) || strings.Contains(fmt.Sprint(p["license"]), " ")), "license")
	for _, theme := range list(p["themes"]) {
		wrong(!filled(object(theme)["scheme"]) || len(list(object(theme)["concepts"])) == 0, "theme")
		for _, concept := range list(object(theme)["concepts"]) {
			wrong(!filled(object(concept)["id"]), "concept")
		}
	}
	for _, e := range list(p["externalIds"]) {
		wrong(!filled(object(e)["value"]), "externalIds")
	}
	for _, f := range list(p["formats"]) {
		wrong(!filled(object(f)["name"]) && !filled(object(f)["mediaType"]), "formats")
	}
	for _, c := range list(p["contacts"]) {
		wrong(!filled(object(c)["organization"]) || len(list(object(c)["roles"])) == 0, "contact")
		for _, l := range list(object(c)["links"]) {
			wrong(!filled(object(l)["type"]) || object(l)["rel"] != "about", "link of a contact")
		}
	}
	return append(faults, linkFaults(list(r["links"]))...)
}

func linkFaults(links []any) (faults []string) {
	rels := map[string]int{}
	for _, one := range links {
		l, _ := one.(map[string]any)
		u, err := url.Parse(fmt.Sprint(l["href"]))
		rel, _ := l["rel"].(string)
		if err != nil || !u.IsAbs() || rel == "" {
			faults = append(faults, fmt.Sprintf("link %v", l))
		}
		rels[rel]++
	}
	if rels["collection"] != 1 || rels["self"] != 1 || rels["alternate"] != 1 {
		faults = append(faults, fmt.Sprintf("links %v", rels))
	}
	return faults
}

func (r *rig) testRecordParameters(t *testing.T) {
	all := r.ask(t, "/ales", "limit", "1000")
	if all.NumberMatched != 60 || slices.Contains(all.ids(), "ales:plantes-059") {
		t.Fatalf("%d: %v", all.NumberMatched, all.ids())
	}
	last := all.Features[len(all.Features)-1]
	known := last.Properties.ExternalIDs[1].Value
	day := func(text string) time.Time { at, err := time.Parse(time.DateOnly, text); must(t, err); return at }
	starts := func(x *record) time.Time { return day(strings.ReplaceAll(x.Time.Interval[0], "..", "0001-01-01")) }
	for name, test := range map[string]struct {
		ask  []string
		lets func(*record) bool
	}{
		"a word without its accents": {[]string{"q", "RIVIERES"}, func(x *record) bool { return strings.Contains(x.words(), "Rivières") }},
		"ligatures and apostrophes":  {[]string{"q", "oeuvre d'art"}, func(x *record) bool { return strings.Contains(x.words(), "Œuvre d’art") }},
		"words that follow":          {[]string{"q", "ligne 1   ligne"}, func(x *record) bool { return strings.Contains(x.words(), "Ligne 1\nLigne 2") }},
		"words in the wrong order":   {[]string{"q", "barre art"}, func(*record) bool { return false }},
		"one of two words": {[]string{"q", "rivieres,gras"}, func(x *record) bool {
			return strings.Contains(x.words(), "Rivières") || strings.Contains(x.words(), "gras")
		}},
		"a type there is":      {[]string{"type", "service,dataset"}, func(*record) bool { return true }},
		"a type there is not":  {[]string{"type", "service"}, func(*record) bool { return false }},
		"identifiers":          {[]string{"ids", "ales:plantes,ales:plantes-007,rien"}, func(x *record) bool { return x.ID == "ales:plantes" || x.ID == "ales:plantes-007" }},
		"an address elsewhere": {[]string{"externalIds", "https://agglo.example/jeux/rivieres"}, func(x *record) bool { return x.knownAs("https://agglo.example/jeux/rivieres") }},
		"an identifier in a scheme": {[]string{"externalIds", "dcat:ales/plantes-003,ckan:" + known}, func(x *record) bool {
			return x.knownAs("ales/plantes-003") || x.knownAs(known)
		}},
		"a scheme":                 {[]string{"externalIds", "ckan:"}, func(x *record) bool { return !strings.Contains(x.ID, "moissonnes") }},
		"the wrong scheme":         {[]string{"externalIds", "dcat:" + known}, func(*record) bool { return false }},
		"a box beside the town":    {[]string{"bbox", "4.19,44.29,4.195,44.295"}, func(x *record) bool { return strings.Contains(x.ID, "moissonnes") }},
		"a box in Lambert-93":      {[]string{"bbox", "785000,6334000,789000,6339000", "bbox-crs", "http://www.opengis.net/def/crs/EPSG/0/2154"}, func(*record) bool { return true }},
		"a box far away":           {[]string{"bbox", "0,0,1,1"}, func(*record) bool { return false }},
		"a day before any":         {[]string{"datetime", "2018-01-01"}, func(x *record) bool { return x.Time == nil }},
		"a period":                 {[]string{"datetime", "../2019-12-31"}, func(x *record) bool { return x.Time == nil || starts(x).Year() < 2020 }},
		"a filter on text":         {[]string{"filter", "title LIKE '%rivière%'"}, func(*record) bool { return false }},
		"a filter without accents": {[]string{"filter", "ACCENTI(CASEI(title)) LIKE ACCENTI(CASEI('rivi%'))"}, func(x *record) bool { return strings.HasPrefix(x.Properties.Title, "Rivi") }},
		"a filter on a list":       {[]string{"filter", "A_CONTAINS(keywords, ('été'))"}, func(x *record) bool { return slices.Contains(x.Properties.Keywords, "été") }},
		"a filter on themes, as JSON": {[]string{"filter", `{"op":"a_overlaps","args":[{"property":"themes"},["trees","water"]]}`, "filter-lang", "cql2-json"}, func(x *record) bool {
			return slices.Contains(x.concepts(), "trees") || slices.Contains(x.concepts(), "water")
		}},
		"a filter on the period": {[]string{"filter", "T_AFTER(time, DATE('2019-12-31'))"}, func(x *record) bool { return x.Time != nil && starts(x).Year() > 2019 }},
		"a filter on the place":  {[]string{"filter", "S_CONTAINS(geometry, POINT(4.19 44.29))"}, func(x *record) bool { return strings.Contains(x.ID, "moissonnes") }},
		"a filter on a date":     {[]string{"filter", "updated > TIMESTAMP('2100-01-01T00:00:00Z')"}, func(*record) bool { return false }},
		"a licence by its name":  {[]string{"license", "ODbL-1.0"}, func(x *record) bool { return x.Properties.License == "ODbL-1.0" }},
		"a keyword by its name":  {[]string{"keywords", "crues"}, func(x *record) bool { return slices.Contains(x.Properties.Keywords, "crues") }},
		"a format by its name": {[]string{"formats", "KML"}, func(x *record) bool {
			return slices.ContainsFunc(x.Properties.Formats, func(f struct{ Name string }) bool { return f.Name == "KML" })
		}},
		"several at once": {[]string{"license", "ODbL-1.0", "keywords", "été", "datetime", "2018-01-01"}, func(x *record) bool {
			return x.Properties.License == "ODbL-1.0" && slices.Contains(x.Properties.Keywords, "été") && x.Time == nil
		}},
		"parameters without a value": {[]string{"q", "", "bbox", "", "type", "", "limit", "60", "ids", ""}, func(*record) bool { return true }},
	} {
		t.Run(name, func(t *testing.T) {
			var want []string
			for i := range all.Features {
				if test.lets(&all.Features[i]) {
					want = append(want, all.Features[i].ID)
				}
			}
			got := r.ask(t, "/ales", append([]string{"limit", "1000"}, test.ask...)...)
			if !slices.Equal(got.ids(), want) || got.NumberMatched != len(want) {
				t.Errorf("%d %v\nnot %v", got.NumberMatched, got.ids(), want)
			}
		})
	}
}

func (r *rig) testRecordOrders(t *testing.T) {
	for _, order := range []string{"", "title", "-title", "-updated,title", "license,-id", "publisher"} {
		whole := r.ask(t, "/ales", "limit", "1000", "sortby", order)
		var met []string
		for address := "/ales" + recordItems + "?f=json&limit=7&sortby=" + url.QueryEscape(order); address != ""; {
			var page recordsFound
			r.resident.Get(address).Want(200).Decode(&page)
			met = append(met, page.ids()...)
			if address = page.next(); len(met) > 60 {
				t.Fatalf("%s: the pages do not end", order)
			}
		}
		if !slices.Equal(met, whole.ids()) || len(met) != 60 {
			t.Errorf("%s: %v\nnot %v", order, met, whole.ids())
		}
	}
	if ids := r.ask(t, "/ales", "sortby", "-id").ids(); !slices.IsSortedFunc(ids, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("%v", ids)
	}
}

func (r *rig) testRecordRefusals(t *testing.T) {
	for path, has := range map[string]string{
		"?f=json&couleur=bleu": "couleur", "?f=json&couleur=": "couleur", "?f=json&bbox=1,2,3": "bbox", "?f=json&datetime=hier": "datetime",
		"?f=json&limit=abc": "limit", "?f=json&limit=0": "limit", "?f=json&after=zz": "première page", "?f=json&after=WyJhIiwiYiJd": "première page",
		"?f=json&sortby=description": "sortby", "?f=json&filter=couleur%3D1": "couleur", "?f=json&q=a&q=b": "q", "?f=xml": "json ou html",
		"?f=json&updated=hier": "updated", "?f=json&geometry=x": "geometry", "?f=json&crs=EPSG:2154": "coordonnées",
	} {
		r.resident.Get("/ales" + recordItems + path).Want(400).Has(has).HasNot("⟦")
	}
	r.resident.Get("/ales" + recordItems + "/ales:rien?f=json").Want(404)
	r.resident.Get("/ales" + recordItems + "/ales:plantes-059?f=json").Want(404)
	r.resident.Get("/ales" + recordItems + "/ales:moissonnes:reserve?f=json").Want(404)
	r.resident.Get("/ales" + recordItems + "/ales:plantes?f=json&q=a").Want(400)
}

func (r *rig) testRecordDocuments(t *testing.T) {
	for _, root := range []string{"/ales/ogc", "/ogc"} {
		r.resident.Get(root+"/?f=json").Want(200).Has("ogc-catalog", `"service-desc"`)
		r.resident.Get(root+"/conformance?f=json").Want(200).Has("ogcapi-records-1/1.0/conf/searchable-catalog", "conf/record-core-query-parameters", "records-1/1.0/conf/sorting")
		r.resident.Get(root + "/collections?f=json").Want(200).Has(`"itemType":"record"`)
		r.resident.Get(root+"/collections/catalogue?f=json").Want(200).Has(
			`"type":"Catalog"`, `"itemType":"record"`, `"defaultSortOrder":[{"field":"id","direction":"asc"}]`, `"rel":"items"`, `"language":{"code":"fr"`)
		r.resident.Get(root+"/collections/catalogue/queryables?f=json").Want(200).Has(`"externalIds":{`, `"geometry":{`, `"time":{`)
		r.resident.Get(root+"/collections/catalogue/sortables?f=json").Want(200).Has(`"updated":{`).HasNot(`"geometry":{`, `"keywords":{`)
		r.resident.Get(root+"/api").Want(200).Has(`/collections/catalogue/items/{recordId}`, `"externalIds"`, `"publisher"`)
		for _, path := range []string{"/", "/conformance", "/collections", "/collections/catalogue", "/collections/catalogue/queryables", "/collections/catalogue/sortables"} {
			r.resident.Get(root+path, "Accept", "text/html").Want(200).Has("<h1").HasNot("⟦")
		}
	}
	r.resident.Get("/ogc/conformance?f=json").HasNot("ogcapi-tiles")
	if link := r.resident.Get("/ales/donnees").Want(200).Header.Values("Link"); !strings.Contains(strings.Join(link, " "), "ogc-catalog") {
		t.Errorf("no link to the catalogue: %v", link)
	}
	r.resident.Get("/ales/donnees/catalogue/moissonner").Want(200).Has("/ales" + recordItems)
}

func (r *rig) testRecordPages(t *testing.T) {
	page := r.resident.Get("/ales"+recordItems+"?q=rivieres", "Accept", "text/html").Want(200)
	page.Has("Rivières de l’agglomération", "1 jeu de données", `value="rivieres"`).HasNot("⟦", "<script>alert")
	if n := page.Page().Find("article.card").Length(); n != 1 {
		t.Errorf("%d cards", n)
	}
	href := page.Page().Find("article.card a").AttrOr("href", "")
	r.resident.Get(href, "Accept", "text/html").Want(200).Has("niveaux.csv", "Alès Agglomération", "Licence Ouverte").HasNot("⟦", "<script>alert")
	r.resident.Get("/ales"+recordItems+"?q=introuvable", "Accept", "text/html").Want(200).Has("Aucun élément", "0 jeu de données").HasNot("⟦")
	first := r.resident.Get("/ales"+recordItems, "Accept", "text/html").Want(200)
	next := first.Page().Find(`a[rel="next"]`).AttrOr("href", "")
	r.resident.Get(next, "Accept", "text/html").Want(200).HasNot("⟦")
}

func (r *rig) testRecordTowns(t *testing.T) {
	if ids := r.ask(t, "/bayonne").ids(); !slices.Equal(ids, []string{"bayonne:plantes", "bayonne:plantes-001"}) {
		t.Errorf("%v", ids)
	}
	r.resident.Get("/bayonne" + recordItems + "/ales:plantes?f=json").Want(404)
	all := r.ask(t, "", "limit", "1000")
	if all.NumberMatched != 62 || !slices.Contains(all.ids(), "bayonne:plantes-001") || slices.Contains(all.ids(), "ales:plantes-059") {
		t.Errorf("%d: %v", all.NumberMatched, all.ids())
	}
	r.resident.Get(recordItems + "/bayonne:plantes?f=json").Want(200).Has("/bayonne/donnees/plantes")
	if got := r.ask(t, "", "ids", "ales:plantes"); len(got.Features) != 1 {
		t.Errorf("%v", got.ids())
	}
}

func (r *rig) testRecordTag(t *testing.T) {
	path := "/ales" + recordItems + "?f=json&ids=ales:plantes-007"
	etag := r.resident.Get(path).Want(200).Header.Get("ETag")
	r.resident.Get(path, "If-None-Match", etag).Want(304)
	one := "/ales" + recordItems + "/ales:plantes-007?f=json"
	alone := r.resident.Get(one).Want(200).Header.Get("ETag")
	r.resident.Get(one, "If-None-Match", alone).Want(304)
	must(t, r.datasets.Describe(r.Context, r.town, "plantes-007", datasets.Metadata{Title: "Tout autre titre", Licence: datasets.ODbL}))
	r.resident.Get(path, "If-None-Match", etag).Want(200).Has("Tout autre titre")
	r.resident.Get(one, "If-None-Match", alone).Want(200).Has("Tout autre titre")
}

// Pages go on after the last record seen: whoever reads them meets each record
// that is there all along once, whatever comes, goes or is renamed meanwhile.
func TestRecordsAreMetOnceWhileTheTownWorks(t *testing.T) {
	t.Parallel()
	r := newRig(t, 80)
	r.publishBulk(t, r.town, 10, 50)
	met := map[string]int{}
	page := 0
	for address := "/ales" + recordItems + "?f=json&limit=6"; address != ""; page++ {
		var found recordsFound
		r.resident.Get(address).Want(200).Decode(&found)
		for _, id := range found.ids() {
			met[id]++
		}
		address = found.next()
		switch page {
		case 1:
			r.publishBulk(t, r.town, 0, 5)
			must(t, r.datasets.Withdraw(r.Context, r.town, "plantes-010", "erreur"))
		case 2:
			r.publishBulk(t, r.town, 60, 65)
			must(t, r.datasets.Withdraw(r.Context, r.town, "plantes-049", "erreur"))
			must(t, r.datasets.Describe(r.Context, r.town, "plantes-030", datasets.Metadata{Title: "AAA", Licence: datasets.ODbL}))
		}
		if page > 20 {
			t.Fatal("the pages do not end")
		}
	}
	for n := 11; n < 49; n++ {
		if id := fmt.Sprintf("ales:plantes-%03d", n); met[id] != 1 {
			t.Errorf("%s: met %d times", id, met[id])
		}
	}
	for id, times := range met {
		if times != 1 {
			t.Errorf("%s: met %d times", id, times)
		}
	}
	if met["ales:plantes-064"] != 1 || met["ales:plantes-049"] != 0 {
		t.Errorf("what came is missing, or what went is there: %v", met)
	}
}
