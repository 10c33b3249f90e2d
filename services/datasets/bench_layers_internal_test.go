package datasets

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// BenchmarkFormats writes 200,000 points in every format, and has ogr2ogr write the
// same from a GeoPackage, which costs it less than from PostGIS.
func BenchmarkFormats(b *testing.B) {
	const n = 200_000
	d := everyType(Point)
	rows := typedRows(Point, n)
	for _, f := range Formats(d) {
		b.Run(f.Name, func(b *testing.B) {
			for b.Loop() {
				err := Write(io.Discard, f, d, func(yield func(Row) error) error {
					for _, r := range rows {
						if err := yield(r); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
	tool, err := exec.LookPath("ogr2ogr")
	if err != nil {
		b.Skip("ogr2ogr is missing: make bench installs gdal-bin")
	}
	source := fileOf(b, d, "gpkg", rows)
	for format, driver := range map[string]string{"csv": "CSV", "geojson": "GeoJSON", "gpkg": "GPKG", "shp": "ESRI Shapefile", "fgb": "FlatGeobuf", "kml": "KML", "xlsx": "XLSX"} {
		b.Run("ogr2ogr/"+format, func(b *testing.B) {
			for b.Loop() {
				out := filepath.Join(b.TempDir(), "out."+format)
				if said, err := exec.CommandContext(b.Context(), tool, "-f", driver, out, source).CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, said)
				}
				_ = os.RemoveAll(out)
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
