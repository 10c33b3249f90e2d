package imports

import (
	"context"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// undoJob puts everything back as before an import.
type undoJob struct {
	Import uuid.UUID `json:"import"`
}

// Kind implements db.Job.
func (undoJob) Kind() string { return "imports.undo" }

// Undo asks for a committed import to be undone, within UndoDays. It is done by
// a job; the target refuses when a row was changed since.
func (s *Service) Undo(ctx context.Context, c Caller, id uuid.UUID) (*Import, error) {
	changed, err := s.change(ctx, c, id, func(ctx context.Context, tx *db.Tx, i *Import) error {
		if i.State == Undone {
			return nil // pressed twice
		}
		if err := i.to(Undoing); err != nil {
			return err
		}
		if !i.CanUndo(s.now()) {
			return fault.New(fault.Conflict, "imports.fault.too_old", fault.With(fault.Args{"Days": UndoDays}))
		}
		if err := s.busy(ctx, tx, i); err != nil {
			return err
		}
		asked := s.deed(ctx)
		i.State, i.Fault, i.Undone = Undoing, nil, Deed{By: asked.By, Name: asked.Name}
		_, err := tx.Enqueue(ctx, undoJob{Import: id})
		return err
	})
	return changed, oneAtATime(err)
}

func (s *Service) workUndo(ctx context.Context, task *jobs.Task, args undoJob) error {
	m, stop := measure(ctx, task)
	defer stop()
	err := s.DB.InTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) error {
		i, err := s.store.lock(ctx, tx, args.Import)
		if err != nil || i.State != Undoing {
			return err
		}
		return s.undo(ctx, tx, m, i)
	})
	return s.ended(ctx, task, args.Import, err, Undoing)
}

func (s *Service) undo(ctx context.Context, tx *db.Tx, m *meter, i *Import) error {
	m.phase(ctx, "imports.phase.undoing", i.Counts.Created+i.Counts.Updated)
	run := i.run(ctx, false)
	run.Report = m.at
	if err := s.target(i.Target).Undo(ctx, tx, run); err != nil {
		return fault.Wrap(err, "undo", i.Target)
	}
	i.State, i.Fault, i.Undone.At = Undone, nil, s.now()
	ctx = authz.With(ctx, authz.Actor{AccountID: i.Undone.By, Name: i.Undone.Name})
	if err := audit.Record(ctx, tx, "imports.undo", i.Subject(), i.details()); err != nil {
		return err
	}
	if err := s.announce(ctx, tx, eventUndone, i); err != nil {
		return err
	}
	return s.store.save(ctx, tx, i)
}

// Cancel gives an import up. Before a commit its file is deleted; a running job
// stops at its next step and leaves nothing: a check goes back to the mapping, a
// commit to its preview.
func (s *Service) Cancel(ctx context.Context, c Caller, id uuid.UUID) (*Import, error) {
	i, err := s.Get(ctx, c, id)
	if err != nil {
		return nil, err
	}
	if _, err := s.allowed(c, i.Target); err != nil && i.Target != "" {
		return nil, err
	}
	if i.State.Working() {
		return i, s.stop(ctx, c.Town.ID, i)
	}
	if i.State == Cancelled {
		return i, nil
	}
	i, err = s.change(ctx, c, id, func(ctx context.Context, tx *db.Tx, i *Import) error {
		if err := i.to(Cancelled); err != nil {
			return err
		}
		i.State, i.Fault = Cancelled, nil
		if err := s.watchSettled(ctx, tx, i, true); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "imports.cancel", i.Subject(), map[string]any{"file": i.File.Name})
	})
	if err == nil {
		s.deleteFiles(ctx, i)
	}
	return i, err
}

// stop asks a running job to stop. One that ended without a word (its database
// was away) is put where it can be tried again.
func (s *Service) stop(ctx context.Context, town tenants.ID, i *Import) error {
	err := s.Jobs.Cancel(ctx, town, i.Subject())
	if !fault.Is(err, fault.Conflict) {
		return err
	}
	return s.settle(ctx, town, i.ID, i.State, endings[i.State].cancelled, nil)
}
