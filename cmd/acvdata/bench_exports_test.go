package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/datasets"
	"acvdata/services/ogc"
)

// exportRows is how many trees the town has whose files are written.
const exportRows = 200_000

// BenchmarkExports writes the trees of a town of 200,000 as files, as the rows API
// sends them, and has ogr2ogr write the same rows with the same 31 columns from
// PostGIS: one flat table, no row-level security, no place on the way. Both are
// timed twice, in turn, and the better time of each counts. Bar: twice its rows a
// second in every format. "ratio-to-8-columns" has it write a fourth of the columns
// (the table of BenchmarkFeatures), ours all of them.
//
// The first question about a version reads its rows into memory, once for all
// formats: "reading" is that time, beside which "copy" is PostgreSQL's own COPY of
// the flat table to the same client. Every format is asked for once before it is
// measured.
func BenchmarkExports(b *testing.B) {
	tool, err := exec.LookPath("ogr2ogr")
	if err != nil {
		b.Skip("ogr2ogr is missing: make bench installs gdal-bin")
	}
	town := crowdTown{id: uuid.MustParse("00000000-0000-7000-8000-00000000f00e"), slug: "exports", lon: 4.08, lat: 44.12, trees: exportRows}
	admin := oneTown(b, town)
	p := openForBench(b, admin, ogc.Memory{Tiles: 64 << 20, Points: pointMemory})
	ours := "http://" + listen(b, p.web.App()) + "/api/v1/exports/donnees/arbres/lignes."
	first := lasting(b, func() error { return discard(b, ours+"csv") })
	reading := first - lasting(b, func() error { return discard(b, ours+"csv") })
	flatten(b, p, admin, ours)
	b.Run("reading", func(b *testing.B) {
		for b.Loop() {
			theirs := lasting(b, func() error { return copyOut(b, admin) })
			b.ReportMetric(exportRows/reading.Seconds(), "rows/s")
			b.ReportMetric(exportRows/theirs.Seconds(), "copy-rows/s")
		}
	})
	for _, f := range []struct{ ours, driver string }{
		{"csv", "CSV"}, {"geojson", "GeoJSON"}, {"gpkg", "GPKG"}, {"shp.zip", "ESRI Shapefile"}, {"fgb", "FlatGeobuf"}, {"kml", "KML"}, {"xlsx", "XLSX"}, {"ods", "ODS"},
	} {
		b.Run(f.ours, func(b *testing.B) {
			ogr := func(table string) func() error {
				return func() error {
					out := filepath.Join(b.TempDir(), "out."+f.ours)
					said, err := exec.CommandContext(b.Context(), tool, "-f", f.driver, out, "PG:"+asWords(b, admin), table).CombinedOutput()
					if err != nil {
						err = fmt.Errorf("%w: %s", err, said)
					}
					return err
				}
			}
			if err := discard(b, ours+f.ours); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				mine, theirs, narrow := time.Hour, time.Hour, time.Hour
				for range 2 {
					mine = min(mine, lasting(b, func() error { return discard(b, ours+f.ours) }))
					theirs = min(theirs, lasting(b, ogr("flat_export")))
					narrow = min(narrow, lasting(b, ogr("flat_tree")))
				}
				b.ReportMetric(exportRows/mine.Seconds(), "rows/s")
				b.ReportMetric(exportRows/theirs.Seconds(), "ogr2ogr-rows/s")
				b.ReportMetric(theirs.Seconds()/mine.Seconds(), "ratio")
				b.ReportMetric(narrow.Seconds()/mine.Seconds(), "ratio-to-8-columns")
			}
		})
	}
}

func lasting(b *testing.B, do func() error) time.Duration {
	b.Helper()
	start := time.Now()
	if err := do(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func discard(b *testing.B, address string) error {
	b.Helper()
	_, err := fetch(b.Context(), benchClient, address, nil)
	return err
}

// sqlTypes are the types of the flat table's columns.
var sqlTypes = map[datasets.FieldType]string{
	datasets.Integer: "bigint", datasets.Year: "bigint", datasets.Number: "float8", datasets.Date: "date",
	datasets.DateTime: "timestamptz", datasets.Boolean: "boolean",
}

// flatten makes the table that ogr2ogr reads out of what we send: the same columns,
// with a geometry.
func flatten(b *testing.B, p *platform, admin, ours string) {
	b.Helper()
	ctx := context.Background()
	town, err := p.towns.BySlug(ctx, "exports")
	if err != nil {
		b.Fatal(err)
	}
	source, err := p.parts.Datasets.Source(ctx, town, "arbres")
	if err != nil {
		b.Fatal(err)
	}
	var columns []string
	for _, f := range source.Describe().Fields {
		kind, known := sqlTypes[f.Type]
		if !known {
			kind = "text"
		}
		columns = append(columns, pgx.Identifier{f.Name}.Sanitize()+" "+kind)
	}
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	run := func(statement string) {
		if _, err := conn.Exec(ctx, statement); err != nil {
			b.Fatalf("%s: %v", statement, err)
		}
	}
	run("CREATE TEMP TABLE sent (" + strings.Join(columns, ", ") + ")")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, ours+"csv", nil)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := benchClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err := conn.PgConn().CopyFrom(ctx, answer.Body, "COPY sent FROM STDIN (FORMAT csv, HEADER)"); err != nil {
		b.Fatal(err)
	}
	run("DROP TABLE IF EXISTS public.flat_export")
	run("CREATE TABLE public.flat_export AS SELECT *, ST_SetSRID(ST_MakePoint(longitude, latitude), 4326) AS geom FROM sent ORDER BY id")
	run("CREATE INDEX ON public.flat_export USING gist (geom)")
	run("VACUUM ANALYZE public.flat_export")
}

// copyOut has PostgreSQL send the whole flat table, read by nobody.
func copyOut(b *testing.B, admin string) error {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), admin)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(b.Context())) }()
	nothing, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { _ = nothing.Close() }()
	_, err = conn.PgConn().CopyTo(b.Context(), nothing, "COPY public.flat_export TO STDOUT (FORMAT binary)")
	return err
}
