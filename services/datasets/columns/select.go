package columns

import (
	"math"

	"github.com/peterstace/simplefeatures/geom"

	"acvdata/services/cql"
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
func (t *Table) Select(filter cql.Filter) []uint32 {
	rows := make([]uint32, 0, 64)
	at := &cursor{Table: t}
	for row := range uint32(t.Len()) {
		at.row = row
		if filter == nil || filter(at) {
			rows = append(rows, row)
		}
	}
	return rows
}
