package imports

import (
	"context"
	"time"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Towns lists the towns whose watched addresses are read.
type Towns interface {
	All(ctx context.Context) ([]*tenants.Tenant, error)
}

// Follows reports whether addresses are followed here.
func (s *Service) Follows() bool { return s.Reader != nil && s.Policy != nil }

// Follow has the address of a loaded import read on a schedule, in the name of
// the caller. The last file loaded from it says how the next ones are read. An
// address that is followed already is given as it is.
func (s *Service) Follow(ctx context.Context, c Caller, id uuid.UUID, schedule Schedule) (*Watch, error) {
	i, err := s.Get(ctx, c, id)
	if err != nil {
		return nil, err
	}
	if _, err := s.allowed(c, i.Target); err != nil {
		return nil, err
	}
	if !s.Follows() || i.State != Committed || i.Address == "" {
		return nil, fault.New(fault.Conflict, "imports.watch.fault.not_loaded")
	}
	if err := schedule.check(); err != nil {
		return nil, err
	}
	var w *Watch
	err = s.DB.InTenant(ctx, c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		if w, err = s.store.watchAt(ctx, tx, i.Target, i.Address); err != nil || w != nil {
			return err
		}
		if i, err = s.lastAt(ctx, tx, i); err != nil {
			return err
		}
		if w, err = s.newWatch(ctx, i, schedule); err != nil {
			return err
		}
		if err := s.roomForWatch(ctx, tx); err != nil {
			return err
		}
		if err := s.store.insertWatch(ctx, tx, w); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "imports.follow", w.Subject(), w.details())
	})
	return w, err
}

// lastAt is the last import loaded from the address of one, into the same data.
func (s *Service) lastAt(ctx context.Context, tx *db.Tx, i *Import) (*Import, error) {
	var last uuid.UUID
	if err := tx.QueryRow(ctx, selectLastAt, tx.Tenant(), i.Target, i.Address).Scan(&last); err != nil {
		return nil, err
	}
	found, err := s.store.get(ctx, tx, last)
	if err != nil || s.dataset(found) != s.dataset(i) {
		return i, err
	}
	return found, nil
}

func (s *Service) newWatch(ctx context.Context, i *Import, schedule Schedule) (*Watch, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	w := &Watch{
		ID: id, Tenant: i.Tenant, Target: i.Target, Address: i.Address, Schedule: schedule, State: Watching,
		Owner: s.deed(ctx), reference: referenceOf(i), sum: i.File.SHA256,
	}
	w.plan(s.now())
	return w, nil
}

func (s *Service) roomForWatch(ctx context.Context, tx *db.Tx) error {
	all, err := watchesOf(ctx, tx, selectWatches, tx.Tenant(), nil, "")
	if err == nil && len(all) >= mostWatches {
		return fault.New(fault.Conflict, "imports.watch.fault.too_many", fault.With(fault.Args{"Most": mostWatches}))
	}
	return err
}

// Subject names the watch for the audit log.
func (w *Watch) Subject() string { return "watch/" + w.ID.String() }

func (w *Watch) details() map[string]any {
	return map[string]any{"address": Shown(w.Address), "target": w.Target}
}

// Watches lists the addresses that the caller may see, those to look at first.
func (s *Service) Watches(ctx context.Context, c Caller) (list []*Watch, err error) {
	if !c.Can(ReadPermission) {
		return nil, fault.New(fault.Forbidden, "imports.fault.forbidden")
	}
	err = s.DB.ReadTenant(ctx, c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		if author := c.author(ctx); author != nil {
			list, err = watchesOf(ctx, tx, selectWatches, tx.Tenant(), author.By, author.Name)
		} else {
			list, err = watchesOf(ctx, tx, selectWatches, tx.Tenant(), nil, "")
		}
		if err != nil {
			return err
		}
		return s.store.lastChecks(ctx, tx, list)
	})
	return list, err
}

// Watch reads one, with its readings, the last first.
func (s *Service) Watch(ctx context.Context, c Caller, id uuid.UUID) (w *Watch, checks []*WatchCheck, err error) {
	if !c.Can(ReadPermission) {
		return nil, nil, fault.New(fault.Forbidden, "imports.fault.forbidden")
	}
	err = s.DB.ReadTenant(ctx, c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		if w, err = s.store.watch(ctx, tx, id, false); err != nil {
			return err
		}
		if !c.seesWatch(ctx, w) {
			return fault.New(fault.NotFound, "imports.watch.fault.not_found")
		}
		checks, err = checksOf(ctx, tx, selectChecks, tx.Tenant(), id, WatchChecks)
		return err
	})
	if len(checks) > 0 {
		w.Last = checks[0]
	}
	return w, checks, err
}

func (c Caller) seesWatch(ctx context.Context, w *Watch) bool {
	author := c.author(ctx)
	return author == nil || author.By == w.Owner.By && author.Name == w.Owner.Name
}

// WatchOf finds the watch of an import's address, and the reading that brought
// the import: nil for what there is none of.
func (s *Service) WatchOf(ctx context.Context, c Caller, i *Import) (w *Watch, check *WatchCheck, err error) {
	if i.Address == "" {
		return nil, nil, nil
	}
	err = s.DB.ReadTenant(ctx, c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		if w, err = s.store.watchAt(ctx, tx, i.Target, i.Address); err != nil || w == nil {
			return err
		}
		found, err := checksOf(ctx, tx, selectCheckOf, tx.Tenant(), i.ID)
		if len(found) > 0 {
			check = found[0]
		}
		return err
	})
	if w != nil && !c.seesWatch(ctx, w) {
		return nil, nil, err
	}
	return w, check, err
}

// changeWatch reads a watch the caller may work on, has fn change it, and saves
// it.
func (s *Service) changeWatch(ctx context.Context, c Caller, id uuid.UUID, deed string, fn func(context.Context, *db.Tx, *Watch) error) error {
	return s.DB.InTenant(ctx, c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		w, err := s.store.watch(ctx, tx, id, true)
		if err != nil {
			return err
		}
		if !c.seesWatch(ctx, w) {
			return fault.New(fault.NotFound, "imports.watch.fault.not_found")
		}
		if _, err := s.allowed(c, w.Target); err != nil {
			return err
		}
		if err := fn(ctx, tx, w); err != nil {
			return err
		}
		if err := s.store.saveWatch(ctx, tx, w); err != nil {
			return err
		}
		return audit.Record(ctx, tx, deed, w.Subject(), w.details())
	})
}

// CheckNow has the address read at once, whatever its schedule.
func (s *Service) CheckNow(ctx context.Context, c Caller, id uuid.UUID) error {
	if !s.Follows() {
		return fault.New(fault.Conflict, "imports.watch.fault.none_read")
	}
	return s.changeWatch(ctx, c, id, "imports.follow_check", func(ctx context.Context, tx *db.Tx, w *Watch) error {
		last, err := checksOf(ctx, tx, selectChecks, tx.Tenant(), w.ID, 1)
		if err != nil {
			return err
		}
		if len(last) > 0 && last[0].State == CheckRunning {
			return nil // pressed twice
		}
		return s.beginCheck(ctx, tx, w, authz.From(ctx).Name)
	})
}

// PauseWatch stops reading the address until ResumeWatch. A reading under way
// comes to its end.
func (s *Service) PauseWatch(ctx context.Context, c Caller, id uuid.UUID) error {
	return s.changeWatch(ctx, c, id, "imports.follow_pause", func(_ context.Context, _ *db.Tx, w *Watch) error {
		w.State, w.Next, w.Note = WatchPaused, time.Time{}, Note{}
		return nil
	})
}

// ResumeWatch has the address read on its schedule again, in the name of the
// caller from now on: whoever had it followed may have left.
func (s *Service) ResumeWatch(ctx context.Context, c Caller, id uuid.UUID) error {
	return s.changeWatch(ctx, c, id, "imports.follow_resume", func(ctx context.Context, tx *db.Tx, w *Watch) error {
		w.State, w.Failures, w.Note = Watching, 0, Note{}
		w.plan(s.now())
		return s.keepOwner(ctx, tx, c, w)
	})
}

const updateOwner = `
UPDATE imports.watch SET owner_id = nullif($3, '00000000-0000-0000-0000-000000000000'::uuid), owner_name = $4
WHERE tenant_id = $1 AND id = $2`

// keepOwner hands a watch to the caller when its owner may not load any more.
func (s *Service) keepOwner(ctx context.Context, tx *db.Tx, c Caller, w *Watch) error {
	owner, _, err := s.owner(ctx, tx, c.Town, w)
	if err != nil {
		return err
	}
	if _, err := s.allowed(owner, w.Target); err == nil {
		return nil
	}
	now := s.deed(ctx)
	w.Owner.By, w.Owner.Name = now.By, now.Name
	_, err = tx.Exec(ctx, updateOwner, tx.Tenant(), w.ID, now.By, now.Name)
	return err
}

// owner is on whose behalf a watch works, with the rights they hold today, and
// where to write to them ("" when they are no member any more).
func (s *Service) owner(ctx context.Context, tx *db.Tx, town *tenants.Tenant, w *Watch) (Caller, string, error) {
	m, email, found, err := auth.Standing(ctx, tx, w.Owner.By)
	actor := authz.Actor{AccountID: w.Owner.By, Name: w.Owner.Name}
	if found {
		actor.Towns = map[uuid.UUID]authz.Membership{town.ID: m}
	}
	policy := s.Policy()
	return Caller{
		Town:  town,
		Can:   func(p authz.Permission) bool { return policy.Can(actor, town.ID, p) },
		Reach: func(p authz.Permission) authz.Reach { return policy.Reach(actor, town.ID, p) },
	}, email, err
}

// Reschedule changes when the address is read.
func (s *Service) Reschedule(ctx context.Context, c Caller, id uuid.UUID, schedule Schedule) error {
	if err := schedule.check(); err != nil {
		return err
	}
	return s.changeWatch(ctx, c, id, "imports.follow_schedule", func(_ context.Context, _ *db.Tx, w *Watch) error {
		w.Schedule = schedule
		w.plan(s.now())
		return nil
	})
}

// Unfollow forgets an address and its readings. What they loaded stays.
func (s *Service) Unfollow(ctx context.Context, c Caller, id uuid.UUID) error {
	return s.changeWatch(ctx, c, id, "imports.follow_stop", func(ctx context.Context, tx *db.Tx, w *Watch) error {
		_, err := tx.Exec(ctx, deleteWatch, tx.Tenant(), w.ID)
		return err
	})
}
