package opendata

import (
	"context"
	"errors"
	"slices"
	"time"

	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// SnapshotJob keeps a value of every town's live indicators. It has no town.
type SnapshotJob struct{}

// Kind implements db.Job.
func (SnapshotJob) Kind() string { return "opendata.snapshot" }

// SnapshotEvery is how often values are kept; a second one of a day replaces the
// first.
const SnapshotEvery = 24 * time.Hour

// Workers are the module's jobs.
func (m *Module) Workers() []jobs.Kind {
	return slices.Concat(m.harvest.Workers(), m.push.Workers(), []jobs.Kind{
		jobs.Define(jobs.Options{Timeout: 10 * time.Minute, Unique: true}, m.snapshot),
	})
}

// snapshot goes from town to town; one town's trouble does not keep the others
// from theirs.
func (m *Module) snapshot(ctx context.Context, _ *jobs.Task, _ SnapshotJob) error {
	towns, err := m.Towns.All(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, town := range towns {
		if town.Has("opendata") {
			err := m.figures.Snapshot(tenants.With(ctx, town), town)
			failed = errors.Join(failed, fault.Wrap(err, "snapshot of", town.Slug))
		}
	}
	return failed
}
