package datasets

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"acvdata/services/tabular/xlsx"
)

var sheetDescription = Description{Slug: "x", Fields: []Field{
	{Name: "texte", Type: Text}, {Name: "nombre", Type: Number}, {Name: "jour", Type: Date}, {Name: "instant", Type: DateTime}, {Name: "oui", Type: Boolean},
}}

func rowsOf(t *testing.T, format string, rows ...Row) []byte {
	t.Helper()
	f, ok := FormatOf(sheetDescription, format)
	if !ok {
		t.Fatal("no format " + format)
	}
	var out bytes.Buffer
	w := f.open(&out, sheetDescription)
	for _, r := range rows {
		if err := w.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var wild = Row{Values: []any{
	"=HYPERLINK(\"http://x\") <b>&é\x01", 1234.5, time.Date(2024, 3, 15, 0, 0, 0, 0, time.UTC),
	time.Date(2024, 7, 1, 12, 30, 15, 0, time.UTC), true,
}}

// A workbook that we write is read back with every value in its type, and no
// text of it is a formula.
func TestAWorkbookComesBackAsItWas(t *testing.T) {
	t.Parallel()
	raw := rowsOf(t, "xlsx", wild, Row{Values: []any{nil, nil, nil, nil, false}}, Row{Values: []any{"fin"}})
	book, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), xlsx.Limits{Unpacked: 1 << 30, Ratio: 200})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for row, err := range book.Rows(t.Context(), "Données") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Join(row.Cells, "|"))
	}
	want := []string{
		"texte|nombre|jour|instant|oui",
		"=HYPERLINK(\"http://x\") <b>&é|1234.5|2024-03-15|2024-07-01T12:30:15|true",
		"||||false", "fin",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestASpreadsheetInFrenchOpensTheCSV(t *testing.T) {
	t.Parallel()
	got := string(rowsOf(t, "excel.csv", wild, Row{Values: []any{"a;b", 3.0, nil, nil, nil}}))
	want := "\ufefftexte;nombre;jour;instant;oui\r\n" +
		"\"'=HYPERLINK(\"\"http://x\"\") <b>&é\x01\";1234,5;15/03/2024;01/07/2024 14:30:15;VRAI\r\n\"a;b\";3;;;\r\n"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
