package webhooks_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/apptest"
	"acvdata/services/db"
	"acvdata/services/jobs"
	"acvdata/services/obs"
	"acvdata/services/webhooks"
	"acvdata/tenants/directory"
)

// workerDatabase is the environment of the worker that the tests kill.
const workerDatabase = "ACV_TEST_WORKER_DATABASE"

// TestMain lets the test binary be a worker of its own, so that one can really
// be killed.
func TestMain(m *testing.M) {
	if url := os.Getenv(workerDatabase); url != "" {
		fmt.Fprintln(os.Stderr, workUntilKilled(url))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func workUntilKilled(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{URL: url})
	if err != nil {
		return err
	}
	towns := directory.New(d)
	queue := jobs.New(d, towns, obs.NewMetrics(), jobs.Settings{ShortWorkers: 2, HeavyWorkers: 1, StopTimeout: time.Second})
	hooks := webhooks.Make(webhooks.Parts{DB: d, Towns: towns, BaseURL: apptest.BaseURL, AllowPrivate: true})
	if err := queue.Register(hooks.Workers()...); err != nil {
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

// worker starts one in a process of its own; kill ends it without a word of
// warning.
func (r *rig) worker() (kill func()) {
	r.t.Helper()
	command := exec.CommandContext(r.t.Context(), os.Args[0])
	command.Env = append(os.Environ(), workerDatabase+"="+r.AdminDB)
	var said strings.Builder
	command.Stderr = &said
	if err := command.Start(); err != nil {
		r.t.Fatal(err)
	}
	ended := false
	kill = func() {
		if ended {
			return
		}
		ended = true
		_ = command.Process.Kill()
		_ = command.Wait()
		if r.t.Failed() {
			r.t.Log(said.String())
		}
	}
	r.t.Cleanup(kill)
	return kill
}

// admin is a connection that row-level security does not bind.
func (r *rig) admin() *pgx.Conn {
	r.t.Helper()
	conn, err := pgx.Connect(r.t.Context(), r.AdminDB)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func (r *rig) exec(statement string) {
	r.t.Helper()
	if tag, err := r.admin().Exec(r.t.Context(), statement); err != nil || strings.HasPrefix(statement, "UPDATE") && tag.RowsAffected() != 1 {
		r.t.Fatal(statement, tag, err)
	}
}

func (r *rig) count(query string) (n int) {
	r.t.Helper()
	if err := r.admin().QueryRow(r.t.Context(), query).Scan(&n); err != nil {
		r.t.Fatal(err)
	}
	return n
}

// hold locks rows until release.
func (r *rig) hold(query string) (release func()) {
	r.t.Helper()
	conn := r.admin()
	tx, err := conn.Begin(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := tx.Exec(r.t.Context(), query); err != nil {
		r.t.Fatal(err)
	}
	return func() { _ = tx.Rollback(context.Background()) }
}

// happened waits for something the server does in its own time.
func (r *rig) happened(what, query string) {
	r.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); r.count(query) == 0; <-time.After(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatal("never ", what)
		}
	}
}

const (
	lastAttempt = `UPDATE river.river_job SET attempt = max_attempts - 1 WHERE kind = 'webhooks.deliver'`
	writing     = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%UPDATE webhooks.delivery%'`
	unfinished  = `SELECT count(*) FROM river.river_job WHERE kind = 'webhooks.deliver' AND finalized_at IS NULL`
	noneLeft    = `SELECT CASE WHEN EXISTS (SELECT FROM river.river_job WHERE kind = 'webhooks.deliver' AND finalized_at IS NULL) THEN 0 ELSE 1 END`
)

// The worker is killed in the last attempt a delivery has, at three points.
func TestAWorkerKilledInTheLastAttemptLeavesNothingWaiting(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hold  string // what is kept from being written until the worker is dead
		sent  bool   // from when the message arrived on; before, the worker could not start
		until string // it is there
		heard int    // messages that reach the program, all of one identifier
	}{
		"before it is sent": {
			hold: `LOCK TABLE webhooks.hook IN ACCESS EXCLUSIVE MODE`, heard: 1,
			until: strings.ReplaceAll(writing, "UPDATE webhooks.delivery", "FROM webhooks.hook"),
		},
		"sent, and not written down": {
			hold: `SELECT FROM webhooks.delivery FOR UPDATE`, heard: 2, until: writing,
		},
		"written down, and not known to the queue": {
			hold: `SELECT FROM river.river_job FOR UPDATE`, heard: 1, sent: true,
			until: `SELECT count(*) FROM webhooks.delivery WHERE state = 'delivered'`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, true)
			program := listen(t, 204)
			_, id := r.create(r.ales, program.URL)
			r.happen(r.ales, "verger.recolte", nil)
			r.exec(lastAttempt)
			var release func()
			if !c.sent {
				release = r.hold(c.hold)
			}
			kill := r.worker()
			if c.sent {
				program.wait(t)
				release = r.hold(c.hold)
			}
			r.happened(name, c.until)
			kill()
			release()
			r.Work() // finds at once that the other is dead
			r.until(r.ales, id, "delivered", func(h webhooks.Hook, d webhooks.Delivery) bool {
				return d.State == webhooks.Delivered && d.Attempts == 1 && h.Failures == 0
			})
			r.happened("done for the queue", noneLeft)
			program.alike(t, c.heard)
		})
	}
}

// alike wants so many messages, under one identifier.
func (r *receiver) alike(t *testing.T, heard int) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.heard) != heard {
		t.Errorf("%d messages, want %d", len(r.heard), heard)
	}
	for _, request := range r.heard {
		if request.Header.Get("Webhook-Id") != r.heard[0].Header.Get("Webhook-Id") {
			t.Error("two identifiers for one event")
		}
	}
}

// abandoned makes a delivery that waits and whose job ended: what the last
// attempt found could not be written, so that the queue gave the job up.
func (r *rig) abandoned(url string) (hook uuid.UUID) {
	r.t.Helper()
	_, hook = r.create(r.ales, url)
	r.exec(`CREATE FUNCTION webhooks.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$`)
	r.exec(`CREATE TRIGGER full_disk BEFORE UPDATE OF attempts ON webhooks.delivery FOR EACH ROW EXECUTE FUNCTION webhooks.full_disk()`)
	r.happen(r.ales, "verger.recolte", nil)
	r.exec(lastAttempt)
	r.Work()
	r.happened("given up by the queue", `SELECT count(*) FROM river.river_job WHERE state = 'discarded'`)
	r.exec(`DROP TRIGGER full_disk ON webhooks.delivery`)
	r.until(r.ales, hook, "waiting for nothing", func(_ webhooks.Hook, d webhooks.Delivery) bool { return d.State == webhooks.Queued })
	return hook
}

func (r *rig) sweep() {
	r.t.Helper()
	err := r.DB.InTenant(r.in(r.bayonne), r.bayonne.ID, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Enqueue(ctx, webhooks.SweepJob{})
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.happened("swept", `SELECT count(*) FROM river.river_job WHERE kind = 'webhooks.sweep' AND state = 'completed'`)
	r.exec(`DELETE FROM river.river_job WHERE kind = 'webhooks.sweep'`)
}

func TestADeliveryThatTheQueueGaveUpIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, true)
	program := listen(t, 200)
	id := r.abandoned(program.URL)
	program.wait(t)
	resume := program.pause(t)
	r.sweep()
	program.wait(t)
	r.sweep() // finds that it has a job
	// The job before comes back, by hand in the console, while the other sends.
	r.exec(`UPDATE river.river_job SET state = 'available', finalized_at = NULL, max_attempts = 20, scheduled_at = now() WHERE state = 'discarded'`)
	r.happened("done for the queue", `SELECT count(*) FROM river.river_job WHERE kind = 'webhooks.deliver' AND max_attempts = 20 AND state = 'completed'`)
	resume()
	r.until(r.ales, id, "delivered after all", func(h webhooks.Hook, d webhooks.Delivery) bool {
		return d.State == webhooks.Delivered && d.Attempts == 1 && h.Failures == 0
	})
	r.happened("done for the queue", noneLeft)
	program.alike(t, 2)
}

func TestADeliveryTakenUpTooLateIsGivenUp(t *testing.T) {
	t.Parallel()
	r := newRig(t, true)
	program := listen(t, 200)
	id := r.abandoned(program.URL)
	r.exec(`UPDATE webhooks.delivery SET created_at = now() - interval '25 hours'`)
	r.sweep()
	r.sweep() // counts no second failure
	r.until(r.ales, id, "given up", func(h webhooks.Hook, d webhooks.Delivery) bool {
		return d.State == webhooks.Failed && d.Problem == "webhooks.problem.interrupted" && h.Failures == 1 && h.Active
	})
	if n := r.count(unfinished); n != 0 {
		t.Errorf("%d jobs of it", n)
	}
	_, sent, err := r.hooks.Get(r.in(r.ales), r.ales.ID, id)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.hooks.Again(r.in(r.ales), r.ales.ID, sent[0].ID); err != nil {
		t.Fatal(err)
	}
	r.until(r.ales, id, "delivered by hand", func(_ webhooks.Hook, d webhooks.Delivery) bool { return d.State == webhooks.Delivered })
}

// What is on its way is left to the job that has it.
func TestADeliveryBetweenTwoAttemptsIsLeftAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t, true)
	program := listen(t, 500)
	_, id := r.create(r.ales, program.URL)
	r.Work()
	r.happen(r.ales, "verger.recolte", nil)
	r.until(r.ales, id, "waiting again", func(_ webhooks.Hook, d webhooks.Delivery) bool { return d.Status == 500 })
	r.sweep()
	if n := r.count(`SELECT count(*) FROM river.river_job WHERE kind = 'webhooks.deliver'`); n != 1 {
		t.Errorf("%d jobs for one delivery", n)
	}
}
