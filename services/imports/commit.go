package imports

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
)

// commitJob loads a checked file.
type commitJob struct {
	Import uuid.UUID `json:"import"`
}

// Kind implements db.Job.
func (commitJob) Kind() string { return "imports.commit" }

// Commit asks for a checked file to be loaded. With rejected rows it takes the
// person's word (skipRejected) to go on without them. It is done by a job, in
// one transaction: everything or nothing.
func (s *Service) Commit(ctx context.Context, c Caller, id uuid.UUID, skipRejected bool) (*Import, error) {
	changed, err := s.change(ctx, c, id, func(ctx context.Context, tx *db.Tx, i *Import) error {
		if i.State == Committed {
			return nil // pressed twice
		}
		if err := i.to(Committing); err != nil {
			return err
		}
		i.SkipRejected = skipRejected
		if err := i.commitRefused(); err != nil {
			return err
		}
		if err := s.busy(ctx, tx, i); err != nil {
			return err
		}
		return s.startCommit(ctx, tx, i, s.deed(ctx))
	})
	return changed, oneAtATime(err)
}

// commitRefused says what stands against a commit.
func (i *Import) commitRefused() error {
	switch {
	case i.Counts.Rejected > 0 && i.Counts.Rejected == i.Counts.Rows:
		return fault.New(fault.Conflict, "imports.fault.nothing_left", fault.With(fault.Args{"Count": i.Counts.Rejected}))
	case i.Counts.Rejected > 0 && !i.SkipRejected:
		return fault.New(fault.Conflict, "imports.fault.rejected_rows", fault.With(fault.Args{"Count": i.Counts.Rejected}))
	}
	return nil
}

func (s *Service) startCommit(ctx context.Context, tx *db.Tx, i *Import, asked Deed) error {
	i.State, i.Fault = Committing, nil
	i.Committed = Deed{By: asked.By, Name: asked.Name}
	_, err := tx.Enqueue(ctx, commitJob{Import: i.ID})
	return err
}

const selectWriting = `
SELECT EXISTS (
  SELECT FROM imports.import
  WHERE tenant_id = $1 AND target = $2 AND id <> $3 AND state IN ('committing', 'undoing'))`

// busy is a conflict while another import writes into the same target. The index
// import_writing_uq has the last word.
func (s *Service) busy(ctx context.Context, tx *db.Tx, i *Import) error {
	var writing bool
	if err := tx.QueryRow(ctx, selectWriting, tx.Tenant(), i.Target, i.ID).Scan(&writing); err != nil {
		return err
	}
	if writing {
		return fault.New(fault.Conflict, "imports.fault.busy")
	}
	return nil
}

// oneAtATime gives the refusal of import_writing_uq the words of busy.
func oneAtATime(err error) error {
	if db.Constraint(err) == "import_writing_uq" {
		return fault.New(fault.Conflict, "imports.fault.busy", fault.Because(err))
	}
	return err
}

func (s *Service) workCommit(ctx context.Context, task *jobs.Task, args commitJob) error {
	m, stop := measure(ctx, task)
	defer stop()
	var done *Import
	err := s.DB.InTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) error {
		i, err := s.store.lock(ctx, tx, args.Import)
		if err != nil || i.State != Committing {
			return err // a killed worker had just finished: nothing is done twice
		}
		done = i
		return s.commit(ctx, tx, m, i)
	})
	if err == nil && done != nil {
		s.publish(done)
		s.refreshStatistics(ctx, done)
	}
	return s.ended(ctx, task, args.Import, err, Committing)
}

// commit makes the passage again, merges, and records it all in the same
// transaction: a reader sees the import and its rows at the same moment.
func (s *Service) commit(ctx context.Context, tx *db.Tx, m *meter, i *Import) error {
	f, err := s.open(ctx, i)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	p, err := newPassage(tx, s.target(i.Target), i.run(ctx, false), i.Mapping, f.File, io.Discard)
	if err != nil {
		return err
	}
	p.meter = m
	p.run.Report = m.at
	if err := p.load(ctx, i.Counts.Rows); err != nil {
		return err
	}
	if p.counts.Rejected > i.Counts.Rejected && !i.SkipRejected {
		// Somebody changed the town's data since the preview.
		return fault.New(fault.Conflict, "imports.fault.changed_since", fault.With(fault.Args{"Count": p.counts.Rejected}))
	}
	if err := p.merge(ctx); err != nil {
		return err
	}
	i.State, i.Counts, i.Fault = Committed, p.counts, nil
	i.Committed.At = s.now()
	ctx = authz.With(ctx, authz.Actor{AccountID: i.Committed.By, Name: i.Committed.Name})
	if err := audit.Record(ctx, tx, "imports.commit", i.Subject(), i.details()); err != nil {
		return err
	}
	if err := s.announce(ctx, tx, eventCommitted, i); err != nil {
		return err
	}
	if err := s.watchCommitted(ctx, tx, i); err != nil {
		return err
	}
	return s.store.save(ctx, tx, i)
}

// merge has the target write, and believes only its own count.
func (p *passage) merge(ctx context.Context) error {
	p.meter.phase(ctx, "imports.phase.loading", p.counts.Created+p.counts.Updated)
	outcome, err := p.target.Merge(ctx, p.tx, p.run)
	if err != nil {
		return fault.Wrap(err, "merge", p.about.Code)
	}
	if outcome.Created != p.counts.Created || outcome.Updated != p.counts.Updated {
		return fmt.Errorf("target %s announced %d created and %d updated rows and wrote %d and %d",
			p.about.Code, p.counts.Created, p.counts.Updated, outcome.Created, outcome.Updated)
	}
	return nil
}

// details are what the audit log keeps of an import.
func (i *Import) details() map[string]any {
	return map[string]any{
		"file": i.File.Name, "target": i.Target, "created": i.Counts.Created,
		"updated": i.Counts.Updated, "unchanged": i.Counts.Unchanged, "rejected": i.Counts.Rejected,
	}
}

func (s *Service) publish(i *Import) {
	for result, rows := range map[string]int64{
		"created": i.Counts.Created, "updated": i.Counts.Updated,
		"unchanged": i.Counts.Unchanged, "rejected": i.Counts.Rejected,
	} {
		s.Metrics.Imported(i.Target, result, rows)
	}
}
