package datasets

import (
	"bytes"
	"io"
	"strings"
	"time"

	"acvdata/services/i18n"
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
	w         io.Writer
	fields    []Field
	kept      *kept
	buffer    []byte
	french    bool   // for a spreadsheet in French: see newExcelCSV
	separator byte   // between the cells of a row
	quoted    string // the bytes that a cell must be quoted for
}

// flushAt is how much a writer gathers before it writes.
const flushAt = 64 << 10

func newCSV(w io.Writer, d Description) writer {
	c := &csvWriter{w: w, fields: d.Fields, kept: newKept(d.Fields), buffer: make([]byte, 0, flushAt+4096), separator: ',', quoted: ",\"\r\n"}
	c.headings()
	return c
}

// newExcelCSV writes what a spreadsheet set to French opens by a double click: a
// byte-order mark, semicolons, decimal commas, days as 31/12/2024.
func newExcelCSV(w io.Writer, d Description) writer {
	c := &csvWriter{w: w, fields: d.Fields, kept: newKept(d.Fields), buffer: make([]byte, 0, flushAt+4096), separator: ';', quoted: ";\"\r\n", french: true}
	c.buffer = append(c.buffer, "\ufeff"...)
	c.headings()
	return c
}

func (c *csvWriter) headings() {
	for i, f := range c.fields {
		if i > 0 {
			c.buffer = append(c.buffer, c.separator)
		}
		c.buffer = appendCell(c.buffer, f.Name, c.quoted)
	}
	c.buffer = append(c.buffer, '\r', '\n')
}

func (c *csvWriter) Row(r Row) error {
	for i, f := range c.fields {
		if i > 0 {
			c.buffer = append(c.buffer, c.separator)
		}
		if cell, known := c.kept.get(r, i); known {
			c.buffer = append(c.buffer, cell...)
			continue
		}
		from := len(c.buffer)
		c.value(f.Type, r.value(i))
		c.kept.keep(r, i, c.buffer[from:])
	}
	c.buffer = append(c.buffer, '\r', '\n')
	if len(c.buffer) < flushAt {
		return nil
	}
	return c.flush()
}

func (c *csvWriter) value(t FieldType, v any) {
	text, ok := v.(string)
	if c.french && c.local(t, v) {
		return
	}
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
	c.buffer = appendCell(c.buffer, text, c.quoted)
}

// local writes the values that a French spreadsheet reads its own way; false for
// the others.
func (c *csvWriter) local(t FieldType, v any) bool {
	switch x := v.(type) {
	case float64:
		from := len(c.buffer)
		c.buffer = appendValue(c.buffer, t, x)
		if i := bytes.IndexByte(c.buffer[from:], '.'); i >= 0 {
			c.buffer[from+i] = ','
		}
		return true
	case bool:
		c.buffer = append(c.buffer, map[bool]string{true: "VRAI", false: "FAUX"}[x]...)
		return true
	case time.Time:
		switch {
		case x.IsZero():
		case t == DateTime:
			c.buffer = x.In(i18n.Paris).AppendFormat(c.buffer, "02/01/2006 15:04:05")
		default:
			c.buffer = x.AppendFormat(c.buffer, "02/01/2006")
		}
		return true
	}
	return false
}

func (c *csvWriter) Close() error { return c.flush() }

func (c *csvWriter) flush() error {
	_, err := c.w.Write(c.buffer)
	c.buffer = c.buffer[:0]
	return err
}

// appendCell quotes a text where RFC 4180 asks for it, and where leading or
// trailing blanks would be trimmed by readers.
func appendCell(b []byte, s, separators string) []byte {
	if s == "" {
		return b
	}
	plain := !strings.ContainsAny(s, separators) && s[0] != ' ' && s[len(s)-1] != ' ' && s[0] != '\t'
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
