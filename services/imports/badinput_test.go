package imports_test

import (
	"bytes"
	"compress/gzip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"acvdata/services/fault"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
)

// gzipped compresses a text.
func gzipped(t *testing.T, write func(w *gzip.Writer)) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	write(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wide is the text in UTF-16, little end first, with its mark.
func wide(text string) string {
	var b bytes.Buffer
	b.WriteString("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(text)) {
		b.WriteByte(byte(unit))
		b.WriteByte(byte(unit >> 8))
	}
	return b.String()
}

func TestAFileThatCannotBeReadIsRefusedAtOnceAndForgotten(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *imports.Parts) { p.Limits = imports.Limits{Bytes: 2 << 20, Rows: 1000} })
	tests := map[string]struct {
		name    string
		content []byte
		status  int
		message string
	}{
		"an image":          {"bancs.csv", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"), 422, "est une image, pas un tableau"},
		"a spreadsheet":     {"bancs.xlsx", []byte("PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00[Content_Types].xml\x00"), 422, "abîmé ou protégé"},
		"a zip archive":     {"bancs.zip", []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00\x00\x00!\x00bancs.csv\x00\x01\x02"), 422, "Décompressez-la"},
		"noise named .csv":  {"bancs.csv", bytes.Repeat([]byte{0, 1, 2, 3, 250, 251}, 2000), 422, "fichier"},
		"empty":             {"bancs.csv", nil, 422, "Ce fichier est vide"},
		"blank":             {"bancs.csv", []byte("\n \n\t\n"), 422, "est vide"},
		"header only":       {"bancs.csv", []byte("identifiant;matériau;longitude;latitude\n"), 422, "ne contient que la ligne d’en-têtes"},
		"a web page":        {"bancs.csv", []byte("<!doctype html><html><body>404</body></html>"), 422, "est une page web"},
		"over the size":     {"bancs.csv", bytes.Repeat([]byte("x;y\n"), 1<<20), 413, "dépasse la limite de"},
		"GeoJSON cut short": {"bancs.geojson", []byte(`{"type":"FeatureCollection","features":[{"type":"Fea`), 422, "bancs.geojson"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			fields := url.Values{"target": {importtest.Code}}
			page := r.As(r.agent).Upload("/ales/espace/imports", test.name, test.content, fields).Want(test.status).HasNot("⟦")
			if text := page.Page().Find(".field-error").Text(); !strings.Contains(text, test.message) {
				t.Errorf("the page says %q, want %q in it", text, test.message)
			}
			r.As(r.agent).Upload("/api/v1/ales/imports", test.name, test.content, fields).Want(test.status).Has(test.message)
			r.leavesNothing()
		})
	}
}

func TestWhatTheRowsOfABadFileBecome(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	const head = "identifiant;matériau;places;longitude;latitude\n"
	good := "B-1;bois;4;4,08;44,12\nB-2;pierre;2;4,09;44,13\n"
	many := make([]string, 300)
	values := make([]string, 300)
	for i := range many {
		many[i], values[i] = "c"+strconv.Itoa(i), strconv.Itoa(i)
	}
	tests := map[string]struct {
		content                 string
		rows, created, rejected int64
		problems                []string // keys that must be listed
	}{
		"NUL bytes":              {head + strings.Replace(good, "bois", "b\x00ois", 1), 2, 2, 0, nil},
		"mixed encodings":        {head + good + "B-3;m\xe9tal;1;4,08;44,12\nB-4;résine;1;4,08;44,12\n", 4, 4, 0, nil},
		"UTF-16":                 {wide(head + good), 2, 2, 0, nil},
		"300 columns":            {strings.TrimSpace(head) + ";" + strings.Join(many, ";") + "\nB-1;bois;4;4,08;44,12;" + strings.Join(values, ";") + "\n", 1, 1, 0, nil},
		"an identifier twice":    {head + good + "B-1;béton;1;4,10;44,11\n", 3, 1, 2, []string{"benches.problem.twice"}},
		"axes swapped":           {head + "B-1;bois;4;44,12;4,08\nB-2;bois;4;44,13;4,09\n", 2, 0, 2, []string{"imports.problem.position_swapped"}},
		"a point in another sea": {head + good + "B-3;bois;4;-60,5;-12,3\n", 3, 2, 1, []string{"imports.problem.position_far"}},
		"a point at zero":        {head + good + "B-3;bois;4;0;0\n", 3, 2, 1, []string{"imports.problem.position_missing"}},
		"a point out of town":    {head + good + "B-3;bois;4;3,30;49,85\n", 3, 3, 0, []string{"imports.problem.outside_town"}},
		"no position":            {head + good + "B-3;bois;4;;\n", 3, 2, 1, []string{"imports.problem.position_missing"}},
		"a position in words":    {head + good + "B-3;bois;4;près du pont;ici\n", 3, 2, 1, []string{"imports.problem.position_unreadable"}},
		"a missing material":     {head + good + "B-3;;4;4,08;44,12\n", 3, 2, 1, []string{"imports.problem.required"}},
		"words for a number":     {head + good + "B-3;bois;beaucoup;4,08;44,12\n", 3, 3, 0, []string{"imports.problem.not_an_integer"}},
		"rows that change width": {head + good + "B-3;bois;4;4,08\nB-4;bois;4;4,08;44,12;en;trop\n", 4, 2, 2, []string{"tabular.problem.missing_cells", "tabular.problem.extra_cells"}},
	}
	// Where nothing but three rows tells, the columns of a file before do.
	r.load(imports.Ready, head+good)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i, err := r.submit("bancs.csv", test.content)
			if err != nil {
				t.Fatal(err)
			}
			i = r.wait(i.ID)
			if i.State != imports.Ready {
				t.Fatalf("state %s, fault %v", i.State, i.Fault)
			}
			is(t, i.Counts, test.rows, test.created, 0, 0, test.rejected)
			p, err := r.service.Preview(r.ctx(), r.caller(), i.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range test.problems {
				if !strings.Contains(keysOf(p.Groups), key) {
					t.Errorf("%s is not listed among %s", key, keysOf(p.Groups))
				}
			}
			page := r.As(r.agent).Get("/ales/espace/imports/" + i.ID.String()).Want(200).HasNot("⟦")
			if test.rejected > 0 {
				page.Has("Ligne refusée")
			}
			if n := r.benchesStored(); n != 0 {
				t.Errorf("%d benches written by a check", n)
			}
		})
	}
}

func keysOf(groups []imports.Group) string {
	var keys []string
	for _, g := range groups {
		keys = append(keys, g.Key)
	}
	return strings.Join(keys, " ")
}

func TestSwappedAxesAreSaidAndTakeThePersonsWord(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	content := "identifiant;matériau;longitude;latitude\nB-1;bois;44,12;4,08\nB-2;bois;44,13;4,09\n"
	sent := r.As(r.agent).Upload("/ales/espace/imports", "bancs.csv", []byte(content), url.Values{"target": {importtest.Code}}).Want(303)
	r.As(r.agent).Get(sent.Header.Get("Location")).Want(200).Has("Les coordonnées semblent inversées")
	i := r.load(imports.Committed, content, andCommit, func(s *imports.Submission) {
		s.Overrides.Position = &imports.PositionOverride{Mode: imports.TwoColumns, X: "longitude", Y: "latitude", Swapped: true}
	})
	is(t, i.Counts, 2, 2, 0, 0, 0)
	if n := r.count(`SELECT count(*) FROM benches.bench WHERE lon < 5 AND lat > 44`); n != 2 {
		t.Error("the axes were not put right")
	}
}

func TestTooManyRowsStopTheImportWithNothingWritten(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *imports.Parts) { p.Limits.Rows = 40_000 })
	r.Work()
	fields := url.Values{"target": {importtest.Code}, "commit": {"true"}}
	sent := r.As(r.agent).Upload("/api/v1/ales/imports", "bancs.csv", []byte(file(40_001)), fields).Want(202)
	i := r.wait(idOf(t, sent.Header.Get("Location")))
	if i.State != imports.Failed || i.Fault == nil || i.Fault.Key != "tabular.refused.too_many_rows" {
		t.Fatalf("state %s, fault %v", i.State, i.Fault)
	}
	r.As(r.agent).Get("/ales/espace/imports/"+i.ID.String()).Want(200).
		Has("La vérification n’a pas pu aboutir", "a plus de 40\u00a0000 lignes").HasNot("⟦")
	if n := r.benchesStored(); n != 0 {
		t.Errorf("%d benches written", n)
	}
}

func TestABombIsStoppedWhileItInflates(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *imports.Parts) { p.Limits.Rows = 100_000_000 })
	r.Work()
	bomb := gzipped(t, func(w *gzip.Writer) {
		_, _ = w.Write([]byte("identifiant;matériau;longitude;latitude\n"))
		line := []byte(strings.Repeat("B-1;bois;4,08;44,12\n", 50_000))
		for range 100 {
			_, _ = w.Write(line)
		}
	})
	i, err := r.submit("bancs.csv.gz", string(bomb))
	if err == nil {
		i = r.wait(i.ID)
		err = i.Fault
	}
	if !fault.Is(err, fault.TooLarge) {
		t.Fatalf("a file of %d kB that inflates to 100 MB: %v", len(bomb)>>10, err)
	}
	if n := r.benchesStored(); n != 0 {
		t.Errorf("%d benches written", n)
	}
}

func TestAListOfProblemsHoldsNoFormula(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	content := "identifiant;matériau;longitude;latitude\n=1+1;bois;4,08;44,12\n=1+1;bois;4,09;44,13\n@SUM(A1);bois;;\n-12;bois;4,08;44,1\n-12;bois;4,08;44,1\n"
	i := r.load(imports.Ready, content)
	list := r.As(r.agent).Get("/api/v1/ales/imports/"+i.ID.String()+"/problems").Want(200).Has(`"'=1+1"`, ";-12;")
	for line := range strings.SplitSeq(list.Body, "\r\n") {
		for cell := range strings.SplitSeq(line, ";") {
			if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "@") {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
	}
}
