package columns

import (
	"github.com/peterstace/simplefeatures/geom"

	"acvdata/services/cql"
	"acvdata/services/datasets"
)

// Reader shows a source's rows to a filter one by one, as a table's rows are shown:
// for datasets that do not fit in memory. It is for one goroutine.
type Reader struct {
	asks []func(any) any
	row  datasets.Row
}

var _ cql.Row = (*Reader)(nil)

// NewReader reads rows of a dataset.
func NewReader(d datasets.Description) *Reader {
	r := &Reader{}
	for _, f := range d.Fields {
		r.asks = append(r.asks, asking(f.Type))
	}
	return r
}

// Passes reports whether a filter made for the fields of the dataset (Fields) lets
// the row through.
func (r *Reader) Passes(filter cql.Filter, row datasets.Row) bool {
	r.row = row
	return filter(r)
}

// Value implements cql.Row.
func (r *Reader) Value(at int) any {
	switch {
	case at < len(r.asks):
		if at >= len(r.row.Values) {
			return nil
		}
		if v := present(r.row.Values[at]); v != nil {
			return r.asks[at](v)
		}
	case r.row.Shape != nil:
		return shapeOf(string(r.row.Shape))
	case r.row.Located:
		return geom.XY{X: r.row.Lon, Y: r.row.Lat}.AsPoint().AsGeometry()
	}
	return nil
}
