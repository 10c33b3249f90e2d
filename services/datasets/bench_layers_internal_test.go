package datasets

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"acvdata/services/db"
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

// inMemory is a source of rows that are held.
type inMemory struct {
	about Description
	rows  []Row
}

func (m inMemory) Describe() Description                              { return m.about }
func (m inMemory) Changed(context.Context, *db.Tx) (Freshness, error) { return Freshness{}, nil }
func (m inMemory) Count(context.Context, *db.Tx, Filter) (int64, error) {
	return int64(len(m.rows)), nil
}

func (m inMemory) Rows(_ context.Context, _ *db.Tx, _ Filter, yield func(Row) error) error {
	for _, r := range m.rows {
		if err := yield(r); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkInspect looks for personal data in 200,000 rows, as a publication does
// before it writes anything; the baseline is what follows, every format written.
func BenchmarkInspect(b *testing.B) {
	const n = 200_000
	o := inMemory{everyType(Point), typedRows(Point, n)}
	b.Run("inspect", func(b *testing.B) {
		for b.Loop() {
			if _, err := scan(b.Context(), nil, o); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("baseline_every_format", func(b *testing.B) {
		for b.Loop() {
			for _, f := range Formats(o.about) {
				err := Write(io.Discard, f, o.about, func(yield func(Row) error) error { return o.Rows(b.Context(), nil, Filter{}, yield) })
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}
