package tabular_test

import (
	"fmt"
	"strings"
	"testing"

	"acvdata/services/fault"
	"acvdata/services/tabular"
)

const collection = `{
  "type": "FeatureCollection", "name": "arbres",
  "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}},
  "features": [
    {"type": "Feature", "id": 7, "properties": {"genre": "Tilia", "hauteur": 12.5, "coupé": false, "note": null},
     "geometry": {"type": "Point", "coordinates": [4.08, 44.12]}},
    {"type": "Feature", "id": 8, "properties": {"genre": "Ac\u00e9r \"x\"", "hauteur": 8, "liste": ["a", {"b": 1}], "coupé": true},
     "geometry": null}
  ],
  "fin": [1, 2]
}`

func TestFeaturesAreRows(t *testing.T) {
	t.Parallel()
	f := open(t, "a.geojson", "\ufeff"+collection)
	if f.Format() != tabular.GeoJSON || f.CRS() != 2154 {
		t.Errorf("got %s in %d", f.Format(), f.CRS())
	}
	if got := strings.Join(f.Headings(), "¦"); got != "id¦genre¦hauteur¦coupé¦note¦liste¦geometry" {
		t.Errorf("got headings %s", got)
	}
	got := rows(t, f)
	want := []string{
		`7¦Tilia¦12.5¦false¦¦¦{"type": "Point", "coordinates": [4.08, 44.12]}`,
		`8¦Acér "x"¦8¦true¦¦["a", {"b": 1}]¦`,
	}
	if len(got) != 2 || got[0].cells != want[0] || got[1].cells != want[1] {
		t.Errorf("got %+v", got)
	}
	if got[0].codes() != "" || got[1].codes() != "no_geometry" || got[1].line != 2 || got[1].unusable {
		t.Errorf("got problems %q, %q", got[0].codes(), got[1].codes())
	}
	c := f.Columns()
	for i, want := range []tabular.Type{tabular.Integer, tabular.Text, tabular.Number, tabular.Boolean, tabular.Empty, tabular.Text, tabular.Geometry} {
		if c[i].Type != want || c[i].Index != i {
			t.Errorf("column %s is %s, want %s", c[i].Heading, c[i].Type, want)
		}
	}
	if x, y, ok := c[6].Position(`{"type":"Point","coordinates":[4.08,44.12,250]}`); !ok || x != 4.08 || y != 44.12 {
		t.Errorf("got %v, %v, %v", x, y, ok)
	}
}

func TestFeaturesOneALine(t *testing.T) {
	t.Parallel()
	line := `{"type":"Feature","properties":{"n":%},"geometry":{"type":"Point","coordinates":[1,2]}}`
	one, two := strings.Replace(line, "%", "1", 1), strings.Replace(line, "%", `"}{"`, 1)
	for name, content := range map[string]string{
		"newlines":          one + "\n" + two + "\n",
		"no last newline":   one + "\n" + two,
		"record separators": "\x1e" + one + "\n\x1e" + two + "\n",
		"blank lines":       one + "\n\n\r\n" + two,
	} {
		if strings.HasPrefix(content, "\x1e") {
			content = one + "\n" + content[strings.LastIndex(content, "\x1e"):]
		}
		f := open(t, "a.ndjson", content)
		got := rows(t, f)
		if f.Format() != tabular.GeoJSONSeq || len(got) != 2 || !strings.HasPrefix(got[1].cells, "}{¦") {
			t.Errorf("%s: got %s, %+v", name, f.Format(), got)
		}
	}
}

func TestBrokenFeaturesAreToldOrRefused(t *testing.T) {
	t.Parallel()
	sound := `{"type":"Feature","properties":{"n":1},"geometry":null}`
	wrap := func(features string) string { return `{"type":"FeatureCollection","features":[` + features }
	for _, c := range []struct{ name, content, problem string }{
		{"another object", wrap(sound + `,{"n":1}]}`), "broken_feature"},
		{"a number", wrap(sound + `,12]}`), "broken_feature"},
		{"bad JSON within braces", wrap(sound + `,{"type":"Feature","properties":{"n":tru}}]}`), "broken_feature"},
	} {
		got := rows(t, open(t, "a.geojson", c.content))
		if len(got) != 2 || !strings.Contains(got[1].codes(), c.problem) || !got[1].unusable {
			t.Errorf("%s: got %+v", c.name, got)
		}
	}
	for _, c := range []struct{ name, content, key string }{
		{"a name where a feature should be", wrap(sound + `,"type":"Feature"}]}`), "broken_json"},
		{"cut short", wrap(sound + `,{"type":"Feature","prop`), "broken_json"},
		{"cut after a feature", wrap(sound + `,`), "broken_json"},
		{"nested without end", wrap(sound + `,{"a":` + strings.Repeat("[", 5000)), "broken_json"},
		{"a feature without end", wrap(sound + `,{"a":"` + strings.Repeat("x", 3000)), "feature_too_long"},
	} {
		_, err := tryOpen(t, "a.geojson", c.content, tabular.WithLimits(tabular.Limits{Record: 2000}))
		f := fault.From(err)
		if f == nil || f.Key != "tabular.refused."+c.key || f.Args["Rank"] != 2 && c.name != "a name where a feature should be" {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func TestALatePropertyIsToldNotLost(t *testing.T) {
	t.Parallel()
	sound := `{"type":"Feature","properties":{"n":1,"t":"` + strings.Repeat("x", 1000) + `"},"geometry":null}`
	late := `{"type":"Feature","properties":{"n":2,"tard":"valeur"},"geometry":null}`
	f := open(t, "a.geojson", `{"type":"FeatureCollection","features":[`+strings.Repeat(sound+",", 5000)+late+`]}`)
	got := rows(t, f)
	last := got[len(got)-1]
	if len(got) != 5001 || last.extra != "valeur" || !strings.Contains(last.codes(), "unknown_property") {
		t.Errorf("got %d rows, the last %+v", len(got), last)
	}
}

func TestFeaturesOfTooManyPropertiesAreRefused(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 300_000 {
		fmt.Fprintf(&b, `"p%d":%d,`, i, i)
	}
	_, err := tryOpen(t, "a.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{`+b.String()+`"z":1},"geometry":null}]}`)
	if f := fault.From(err); f == nil || f.Key != "tabular.refused.too_many_columns" {
		t.Errorf("got %v", err)
	}
}

func TestFeaturesInAnotherEncodingAreDecoded(t *testing.T) {
	t.Parallel()
	f := open(t, "a.geojson", strings.Replace(collection, "Tilia", "Ch\xeane", 1))
	if got := rows(t, f)[0]; !strings.Contains(got.cells, "Chêne") || got.codes() != "other_encoding" {
		t.Errorf("got %+v", got)
	}
}
