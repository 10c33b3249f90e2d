package imports

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// Kinds are the pipeline's jobs. Those that read whole files are heavy.
func (s *Service) Kinds() []jobs.Kind {
	options := func(timeout time.Duration) jobs.Options {
		return jobs.Options{Queue: jobs.QueueHeavy, Timeout: timeout, MaxAttempts: 3, Subject: subjectOf}
	}
	return append([]jobs.Kind{
		jobs.Define(options(30*time.Minute), s.workCheck),
		jobs.Define(options(time.Hour), s.workCommit),
		jobs.Define(options(time.Hour), s.workUndo),
		jobs.Define(jobs.Options{Unique: true}, s.workSweep),
	}, s.watchKinds()...)
}

func subjectOf(args json.RawMessage) string {
	var of struct {
		Import uuid.UUID `json:"import"`
	}
	if err := json.Unmarshal(args, &of); err != nil {
		return ""
	}
	return subject(of.Import)
}

// ending says where an import goes when its job does not succeed.
type ending struct{ failed, cancelled State }

// endings are those of the states a job is at.
var endings = map[State]ending{
	Checking:   {failed: Failed, cancelled: Analysed},
	Committing: {failed: Ready, cancelled: Ready},
	Undoing:    {failed: Committed, cancelled: Committed},
}

// ended records on the import how its job ended; another attempt to come changes
// nothing. What it returns tells the queue whether there is one.
func (s *Service) ended(ctx context.Context, task *jobs.Task, id uuid.UUID, err error, during State) error {
	if err == nil {
		return nil
	}
	next, f := endings[during].failed, fault.From(err)
	switch {
	case errors.Is(context.Cause(ctx), jobs.ErrCancelled):
		next, f = endings[during].cancelled, nil
	case !task.Final(err) && worthRetrying(f):
		return err
	}
	if settled := s.settle(ctx, task.Tenant, id, during, next, f); settled != nil {
		slog.ErrorContext(ctx, "end of import not recorded", "import", id, "error", settled.Error())
		return settled // the database went away just now: the queue comes back to it
	}
	if f == nil {
		return err
	}
	// The import is back in a person's hands: no attempt may follow.
	return fault.New(fault.Conflict, f.Key, fault.With(f.Args), fault.Because(err))
}

// superseded reports whether a later job works on the import: an attempt put
// back by a queue that had lost sight of it must not run beside that one.
func (s *Service) superseded(ctx context.Context, task *jobs.Task, id uuid.UUID) bool {
	p, err := s.Jobs.Progress(ctx, task.Tenant, subject(id))
	return err == nil && p.JobID != task.ID
}

// worthRetrying tells what may pass by itself: a database that restarts, not a
// disk that is full.
func worthRetrying(f *fault.Fault) bool {
	return (f.Code == fault.Unavailable || f.Code == fault.Internal) && f.Key != "fault.disk_full"
}

// settle moves an import from one state to another, unless it is elsewhere
// already.
func (s *Service) settle(ctx context.Context, town tenants.ID, id uuid.UUID, from, to State, f *fault.Fault) error {
	ctx, cancel := context.WithTimeout(db.Detach(context.WithoutCancel(ctx)), 10*time.Second)
	defer cancel()
	return s.DB.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		i, err := s.store.lock(ctx, tx, id)
		if err != nil || i.State != from {
			return err
		}
		return s.settleTo(ctx, tx, i, to, f)
	})
}

func (s *Service) settleTo(ctx context.Context, tx *db.Tx, i *Import, to State, f *fault.Fault) error {
	i.State, i.Fault = to, f
	if err := s.watchSettled(ctx, tx, i, f == nil); err != nil {
		return err
	}
	return s.store.save(ctx, tx, i)
}
