package datasets

import "io"

// jsonWriter writes the rows as JSON objects (RFC 8259), keys in the order of the
// fields: one array of them, or one object a line (NDJSON). A dataset with a
// geometry has it in GeoJSON under "geometry", WGS 84.
type jsonWriter struct {
	w        io.Writer
	values   properties
	lines    bool
	geometry []byte // its key with what stands around it, nil without geometry
	kept     *kept
	buffer   []byte
	began    bool
}

func newJSON(w io.Writer, d Description) writer {
	j := newNDJSON(w, d).(*jsonWriter)
	j.lines = false
	j.buffer = append(j.buffer, '[')
	return j
}

func newNDJSON(w io.Writer, d Description) writer {
	j := &jsonWriter{w: w, values: propertiesOf(d), lines: true, kept: newKept(d.Fields), buffer: make([]byte, 0, flushAt+4096)}
	if d.Geometry == NoGeometry {
		return j
	}
	if len(d.Fields) > 0 {
		j.geometry = append(j.geometry, ',')
	}
	j.geometry = append(appendJSONText(j.geometry, freeName(geometryName, d)), ':')
	return j
}

// geometryName is the column of a row's geometry in the formats that hold it
// among the others.
const geometryName = "geometry"

func (j *jsonWriter) Row(r Row) error {
	if !j.lines {
		if j.began {
			j.buffer = append(j.buffer, ',')
		}
		j.began = true
		j.buffer = append(j.buffer, '\n')
	}
	j.buffer = append(j.buffer, '{')
	j.buffer = j.values.append(j.buffer, r, j.kept)
	if j.geometry != nil {
		j.buffer = append(j.buffer, j.geometry...)
		j.buffer = appendGeometry(j.buffer, r)
	}
	j.buffer = append(j.buffer, '}')
	if j.lines {
		j.buffer = append(j.buffer, '\n')
	}
	if len(j.buffer) < flushAt {
		return nil
	}
	return j.flush()
}

func (j *jsonWriter) Close() error {
	if !j.lines {
		j.buffer = append(j.buffer, "\n]\n"...)
	}
	return j.flush()
}

func (j *jsonWriter) flush() error {
	_, err := j.w.Write(j.buffer)
	j.buffer = j.buffer[:0]
	return err
}
