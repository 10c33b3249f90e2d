package datasets

import (
	"archive/zip"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"
)

// odsWriter writes an OpenDocument spreadsheet (ODF 1.3, ISO/IEC 26300) in a
// stream: numbers as numbers, days as days, headings in bold. A text is the cell's
// own text, which no spreadsheet runs. Past the rows a sheet holds, another
// follows.
type odsWriter struct {
	archive *zip.Writer
	content io.Writer
	fields  []Field
	kept    *kept
	cell    []byte
	buffer  []byte
	sheets  int
	rows    int // of the present sheet
	err     error
}

const (
	odsType  = "application/vnd.oasis.opendocument.spreadsheet"
	odsSpace = "urn:oasis:names:tc:opendocument:xmlns:"

	odsManifest = `<manifest:manifest xmlns:manifest="` + odsSpace + `manifest:1.0" manifest:version="1.3">` +
		`<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="` + odsType + `"/>` +
		`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`

	odsHead = `<office:document-content xmlns:office="` + odsSpace + `office:1.0" xmlns:table="` + odsSpace + `table:1.0"` +
		` xmlns:text="` + odsSpace + `text:1.0" xmlns:style="` + odsSpace + `style:1.0" xmlns:number="` + odsSpace + `datastyle:1.0"` +
		` xmlns:fo="` + odsSpace + `xsl-fo-compatible:1.0" office:version="1.3"><office:automatic-styles>` +
		`<number:date-style style:name="N1"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/>` +
		`<number:text>/</number:text><number:year number:style="long"/></number:date-style>` +
		`<number:date-style style:name="N2"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/>` +
		`<number:text>/</number:text><number:year number:style="long"/><number:text> </number:text><number:hours number:style="long"/>` +
		`<number:text>:</number:text><number:minutes number:style="long"/><number:text>:</number:text><number:seconds number:style="long"/></number:date-style>` +
		`<style:style style:name="gras" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>` +
		`<style:style style:name="jour" style:family="table-cell" style:data-style-name="N1"/>` +
		`<style:style style:name="heure" style:family="table-cell" style:data-style-name="N2"/>` +
		`<style:style style:name="col" style:family="table-column"><style:table-column-properties style:column-width="3.2cm"/></style:style>` +
		`</office:automatic-styles><office:body><office:spreadsheet>`
)

func newODS(w io.Writer, d Description) writer {
	o := &odsWriter{archive: zip.NewWriter(w), fields: d.Fields, kept: newKept(d.Fields), buffer: make([]byte, 0, flushAt+4096)}
	o.archive.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestSpeed)
	})
	// The kind of document is read at a fixed place, so it comes first and plain.
	kind, err := o.archive.CreateHeader(&zip.FileHeader{Name: "mimetype", Method: zip.Store})
	if err == nil {
		_, err = io.WriteString(kind, odsType)
	}
	if err == nil {
		err = o.part("META-INF/manifest.xml", odsManifest)
	}
	if err == nil {
		o.content, err = o.archive.Create("content.xml")
	}
	o.err = err
	o.buffer = append(o.buffer, xml.Header+odsHead...)
	o.begin()
	return o
}

func (o *odsWriter) part(name, content string) error {
	w, err := o.archive.Create(name)
	if err == nil {
		_, err = io.WriteString(w, xml.Header+content)
	}
	return err
}

// begin starts a sheet with its headings.
func (o *odsWriter) begin() {
	o.sheets++
	o.rows = 1
	name := "Données"
	if o.sheets > 1 {
		name += " " + strconv.Itoa(o.sheets)
	}
	o.buffer = append(o.buffer, `<table:table table:name="`+name+`"><table:table-column table:style-name="col" table:number-columns-repeated="`...)
	o.buffer = strconv.AppendInt(o.buffer, int64(max(1, len(o.fields))), 10)
	o.buffer = append(o.buffer, `"/><table:table-header-rows><table:table-row>`...)
	for _, f := range o.fields {
		o.buffer = appendODSText(o.buffer, f.Name, "gras")
	}
	o.buffer = append(o.buffer, "</table:table-row></table:table-header-rows>"...)
}

func (o *odsWriter) Row(r Row) error {
	if o.rows == sheetRows {
		o.buffer = append(o.buffer, "</table:table>"...)
		o.begin()
	}
	o.rows++
	o.buffer = append(o.buffer, "<table:table-row>"...)
	blanks := 0
	for i, f := range o.fields {
		cell, known := o.kept.get(r, i)
		if !known {
			o.cell = appendODSCell(o.cell[:0], f.Type, r.value(i))
			cell = o.cell
			o.kept.keep(r, i, cell)
		}
		if len(cell) == 0 {
			blanks++
			continue
		}
		o.buffer = append(appendBlanks(o.buffer, blanks), cell...)
		blanks = 0
	}
	o.buffer = append(appendBlanks(o.buffer, blanks), "</table:table-row>"...)
	if len(o.buffer) < flushAt {
		return nil
	}
	return o.flush()
}

// appendBlanks writes cells without a value that follow each other as one.
func appendBlanks(b []byte, n int) []byte {
	switch n {
	case 0:
		return b
	case 1:
		return append(b, "<table:table-cell/>"...)
	}
	b = append(b, `<table:table-cell table:number-columns-repeated="`...)
	return append(strconv.AppendInt(b, int64(n), 10), `"/>`...)
}

// appendODSCell writes a cell, nothing of one without a value.
func appendODSCell(b []byte, t FieldType, v any) []byte {
	switch x := v.(type) {
	case nil:
		return b
	case string:
		if x == "" {
			return b
		}
		return appendODSText(b, x, "")
	case bool:
		b = append(b, `<table:table-cell office:value-type="boolean" office:boolean-value="`...)
		return append(strconv.AppendBool(b, x), `"/>`...)
	case time.Time:
		return appendODSMoment(b, t, x)
	case int64, int32, int, float64:
		b = append(b, `<table:table-cell office:value-type="float" office:value="`...)
		from := len(b)
		b = appendValue(b, t, v)
		to := len(b)
		b = append(b, `"><text:p>`...)
		b = append(b, b[from:to]...)
		return append(b, "</text:p></table:table-cell>"...)
	}
	return appendODSText(b, string(appendValue(nil, t, v)), "")
}

// appendODSMoment writes a day, or an hour of universal time.
func appendODSMoment(b []byte, t FieldType, at time.Time) []byte {
	if at.IsZero() {
		return b
	}
	style := "jour"
	if t == DateTime {
		style = "heure"
	}
	b = append(b, `<table:table-cell table:style-name="`+style+`" office:value-type="date" office:date-value="`...)
	b = appendTime(b, t, at)
	if t == DateTime {
		b = b[:len(b)-1] // the format has no zone
	}
	return append(b, `"/>`...)
}

func appendODSText(b []byte, s, style string) []byte {
	b = append(b, `<table:table-cell office:value-type="string"`...)
	if style != "" {
		b = append(b, ` table:style-name="`+style+`"`...)
	}
	b = append(b, '>')
	for line := range strings.SplitSeq(s, "\n") {
		b = append(b, "<text:p>"...)
		b = appendODSLine(b, line)
		b = append(b, "</text:p>"...)
	}
	return append(b, "</table:table-cell>"...)
}

// appendODSLine writes one line of a text. Readers fold blanks that follow each
// other, so each after the first is an element of its own.
func appendODSLine(b []byte, s string) []byte {
	s = strings.ReplaceAll(s, "\r", "")
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && (s[end] != ' ' || end > 0 && s[end-1] != ' ') && s[end] != '\t' {
			end++
		}
		b = appendXMLText(b, s[i:end])
		if end < len(s) {
			b = append(b, map[bool]string{true: "<text:tab/>", false: "<text:s/>"}[s[end] == '\t']...)
			end++
		}
		i = end
	}
	return b
}

func (o *odsWriter) flush() error {
	if o.err != nil {
		return o.err
	}
	_, o.err = o.content.Write(o.buffer)
	o.buffer = o.buffer[:0]
	return o.err
}

func (o *odsWriter) Close() error {
	o.buffer = append(o.buffer, "</table:table></office:spreadsheet></office:body></office:document-content>"...)
	if err := o.flush(); err != nil {
		return err
	}
	return o.archive.Close()
}
