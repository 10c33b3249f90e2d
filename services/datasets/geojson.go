package datasets

import "io"

// geoJSONWriter writes one FeatureCollection (RFC 7946): WGS 84, longitude
// first, properties in the order of the fields.
type geoJSONWriter struct {
	w      io.Writer
	d      Description
	kept   *kept // members of properties
	buffer []byte
	began  bool
}

func newGeoJSON(w io.Writer, d Description) writer {
	g := &geoJSONWriter{w: w, d: d, kept: newKept(d.Fields), buffer: make([]byte, 0, flushAt+4096)}
	g.buffer = append(g.buffer, `{"type":"FeatureCollection","name":`...)
	g.buffer = appendJSONText(g.buffer, d.Slug)
	g.buffer = append(g.buffer, `,"features":[`...)
	return g
}

func (g *geoJSONWriter) Row(r Row) error {
	if g.began {
		g.buffer = append(g.buffer, ',')
	}
	g.began = true
	g.buffer = appendFeature(append(g.buffer, '\n'), g.d, r, g.kept)
	if len(g.buffer) < flushAt {
		return nil
	}
	return g.flush()
}

func (g *geoJSONWriter) Close() error {
	g.buffer = append(g.buffer, "\n]}\n"...)
	return g.flush()
}

func (g *geoJSONWriter) flush() error {
	_, err := g.w.Write(g.buffer)
	g.buffer = g.buffer[:0]
	return err
}

// AppendFeature writes a row as a GeoJSON Feature.
func AppendFeature(b []byte, d Description, r Row) []byte { return appendFeature(b, d, r, nil) }

func appendFeature(b []byte, d Description, r Row, k *kept) []byte {
	b = append(b, `{"type":"Feature","id":`...)
	b = appendJSONText(b, r.ID)
	b = append(b, `,"geometry":`...)
	b = appendGeometry(b, r)
	b = append(b, `,"properties":{`...)
	b = appendProperties(b, d, r, k)
	return append(b, "}}"...)
}

// appendProperties writes a row's values as the members of a JSON object.
func appendProperties(b []byte, d Description, r Row, k *kept) []byte {
	for i, f := range d.Fields {
		if member, known := k.get(r, i); known {
			b = append(b, member...)
			continue
		}
		from := len(b)
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendJSONText(b, f.Name), ':')
		b = AppendJSON(b, f.Type, r.value(i))
		k.keep(r, i, b[from:])
	}
	return b
}

func appendGeometry(b []byte, r Row) []byte {
	switch {
	case r.Shape != nil:
		return append(b, r.Shape...)
	case r.Located:
		b = append(b, `{"type":"Point","coordinates":[`...)
		b = appendDegrees(b, r.Lon)
		b = appendDegrees(append(b, ','), r.Lat)
		return append(b, "]}"...)
	}
	return append(b, "null"...)
}
