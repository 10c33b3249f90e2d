package opendata_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"acvdata/modules/opendata/tables"
	"acvdata/services/imports"
)

// packedBook is a workbook of one sheet with those rows.
func packedBook(t testing.TB, rows, merges string) []byte {
	t.Helper()
	return zipped(t, map[string]string{
		"[Content_Types].xml":        "<Types/>",
		"xl/workbook.xml":            `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Eau" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<R><Relationship Id="a" Target="worksheets/sheet1.xml"/></R>`,
		"xl/worksheets/sheet1.xml":   `<w><sheetData>` + rows + `</sheetData>` + merges + `</w>`,
	})
}

func zipped(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, content := range parts {
		part, err := w.Create(name)
		must(t, err)
		_, err = io.WriteString(part, content)
		must(t, err)
	}
	must(t, w.Close())
	return out.Bytes()
}

func cell(text string) string { return `<c t="inlineStr"><is><t>` + text + `</t></is></c>` }

// keepsNothing fails the test when an import, a row or a file is left.
func (r *shelf) keepsNothing(name string) {
	r.t.Helper()
	conn, err := pgx.Connect(r.Context, r.AdminDB)
	must(r.t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	var n int
	const all = `SELECT (SELECT count(*) FROM opendata.town_table) + (SELECT count(*) FROM opendata.slot_row) + (SELECT count(*) FROM imports.import)`
	must(r.t, conn.QueryRow(r.Context, all).Scan(&n))
	if files := r.files.holding(""); n != 0 || files != 0 {
		r.t.Errorf("%s: %d rows and %d files are left", name, n, files)
	}
}

func TestAFileThatIsNoTableIsRefusedInFrenchAndLeavesNothing(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	bomb := `<row>` + cell(strings.Repeat(" ", 60<<20)) + `</row>`
	good := packedBook(t, `<row>`+cell("a")+cell("b")+`</row><row><c><v>1</v></c><c><v>2</v></c></row>`, "")
	for name, c := range map[string]struct {
		file    string
		content []byte
		status  int
		says    string
	}{
		"a bomb":            {"eau.xlsx", packedBook(t, bomb, ""), 413, "devient démesuré"},
		"a text document":   {"eau.xlsx", zipped(t, map[string]string{"word/document.xml": "<w/>"}), 422, "eau.xlsx"},
		"a workbook cut":    {"eau.xlsx", good[:len(good)-40], 422, "abîmé ou protégé"},
		"an empty workbook": {"eau.xlsx", packedBook(t, "", ""), 422, "vide"},
		"a picture":         {"eau.xlsx", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"), 422, "est une image"},
		"100 MB":            {"eau.csv", bytes.Repeat([]byte("station;ph\n"), (100<<20)/11), 413, "dépasse la limite de"},
	} {
		got := r.agent.Upload("/niort/espace/imports", c.file, c.content, url.Values{"target": {tables.TargetCode}}).Want(c.status).HasNot("⟦")
		if text := got.Page().Find(".field-error").Text(); !strings.Contains(text, c.says) {
			t.Errorf("%s: the page says %q, want %q in it", name, text, c.says)
		}
		r.keepsNothing(name)
	}
}

// What a person typed into cells is text, whatever a browser or a spreadsheet
// would make of it.
func TestScriptsAndFormulasStayWords(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	const script = "<script>alert(1)</script>"
	r.load(r.town, "Relevés "+script, "Nom "+script+";Remarque;Note\nA "+script+";=HYPERLINK(\"http://x\");1\nB;@SUM(A1);2\nC;+33 5;3\n", func(s *imports.Submission) {
		s.Name = `<img src=x onerror=alert(1)>.csv`
	})
	list, err := r.tables.List(r.Context, r.town)
	must(t, err)
	slug := list[0].Slug
	r.form("/niort/espace/donnees/"+slug+"/graphiques", "title", "G "+script, "by", list[0].Columns[0].Name, "measure", "count")
	r.publish(r.town, slug)
	for _, path := range []string{"", "/lignes", "/apercu", "/api", "/versions"} {
		r.resident.Get("/niort/donnees/"+slug+path).Want(200).HasNot(script, "<img src=x")
	}
	for _, path := range []string{"donnees/" + slug, "imports", "donnees"} {
		r.agent.Get("/niort/espace/"+path).Want(200).HasNot(script, "<img src=x")
	}
	csv := r.resident.Get("/niort/donnees/" + slug + "/export.csv").Want(200).Body
	for _, want := range []string{`'=HYPERLINK`, `'@SUM(A1)`} {
		if !strings.Contains(csv, want) {
			t.Errorf("no %s in\n%s", want, csv)
		}
	}
	book := r.resident.Get("/niort/donnees/" + slug + "/export.xlsx").Want(200).Body
	archive, err := zip.NewReader(strings.NewReader(book), int64(len(book)))
	must(t, err)
	for _, part := range archive.File {
		f, err := part.Open()
		must(t, err)
		text, err := io.ReadAll(f)
		must(t, err)
		if bytes.Contains(text, []byte("<f>")) || bytes.Contains(text, []byte("<f ")) {
			t.Errorf("%s of the workbook holds a formula", part.Name)
		}
	}
}

func TestMergedHeadingsAndFormulasOfAWorkbookBecomePlainColumns(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	rows := `<row r="1"><c r="A1" t="inlineStr"><is><t>Station</t></is></c><c r="B1" t="inlineStr"><is><t>Eau</t></is></c></row>` +
		`<row r="2"><c r="B2" t="inlineStr"><is><t>pH</t></is></c><c r="C2" t="inlineStr"><is><t>Nitrates</t></is></c></row>` +
		`<row r="3"><c r="A3" t="inlineStr"><is><t>Pont Main</t></is></c><c r="B3"><v>7.1</v></c><c r="C3"><f>B3*2</f><v>14.2</v></c></row>` +
		`<row r="4"><c r="A4" t="inlineStr"><is><t>Le Port</t></is></c><c r="B4"><v>7.4</v></c><c r="C4"><f>B4*2</f><v>14.8</v></c></row>`
	merges := `<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/></mergeCells>`
	r.load(r.town, "Classeur", string(packedBook(t, rows, merges)), func(s *imports.Submission) { s.Name = "eau.xlsx" })
	r.publish(r.town, "classeur")
	csv := r.resident.Get("/niort/donnees/classeur/export.csv").Want(200).Body
	if want := "station,eau_ph,eau_nitrates\r\nPont Main,7.1,14.2\r\nLe Port,7.4,14.8\r\n"; csv != want {
		t.Errorf("got\n%s\nwant\n%s", csv, want)
	}
}

// Nobody reaches a table of another town by its name, nor its import by its
// identifier.
func TestAnotherTownsTableIsNotThere(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	theirs := r.load(r.other, "Secret de Bayonne", water)
	r.publish(r.other, "secret-de-bayonne")
	const page = "/niort/espace/donnees/secret-de-bayonne"
	for _, path := range []string{
		page, page + "/publier", "/niort/donnees/secret-de-bayonne", "/niort/donnees/secret-de-bayonne/lignes",
		"/niort/donnees/secret-de-bayonne/export.csv", "/niort/espace/imports/" + theirs.ID.String(),
	} {
		r.agent.Get(path).Want(404).HasNot("Pont Main")
	}
	for path, form := range map[string]url.Values{
		page: {"title": {"x"}}, page + "/publier": {}, page + "/colonnes": {"c.station.label": {"x"}},
		page + "/graphiques": {"title": {"x"}, "by": {"station"}, "measure": {"count"}},
		page + "/retirer":    {"reason": {"x"}}, "/niort/espace/imports/" + theirs.ID.String() + "/annuler": {},
	} {
		if got := r.agent.Post(path, form); got.Status != 404 {
			t.Errorf("%s: status %d, want 404", path, got.Status)
		}
	}
	if table := r.find(r.other, "secret-de-bayonne"); table.Rows != 3 || len(table.Charts) != 0 || table.Columns[0].Label != "Station" {
		t.Errorf("changed from outside: %+v", table)
	}
}

// A table may go without places, so a row at 0, 0 or beyond the seas is kept with
// its words, is on no map, and is said where its place is wrong.
func TestARowWithoutATruePlaceIsKeptOffTheMap(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	i := r.load(r.town, "Points d’eau", "Nom;longitude;latitude;Relevé le\n"+
		"Pont Main;-0,4652;46,3284;15/03/2024\nZéro;0;0;15/03/2024\nSomalie;49,25;3,98;15/03/2024\nDemain;-0,47;46,33;15/03/2099\n")
	if i.Counts.Created != 4 || i.Counts.Rejected != 0 || i.Counts.Warned == 0 {
		t.Errorf("counts %+v", i.Counts)
	}
	if table := r.find(r.town, "points-d-eau"); table.Rows != 4 || table.Located != 2 {
		t.Errorf("%d rows, %d on the map", table.Rows, table.Located)
	}
	r.publish(r.town, "points-d-eau")
	csv := r.resident.Get("/niort/donnees/points-d-eau/export.csv").Want(200).Body
	for _, row := range []string{"Zéro,2024-03-15,,\r\n", "Somalie,2024-03-15,,\r\n", "Demain,2099-03-15,-0.47,46.33\r\n"} {
		if !strings.Contains(csv, row) {
			t.Errorf("no %q in\n%s", row, csv)
		}
	}
}
