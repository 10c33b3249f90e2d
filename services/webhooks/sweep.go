package webhooks

import (
	"context"
	"errors"
	"time"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

const (
	// SweepEvery is how often deliveries without a job are looked for.
	SweepEvery = 10 * time.Minute
	// worthwhile is how long after its event a message is still taken up again.
	worthwhile = 24 * time.Hour
)

// SweepJob looks, in every town, for deliveries whose job ended without saying
// how: its last attempt was cut short, or the queue lost it.
type SweepJob struct{}

// Kind implements db.Job.
func (SweepJob) Kind() string { return "webhooks.sweep" }

// sweep goes through the towns; one that fails does not keep the others waiting.
func (s *Service) sweep(ctx context.Context, _ *jobs.Task, _ SweepJob) error {
	all, err := s.Towns.All(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, town := range all {
		if err := s.takeUp(ctx, town); err != nil {
			failed = append(failed, fault.Wrap(err, "take up deliveries", town.Slug))
		}
	}
	return errors.Join(failed...)
}

// takeUp settles the town's deliveries that nothing will send any more.
func (s *Service) takeUp(ctx context.Context, town *tenants.Tenant) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		waiting, err := lockQueued(ctx, tx)
		if err != nil || len(waiting) == 0 {
			return err
		}
		ids := make([]int64, len(waiting))
		for i, d := range waiting {
			ids[i] = d.job
		}
		ended, err := jobs.Ended(ctx, tx, ids)
		if err != nil {
			return err
		}
		for _, d := range waiting {
			if !ended[d.job] {
				continue
			}
			if err := s.settle(ctx, tx, &d); err != nil {
				return err
			}
		}
		return nil
	})
}

// settle gives a delivery another job, or gives it up when its event is old. The
// job before has no say any more, should it come back after all.
func (s *Service) settle(ctx context.Context, tx *db.Tx, d *Delivery) error {
	if s.Now().Sub(d.CreatedAt) < worthwhile {
		return entrust(ctx, tx, d.ID)
	}
	h, err := readHook(ctx, tx, d.HookID)
	if err != nil {
		return err
	}
	d.Problem = "webhooks.problem.interrupted"
	if err := abandon(ctx, tx, d); err != nil {
		return err
	}
	return s.missed(ctx, tx, d, h)
}
