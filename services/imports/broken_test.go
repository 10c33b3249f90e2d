package imports_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
)

// fullDisk refuses to store the files whose key holds full.
type fullDisk struct {
	blob.Store
	full string
}

func (d *fullDisk) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	if !strings.Contains(key, d.full) {
		return d.Store.Put(ctx, key, r)
	}
	// Room for a few bytes, as on a real disk.
	_, err := d.Store.Put(ctx, key, io.MultiReader(io.LimitReader(r, 10), broken{syscall.ENOSPC}))
	return 0, err
}

// broken fails at the first read.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestAFullDiskRefusesTheUploadAndKeepsNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *imports.Parts) { p.Blobs = &fullDisk{p.Blobs, "fichier"} })
	r.As(r.agent).Upload("/api/v1/ales/imports", "bancs.csv", []byte(file(5)), url.Values{"target": {importtest.Code}}).
		Want(503).Has("Il n’y a plus de place sur le serveur. Rien n’a été enregistré")
	r.leavesNothing()
}

func TestADiskThatFillsDuringTheCheckIsSaid(t *testing.T) {
	t.Parallel()
	var disk *fullDisk
	r := newRig(t, func(p *imports.Parts) { disk = &fullDisk{p.Blobs, "problemes"}; p.Blobs = disk })
	r.Work()
	sent, err := r.submit("bancs.csv", file(5)+strings.Repeat("B-9;bois;1;45;;;;\n", 3000))
	if err != nil {
		t.Fatal(err)
	}
	i := r.wait(sent.ID)
	if i.State != imports.Failed || i.Fault == nil || i.Fault.Key != "fault.disk_full" {
		t.Fatalf("state %s, fault %v", i.State, i.Fault)
	}
	disk.full = "nowhere" // somebody made room
	if _, err := r.service.Check(r.ctx(), r.caller(), i.ID); err != nil {
		t.Fatal(err)
	}
	if i = r.wait(i.ID); i.State != imports.Ready || i.Counts.Rows != 3005 {
		t.Errorf("state %s, counts %+v once there is room", i.State, i.Counts)
	}
}

func TestACancelledUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	half := io.MultiReader(strings.NewReader(file(500)[:9000]), broken{io.ErrUnexpectedEOF})
	_, err := r.service.Upload(r.ctx(), r.caller(), "bancs.csv", half)
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("an upload cut off: %v", err)
	}
	r.leavesNothing()

	gone, leave := context.WithCancel(r.ctx())
	leaving := io.MultiReader(strings.NewReader(file(50)), readerFunc(func([]byte) (int, error) { leave(); return 0, nil }))
	if _, err := r.service.Upload(gone, r.caller(), "bancs.csv", leaving); err == nil {
		t.Error("an upload whose sender left was kept")
	}
	r.leavesNothing()

	// Over HTTP: a body that ends before its last boundary.
	body := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.csv\"\r\n\r\n" + file(50)
	request := r.As(r.agent).Request("POST", "/api/v1/ales/imports", bytes.NewBufferString(body), "Content-Type", "multipart/form-data; boundary=x")
	r.As(r.agent).Do(request).Want(422).Has("L’envoi a été interrompu et rien n’a été gardé")
	r.leavesNothing()
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestOfTwoCommitsAtOnceOneIsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, errA := r.submit("a.csv", file(5))
	b, errB := r.submit("b.csv", file(6))
	if err := errors.Join(errA, errB); err != nil {
		t.Fatal(err)
	}
	r.Work()
	r.wait(a.ID)
	r.wait(b.ID)
	hold := make(chan struct{})
	r.benches.BeforeMerge = func(ctx context.Context, _ *db.Tx) error {
		select {
		case <-hold:
		case <-ctx.Done():
		}
		return nil
	}
	var refused atomic.Int32
	var both sync.WaitGroup
	for _, i := range []*imports.Import{a, b} {
		both.Go(func() {
			answer := r.As(r.agent).JSON("POST", "/api/v1/ales/imports/"+i.ID.String()+"/commit", nil)
			if answer.Status == 409 {
				refused.Add(1)
				answer.Has("Un autre import est en cours de chargement")
			} else {
				answer.Want(202)
			}
		})
	}
	both.Wait()
	close(hold)
	if refused.Load() != 1 {
		t.Fatalf("%d of two commits refused, want exactly one", refused.Load())
	}
	first, second := r.wait(a.ID), r.wait(b.ID)
	if committed := first.State == imports.Committed; committed == (second.State == imports.Committed) {
		t.Errorf("states %s and %s", first.State, second.State)
	}
	// The other may go on now, and doubles nothing.
	for _, i := range []*imports.Import{first, second} {
		if i.State == imports.Ready {
			if _, err := r.service.Commit(r.ctx(), r.caller(), i.ID, false); err != nil {
				t.Fatal(err)
			}
			r.wait(i.ID)
		}
	}
	if n := r.benchesStored(); n != 6 {
		t.Errorf("%d benches, want 6", n)
	}
}

func TestAConnectionKilledInMidCommitIsTriedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var tries atomic.Int32
	r.benches.AfterMerge = func(ctx context.Context, tx *db.Tx) error {
		if tries.Add(1) > 1 {
			return nil
		}
		var pid int
		if err := tx.QueryRow(ctx, `SELECT pg_backend_pid()`).Scan(&pid); err != nil {
			return err
		}
		importtest.Terminate(t, r.AdminDB, pid) //nolint:contextcheck // the test has its own
		_, err := tx.Exec(ctx, `SELECT 1`)
		return err
	}
	r.Work()
	i := r.load(imports.Committed, file(40), andCommit)
	is(t, i.Counts, 40, 40, 0, 0, 0)
	if tries.Load() != 2 || r.benchesStored() != 40 {
		t.Errorf("%d benches after %d tries", r.benchesStored(), tries.Load())
	}
}

func TestACommitWorkedTwiceIsDoneOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	i := r.load(imports.Committed, file(10), andCommit)
	// As if the worker had died between the commit and the end of its job.
	importtest.Admin(t, r.AdminDB, `UPDATE river.river_job SET state = 'available', finalized_at = NULL, attempt = 1 WHERE kind = 'imports.commit'`)
	r.waitForJobs()
	if again := r.wait(i.ID); again.State != imports.Committed || again.Counts != i.Counts {
		t.Errorf("state %s, counts %+v after a second run", again.State, again.Counts)
	}
	if n := r.count(`SELECT count(*) FROM audit.event WHERE action = 'imports.commit'`); n != 1 || r.benchesStored() != 10 {
		t.Errorf("%d commits on record, %d benches", n, r.benchesStored())
	}
}

func TestAPersonStopsARunningJob(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		during, want imports.State
		hook         func(*importtest.Benches, func(context.Context) error)
	}{
		"a check, in the middle of the rows": {imports.Checking, imports.Analysed, func(b *importtest.Benches, reached func(context.Context) error) {
			b.OnRow = func(int) error { <-time.After(20 * time.Millisecond); return reached(nil) }
		}},
		"a commit, inside a long statement": {imports.Committing, imports.Ready, func(b *importtest.Benches, reached func(context.Context) error) {
			b.BeforeMerge = func(ctx context.Context, tx *db.Tx) error {
				_ = reached(ctx)
				_, err := tx.Exec(ctx, `SELECT pg_sleep(30)`)
				return err
			}
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			at := make(chan struct{})
			var once sync.Once
			test.hook(r.benches, func(context.Context) error { once.Do(func() { close(at) }); return nil })
			r.Work()
			i, err := r.submit("bancs.csv", file(2000), andCommit)
			if err != nil {
				t.Fatal(err)
			}
			<-at
			r.As(r.agent).Post("/ales/espace/imports/"+i.ID.String()+"/abandonner", nil).Want(303)
			if i = r.wait(i.ID); i.State != test.want || i.Fault != nil {
				t.Errorf("state %s, fault %v; want %s", i.State, i.Fault, test.want)
			}
			if n := r.benchesStored(); n != 0 {
				t.Errorf("%d benches written by a job that was stopped", n)
			}
		})
	}
}

func TestNothingChangesUnderARunningCheck(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	i, err := r.submit("bancs.csv", file(5)) // waits for a worker
	if err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"mapping": func() error {
			_, err := r.service.SetMapping(r.ctx(), r.caller(), i.ID, imports.Changes{Mapping: i.Mapping})
			return err
		},
		"check":  func() error { _, err := r.service.Check(r.ctx(), r.caller(), i.ID); return err },
		"commit": func() error { _, err := r.service.Commit(r.ctx(), r.caller(), i.ID, false); return err },
		"undo":   func() error { _, err := r.service.Undo(r.ctx(), r.caller(), i.ID); return err },
	} {
		if err := do(); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s during a check: %v", name, err)
		}
	}
	r.Work()
	if i = r.wait(i.ID); i.State != imports.Ready {
		t.Errorf("state %s", i.State)
	}
}

func TestGivingUpDeletesTheFile(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	i := r.load(imports.Ready, file(5))
	if _, err := r.service.Cancel(r.ctx(), r.caller(), i.ID); err != nil {
		t.Fatal(err)
	}
	if n := r.filesStored(); n != 0 {
		t.Errorf("%d files left of an import given up", n)
	}
	for name, do := range map[string]func() error{
		"commit": func() error { _, err := r.service.Commit(r.ctx(), r.caller(), i.ID, false); return err },
		"check":  func() error { _, err := r.service.Check(r.ctx(), r.caller(), i.ID); return err },
		"undo":   func() error { _, err := r.service.Undo(r.ctx(), r.caller(), i.ID); return err },
	} {
		if err := do(); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s of an import given up: %v", name, err)
		}
	}
}
