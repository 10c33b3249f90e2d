package imports_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
)

// BenchmarkImport loads files of two sizes from upload to visible, and compares
// the load step (staged rows into the indexed table, with what undo needs) with the
// server's own COPY of the same rows into the same indexed table, and the whole
// commit (the file read, every cell typed, the rows placed, compared with those that
// are there, loaded and indexed) with the same by hand: COPY into a table of texts,
// casts, places and a spatial index in SQL ("bare"), which keeps nothing to undo,
// compares nothing and tells nobody what was wrong. Bars: 70,000 rows a second
// committed, 0.7 times bare. Memory is what the process holds above idle at its
// highest.
func BenchmarkImport(b *testing.B) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	for _, rows := range []int{25_000, 250_000} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			for b.Loop() {
				measureImport(b, rows)
			}
		})
	}
}

func measureImport(b *testing.B, rows int) {
	b.Helper()
	r := newRig(b)
	var began, ended time.Time
	r.benches.BeforeMerge = func(context.Context, *db.Tx) error { began = time.Now(); return nil }
	r.benches.AfterMerge = func(context.Context, *db.Tx) error { ended = time.Now(); return nil }
	r.Work()
	idle := heap()
	peak, stop := watchHeap()
	start := time.Now()
	i, err := r.service.Submit(r.ctx(), r.caller(), imports.Submission{
		Name: "bancs.csv", Content: fileOf(rows), Target: importtest.Code, Commit: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	if i, err = r.service.Wait(r.ctx(), r.caller(), i.ID, nil); err != nil || i.State != imports.Committed {
		b.Fatalf("%v %+v", err, i)
	}
	visible := time.Since(start)
	stop()
	loading, commit := ended.Sub(began), i.Committed.At.Sub(i.CheckedAt)
	floor, bare := serverCopy(b, r), bareImport(b, r, rows)
	b.ReportMetric(visible.Seconds(), "s-to-visible")
	b.ReportMetric(loading.Seconds(), "s-load-step")
	b.ReportMetric(commit.Seconds(), "s-commit")
	b.ReportMetric(floor.Seconds(), "s-server-copy")
	b.ReportMetric(floor.Seconds()/loading.Seconds(), "load-of-server-copy")
	b.ReportMetric(bare.Seconds(), "s-bare")
	b.ReportMetric(bare.Seconds()/commit.Seconds(), "commit-of-bare")
	b.ReportMetric(float64(rows)/commit.Seconds(), "rows/s-commit")
	b.ReportMetric(float64(peak.Load()-idle)/(1<<20), "MB-above-idle")
	b.ReportMetric(float64(rows)/visible.Seconds(), "rows/s-to-visible")
	b.ReportMetric(0, "ns/op")
}

// fileOf streams the file that file(n) would hold in memory.
func fileOf(n int) io.Reader {
	reader, writer := io.Pipe()
	go func() {
		_, err := io.WriteString(writer, file(0))
		for i := 0; i < n && err == nil; i++ {
			_, err = fmt.Fprintf(writer, "B-%07d;bois;%d;45,5;%02d/03/2019;oui;4,%05d;44,%05d\n", i, i%6, i%28+1, 6000+i*7%5000, 10000+i*13%5000)
		}
		_ = writer.CloseWithError(err) // nil is the end
	}()
	return reader
}

// serverCopy times the floor: the same rows, from a file of the server, into the
// same table with its indexes, without row-level security.
func serverCopy(b *testing.B, r *rig) time.Duration {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), r.AdminDB)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(b.Context())) }()
	run := func(statement string) time.Duration {
		start := time.Now()
		if _, err := conn.Exec(b.Context(), statement); err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	var folder string
	if err := conn.QueryRow(b.Context(), `SELECT current_setting('data_directory')`).Scan(&folder); err != nil {
		b.Fatal(err)
	}
	path := "'" + folder + "/bench-copy.bin'"
	run(`COPY (SELECT * FROM benches.bench ORDER BY qk) TO ` + path + ` (FORMAT binary)`)
	run(`TRUNCATE benches.bench; CHECKPOINT`)
	took := run(`COPY benches.bench FROM ` + path + ` (FORMAT binary)`)
	run(`COPY (SELECT 1 LIMIT 0) TO ` + path)
	return took
}

const (
	bareTables = `
CREATE TABLE public.bare_text (code text, material text, seats text, height_cm text, placed_on text, lit text, lon text, lat text);
CREATE TABLE public.bare (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code text UNIQUE, material text NOT NULL, seats integer, height_cm float8, placed_on date,
  lit boolean, geom geometry(Point, 4326) NOT NULL
);
CREATE INDEX ON public.bare USING gist (geom);`

	bareCast = `
INSERT INTO public.bare (code, material, seats, height_cm, placed_on, lit, geom)
SELECT code, material, seats::integer, replace(height_cm, ',', '.')::float8, to_date(placed_on, 'DD/MM/YYYY'), lit = 'oui',
  ST_SetSRID(ST_MakePoint(replace(lon, ',', '.')::float8, replace(lat, ',', '.')::float8), 4326)
FROM public.bare_text`
)

// bareImport times the same work by hand, as who has psql does it: the same file,
// sent from here, into a table with as many indexes.
func bareImport(b *testing.B, r *rig, rows int) time.Duration {
	b.Helper()
	ctx := b.Context()
	conn, err := pgx.Connect(ctx, r.AdminDB)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	run := func(statement string) {
		if _, err := conn.Exec(ctx, statement); err != nil {
			b.Fatalf("%s: %v", statement, err)
		}
	}
	run(bareTables)
	defer run(`DROP TABLE public.bare, public.bare_text`)
	run(`CHECKPOINT`)
	start := time.Now()
	if _, err := conn.PgConn().CopyFrom(ctx, fileOf(rows), `COPY public.bare_text FROM STDIN (FORMAT csv, HEADER, DELIMITER ';')`); err != nil {
		b.Fatal(err)
	}
	run(bareCast)
	return time.Since(start)
}

// heap is what the process holds after a collection.
func heap() uint64 {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}

// watchHeap notes the highest figure until it is stopped.
func watchHeap() (*atomic.Uint64, func()) {
	var peak atomic.Uint64
	done := make(chan struct{})
	go func() {
		clock := time.NewTicker(50 * time.Millisecond)
		defer clock.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.Sys-m.HeapReleased))
			select {
			case <-clock.C:
			case <-done:
				return
			}
		}
	}()
	return &peak, func() { close(done) }
}
