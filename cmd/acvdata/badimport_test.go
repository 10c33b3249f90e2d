package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"acvdata/modules"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/tenants"
)

// importers is the whole platform in a town that has every kind of import.
type importers struct {
	*neighbours
	service *imports.Service
	caller  imports.Caller
}

func newImporters(t *testing.T) *importers {
	t.Helper()
	w := &importers{neighbours: &neighbours{}}
	w.app = apptest.New(t, func(k apptest.Kit) []module.Module {
		deps := testDeps(k)
		deps.Registry = func() *module.Registry { return w.app.Registry }
		parts, err := modules.All(deps)
		require.NoError(t, err)
		w.service = parts.Imports
		return parts.Modules
	})
	w.a, w.b = w.app.Town("bayonne"), w.app.Town("vitre")
	w.app.Work()
	w.caller = imports.Caller{Town: w.b, Can: func(authz.Permission) bool { return true }}
	return w
}

// held is what the town has, the record of imports and their jobs apart: an
// import that failed is kept, to be read.
func (w *importers) held(t *testing.T) string {
	t.Helper()
	lines := strings.Split(w.state(t), "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool {
		return strings.HasPrefix(line, "imports.") || strings.HasPrefix(line, "jobs.") || strings.HasPrefix(line, "audit.")
	}), "\n")
}

// bombInGzip is a table of little kilobytes that inflates to 100 MB and more.
func bombInGzip(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, "nom_cite;date;longitude;latitude;station;temperature;lcz;geometry\n")
	require.NoError(t, err)
	line := []byte(strings.Repeat("Turdus merula;2024-05-02;-1,2;48,1;"+strings.Repeat("9", 1500)+";20;6;POINT(-1.2 48.1)\n", 700))
	for range 110 {
		_, err = w.Write(line)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.Less(t, b.Len(), 1<<20)
	return b.Bytes()
}

// bombInWorkbook is a workbook whose only sheet inflates to 100 MB and more.
func bombInWorkbook(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"[Content_Types].xml":        "<Types/>",
		"xl/workbook.xml":            `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<R><Relationship Id="a" Target="worksheets/sheet1.xml"/></R>`,
		"xl/worksheets/sheet1.xml":   `<w><sheetData><row><c t="inlineStr"><is><t>` + strings.Repeat(" ", 110<<20) + `</t></is></c></row></sheetData></w>`,
	} {
		part, err := w.Create(name)
		require.NoError(t, err)
		_, err = io.WriteString(part, content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.Less(t, b.Len(), 1<<20)
	return b.Bytes()
}

// submit sends a file to a kind of import as a program does, to be loaded at
// once, and gives what stopped it: at the door, or in the job that read on.
func (w *importers) submit(t *testing.T, target, name string, content []byte) *fault.Fault {
	t.Helper()
	mapping, err := json.Marshal(imports.Overrides{Options: map[string]string{"title": "Essai"}})
	require.NoError(t, err)
	agent := w.app.As(apptest.Member(w.b, authz.Agent)) // a person may not send so many files in a minute
	answer := agent.Upload("/api/v1/"+w.b.Slug+"/imports", name, content, url.Values{
		"target": {target}, "commit": {"true"}, "mapping": {string(mapping)},
	})
	require.NotContains(t, answer.Body, "⟦")
	if answer.Status != http.StatusAccepted {
		code := map[int]fault.Code{http.StatusUnprocessableEntity: fault.Invalid, http.StatusRequestEntityTooLarge: fault.TooLarge}[answer.Status]
		return fault.New(code, answer.Body)
	}
	location := answer.Header.Get("Location")
	id, err := uuid.Parse(location[strings.LastIndex(location, "/")+1:])
	require.NoError(t, err)
	ctx := tenants.With(authz.With(w.app.Context, apptest.Member(w.b, authz.Admin)), w.b)
	i, err := w.service.Wait(ctx, w.caller, id, nil)
	require.NoError(t, err)
	require.NotEqual(t, imports.Committed, i.State, "it was loaded: %+v", i.Counts)
	page := agent.Get("/"+w.b.Slug+"/espace/imports/"+id.String()).Want(http.StatusOK).HasNot("⟦", "<script>alert")
	if name == hostileName {
		page.Has("&lt;script&gt;alert(1)", "&lt;script&gt;alert(2)")
	}
	if i.Fault == nil {
		return fault.New(fault.Invalid, page.Body)
	}
	return i.Fault
}

// hostileName is a file that is taken at the door, and shown on the page of its import.
const hostileName = "recettes <script>alert(1).csv"

// TestNoKindOfImportTakesABadFile sends to every kind of import, those of modules
// to come included, what people drop by mistake or malice: each is refused in
// French, with the right status, and nothing of the town has changed.
func TestNoKindOfImportTakesABadFile(t *testing.T) {
	t.Parallel()
	w := newImporters(t)
	w.settle(t)
	before := w.held(t)
	files := map[string]struct {
		name    string
		content []byte
		code    fault.Code
	}{
		"a photograph":      {"photo.csv", []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01"), fault.Invalid},
		"a web page":        {"<script>alert(1)</script>.csv", []byte("<!doctype html><html><body>Erreur 404</body></html>"), fault.Invalid},
		"a letter":          {"courrier.pdf", []byte("%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"), fault.Invalid},
		"another trade's":   {hostileName, []byte("plat;<script>alert(2)</script>\nGarbure;<script>alert(3)</script>\n"), fault.Invalid},
		"nothing":           {"vide.csv", nil, fault.Invalid},
		"100 MB":            {"gros.csv", bytes.Repeat([]byte("station;date;x\n"), (100<<20)/15), fault.TooLarge},
		"a bomb":            {"bombe.csv.gz", bombInGzip(t), fault.TooLarge},
		"a bomb of a sheet": {"bombe.xlsx", bombInWorkbook(t), fault.TooLarge},
	}
	targets := w.service.Targets(w.caller)
	require.GreaterOrEqual(t, len(targets), 7)
	for _, target := range targets {
		for name, file := range files {
			if target.Free && name == "another trade's" {
				continue // any table is what it is for
			}
			t.Run(target.Code+" "+name, func(t *testing.T) {
				f := w.submit(t, target.Code, file.name, file.content)
				require.Equal(t, file.code, f.Code, "%s %v", f.Key, f)
			})
		}
	}
	require.Equal(t, before, w.held(t), "something was half-written")
}
