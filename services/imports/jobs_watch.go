package imports

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// watchJob reads a watched address.
type watchJob struct {
	Watch uuid.UUID `json:"watch"`
	Check uuid.UUID `json:"check"`
}

// Kind implements db.Job.
func (watchJob) Kind() string { return "imports.watch" }

// WatchSweep starts the readings that are due in every town, and takes up those
// that were left, with the imports that were. It has no town.
type WatchSweep struct{}

// Kind implements db.Job.
func (WatchSweep) Kind() string { return "imports.watch_sweep" }

// WatchEvery is how late a reading may begin.
const WatchEvery = 5 * time.Minute

// watchKinds are the jobs of watched addresses.
func (s *Service) watchKinds() []jobs.Kind {
	return []jobs.Kind{
		jobs.Define(jobs.Options{Timeout: bringTime + 5*time.Minute, MaxAttempts: 4}, s.workWatch),
		jobs.Define(jobs.Options{Timeout: 5 * time.Minute, Unique: true}, s.workWatchSweep),
	}
}

// workWatch goes on with a reading where it stands.
func (s *Service) workWatch(ctx context.Context, task *jobs.Task, job watchJob) error {
	var w *Watch
	var c *WatchCheck
	err := s.DB.ReadTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) (err error) {
		if c, err = s.store.check(ctx, tx, job.Check); err != nil || c == nil {
			return err
		}
		w, err = s.store.watch(ctx, tx, job.Watch, false)
		return err
	})
	if err != nil || c == nil || c.State != CheckRunning || c.job != task.ID {
		return err
	}
	brought := c.Import
	err = s.look(ctx, tenants.From(ctx), w, c)
	if err == nil || errors.Is(err, errOther) {
		return nil
	}
	return s.looked(ctx, task, c, brought, err)
}

// looked writes down how a reading ended that brought nothing to check. An error
// of ours is returned while another attempt may follow.
func (s *Service) looked(ctx context.Context, task *jobs.Task, c *WatchCheck, before uuid.UUID, why error) error {
	f := fault.From(why)
	ours := (f.Code == fault.Internal || f.Code == fault.Unavailable) && !aboutAddress(f)
	if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) || db.Away(why) || !errors.Is(why, errNothingNew) && ours && !task.Final(why) {
		return why
	}
	after, cancel := context.WithTimeout(db.Detach(context.WithoutCancel(ctx)), time.Minute)
	defer cancel()
	return s.DB.InTenant(after, task.Tenant, func(ctx context.Context, tx *db.Tx) error {
		w, err := s.store.watch(ctx, tx, c.WatchID, true)
		if err != nil {
			return err
		}
		now, err := s.store.check(ctx, tx, c.ID)
		if err != nil || now == nil || now.State != CheckRunning || now.Import != uuid.Nil && now.Import != before && now.Import != c.Import {
			return err
		}
		now.etag, now.modified = c.etag, c.modified
		switch {
		case errors.Is(why, errNothingNew):
			return s.unchanged(ctx, tx, w, now)
		case f.Code == fault.Forbidden:
			now.State, now.Ended = CheckFailed, s.now()
			now.Note = Note{Key: "imports.watch.note.owner", Args: fault.Args{"Name": w.Owner.Name}}
			return s.attend(ctx, tx, w, now, now.Note)
		}
		return s.missed(ctx, tx, w, now, noteOf(f))
	})
}

// aboutAddress tells what is wrong over there from what is wrong here.
func aboutAddress(f *fault.Fault) bool { return strings.HasPrefix(f.Key, "fetch.") }

// workWatchSweep goes from town to town; one town's trouble does not keep the
// others from theirs.
func (s *Service) workWatchSweep(ctx context.Context, _ *jobs.Task, _ WatchSweep) error {
	if s.Towns == nil {
		return nil
	}
	towns, err := s.Towns.All(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, town := range towns {
		ctx := tenants.With(ctx, town)
		failed = errors.Join(failed, fault.Wrap(s.endLeft(ctx, town), "imports of", town.Slug))
		if s.Follows() {
			failed = errors.Join(failed, fault.Wrap(s.watchTown(ctx, town), "watched addresses of", town.Slug))
		}
	}
	return failed
}

func (s *Service) watchTown(ctx context.Context, town *tenants.Tenant) error {
	var ready []uuid.UUID
	err := s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		if ready, err = s.takeUp(ctx, tx); err != nil {
			return err
		}
		due, err := watchesOf(ctx, tx, selectDueWatches, tx.Tenant(), s.now())
		if err != nil {
			return err
		}
		for _, w := range due {
			if d, known := s.Describe(w.Target); !known || !town.Has(d.Module()) {
				w.plan(s.now()) // its module is switched off for now
			} else if err := s.beginCheck(ctx, tx, w, ""); err != nil {
				return err
			}
			if err := s.store.saveWatch(ctx, tx, w); err != nil {
				return err
			}
		}
		return nil
	})
	for _, id := range ready {
		err = errors.Join(err, s.loadReady(ctx, town, id))
	}
	return err
}

// takeUp ends readings whose job ended without a word, and lists the imports that
// waited for another to be loaded.
func (s *Service) takeUp(ctx context.Context, tx *db.Tx) (ready []uuid.UUID, err error) {
	running, err := checksOf(ctx, tx, selectRunningChecks, tx.Tenant())
	if err != nil || len(running) == 0 {
		return nil, err
	}
	ids := make([]int64, len(running))
	for n, c := range running {
		ids[n] = c.job
	}
	ended, err := jobs.Ended(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for _, c := range running {
		if c.Stands == Ready {
			ready = append(ready, c.Import)
		}
		if !ended[c.job] || c.Stands != "" && c.Stands != Uploaded {
			continue
		}
		slog.WarnContext(ctx, "reading of a watched address ended without a word", "check", c.ID)
		w, err := s.store.watch(ctx, tx, c.WatchID, true)
		if err != nil {
			return nil, err
		}
		if err := s.missed(ctx, tx, w, c, Note{Key: "imports.watch.note.interrupted"}); err != nil {
			return nil, err
		}
	}
	return ready, nil
}

// loadReady decides again of a checked file.
func (s *Service) loadReady(ctx context.Context, town *tenants.Tenant, id uuid.UUID) error {
	err := s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		i, err := s.store.claim(ctx, tx, id)
		if err != nil || i.State != Ready {
			return err
		}
		if err := s.watchChecked(ctx, tx, i); err != nil {
			return err
		}
		return s.store.save(ctx, tx, i)
	})
	if fault.Is(oneAtATime(err), fault.Conflict) {
		return nil // somebody is at it: the next round
	}
	return err
}
