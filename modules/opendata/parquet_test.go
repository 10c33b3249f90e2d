package opendata_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"acvdata/services/datasets"
)

// parquetRead is what another reader finds in a Parquet file.
type parquetRead struct {
	Columns []struct{ Name, Type, Logical string }
	Groups  int
	Writer  string
	Geo     *struct {
		Version string
		Primary string `json:"primary_column"`
		Columns map[string]struct {
			Encoding string
			Kinds    []string  `json:"geometry_types"`
			BBox     []float64 `json:"bbox"`
		}
	}
	Rows []map[string]any
}

// readParquet reads a file with the npm package hyparquet.
func readParquet(t *testing.T, path string) (p parquetRead) {
	t.Helper()
	if _, err := os.Stat("testdata/shacl/node_modules/hyparquet"); err != nil {
		t.Skip("the reader is not installed: npm ci --prefix modules/opendata/testdata/shacl")
	}
	var complaint strings.Builder
	run := exec.CommandContext(t.Context(), "node", "testdata/shacl/parquet.mjs", path)
	run.Stderr = &complaint
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaint.String())
	}
	must(t, json.Unmarshal(out, &p))
	return p
}

// surveyedTrees have a field of each type.
func surveyedTrees(g datasets.Geometry) datasets.Description {
	return datasets.Description{ID: "grove/releves", Slug: "releves", Geometry: g, Fields: []datasets.Field{
		{Name: "nom", Type: datasets.Text},
		{Name: "n", Type: datasets.Integer},
		{Name: "hauteur", Type: datasets.Number},
		{Name: "le", Type: datasets.Date},
		{Name: "à", Type: datasets.DateTime},
		{Name: "an", Type: datasets.Year},
		{Name: "remarquable", Type: datasets.Boolean},
	}}
}

// writeParquet writes rows of surveyedTrees, every third without a value nor place.
func writeParquet(t *testing.T, d datasets.Description, rows int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "releves.parquet")
	file, err := os.Create(path)
	must(t, err)
	format, known := datasets.FormatOf(d, "parquet")
	if !known {
		t.Fatal("no Parquet")
	}
	must(t, datasets.Write(file, format, d, func(yield func(datasets.Row) error) error {
		for i := range rows {
			r := datasets.Row{ID: strconv.Itoa(i), Values: []any{nil, int64(i), nil, nil, nil, nil, nil}}
			if i%3 < 2 {
				r.Values = []any{
					fmt.Sprintf("Érable «%d»", i), int64(-i), 1.5 + float64(i), time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
					time.Date(2024, 2, 29, 13, 5, 7, 0, time.UTC), int64(1998), i%2 == 0,
				}
				switch d.Geometry { //nolint:exhaustive // points and lines are enough
				case datasets.Point:
					r.Lon, r.Lat, r.Located = 4+float64(i)/1e6, 44, true
				case datasets.Line:
					r.Shape = fmt.Appendf(nil, `{"type":"LineString","coordinates":[[4,44],[%f,45]]}`, 4+float64(i)/1e6)
				}
			}
			if err := yield(r); err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, file.Close())
	return path
}

// TestAnotherReaderFindsWhatParquetHolds: rows, types and the metadata of
// GeoParquet, over several groups of rows, by an implementation that shares no line
// with the one that writes.
func TestAnotherReaderFindsWhatParquetHolds(t *testing.T) {
	t.Parallel()
	const rows = 60_001
	p := readParquet(t, writeParquet(t, surveyedTrees(datasets.Point), rows))
	var columns []string
	for _, c := range p.Columns {
		columns = append(columns, strings.TrimSpace(c.Name+" "+c.Type+" "+c.Logical))
	}
	want := []string{
		"nom BYTE_ARRAY STRING", "n INT64 INTEGER", "hauteur DOUBLE", "le INT32 DATE", "à INT64 TIMESTAMP", "an INT64 INTEGER", "remarquable BOOLEAN",
		"geometry BYTE_ARRAY",
	}
	for i, c := range columns {
		if i >= len(want) || !strings.HasPrefix(c, want[i]) {
			t.Errorf("column %d: %q, want %q", i, c, want)
		}
	}
	if len(columns) != len(want) || p.Groups < 2 || !strings.HasPrefix(p.Writer, "ACV Data") || len(p.Rows) != rows {
		t.Fatalf("%d columns, %d groups by %q, %d rows", len(columns), p.Groups, p.Writer, len(p.Rows))
	}
	if p.Geo == nil || p.Geo.Version != "1.1.0" || p.Geo.Primary != "geometry" || p.Geo.Columns["geometry"].Encoding != "WKB" {
		t.Fatalf("%+v", p.Geo)
	}
	place := p.Geo.Columns["geometry"]
	if !slices.Equal(place.Kinds, []string{"Point"}) || !slices.Equal(place.BBox, []float64{4, 44, 4 + 60_000/1e6, 44}) {
		t.Errorf("%+v", place)
	}
	for _, i := range []int{0, 1, 2, 49_999, 50_000, 50_001, rows - 1} {
		checkParquetRow(t, i, p.Rows[i])
	}
}

func checkParquetRow(t *testing.T, i int, row map[string]any) {
	t.Helper()
	if i%3 == 2 {
		for name, v := range row {
			if name != "n" && v != nil {
				t.Errorf("row %d: %s is %v", i, name, v)
			}
		}
		return
	}
	for name, want := range map[string]any{
		"nom": fmt.Sprintf("Érable «%d»", i), "n": float64(-i), "hauteur": 1.5 + float64(i), "an": 1998.0, "remarquable": i%2 == 0,
		"le": "2024-02-29T00:00:00.000Z", "à": "2024-02-29T13:05:07.000Z",
	} {
		if row[name] != want {
			t.Errorf("row %d: %s is %v, want %v", i, name, row[name], want)
		}
	}
	place, _ := row["geometry"].(map[string]any)
	if fmt.Sprint(place["type"], place["coordinates"]) != fmt.Sprint("Point", []any{4 + float64(i)/1e6, 44.0}) {
		t.Errorf("row %d: %v", i, row["geometry"])
	}
}

// Lines are lines, and a dataset without a place is plain Parquet.
func TestParquetOfLinesAndOfNothing(t *testing.T) {
	t.Parallel()
	lines := readParquet(t, writeParquet(t, surveyedTrees(datasets.Line), 3))
	if place, _ := lines.Rows[1]["geometry"].(map[string]any); place["type"] != "LineString" || len(place["coordinates"].([]any)) != 2 {
		t.Errorf("%v", lines.Rows[1])
	}
	if kinds := lines.Geo.Columns["geometry"].Kinds; !slices.Equal(kinds, []string{"LineString"}) {
		t.Errorf("%v", kinds)
	}
	plain := readParquet(t, writeParquet(t, surveyedTrees(datasets.NoGeometry), 3))
	if plain.Geo != nil || len(plain.Columns) != 7 || len(plain.Rows) != 3 {
		t.Errorf("%+v", plain)
	}
}
