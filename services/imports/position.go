package imports

import (
	"math"
	"strings"

	"acvdata/services/geo/crs"
	"acvdata/services/geo/qk"
	"acvdata/services/tabular"
	"acvdata/tenants"
)

// farAway is how far from the town's box, in degrees, a position may lie: about
// 1,500 km. What is farther is a mistake (axes, system, zeros), not a place.
const farAway = 14.0

// locator reads the position of each row and converts it to degrees.
type locator struct {
	mapping  PositionMapping
	required bool
	town     tenants.Bounds
	convert  crs.Conversion
	columns  []tabular.Column
}

func newLocator(m PositionMapping, need PositionNeed, town tenants.Bounds, columns []tabular.Column) (*locator, error) {
	l := &locator{mapping: m, required: need == PositionRequired, town: town, columns: columns}
	if m.Mode == NoPosition {
		return l, nil
	}
	var err error
	l.convert, err = crs.Between(m.CRS, crs.WGS84)
	return l, err
}

// locate sets the record's position and reports what is wrong with it.
func (l *locator) locate(r *Record) {
	if l.mapping.Mode == NoPosition {
		return
	}
	x, y, found, readable := l.read(r)
	switch {
	case !readable:
		l.refuse(r, "imports.problem.position_unreadable")
	case !found || x == 0 && y == 0:
		l.refuse(r, "imports.problem.position_missing")
	default:
		l.place(r, x, y)
	}
}

// place converts a position and looks where it falls.
func (l *locator) place(r *Record, x, y float64) {
	if l.mapping.Swapped {
		x, y = y, x
	}
	lon, lat, err := l.convert(x, y)
	if err == nil && l.town.Contains(tenants.Point{Lon: lon, Lat: lat}, farAway) {
		code, err := qk.Encode(lon, lat)
		if err == nil {
			r.position = Position{Lon: lon, Lat: lat, QK: code, Known: true}
			if !l.town.Contains(tenants.Point{Lon: lon, Lat: lat}, crs.TownMargin) {
				r.Warn("", "imports.problem.outside_town", nil)
			}
			return
		}
	}
	if lon, lat, err = l.convert(y, x); err == nil && l.town.Contains(tenants.Point{Lon: lon, Lat: lat}, crs.TownMargin) {
		l.refuse(r, "imports.problem.position_swapped")
		return
	}
	l.refuse(r, "imports.problem.position_far")
}

// refuse rejects the row when it needs a position, and goes without otherwise.
func (l *locator) refuse(r *Record, key string) {
	if l.required {
		r.Reject("", key, nil)
	} else if key != "imports.problem.position_missing" {
		r.Warn("", key, nil)
	}
	if n := len(r.problems); n > 0 && r.problems[n-1].Key == key {
		first, second := l.cells(r)
		r.problems[n-1].Value = excerpt(strings.TrimSuffix(first+" ; "+second, " ; "))
	}
}

// read gives the position as written; found is false when the cells are empty.
func (l *locator) read(r *Record) (x, y float64, found, readable bool) {
	first, second := l.cells(r)
	two := l.mapping.Mode == TwoColumns
	if l.empty(l.mapping.X, first) || two && l.empty(l.mapping.Y, second) {
		return 0, 0, false, true
	}
	if two {
		x, okX := l.columns[l.mapping.X].Number(first)
		y, okY := l.columns[l.mapping.Y].Number(second)
		return x, y, true, okX && okY && finite(x) && finite(y)
	}
	x, y, readable = tabular.ParsePosition(first, cellTypes[l.mapping.Mode])
	return x, y, true, readable
}

// cellTypes says how the one-column modes are written.
var cellTypes = map[PositionMode]tabular.Type{
	LatLonCell: tabular.LatLon, LonLatCell: tabular.LonLat, WKTCell: tabular.WKT, GeoCell: tabular.Geometry,
}

func (l *locator) empty(column int, cell string) bool {
	return cell == "" || l.columns[column].IsMissing(cell)
}

// cells gives the one or two cells positions are made of.
func (l *locator) cells(r *Record) (first, second string) {
	if l.mapping.X < len(r.cells) {
		first = strings.TrimSpace(r.cells[l.mapping.X])
	}
	if l.mapping.Mode == TwoColumns && l.mapping.Y < len(r.cells) {
		second = strings.TrimSpace(r.cells[l.mapping.Y])
	}
	return first, second
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
