package datasets

import (
	"io"
	"strings"
)

// csvWriter writes the schema's own form: UTF-8 without byte-order mark, comma,
// RFC 4180 quotes and line ends, headings exactly as the fields are named,
// decimal point, missing values empty.
//
// A spreadsheet runs a text cell that looks like a formula, whoever typed it. A
// text that could run gets an apostrophe in front, which spreadsheets read as
// "this is text". A reader that wants the original takes one apostrophe off any
// cell where risky(cell without its leading apostrophes) holds: texts that
// already start so get one more, so the rule has no exception. Numbers and dates
// are never touched; GeoJSON and the APIs give every text as it is.
type csvWriter struct {
	w      io.Writer
	fields []Field
	buffer []byte
}

// flushAt is how much a writer gathers before it writes.
const flushAt = 64 << 10

func newCSV(w io.Writer, d Description) writer {
	c := &csvWriter{w: w, fields: d.Fields, buffer: make([]byte, 0, flushAt+4096)}
	for i, f := range d.Fields {
		if i > 0 {
			c.buffer = append(c.buffer, ',')
		}
		c.buffer = appendCell(c.buffer, f.Name)
	}
	c.buffer = append(c.buffer, '\r', '\n')
	return c
}

func (c *csvWriter) Row(r Row) error {
	for i, f := range c.fields {
		if i > 0 {
			c.buffer = append(c.buffer, ',')
		}
		if i < len(r.Values) {
			c.value(f.Type, r.Values[i])
		}
	}
	c.buffer = append(c.buffer, '\r', '\n')
	if len(c.buffer) < flushAt {
		return nil
	}
	return c.flush()
}

func (c *csvWriter) value(t FieldType, v any) {
	text, ok := v.(string)
	if !ok {
		quoted := t == GeoPoint && v != nil // it holds a comma
		if quoted {
			c.buffer = append(c.buffer, '"')
		}
		c.buffer = appendValue(c.buffer, t, v)
		if quoted {
			c.buffer = append(c.buffer, '"')
		}
		return
	}
	if t == Text && risky(strings.TrimLeft(text, "'")) {
		text = "'" + text
	}
	c.buffer = appendCell(c.buffer, text)
}

func (c *csvWriter) Close() error { return c.flush() }

func (c *csvWriter) flush() error {
	_, err := c.w.Write(c.buffer)
	c.buffer = c.buffer[:0]
	return err
}

// appendCell quotes a text where RFC 4180 asks for it, and where leading or
// trailing blanks would be trimmed by readers.
func appendCell(b []byte, s string) []byte {
	if s == "" {
		return b
	}
	plain := !strings.ContainsAny(s, ",\"\r\n") && s[0] != ' ' && s[len(s)-1] != ' ' && s[0] != '\t'
	if plain {
		return append(b, s...)
	}
	b = append(b, '"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		b = append(b, s[:i]...)
		b = append(b, '"', '"')
		s = s[i+1:]
	}
	b = append(b, s...)
	return append(b, '"')
}

// risky reports whether a spreadsheet could run the text. "=" and "@" always
// start a formula, and so may a blank that spreadsheets drop before them. "+" and
// "-" start ordinary texts too ("-5", "+33 4 66 56 10 00", "- à élaguer"): they
// are harmless as long as nothing in the text calls a function or reaches out.
func risky(s string) bool {
	if s == "" {
		return false
	}
	switch s[0] {
	case '=', '@', '\t', '\r', '\n':
		return true
	case '+', '-':
		return strings.ContainsAny(s[1:], "(|!=")
	}
	// Full-width forms are read as the ASCII ones.
	return strings.HasPrefix(s, "＝") || strings.HasPrefix(s, "＠") || strings.HasPrefix(s, "＋") || strings.HasPrefix(s, "－")
}
