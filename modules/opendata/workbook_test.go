package opendata_test

import (
	"archive/zip"
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acvdata/modules/opendata/tables"
	"acvdata/services/imports"
)

// inline is a cell that holds a text.
func inline(ref, text string) string {
	return `<c r="` + ref + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
}

// book packs a workbook of one sheet.
func book(t *testing.T, rows, merges string) []byte {
	t.Helper()
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"[Content_Types].xml", "<Types/>"},
		{"xl/workbook.xml", `<workbook xmlns:r="` + office + `"><sheets><sheet name="Relevés" r:id="a"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<R><Relationship Id="a" Target="worksheets/sheet1.xml"/></R>`},
		{"xl/worksheets/sheet1.xml", `<w><sheetData>` + rows + `</sheetData>` + merges + `</w>`},
	} {
		p, err := w.Create(part[0])
		must(t, err)
		_, err = p.Write([]byte(part[1]))
		must(t, err)
	}
	must(t, w.Close())
	return out.Bytes()
}

// A workbook as people make them: headings grouped by merged cells, a value that
// is computed, a text that looks like a formula, a script where a name should be.
func TestAWorkbookOfAHurriedPersonBecomesASafeDataset(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	const script = `&lt;script&gt;alert(1)&lt;/script&gt;`
	rows := `<row r="1">` + inline("A1", script) + inline("B1", "Eau") + `</row>` +
		`<row r="2">` + inline("B2", "pH") + inline("C2", "Nitrates") + `</row>` +
		`<row r="3">` + inline("A3", script) + `<c r="B3"><v>7.1</v></c><c r="C3"><f>SUM(1,2)</f><v>3</v></c></row>` +
		`<row r="4">` + inline("A4", `=HYPERLINK("http://voleur.example")`) + `<c r="B4"><v>7.4</v></c><c r="C4"><v>5</v></c></row>`
	content := book(t, rows, `<mergeCells><mergeCell ref="B1:C1"/><mergeCell ref="A1:A2"/></mergeCells>`)
	r.load(r.town, "Relevés", string(content), func(s *imports.Submission) { s.Name = "<script>alert(1)</script>.xlsx" })
	table := r.find(r.town, "releves")
	if len(table.Columns) != 3 || table.Columns[1].Label != "Eau – pH" || table.Columns[2].Label != "Eau – Nitrates" || table.Rows != 2 {
		t.Fatalf("%d rows, %+v", table.Rows, table.Columns)
	}
	r.publish(r.town, "releves")
	for _, path := range []string{"/niort/donnees/releves", "/niort/donnees/releves/lignes", "/niort/donnees/releves/apercu"} {
		r.resident.Get(path).Want(200).HasNot("<script>alert", "⟦")
	}
	r.agent.Get("/niort/espace/imports").Want(200).HasNot("<script>alert")
	r.agent.Get("/niort/espace/donnees/releves").Want(200).HasNot("<script>alert")
	if got := r.resident.Get("/niort/donnees/releves/lignes?tri=" + table.Columns[2].Name).Want(200).Page(); !strings.Contains(got.Find("#tableau-lignes").Text(), "3") {
		t.Error("a computed cell lost its value")
	}
	sheet := unzipped(t, r.resident.Get("/niort/donnees/releves/export.xlsx").Want(200).Body, "xl/worksheets/sheet1.xml")
	if strings.Contains(sheet, "<f>") || !strings.Contains(sheet, "HYPERLINK") {
		t.Errorf("a text became a formula or was lost:\n%.600s", sheet)
	}
}

// unzipped is the text of a part of an archive.
func unzipped(t *testing.T, raw, name string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(raw), int64(len(raw)))
	must(t, err)
	f, err := z.Open(name)
	must(t, err)
	var out bytes.Buffer
	_, err = out.ReadFrom(f)
	must(t, err)
	return out.String()
}

func TestAWorkbookThatCannotBeReadIsRefusedAndForgotten(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	sound := book(t, `<row r="1">`+inline("A1", "nom")+`</row>`, "")
	for name, c := range map[string]struct {
		file    string
		content []byte
		status  int
		message string
	}{
		"a bomb":               {"bombe.xlsx", book(t, strings.Repeat(" ", 60<<20), ""), 413, "décompress"},
		"cut short":            {"releves.xlsx", sound[:len(sound)/2], 422, "abîmé ou protégé"},
		"an old workbook":      {"releves.xls", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), 422, "xls"},
		"a picture":            {"releves.xlsx", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"), 422, "image"},
		"a body of 100 MB":     {"releves.xlsx", append([]byte("PK\x03\x04"), make([]byte, 100<<20)...), 422, "abîmé ou protégé"},
		"a sheet without rows": {"releves.xlsx", book(t, "", ""), 422, "vide"},
	} {
		fields := url.Values{"target": {tables.TargetCode}}
		page := r.agent.Upload("/niort/espace/imports", c.file, c.content, fields).Want(c.status).HasNot("⟦")
		if text := page.Page().Find(".field-error").Text(); !strings.Contains(text, c.message) {
			t.Errorf("%s: the page says %q, want %q in it", name, text, c.message)
		}
	}
	ctx, caller := r.caller(r.town)
	list, _, err := r.imports.List(ctx, caller, "", uuid.Nil)
	must(t, err)
	if len(list) != 0 {
		t.Errorf("refused files are listed: %+v", list)
	}
}

// A table and an import of another town are not there, whoever asks.
func TestAnotherTownsTableIsNotThere(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	mine := r.load(r.town, "Jardins", gardens)
	theirs := r.load(r.other, "Marais", gardens)
	for _, path := range []string{
		"/niort/espace/donnees/marais", "/niort/espace/imports/" + theirs.ID.String(), "/niort/espace/donnees/marais/publier",
	} {
		r.agent.Get(path).Want(404)
	}
	for path, form := range map[string]url.Values{
		"/niort/espace/donnees/marais/colonnes":                    {"c.jardin.label": {"Volé"}},
		"/niort/espace/donnees/marais/graphiques":                  {"title": {"Volé"}, "by": {"quartier"}, "measure": {"count"}},
		"/niort/espace/imports/" + theirs.ID.String() + "/retirer": {},
		"/bayonne/espace/imports/" + mine.ID.String() + "/retirer": {},
		"/bayonne/espace/donnees/jardins/colonnes":                 {"c.jardin.label": {"Volé"}},
	} {
		if got := r.agent.Post(path, form); got.Status != 403 && got.Status != 404 {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
	if table := r.find(r.other, "marais"); table.Rows != 5 || len(table.Charts) != 0 || table.Columns[0].Label != "Jardin" {
		t.Errorf("the other town's table changed: %+v", table)
	}
}
