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

// xlsxWriter writes an Excel workbook (Office Open XML, ECMA-376) in a stream:
// numbers as numbers, dates as dates, headings in bold and frozen. Every text is
// an inline string, which no spreadsheet runs, whatever it starts with. Past the
// rows a sheet holds, another sheet follows.
//
// It is our own because the libraries keep a sheet in memory or on disk before
// they write its first byte.
type xlsxWriter struct {
	archive *zip.Writer
	fields  []Field
	kept    *kept
	sheet   io.Writer
	buffer  []byte
	sheets  int
	rows    int // of the present sheet
	err     error
}

const (
	sheetRows   = 1_048_576
	mostCell    = 32_767 // characters of a cell
	styleBold   = "1"
	styleDate   = "2"
	styleMoment = "3"
)

func newXLSX(w io.Writer, d Description) writer {
	x := &xlsxWriter{archive: zip.NewWriter(w), fields: d.Fields, kept: newKept(d.Fields), buffer: make([]byte, 0, flushAt+4096)}
	x.archive.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestSpeed)
	})
	x.begin()
	return x
}

// begin starts a sheet with its headings.
func (x *xlsxWriter) begin() {
	x.sheets++
	x.sheet, x.err = x.archive.Create("xl/worksheets/sheet" + strconv.Itoa(x.sheets) + ".xml")
	x.buffer = append(x.buffer, xml.Header+`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+
		`<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`+
		`<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="`...)
	x.buffer = strconv.AppendInt(x.buffer, int64(max(1, len(x.fields))), 10)
	x.buffer = append(x.buffer, `" width="18" customWidth="1"/></cols><sheetData><row r="1">`...)
	for _, f := range x.fields {
		x.text(f.Name, styleBold)
	}
	x.buffer = append(x.buffer, "</row>"...)
	x.rows = 1
}

// end closes the present sheet.
func (x *xlsxWriter) end() error {
	x.buffer = append(x.buffer, "</sheetData></worksheet>"...)
	return x.flush()
}

func (x *xlsxWriter) Row(r Row) error {
	if x.rows == sheetRows {
		if err := x.end(); err != nil {
			return err
		}
		x.begin()
	}
	if x.err != nil {
		return x.err
	}
	x.rows++
	x.buffer = append(x.buffer, `<row r="`...)
	x.buffer = strconv.AppendInt(x.buffer, int64(x.rows), 10)
	x.buffer = append(x.buffer, `">`...)
	for i, f := range x.fields {
		if cell, known := x.kept.get(r, i); known {
			x.buffer = append(x.buffer, cell...)
			continue
		}
		from := len(x.buffer)
		x.value(f.Type, r.value(i))
		x.kept.keep(r, i, x.buffer[from:])
	}
	x.buffer = append(x.buffer, "</row>"...)
	if len(x.buffer) < flushAt {
		return nil
	}
	return x.flush()
}

// value writes a cell; a row's cells are in order, so that none says its place.
func (x *xlsxWriter) value(t FieldType, v any) {
	switch n := v.(type) {
	case nil:
		x.buffer = append(x.buffer, "<c/>"...)
	case string:
		x.text(n, "")
	case bool:
		x.buffer = append(x.buffer, `<c t="b"><v>`...)
		x.buffer = append(x.buffer, map[bool]byte{true: '1', false: '0'}[n])
		x.buffer = append(x.buffer, "</v></c>"...)
	case time.Time:
		x.moment(t, n)
	case int64, int32, int, float64:
		x.buffer = append(x.buffer, "<c><v>"...)
		x.buffer = appendValue(x.buffer, t, v)
		x.buffer = append(x.buffer, "</v></c>"...)
	default:
		x.text(string(appendValue(nil, t, v)), "")
	}
}

// moment writes a day or an hour of universal time as a serial number. Before
// March 1900 Excel counts days that never were: those are texts.
func (x *xlsxWriter) moment(t FieldType, at time.Time) {
	at = at.UTC()
	if at.Year() < 1901 || at.Year() > 9999 {
		x.text(string(appendTime(nil, t, at)), "")
		return
	}
	style := styleDate
	if t == DateTime {
		style = styleMoment
	} else {
		at = at.Truncate(24 * time.Hour)
	}
	serial := at.Sub(time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24
	x.buffer = append(x.buffer, `<c s="`+style+`"><v>`...)
	x.buffer = strconv.AppendFloat(x.buffer, serial, 'f', -1, 64)
	x.buffer = append(x.buffer, "</v></c>"...)
}

func (x *xlsxWriter) text(s, style string) {
	if s == "" {
		x.buffer = append(x.buffer, "<c/>"...)
		return
	}
	x.buffer = append(x.buffer, `<c t="inlineStr"`...)
	if style != "" {
		x.buffer = append(x.buffer, ` s="`+style+`"`...)
	}
	x.buffer = append(x.buffer, `><is><t xml:space="preserve">`...)
	x.buffer = appendXMLText(x.buffer, fitting(s))
	x.buffer = append(x.buffer, "</t></is></c>"...)
}

// fitting is a text cut to what a cell holds.
func fitting(s string) string {
	if len(s) > mostCell {
		if runes := []rune(s); len(runes) > mostCell {
			return string(runes[:mostCell-1]) + "…"
		}
	}
	return s
}

func (x *xlsxWriter) flush() error {
	if x.err != nil {
		return x.err
	}
	_, x.err = x.sheet.Write(x.buffer)
	x.buffer = x.buffer[:0]
	return x.err
}

// Addresses of the format.
const (
	officeLinks  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageParts = "http://schemas.openxmlformats.org/package/2006/"
	mainParts    = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	sheetType    = "application/vnd.openxmlformats-officedocument.spreadsheetml."

	xlsxStyles = `<styleSheet xmlns="` + mainParts + `"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>` +
		`<numFmt numFmtId="165" formatCode="dd/mm/yyyy hh:mm:ss"/></numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
		`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`

	xlsxRoot = `<Relationships xmlns="` + packageParts + `relationships"><Relationship Id="rId1" Type="` + officeLinks +
		`/officeDocument" Target="xl/workbook.xml"/></Relationships>`
)

// Close writes what names the sheets: their number is known last.
func (x *xlsxWriter) Close() error {
	if err := x.end(); err != nil {
		return err
	}
	var sheets, links, types strings.Builder
	for n := 1; n <= x.sheets; n++ {
		id, name := strconv.Itoa(n), "Données"
		if x.sheets > 1 {
			name += " " + id
		}
		sheets.WriteString(`<sheet name="` + name + `" sheetId="` + id + `" r:id="rId` + id + `"/>`)
		links.WriteString(`<Relationship Id="rId` + id + `" Type="` + officeLinks + `/worksheet" Target="worksheets/sheet` + id + `.xml"/>`)
		types.WriteString(`<Override PartName="/xl/worksheets/sheet` + id + `.xml" ContentType="` + sheetType + `worksheet+xml"/>`)
	}
	for _, part := range [][2]string{
		{"xl/workbook.xml", `<workbook xmlns="` + mainParts + `" xmlns:r="` + officeLinks + `"><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packageParts + `relationships">` + links.String() +
			`<Relationship Id="rIdStyles" Type="` + officeLinks + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", xlsxStyles},
		{"_rels/.rels", xlsxRoot},
		{"[Content_Types].xml", `<Types xmlns="` + packageParts + `content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + sheetType + `sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + sheetType + `styles+xml"/>` + types.String() + `</Types>`},
	} {
		if err := x.part(part[0], part[1]); err != nil {
			return err
		}
	}
	return x.archive.Close()
}

func (x *xlsxWriter) part(name, content string) error {
	w, err := x.archive.Create(name)
	if err == nil {
		_, err = io.WriteString(w, xml.Header+content)
	}
	return err
}
