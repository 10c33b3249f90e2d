package datasets

import (
	"encoding/xml"
	"io"

	"github.com/paulmach/orb"
)

// kmlWriter writes KML 2.2 (OGC 12-007): a placemark a row, named after its first
// value, its values as typed data of a schema, its geometry in WGS 84.
type kmlWriter struct {
	w      io.Writer
	d      Description
	kept   *kept // whole values, with their names
	buffer []byte
	values []byte
}

func newKML(w io.Writer, d Description) writer {
	k := &kmlWriter{w: w, d: d, kept: newKept(d.Fields), buffer: make([]byte, 0, flushAt+4096)}
	k.buffer = append(k.buffer, xml.Header+`<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>`...)
	k.buffer = appendXMLText(k.buffer, either(d.About.Title, d.Slug))
	k.buffer = append(k.buffer, `</name><Schema name="donnees" id="donnees">`...)
	for _, f := range d.Fields {
		k.buffer = append(k.buffer, `<SimpleField type="`+kmlType(f.Type)+`" name="`...)
		k.buffer = appendXMLText(k.buffer, f.Name)
		k.buffer = append(k.buffer, `"/>`...)
	}
	k.buffer = append(k.buffer, "</Schema>\n"...)
	return k
}

// kmlType is the type of a schema's field; KML has none for dates.
func kmlType(t FieldType) string {
	switch t { //nolint:exhaustive // texts, the others
	case Integer, Year:
		return "int"
	case Number:
		return "double"
	case Boolean:
		return "bool"
	}
	return "string"
}

func (k *kmlWriter) Row(r Row) error {
	shape, err := r.geometry()
	if err != nil {
		return err
	}
	k.buffer = append(k.buffer, "<Placemark><name>"...)
	k.buffer = k.text(k.buffer, 0, r)
	k.buffer = append(k.buffer, `</name><ExtendedData><SchemaData schemaUrl="#donnees">`...)
	for i := range k.d.Fields {
		if value, known := k.kept.get(r, i); known {
			k.buffer = append(k.buffer, value...)
			continue
		}
		from := len(k.buffer)
		k.value(i, r)
		k.kept.keep(r, i, k.buffer[from:])
	}
	k.buffer = append(k.buffer, "</SchemaData></ExtendedData>"...)
	k.buffer = appendKML(k.buffer, shape)
	k.buffer = append(k.buffer, "</Placemark>\n"...)
	if len(k.buffer) < flushAt {
		return nil
	}
	return k.flush()
}

// value writes a value with the name of its field, nothing of one that is missing.
func (k *kmlWriter) value(field int, r Row) {
	if v := r.value(field); v == nil || v == "" {
		return
	}
	k.buffer = append(k.buffer, `<SimpleData name="`...)
	k.buffer = appendXMLText(k.buffer, k.d.Fields[field].Name)
	k.buffer = append(k.buffer, `">`...)
	k.buffer = k.text(k.buffer, field, r)
	k.buffer = append(k.buffer, "</SimpleData>"...)
}

func (k *kmlWriter) text(b []byte, field int, r Row) []byte {
	if field >= len(k.d.Fields) {
		return b
	}
	switch v := r.value(field).(type) {
	case bool: // as tools read it: not all of them know "true"
		return append(b, map[bool]byte{true: '1', false: '0'}[v])
	default:
		k.values = appendValue(k.values[:0], k.d.Fields[field].Type, v)
		return appendXMLText(b, k.values)
	}
}

func (k *kmlWriter) Close() error {
	k.buffer = append(k.buffer, "</Document></kml>\n"...)
	return k.flush()
}

func (k *kmlWriter) flush() error {
	_, err := k.w.Write(k.buffer)
	k.buffer = k.buffer[:0]
	return err
}

// appendKML writes a geometry, nothing of none.
func appendKML(b []byte, shape orb.Geometry) []byte {
	switch g := shape.(type) {
	case orb.Point:
		b = append(b, "<Point>"...)
		b = appendKMLPositions(b, []orb.Point{g})
		return append(b, "</Point>"...)
	case orb.LineString:
		b = append(b, "<LineString>"...)
		b = appendKMLPositions(b, g)
		return append(b, "</LineString>"...)
	case orb.Polygon:
		return appendKMLPolygon(b, g)
	case orb.MultiPoint:
		return appendKMLParts(b, g)
	case orb.MultiLineString:
		return appendKMLParts(b, g)
	case orb.MultiPolygon:
		return appendKMLParts(b, g)
	case orb.Collection:
		return appendKMLParts(b, g)
	}
	return b
}

func appendKMLParts[G orb.Geometry](b []byte, parts []G) []byte {
	b = append(b, "<MultiGeometry>"...)
	for _, part := range parts {
		b = appendKML(b, part)
	}
	return append(b, "</MultiGeometry>"...)
}

func appendKMLPolygon(b []byte, rings orb.Polygon) []byte {
	b = append(b, "<Polygon>"...)
	for i, ring := range rings {
		edge := "innerBoundaryIs"
		if i == 0 {
			edge = "outerBoundaryIs"
		}
		b = append(b, "<"+edge+"><LinearRing>"...)
		b = appendKMLPositions(b, ring)
		b = append(b, "</LinearRing></"+edge+">"...)
	}
	return append(b, "</Polygon>"...)
}

func appendKMLPositions(b []byte, positions []orb.Point) []byte {
	b = append(b, "<coordinates>"...)
	for i, p := range positions {
		if i > 0 {
			b = append(b, ' ')
		}
		b = appendDegrees(b, p[0])
		b = appendDegrees(append(b, ','), p[1])
	}
	return append(b, "</coordinates>"...)
}
