package ods_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"acvdata/services/tabular/ods"
	"acvdata/services/tabular/xlsx"
)

const styles = `<office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style>` +
	`<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>`

// packed makes a workbook of tables.
func packed(t testing.TB, tables string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
		{"content.xml", `<?xml version="1.0" encoding="UTF-8"?><office:document-content>` + styles + `<office:body><office:spreadsheet>` + tables + `</office:spreadsheet></office:body></office:document-content>`},
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
	return out.Bytes()
}

func table(rows string) string {
	return `<table:table table:name="Relev&#233;s &amp; co" table:style-name="ta1">` + rows + `</table:table>`
}

func open(raw []byte) (*ods.Book, error) {
	return ods.Open(bytes.NewReader(raw), int64(len(raw)), xlsx.Limits{Unpacked: 64 << 20, Ratio: 200})
}

// read gives the rows as "number:cell|cell".
func read(t *testing.T, raw []byte) (lines []string, err error) {
	t.Helper()
	book, err := open(raw)
	if err != nil {
		return nil, err
	}
	for row, err := range book.Rows(t.Context(), book.Sheets()[0]) {
		if err != nil {
			return lines, err
		}
		lines = append(lines, fmt.Sprintf("%d:%s", row.Number, strings.Join(row.Cells, "|")))
	}
	return lines, nil
}

func TestCellsAreWhatTheFileKeeps(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ cell, want string }{
		"a number":          {`<table:table-cell office:value-type="float" office:value="7.0999999999999996"><text:p>7,1</text:p></table:table-cell>`, "7.0999999999999996"},
		"a percentage":      {`<table:table-cell office:value-type="percentage" office:value="0.125"><text:p>12,5 %</text:p></table:table-cell>`, "0.125"},
		"an amount":         {`<table:table-cell office:value-type="currency" office:currency="EUR" office:value="1200.5"><text:p>1 200,50 €</text:p></table:table-cell>`, "1200.5"},
		"a day":             {`<table:table-cell office:value-type="date" office:date-value="2019-03-15"><text:p>15/03/19</text:p></table:table-cell>`, "2019-03-15"},
		"a moment":          {`<table:table-cell office:value-type="date" office:date-value="2019-03-15T10:20:30.000000000"><text:p>x</text:p></table:table-cell>`, "2019-03-15T10:20:30"},
		"midnight":          {`<table:table-cell office:value-type="date" office:date-value="2019-03-10T00:00:00"><text:p>x</text:p></table:table-cell>`, "2019-03-10"},
		"an hour":           {`<table:table-cell office:value-type="time" office:time-value="PT9H05M00S"><text:p>09:05</text:p></table:table-cell>`, "09:05:00"},
		"a duration":        {`<table:table-cell office:value-type="time" office:time-value="PT49H00M00S"><text:p>49:00</text:p></table:table-cell>`, "PT49H00M00S"},
		"a boolean":         {`<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>VRAI</text:p></table:table-cell>`, "true"},
		"a text of digits":  {`<table:table-cell office:value-type="string"><text:p>01004</text:p></table:table-cell>`, "01004"},
		"blanks":            {`<table:table-cell office:value-type="string"><text:p>a<text:s text:c="2"/>b<text:tab/>c<text:span>d</text:span></text:p><text:p>e</text:p></table:table-cell>`, "a  b\tcd\ne"},
		"a comment":         {`<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation><text:p>vu</text:p></table:table-cell>`, "vu"},
		"an error":          {`<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/D</text:p></table:table-cell>`, ""},
		"an entity":         {`<table:table-cell office:value-type="string"><text:p>d&apos;&#233;t&#xe9; &lt;</text:p></table:table-cell>`, "d'été <"},
		"what a cell hides": {`<table:covered-table-cell office:value-type="string"><text:p>caché</text:p></table:covered-table-cell>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := read(t, packed(t, table(`<table:table-row>`+c.cell+`<table:table-cell office:value-type="string"><text:p>fin</text:p></table:table-cell></table:table-row>`)))
			if want := "1:" + c.want + "|fin"; err != nil || len(got) != 1 || got[0] != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
}

func TestRepetitionsAreRowsAndColumns(t *testing.T) {
	t.Parallel()
	got, err := read(t, packed(t, table(
		`<table:table-header-rows><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>a</text:p></table:table-cell></table:table-row></table:table-header-rows>`+
			`<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`+
			`<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type="float" office:value="1"/></table:table-row>`+
			`<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`)))
	if want := []string{"1:a|a", "5:||1", "6:||1"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestSheetsThatShow(t *testing.T) {
	t.Parallel()
	raw := packed(t, `<table:table table:name="Brouillon" table:style-name="ta2"><table:table-row><table:table-cell><text:p>non</text:p></table:table-cell></table:table-row></table:table>`+
		table(`<table:table-row><table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="1"><text:p>Eau</text:p></table:table-cell><table:covered-table-cell/></table:table-row>`))
	book, err := open(raw)
	if err != nil || !slices.Equal(book.Sheets(), []string{"Relevés & co"}) {
		t.Fatalf("got %v, %v", book, err)
	}
	merges, err := book.Merges("Relevés & co")
	if err != nil || len(merges) != 1 || merges[0] != (xlsx.Merge{Top: 1, Bottom: 1, Left: 0, Right: 1}) {
		t.Errorf("got merges %+v, %v", merges, err)
	}
	if got, err := read(t, raw); err != nil || !slices.Equal(got, []string{"1:Eau"}) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestHostileWorkbooks(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1000)
	cell := `<table:table-cell office:value-type="string"><text:p>` + long + `</text:p></table:table-cell>`
	for name, c := range map[string]struct {
		tables string
		want   error
	}{
		"repeated rows":    {table(`<table:table-row table:number-rows-repeated="1000000">` + cell + `</table:table-row>`), xlsx.ErrTooLarge},
		"repeated columns": {table(`<table:table-row>` + strings.Replace(cell, "<table:table-cell", `<table:table-cell table:number-columns-repeated="999999999"`, 1) + `</table:table-row>`), xlsx.ErrTooLarge},
		"a wide row, repeated": {table(`<table:table-row table:number-rows-repeated="1000000">` +
			strings.Replace(cell, "<table:table-cell", `<table:table-cell table:number-columns-repeated="16000"`, 1) + `</table:table-row>`), xlsx.ErrTooLarge},
		"more rows than fit": {table(`<table:table-row table:number-rows-repeated="99999999"><table:table-cell office:value-type="float" office:value="1"/></table:table-row>`), xlsx.ErrTooLarge},
		"no count":           {table(`<table:table-row table:number-rows-repeated="-5">` + cell + `</table:table-row>`), xlsx.ErrBroken},
		"an own entity":      {table(`<table:table-row><table:table-cell><text:p>&bombe;</text:p></table:table-cell></table:table-row>`), xlsx.ErrBroken},
		"a sheet cut off":    {`<table:table table:name="a"><table:table-row>`, xlsx.ErrBroken},
		"no sheet":           {``, xlsx.ErrNotWorkbook},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := read(t, packed(t, c.tables)); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	bomb := packed(t, table(strings.Repeat(" ", 40<<20)))
	if _, err := open(bomb); !errors.Is(err, xlsx.ErrTooLarge) {
		t.Errorf("a bomb: got %v", err)
	}
}

func FuzzRows(f *testing.F) {
	f.Add(table(`<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="1"/><table:covered-table-cell/></table:table-row>`))
	f.Add(table(`<table:table-row><table:table-cell table:number-columns-spanned="3"><text:p>a<text:s/></text:p></table:table-cell></table:table-row>`))
	f.Fuzz(func(t *testing.T, tables string) { checkWorkbook(t, packed(t, tables)) })
}

// FuzzFile changes whole workbooks anywhere, their directory and what is packed
// included.
func FuzzFile(f *testing.F) {
	sound := packed(f, table(`<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>Eau<text:s text:c="2"/></text:p></table:table-cell></table:table-row>`+
		`<table:table-row table:number-rows-repeated="3"><table:table-cell office:value-type="date" office:date-value="2019-03-15"/></table:table-row>`))
	f.Add(sound)
	f.Add(sound[:len(sound)-30])
	f.Add(sound[40:])
	f.Fuzz(checkWorkbook)
}

// checkWorkbook reads all there is: rows in order, texts, or one of the errors.
func checkWorkbook(t *testing.T, raw []byte) {
	t.Helper()
	named := func(err error) {
		if !errors.Is(err, xlsx.ErrBroken) && !errors.Is(err, xlsx.ErrTooLarge) && !errors.Is(err, xlsx.ErrNotWorkbook) {
			t.Fatalf("an error without a name: %v", err)
		}
	}
	book, err := ods.Open(bytes.NewReader(raw), int64(len(raw)), xlsx.Limits{Unpacked: 1 << 20, Ratio: 200})
	if err != nil {
		named(err)
		return
	}
	for _, name := range book.Sheets() {
		if _, err := book.Merges(name); err != nil {
			named(err)
		}
		last := 0
		for row, err := range book.Rows(t.Context(), name) {
			if err != nil {
				named(err)
				break
			}
			if row.Number <= last || len(row.Cells) == 0 || len(row.Cells) > 16_384 {
				t.Fatalf("row %d after %d, %d cells", row.Number, last, len(row.Cells))
			}
			last = row.Number
			for _, cell := range row.Cells {
				if !utf8.ValidString(cell) {
					t.Fatalf("row %d: no text: %q", row.Number, cell)
				}
			}
		}
	}
}
