package programme

import (
	"context"
	"time"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// Towns lists the towns of the programme; tenants/directory does.
type Towns interface {
	All(ctx context.Context) ([]*tenants.Tenant, error)
	BySlug(ctx context.Context, slug string) (*tenants.Tenant, error)
}

// Datasets tells what a town has published; services/datasets does.
type Datasets interface {
	Open(ctx context.Context, town *tenants.Tenant) ([]datasets.Dataset, error)
}

// Service keeps the records and the signals.
type Service struct {
	db       *db.DB
	towns    Towns
	datasets Datasets
	now      func() time.Time
}

// dayOf is the day of a moment in France, without its time.
func dayOf(t time.Time) time.Time {
	y, m, d := t.In(i18n.Paris).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func (s *Service) today() time.Time { return dayOf(s.now()) }

// File reads what a town keeps of its experiment.
func (s *Service) File(ctx context.Context, town *tenants.Tenant) (f File, err error) {
	err = s.db.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		f, err = readFile(ctx, tx)
		return err
	})
	return f, err
}

func readFile(ctx context.Context, tx *db.Tx) (f File, err error) {
	if f.Record, err = readRecord(ctx, tx); err != nil {
		return f, err
	}
	if f.Milestones, err = readMilestones(ctx, tx); err != nil {
		return f, err
	}
	if f.Journal, err = readJournal(ctx, tx); err != nil {
		return f, err
	}
	f.Efforts, err = readEfforts(ctx, tx)
	return f, err
}

// change runs a change of a town's record, notes it in the town's log, and
// brings the town's signals up to date with it.
func (s *Service) change(ctx context.Context, town *tenants.Tenant, action string, fn func(context.Context, *db.Tx) error) error {
	return s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, action, "programme/experiment", nil); err != nil {
			return err
		}
		return s.signal(ctx, tx, town)
	})
}

// SaveRecord keeps what a town says of its experiment; r.Version is the one the
// person had before them. A decision is kept as it was.
func (s *Service) SaveRecord(ctx context.Context, town *tenants.Tenant, r Record) error {
	if err := r.check(); err != nil {
		return err
	}
	return s.change(ctx, town, "programme.record", func(ctx context.Context, tx *db.Tx) error {
		old, err := readRecord(ctx, tx)
		if err != nil {
			return err
		}
		r.Decision, r.Reasons, r.DecidedOn, r.ThresholdOn = old.Decision, old.Reasons, old.DecidedOn, old.ThresholdOn
		if r.Threshold != old.Threshold {
			r.ThresholdOn = s.today()
		}
		if r.Threshold == "" {
			r.ThresholdOn = time.Time{}
		}
		r.Illustrative, r.Version, r.ChangedAt = false, r.Version+1, s.now()
		return writeRecord(ctx, tx, &r)
	})
}

// Decide keeps what a town concludes, with its reasons.
func (s *Service) Decide(ctx context.Context, town *tenants.Tenant, d Record) error {
	if err := d.checkDecision(s.today()); err != nil {
		return err
	}
	return s.change(ctx, town, "programme.decision", func(ctx context.Context, tx *db.Tx) error {
		r, err := readRecord(ctx, tx)
		if err != nil {
			return err
		}
		if !r.Kept() {
			return found(0, nil)
		}
		r.Decision, r.Reasons, r.DecidedOn, r.Version, r.ChangedAt = d.Decision, d.Reasons, d.DecidedOn, d.Version+1, s.now()
		return writeRecord(ctx, tx, &r)
	})
}

// AddMilestone plans a step.
func (s *Service) AddMilestone(ctx context.Context, town *tenants.Tenant, m Milestone) error {
	if err := m.check(s.today()); err != nil {
		return err
	}
	return s.change(ctx, town, "programme.milestone", func(ctx context.Context, tx *db.Tx) (err error) {
		if m.ID, err = uuid.NewV7(); err != nil {
			return err
		}
		return addMilestone(ctx, tx, m)
	})
}

// ChangeMilestone changes a step: its plan, or the day it was reached.
func (s *Service) ChangeMilestone(ctx context.Context, town *tenants.Tenant, m Milestone) error {
	if err := m.check(s.today()); err != nil {
		return err
	}
	return s.change(ctx, town, "programme.milestone", func(ctx context.Context, tx *db.Tx) error {
		return changeMilestone(ctx, tx, m)
	})
}

// AddEntry writes in the journal.
func (s *Service) AddEntry(ctx context.Context, town *tenants.Tenant, e Entry) error {
	if err := e.check(s.today()); err != nil {
		return err
	}
	return s.change(ctx, town, "programme.entry", func(ctx context.Context, tx *db.Tx) (err error) {
		if e.ID, err = uuid.NewV7(); err != nil {
			return err
		}
		e.By = authz.From(ctx).Name
		return addEntry(ctx, tx, e, s.now())
	})
}

// AddEffort writes in the effort log.
func (s *Service) AddEffort(ctx context.Context, town *tenants.Tenant, e Effort) error {
	if err := e.check(s.today()); err != nil {
		return err
	}
	return s.change(ctx, town, "programme.effort", func(ctx context.Context, tx *db.Tx) (err error) {
		if e.ID, err = uuid.NewV7(); err != nil {
			return err
		}
		return addEffort(ctx, tx, e)
	})
}

// Remove takes a milestone, an entry or an effort away.
func (s *Service) Remove(ctx context.Context, town *tenants.Tenant, what string, id uuid.UUID) error {
	return s.change(ctx, town, "programme.remove", func(ctx context.Context, tx *db.Tx) error {
		return remove(ctx, tx, what, id)
	})
}

// Signals reads the portfolio.
func (s *Service) Signals(ctx context.Context) (all []Signal, err error) {
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		all, err = readSignals(ctx, tx)
		return err
	})
	return all, err
}

// Refresh reads a town's signals anew and writes them, in the town's own
// transaction.
func (s *Service) Refresh(ctx context.Context, town *tenants.Tenant) error {
	return s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error { return s.signal(ctx, tx, town) })
}

func (s *Service) signal(ctx context.Context, tx *db.Tx, town *tenants.Tenant) (err error) {
	out := Signal{Tenant: town.ID, ReadAt: s.now(), Open: []time.Time{}}
	if out.LastImport, err = imports.LastCommitted(ctx, tx); err != nil {
		return err
	}
	if out.LastVisit, err = auth.LastVisit(ctx, tx); err != nil {
		return err
	}
	if out.FailedJobs, out.FailedSince, err = jobs.Failed(ctx, tx, s.now().AddDate(0, 0, -failedWindow)); err != nil {
		return err
	}
	f, err := readFile(ctx, tx)
	if err != nil {
		return err
	}
	out.describe(&f)
	open, err := s.datasets.Open(tenants.With(ctx, town), town)
	if err != nil {
		return err
	}
	out.Datasets = len(open)
	for i := range open {
		if open[i].Modified.After(out.PublishedAt) {
			out.PublishedAt = open[i].Modified
		}
	}
	return writeSignal(ctx, tx, &out)
}

// describe takes from a record what supervisors see at a glance.
func (s *Signal) describe(f *File) {
	s.Title, s.Decision, s.Illustrative = f.Record.Title, f.Record.Decision, f.Record.Illustrative
	s.PersonDays, s.Euros, s.Milestones = f.PersonDays(), f.Euros(), len(f.Milestones)
	for _, m := range f.Milestones {
		if !m.Reached.IsZero() {
			s.Reached++
			continue
		}
		if s.NextTitle == "" {
			s.NextTitle = m.Title
		}
		s.Open = append(s.Open, m.Planned)
	}
}
