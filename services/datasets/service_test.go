package datasets_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"acvdata/services/blob"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/jobs"
)

func TestAPublicationWritesEveryFormatWithItsChecksum(t *testing.T) {
	t.Parallel()
	f := newField(t, 1200)
	f.Work()
	d := f.published(t)
	if !d.Open() || d.Latest != 1 || d.Version.Rows != 1200 || len(d.Version.Files) != len(datasets.Formats(d.Source)) {
		t.Fatalf("%+v %+v", d, d.Version)
	}
	records, err := csv.NewReader(bytes.NewReader(f.file(t, d, d.Version, "csv"))).ReadAll()
	must(t, err)
	if len(records) != 1201 || strings.Join(records[2], "|") != "2|coquelicot 2|1|2024-05-31|4.080002,44.12|true" {
		t.Errorf("%d records, the second %q", len(records), records[2])
	}
	if want := "'" + name(3); records[3][1] != want {
		t.Errorf("a cell that a spreadsheet would run: %q, want %q", records[3][1], want)
	}
	var collection struct {
		Features []struct {
			ID         string
			Geometry   struct{ Coordinates []float64 }
			Properties map[string]any
		}
	}
	must(t, json.Unmarshal(f.file(t, d, d.Version, "geojson"), &collection))
	third := collection.Features[2]
	if len(collection.Features) != 1200 || third.Properties["nom"] != name(3) || third.Geometry.Coordinates[0] != 4.080003 {
		t.Errorf("%d features, the third %+v", len(collection.Features), third)
	}
}

func TestLaterPublicationsAddVersionsAndOldOnesStay(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.Work()
	first := f.published(t)
	before := f.file(t, first, first.Version, "csv")
	f.meadow.count.Store(12)
	second := f.published(t)
	if second.Latest != 2 || second.Version.Rows != 12 || !second.Issued.Equal(first.Issued) {
		t.Errorf("%+v", second)
	}
	versions, err := f.service.Versions(f.Context, f.town, second)
	must(t, err)
	if len(versions) != 2 || versions[0].Number != 2 || versions[1].Rows != 10 {
		t.Fatalf("%+v", versions)
	}
	if after := f.file(t, second, &versions[1], "csv"); !bytes.Equal(before, after) {
		t.Error("the first version changed")
	}
	var out bytes.Buffer
	must(t, f.service.Export(f.Context, f.town, "fleurs", "csv", datasets.Filter{}, &out))
	if !bytes.Equal(out.Bytes(), f.file(t, second, second.Version, "csv")) {
		t.Error("an export without a filter is not the newest file")
	}
}

func TestTwoPublicationsAtOnceAreAConflict(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.publish(t)
	if _, err := f.service.Publish(f.Context, f.town, "fleurs", ""); !fault.Is(err, fault.Conflict) {
		t.Fatalf("a second publication: %v", err)
	}
	f.Work()
	if end := f.WaitFor(f.town.ID, datasets.Subject(f.get(t).ID)); end.State != "done" {
		t.Fatalf("%+v", end)
	}
	if f.published(t).Latest != 2 {
		t.Error("a publication after the end of the first is no conflict")
	}
}

func TestNothingToPublishIsRefused(t *testing.T) {
	t.Parallel()
	f := newField(t, 0)
	if _, err := f.service.Publish(f.Context, f.town, "fleurs", ""); !fault.Is(err, fault.Invalid) {
		t.Fatalf("publishing nothing: %v", err)
	}
	if d := f.get(t); d.State != datasets.Draft || d.Latest != 0 {
		t.Errorf("%+v", d)
	}
}

// A worker stopped in the middle of the rows leaves a job that the next process
// works again; the version then holds every row once.
func TestAPublicationStoppedMidwayIsResumed(t *testing.T) {
	t.Parallel()
	f := newField(t, 50_000)
	reached := make(chan struct{})
	var readings atomic.Int64 // each attempt reads twice: what is personal, then what is published
	f.meadow.at = func(ctx context.Context, n int64) error {
		if n == 1 {
			readings.Add(1)
		}
		if n == 40_000 && readings.Load() == 2 { // files are half-written by now
			close(reached)
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	}
	p := f.publish(t)
	must(t, f.Jobs.Start(f.Context))
	<-reached
	if _, err := f.service.GetOpen(f.Context, f.town, "fleurs"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a half-written version is for everybody: %v", err)
	}
	dying, cancel := context.WithCancel(t.Context())
	cancel() // no grace: running jobs are cancelled at once
	_ = f.Jobs.Stop(dying)
	second := f.secondWorker(t)
	defer func() { _ = second.Stop(context.Background()) }()
	if end := f.WaitFor(f.town.ID, p.Subject); end.State != "done" {
		t.Fatalf("%+v", end)
	}
	d := f.get(t)
	if readings.Load() != 4 || d.Latest != 1 || d.Version.Rows != 50_000 || len(d.Version.Files) != len(datasets.Formats(d.Source)) {
		t.Errorf("%d readings, %+v", readings.Load(), d.Version)
	}
	if lines := bytes.Count(f.file(t, d, d.Version, "csv"), []byte("\r\n")); lines != 50_001 {
		t.Errorf("%d lines", lines)
	}
}

// secondWorker is another process over the same database and files.
func (f *field) secondWorker(t *testing.T) *jobs.Service {
	t.Helper()
	queue := jobs.New(f.DB, f.Towns, f.Metrics, jobs.Settings{ShortWorkers: 1, HeavyWorkers: 1, StopTimeout: time.Second})
	service := datasets.New(datasets.Parts{DB: f.DB, Blobs: f.blobs, Jobs: queue}, f.meadow)
	must(t, queue.Register(service.Workers()...))
	must(t, queue.Open())
	must(t, queue.Start(f.Context))
	return queue
}

// kill -9 leaves the job "running" under a worker nobody is, and half a file
// under the version's key.
func TestAPublicationOfAKilledWorkerIsResumed(t *testing.T) {
	t.Parallel()
	f := newField(t, 100)
	p := f.publish(t)
	key := blob.Key(f.town.ID, "datasets", strings.TrimPrefix(p.Subject, "dataset/"), "1", "csv")
	_, err := f.blobs.Store.Put(f.Context, key, strings.NewReader("id,nom\r\n1,coq"))
	must(t, err)
	_, err = f.DB.Pool().Exec(t.Context(),
		`UPDATE river.river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = ARRAY['dead-worker']`)
	must(t, err)
	f.Work()
	if end := f.WaitFor(f.town.ID, p.Subject); end.State != "done" {
		t.Fatalf("%+v", end)
	}
	d := f.get(t)
	if lines := bytes.Count(f.file(t, d, d.Version, "csv"), []byte("\r\n")); d.Latest != 1 || lines != 101 {
		t.Errorf("version %d, %d lines", d.Latest, lines)
	}
}

func TestARefusedPublicationLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	f := newField(t, 50_000)
	f.meadow.at = func(_ context.Context, n int64) error {
		if n == 45_000 {
			return fault.New(fault.Invalid, "datasets.fault.metadata")
		}
		return nil
	}
	f.Work()
	p := f.publish(t)
	if end := f.WaitFor(f.town.ID, p.Subject); !end.Failed() {
		t.Fatalf("%+v", end)
	}
	d := f.get(t)
	// One file a format of the closed list, whether the dataset has it or not.
	if d.State != datasets.Draft || d.Latest != 0 || f.blobs.deletes.Load() != 14 {
		t.Errorf("%+v, %d files removed", d, f.blobs.deletes.Load())
	}
	f.meadow.at = nil
	if f.published(t).Latest != 1 {
		t.Error("the number of a refused publication is lost")
	}
}

func TestACancelledPublicationMayStartAgain(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	p := f.publish(t)
	must(t, f.Jobs.Cancel(f.Context, f.town.ID, p.Subject))
	f.Work()
	if end := f.WaitFor(f.town.ID, p.Subject); end.State != "cancelled" {
		t.Fatalf("%+v", end)
	}
	if d := f.published(t); d.Latest != 1 {
		t.Errorf("version %d", d.Latest)
	}
}

func TestAWithdrawnDatasetSaysWhy(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.Work()
	if err := f.service.Withdraw(f.Context, f.town, "fleurs", "erreur"); !fault.Is(err, fault.Conflict) {
		t.Errorf("withdrawing what is not published: %v", err)
	}
	f.published(t)
	if err := f.service.Withdraw(f.Context, f.town, "fleurs", "  "); !fault.Is(err, fault.Invalid) {
		t.Errorf("withdrawing without a reason: %v", err)
	}
	must(t, f.service.Withdraw(f.Context, f.town, "fleurs", "positions fausses"))
	_, err := f.service.GetOpen(f.Context, f.town, "fleurs")
	if !fault.Is(err, fault.Gone) || fault.From(err).Args["Reason"] != "positions fausses" {
		t.Errorf("%v", err)
	}
	if d := f.published(t); d.Latest != 2 || d.Reason != "" {
		t.Errorf("published again: %+v", d)
	}
}

func TestTownsKnowNothingOfEachOthersDatasets(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.Work()
	d := f.published(t)
	other := f.Town("bayonne")
	if theirs, err := f.service.Get(f.Context, other, "fleurs"); err != nil || theirs.State != datasets.Draft || theirs.Version != nil {
		t.Errorf("%+v %v", theirs, err)
	}
	if versions, err := f.service.Versions(f.Context, other, d); err != nil || len(versions) != 0 {
		t.Errorf("versions under another town's dataset: %+v %v", versions, err)
	}
	if _, _, err := f.service.OpenFile(f.Context, other, d, d.Version, "csv"); !fault.Is(err, fault.NotFound) {
		t.Errorf("another town's file: %v", err)
	}
	if list, err := f.service.Recent(f.Context, other, 10); err != nil || len(list) != 0 {
		t.Errorf("%+v %v", list, err)
	}
}

func TestLocalesAreEmbedded(t *testing.T) {
	t.Parallel()
	if _, err := fs.Stat((&datasets.Service{}).Locales(), "locales/fr.yaml"); err != nil {
		t.Fatal(err)
	}
}

// Not parallel: other tests would move the heap.
func TestMemoryIsFlatWhateverTheRows(t *testing.T) {
	f := newField(t, 400_000)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var early, late uint64
	f.meadow.at = func(_ context.Context, n int64) error {
		switch n {
		case 100_000: // past the rows that Parquet keeps before it writes them
			early = heap()
		case 399_000:
			late = heap()
		}
		return nil
	}
	f.Work()
	d := f.published(t)
	if d.Version.Rows != 400_000 || early == 0 {
		t.Fatalf("%+v", d.Version)
	}
	// Two formats keep each row's box for the index that stands before the rows, and
	// one the length of each: 52 bytes, and what growing leaves unused.
	if late > early+8<<20+300_000*80 {
		t.Errorf("the heap grew from %d to %d bytes between row 100,000 and row 399,000", early, late)
	}
	t.Logf("heap %d kB, then %d kB; files of %d and %d bytes", early>>10, late>>10, d.Version.Files[0].Size, d.Version.Files[1].Size)
}
