package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"acvdata/services/config"
	"acvdata/services/geo/qk"
	"acvdata/services/geo/tile"
	"acvdata/services/ogc"
)

// genericTile is what a generic tile server asks for: no row-level security, a
// spatial index, encoding in the database.
const genericTile = `
WITH bounds AS (SELECT ST_TileEnvelope($1, $2, $3) AS geom),
     tile AS (
       SELECT ST_AsMVTGeom(t.geom, bounds.geom, 4096, 256) AS geom, t.id, t.genus, t.status, t.diameter_class
       FROM public.baseline_tree t, bounds
       WHERE t.geom && bounds.geom AND t.tenant_id = $4
     )
SELECT ST_AsMVT(tile, 'points', 4096, 'geom', 'id') FROM tile`

// tileBench is the platform and the generic query behind the same HTTP stack,
// on the same database.
type tileBench struct {
	ours, generic string // addresses up to the tile
}

func newTileBench(b *testing.B, keep ogc.Memory) tileBench {
	b.Helper()
	admin := crowdDatabase(b)
	p := openForBench(b, admin, keep)
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true})
	pool, err := pgxpool.New(context.Background(), admin)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	app.Get("/:town/:z/:y/:x", func(c *fiber.Ctx) error {
		z, _ := c.ParamsInt("z")
		x, _ := c.ParamsInt("x")
		y, _ := c.ParamsInt("y")
		var body []byte
		if err := pool.QueryRow(c.UserContext(), genericTile, z, x, y, c.Params("town")).Scan(&body); err != nil {
			return err
		}
		return sendGeneric(c, body)
	})
	return tileBench{ours: "http://" + listen(b, p.web.App()), generic: "http://" + listen(b, app)}
}

// sendGeneric compresses when the client asks, as generic tile servers and the
// platform do.
func sendGeneric(c *fiber.Ctx, body []byte) error {
	if !strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		return c.Send(body)
	}
	packed, err := tile.Gzip(body)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentEncoding, "gzip")
	return c.Send(packed)
}

// openForBench opens the whole platform as the runtime role.
func openForBench(b *testing.B, admin string, keep ogc.Memory) *platform {
	b.Helper()
	c, err := config.Load()
	if err != nil {
		b.Fatal(err)
	}
	c.DataDir, c.MigrateURL = b.TempDir(), admin
	c.DatabaseURL = strings.Replace(admin, "user=postgres", "user=acv_app", 1)
	c.TileCache, c.PointCache, c.LogLevel = keep.Tiles, keep.Points, "error"
	slog.SetDefault(slog.New(slog.DiscardHandler))
	p, err := open(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.db.Close)
	listening, stop := context.WithCancel(context.WithoutCancel(b.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.parts.OGC.Tileset().Listen(listening) // as serving does
	}()
	b.Cleanup(func() {
		stop()
		<-done
	})
	return p
}

func listen(b *testing.B, app *fiber.App) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it lives for one benchmark
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = app.Listener(l) }()
	b.Cleanup(func() { _ = app.ShutdownWithTimeout(time.Second) })
	return l.Addr().String()
}

// tilesOf picks tiles of a zoom that hold trees of the town, at most n.
func tilesOf(t crowdTown, z uint32, n int) (paths []string) {
	chance := rand.New(rand.NewPCG(1, uint64(z)))
	list, seen := t.plant(), map[string]bool{}
	for range 20 * n {
		x, y := qk.Split(list[chance.IntN(len(list))].qk)
		path := fmt.Sprintf("%d/%d/%d", z, y>>(qk.Zoom-z), x>>(qk.Zoom-z))
		if !seen[path] && len(paths) < n {
			seen[path] = true
			paths = append(paths, path)
		}
	}
	return paths
}

func (tb tileBench) addresses(towns []crowdTown, z uint32, each int) (ours, generic []string) {
	for _, t := range towns {
		for _, path := range tilesOf(t, z, each) {
			ours = append(ours, tb.ours+"/"+t.slug+"/ogc/collections/arbres/tiles/WebMercatorQuad/"+path)
			generic = append(generic, tb.generic+"/"+t.id.String()+"/"+path)
		}
	}
	return ours, generic
}

// pointMemory is what a process keeps of layers' points by default.
const pointMemory = 128 << 20

// BenchmarkTiles compares tiles made anew at each request (none is kept) under
// row-level security with the generic query without it. The points of a layer's
// present version are kept in memory, as in production. Bars: z16 ≥ 1.5,
// z14 ≥ 2.5, z12 (counts) ≥ 10.
func BenchmarkTiles(b *testing.B) {
	compareTiles(b, ogc.Memory{Points: pointMemory})
}

// BenchmarkTilesFirst is BenchmarkTiles with nothing kept at all: each request
// reads its rows, as the first one after a change does.
func BenchmarkTilesFirst(b *testing.B) {
	compareTiles(b, ogc.Memory{})
}

func compareTiles(b *testing.B, keep ogc.Memory) {
	b.Helper()
	tb, all := newTileBench(b, keep), crowd()
	sets := []struct {
		name  string
		towns []crowdTown
		each  int
	}{{"town20k", all[20:50], 10}, {"town500k", all[:1], 300}}
	for _, set := range sets {
		for _, z := range []uint32{16, 14, 12} {
			b.Run(fmt.Sprintf("%s/z%d", set.name, z), func(b *testing.B) {
				ours, generic := tb.addresses(set.towns, z, set.each)
				for b.Loop() {
					mine, base := compare(b, ours, generic, "Accept-Encoding", "gzip") // as browsers ask
					report(b, "tiles", mine, base)
				}
			})
		}
	}
}

// BenchmarkTilesCached measures tiles that are in memory. Bar: z14 p95 ≤ 3 ms.
func BenchmarkTilesCached(b *testing.B) {
	tb, all := newTileBench(b, ogc.Memory{Tiles: 256 << 20, Points: pointMemory}), crowd()
	ours, _ := tb.addresses(all[20:50], 14, 10)
	load(b, ours, "Accept-Encoding", "gzip") // fills the cache
	for b.Loop() {
		m := load(b, ours, "Accept-Encoding", "gzip")
		b.ReportMetric(m.rate, "req/s")
		b.ReportMetric(float64(m.p95.Microseconds())/1000, "p95-ms")
	}
}

// BenchmarkRowSecurity compares the points query as the runtime role with the
// same query as an administrator, in turn, so that warm pages and a busy machine
// serve both. Bar: ≤ 1.3 times.
func BenchmarkRowSecurity(b *testing.B) {
	admin := crowdDatabase(b)
	runtime := strings.Replace(admin, "user=postgres", "user=acv_app", 1)
	town := crowd()[0]
	list := town.plant()
	for _, url := range []string{runtime, admin} {
		timeRanges(b, url, town, list)
	}
	for b.Loop() {
		var under, without []time.Duration
		for range 5 {
			under = append(under, timeRanges(b, runtime, town, list))
			without = append(without, timeRanges(b, admin, town, list))
		}
		slices.Sort(under)
		slices.Sort(without)
		b.ReportMetric(float64(under[2].Microseconds())/1000, "rls-ms")
		b.ReportMetric(float64(without[2].Microseconds())/1000, "owner-ms")
		b.ReportMetric(under[2].Seconds()/without[2].Seconds(), "ratio")
	}
}

const pointsInRange = `SELECT number, qk, status, taxon_id FROM trees.tree WHERE tenant_id = $1 AND qk >= $2 AND qk < $3`

func timeRanges(b *testing.B, url string, town crowdTown, list []crowdTree) time.Duration {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	chance := rand.New(rand.NewPCG(3, 3))
	var total time.Duration
	for i := range 400 {
		x, y := qk.Split(list[chance.IntN(len(list))].qk)
		lo, hi := qk.TileRange(16, x>>(qk.Zoom-16), y>>(qk.Zoom-16))
		start := time.Now()
		batch := &pgx.Batch{}
		batch.Queue(`SELECT set_config('app.tenant', $1, true)`, town.id.String())
		batch.Queue(pointsInRange, town.id, lo, hi)
		results := conn.SendBatch(b.Context(), batch)
		_, _ = results.Exec()
		rows, err := results.Query()
		if err != nil {
			b.Fatal(err)
		}
		for rows.Next() {
		}
		rows.Close()
		if err := results.Close(); err != nil {
			b.Fatal(err)
		}
		if i >= 100 { // the first ones warm the cache
			total += time.Since(start)
		}
	}
	return total / 300
}
