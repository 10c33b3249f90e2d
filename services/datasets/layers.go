package datasets

import (
	"io"
	"time"

	"github.com/paulmach/orb"

	"acvdata/services/geo/flatgeobuf"
	"acvdata/services/geo/geopackage"
	"acvdata/services/geo/shapefile"
)

// layerWriter writes the formats of desktop tools: each row's geometry and its
// values, made into what the format takes.
type layerWriter struct {
	fields []Field
	shape  func(orb.Geometry) orb.Geometry
	write  func(orb.Geometry, []any) error
	close  func() error
	drop   func() error
	value  func(Field, any) any
	values []any
	err    error // of the opening
}

func (l *layerWriter) Row(r Row) error {
	if l.err != nil {
		return l.err
	}
	g, err := r.geometry()
	if err != nil {
		return err
	}
	if g != nil {
		g = l.shape(g)
	}
	for i, f := range l.fields {
		l.values[i] = l.value(f, r.value(i))
	}
	return l.write(g, l.values)
}

func (l *layerWriter) Close() error {
	if l.err != nil {
		return l.err
	}
	return l.close()
}

// Discard gives back what the format holds, when rows are missing.
func (l *layerWriter) Discard() error {
	if l.err != nil {
		return nil //nolint:nilerr // nothing was opened
	}
	return l.drop()
}

func newLayer(d Description) *layerWriter {
	return &layerWriter{fields: d.Fields, shape: gathered, values: make([]any, len(d.Fields))}
}

// newFlatGeobuf writes FlatGeobuf, in WGS 84.
func newFlatGeobuf(w io.Writer, d Description) writer {
	l := newLayer(d)
	layer := flatgeobuf.Layer{Name: d.Slug, Title: d.About.Title}
	layer.Kind = map[Geometry]flatgeobuf.Kind{Point: flatgeobuf.Point, Line: flatgeobuf.MultiLineString, Polygon: flatgeobuf.MultiPolygon}[d.Geometry]
	for i, f := range d.Fields {
		layer.Columns = append(layer.Columns, flatgeobuf.Column{Name: f.Name, Title: d.About.label(i), Type: flatgeobufType(f.Type)})
	}
	out, err := flatgeobuf.New(w, layer)
	if err != nil {
		l.err = err
		return l
	}
	l.write, l.close, l.drop, l.value = out.Write, out.Close, out.Discard, plainValue
	return l
}

func flatgeobufType(t FieldType) flatgeobuf.ColumnType {
	switch t { //nolint:exhaustive // texts, the others
	case Integer, Year:
		return flatgeobuf.Long
	case Number:
		return flatgeobuf.Double
	case Boolean:
		return flatgeobuf.Bool
	case Date, DateTime:
		return flatgeobuf.DateTime
	}
	return flatgeobuf.String
}

// newGeoPackage writes a GeoPackage, in WGS 84.
func newGeoPackage(w io.Writer, d Description) writer {
	l := newLayer(d)
	layer := geopackage.Layer{Name: tableName(d.Slug), Title: either(d.About.Title, d.Slug), Summary: d.About.Summary, Written: d.About.Written}
	layer.Kind = map[Geometry]geopackage.Kind{Point: geopackage.Point, Line: geopackage.MultiLineString, Polygon: geopackage.MultiPolygon}[d.Geometry]
	for i, f := range d.Fields {
		layer.Columns = append(layer.Columns, geopackage.Column{Name: f.Name, Title: d.About.label(i), Type: geopackageType(f.Type)})
	}
	out, err := geopackage.New(w, layer)
	if err != nil {
		l.err = err
		return l
	}
	l.write, l.close, l.drop, l.value = out.Write, out.Close, out.Discard, geopackageValue
	return l
}

func geopackageType(t FieldType) geopackage.Type {
	switch t { //nolint:exhaustive // texts, the others
	case Integer, Year:
		return geopackage.Integer
	case Number:
		return geopackage.Real
	case Boolean:
		return geopackage.Boolean
	case Date:
		return geopackage.Day
	case DateTime:
		return geopackage.DateTime
	}
	return geopackage.Text
}

// geopackageValue writes an hour with the thousandths that the format demands.
func geopackageValue(f Field, v any) any {
	if at, ok := v.(time.Time); ok && f.Type == DateTime && !at.IsZero() {
		return at.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return plainValue(f, v)
}

// plainValue makes a value one of int64, float64, bool, string, or nil.
func plainValue(f Field, v any) any {
	switch v := v.(type) {
	case nil, int64, float64, bool, string:
		return v
	case int:
		return int64(v)
	case int32:
		return int64(v)
	case time.Time:
		if v.IsZero() {
			return nil
		}
	}
	return string(appendValue(nil, f.Type, v))
}

// newShapefile writes a zip of a shapefile, in Lambert-93.
func newShapefile(w io.Writer, d Description) writer {
	l := newLayer(d)
	layer := shapefile.Layer{Name: tableName(d.Slug)}
	layer.Kind = map[Geometry]shapefile.Kind{Point: shapefile.Point, Line: shapefile.Line, Polygon: shapefile.Polygon}[d.Geometry]
	for i, f := range d.Fields {
		layer.Fields = append(layer.Fields, shapefile.Field{Name: f.Name, Label: d.About.label(i), Type: shapefileType(f.Type)})
	}
	out, err := shapefile.New(w, layer)
	if err != nil {
		l.err = err
		return l
	}
	l.close, l.drop = out.Close, out.Discard
	l.value = func(_ Field, v any) any { return v }
	texts := texts{cells: make([][]byte, len(d.Fields))}
	l.write = func(g orb.Geometry, values []any) error { return out.Write(g, texts.of(d.Fields, values)) }
	return l
}

// texts are the values of a row as texts, one after the other in one buffer.
type texts struct {
	all   []byte
	cells [][]byte
}

func (t *texts) of(fields []Field, values []any) [][]byte {
	t.all = t.all[:0]
	for i, f := range fields {
		from := len(t.all)
		t.all = appendValue(t.all, f.Type, values[i])
		t.cells[i] = t.all[from:len(t.all):len(t.all)]
	}
	return t.cells
}

func shapefileType(t FieldType) shapefile.Type {
	switch t { //nolint:exhaustive // texts, the others
	case Integer, Year, Number:
		return shapefile.Number
	case Boolean:
		return shapefile.Boolean
	case Date:
		return shapefile.Day
	}
	return shapefile.Text // an hour too: the format has days only
}

// tableName is a slug as tables and layers are named: desktop tools stumble over
// dashes in SQL.
func tableName(slug string) string {
	name := []byte(slug)
	for i, c := range name {
		if c == '-' {
			name[i] = '_'
		}
	}
	return string(name)
}
