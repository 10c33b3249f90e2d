package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"maps"
	"strings"
	"testing"

	"acvdata/services/tabular/xlsx"
)

// workbook packs parts; what is not given is the least a workbook needs.
func workbook(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	const ns = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	all := map[string]string{
		"xl/workbook.xml": `<workbook ` + ns + `><sheets><sheet name="Relevés" sheetId="1" r:id="a"/>` +
			`<sheet name="Cachée" sheetId="2" state="hidden" r:id="b"/><sheet name="Notes" sheetId="3" r:id="c"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="b" Target="/xl/worksheets/sheet2.xml"/><Relationship Id="c" Target="/xl/worksheets/sheet3.xml"/></Relationships>`,
		"xl/styles.xml": `<styleSheet ` + ns + `><numFmts><numFmt numFmtId="170" formatCode="[$-40C]d mmm yyyy;@"/>` +
			`<numFmt numFmtId="171" formatCode="0.0&quot; mg/l dosé&quot;"/><numFmt numFmtId="172" formatCode="[h]:mm"/></numFmts>` +
			`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="172"/><xf numFmtId="22"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml":     `<sst ` + ns + `><si><t>Sèvre</t></si><si><r><t>Marais </t></r><r><t>mouillé</t></r><rPh><t>x</t></rPh></si></sst>`,
		"xl/worksheets/sheet2.xml": `<worksheet ` + ns + `><sheetData/></worksheet>`,
		"xl/worksheets/sheet3.xml": `<worksheet ` + ns + `><sheetData><row><c t="inlineStr"><is><t>note</t></is></c></row></sheetData></worksheet>`,
	}
	maps.Copy(all, parts)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range all {
		if text == "" {
			continue
		}
		part, err := w.Create(name)
		if err == nil {
			_, err = part.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func sheet(rows string) map[string]string {
	return map[string]string{"xl/worksheets/sheet1.xml": `<worksheet xmlns="x"><sheetData>` + rows + `</sheetData><mergeCells><mergeCell ref="B1:C1"/></mergeCells></worksheet>`}
}

func open(raw []byte) (*xlsx.Book, error) {
	return xlsx.Open(bytes.NewReader(raw), int64(len(raw)), xlsx.Limits{Unpacked: 64 << 20, Ratio: 200})
}

func read(t *testing.T, rows string) ([]string, error) {
	t.Helper()
	book, err := open(workbook(t, sheet(rows)))
	if err != nil {
		return nil, err
	}
	var got []string
	for row, err := range book.Rows(t.Context(), "Relevés") {
		if err != nil {
			return got, err
		}
		got = append(got, strings.Join(row.Cells, "|"))
	}
	return got, nil
}

func TestCellsReadAsAMachineWouldWriteThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, cell, want string }{
		{"a shared text", `<c t="s"><v>0</v></c>`, "Sèvre"},
		{"a text of several runs, without its phonetic ones", `<c t="s"><v>1</v></c>`, "Marais mouillé"},
		{"a text out of the list", `<c t="s"><v>99</v></c>`, ""},
		{"a number with the noise of binary", `<c><v>7.0999999999999996</v></c>`, "7.1"},
		{"a large number", `<c><v>1.2E+6</v></c>`, "1200000"},
		{"a day", `<c s="1"><v>45366</v></c>`, "2024-03-15"},
		{"a day in a format of its own", `<c s="2"><v>45366</v></c>`, "2024-03-15"},
		{"a day and an hour", `<c s="5"><v>45366.5</v></c>`, "2024-03-15T12:00:00"},
		{"the first of January 1900", `<c s="1"><v>1</v></c>`, "1900-01-01"},
		{"the first of March 1900, after a day that never was", `<c s="1"><v>61</v></c>`, "1900-03-01"},
		{"a unit that holds the letter d", `<c s="3"><v>4.5</v></c>`, "4.5"},
		{"a duration", `<c s="4"><v>1.5</v></c>`, "1.5"},
		{"a formula counts for its value", `<c t="str"><f>HYPERLINK("http://x")</f><v>texte</v></c>`, "texte"},
		{"a formula never computed", `<c><f>A1+1</f></c>`, ""},
		{"an error", `<c t="e"><v>#N/A</v></c>`, ""},
		{"a truth", `<c t="b"><v>1</v></c>`, "true"},
		{"no number", `<c><v>NaN</v></c>`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := read(t, `<row>`+c.cell+`<c t="b"><v>0</v></c></row>`)
			if err != nil || len(got) != 1 || got[0] != c.want+"|false" {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
}

func TestOnlyVisibleSheetsAreOffered(t *testing.T) {
	t.Parallel()
	book, err := open(workbook(t, sheet(`<row r="3"><c r="C3"><v>1</v></c></row>`)))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(book.Sheets(), ","); got != "Relevés,Notes" {
		t.Errorf("sheets %q", got)
	}
	merges, err := book.Merges("Relevés")
	if err != nil || len(merges) != 1 || merges[0] != (xlsx.Merge{Top: 1, Bottom: 1, Left: 1, Right: 2}) {
		t.Errorf("merges %v, %v", merges, err)
	}
	for row, err := range book.Rows(t.Context(), "Relevés") {
		if err != nil || row.Number != 3 || len(row.Cells) != 3 {
			t.Errorf("%+v", row)
		}
	}
}

func TestWhatIsNoSoundWorkbookIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		rows string
		raw  []byte
		want error
	}{
		{"no archive", "", []byte("PK\x03\x04 et rien"), xlsx.ErrBroken},
		{"another archive", "", workbook(t, map[string]string{"xl/workbook.xml": ""}), xlsx.ErrNotWorkbook},
		{"a sheet out of proportion", "", workbook(t, sheet(strings.Repeat(" ", 30<<20))), xlsx.ErrTooLarge},
		{"rows that go backwards", `<row r="5"/><row r="4"/>`, nil, xlsx.ErrBroken},
		{"a row beyond the last", `<row r="9999999"/>`, nil, xlsx.ErrBroken},
		{"a cell beyond the last column", `<row><c r="ZZZZ1"><v>1</v></c></row>`, nil, xlsx.ErrBroken},
		{"a sheet cut off", `<row><c><v>1</v></c></row><row>`, nil, xlsx.ErrBroken},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var err error
			if c.raw != nil {
				_, err = open(c.raw)
			} else {
				_, err = read(t, c.rows)
			}
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func FuzzRows(f *testing.F) {
	f.Add(`<row><c t="s"><v>0</v></c></row>`)
	f.Add(`<row r="2"><c r="B2" s="1"><f>1</f><v>45366</v></c></row>`)
	f.Fuzz(func(t *testing.T, rows string) {
		book, err := open(workbook(t, sheet(rows)))
		if err != nil {
			return
		}
		last := 0
		for row, err := range book.Rows(t.Context(), "Relevés") {
			if err != nil {
				return
			}
			if row.Number <= last {
				t.Fatalf("row %d after row %d", row.Number, last)
			}
			last = row.Number
		}
	})
}
