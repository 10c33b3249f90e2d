package programme

import (
	"context"
	"errors"
	"time"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
)

// WatchEvery is how old a signal may be: an alert shows within that time of its
// cause.
const WatchEvery = 5 * time.Minute

// WatchJob reads the signals of every town anew.
type WatchJob struct{}

// Kind implements db.Job.
func (WatchJob) Kind() string { return "programme.watch" }

var _ db.Job = WatchJob{}

// Workers implements module.Worker.
func (m *Module) Workers() []jobs.Kind {
	return []jobs.Kind{jobs.Define(jobs.Options{Timeout: WatchEvery, MaxAttempts: 1}, m.watch)}
}

// watch goes through the towns, each in its own transaction; one that fails does
// not keep the others from being read.
func (m *Module) watch(ctx context.Context, _ *jobs.Task, _ WatchJob) error {
	all, err := m.towns.All(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, town := range all {
		if err := m.Refresh(ctx, town); err != nil {
			failed = append(failed, fault.Wrap(err, "refresh signals", town.Slug))
		}
	}
	return errors.Join(failed...)
}
