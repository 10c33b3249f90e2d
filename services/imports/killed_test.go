package imports_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
	"acvdata/services/jobs"
	"acvdata/services/obs"
	"acvdata/tenants/directory"
)

// The environment of the worker that the tests kill.
const (
	workerDatabase = "ACV_TEST_WORKER_DATABASE"
	workerFiles    = "ACV_TEST_WORKER_FILES"
	workerHalt     = "ACV_TEST_WORKER_HALT" // where it stands still: check, before or after
)

const halted = "halted here"

// TestMain lets the test binary be a worker of its own, so that one can really
// be killed.
func TestMain(m *testing.M) {
	if url := os.Getenv(workerDatabase); url != "" {
		fmt.Fprintln(os.Stderr, workUntilKilled(url))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// workUntilKilled works jobs until it reaches the place it was told, then stands
// still with its transaction open.
func workUntilKilled(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{URL: url})
	if err != nil {
		return err
	}
	files, err := blob.Open("file://" + os.Getenv(workerFiles))
	if err != nil {
		return err
	}
	stand := func(context.Context, *db.Tx) error {
		fmt.Println(halted)
		select {}
	}
	benches := &importtest.Benches{}
	switch os.Getenv(workerHalt) {
	case "check":
		benches.OnRow = func(line int) error {
			if line < 1500 {
				return nil
			}
			return stand(ctx, nil)
		}
	case "before":
		benches.BeforeMerge = stand
	case "after":
		benches.AfterMerge = stand
	}
	metrics := obs.NewMetrics()
	queue := jobs.New(d, directory.New(d), metrics, jobs.Settings{ShortWorkers: 2, HeavyWorkers: 2, StopTimeout: time.Second})
	parts := imports.Parts{DB: d, Blobs: files, Jobs: queue, Metrics: metrics}
	reading(true)(&parts)
	service := imports.New(parts, benches)
	policy, err := authz.NewPolicy(append(imports.NewModule(service).Manifest().Permissions, benches.Manifest().Permissions...)...)
	if err != nil {
		return err
	}
	service.Policy = func() *authz.Policy { return policy }
	if err := queue.Register(service.Kinds()...); err != nil {
		return err
	}
	if err := queue.Open(); err != nil {
		return err
	}
	if err := queue.Start(ctx); err != nil {
		return err
	}
	select {}
}

func TestAWorkerKilledAtAnyPointLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	for name, halt := range map[string]string{
		"in the middle of a check":              "check",
		"in a commit, before anything is there": "before",
		"in a commit, when everything is there": "after",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			i, err := r.submit("bancs.csv", file(2000), andCommit)
			if err != nil {
				t.Fatal(err)
			}
			r.killWorkerAt(halt)
			if n := r.benchesStored(); n != 0 {
				t.Fatalf("%d benches are seen of a commit that was killed", n)
			}
			r.Work() // finds at once that the other is dead
			i = r.wait(i.ID)
			if i.State != imports.Committed {
				t.Fatalf("state %s, fault %v", i.State, i.Fault)
			}
			is(t, i.Counts, 2000, 2000, 0, 0, 0)
			if n := r.benchesStored(); n != 2000 {
				t.Errorf("%d benches, want 2000", n)
			}
			if n := r.count(`SELECT count(*) FROM audit.event WHERE action = 'imports.commit'`); n != 1 {
				t.Errorf("%d commits on record, want 1", n)
			}
		})
	}
}

// killWorkerAt runs a worker in a process of its own and kills it, without a
// word of warning, where it stands still.
func (r *rig) killWorkerAt(halt string) {
	r.t.Helper()
	r.killWorker(halt, nil)
}

// killWorker is killWorkerAt; when reached is given, it says where the worker
// stands instead of the worker itself.
func (r *rig) killWorker(halt string, reached <-chan struct{}) {
	r.t.Helper()
	command := exec.CommandContext(r.t.Context(), os.Args[0])
	command.Env = append(os.Environ(), workerDatabase+"="+r.AdminDB, workerFiles+"="+r.blobs, workerHalt+"="+halt)
	output, err := command.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	var said strings.Builder
	command.Stderr = &said
	if err := command.Start(); err != nil {
		r.t.Fatal(err)
	}
	lines, there := bufio.NewScanner(output), false
	if reached != nil {
		select {
		case <-reached:
			there = true
		case <-time.After(time.Minute):
		}
	}
	for reached == nil && !there && lines.Scan() {
		there = lines.Text() == halted
	}
	if err := command.Process.Kill(); err != nil {
		r.t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, output)
	_ = command.Wait()
	if !there {
		r.t.Fatalf("the worker never came to %q: %s", halt, said.String())
	}
}

func TestAWorkerKilledOnTheWayOfAFollowedFileLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	for name, halt := range map[string]string{
		"in the middle of the download":         "download",
		"in the middle of the check":            "check",
		"in a commit, before anything is there": "before",
		"in a commit, when everything is there": "after",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := follow(t, file(2000))
			f.waitForJobs()
			if err := f.Jobs.Stop(f.Context); err != nil {
				t.Fatal(err)
			}
			var reached chan struct{}
			f.site.publishes(strings.Replace(file(2001), "B-00003;bois", "B-00003;métal", 1), func(g *gazette) {
				if halt == "download" {
					reached = make(chan struct{})
					g.stalls = reached
				}
			})
			if err := f.service.CheckNow(f.ctx(), f.caller(), f.watch); err != nil {
				t.Fatal(err)
			}
			f.killWorker(halt, reached)
			if n := f.benchesStored(); n != 2000 {
				t.Fatalf("%d benches are seen of a load that was killed", n)
			}
			f.site.publishes(f.site.content, func(g *gazette) { g.stalls = nil })
			f.Work() // finds at once that the other is dead
			c := f.last()
			if c.State != imports.CheckLoaded {
				t.Fatalf("%s: %+v", c.State, c.Note)
			}
			is(t, c.Loaded, 2001, 1, 1, 1999, 0)
			f.waitForJobs()
			for query, want := range map[string]int64{
				`SELECT count(*) FROM benches.bench`:                               2001,
				`SELECT count(*) FROM audit.event WHERE action = 'imports.commit'`: 2,
				`SELECT count(*) FROM imports.import`:                              2,
				`SELECT count(*) FROM imports.watch_check`:                         1,
				`SELECT count(*) FROM imports.import WHERE state <> 'committed'`:   0,
				`SELECT count(*) FROM river.river_job WHERE kind = 'mail.send'`:    0,
			} {
				if n := f.count(query); n != want {
					t.Errorf("%s: %d, want %d", query, n, want)
				}
			}
		})
	}
}

// TestAFollowedFileWhoseJobWasGivenUpIsReadAgain: the worker was killed in the
// check of the file until the queue gave it up.
func TestAFollowedFileWhoseJobWasGivenUpIsReadAgain(t *testing.T) {
	t.Parallel()
	f := follow(t, file(2000))
	f.waitForJobs()
	if err := f.Jobs.Stop(f.Context); err != nil {
		t.Fatal(err)
	}
	f.site.publishes(file(2001))
	if err := f.service.CheckNow(f.ctx(), f.caller(), f.watch); err != nil {
		t.Fatal(err)
	}
	f.killWorker("check", nil)
	discard(f.rig)
	if err := f.service.Sweep(f.Context); err != nil {
		t.Fatal(err)
	}
	if c := f.last(); c.State != imports.CheckFailed || c.Note.Key != "imports.fault.interrupted" {
		t.Fatalf("%s: %+v", c.State, c.Note)
	}
	f.Work()
	if c := f.later(48 * time.Hour); c.State != imports.CheckLoaded {
		t.Fatalf("%s: %+v", c.State, c.Note)
	}
	if n := f.benchesStored(); n != 2001 {
		t.Errorf("%d benches", n)
	}
}
