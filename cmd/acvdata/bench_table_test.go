package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"acvdata/modules/opendata/tables"
	"acvdata/services/authz"
	"acvdata/services/dbtest"
	"acvdata/services/imports"
	"acvdata/services/ogc"
	"acvdata/services/words"
	"acvdata/tenants"
)

// largeTable is the size of the table measured, smallTable that of its baseline.
const (
	largeTable = 100_000
	smallTable = 100
)

// BenchmarkTable measures the public pages of a table of 100,000 rows that a
// town brought in, with a chart and facets, and beside them, round after round,
// those of the same table of 100 rows: what a page costs whatever its data.
// Bar: 40 ms p95.
func BenchmarkTable(b *testing.B) {
	p := openForBench(b, dbtest.AdminURL(b), ogc.Memory{Tiles: 64 << 20, Points: pointMemory})
	if err := p.jobs.Start(context.WithoutCancel(b.Context())); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = p.jobs.Stop(context.Background()) })
	town := newBenchTown(b, p)
	bringTable(b, p, town, "Grand tableau", largeTable)
	bringTable(b, p, town, "Petit tableau", smallTable)
	host := "http://" + listen(b, p.web.App())
	pages, api := host+town.Path("donnees/"), host+"/api/v1"+town.Path("donnees/")
	for name, ask := range map[string]struct{ root, path string }{
		"dataset": {pages, ""}, "preview": {pages, "/apercu"}, "rows": {pages, "/lignes"},
		"facet": {pages, "/lignes?quartier=Quartier+3"}, "search": {pages, "/lignes?q=chene"},
		"sorted":  {pages, "/lignes?tri=hauteur_m&sens=desc"},
		"api":     {api, "/lignes?where=hauteur_m+%3E+12+AND+CASEI(espece)+LIKE+%27tilleul%25%27&order_by=hauteur_m+desc&limit=20"},
		"grouped": {api, "/lignes?group_by=quartier&select=quartier,count(*)+as+n,avg(hauteur_m)+as+h&order_by=n+desc"},
	} {
		b.Run(name, func(b *testing.B) {
			large, small := ask.root+"grand-tableau"+ask.path, ask.root+"petit-tableau"+ask.path
			first := time.Now()
			load1(b, large)
			alone := time.Since(first)
			for b.Loop() {
				ours, baseline := compare(b, []string{large}, []string{small}, "Accept", "text/html")
				b.ReportMetric(float64(ours.p50.Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(ours.p95.Microseconds())/1000, "p95-ms")
				b.ReportMetric(float64(baseline.p95.Microseconds())/1000, "small-p95-ms")
				b.ReportMetric(ours.bytes/1024, "kB")
				b.ReportMetric(ours.rate, "req/s")
			}
			b.ReportMetric(float64(alone.Microseconds())/1000, "first-ms")
		})
	}
}

// bringTable imports a table, draws a chart of it and publishes it.
func bringTable(b *testing.B, p *platform, town *tenants.Tenant, title string, rows int) {
	b.Helper()
	ctx := tenants.With(p.context(b.Context()), town)
	caller := imports.Caller{Town: town, Can: func(authz.Permission) bool { return true }}
	sent := imports.Submission{Name: "tableau.csv", Content: strings.NewReader(surveyed(rows)), Target: tables.TargetCode, Commit: true}
	sent.Overrides.Options = map[string]string{"title": title, "theme": "trees"}
	i, err := p.parts.Imports.Submit(ctx, caller, sent)
	if err == nil {
		i, err = p.parts.Imports.Wait(ctx, caller, i.ID, nil)
	}
	if err != nil || i.State != imports.Committed {
		b.Fatalf("import: %+v %v", i, err)
	}
	slug := words.Slug(title, "-")
	own := tables.New(p.db, 64<<20)
	own.Bind(p.parts.Datasets)
	err = own.AddChart(ctx, town, slug, tables.Chart{Title: "Hauteur par quartier", By: "quartier", Measure: tables.Mean, Value: "hauteur_m"})
	if err != nil {
		b.Fatal(err)
	}
	published, err := p.parts.Datasets.Publish(ctx, town, slug, "")
	if err != nil {
		b.Fatal(err)
	}
	if end, err := p.jobs.Wait(ctx, town.ID, published.Subject); err != nil || end.Failed() {
		b.Fatalf("publication: %+v %v", end, err)
	}
}

// surveyed writes a table as towns keep them: a name for each row, texts of few
// values, numbers, a day, a place.
func surveyed(rows int) string {
	kinds := []string{"Chêne pubescent", "Tilleul à petites feuilles", "Érable champêtre", "Platane commun"}
	var out strings.Builder
	out.WriteString("Nom;Quartier;Espèce;Hauteur (m);Relevé le;longitude;latitude\n")
	for n := range rows {
		fmt.Fprintf(&out, "Sujet %06d;Quartier %d;%s;%d,%d;%02d/%02d/%d;4,%06d;44,%06d\n",
			n, n%17, kinds[n%4], 2+n%28, n%10, 1+n%28, 1+n%12, 2005+n%20, 10000+n, 50000+n)
	}
	return out.String()
}
