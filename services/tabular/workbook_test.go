package tabular_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"acvdata/services/tabular"
)

// grouped is a sheet as people make them: a title, headings in two rows grouped
// by merged cells, a station merged over its rows.
const grouped = `<row r="1"><c r="A1" t="inlineStr"><is><t>Suivi de la qualité de l’eau</t></is></c></row>
<row r="3"><c r="A3" t="inlineStr"><is><t>Station</t></is></c><c r="B3" t="inlineStr"><is><t>Date</t></is></c><c r="C3" t="inlineStr"><is><t>Eau</t></is></c></row>
<row r="4"><c r="C4" t="inlineStr"><is><t>pH</t></is></c><c r="D4" t="inlineStr"><is><t>Nitrates</t></is></c></row>
<row r="5"><c r="A5" t="inlineStr"><is><t>Pont Main</t></is></c><c r="B5" s="1"><v>45366</v></c><c r="C5"><v>7.1</v></c><c r="D5"><v>12.5</v></c></row>
<row r="6"><c r="B6" s="1"><v>45397</v></c><c r="C6"><v>7.3</v></c><c r="D6"><v>11</v></c></row>
<row r="7"><c r="A7" t="inlineStr"><is><t>Le &quot;Port&quot;</t></is></c><c r="B7" s="1"><v>45397</v></c><c r="C7"><v>7.5</v></c><c r="D7"><v>9</v></c></row>`

func packed(t testing.TB, rows string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"[Content_Types].xml", "<Types/>"},
		{"xl/workbook.xml", `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Eau" r:id="a"/><sheet name="Air" r:id="b"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<R><Relationship Id="a" Target="worksheets/sheet1.xml"/><Relationship Id="b" Target="worksheets/sheet2.xml"/></R>`},
		{"xl/styles.xml", `<s><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></s>`},
		{"xl/worksheets/sheet1.xml", `<w><sheetData>` + rows + `</sheetData><mergeCells><mergeCell ref="A1:D1"/><mergeCell ref="C3:D3"/><mergeCell ref="A3:A4"/><mergeCell ref="B3:B4"/><mergeCell ref="A5:A6"/></mergeCells></w>`},
		{"xl/worksheets/sheet2.xml", `<w><sheetData><row><c t="inlineStr"><is><t>polluant</t></is></c><c t="inlineStr"><is><t>valeur</t></is></c></row><row><c t="inlineStr"><is><t>NO2</t></is></c><c><v>21</v></c></row></sheetData></w>`},
	} {
		p, err := w.Create(part[0])
		if err == nil {
			_, err = p.Write([]byte(part[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func openBook(t *testing.T, options ...tabular.Option) *tabular.File {
	t.Helper()
	raw := packed(t, grouped)
	f, err := tabular.Open(t.Context(), strings.NewReader(raw), int64(len(raw)), "eau.xlsx", options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestAWorkbookReadsLikeAnyTable(t *testing.T) {
	t.Parallel()
	f := openBook(t)
	if f.Format() != tabular.Workbook || strings.Join(f.Sheets(), ",") != "Eau,Air" || f.Sheet() != "Eau" {
		t.Fatalf("%s, sheets %v", f.Format(), f.Sheets())
	}
	if got := strings.Join(f.Headings(), ","); got != "Station,Date,Eau – pH,Eau – Nitrates" {
		t.Errorf("headings %q", got)
	}
	for i, want := range []tabular.Type{tabular.Text, tabular.Date, tabular.Number, tabular.Number} {
		if c := f.Columns()[i]; c.Type != want {
			t.Errorf("%s is %s, want %s", c.Heading, c.Type, want)
		}
	}
	var got []string
	for row, err := range f.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if len(row.Problems) > 0 {
			t.Errorf("line %d: %+v", row.Line, row.Problems)
		}
		got = append(got, strings.Join(row.Cells, ";"))
		if row.Line != 4+len(got) {
			t.Errorf("row %d is on line %d", 4+len(got), row.Line)
		}
	}
	want := "Pont Main;2024-03-15;7.1;12.5\nPont Main;2024-04-15;7.3;11\nLe \"Port\";2024-04-15;7.5;9"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func TestAnotherSheetIsReadWhenItIsChosen(t *testing.T) {
	t.Parallel()
	f := openBook(t, tabular.WithSheet("Air"))
	if got := strings.Join(f.Headings(), ","); f.Sheet() != "Air" || got != "polluant,valeur" {
		t.Errorf("sheet %q, headings %q", f.Sheet(), got)
	}
}
