package columns

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/peterstace/simplefeatures/geom"

	"acvdata/services/cql"
	"acvdata/services/datasets"
)

// Table is a version of a dataset by column. It is safe for concurrent use.
type Table struct {
	fields  cql.Fields
	columns []*column
	shapes  *column // GeoJSON of lines and polygons, by distinct text; nil for points
	ids     []byte  // each between two zero bytes
	starts  []uint32
	lons    []float64 // NaN where a row has no place
	lats    []float64
	bytes   int
}

// Geometry is the name filters give to where a row is.
const Geometry = "geometry"

// Len is the number of rows.
func (t *Table) Len() int { return len(t.starts) }

// Fields are the names and types that filters may use.
func (t *Table) Fields() cql.Fields { return t.fields }

// Fields gives the names and types that filters of a dataset may use.
func Fields(d datasets.Description) cql.Fields {
	fields := cql.Fields{}
	for i, f := range d.Fields {
		fields[f.Name] = cql.Field{Type: types[f.Type], Value: i}
	}
	if d.Geometry != datasets.NoGeometry {
		fields[Geometry] = cql.Field{Type: cql.Shape, Value: len(d.Fields)}
	}
	return fields
}

var types = map[datasets.FieldType]cql.Type{
	datasets.Text: cql.Text, datasets.Integer: cql.Number, datasets.Number: cql.Number, datasets.Year: cql.Number,
	datasets.Date: cql.Time, datasets.DateTime: cql.Time, datasets.Boolean: cql.Boolean, datasets.GeoPoint: cql.Shape,
}

// column is the values of a field: codes tell each row's place in values. Place
// 0 is a missing value.
type column struct {
	codes  []uint32
	values []any // as the source gave them
	asked  []any // as filters compare them
	places map[any]uint32
	last   uint32 // place of the value added last
	order  ranks
}

func newColumn() *column {
	return &column{values: []any{nil}, asked: []any{nil}, places: map[any]uint32{}}
}

// add appends a row's value; ask gives the form that filters compare. It returns
// about how many bytes that took.
func (c *column) add(v any, ask func(any) any) (cost int) {
	if v == nil {
		c.codes = append(c.codes, 0)
		return 4
	}
	if v == c.values[c.last] { // many columns hold one value from end to end
		c.codes = append(c.codes, c.last)
		return 4
	}
	place, known := c.places[v]
	if !known {
		place = uint32(len(c.values))
		c.places[v] = place
		c.values, c.asked = append(c.values, v), append(c.asked, ask(v))
		cost = 64
		if s, ok := v.(string); ok {
			cost += len(s)
		}
	}
	c.codes = append(c.codes, place)
	c.last = place
	return cost + 4
}

// asking gives what makes the values of a field comparable.
func asking(t datasets.FieldType) func(any) any {
	switch t { //nolint:exhaustive // the others are as they are
	case datasets.Date:
		return func(v any) any { return instant(v, true) }
	case datasets.DateTime:
		return func(v any) any { return instant(v, false) }
	case datasets.Integer, datasets.Year, datasets.Number:
		return number
	case datasets.GeoPoint:
		return point
	}
	return func(v any) any { return v }
}

// point reads a position, or its text "lon,lat".
func point(v any) any {
	switch x := v.(type) {
	case datasets.Position:
		return geom.XY{X: x.Lon, Y: x.Lat}.AsPoint().AsGeometry()
	case string:
		west, north, _ := strings.Cut(x, ",")
		lon, errLon := strconv.ParseFloat(strings.TrimSpace(west), 64)
		lat, errLat := strconv.ParseFloat(strings.TrimSpace(north), 64)
		if errLon == nil && errLat == nil {
			return geom.XY{X: lon, Y: lat}.AsPoint().AsGeometry()
		}
	}
	return nil
}

func number(v any) any {
	switch x := v.(type) {
	case int:
		return float64(x)
	case int32:
		return float64(x)
	case int64:
		return float64(x)
	}
	return v
}

func instant(v any, day bool) any {
	at, ok := v.(time.Time)
	if !ok {
		return nil
	}
	if day {
		return cql.Instant{At: time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC), Day: true}
	}
	return cql.Instant{At: at.UTC()}
}

// builder fills a table row by row.
type builder struct {
	*Table
	d    datasets.Description
	asks []func(any) any
}

func newBuilder(d datasets.Description) *builder {
	b := &builder{Table: &Table{fields: Fields(d), ids: []byte{0}}, d: d}
	for _, f := range d.Fields {
		b.columns = append(b.columns, newColumn())
		b.asks = append(b.asks, asking(f.Type))
	}
	if d.Geometry == datasets.Line || d.Geometry == datasets.Polygon {
		b.shapes = newColumn()
	}
	return b
}

func (b *builder) add(r datasets.Row) {
	b.starts = append(b.starts, uint32(len(b.ids)))
	b.ids = append(append(b.ids, r.ID...), 0)
	b.bytes += len(r.ID) + 21
	lon, lat := math.NaN(), math.NaN()
	if r.Located {
		lon, lat = r.Lon, r.Lat
	}
	b.lons, b.lats = append(b.lons, lon), append(b.lats, lat)
	for i, c := range b.columns {
		var v any
		if i < len(r.Values) {
			v = present(r.Values[i])
		}
		b.bytes += c.add(v, b.asks[i])
	}
	if b.shapes != nil {
		var v any
		if r.Shape != nil {
			v = string(r.Shape)
		}
		b.bytes += b.shapes.add(v, shapeOf)
	}
}

// present gives nothing for times and numbers that are none.
func present(v any) any {
	switch x := v.(type) {
	case time.Time:
		if x.IsZero() {
			return nil
		}
	case float64:
		if math.IsNaN(x) {
			return nil
		}
	}
	return v
}

func shapeOf(v any) any {
	text, _ := v.(string)
	g, err := geom.UnmarshalGeoJSON([]byte(text))
	if err != nil {
		return nil
	}
	return g.Force2D()
}

// done gives the table; what only filling it needed is let go.
func (b *builder) done() *Table {
	for _, c := range b.columns {
		c.places = nil
	}
	if b.shapes != nil {
		b.shapes.places = nil
	}
	return b.Table
}

// At gives a row as the source gave it. Its Cursor is its ID.
func (t *Table) At(row uint32) datasets.Row {
	r := t.Place(row)
	r.Values = make([]any, len(t.columns))
	for i, c := range t.columns {
		r.Values[i] = c.values[c.codes[row]]
	}
	return r
}

// Place gives a row without its values: its ID, also its Cursor, and where it is.
func (t *Table) Place(row uint32) datasets.Row {
	r := datasets.Row{ID: t.id(row), Lon: t.lons[row], Lat: t.lats[row]}
	r.Cursor = r.ID
	if r.Located = !math.IsNaN(r.Lon); !r.Located {
		r.Lon, r.Lat = 0, 0
	}
	if t.shapes != nil {
		if text, ok := t.shapes.values[t.shapes.codes[row]].(string); ok {
			r.Shape = json.RawMessage(text)
		}
	}
	return r
}

// View reads some fields of rows, one row after the other. It is not safe for
// concurrent use.
type View struct {
	table   *Table
	columns []*column
	values  []any
	codes   []uint32
}

// View gives the reader of fields of the table, in the order named.
func (t *Table) View(names []string) *View {
	v := &View{table: t, values: make([]any, len(names)), codes: make([]uint32, len(names))}
	for _, name := range names {
		v.columns = append(v.columns, t.columns[t.fields[name].Value])
	}
	return v
}

// At gives a row with the values of the view's fields, and their codes. They are
// the view's again at the next call.
func (v *View) At(row uint32) datasets.Row {
	r := v.table.Place(row)
	for i, c := range v.columns {
		code := c.codes[row]
		v.values[i], v.codes[i] = c.values[code], code
	}
	r.Values, r.Codes = v.values, v.codes
	return r
}

// Value gives a row's value of a field, as the source gave it; nil when it has
// none.
func (t *Table) Value(row uint32, name string) any {
	c := t.columns[t.fields[name].Value]
	return c.values[c.codes[row]]
}

// Number gives a row's value of a field of numbers.
func (t *Table) Number(row uint32, name string) (n float64, known bool) {
	c := t.columns[t.fields[name].Value]
	n, known = c.asked[c.codes[row]].(float64)
	return n, known
}

// Code tells values of a field apart: of equal values it is equal.
func (t *Table) Code(row uint32, name string) uint32 {
	return t.columns[t.fields[name].Value].codes[row]
}

func (t *Table) id(row uint32) string {
	rest := t.ids[t.starts[row]:]
	return string(rest[:bytes.IndexByte(rest, 0)])
}

// Find gives the row of an identifier.
func (t *Table) Find(id string) (row uint32, ok bool) { return t.Next(id, 0) }

// Next is Find for who goes through rows in the source's order: it looks from a row
// on first.
func (t *Table) Next(id string, from uint32) (row uint32, ok bool) {
	if id == "" {
		return 0, false
	}
	named, start := append(append([]byte{0}, id...), 0), 0
	if int(from) < t.Len() {
		start = int(t.starts[from]) - 1
	}
	at := bytes.Index(t.ids[start:], named)
	if at < 0 && start > 0 {
		at, start = bytes.Index(t.ids, named), 0
	}
	if at < 0 {
		return 0, false
	}
	return t.row(uint32(start + at + 1)), true
}

// row is the row whose identifier starts at a place.
func (t *Table) row(start uint32) uint32 {
	low, high := 0, len(t.starts)
	for low < high {
		if middle := (low + high) / 2; t.starts[middle] < start {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return uint32(low)
}
