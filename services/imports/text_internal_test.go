package imports

import (
	"strconv"
	"strings"
	"testing"

	"acvdata/services/fault"
	"acvdata/services/geo/crs"
)

func formatFloat(f float64) string { return strconv.FormatFloat(f, 'f', 4, 64) }

func TestACellIsNeverAFormula(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"platane":       "platane",
		"=1+1":          `"'=1+1"`,
		"+33 6":         `"'+33 6"`,
		"@SUM(A1)":      `"'@SUM(A1)"`,
		"-2+3":          `"'-2+3"`,
		"\t=1":          "\"'\t=1\"",
		"-12,5":         "-12,5",
		"-3.5":          "-3.5",
		"un;deux":       `"un;deux"`,
		`dit "bonjour"`: `"dit ""bonjour"""`,
		"a\nb":          "\"a\nb\"",
		"":              "",
	} {
		if got := csvCell(cell); got != want {
			t.Errorf("%q is written %s, want %s", cell, got, want)
		}
	}
}

func TestAFilesNameIsForPeopleOnly(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"arbres.csv":               "arbres.csv",
		"../../etc/passwd":         "passwd",
		`C:\Ville\arbres 2024.csv`: "arbres 2024.csv",
		"a\x00b\r\n.csv":           "ab.csv",
		"":                         "fichier",
		"/":                        "fichier",
		strings.Repeat("é", 200):   strings.Repeat("é", 40) + "…" + strings.Repeat("é", 20),
		strings.Repeat("arbres_", 20) + "du_service_des_espaces_verts_2026(2).csv": strings.Repeat("arbres_", 11) + "arb…du_service_des_espaces_verts_2026(2).csv",
	} {
		if got := cleanName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

func TestAnExcerptIsCutBetweenCharacters(t *testing.T) {
	t.Parallel()
	if got := excerpt(strings.Repeat("é", 81)); got != strings.Repeat("é", 80)+"…" {
		t.Errorf("cut to %q", got)
	}
	if got := excerpt("court"); got != "court" {
		t.Errorf("a short text became %q", got)
	}
}

func TestAMappingThatCannotWorkIsRefusedFieldByField(t *testing.T) {
	t.Parallel()
	about := Description{
		Position: PositionRequired,
		Columns:  []Column{{Name: "a", Required: true}, {Name: "b"}},
		Options:  []Option{{Name: "unit", Choices: []Choice{{Value: "cm"}}}},
	}
	good := Mapping{
		Columns: map[string]int{"a": 2}, Options: map[string]string{"unit": "cm"},
		Position: PositionMapping{Mode: TwoColumns, X: 0, Y: 1, CRS: crs.WGS84},
	}
	if err := good.check(about, 3); err != nil {
		t.Fatalf("a sound mapping is refused: %v", err)
	}
	tests := map[string]struct {
		change func(*Mapping)
		field  string
		key    string
	}{
		"a required column is missing": {func(m *Mapping) { m.Columns = nil }, "a", "imports.fault.column_required"},
		"a column beyond the last":     {func(m *Mapping) { m.Columns = map[string]int{"a": 3} }, "a", "imports.fault.no_such_column"},
		"a column below the first":     {func(m *Mapping) { m.Columns = map[string]int{"a": -1} }, "a", "imports.fault.no_such_column"},
		"one column for two things":    {func(m *Mapping) { m.Columns = map[string]int{"a": 2, "b": 2} }, "b", "imports.fault.column_twice"},
		"a thing nobody knows":         {func(m *Mapping) { m.Columns = map[string]int{"a": 2, "z": 1} }, "z", "imports.fault.no_such_field"},
		"no position":                  {func(m *Mapping) { m.Position.Mode = NoPosition }, "position", "imports.fault.position_required"},
		"a mode nobody knows":          {func(m *Mapping) { m.Position.Mode = "ici" }, "position", "imports.fault.position_unknown"},
		"x and y in one column":        {func(m *Mapping) { m.Position.Y = 0 }, "position_y", "imports.fault.column_twice"},
		"y beyond the last":            {func(m *Mapping) { m.Position.Y = 9 }, "position", "imports.fault.no_such_column"},
		"a system nobody knows":        {func(m *Mapping) { m.Position.CRS = 27572 }, "crs", "imports.fault.crs_unknown"},
		"an answer that is no choice":  {func(m *Mapping) { m.Options = map[string]string{"unit": "pied"} }, "option.unit", "imports.fault.option_unknown"},
		"an order that is none":        {func(m *Mapping) { m.Dates = map[int]string{1: "ymd"} }, "date.1", "imports.fault.date_order"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := good
			test.change(&m)
			f := fault.From(m.check(about, 3))
			if f == nil || f.Code != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != test.field || f.Fields[0].Key != test.key {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestCountsThatDoNotAddUpAreABug(t *testing.T) {
	t.Parallel()
	if err := (Counts{Rows: 3, Created: 1, Rejected: 2}).balanced(); err != nil {
		t.Error(err)
	}
	if err := (Counts{Rows: 3, Created: 1, Rejected: 1}).balanced(); err == nil {
		t.Error("a row was lost and nobody said so")
	}
}
