package jobs_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/services/obs"
	"acvdata/tenants"
	"acvdata/tenants/directory"
)

// plant is a job that writes one audit event: an effect a rollback undoes.
type plant struct {
	Subject string `json:"subject"`
}

func (plant) Kind() string { return "test.plant" }

type bench struct {
	db      *db.DB
	service *jobs.Service
	town    *tenants.Tenant
}

// newBench makes a service that works plant with the given function.
func newBench(t *testing.T, work jobs.Work[plant]) *bench {
	t.Helper()
	d := dbtest.New(t)
	b := &bench{db: d, town: dbtest.Town(t, d, "ales")}
	b.service = newService(t, d, work)
	return b
}

func newService(t *testing.T, d *db.DB, work jobs.Work[plant]) *jobs.Service {
	t.Helper()
	s := jobs.New(d, directory.New(d), obs.NewMetrics(), jobs.Settings{ShortWorkers: 2, HeavyWorkers: 1, StopTimeout: time.Second})
	kind := jobs.Define(jobs.Options{Timeout: 30 * time.Second, MaxAttempts: 3, Subject: jobs.SubjectOf(func(p plant) string { return p.Subject })}, work)
	if err := s.Register(kind); err != nil {
		t.Fatal(err)
	}
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	return s
}

func (b *bench) start(t *testing.T) {
	t.Helper()
	if err := b.service.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.service.Stop(context.Background()) })
}

func (b *bench) enqueue(t *testing.T, subject string) {
	t.Helper()
	err := b.db.InTenant(t.Context(), b.town.ID, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Enqueue(ctx, plant{Subject: subject})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bench) wait(t *testing.T, subject string, until func(*jobs.Progress) bool) *jobs.Progress {
	t.Helper()
	changed, stop := b.service.Watch(b.town.ID, subject)
	defer stop()
	deadline := time.After(30 * time.Second)
	for {
		p, err := b.service.Progress(t.Context(), b.town.ID, subject)
		if err == nil && until(p) {
			return p
		}
		select {
		case <-changed:
		case <-time.After(100 * time.Millisecond):
		case <-deadline:
			t.Fatalf("waited too long: %+v %v", p, err)
		}
	}
}

func over(p *jobs.Progress) bool { return p.Over() }

func TestAJobExistsOnlyIfItsTransactionCommits(t *testing.T) {
	t.Parallel()
	var ran atomic.Int64
	b := newBench(t, func(context.Context, *jobs.Task, plant) error { ran.Add(1); return nil })
	stop := errors.New("stop")
	err := b.db.InTenant(t.Context(), b.town.ID, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Enqueue(ctx, plant{Subject: "a"}); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if _, err := b.service.Progress(t.Context(), b.town.ID, "a"); !fault.Is(err, fault.NotFound) {
		t.Errorf("the progress of a job that never was: %v", err)
	}
	b.enqueue(t, "b")
	b.start(t)
	b.wait(t, "b", over)
	if ran.Load() != 1 {
		t.Errorf("%d jobs ran, want 1", ran.Load())
	}
}

func TestProgressTellsRowsRateAndEnd(t *testing.T) {
	t.Parallel()
	proceed := make(chan struct{})
	b := newBench(t, func(ctx context.Context, task *jobs.Task, _ plant) error {
		task.Progress.Phase(ctx, "test.phase", 100)
		<-time.After(300 * time.Millisecond) // reports are held back for as long
		task.Progress.Done(ctx, 40)
		<-proceed
		return nil
	})
	b.enqueue(t, "a")
	if p, err := b.service.Progress(t.Context(), b.town.ID, "a"); err != nil || p.State != "queued" {
		t.Fatalf("before the work: %+v %v", p, err)
	}
	b.start(t)
	p := b.wait(t, "a", func(p *jobs.Progress) bool { return p.Done == 40 })
	if p.Total != 100 || p.Phase != "test.phase" || p.Rate <= 0 || p.Left <= 0 {
		t.Errorf("while working: %+v", p)
	}
	close(proceed)
	if p := b.wait(t, "a", over); p.State != "done" || p.Done != 100 {
		t.Errorf("at the end: %+v", p)
	}
}

func TestARefusalEndsTheJobAndSaysWhy(t *testing.T) {
	t.Parallel()
	var attempts atomic.Int64
	b := newBench(t, func(context.Context, *jobs.Task, plant) error {
		attempts.Add(1)
		return fault.New(fault.Invalid, "test.refused", fault.With(fault.Args{"Line": 12}))
	})
	b.enqueue(t, "a")
	b.start(t)
	p := b.wait(t, "a", over)
	if !p.Failed() || p.Fault.Key != "test.refused" || p.Fault.Args["Line"] != float64(12) {
		t.Errorf("progress %+v fault %+v", p, p.Fault)
	}
	if attempts.Load() != 1 {
		t.Errorf("a refusal was tried %d times", attempts.Load())
	}
}

func TestAnErrorIsTriedAgain(t *testing.T) {
	t.Parallel()
	var attempts atomic.Int64
	b := newBench(t, func(context.Context, *jobs.Task, plant) error {
		if attempts.Add(1) == 1 {
			panic("first time unlucky")
		}
		return nil
	})
	b.enqueue(t, "a")
	b.start(t)
	if p := b.wait(t, "a", over); p.State != "done" || attempts.Load() != 2 {
		t.Errorf("after %d attempts: %+v", attempts.Load(), p)
	}
}

func TestCancelStopsARunningJob(t *testing.T) {
	t.Parallel()
	started := make(chan struct{})
	b := newBench(t, func(ctx context.Context, task *jobs.Task, _ plant) error {
		close(started)
		for i := int64(0); ; i++ {
			task.Progress.Done(ctx, i)
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(20 * time.Millisecond):
			}
		}
	})
	b.enqueue(t, "a")
	b.start(t)
	<-started
	if err := b.service.Cancel(t.Context(), b.town.ID, "a"); err != nil {
		t.Fatal(err)
	}
	if p := b.wait(t, "a", over); p.State != "cancelled" {
		t.Errorf("state %q", p.State)
	}
	if err := b.service.Cancel(t.Context(), b.town.ID, "a"); !fault.Is(err, fault.Conflict) {
		t.Errorf("cancelling what is over: %v", err)
	}
}

func TestCancelBeforeTheStartMeansNeverRunning(t *testing.T) {
	t.Parallel()
	var ran atomic.Bool
	b := newBench(t, func(context.Context, *jobs.Task, plant) error { ran.Store(true); return nil })
	b.enqueue(t, "a")
	if err := b.service.Cancel(t.Context(), b.town.ID, "a"); err != nil {
		t.Fatal(err)
	}
	b.start(t)
	if p := b.wait(t, "a", over); p.State != "cancelled" || ran.Load() {
		t.Errorf("state %q, ran %v", p.State, ran.Load())
	}
}

// A worker that dies leaves a running job behind; the next one takes it over at
// once, and the effect is there once.
func TestAJobOfADeadWorkerIsTakenOver(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(ctx context.Context, task *jobs.Task, _ plant) error {
		return insertEvent(ctx, task)
	})
	b.enqueue(t, "a")
	// What a killed process leaves: running, attempted by a name no lock is held for.
	_, err := b.db.Pool().Exec(t.Context(),
		`UPDATE river.river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = ARRAY['dead-worker']`)
	if err != nil {
		t.Fatal(err)
	}
	theDB.Store(b.db)
	b.start(t)
	if p := b.wait(t, "a", over); p.State != "done" {
		t.Errorf("state %q", p.State)
	}
}

var theDB atomic.Pointer[db.DB]

func insertEvent(ctx context.Context, task *jobs.Task) error {
	return theDB.Load().InTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO audit.event (tenant_id, id, action) VALUES ($1, $2, 'test')`, task.Tenant, uuid.New())
		return err
	})
}

// A worker that lives keeps its jobs: a second process does not steal them.
func TestARunningJobOfALivingWorkerIsLeftAlone(t *testing.T) {
	t.Parallel()
	var runs atomic.Int64
	proceed := make(chan struct{})
	work := func(context.Context, *jobs.Task, plant) error { runs.Add(1); <-proceed; return nil }
	b := newBench(t, work)
	b.enqueue(t, "a")
	b.start(t)
	b.wait(t, "a", func(p *jobs.Progress) bool { return p.State == "running" })
	second := newService(t, b.db, work)
	if err := second.Start(t.Context()); err != nil { // adopts orphans before it works
		t.Fatal(err)
	}
	defer func() { _ = second.Stop(context.Background()) }()
	<-time.After(300 * time.Millisecond) // time in which it might steal
	close(proceed)
	b.wait(t, "a", over)
	if runs.Load() != 1 {
		t.Errorf("the job ran %d times", runs.Load())
	}
}

func TestTownsDoNotSeeEachOthersProgress(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(context.Context, *jobs.Task, plant) error { return nil })
	other := dbtest.Town(t, b.db, "bayonne")
	b.enqueue(t, "a")
	if _, err := b.service.Progress(t.Context(), other.ID, "a"); !fault.Is(err, fault.NotFound) {
		t.Errorf("another town reads the progress: %v", err)
	}
	if err := b.service.Cancel(t.Context(), other.ID, "a"); !fault.Is(err, fault.Conflict) {
		t.Errorf("another town cancels the job: %v", err)
	}
}
