package jobs_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/services/obs"
	"acvdata/tenants/directory"
)

func TestAnOutageOfTheDatabaseUsesUpNoAttempt(t *testing.T) {
	t.Parallel()
	var runs, attempt atomic.Int64
	away := fault.New(fault.Unavailable, "fault.database_away")
	b := newBench(t, func(_ context.Context, task *jobs.Task, _ plant) error {
		attempt.Store(int64(task.Attempt))
		if runs.Add(1) < 3 {
			return away
		}
		return nil
	})
	b.enqueue(t, "a")
	b.start(t)
	p := b.wait(t, "a", over)
	require.Equal(t, "done", p.State)
	require.EqualValues(t, 3, runs.Load())
	require.EqualValues(t, 1, attempt.Load(), "as if the outages had not been")
}

// TestAJobThatNeverArrivedIsPutBack has the queue believe that this very worker
// runs a job it knows nothing of: what is left when the database goes away
// while it gives one out.
func TestAJobThatNeverArrivedIsPutBack(t *testing.T) {
	t.Parallel()
	b := &bench{db: dbtest.New(t)}
	b.town = dbtest.Town(t, b.db, "ales")
	b.service = jobs.New(b.db, directory.New(b.db), obs.NewMetrics(), jobs.Settings{
		ShortWorkers: 2, StopTimeout: time.Second, LookEvery: 50 * time.Millisecond,
	})
	kind := jobs.Define(jobs.Options{Subject: jobs.SubjectOf(func(p plant) string { return p.Subject })},
		func(context.Context, *jobs.Task, plant) error { return nil })
	require.NoError(t, b.service.Register(kind))
	require.NoError(t, b.service.Open())
	b.start(t)
	b.enqueue(t, "first")
	b.wait(t, "first", over)
	err := b.db.InTenant(t.Context(), b.town.ID, func(ctx context.Context, tx *db.Tx) error {
		id, err := tx.Enqueue(ctx, plant{Subject: "lost"})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
UPDATE river.river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = first.attempted_by
FROM (SELECT attempted_by FROM river.river_job WHERE id <> $1 AND attempted_by IS NOT NULL LIMIT 1) first
WHERE id = $1`, id)
		return err
	})
	require.NoError(t, err)
	require.Equal(t, "done", b.wait(t, "lost", over).State)
}
