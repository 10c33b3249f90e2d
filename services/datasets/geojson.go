package datasets

import "io"

// geoJSONWriter writes one FeatureCollection (RFC 7946): WGS 84, longitude
// first, properties in the order of the fields.
type geoJSONWriter struct {
	w        io.Writer
	features *Features
	kept     *kept // members of properties
	buffer   []byte
	began    bool
}

func newGeoJSON(w io.Writer, d Description) writer {
	g := &geoJSONWriter{w: w, features: NewFeatures(d), kept: newKept(d.Fields), buffer: make([]byte, 0, flushAt+4096)}
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
	g.buffer = g.features.write(append(g.buffer, '\n'), r, g.kept)
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

// Features writes rows of a dataset as GeoJSON Features; what is the same in all of
// them is worked out once. It is safe for concurrent use.
type Features struct{ properties }

// NewFeatures is the form of a dataset's rows.
func NewFeatures(d Description) *Features { return &Features{propertiesOf(d)} }

// Append writes a row.
func (f *Features) Append(b []byte, r Row) []byte { return f.write(b, r, nil) }

func (f *Features) write(b []byte, r Row, k *kept) []byte {
	b = append(b, `{"type":"Feature","id":`...)
	b = appendJSONText(b, r.ID)
	b = append(b, `,"geometry":`...)
	b = appendGeometry(b, r)
	b = append(b, `,"properties":{`...)
	b = f.append(b, r, k)
	return append(b, "}}"...)
}

// properties are the members of the JSON object of a row's values.
type properties []property

// property is a member: its name with what stands around it, the type of its value.
type property struct {
	before string // `,"name":`, without the comma of the first
	kind   FieldType
}

func propertiesOf(d Description) properties {
	list := make(properties, len(d.Fields))
	for i, f := range d.Fields {
		before := append(appendJSONText(nil, f.Name), ':')
		if i > 0 {
			before = append([]byte{','}, before...)
		}
		list[i] = property{string(before), f.Type}
	}
	return list
}

// append writes the members of a row; those that k has from rows before are copied.
func (p properties) append(b []byte, r Row, k *kept) []byte {
	for i, one := range p {
		if member, known := k.get(r, i); known {
			b = append(b, member...)
			continue
		}
		from := len(b)
		b = append(b, one.before...)
		b = AppendJSON(b, one.kind, r.value(i))
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
