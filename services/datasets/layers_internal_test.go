package datasets

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

// gdal runs a tool of GDAL on what a format wrote, and gives what it says.
func gdal(t *testing.T, tool string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		t.Skipf("%s is missing: make test installs gdal-bin", tool)
	}
	out, err := exec.CommandContext(t.Context(), tool, args...).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("ERROR")) || bytes.Contains(out, []byte("Warning")) {
		t.Fatalf("%s %v: %v\n%s", tool, args, err, out)
	}
	return string(out)
}

// fileOf writes rows in a format to a file.
func fileOf(t testing.TB, d Description, format string, rows []Row) string {
	t.Helper()
	f, ok := FormatOf(d, format)
	if !ok {
		t.Fatalf("no format %s", format)
	}
	path := filepath.Join(t.TempDir(), d.Slug+"."+format)
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := f.open(file, d)
	for _, r := range rows {
		if err := w.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// everyType has a field of each type, with a name that ten letters cannot tell
// from another and one that the formats' own columns have.
func everyType(g Geometry) Description {
	return Description{ID: "grove/all", Slug: "tous-les-types", Geometry: g, Fields: []Field{
		{Name: "code_insee_commune", Type: Text},
		{Name: "code_insee_canton", Type: Text},
		{Name: "fid", Type: Text},
		{Name: "n", Type: Integer},
		{Name: "hauteur", Type: Number},
		{Name: "le", Type: Date},
		{Name: "à", Type: DateTime},
		{Name: "an", Type: Year},
		{Name: "remarquable", Type: Boolean},
		{Name: "geom", Type: GeoPoint},
	}, About: About{Metadata: Metadata{Title: "L’été & <tout>"}, Written: time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)}}
}

func typedRows(g Geometry, n int) []Row {
	rows := make([]Row, 0, n)
	for i := range n {
		lon, lat := 4.08+float64(i%100)/1e4, 44.12+float64(i/100)/1e4
		r := Row{ID: strconv.Itoa(i), Values: []any{
			"30007", "Cœur «é»", fmt.Sprint("x", i), int64(-i), 1.5 + float64(i), time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
			time.Date(2024, 2, 29, 13, 5, 7, 0, time.UTC), int64(1998), i%2 == 0,
			Position{lon, lat},
		}}
		switch g { //nolint:exhaustive // the others are nowhere
		case Point:
			r.Lon, r.Lat, r.Located = lon, lat, true
		case Line:
			r.Shape = fmt.Appendf(nil, `{"type":"LineString","coordinates":[[%f,%f],[%f,%f]]}`, lon, lat, lon+1e-4, lat)
		case Polygon: // counter-clockwise outside, as GeoJSON has it, with a hole
			r.Shape = fmt.Appendf(nil, `{"type":"Polygon","coordinates":[[[%[1]f,%[2]f],[%[3]f,%[2]f],[%[3]f,%[4]f],[%[1]f,%[4]f],[%[1]f,%[2]f]],`+
				`[[%[5]f,%[6]f],[%[5]f,%[7]f],[%[8]f,%[7]f],[%[8]f,%[6]f],[%[5]f,%[6]f]]]}`,
				lon, lat, lon+4e-4, lat+4e-4, lon+1e-4, lat+1e-4, lat+2e-4, lon+2e-4)
		}
		rows = append(rows, r)
	}
	// Nowhere, and almost without a value: tools leave out a line of a sheet that is empty.
	rows[n-1] = Row{ID: "nothing", Values: []any{nil, nil, "rien", nil, nil, nil, nil, nil, nil, nil}}
	return rows
}

// TestDesktopToolsReadEveryFormat asks GDAL for every row of every format, with the
// types, the accents, the zeros, the place.
func TestDesktopToolsReadEveryFormat(t *testing.T) {
	t.Parallel()
	const n = 1000
	for _, g := range []Geometry{Point, Line, Polygon} {
		d := everyType(g)
		for _, format := range []string{"gpkg", "shp.zip", "kml", "fgb", "ods", "geojson"} {
			t.Run(string(g)+"/"+format, func(t *testing.T) {
				t.Parallel()
				path := fileOf(t, d, format, typedRows(g, n))
				source := path
				if format == "shp.zip" {
					source = "/vsizip/" + path
				}
				if got := strings.Count(gdal(t, "ogrinfo", "-al", "-ro", "-geom=SUMMARY", source), "OGRFeature("); got != n {
					t.Errorf("%d rows read of %d", got, n)
				}
				whole := filepath.Join(t.TempDir(), "out.geojson")
				gdal(t, "ogr2ogr", "-f", "GeoJSON", "-t_srs", "EPSG:4326", "-dim", "XY", whole, source)
				checkRead(t, format, whole, n)
			})
		}
	}
}

// checkRead compares what GDAL read with the second row that was written.
func checkRead(t *testing.T, format, path string, n int) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Features []struct {
			Properties map[string]any
			Geometry   *struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(content, &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Features) != n {
		t.Fatalf("%d rows of %d", len(read.Features), n)
	}
	found := false
	for _, f := range read.Features {
		p := f.Properties
		if p["fid"] != "x1" {
			continue
		}
		found = true
		short := format == "shp.zip"
		for name, want := range map[string]any{"code_insee_commune": "30007", "code_insee_canton": "Cœur «é»", "n": -1.0, "hauteur": 2.5, "an": 1998.0} {
			if short && len(name) > 10 {
				name = map[string]string{"code_insee_commune": "code_insee", "code_insee_canton": "code_inse1"}[name]
			}
			if fmt.Sprint(p[name]) != fmt.Sprint(want) {
				t.Errorf("%s: %v, want %v", name, p[name], want)
			}
		}
		if day := strings.ReplaceAll(fmt.Sprint(p["le"]), "/", "-"); !strings.HasPrefix(day, "2024-02-29") {
			t.Errorf("day: %v", p["le"])
		}
		if format != "ods" && (f.Geometry == nil || !bytes.Contains(f.Geometry.Coordinates, []byte("4.0801"))) {
			t.Errorf("geometry: %+v", f.Geometry)
		}
	}
	if !found {
		t.Error("the second row is missing")
	}
}

// TestIndexesFindWhatIsThere asks for a box through the index that a file carries.
func TestIndexesFindWhatIsThere(t *testing.T) {
	t.Parallel()
	const n = 20_000
	for _, format := range []string{"gpkg", "fgb"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			path := fileOf(t, everyType(Point), format, typedRows(Point, n))
			// Columns 10 to 19 of the grid, rows 50 to 59: a hundred points.
			said := gdal(t, "ogrinfo", "-al", "-so", "-ro", "-spat", "4.08095", "44.12495", "4.08195", "44.12595", path)
			if !strings.Contains(said, "Feature Count: 100\n") {
				t.Errorf("not 100 rows in the box: %s", said)
			}
		})
	}
}

func TestGeoPackageKeepsItsIndex(t *testing.T) {
	t.Parallel()
	path := fileOf(t, everyType(Point), "gpkg", typedRows(Point, 20_000))
	said := gdal(t, "ogrinfo", path, "-q", "-sql", "SELECT rtreecheck('rtree_tous_les_types_geom_') AS c")
	if !strings.Contains(said, "c (String) = ok") {
		t.Errorf("SQLite finds its index broken: %s", said)
	}
	// An edit goes through the triggers.
	gdal(t, "ogrinfo", path, "-q", "-sql", "DELETE FROM tous_les_types WHERE fid = 'x5'")
	said = gdal(t, "ogrinfo", path, "-q", "-sql", "SELECT count(*) AS c FROM rtree_tous_les_types_geom_")
	if !strings.Contains(said, "= 19998") {
		t.Errorf("the index does not follow: %s", said)
	}
}

func TestShapefileTellsItsNamesAndWhatItCuts(t *testing.T) {
	t.Parallel()
	d := Description{Slug: "longs", Geometry: Point, Fields: []Field{{Name: "observations", Type: Text}, {Name: "=formule", Type: Number}}}
	path := fileOf(t, d, "shp.zip", []Row{{ID: "1", Values: []any{strings.Repeat("é", 200), 1.0 / 3}, Lon: 2, Lat: 47, Located: true}})
	names := gdal(t, "ogrinfo", "-al", "-ro", "/vsizip/"+path)
	if !strings.Contains(names, strings.Repeat("é", 127)) || strings.Contains(names, strings.Repeat("é", 128)) || !strings.Contains(names, "0.333333333333333") {
		t.Errorf("cut elsewhere than between characters: %s", names)
	}
	key := gdal(t, "ogrinfo", "-al", "-ro", "/vsizip/"+path+"/champs.csv", "-oo", "AUTODETECT_TYPE=NO")
	for _, must := range []string{"observatio", "'=formule", "= 1\n"} {
		if !strings.Contains(key, must) {
			t.Errorf("champs.csv lacks %q: %s", must, key)
		}
	}
}

// TestAShapefileElsewhereIsInDegrees: Lambert-93 is for metropolitan France.
func TestAShapefileElsewhereIsInDegrees(t *testing.T) {
	t.Parallel()
	d := Description{Slug: "outre-mer", Geometry: Point, Fields: []Field{{Name: "nom", Type: Text}}}
	path := fileOf(t, d, "shp.zip", []Row{{ID: "1", Values: []any{"Cilaos"}, Lon: 55.47, Lat: -21.13, Located: true}})
	if said := gdal(t, "ogrinfo", "-al", "-ro", "/vsizip/"+path); !strings.Contains(said, "POINT (55.47 -21.13)") {
		t.Error(said)
	}
}

func TestParquetHoldsTypesAndPlaces(t *testing.T) {
	t.Parallel()
	path := fileOf(t, everyType(Point), "parquet", typedRows(Point, 1000))
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	stat, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	p, err := parquet.OpenFile(file, stat.Size())
	if err != nil {
		t.Fatal(err)
	}
	about, _ := p.Lookup("geo")
	var geo geoParquet
	if err := json.Unmarshal([]byte(about), &geo); err != nil || geo.Primary != "geometry" || len(geo.Columns["geometry"].BBox) != 4 {
		t.Errorf("geo: %s (%v)", about, err)
	}
	var columns []string
	for _, c := range p.Schema().Columns() {
		columns = append(columns, c[0])
	}
	if got := strings.Join(columns, " "); got != "code_insee_commune code_insee_canton fid n hauteur le à an remarquable geom geometry" {
		t.Errorf("columns: %s", got)
	}
	rows := make([]parquet.Row, 2)
	reader := parquet.NewReader(p)
	if n, _ := reader.ReadRows(rows); n != 2 || p.NumRows() != 1000 {
		t.Fatalf("%d rows of %d", n, p.NumRows())
	}
	second := rows[1]
	if second[0].String() != "30007" || second[3].Int64() != -1 || second[4].Double() != 2.5 || second[5].Int32() != 19782 ||
		second[6].Int64() != time.Date(2024, 2, 29, 13, 5, 7, 0, time.UTC).UnixMilli() || second[8].Boolean() || len(second[10].ByteArray()) != 21 {
		t.Errorf("%v", second)
	}
}

func TestJSONFormatsAreJSON(t *testing.T) {
	t.Parallel()
	d := everyType(Point)
	rows := typedRows(Point, 100)
	var all []map[string]any
	whole, err := os.ReadFile(fileOf(t, d, "json", rows))
	if err == nil {
		err = json.Unmarshal(whole, &all)
	}
	if err != nil || len(all) != 100 || all[1]["code_insee_commune"] != "30007" || all[1]["geometry"].(map[string]any)["type"] != "Point" || all[99]["geometry"] != nil {
		t.Errorf("json: %v, %d rows", err, len(all))
	}
	lines, err := os.ReadFile(fileOf(t, d, "ndjson", rows))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(lines) {
		var one map[string]any
		if err := json.Unmarshal(line, &one); err != nil || len(one) != 11 {
			t.Fatalf("%v in %s", err, line)
		}
	}
}

// TestEveryFormatWritesNothingWell: a layer without a row opens.
func TestEveryFormatWritesNothingWell(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"gpkg", "shp.zip", "kml", "fgb", "ods"} {
		path := fileOf(t, everyType(Point), format, nil)
		if format == "shp.zip" {
			path = "/vsizip/" + path
		}
		gdal(t, "ogrinfo", "-al", "-ro", path)
	}
}
