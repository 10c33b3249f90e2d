package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/dbtest"
	"acvdata/services/ogc"
)

const million = 1_000_000

// The peer: the usual server of PostGIS tables, built from its published module.
const (
	peerModule = "github.com/CrunchyData/pg_featureserv@v1.3.1"
	peerName   = "pg_featureserv"
)

// BenchmarkFeatures measures pages of a layer of a million points by OGC API
// Features, under row-level security, and beside them those of pg_featureserv on
// the same rows as one flat table without it, with a spatial index; where it
// cannot be built, ours alone. Then GDAL's own client reads the million. Bars: 1.5
// times its requests at limit 20, twice at 1,000 and 10,000; p99 at 20 ≤ 40 ms;
// a million features by GDAL in 60 s.
func BenchmarkFeatures(b *testing.B) {
	admin, town := millionTrees(b)
	address := "http://127.0.0.1:" + freePort(b)
	b.Setenv("ACV_BASE_URL", address) // GDAL follows the links of answers
	p := openForBench(b, admin, ogc.Memory{Tiles: 64 << 20, Points: pointMemory})
	serveAt(b, p, address)
	ours := address + "/" + town.slug + "/ogc"
	peer := startPeer(b, admin)
	bench := func(name string, queries ...string) {
		b.Run(name, func(b *testing.B) { comparePages(b, ours+"/collections/arbres/items?f=json&", peer, queries) })
	}
	for _, limit := range []int{20, 1_000, 10_000} {
		bench(fmt.Sprintf("limit%d", limit), fmt.Sprintf("limit=%d", limit))
	}
	for _, box := range []struct {
		name string
		half float64 // of a side, in degrees
	}{{"district", 0.002}, {"quarter", 0.01}, {"town", 0.05}} {
		bench("limit20/"+box.name, boxesAround(town, 20, box.half)...)
		bench("limit1000/"+box.name, boxesAround(town, 1_000, box.half)...)
	}
	b.Run("gdal", func(b *testing.B) { readByGDAL(b, ours) })
}

// boxesAround are as many different boxes as a map that is moved about asks for.
func boxesAround(town crowdTown, limit int, half float64) (queries []string) {
	chance := rand.New(rand.NewPCG(11, uint64(limit)))
	for range 200 {
		lon, lat := town.lon+0.04*(chance.Float64()-0.5), town.lat+0.04*(chance.Float64()-0.5)
		queries = append(queries, fmt.Sprintf("limit=%d&bbox=%.6f,%.6f,%.6f,%.6f", limit, lon-half, lat-half, lon+half, lat+half))
	}
	return queries
}

// comparePages asks for pages in turn.
func comparePages(b *testing.B, ours, peer string, queries []string) {
	b.Helper()
	mine, theirs := make([]string, len(queries)), make([]string, len(queries))
	for i, query := range queries {
		mine[i], theirs[i] = ours+query, peer+"/collections/public.flat_tree/items.json?"+query
	}
	if _, err := fetch(b.Context(), benchClient, mine[0], nil); err != nil { // the first one of a version counts its rows
		b.Fatal(err)
	}
	for b.Loop() {
		if peer == "" {
			alone := load(b, mine, "Accept", "application/geo+json")
			b.ReportMetric(alone.rate, "req/s")
			b.ReportMetric(float64(alone.p99.Microseconds())/1000, "p99-ms")
			continue
		}
		pages, base := compare(b, mine, theirs, "Accept", "application/geo+json")
		report(b, "pages", pages, base)
		b.ReportMetric(float64(pages.p99.Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(base.p99.Microseconds())/1000, "baseline-p99-ms")
	}
}

// millionTrees is one large town.
func millionTrees(b *testing.B) (admin string, town crowdTown) {
	b.Helper()
	town = crowdTown{id: uuid.MustParse("00000000-0000-7000-8000-00000000f00d"), slug: "million", lon: 4.08, lat: 44.12, trees: million}
	return oneTown(b, town), town
}

// oneTown is a database of its own with a town, and the same trees as a flat
// table.
func oneTown(b *testing.B, town crowdTown) (admin string) {
	b.Helper()
	admin, ctx := dbtest.AdminURL(b), context.Background()
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	run := func(statements ...string) {
		for _, s := range statements {
			if _, err := conn.Exec(ctx, s); err != nil {
				b.Fatalf("%s: %v", s, err)
			}
		}
	}
	run(`SET session_replication_role = replica`, `SET maintenance_work_mem = '512MB'`)
	restore := dropIndexes(b, conn)
	number := int64(0)
	insertTown(b, conn, town)
	copyTrees(b, conn, town, &number)
	run(restore...)
	run(openCrowd, tallyCrowd, flatTable, `ALTER TABLE public.flat_tree ADD PRIMARY KEY (id)`, `CREATE INDEX ON public.flat_tree USING gist (geom)`, `VACUUM ANALYZE`)
	return admin
}

// openCrowd opens the trees to everybody; no file is asked for here.
const openCrowd = `
INSERT INTO datasets.dataset (tenant_id, id, source, state, licence, latest, issued_at, modified_at)
SELECT id, id, 'trees/inventory', 'published', 'LO-2.0', 1, now(), now() FROM platform.tenant;
INSERT INTO datasets.version (tenant_id, dataset_id, number, state, published_at)
SELECT id, id, 1, 'published', now() FROM platform.tenant`

// flatTable is what the peer reads: everything ours answers with, joined before.
const flatTable = `
CREATE TABLE public.flat_tree AS
SELECT t.number AS id, t.status, x.scientific, x.genus, t.height_m, t.circumference_cm, t.birth_year, s.address,
       ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326) AS geom
FROM trees.tree t
JOIN trees.site s ON s.tenant_id = t.tenant_id AND s.id = t.site_id
JOIN trees.taxon x ON x.id = t.taxon_id
ORDER BY t.number`

// startPeer builds and starts the peer; "" where it cannot be had.
func startPeer(b *testing.B, admin string) string {
	b.Helper()
	bin := b.TempDir()
	build := exec.CommandContext(b.Context(), "go", "install", peerModule)
	build.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=-mod=mod")
	if said, err := build.CombinedOutput(); err != nil {
		b.Logf("%s could not be built, ours is measured alone: %s", peerName, bytes.TrimSpace(said))
		return ""
	}
	port := freePort(b)
	ctx, stop := context.WithCancel(context.Background())
	serve := exec.CommandContext(ctx, filepath.Join(bin, peerName))
	serve.Dir = bin
	serve.Env = append(os.Environ(), "DATABASE_URL="+asURL(b, admin), "PGFS_SERVER_HTTPPORT="+port, "PGFS_SERVER_HTTPHOST=127.0.0.1",
		"PGFS_PAGING_LIMITMAX=10000")
	if err := serve.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stop()
		_ = serve.Wait()
	})
	address := "http://127.0.0.1:" + port
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 100 {
		if _, err := fetch(ctx, benchClient, address+"/collections/public.flat_tree/items.json?limit=1", nil); err == nil {
			return address
		}
		<-tick.C
	}
	b.Fatalf("%s does not answer", peerName)
	return ""
}

func freePort(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func serveAt(b *testing.B, p *platform, address string) {
	b.Helper()
	l, err := net.Listen("tcp", strings.TrimPrefix(address, "http://")) //nolint:noctx // it lives for one benchmark
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = p.web.App().Listener(l) }()
	b.Cleanup(func() { _ = p.web.App().ShutdownWithTimeout(time.Second) })
}

// asWords writes a connection as GDAL takes it.
func asWords(b *testing.B, admin string) string {
	b.Helper()
	c, err := pgx.ParseConfig(admin)
	if err != nil {
		b.Fatal(err)
	}
	return fmt.Sprintf("host=%s port=%d user=%s dbname=%s", c.Host, c.Port, c.User, c.Database)
}

// asURL writes a connection as the address that the peer takes.
func asURL(b *testing.B, admin string) string {
	b.Helper()
	c, err := pgx.ParseConfig(admin)
	if err != nil {
		b.Fatal(err)
	}
	u := url.URL{Scheme: "postgresql", User: url.UserPassword(c.User, c.Password), Path: "/" + c.Database}
	u.RawQuery = url.Values{"host": {c.Host}, "port": {strconv.Itoa(int(c.Port))}, "sslmode": {"disable"}}.Encode()
	return u.String()
}
