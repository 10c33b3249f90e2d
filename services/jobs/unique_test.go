package jobs_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/services/jobs"
	"acvdata/services/obs"
	"acvdata/tenants/directory"
)

// tidy is a job of which one at a time is enough.
type tidy struct{}

func (tidy) Kind() string { return "test.tidy" }

func TestAUniqueJobKeepsTwinsAwayUntilItEnds(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	town := dbtest.Town(t, d, "ales")
	s := jobs.New(d, directory.New(d), obs.NewMetrics(), jobs.Settings{ShortWorkers: 2, HeavyWorkers: 1, StopTimeout: time.Second})
	var ran atomic.Int64
	done := make(chan struct{}, 10)
	kind := jobs.Define(jobs.Options{Unique: true}, func(context.Context, *jobs.Task, tidy) error {
		ran.Add(1)
		done <- struct{}{}
		return nil
	})
	if err := s.Register(kind); err != nil {
		t.Fatal(err)
	}
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	ask := func(times int) {
		err := d.InTenant(t.Context(), town.ID, func(ctx context.Context, tx *db.Tx) error {
			for range times {
				if _, err := tx.Enqueue(ctx, tidy{}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	ask(3)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	<-done
	waitUntilIdle(t, d)
	ask(1)
	<-done
	waitUntilIdle(t, d)
	if ran.Load() != 2 {
		t.Errorf("%d runs, want one for the three and one for the last", ran.Load())
	}
}

// waitUntilIdle waits until River has written that nothing runs any more.
func waitUntilIdle(t *testing.T, d *db.DB) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; <-time.After(20 * time.Millisecond) {
		var left int
		err := d.Pool().QueryRow(t.Context(), `SELECT count(*) FROM river.river_job WHERE state <> 'completed'`).Scan(&left)
		if err != nil {
			t.Fatal(err)
		}
		if left == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the queue is not idle after half a minute")
		}
	}
}
