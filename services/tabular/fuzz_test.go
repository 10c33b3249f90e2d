package tabular_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"acvdata/services/fault"
	"acvdata/services/tabular"
)

// seed gives the files of testdata to the fuzzer.
func seed(f *testing.F, pattern string) {
	f.Helper()
	names, err := filepath.Glob("testdata/" + pattern)
	if err != nil || len(names) == 0 {
		f.Fatalf("no seed %s: %v", pattern, err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(content))
	}
}

// fuzzLimits keep the fuzzer's files small against their limits.
var fuzzLimits = tabular.WithLimits(tabular.Limits{Rows: 1000, Columns: 50, Cell: 500, Record: 2000, Inflated: 1 << 20})

// readAll opens and reads a file, and checks what must hold of any.
func readAll(t *testing.T, name, content string) {
	t.Helper()
	f, err := tryOpen(t, name, content, fuzzLimits)
	if err != nil {
		if fault.Is(err, fault.Internal) || fault.From(err).Code == fault.Internal {
			t.Fatalf("opening fails without a fault: %v", err)
		}
		return
	}
	columns := f.Columns()
	if len(columns) == 0 || len(columns) > 50 {
		t.Fatalf("%d columns", len(columns))
	}
	line, rows := 0, 0
	for r, err := range f.Rows(t.Context()) {
		if err != nil {
			if fault.From(err).Code == fault.Internal {
				t.Fatalf("reading fails without a fault: %v", err)
			}
			return
		}
		if len(r.Cells) != len(columns) {
			t.Fatalf("line %d: %d cells for %d columns", r.Line, len(r.Cells), len(columns))
		}
		if r.Line <= line {
			t.Fatalf("line %d follows line %d", r.Line, line)
		}
		line = r.Line
		rows++
		for _, cell := range r.Cells {
			if !utf8.ValidString(cell) || strings.ContainsRune(cell, 0) && f.Format() == tabular.CSV || len(cell) > 500 {
				t.Fatalf("line %d: cell %q", r.Line, cell)
			}
		}
		checkProblems(t, r)
	}
	if rows == 0 {
		t.Fatal("a file was opened that has no row")
	}
	again := open(t, name, content, fuzzLimits)
	if again.Shape() != f.Shape() || again.Dialect().Separator != f.Dialect().Separator {
		t.Fatal("opening again tells something else")
	}
}

func checkProblems(t *testing.T, r *tabular.Record) {
	t.Helper()
	if len(r.Extra) > 0 && len(r.Problems) == 0 {
		t.Fatalf("line %d: extra cells and no problem", r.Line)
	}
	for _, p := range r.Problems {
		if p.Line != r.Line || p.Code == "" || p.Severity == "" || utf8.RuneCountInString(p.Value) > 80 || strings.ContainsAny(p.Value, "\x00\x1b\u202e") {
			t.Fatalf("problem %+v", p)
		}
	}
}

func FuzzCSV(f *testing.F) {
	seed(f, "*.csv")
	f.Fuzz(func(t *testing.T, content string) { readAll(t, "a.csv", content) })
}

func FuzzGeoJSON(f *testing.F) {
	seed(f, "*.json")
	f.Fuzz(func(t *testing.T, content string) { readAll(t, "a.geojson", content) })
}

// FuzzTypes puts any cell in a column of its own: the type must read it, or
// count it as a misfit, and codes must stay text.
func FuzzTypes(f *testing.F) {
	for _, cell := range []string{"12,5", "01004", "30/06/2018", "2A004", "1 234,5 €", "oui", "NC", "48.85, 2.35", "POINT(1 2)", "20141028", "0", "-", "1e5"} {
		f.Add(cell, cell)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		table, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": []any{
			map[string]any{"type": "Feature", "properties": map[string]string{"valeur": a}},
			map[string]any{"type": "Feature", "properties": map[string]string{"valeur": b}},
		}})
		if err != nil {
			t.Skip()
		}
		file, err := tryOpen(t, "a.geojson", string(table))
		if err != nil {
			t.Fatal(err)
		}
		c := &file.Columns()[0]
		for r, err := range file.Rows(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			checkCell(t, c, r.Cells[0])
		}
	})
}

func checkCell(t *testing.T, c *tabular.Column, cell string) {
	t.Helper()
	if c.IsMissing(cell) {
		return
	}
	ok := true
	switch c.Type {
	case tabular.Integer, tabular.Year:
		_, ok = c.Number(cell)
		if v := strings.TrimSpace(cell); ok && len(v) > 1 && v[0] == '0' && strings.Trim(v, "0123456789") == "" {
			t.Fatalf("%q is %s: its zeros are lost", cell, c.Type)
		}
	case tabular.Number, tabular.Longitude, tabular.Latitude, tabular.Easting, tabular.Northing:
		_, ok = c.Number(cell)
	case tabular.Date:
		_, ok = c.Date(cell)
	case tabular.DateTime:
		_, ok = c.DateTime(cell, nil)
	case tabular.Boolean:
		_, ok = c.Bool(cell)
	case tabular.LatLon, tabular.LonLat:
		_, _, ok = c.Position(cell)
	default: // text of some kind, kept as it is
	}
	if !ok && c.MisfitCells == 0 {
		t.Fatalf("%q does not read as %s", cell, c.Type)
	}
}

func FuzzParse(f *testing.F) {
	for _, cell := range []string{"1 234,5", "1.234,5", "−3", "30/06/2018 22:00:00+02", "1er mars 2021", "oui", "(2.35 48.85)", `{"type":"Point","coordinates":[1,2]}`, "POINT Z (1 2 3)"} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		for _, d := range []tabular.Decimal{tabular.NoDecimal, tabular.Comma, tabular.Point} {
			if v, ok := tabular.ParseNumber(cell, d); ok && (math.IsNaN(v) || math.IsInf(v, 0)) {
				t.Errorf("%q is %v", cell, v)
			}
		}
		for _, o := range []tabular.DateOrder{tabular.NoOrder, tabular.DMY, tabular.MDY, tabular.YMD} {
			day, ok := tabular.ParseDate(cell, o)
			moment, also := tabular.ParseDateTime(cell, o, time.UTC)
			if ok != also {
				t.Errorf("%q is a date: %v, a moment: %v", cell, ok, also)
			}
			if ok && (day.Year() < 1000 || day.Year() > 2200 || moment.Sub(day).Abs() > 48*time.Hour) {
				t.Errorf("%q is %v, %v", cell, day, moment)
			}
		}
		for _, kind := range []tabular.Type{tabular.LatLon, tabular.LonLat, tabular.WKT, tabular.Geometry} {
			if x, y, ok := tabular.ParsePosition(cell, kind); ok && (math.IsNaN(x+y) || math.IsInf(x+y, 0) && math.Abs(x) < 1e300) {
				t.Errorf("%q as %s is %v, %v", cell, kind, x, y)
			}
		}
		if v, ok := tabular.ParseInt(cell); ok {
			if f, also := tabular.ParseNumber(cell, tabular.NoDecimal); !also || math.Abs(f-float64(v)) > math.Abs(f)*1e-9 {
				t.Errorf("%q is %d and %v", cell, v, f)
			}
		}
	})
}
