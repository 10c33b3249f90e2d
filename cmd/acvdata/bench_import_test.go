package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/authz"
	"acvdata/services/imports"
	"acvdata/services/jobs"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

const (
	importRows  = 250_000
	smallImport = 25_000
)

// BenchmarkImport loads an inventory of 250,000 trees, from the upload to the
// trees being there. Bars: 60 s in all; the load step at least half as fast as
// PostgreSQL's own COPY of the same rows into the same tables; 256 MB above
// idle, and no more for ten times the rows.
func BenchmarkImport(b *testing.B) {
	p := openForBench(b, crowdDatabase(b), ogc.Memory{})
	if err := p.jobs.Start(context.WithoutCancel(b.Context())); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = p.jobs.Stop(context.Background()) })
	for b.Loop() {
		small := runImport(b, p, smallImport)
		big := runImport(b, p, importRows)
		baseline := serverCopy(b, p, big.town)
		b.ReportMetric(big.total.Seconds(), "upload-to-visible-s")
		b.ReportMetric(big.load.Seconds(), "load-s")
		b.ReportMetric(baseline.Seconds(), "server-copy-s")
		b.ReportMetric(baseline.Seconds()/big.load.Seconds(), "load-ratio")
		b.ReportMetric(float64(big.memory)/(1<<20), "memory-above-idle-MB")
		b.ReportMetric(float64(small.memory)/(1<<20), "memory-tenth-MB")
	}
}

type importFigures struct {
	town        *tenants.Tenant
	total, load time.Duration
	memory      uint64 // most bytes above idle
}

func runImport(b *testing.B, p *platform, rows int) (f importFigures) {
	b.Helper()
	f.town = newBenchTown(b, p)
	content := inventory(rows, f.town)
	ctx := tenants.With(p.context(b.Context()), f.town)
	caller := imports.Caller{Town: f.town, Can: func(authz.Permission) bool { return true }}
	memory := watchMemory(b)
	start := time.Now()
	i, err := p.parts.Imports.Submit(ctx, caller, imports.Submission{
		Name: "inventaire.csv", Content: bytes.NewReader(content), Target: "trees/inventory", Commit: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	var loading time.Time
	done, err := p.parts.Imports.Wait(ctx, caller, i.ID, func(pr *jobs.Progress) {
		if pr.Phase == "imports.phase.loading" && loading.IsZero() {
			loading = time.Now()
		}
	})
	if err != nil || done.State != imports.Committed {
		b.Fatalf("import: %+v %v", done, err)
	}
	f.total, f.load = time.Since(start), time.Since(loading)
	f.memory = memory()
	if done.Counts.Created != int64(rows) {
		b.Fatalf("created %d of %d", done.Counts.Created, rows)
	}
	return f
}

func newBenchTown(b *testing.B, p *platform) *tenants.Tenant {
	b.Helper()
	t := &tenants.Tenant{
		Slug: "banc-" + strings.ToLower(uuid.NewString()[:8]), Name: "Banc d’essai", INSEE: "30007",
		Center: tenants.Point{Lon: 4.09, Lat: 44.12}, Bounds: tenants.Bounds{West: 4, South: 44, East: 4.2, North: 44.25},
		Boundary: []byte(`{"type":"Polygon","coordinates":[[[4,44],[4.2,44],[4.2,44.25],[4,44.25],[4,44]]]}`),
		Accent:   "foret", Modules: map[string]tenants.ModuleState{"trees": {On: true}, "opendata": {On: true}},
	}
	if _, err := p.towns.Save(b.Context(), t); err != nil {
		b.Fatal(err)
	}
	return t
}

// inventory writes a file as a town's software exports it.
func inventory(rows int, town *tenants.Tenant) []byte {
	species := []string{"Tilia cordata", "Platanus x hispanica", "Acer campestre", "Quercus pubescens", "Celtis australis"}
	var out bytes.Buffer
	out.WriteString("matricule;longitude;latitude;espece;hauteur_m;circonference_cm;date_plantation;adresse\n")
	place := crowdTown{lon: town.Center.Lon, lat: town.Center.Lat, trees: rows}
	for i, t := range place.plant() {
		fmt.Fprintf(&out, "A%06d;%.7f;%.7f;%s;%d,5;%d;%02d/%02d/%d;Rue %d\n", i, t.lon, t.lat, species[i%len(species)],
			3+i%20, 10+i%250, 1+i%28, 1+i%12, 1950+i%70, i%400)
	}
	return out.Bytes()
}

// watchMemory samples the process's resident memory; the function it returns
// ends the watch and gives the most above the start.
func watchMemory(b *testing.B) func() uint64 {
	b.Helper()
	runtime.GC()
	debug.FreeOSMemory()
	idle := resident()
	var most atomic.Uint64
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				most.Store(max(most.Load(), resident()))
			}
		}
	}()
	return func() uint64 {
		stop()
		return most.Load() - min(idle, most.Load())
	}
}

// resident reads this process's resident memory, in bytes.
func resident() uint64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			kilobytes, _ := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}

// serverCopy loads the same rows with COPY from a file on the server into the
// same tables, as an administrator and without triggers: the floor.
func serverCopy(b *testing.B, p *platform, town *tenants.Tenant) time.Duration {
	b.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, p.config.MigrateURL)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	exec := func(format string, args ...any) {
		if _, err := conn.Exec(ctx, fmt.Sprintf(format, args...)); err != nil {
			b.Fatalf(format+": %v", append(args, err)...)
		}
	}
	copyTown := uuid.NewString()
	columns := map[string]string{"site": tableColumns(b, conn, "site"), "tree": tableColumns(b, conn, "tree")}
	for _, table := range []string{"site", "tree"} {
		exec(`COPY (SELECT '%s'::uuid, %s FROM trees.%s WHERE tenant_id = '%s' ORDER BY qk) TO '/tmp/acv-bench-%s.bin' (FORMAT binary)`,
			copyTown, columns[table], table, town.ID, table)
	}
	exec(`SET session_replication_role = replica`)
	start := time.Now()
	for _, table := range []string{"site", "tree"} {
		exec(`COPY trees.%s (tenant_id, %s) FROM '/tmp/acv-bench-%s.bin' (FORMAT binary)`, table, columns[table], table)
	}
	took := time.Since(start)
	for _, table := range []string{"tree", "site"} {
		exec(`DELETE FROM trees.%s WHERE tenant_id = '%s'`, table, copyTown)
	}
	return took
}

// tableColumns lists what can be written, the tenant apart.
func tableColumns(b *testing.B, conn *pgx.Conn, table string) string {
	b.Helper()
	const query = `
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
FROM pg_attribute
WHERE attrelid = ('trees.' || $1)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'tenant_id'`
	var list string
	if err := conn.QueryRow(context.Background(), query, table).Scan(&list); err != nil {
		b.Fatal(err)
	}
	return list
}
