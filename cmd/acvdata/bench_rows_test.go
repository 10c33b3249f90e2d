package main

import (
	"context"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"acvdata/services/dbtest"
	"acvdata/services/ogc"
)

// apiClients ask for rows at once.
const apiClients = 10

// bareRow is what the baseline reads of a row.
type bareRow struct {
	Name     string
	District string
	Kind     string
	Height   float64
}

const bareRows = `
SELECT t1 AS name, t2 AS district, t3 AS kind, n1 AS height
FROM opendata.slot_row
WHERE tenant_id = $1 AND edition = 1 AND table_id = $2 AND number > $3
ORDER BY number
LIMIT 20`

// BenchmarkRowsAPI asks the rows' API for 20 rows, filtered and sorted, of a table of
// 100,000 from ten clients, and in turn a bare handler of the same HTTP stack that
// does nothing but one SELECT of 20 rows by pgx, without a town or row-level
// security. Bars: 1,600 req/s, p50 ≤ 6 ms.
func BenchmarkRowsAPI(b *testing.B) {
	admin := dbtest.AdminURL(b)
	p := openForBench(b, admin, ogc.Memory{Tiles: 64 << 20, Points: pointMemory})
	if err := p.jobs.Start(context.WithoutCancel(b.Context())); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = p.jobs.Stop(context.Background()) })
	town := newBenchTown(b, p)
	bringTable(b, p, town, "Grand tableau", largeTable)
	rows := "http://" + listen(b, p.web.App()) + "/api/v1" + town.Path("donnees/") + "grand-tableau/lignes?"
	bare := "http://" + listen(b, bareServer(b, p))
	for name, query := range map[string]string{
		"plain":    "limit=20",
		"filtered": "where=hauteur_m+%3E+12+AND+CASEI(espece)+LIKE+%27tilleul%25%27&order_by=hauteur_m+desc&limit=20",
	} {
		b.Run(name, func(b *testing.B) {
			load1(b, rows+query)
			for b.Loop() {
				var ours, base []measured
				for range loadRounds {
					ours = append(ours, loadBy(b, apiClients, []string{rows + query}))
					base = append(base, loadBy(b, apiClients, []string{bare}))
				}
				mine := median(ours)
				report(b, "rows", mine, median(base))
				b.ReportMetric(float64(mine.p50.Microseconds())/1000, "p50-ms")
			}
		})
	}
}

// bareServer answers with the rows of one SELECT.
func bareServer(b *testing.B, p *platform) *fiber.App {
	b.Helper()
	pool, err := pgxpool.New(context.Background(), p.config.MigrateURL)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	var tenant, table string
	if err := pool.QueryRow(b.Context(), `SELECT tenant_id::text, id::text FROM opendata.town_table LIMIT 1`).Scan(&tenant, &table); err != nil {
		b.Fatal(err)
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true})
	app.Get("/", func(c *fiber.Ctx) error {
		rows, err := pool.Query(c.UserContext(), bareRows, tenant, table, 1000)
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, pgx.RowToStructByName[bareRow])
		if err != nil {
			return err
		}
		return c.JSON(list)
	})
	return app
}
