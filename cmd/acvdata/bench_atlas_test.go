package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/modules"
	"acvdata/services/apptest"
	"acvdata/services/module"
	"acvdata/tenants"
)

// benchRecords is a town's atlas after many years, and benchBeside that of each
// of its neighbours.
const (
	benchRecords = 500_000
	benchBeside  = 20_000
)

// fillAtlas makes records of every taxon of the register, spread as field data are: the first is one
// record in five, most are rare; codes of places, which figures do not read, are
// left out. One statement a town.
const fillAtlas = `
INSERT INTO atlas.occurrence (tenant_id, id, number, source_key, taxon, cited, lon, lat, qk, date_from, date_to, in_town, observer, validation)
SELECT t.id, gen_random_uuid(), n, 'bench:' || n, x.ids[r.rank], x.names[r.rank], p.lon, p.lat, 0, d.day, d.day, true, 'Observateur ' || (n * 7919 % 300), 'probable'
FROM platform.tenant t
CROSS JOIN (SELECT array_agg(cd_ref ORDER BY cd_ref) AS ids, array_agg(name ORDER BY cd_ref) AS names, count(*) AS total FROM atlas.taxon WHERE cd_nom = cd_ref) x
CROSS JOIN generate_series(1::bigint, $2::bigint) n
CROSS JOIN LATERAL (SELECT t.bounds[1] + (t.bounds[3] - t.bounds[1]) * (n * 48271 % 10007)::float8 / 10007 AS lon,
  t.bounds[2] + (t.bounds[4] - t.bounds[2]) * (n * 69621 % 9973)::float8 / 9973 AS lat) p
CROSS JOIN LATERAL (SELECT DATE '2006-01-01' + (n * 31 % 7300)::integer AS day) d
CROSS JOIN LATERAL (SELECT 1 + floor(x.total * power((n * 7907 % 9941)::float8 / 9941, 3))::integer AS rank) r
WHERE t.id = $1`

// The same figures without counts kept beside the records: what a page would ask
// the table each time.
const (
	naiveMap = `
SELECT floor(ST_X(g) / 500)::integer * 100000 + floor(ST_Y(g) / 500)::integer AS cell, count(*)
FROM (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 2154) AS g FROM atlas.occurrence WHERE tenant_id = $1 AND taxon = $2) o
GROUP BY 1`

	naiveTown = `
SELECT taxon, extract(month FROM date_from), count(*), count(DISTINCT (date_from, observer))
FROM atlas.occurrence
WHERE tenant_id = $1 AND shown
GROUP BY 1, 2`
)

// BenchmarkAtlas measures the species map and the town sheet of a town of
// 500,000 occurrences beside others, against the same figures taken from the
// table. Bars: species map 300 ms p95, town sheet 250 ms p95.
func BenchmarkAtlas(b *testing.B) {
	app, conn, town, species := atlasForBench(b)
	base := "http://" + listen(b, app.Server.App())
	sheet := fmt.Sprintf("%s/%s/biodiversite/especes/%d", base, town.Slug, species)
	for name, c := range map[string]struct {
		addresses []string
		naive     string
		args      []any
	}{
		"map500k":  {[]string{fmt.Sprintf("%s/%s/biodiversite/mailles.geojson?espece=%d", base, town.Slug, species), sheet}, naiveMap, []any{town.ID, species}},
		"town500k": {[]string{base + "/" + town.Slug + "/biodiversite"}, naiveTown, []any{town.ID}},
	} {
		b.Run(name, func(b *testing.B) {
			load(b, c.addresses, "Accept", "text/html")
			for b.Loop() {
				ours := load(b, c.addresses, "Accept", "text/html")
				naive := timed(b, conn, c.naive, c.args...)
				b.ReportMetric(float64(ours.p50.Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(ours.p95.Microseconds())/1000, "p95-ms")
				b.ReportMetric(ours.bytes/1024, "kB")
				b.ReportMetric(float64(naive.Microseconds())/1000, "baseline-aggregate-ms")
			}
		})
	}
	b.Run("cold500k", func(b *testing.B) { cold(b, conn, base+"/"+town.Slug+"/biodiversite", town.ID) })
	b.Run("coldmap500k", func(b *testing.B) {
		cold(b, conn, fmt.Sprintf("%s/%s/biodiversite/mailles.geojson?espece=%d", base, town.Slug, species), town.ID)
	})
}

// cold measures a page right after a change: its counts are read again.
func cold(b *testing.B, conn *pgx.Conn, address string, town tenants.ID) {
	b.Helper()
	var times []time.Duration
	for b.Loop() {
		if _, err := conn.Exec(b.Context(), `UPDATE atlas.register SET version = version + 1 WHERE tenant_id = $1`, town); err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		if m := load1(b, address); m == 0 {
			b.Fatal("an empty page")
		}
		times = append(times, time.Since(start))
	}
	m := summary(times, time.Second, 1)
	b.ReportMetric(float64(m.p95.Microseconds())/1000, "p95-ms")
}

func load1(b *testing.B, address string) int64 {
	b.Helper()
	n, err := fetch(b.Context(), benchClient, address, []string{"Accept", "text/html"})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// timed is the median of five runs of a query.
func timed(b *testing.B, conn *pgx.Conn, query string, args ...any) time.Duration {
	b.Helper()
	var times []time.Duration
	for range 5 {
		start := time.Now()
		rows, err := conn.Query(b.Context(), query, args...)
		if err != nil {
			b.Fatal(err)
		}
		for rows.Next() {
		}
		if rows.Err() != nil {
			b.Fatal(rows.Err())
		}
		times = append(times, time.Since(start))
	}
	return summary(times, time.Second, 1).p50
}

// atlasForBench makes the towns; species is the most recorded one.
func atlasForBench(b *testing.B) (*apptest.App, *pgx.Conn, *tenants.Tenant, int) {
	b.Helper()
	var app *apptest.App
	app = apptest.New(b, func(k apptest.Kit) []module.Module {
		deps := testDeps(k)
		deps.Registry = func() *module.Registry { return app.Registry }
		parts, err := modules.All(deps)
		if err != nil {
			b.Fatal(err)
		}
		return parts.Modules
	})
	conn, err := pgx.Connect(b.Context(), app.AdminDB)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close(context.Background()) })
	fill := func(slug string, n int) *tenants.Tenant {
		town := app.Town(slug)
		if _, err := conn.Exec(b.Context(), fillAtlas, town.ID, n); err != nil {
			b.Fatal(err)
		}
		return town
	}
	town := fill("bayonne", benchRecords)
	for _, slug := range []string{"fecamp", "vitre", "saint-omer"} {
		fill(slug, benchBeside)
	}
	if _, err := conn.Exec(b.Context(), `VACUUM ANALYZE`); err != nil {
		b.Fatal(err)
	}
	var species int
	const most = `SELECT taxon FROM atlas.tally WHERE tenant_id = $1 GROUP BY 1 ORDER BY sum(n) DESC LIMIT 1`
	if err := conn.QueryRow(b.Context(), most, town.ID).Scan(&species); err != nil {
		b.Fatal(err)
	}
	return app, conn, town, species
}
