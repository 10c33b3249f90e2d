package imports

import (
	"testing"
	"time"

	"acvdata/services/geo/crs"
	"acvdata/services/tabular"
	"acvdata/tenants"
)

// ales is the box of Alès (IGN Admin Express).
var ales = tenants.Bounds{West: 4.053, South: 44.094, East: 4.127, North: 44.156}

func TestAPositionIsPlacedOrSaidToBeWrong(t *testing.T) {
	t.Parallel()
	x, y, err := crs.Transform(crs.WGS84, crs.Lambert93, 4.0885, 44.1252)
	if err != nil {
		t.Fatal(err)
	}
	lambert := []string{formatFloat(x), formatFloat(y)}
	two := PositionMapping{Mode: TwoColumns, X: 0, Y: 1, CRS: crs.WGS84}
	one := func(mode PositionMode) PositionMapping { return PositionMapping{Mode: mode, CRS: crs.WGS84} }
	tests := map[string]struct {
		mapping  PositionMapping
		need     PositionNeed
		cells    []string
		known    bool
		rejected bool
		problem  string
	}{
		"two columns":             {two, PositionRequired, []string{"4.0885", "44.1252"}, true, false, ""},
		"Lambert-93":              {PositionMapping{Mode: TwoColumns, Y: 1, CRS: crs.Lambert93}, PositionRequired, lambert, true, false, ""},
		"swapped, as said":        {PositionMapping{Mode: TwoColumns, Y: 1, CRS: crs.WGS84, Swapped: true}, PositionRequired, []string{"44.1252", "4.0885"}, true, false, ""},
		"latitude, longitude":     {one(LatLonCell), PositionRequired, []string{"44.1252, 4.0885"}, true, false, ""},
		"longitude, latitude":     {one(LonLatCell), PositionRequired, []string{"4.0885, 44.1252"}, true, false, ""},
		"WKT":                     {one(WKTCell), PositionRequired, []string{"POINT (4.0885 44.1252)"}, true, false, ""},
		"GeoJSON":                 {one(GeoCell), PositionRequired, []string{`{"type":"Point","coordinates":[4.0885,44.1252]}`}, true, false, ""},
		"GeoJSON of another kind": {one(GeoCell), PositionRequired, []string{`{"type":"LineString","coordinates":[[4,44],[5,45]]}`}, false, true, "imports.problem.position_unreadable"},
		"swapped, unsaid":         {two, PositionRequired, []string{"44.1252", "4.0885"}, false, true, "imports.problem.position_swapped"},
		"another town":            {two, PositionRequired, []string{"3.29", "49.85"}, true, false, "imports.problem.outside_town"},
		"just over the limit":     {two, PositionRequired, []string{"4.16", "44.12"}, true, false, ""},
		"another continent":       {two, PositionRequired, []string{"-74", "40.7"}, false, true, "imports.problem.position_far"},
		"zero, zero":              {two, PositionRequired, []string{"0", "0"}, false, true, "imports.problem.position_missing"},
		"one of the two":          {two, PositionRequired, []string{"4.0885", " "}, false, true, "imports.problem.position_missing"},
		"infinite":                {two, PositionRequired, []string{"Inf", "44.1"}, false, true, "imports.problem.position_unreadable"},
		"metres taken as degrees": {two, PositionRequired, lambert, false, true, "imports.problem.position_far"},
		"none, and none needed":   {two, PositionOptional, []string{"", ""}, false, false, ""},
		"wrong, and none needed":  {two, PositionOptional, []string{"là", "ici"}, false, false, "imports.problem.position_unreadable"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			columns := []tabular.Column{{Decimal: tabular.Point}, {Decimal: tabular.Point}}
			l, err := newLocator(test.mapping, test.need, ales, columns)
			if err != nil {
				t.Fatal(err)
			}
			r := &Record{line: 2, cells: test.cells}
			l.locate(r)
			if r.position.Known != test.known || r.rejected != test.rejected {
				t.Errorf("known %v, rejected %v; problems %+v", r.position.Known, r.rejected, r.problems)
			}
			if test.problem == "" && len(r.problems) > 0 || test.problem != "" && (len(r.problems) != 1 || r.problems[0].Key != test.problem) {
				t.Errorf("problems %+v, want %q", r.problems, test.problem)
			}
			if test.known && test.problem == "" && r.position.QK == 0 {
				t.Error("the position has no code")
			}
		})
	}
}

func TestARecordReadsCellsTheWayTheirColumnIsWritten(t *testing.T) {
	t.Parallel()
	columns := map[string]*tabular.Column{
		"text":   {MissingWords: []string{"ras"}},
		"number": {Decimal: tabular.Comma},
		"day":    {DateOrder: tabular.DMY},
		"month":  {DateOrder: tabular.MDY},
		"moment": {DateOrder: tabular.YMD, Zoned: true},
		"yes":    {},
	}
	r := &Record{line: 7, fields: map[string]*field{}}
	give := func(name, cell string, required bool) {
		r.fields[name] = &field{column: Column{Name: name, Required: required}, index: len(r.cells), reader: columns[name], zoned: columns[name].Zoned}
		r.cells = append(r.cells, cell)
	}
	give("text", " RAS ", false)
	give("number", " 1 234,5", false)
	give("day", "03/04/2019", false)
	give("month", "03/04/2019", false)
	give("moment", "2018/06/30 22:00:00+00", false)
	give("yes", "peut-être", true)

	if got := r.Text("text"); got != "" {
		t.Errorf("a word that means no value reads %q", got)
	}
	if got, ok := r.Number("number"); !ok || got != 1234.5 {
		t.Errorf("number %v %v", got, ok)
	}
	for name, want := range map[string]string{"day": "2019-04-03", "month": "2019-03-04", "moment": "2018-07-01"} {
		if got, ok := r.Date(name); !ok || got.Format(time.DateOnly) != want {
			t.Errorf("%s reads %v, want %s", name, got, want)
		}
	}
	if len(r.problems) > 0 {
		t.Fatalf("problems without a fault: %+v", r.problems)
	}
	for range 2 { // said once, however often it is read
		if _, ok := r.Bool("yes"); ok || !r.Rejected() {
			t.Error("a required cell that does not read must reject the row")
		}
	}
	if _, ok := r.Number("absent"); ok || r.Mapped("absent") {
		t.Error("a column that the file does not have was read")
	}
	if len(r.problems) != 1 || r.problems[0].Value != "peut-être" || r.problems[0].Line != 7 {
		t.Errorf("problems %+v", r.problems)
	}
}

func TestAYearAloneIsADateThatSaysSo(t *testing.T) {
	t.Parallel()
	r := &Record{cells: []string{"1998"}, fields: map[string]*field{"d": {reader: &tabular.Column{DateOrder: tabular.DMY}}}}
	d, ok := r.Date("d")
	if !ok || !d.YearOnly || d.Year() != 1998 {
		t.Errorf("%+v %v", d, ok)
	}
}
