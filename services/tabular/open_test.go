package tabular_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"acvdata/services/fault"
	"acvdata/services/tabular"
)

func open(t testing.TB, name, content string, options ...tabular.Option) *tabular.File {
	t.Helper()
	f, err := tryOpen(t, name, content, options...)
	if err != nil {
		t.Fatalf("open %s: %v", name, err)
	}
	return f
}

func tryOpen(t testing.TB, name, content string, options ...tabular.Option) (*tabular.File, error) {
	t.Helper()
	return tabular.Open(t.Context(), strings.NewReader(content), int64(len(content)), name, options...)
}

// row is a record kept for comparing.
type row struct {
	line     int
	cells    string // joined with ¦
	extra    string
	problems []tabular.Problem
	blank    bool
	heading  bool
	unusable bool
}

func (r row) codes() string {
	var codes []string
	for _, p := range r.problems {
		codes = append(codes, string(p.Code))
	}
	return strings.Join(codes, " ")
}

func rows(t testing.TB, f *tabular.File) []row {
	t.Helper()
	var all []row
	for r, err := range f.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row{
			r.Line, strings.Join(r.Cells, "¦"), strings.Join(r.Extra, "¦"),
			append([]tabular.Problem(nil), r.Problems...), r.Blank, r.Heading, r.Unusable(),
		})
	}
	return all
}

func gzipped(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const trees = "genre;hauteur\nTilia;12,5\nAcer;8\n"

func TestOpenRefusesWhatIsNoTable(t *testing.T) {
	t.Parallel()
	zip := "PK\x03\x04\x14\x00\x00\x00\x08\x00" + strings.Repeat("\x00\x81", 50)
	binary := strings.Repeat("\x00\x01\x02\xff\xfe\x80abc\n", 500)
	for _, c := range []struct{ name, file, content, reason string }{
		{"nothing", "a.csv", "", "empty"},
		{"blanks only", "a.csv", " \n\r\n\t", "empty"},
		{"a mark only", "a.csv", "\ufeff", "empty"},
		{"headings only", "a.csv", "genre;espece;hauteur\n", "header_only"},
		{"headings without end of line", "a.csv", "genre;espece;hauteur", "header_only"},
		{"headings and separators", "a.csv", "genre;espece;hauteur\n;;\n;;\n", "header_only"},
		{"a broken workbook", "arbres.xlsx", zip, "broken_workbook"},
		{"an archive", "arbres.zip", zip, "archive"},
		{"an archive named csv", "arbres.csv", zip, "archive"},
		{"an OpenDocument workbook", "arbres.ods", zip, "broken_workbook"},
		{"an old workbook", "arbres.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), "excel"},
		{"a PDF named csv", "a.csv", "%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n", "pdf"},
		{"a picture", "a.csv", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "image"},
		{"a web page", "a.csv", "<!DOCTYPE html>\n<html><body>404</body></html>", "html"},
		{"XML", "a.csv", `<?xml version="1.0"?><arbres/>`, "xml"},
		{"KML", "a.kml", `<?xml version="1.0"?><kml xmlns="x"/>`, "no_feature"},
		{"a GeoPackage", "a.gpkg", "SQLite format 3\x00" + strings.Repeat("\x00\x10", 50), "database"},
		{"random bytes named csv", "a.csv", binary, "binary"},
		{"JSON that is no GeoJSON", "a.json", `{"arbres":[{"genre":"Tilia"}]}`, "json"},
		{"a JSON array of arrays", "a.json", `[[1,2],[3,4]]`, "json"},
		{"a collection without feature", "a.geojson", `{"type":"FeatureCollection","features":[]}`, "no_feature"},
		{"a broken compressed file", "a.csv.gz", gzipped(t, trees)[:20], "broken_gzip"},
		{"a compressed archive", "a.csv.gz", gzipped(t, zip), "archive"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := tryOpen(t, c.file, c.content)
			f := fault.From(err)
			if f == nil || f.Code != fault.Invalid || f.Key != "tabular.refused."+c.reason {
				t.Fatalf("got %v, want a refusal %s", err, c.reason)
			}
			if f.Args["Name"] != c.file {
				t.Errorf("the fault names %v", f.Args["Name"])
			}
		})
	}
}

func TestOpenDoesNotMistakeHeadingsForFileKinds(t *testing.T) {
	t.Parallel()
	for _, heading := range []string{"BM", "MZ", "ID3", "II*", "GIF8", "PAR1", "BZh", "AC10"} {
		f := open(t, "a.csv", heading+";genre\n1;Tilia\n2;Acer\n")
		if got := f.Headings(); got[0] != heading || len(got) != 2 {
			t.Errorf("got headings %q", got)
		}
	}
}

func TestLimitsAreFaultsThatSayHowMuch(t *testing.T) {
	t.Parallel()
	wide := strings.Repeat("a;", 1200) + "a\n" + strings.Repeat("1;", 1200) + "1\n"
	_, err := tryOpen(t, "a.csv", wide)
	if f := fault.From(err); f == nil || f.Code != fault.TooLarge || f.Key != "tabular.refused.too_many_columns" || f.Args["Columns"] != 1201 {
		t.Errorf("columns: got %v, %+v", err, f)
	}
	f := open(t, "a.csv", "n\n"+strings.Repeat("1\n", 100), tabular.WithLimits(tabular.Limits{Rows: 60}))
	count := 0
	for r, err := range f.Rows(t.Context()) {
		if err != nil {
			if got := fault.From(err); got.Code != fault.TooLarge || got.Key != "tabular.refused.too_many_rows" || got.Args["Rows"] != 60 || got.Args["Limit"] != 60 {
				t.Errorf("rows: got %+v", got)
			}
			break
		}
		count += len(r.Cells)
	}
	if count != 60 {
		t.Errorf("read %d rows before the limit", count)
	}
	if _, err := f.Profile(t.Context(), nil); !fault.Is(err, fault.TooLarge) {
		t.Errorf("profile: got %v", err)
	}
}

func TestALineWithoutEndIsRefused(t *testing.T) {
	t.Parallel()
	_, err := tryOpen(t, "a.csv", "a;b\n1;2\n3;4\n"+strings.Repeat("x", 300_000), tabular.WithLimits(tabular.Limits{Record: 100_000}))
	if got := fault.From(err); got == nil || got.Code != fault.TooLarge || got.Key != "tabular.refused.line_too_long" || got.Args["Line"] != 4 {
		t.Errorf("got %v", err)
	}
}

func TestABombIsStopped(t *testing.T) {
	t.Parallel()
	bomb := gzipped(t, "a;b\n"+strings.Repeat("1;"+strings.Repeat("2", 2000)+"\n", 20_000))
	f, err := tryOpen(t, "a.csv.gz", bomb)
	if err == nil {
		_, err = f.Profile(t.Context(), nil)
	}
	if got := fault.From(err); got == nil || got.Code != fault.TooLarge || got.Key != "tabular.refused.bomb" {
		t.Errorf("ratio: got %v", err)
	}
	long := gzipped(t, trees+strings.Repeat("Tilia;3\n", 1000))
	_, err = tryOpen(t, "a.csv.gz", long, tabular.WithLimits(tabular.Limits{Inflated: 5000}))
	if got := fault.From(err); got == nil || got.Code != fault.TooLarge || got.Key != "tabular.refused.bomb" {
		t.Errorf("size: got %v", err)
	}
}

func TestCompressedTextIsReadLikeText(t *testing.T) {
	t.Parallel()
	f := open(t, "arbres.csv.gz", gzipped(t, trees))
	if !f.Dialect().Gzip || len(rows(t, f)) != 2 {
		t.Errorf("got %+v", f.Dialect())
	}
}

func TestReadingStopsWithItsContext(t *testing.T) {
	t.Parallel()
	f := open(t, "a.csv", "n\n"+strings.Repeat("1234567890\n", 1_000_000))
	ctx, cancel := contextWithCancel(t)
	count := 0
	var last error
	for _, err := range f.Rows(ctx) {
		if count++; count == 10 {
			cancel()
		}
		last = err
	}
	if last == nil || count > 500_000 {
		t.Errorf("read %d rows, last error %v", count, last)
	}
}

func TestShapeIsTheSameForTheSameHeadings(t *testing.T) {
	t.Parallel()
	a := open(t, "a.csv", "Genre;Hauteur (m)\nTilia;3\n").Shape()
	if b := open(t, "b.csv", "GENRE,hauteur m\nAcer,5\nAcer,6\n").Shape(); a != b {
		t.Error("case, punctuation and separator change the shape")
	}
	if c := open(t, "c.csv", "Hauteur (m);Genre\n3;Tilia\n").Shape(); a == c {
		t.Error("the order of columns does not change the shape")
	}
}

// TestACompressedFileCutShortIsNotTakenForWhole reads rows up to the break.
func TestACompressedFileCutShortIsNotTakenForWhole(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("a;b\n")
	for i := range 400_000 {
		fmt.Fprintf(&b, "%d;%x\n", i, i*2654435761)
	}
	whole := gzipped(t, b.String())
	f, err := tryOpen(t, "a.csv.gz", whole[:len(whole)-100])
	if err == nil {
		_, err = f.Profile(t.Context(), nil)
	}
	if got := fault.From(err); got == nil || got.Key != "tabular.refused.broken_gzip" {
		t.Errorf("got %v", err)
	}
}
