package columns

import (
	"math"
	"slices"

	"github.com/peterstace/simplefeatures/geom"

	"acvdata/services/cql"
	"acvdata/tenants"
)

// cursor is a row on its way through a filter.
type cursor struct {
	*Table
	row uint32
}

// Value implements cql.Row.
func (c *cursor) Value(at int) any {
	if at < len(c.columns) {
		column := c.columns[at]
		return column.asked[column.codes[c.row]]
	}
	if c.shapes != nil {
		return c.shapes.asked[c.shapes.codes[c.row]]
	}
	if lon := c.lons[c.row]; !math.IsNaN(lon) {
		return geom.XY{X: lon, Y: c.lats[c.row]}.AsPoint().AsGeometry()
	}
	return nil
}

// Code implements cql.Coded. Places of points are as many as there are rows.
func (c *cursor) Code(at int) (code uint32, known bool) {
	if at < len(c.columns) {
		return c.columns[at].codes[c.row], true
	}
	if c.shapes != nil {
		return c.shapes.codes[c.row], true
	}
	return 0, false
}

// Select gives the rows that pass, in the source's order. A nil filter lets all
// through.
func (t *Table) Select(filter cql.Filter) []uint32 { return t.Among(t.Within(), filter) }

// Within gives the rows whose point lies in every box, sides included, in the
// source's order; without a box, every row.
func (t *Table) Within(boxes ...tenants.Bounds) []uint32 {
	rows := make([]uint32, 0, 64)
	if len(boxes) == 0 {
		rows = slices.Grow(rows, t.Len())
	}
	for row := range uint32(t.Len()) {
		at := tenants.Point{Lon: t.lons[row], Lat: t.lats[row]} // NaN is in no box
		if !slices.ContainsFunc(boxes, func(b tenants.Bounds) bool { return !b.Contains(at, 0) }) {
			rows = append(rows, row)
		}
	}
	return rows
}

// Among keeps of rows those that pass, in place. A nil filter lets all through.
func (t *Table) Among(rows []uint32, filter cql.Filter) []uint32 {
	if filter == nil {
		return rows
	}
	at := &cursor{Table: t}
	return slices.DeleteFunc(rows, func(row uint32) bool {
		at.row = row
		return !filter(at)
	})
}
