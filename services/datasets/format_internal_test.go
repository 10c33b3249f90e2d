package datasets

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func writeOne(t testing.TB, f Format, d Description, r Row) string {
	t.Helper()
	var out bytes.Buffer
	w := f.open(&out, d)
	if err := w.Row(r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestCSVCells(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 3, 9, 23, 30, 0, 0, time.UTC)
	tests := map[string]struct {
		kind  FieldType
		value any
		want  string
	}{
		"missing":                       {Text, nil, ""},
		"text":                          {Text, "Tilleul à petites feuilles", "Tilleul à petites feuilles"},
		"INSEE zeros":                   {Text, "01053", "01053"},
		"comma":                         {Text, "a,b", `"a,b"`},
		"quotes":                        {Text, `le "gros"`, `"le ""gros"""`},
		"line break":                    {Text, "a\nb", "\"a\nb\""},
		"blank at the end":              {Text, "a ", `"a "`},
		"integer":                       {Integer, int64(-12), "-12"},
		"number":                        {Number, 1.0 / 3, "0.3333333333333333"},
		"big number without exponent":   {Number, 1e21, "1000000000000000000000"},
		"date":                          {Date, day, "2026-03-09"},
		"no date":                       {Date, time.Time{}, ""},
		"time":                          {DateTime, day, "2026-03-09T23:30:00Z"},
		"true":                          {Boolean, true, "true"},
		"position":                      {GeoPoint, Position{4.08, 44.1234567}, `"4.08,44.1234567"`},
		"position as text":              {GeoPoint, "4.08,44.1", `"4.08,44.1"`},
		"formula":                       {Text, "=1+1", "'=1+1"},
		"formula after apostrophe":      {Text, "'=1+1", "''=1+1"},
		"at":                            {Text, "@SUM(A1)", "'@SUM(A1)"},
		"command":                       {Text, "+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"},
		"minus with a call":             {Text, "-2+SUM(A1)", "'-2+SUM(A1)"},
		"full-width":                    {Text, "＝1+1", "'＝1+1"},
		"tab":                           {Text, "\t=1", "'\t=1"},
		"phone":                         {Text, "+33 4 66 56 10 00", "+33 4 66 56 10 00"},
		"negative number as text":       {Text, "-5", "-5"},
		"dash":                          {Text, "- à élaguer", "- à élaguer"},
		"apostrophe in French":          {Text, "l'arbre", "l'arbre"},
		"apostrophe first, harmless":    {Text, "'t Zand", "'t Zand"},
		"numbers are never neutralised": {Number, -5.5, "-5.5"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := Description{Fields: []Field{{Name: "x", Type: test.kind}}}
			if got := writeOne(t, formats[0], d, Row{Values: []any{test.value}}); got != "x\r\n"+test.want+"\r\n" {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// unguard is the documented way back from a neutralised cell.
func unguard(cell string) string {
	if strings.HasPrefix(cell, "'") && risky(strings.TrimLeft(cell, "'")) {
		return cell[1:]
	}
	return cell
}

func TestEveryTextSurvivesCSVAndGeoJSON(t *testing.T) {
	t.Parallel()
	d := Description{Slug: "x", Fields: []Field{{Name: "a", Type: Text}, {Name: "b", Type: Text}}, Geometry: Point}
	rapid.Check(t, func(rt *rapid.T) {
		texts := rapid.OneOf(rapid.String(), rapid.StringMatching(`'{0,3}[=+@\t\-]?[a-z(|!"',;= ]{0,6}`))
		a, b := texts.Draw(rt, "a"), texts.Draw(rt, "b")
		// encoding/csv reads a line end inside quotes as \n.
		a, b = strings.ReplaceAll(a, "\r\n", "\n"), strings.ReplaceAll(b, "\r\n", "\n")
		row := Row{ID: "1", Values: []any{a, b}}
		records, err := csv.NewReader(strings.NewReader(writeOne(t, formats[0], d, row))).ReadAll()
		if a == "" && b == "" {
			return
		}
		if err != nil || len(records) != 2 || unguard(records[1][0]) != a || unguard(records[1][1]) != b {
			rt.Fatalf("CSV: %q %q became %q (%v)", a, b, records, err)
		}
		if cell := records[1][0]; a != "" && risky(cell) {
			rt.Fatalf("the cell %q could run", cell)
		}
		var back struct {
			Features []struct{ Properties map[string]string }
		}
		if err := json.Unmarshal([]byte(writeOne(t, formats[1], d, row)), &back); err != nil {
			rt.Fatal(err)
		}
		if got := back.Features[0].Properties; got["a"] != a || got["b"] != b {
			rt.Fatalf("GeoJSON: %q %q became %q", a, b, got)
		}
	})
}

func TestGeoJSONValues(t *testing.T) {
	t.Parallel()
	d := Description{Slug: "x", Geometry: Point, Fields: []Field{
		{Name: "t", Type: Text}, {Name: "n", Type: Number}, {Name: "i", Type: Integer}, {Name: "b", Type: Boolean}, {Name: "d", Type: Date},
	}}
	day := time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)
	full := writeOne(t, formats[1], d, Row{
		ID: "a1", Values: []any{"</script>\u2028", 1.5, int32(3), false, day}, Lon: 4.08, Lat: -0.1, Located: true,
	})
	want := `{"type":"FeatureCollection","name":"x","features":[
{"type":"Feature","id":"a1","geometry":{"type":"Point","coordinates":[4.08,-0.1]},"properties":` +
		`{"t":"\u003c/script\u003e\u2028","n":1.5,"i":3,"b":false,"d":"2026-03-09"}}
]}
`
	if full != want {
		t.Errorf("got  %s\nwant %s", full, want)
	}
	bare := writeOne(t, formats[1], d, Row{ID: "a2", Values: []any{nil, math.NaN(), nil, nil, time.Time{}}})
	if want := `"geometry":null,"properties":{"t":null,"n":null,"i":null,"b":null,"d":null}`; !strings.Contains(bare, want) {
		t.Errorf("%s lacks %s", bare, want)
	}
}

func BenchmarkCSV(b *testing.B) { benchmarkFormat(b, formats[0]) }

func BenchmarkGeoJSON(b *testing.B) { benchmarkFormat(b, formats[1]) }

// benchmarkFormat writes rows of 20 fields, as the national tree schema has.
func benchmarkFormat(b *testing.B, f Format) {
	b.Helper()
	d := Description{Slug: "arbres", Geometry: Point}
	row := Row{ID: "0198c0de", Located: true, Lon: 4.0812345, Lat: 44.1254321}
	for i := range 20 {
		d.Fields = append(d.Fields, Field{Name: fmt.Sprintf("field_%d", i), Type: []FieldType{Text, Integer, Number, Date}[i%4]})
		row.Values = append(row.Values, []any{"Platanus x hispanica", int64(i), 12.5, time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)}[i%4])
	}
	w := f.open(discard{}, d)
	b.ReportAllocs()
	for b.Loop() {
		if err := w.Row(row); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
