package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"acvdata/services/datasets"
	"acvdata/services/tabular"
)

// readRows is how many rows each file has that is read.
const readRows = 100_000

// BenchmarkImportFormats reads a file of 100,000 rows of each format that an import
// takes, opened, understood and read to its last row as the check and the commit do,
// and has ogr2ogr read the same file and write nothing (CSV to /dev/null). Both are
// timed twice, in turn, and the better time of each counts. GeoPackage, Shapefile
// and FlatGeobuf are read by ogr2ogr itself, in a process that may do nothing else:
// their ratio is what the precautions and our own typing of the cells cost.
func BenchmarkImportFormats(b *testing.B) {
	tool, err := exec.LookPath("ogr2ogr")
	if err != nil {
		b.Skip("ogr2ogr is missing: make bench installs gdal-bin")
	}
	d := surveyedTrees()
	for _, format := range []string{"csv", "xlsx", "ods", "geojson", "parquet", "gpkg", "shp.zip", "fgb", "kml"} {
		b.Run(format, func(b *testing.B) {
			path := writeSurvey(b, d, format)
			source := path
			if format == "shp.zip" {
				source = "/vsizip/" + path
			}
			for b.Loop() {
				mine, theirs, unread := time.Hour, time.Hour, false
				for range 2 {
					mine = min(mine, lasting(b, func() error { return readSurvey(b, path) }))
					start := time.Now()
					said, err := exec.CommandContext(b.Context(), tool, "-f", "CSV", os.DevNull, source).CombinedOutput()
					if unread = err != nil; unread {
						b.Logf("ogr2ogr does not read it: %s", bytes.TrimSpace(said))
						break
					}
					theirs = min(theirs, time.Since(start))
				}
				b.ReportMetric(readRows/mine.Seconds(), "rows/s")
				if !unread {
					b.ReportMetric(readRows/theirs.Seconds(), "ogr2ogr-rows/s")
					b.ReportMetric(theirs.Seconds()/mine.Seconds(), "ratio")
				}
			}
		})
	}
}

// surveyedTrees have texts of few values and of many, numbers, a day, a place.
func surveyedTrees() datasets.Description {
	return datasets.Description{ID: "bench/releves", Slug: "releves", Geometry: datasets.Point, Fields: []datasets.Field{
		{Name: "matricule", Type: datasets.Text},
		{Name: "espece", Type: datasets.Text},
		{Name: "quartier", Type: datasets.Text},
		{Name: "hauteur", Type: datasets.Number},
		{Name: "circonference", Type: datasets.Integer},
		{Name: "releve_le", Type: datasets.Date},
		{Name: "remarquable", Type: datasets.Boolean},
		{Name: "longitude", Type: datasets.Number},
		{Name: "latitude", Type: datasets.Number},
	}}
}

func writeSurvey(b *testing.B, d datasets.Description, format string) string {
	b.Helper()
	kind, known := datasets.FormatOf(d, format)
	if !known {
		b.Fatalf("no format %s", format)
	}
	path := filepath.Join(b.TempDir(), "releves."+format)
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	species := []string{"Tilia cordata", "Platanus x hispanica", "Acer campestre", "Quercus pubescens", "Celtis australis"}
	err = datasets.Write(file, kind, d, func(yield func(datasets.Row) error) error {
		for i := range readRows {
			lon, lat := 4.08+float64(i%1000)/1e5, 44.12+float64(i/1000)/1e5
			err := yield(datasets.Row{ID: strconv.Itoa(i), Lon: lon, Lat: lat, Located: true, Values: []any{
				fmt.Sprintf("A%06d", i), species[i%5], fmt.Sprintf("Quartier n° %d", i%17), 2.5 + float64(i%40)/2, int64(10 + i%250),
				time.Date(1990+i%30, time.March, 1+i%28, 0, 0, 0, 0, time.UTC), i%50 == 0, lon, lat,
			}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	return path
}

func readSurvey(b *testing.B, path string) error {
	b.Helper()
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	stat, err := file.Stat()
	if err != nil {
		return err
	}
	f, err := tabular.Open(b.Context(), file, stat.Size(), filepath.Base(path))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	n := 0
	for _, err := range f.Rows(b.Context()) {
		if err != nil {
			return err
		}
		n++
	}
	if n != readRows {
		return fmt.Errorf("%d rows read of %d", n, readRows)
	}
	return nil
}
