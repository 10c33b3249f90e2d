package imports_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/parquet-go/parquet-go"

	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
	"acvdata/tenants"
)

// The benches of every format: row i of each is the same.
const formatRows = 200

type formatRow struct {
	Code     string  `parquet:"identifiant"`
	Material string  `parquet:"matériau"`
	Seats    int64   `parquet:"places"`
	Height   float64 `parquet:"hauteur"`
	Placed   int32   `parquet:"date_pose,date"`
	Lit      bool    `parquet:"éclairé"`
	Place    []byte  `parquet:"lieu"`
	lon, lat float64
}

const firstDay = 17_000 // 2016-07-18, in days since 1970

func formatRowsOf() []formatRow {
	rows := make([]formatRow, formatRows)
	for i := range rows {
		lon, lat := 4.08+float64(i%20)/1000, 44.12+float64(i%30)/1000
		rows[i] = formatRow{
			Code: fmt.Sprintf("%05d", 1004+i), Material: "chêne d’été", Seats: int64(i % 6), Height: 40.5 + float64(i%7),
			Placed: firstDay + int32(i%28), Lit: i%2 == 0, Place: wkbPoint(lon, lat), lon: lon, lat: lat,
		}
	}
	return rows
}

func wkbPoint(x, y float64) []byte {
	out := binary.LittleEndian.AppendUint64([]byte{1, 1, 0, 0, 0}, math.Float64bits(x))
	return binary.LittleEndian.AppendUint64(out, math.Float64bits(y))
}

func (r formatRow) day() string {
	return fmt.Sprintf("2016-%02d-%02d", 7+(17+int(r.Placed)-firstDay)/31, (17+int(r.Placed)-firstDay)%31+1)
}

func asCSV(rows []formatRow) string {
	var b strings.Builder
	b.WriteString("identifiant;matériau;places;hauteur;date_pose;éclairé;longitude;latitude\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "%s;%s;%d;%s;%s;%s;%g;%g\n", r.Code, r.Material, r.Seats,
			strings.Replace(fmt.Sprint(r.Height), ".", ",", 1), r.day(), map[bool]string{true: "oui", false: "non"}[r.Lit], r.lon, r.lat)
	}
	return b.String()
}

func asObjects(rows []formatRow, feature bool) string {
	var b strings.Builder
	for _, r := range rows {
		members := fmt.Sprintf(`"identifiant":%q,"matériau":%q,"places":%d,"hauteur":%g,"date_pose":%q,"éclairé":%v`,
			r.Code, r.Material, r.Seats, r.Height, r.day(), r.Lit)
		if feature {
			fmt.Fprintf(&b, `{"type":"Feature","properties":{%s},"geometry":{"type":"Point","coordinates":[%g,%g]}}`+"\n", members, r.lon, r.lat)
			continue
		}
		fmt.Fprintf(&b, "{%s,\"longitude\":%g,\"latitude\":%g}\n", members, r.lon, r.lat)
	}
	return b.String()
}

func asODS(t *testing.T, rows []formatRow) string {
	t.Helper()
	var b strings.Builder
	text := func(s string) {
		fmt.Fprintf(&b, `<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>`, s)
	}
	number := func(v any) {
		fmt.Fprintf(&b, `<table:table-cell office:value-type="float" office:value="%v"><text:p>x</text:p></table:table-cell>`, v)
	}
	b.WriteString(`<office:document-content><office:body><office:spreadsheet><table:table table:name="Bancs"><table:table-row>`)
	for _, h := range []string{"identifiant", "matériau", "places", "hauteur", "date_pose", "éclairé", "longitude", "latitude"} {
		text(h)
	}
	b.WriteString(`</table:table-row>`)
	for _, r := range rows {
		b.WriteString(`<table:table-row>`)
		text(r.Code)
		text(r.Material)
		number(r.Seats)
		number(r.Height)
		fmt.Fprintf(&b, `<table:table-cell office:value-type="date" office:date-value="%s"><text:p>x</text:p></table:table-cell>`, r.day())
		fmt.Fprintf(&b, `<table:table-cell office:value-type="boolean" office:boolean-value="%v"><text:p>x</text:p></table:table-cell>`, r.Lit)
		number(r.lon)
		number(r.lat)
		b.WriteString(`</table:table-row>`)
	}
	b.WriteString(`</table:table></office:spreadsheet></office:body></office:document-content>`)
	return zipOf(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": b.String()})
}

func asKML(rows []formatRow) string {
	var b strings.Builder
	b.WriteString(`<kml><Document>`)
	for _, r := range rows {
		b.WriteString(`<Placemark><ExtendedData>`)
		for _, m := range [][2]string{
			{"identifiant", r.Code},
			{"matériau", r.Material},
			{"places", strconv.FormatInt(r.Seats, 10)},
			{"hauteur", fmt.Sprint(r.Height)},
			{"date_pose", r.day()},
			{"éclairé", strconv.FormatBool(r.Lit)},
		} {
			fmt.Fprintf(&b, `<Data name="%s"><value>%s</value></Data>`, m[0], m[1])
		}
		fmt.Fprintf(&b, `</ExtendedData><Point><coordinates>%g,%g</coordinates></Point></Placemark>`, r.lon, r.lat)
	}
	b.WriteString(`</Document></kml>`)
	return b.String()
}

func asParquet(t *testing.T, rows []formatRow) string {
	t.Helper()
	var out bytes.Buffer
	w := parquet.NewGenericWriter[formatRow](&out, parquet.MaxRowsPerRowGroup(64),
		parquet.KeyValueMetadata("geo", `{"version":"1.1.0","primary_column":"lieu","columns":{"lieu":{"encoding":"WKB","geometry_types":["Point"]}}}`))
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func zipOf(t *testing.T, entries map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, content := range entries {
		p, err := w.Create(name)
		if err == nil {
			_, err = p.Write([]byte(content))
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

// withOGR converts the rows; "" when gdal-bin is not there.
func withOGR(t *testing.T, rows []formatRow, driver, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Log("gdal-bin is not installed: " + driver + " is left out")
		return ""
	}
	folder := t.TempDir()
	in, out := filepath.Join(folder, "in.geojsonl"), filepath.Join(folder, "out", name)
	if err := os.WriteFile(in, []byte(asObjects(rows, true)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, "out"), 0o700); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), "ogr2ogr", append(append([]string{"-f", driver}, args...), out, in)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if filepath.Ext(name) != ".shp" {
		raw, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	entries := map[string]string{}
	parts, _ := filepath.Glob(filepath.Join(folder, "out", "*"))
	for _, part := range parts {
		raw, err := os.ReadFile(part)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(part) != ".prj" || !strings.HasPrefix(name, "sans_prj") {
			entries[filepath.Base(part)] = string(raw)
		}
	}
	return zipOf(t, entries)
}

// TestEveryFormatStoresTheSameRows sends the same benches in every format, each
// into a town of its own, and compares what is stored with what the CSV stored.
func TestEveryFormatStoresTheSameRows(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	rows := formatRowsOf()
	files := []struct{ name, content string }{
		{"bancs.csv", asCSV(rows)},
		{"bancs.ndjson", asObjects(rows, false)},
		{"bancs.json", "[" + strings.Join(strings.Split(strings.TrimSpace(asObjects(rows, false)), "\n"), ",") + "]"},
		{"bancs.geojsonl", asObjects(rows, true)},
		{"bancs.ods", asODS(t, rows)},
		{"bancs.kml", asKML(rows)},
		{"bancs.kmz", zipOf(t, map[string]string{"doc.kml": asKML(rows)})},
		{"bancs.parquet", asParquet(t, rows)},
		{"bancs.gpkg", withOGR(t, rows, "GPKG", "bancs.gpkg", "-t_srs", "EPSG:2154")},
		{"bancs.fgb", withOGR(t, rows, "FlatGeobuf", "bancs.fgb")},
		{"bancs.zip", withOGR(t, rows, "ESRI Shapefile", "bancs.shp", "-t_srs", "EPSG:2154", "-lco", "ENCODING=CP1252")},
		{"sans_prj.zip", withOGR(t, rows, "ESRI Shapefile", "sans_prj.shp", "-t_srs", "EPSG:2154", "-lco", "ENCODING=UTF-8")},
	}
	want := ""
	for n, f := range files {
		if f.content == "" {
			continue
		}
		town := r.Town(fmt.Sprintf("ville-%d", n))
		i, err := r.service.Submit(r.ctx(), r.callerIn(town), imports.Submission{
			Name: f.name, Content: strings.NewReader(f.content), Target: importtest.Code, Commit: true,
		})
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		i = r.waitIn(town, i.ID)
		if i.State != imports.Committed || i.Counts.Created != formatRows {
			p, _ := r.service.Preview(r.ctx(), r.callerIn(town), i.ID)
			t.Errorf("%s: state %s, fault %v, counts %+v, %+v", f.name, i.State, i.Fault, i.Counts, p)
			continue
		}
		if unlocated := strings.HasPrefix(f.name, "sans_prj"); i.Detection.Unlocated != unlocated {
			t.Errorf("%s: system unknown %v", f.name, i.Detection.Unlocated)
		}
		sum := r.rounded(town)
		if n == 0 {
			want = sum
		}
		if sum != want {
			t.Errorf("%s: stored rows differ from the CSV's", f.name)
		}
	}
}

// rounded sums up what a town has stored, positions to the centimetre: they went
// through Lambert-93 in some of the files.
func (r *rig) rounded(town *tenants.Tenant) (sum string) {
	r.t.Helper()
	const query = `
SELECT coalesce(md5(string_agg(concat_ws('|', code, material, seats, height_cm, placed_on, lit, round(lon::numeric, 7), round(lat::numeric, 7)), '/' ORDER BY code)), '')
FROM benches.bench`
	err := r.DB.Query(r.ctx(), town.ID, func(rows pgx.Rows) error {
		if !rows.Next() {
			return rows.Err()
		}
		return rows.Scan(&sum)
	}, query)
	if err != nil {
		r.t.Fatal(err)
	}
	return sum
}
