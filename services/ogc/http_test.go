package ogc_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

// Reading never changes anything: one application serves all of it.
func TestReading(t *testing.T) {
	t.Parallel()
	f := newField(t, 25, false)
	f.Work()
	f.publish(t)
	t.Run("addresses", f.testAddresses)
	t.Run("representations", f.testRepresentations)
	t.Run("pages give every item once", f.testPages)
	t.Run("filters and orders", f.testFilters)
	t.Run("filtered and sorted pages give every item once", f.testSortedPages)
	t.Run("coordinate systems", f.testSystems)
	t.Run("fields are parameters", f.testFieldParameters)
	t.Run("OpenAPI is sound", f.testOpenAPI)
}

func (f *field) testAddresses(t *testing.T) {
	const items = "/ales/ogc/collections/fleurs/items"
	tests := map[string]struct {
		path   string
		want   int
		has    []string
		hasNot []string
	}{
		"landing":                          {"/ales/ogc/?f=json", 200, []string{`"service-desc"`, `"conformance"`, `"data"`, `http://acv.test/ales/ogc/`}, nil},
		"landing without slash":            {"/ales/ogc?f=json", 200, []string{`"service-desc"`}, nil},
		"landing as a page":                {"/ales/ogc/", 200, []string{"<h1", "API géographique"}, []string{"⟦"}},
		"conformance":                      {"/ales/ogc/conformance?f=json", 200, []string{"ogcapi-features-1/1.0/conf/core", "ogcapi-tiles-1/1.0/conf/mvt"}, nil},
		"conformance as a page":            {"/ales/ogc/conformance?f=html", 200, []string{"conf/geojson"}, []string{"⟦"}},
		"OpenAPI":                          {"/ales/ogc/api", 200, []string{`"openapi":"3.0.3"`, `/collections/fleurs/items`, `"numero"`}, nil},
		"collections":                      {"/ales/ogc/collections?f=json", 200, []string{`"id":"fleurs"`, `"bbox":[[`}, nil},
		"collections as a page":            {"/ales/ogc/collections", 200, []string{"/collections/fleurs"}, []string{"⟦"}},
		"collections of a town apart":      {"/bayonne/ogc/collections?f=json", 200, []string{`"collections":[]`}, []string{"fleurs"}},
		"collection":                       {"/ales/ogc/collections/fleurs?f=json", 200, []string{`"itemType":"feature"`, `"rel":"items"`, "tilesets-vector", `"rel":"license"`}, nil},
		"collection as a page":             {"/ales/ogc/collections/fleurs", 200, []string{"Licence Ouverte"}, []string{"⟦"}},
		"unknown collection":               {"/ales/ogc/collections/ronces?f=json", 404, []string{"ronces"}, nil},
		"another town's collection":        {"/bayonne/ogc/collections/fleurs", 404, nil, nil},
		"items":                            {items + "?f=json", 200, []string{`"numberReturned":10`, `"numberMatched":25`, `"rel":"next"`}, nil},
		"items as a page":                  {items, 200, []string{"coquelicot", "after=10"}, []string{"⟦"}},
		"all items":                        {items + "?f=json&limit=25", 200, []string{`"numberReturned":25`, `"numberMatched":25`}, []string{`"next"`}},
		"too many items are clamped":       {items + "?f=json&limit=99999", 200, []string{`"numberReturned":25`}, nil},
		"one by its number":                {items + "?f=json&numero=7", 200, []string{`"numberMatched":1`, `"numero":7`}, nil},
		"a box":                            {items + "?f=json&bbox=4.0,44.0,4.080055,45", 200, []string{`"numberMatched":5`}, nil},
		"a date, though none is kept":      {items + "?f=json&datetime=2024-01-01", 200, []string{`"numberMatched":25`}, nil},
		"nothing":                          {items + "?f=json&bbox=0,0,1,1", 200, []string{`"numberMatched":0`, `"features":[`}, nil},
		"nothing, as a page":               {items + "?bbox=0,0,1,1", 200, []string{"Aucun élément"}, []string{"⟦"}},
		"unknown parameter":                {items + "?f=json&couleur=bleu", 400, []string{"couleur"}, nil},
		"unknown parameter, page":          {items + "?couleur=bleu", 400, []string{"couleur"}, nil},
		"unknown parameter, landing":       {"/ales/ogc/?f=json&x=1", 400, []string{`x`, "paramètre"}, nil},
		"a field the source does not find": {items + "?f=json&nom=coquelicot", 200, []string{`"numberMatched":25`}, nil},
		"limit not a number":               {items + "?f=json&limit=abc", 400, []string{"limit"}, nil},
		"limit zero":                       {items + "?f=json&limit=0", 400, nil, nil},
		"limit empty":                      {items + "?f=json&limit=", 400, nil, nil},
		"limit twice":                      {items + "?f=json&limit=1&limit=2", 400, nil, nil},
		"box of three":                     {items + "?f=json&bbox=1,2,3", 400, []string{"bbox"}, nil},
		"cursor of another world":          {items + "?f=json&after=zz", 400, nil, nil},
		"unknown form":                     {items + "?f=xml", 400, []string{"json ou html"}, nil},
		"broken escape":                    {items + "?f=%zz", 400, nil, nil},
		"item":                             {items + "/7?f=json", 200, []string{`"type":"Feature","id":"7"`, `"links":[`, `"collection"`}, nil},
		"item as a page":                   {items + "/7", 200, []string{"coquelicot"}, []string{"⟦"}},
		"unknown item":                     {items + "/99?f=json", 404, nil, nil},
		"item of another town":             {"/bayonne/ogc/collections/fleurs/items/7?f=json", 404, nil, nil},
		"tilesets":                         {"/ales/ogc/collections/fleurs/tiles", 200, []string{"WebMercatorQuad", `"templated":true`, "{tileMatrix}/{tileRow}/{tileCol}"}, nil},
		"tileset":                          {"/ales/ogc/collections/fleurs/tiles/WebMercatorQuad", 200, []string{`"points"`, `"minTileMatrix":"14"`, `"nom"`}, nil},
		"tileset of another grid":          {"/ales/ogc/collections/fleurs/tiles/LambertQuad", 404, nil, nil},
		"tile outside the world":           {"/ales/ogc/collections/fleurs/tiles/WebMercatorQuad/3/8/1", 404, nil, nil},
		"tile too deep":                    {"/ales/ogc/collections/fleurs/tiles/WebMercatorQuad/21/1/1", 404, nil, nil},
		"tile of letters":                  {"/ales/ogc/collections/fleurs/tiles/WebMercatorQuad/a/1/1", 404, nil, nil},
		"tile of another town":             {strings.Replace(tilePath(), "/ales", "/bayonne", 1), 404, nil, nil},
		"tile, unknown parameter":          {tilePath() + "?couleur=bleu", 400, nil, nil},
		"tile with a filter":               {tilePath() + "?q=rose", 200, nil, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f.resident.Get(test.path).Want(test.want).Has(test.has...).HasNot(test.hasNot...)
			head := f.resident.Do(f.resident.Request(http.MethodHead, test.path, nil))
			if head.Status != test.want || head.Body != "" {
				t.Errorf("HEAD: %d with %d bytes", head.Status, len(head.Body))
			}
		})
	}
}

func (f *field) testRepresentations(t *testing.T) {
	tests := map[string]struct{ accept, want string }{
		"browser":  {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"},
		"anything": {"*/*", "application/geo+json"},
		"GDAL":     {"application/geo+json, application/json", "application/geo+json"},
		"json":     {"application/json", "application/geo+json"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := f.resident.Get("/ales/ogc/collections/fleurs/items", "Accept", test.accept).Want(200)
			if got := r.Header.Get("Content-Type"); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func (f *field) testPages(t *testing.T) {
	var seen []string
	address := "/ales/ogc/collections/fleurs/items?f=json&limit=4"
	for pages := 0; address != ""; pages++ {
		if pages > 7 {
			t.Fatal("the pages do not end")
		}
		var answer struct {
			NumberMatched, NumberReturned int
			Features                      []struct{ ID string }
			Links                         []struct{ Rel, Href string }
		}
		f.resident.Get(address).Want(200).Decode(&answer)
		if answer.NumberMatched != 25 || answer.NumberReturned != len(answer.Features) {
			t.Errorf("page %d: matched %d, returned %d of %d", pages, answer.NumberMatched, answer.NumberReturned, len(answer.Features))
		}
		for _, one := range answer.Features {
			seen = append(seen, one.ID)
		}
		address = ""
		for _, l := range answer.Links {
			if l.Rel == "next" {
				address = strings.TrimPrefix(l.Href, apptest.BaseURL)
			}
		}
	}
	slices.Sort(seen)
	if len(slices.Compact(seen)) != 25 {
		t.Errorf("%d different items of 25", len(slices.Compact(seen)))
	}
}

func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	f := newField(t, 5, false)
	f.Work()
	const one, items = "/ales/ogc/collections/fleurs?f=json", "/ales/ogc/collections/fleurs/items?f=json"
	stranger := f.As(apptest.Member(f.other, authz.Agent))
	check := func(step string, resident, agent int) {
		t.Helper()
		for _, path := range []string{one, items, tilePath(), "/ales/ogc/collections/fleurs/tiles"} {
			if got := f.resident.Get(path).Status; got != resident {
				t.Errorf("%s: resident on %s: %d, want %d", step, path, got, resident)
			}
			if got := stranger.Get(path).Status; got != resident {
				t.Errorf("%s: another town's agent on %s: %d, want %d", step, path, got, resident)
			}
			if got := f.agent.Get(path).Status; got != agent {
				t.Errorf("%s: agent on %s: %d, want %d", step, path, got, agent)
			}
		}
	}
	check("draft", 404, 200)
	f.publish(t)
	check("published", 200, 200)
	must(t, f.datasets.Withdraw(f.Context, f.town, "fleurs", "positions fausses"))
	if r := f.resident.Get(items).Want(410); !strings.Contains(r.Body, "positions fausses") {
		t.Errorf("the reason is missing: %s", r.Body)
	}
	f.resident.Get(tilePath()).Want(404)
	f.agent.Get(items).Want(200)
	if cache := f.agent.Get(items).Header.Get("Cache-Control"); !strings.HasPrefix(cache, "private") {
		t.Errorf("a proxy may keep what only staff see: %q", cache)
	}
}

func TestAPublicLayerNeedsNoPublication(t *testing.T) {
	t.Parallel()
	f := newField(t, 5, true)
	f.resident.Get(tilePath()).Want(200)
	f.resident.Get("/ales/ogc/collections/fleurs?f=json").Want(200).HasNot(`"itemType"`, `"rel":"items"`)
	f.resident.Get("/ales/ogc/collections/fleurs/items?f=json").Want(404)
}

func TestAModuleThatIsOffShowsNothing(t *testing.T) {
	t.Parallel()
	f := newField(t, 5, true)
	must(t, f.Towns.SetModules(f.Context, f.town.ID, map[string]tenants.ModuleState{}))
	f.resident.Get(tilePath()).Want(404)
	f.agent.Get("/ales/ogc/collections?f=json").Want(200).HasNot("fleurs")
	f.agent.Get("/ales/ogc/collections/fleurs/items?f=json").Want(404)
}

func TestATileIsValidatedByItsVersion(t *testing.T) {
	t.Parallel()
	f := newField(t, 5, true)
	path := tilePath()
	first := f.resident.Get(path, "Accept-Encoding", "gzip").Want(200)
	if first.Header.Get("Content-Encoding") != "gzip" || first.Header.Get("Content-Type") != "application/vnd.mapbox-vector-tile" {
		t.Errorf("%v", first.Header)
	}
	if n := countPoints(t, first.Body, true); n != 5 {
		t.Errorf("%d points, want 5", n)
	}
	if n := countPoints(t, f.resident.Get(path).Want(200).Body, false); n != 5 {
		t.Errorf("without compression: %d points", n)
	}
	etag := first.Header.Get("ETag")
	f.resident.Get(path, "If-None-Match", etag).Want(304)
	f.meadow.count.Store(6)
	must(t, f.DB.InTenant(f.Context, f.town.ID, func(ctx context.Context, tx *db.Tx) error { return ogc.Bump(ctx, tx, "fleurs") }))
	again := f.resident.Get(path, "If-None-Match", etag, "Accept-Encoding", "gzip").Want(200)
	if n := countPoints(t, again.Body, true); n != 6 {
		t.Errorf("after a change: %d points, want 6", n)
	}
	f.resident.Get(tilePath()[:len(tilePath())-1] + "9").Want(204)
}

func countPoints(t *testing.T, body string, compressed bool) int {
	t.Helper()
	var r io.Reader = strings.NewReader(body)
	if compressed {
		unzipped, err := gzip.NewReader(r)
		must(t, err)
		r = unzipped
	}
	raw, err := io.ReadAll(r)
	must(t, err)
	layers, err := mvt.Unmarshal(raw)
	must(t, err)
	return len(layers[0].Features)
}

func TestItemsAreValidatedByTheirVersion(t *testing.T) {
	t.Parallel()
	f := newField(t, 5, false)
	f.Work()
	f.publish(t)
	const items = "/ales/ogc/collections/fleurs/items?f=json"
	etag := f.resident.Get(items).Want(200).Header.Get("ETag")
	f.resident.Get(items, "If-None-Match", etag).Want(304)
	f.resident.Get(items+"&limit=2", "If-None-Match", etag).Want(200)
	f.meadow.count.Store(6)
	f.resident.Get(items, "If-None-Match", etag).Want(200).Has(`"numberMatched":6`)
}

func (f *field) testOpenAPI(t *testing.T) {
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name, In string }
			Responses   map[string]json.RawMessage
		}
	}
	f.resident.Get("/ales/ogc/api").Want(200).Decode(&doc)
	ids := map[string]bool{}
	for path, methods := range doc.Paths {
		get, ok := methods["get"]
		if !ok || ids[get.OperationID] || len(get.Responses) == 0 {
			t.Errorf("%s: %+v", path, get)
		}
		ids[get.OperationID] = true
		for _, name := range pathParameters(path) {
			if !slices.ContainsFunc(get.Parameters, func(p struct{ Name, In string }) bool { return p.Name == name && p.In == "path" }) {
				t.Errorf("%s: the parameter %s is not described", path, name)
			}
		}
	}
	if len(doc.Paths) != 11 {
		t.Errorf("%d paths", len(doc.Paths))
	}
}

func pathParameters(path string) (names []string) {
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, "{") {
			names = append(names, strings.Trim(part, "{}"))
		}
	}
	return names
}
