package heat

import (
	"context"
	"log/slog"
	"time"

	"acvdata/services/db"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// How often the two jobs run.
const (
	WatchEvery = 15 * time.Minute
	KeepEvery  = 24 * time.Hour
)

// WatchJob looks for stations that fell silent, in every town.
type WatchJob struct{}

// Kind implements db.Job.
func (WatchJob) Kind() string { return "heat.watch" }

// KeepJob packs the readings of past days, and forgets what is of no use any
// more, in every town.
type KeepJob struct{}

// Kind implements db.Job.
func (KeepJob) Kind() string { return "heat.keep" }

// Workers implements module.Worker.
func (m *Module) Workers() []jobs.Kind {
	return []jobs.Kind{
		jobs.Define(jobs.Options{Unique: true, Timeout: 5 * time.Minute}, func(ctx context.Context, _ *jobs.Task, _ WatchJob) error {
			return m.everyTown(ctx, m.service.Watch)
		}),
		jobs.Define(jobs.Options{Unique: true, Timeout: time.Hour, Queue: jobs.QueueHeavy}, func(ctx context.Context, _ *jobs.Task, _ KeepJob) error {
			if err := m.everyTown(ctx, func(ctx context.Context, town *tenants.Tenant) error { return m.service.Keep(ctx, town.ID) }); err != nil {
				return err
			}
			return m.dropMonths(ctx)
		}),
	}
}

// everyTown does something in each town where the module is on; the trouble of
// one does not keep the others waiting.
func (m *Module) everyTown(ctx context.Context, do func(context.Context, *tenants.Tenant) error) error {
	all, err := m.towns.All(ctx)
	if err != nil {
		return err
	}
	var last error
	for _, town := range all {
		if !town.Has(Code) {
			continue
		}
		if err := do(ctx, town); err != nil {
			slog.WarnContext(ctx, "heat job failed in a town", "tenant", town.Slug, "error", err.Error())
			last = err
		}
	}
	return last
}

// dropMonths drops the partitions that packing has emptied. It is about no town
// in particular; any one's transaction serves.
func (m *Module) dropMonths(ctx context.Context) error {
	all, err := m.towns.All(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	return m.service.db.InTenant(ctx, all[0].ID, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `SELECT heat.drop_months($1)`, m.service.now().AddDate(0, 0, -2*daysHot))
		return err
	})
}
