package datasets

import (
	"io"

	"github.com/paulmach/orb"

	"acvdata/services/geo/pmtiles"
)

// newPMTiles writes a PMTiles archive of points; those without a place are on no
// map.
func newPMTiles(w io.Writer, d Description) writer {
	l := newLayer(d)
	layer := pmtiles.Layer{Name: either(d.About.Title, d.Slug), Summary: d.About.Summary, Attribution: d.About.Producer}
	for _, f := range d.Fields {
		layer.Columns = append(layer.Columns, pmtiles.Column{Name: f.Name, Type: pmtilesType(f.Type)})
	}
	out, err := pmtiles.New(w, layer)
	if err != nil {
		l.err = err
		return l
	}
	l.close, l.drop, l.value = out.Close, out.Discard, plainValue
	l.write = func(g orb.Geometry, values []any) error {
		if p, located := g.(orb.Point); located {
			return out.Write(p.Lon(), p.Lat(), values)
		}
		return nil
	}
	return l
}

func pmtilesType(t FieldType) pmtiles.ColumnType {
	switch t { //nolint:exhaustive // texts, the others
	case Integer, Year, Number:
		return pmtiles.Number
	case Boolean:
		return pmtiles.Boolean
	}
	return pmtiles.Text
}
