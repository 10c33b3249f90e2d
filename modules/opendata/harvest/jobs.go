package harvest

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// runJob reads a catalogue.
type runJob struct {
	Source uuid.UUID `json:"source"`
	Run    uuid.UUID `json:"run"`
}

// Kind implements db.Job.
func (runJob) Kind() string { return "opendata.harvest" }

// SweepJob begins the readings that are due in every town, and ends those whose
// job is gone. It has no town.
type SweepJob struct{}

// Kind implements db.Job.
func (SweepJob) Kind() string { return "opendata.harvest_sweep" }

// SweepEvery is how late a reading may begin.
const SweepEvery = 10 * time.Minute

const runTime = 30 * time.Minute

// Workers are the jobs of harvesting.
func (s *Service) Workers() []jobs.Kind {
	return []jobs.Kind{
		jobs.Define(jobs.Options{
			Timeout: runTime, MaxAttempts: 4,
			Subject: jobs.SubjectOf(func(j runJob) string { return Subject(j.Source) }),
		}, s.run),
		jobs.Define(jobs.Options{Timeout: 5 * time.Minute, Unique: true}, s.sweep),
	}
}

// run goes on with a reading where it stands.
func (s *Service) run(ctx context.Context, task *jobs.Task, job runJob) error {
	town := tenants.From(ctx)
	var r *Run
	var source *Source
	err := s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		if r, err = runOf(ctx, tx, job.Run); err != nil || r == nil {
			return err
		}
		source, err = sourceOf(ctx, tx, r.SourceID.String())
		return err
	})
	if err != nil || r == nil || r.State != Running || r.job != task.ID {
		return err
	}
	err = s.work(ctx, task, town, r, *source)
	if err == nil || errors.Is(err, errOther) {
		return nil
	}
	return s.giveUp(ctx, task, r, err)
}

// giveUp ends the reading when no attempt will follow. It returns err.
func (s *Service) giveUp(ctx context.Context, task *jobs.Task, r *Run, err error) error {
	stopped := errors.Is(context.Cause(ctx), jobs.ErrCancelled)
	why := fault.From(err)
	if !stopped && !task.Final(err) && (why.Code == fault.Internal || why.Code == fault.Unavailable) {
		return err
	}
	state := Failed
	if stopped {
		state, why = Stopped, nil
	}
	after, cancel := context.WithTimeout(db.Detach(context.WithoutCancel(ctx)), time.Minute)
	defer cancel()
	failed := s.DB.InTenant(after, task.Tenant, func(ctx context.Context, tx *db.Tx) error {
		return finish(ctx, tx, r, state, "", why)
	})
	if failed != nil {
		slog.WarnContext(after, "harvest given up, not written down", "error", failed.Error())
	}
	return err
}

// sweep goes from town to town; one town's trouble does not keep the others from
// theirs.
func (s *Service) sweep(ctx context.Context, _ *jobs.Task, _ SweepJob) error {
	towns, err := s.Towns.All(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, town := range towns {
		if town.Has(s.Module) {
			failed = errors.Join(failed, fault.Wrap(s.takeUp(tenants.With(ctx, town), town), "harvests of", town.Slug))
		}
	}
	return failed
}

// takeUp begins what is due in a town, and ends what nothing works on any more.
func (s *Service) takeUp(ctx context.Context, town *tenants.Tenant) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if err := s.bury(ctx, tx); err != nil {
			return err
		}
		due, err := dueSources(ctx, tx, s.Now())
		if err != nil {
			return err
		}
		for _, id := range due {
			source, err := sourceOf(ctx, tx, id.String())
			if err != nil {
				return err
			}
			if err := s.begin(ctx, tx, *source, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// bury ends readings whose job ended without saying so.
func (s *Service) bury(ctx context.Context, tx *db.Tx) error {
	running, err := lockRunning(ctx, tx)
	if err != nil || len(running) == 0 {
		return err
	}
	ids := make([]int64, len(running))
	for i, r := range running {
		ids[i] = r.job
	}
	ended, err := jobs.Ended(ctx, tx, ids)
	if err != nil {
		return err
	}
	for i := range running {
		if !ended[running[i].job] {
			continue
		}
		if err := finish(ctx, tx, &running[i], Failed, "", fault.New(fault.Unavailable, "opendata.harvest.fault.interrupted")); err != nil {
			return err
		}
	}
	return nil
}
