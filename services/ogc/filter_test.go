package ogc_test

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"acvdata/services/apptest"
	"acvdata/services/geo/crs"
)

const flowerItems = "/ales/ogc/collections/fleurs/items"

type items struct {
	NumberMatched, NumberReturned int
	Features                      []struct {
		ID       string
		Geometry struct{ Coordinates []float64 }
	}
	Links []struct{ Rel, Href string }
}

func (i items) ids() string {
	var list []string
	for _, f := range i.Features {
		list = append(list, f.ID)
	}
	return strings.Join(list, " ")
}

func query(pairs ...string) string {
	q := url.Values{"f": {"json"}}
	for pair := range slices.Chunk(pairs, 2) {
		q.Set(pair[0], pair[1])
	}
	return flowerItems + "?" + q.Encode()
}

func (f *field) testFilters(t *testing.T) {
	for name, test := range map[string]struct{ path, want string }{
		"text":                   {query("filter", "numero > 23"), "24 25"},
		"language named":         {query("filter", "numero > 23", "filter-lang", "cql2-text"), "24 25"},
		"JSON":                   {query("filter", `{"op":"in","args":[{"property":"numero"},[3,5,99]]}`, "filter-lang", "cql2-json"), "3 5"},
		"accents and capitals":   {query("filter", "ACCENTI(CASEI(nom)) LIKE 'coque%' AND numero = 2"), "2"},
		"nothing":                {query("filter", "nom = 'rose'"), ""},
		"a box in degrees":       {query("filter", "S_INTERSECTS(geometry, BBOX(4.08,44,4.080025,45))"), "1 2"},
		"with a source's filter": {query("filter", "numero > 3", "numero", "5"), "5"},
		"with a box":             {query("filter", "numero > 3", "bbox", "4.0,44.0,4.080055,45"), "4 5"},
		"sorted down":            {query("sortby", "-numero", "limit", "3"), "25 24 23"},
		"sorted by two":          {query("sortby", "nom,-numero", "limit", "2"), "25 24"},
		"a plus is up":           {query("sortby", "+numero", "limit", "2"), "1 2"},
		"filtered and sorted":    {query("filter", "numero < 4", "sortby", "-numero"), "3 2 1"},
	} {
		t.Run(name, func(t *testing.T) {
			var got items
			f.resident.Get(test.path).Want(200).Decode(&got)
			if got.ids() != test.want {
				t.Errorf("%q, not %q", got.ids(), test.want)
			}
		})
	}
	for name, test := range map[string]struct{ path, has string }{
		"not understood":   {query("filter", "numero >"), "s’arrête trop tôt"},
		"an unknown field": {query("filter", "couleur = 'bleu'"), "couleur"},
		"wrong type":       {query("filter", "numero = 'x'"), "même nature"},
		"unknown language": {query("filter", "true", "filter-lang", "sql"), "filter-lang"},
		"broken JSON":      {query("filter", "{", "filter-lang", "cql2-json"), "JSON"},
		"unknown system":   {query("filter", "true", "filter-crs", "EPSG:27700"), "coordonnées"},
		"sorted by place":  {query("sortby", "geometry"), "sortby"},
		"sorted by what":   {query("sortby", "couleur"), "sortby"},
		"twice":            {query("filter", "true") + "&filter=false", "deux fois"},
		"a cursor gone":    {query("filter", "true", "after", "zz"), "première page"},
	} {
		t.Run(name, func(t *testing.T) {
			f.resident.Get(test.path).Want(400).Has(test.has).HasNot("⟦")
		})
	}
	f.resident.Get(flowerItems+"?filter=numero+%3E+23", "Accept", "text/html").Want(200).Has("24", "coquelicot").HasNot("⟦")
	f.resident.Get("/bayonne/ogc/collections/fleurs/items?filter=true").Want(404)
	for _, kind := range []string{"queryables", "sortables"} {
		r := f.resident.Get("/ales/ogc/collections/fleurs/"+kind+"?f=json").Want(200).Has(`"numero":{`, `"type":"integer"`, "json-schema.org")
		if got := r.Header.Get("Content-Type"); got != "application/schema+json" {
			t.Errorf("%s: %s", kind, got)
		}
		f.resident.Get("/ales/ogc/collections/fleurs/"+kind, "Accept", "text/html").Want(200).Has("numero").HasNot("⟦")
		f.resident.Get("/bayonne/ogc/collections/fleurs/" + kind).Want(404)
	}
	f.resident.Get("/ales/ogc/collections/fleurs/queryables?f=json").Has("geometry-point")
	f.resident.Get("/ales/ogc/collections/fleurs/sortables?f=json").HasNot("geometry")
	// What QGIS looks for before it sends its filters.
	f.resident.Get("/ales/ogc/conformance?f=json").Has("features-3/1.0/conf/filter", "conf/features-filter", "cql2/1.0/conf/cql2-text", "conf/basic-cql2")
}

func (f *field) testSortedPages(t *testing.T) {
	var seen []string
	for address := query("filter", "numero > 2", "sortby", "-numero", "limit", "5"); address != ""; {
		var got items
		f.resident.Get(address).Want(200).Decode(&got)
		if got.NumberMatched != 23 || got.NumberReturned != len(got.Features) || len(seen) > 23 {
			t.Fatalf("%d matched, %d of %d, %d seen", got.NumberMatched, len(got.Features), got.NumberReturned, len(seen))
		}
		seen, address = append(seen, strings.Fields(got.ids())...), ""
		for _, l := range got.Links {
			if l.Rel == "next" {
				address = strings.TrimPrefix(l.Href, apptest.BaseURL)
			}
		}
	}
	if len(seen) != 23 || seen[0] != "25" || seen[22] != "3" || len(slices.Compact(slices.Clone(seen))) != 23 {
		t.Errorf("%v", seen)
	}
}

// The first flower in each system, read as asked for and found by a box of that
// system.
func (f *field) testSystems(t *testing.T) {
	lon, lat := place(1)
	for uri, code := range map[string]crs.Code{"CRS84": 0, "EPSG/0/4326": crs.WGS84, "EPSG/0/3857": crs.WebMercator, "EPSG/0/2154": crs.Lambert93} {
		x, y, name := lon, lat, "http://www.opengis.net/def/crs/"+uri
		switch code {
		case 0:
			name = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
		case crs.WGS84:
			x, y = lat, lon
		default:
			var err error
			x, y, err = crs.Transform(crs.WGS84, code, lon, lat)
			must(t, err)
		}
		near := 0.2 // metres; flowers are eighty centimetres apart
		if code == 0 || code == crs.WGS84 {
			near = 2e-6
		}
		box := strings.Join([]string{number(x - near), number(y - near), number(x + near), number(y + near)}, ",")
		for way, path := range map[string]string{
			"bbox":   query("crs", name, "bbox", box, "bbox-crs", name),
			"filter": query("crs", name, "filter", "S_INTERSECTS(geometry, BBOX("+box+"))", "filter-crs", name),
		} {
			var got items
			r := f.resident.Get(path).Want(200)
			r.Decode(&got)
			if r.Header.Get("Content-Crs") != "<"+name+">" {
				t.Errorf("%s %s: %s", uri, way, r.Header.Get("Content-Crs"))
			}
			if got.ids() != "1" {
				t.Errorf("%s %s: %s\n%s", uri, way, got.ids(), path)
				continue
			}
			if c := got.Features[0].Geometry.Coordinates; math.Abs(c[0]-x) > near || math.Abs(c[1]-y) > near {
				t.Errorf("%s: %v, not %g %g", uri, c, x, y)
			}
		}
	}
	f.resident.Get(query("crs", "EPSG:2154")).Want(400)
	f.resident.Get(query("bbox", "1,2,3", "bbox-crs", "http://www.opengis.net/def/crs/EPSG/0/2154")).Want(400)
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
