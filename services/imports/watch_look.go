package imports

import (
	"context"
	"errors"
	"maps"

	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/fetch"
	"acvdata/tenants"
)

// beginCheck starts a reading of a watched address, on the transaction that
// locks it.
func (s *Service) beginCheck(ctx context.Context, tx *db.Tx, w *Watch, author string) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	job, err := tx.Enqueue(ctx, watchJob{Watch: w.ID, Check: id})
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertCheck, tx.Tenant(), id, w.ID, job, author, s.now()); err != nil {
		return err
	}
	w.plan(s.now())
	_, err = tx.Exec(ctx, deleteOldChecks, tx.Tenant(), w.ID, WatchChecks)
	return err
}

var (
	// errOther is a reading that another worker goes on with, or that ended.
	errOther = errors.New("another worker goes on with this reading")
	// errNothingNew is an address whose content was met before.
	errNothingNew = errors.New("nothing new")
)

// look reads the address, and hands what is new over to the check of imports.
// From then on the import says what becomes of the reading (watch_outcome.go).
func (s *Service) look(ctx context.Context, town *tenants.Tenant, w *Watch, c *WatchCheck) error {
	caller, err := s.ownerNow(ctx, town, w)
	if err != nil {
		return err
	}
	ctx = authz.With(ctx, authz.Actor{AccountID: w.Owner.By, Name: w.Owner.Name})
	if c.Import != uuid.Nil {
		i, err := s.load(ctx, town.ID, c.Import)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil && i.State != Uploaded {
			return errOther // the attempt before had handed it over
		}
		if err == nil {
			s.discard(ctx, i) // killed in the middle of the file
			c.Import = uuid.Nil
		}
	}
	i, err := s.take(ctx, caller, w, c)
	if err != nil {
		return err
	}
	return s.handOver(ctx, caller, w, c, i)
}

func (s *Service) ownerNow(ctx context.Context, town *tenants.Tenant, w *Watch) (caller Caller, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		caller, _, err = s.owner(ctx, tx, town, w)
		return err
	})
	if err == nil {
		_, err = s.allowed(caller, w.Target)
	}
	return caller, err
}

// take brings the file in; errNothingNew when the address says, or its bytes
// show, that it did not change.
func (s *Service) take(ctx context.Context, caller Caller, w *Watch, c *WatchCheck) (*Import, error) {
	request := fetch.Request{URL: w.Address, ETag: w.etag, Modified: w.modified}
	before := c.Import
	i, answer, err := s.bring(ctx, caller, request, func(ctx context.Context, tx *db.Tx, i *Import) error {
		c.Import = i.ID
		tag, err := tx.Exec(ctx, linkCheck, tx.Tenant(), c.ID, i.ID, before)
		if err == nil && tag.RowsAffected() == 0 {
			err = errOther
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if i == nil {
		return nil, errNothingNew
	}
	c.etag, c.modified = answer.ETag, answer.Modified
	if string(i.File.SHA256) == string(w.sum) {
		s.discard(ctx, i)
		c.Import = uuid.Nil
		return nil, errNothingNew
	}
	return i, nil
}

// handOver maps the file as the last one was, and has it checked, in one
// transaction.
func (s *Service) handOver(ctx context.Context, caller Caller, w *Watch, c *WatchCheck, i *Import) error {
	target := s.target(w.Target)
	i.Target, i.Detection.Sheet = w.Target, w.reference.Sheet
	detection, suggested, err := s.understand(ctx, caller.Town, i, target)
	if err != nil && i.Detection.Sheet != "" && isFault(err) { // the sheet may have another name
		i.Detection.Sheet = ""
		detection, suggested, err = s.understand(ctx, caller.Town, i, target)
	}
	if err != nil {
		if isFault(err) {
			s.discard(ctx, i)
			c.Import = uuid.Nil
		}
		return err
	}
	c.Note = w.reference.differs(detection)
	mapping := w.reference.mapping()
	if c.Note.Key != "" {
		mapping = w.reference.carry(about(target, detection, nil), detection, *suggested)
	}
	mapping.Sources = caller.reach(target.Describe().Permission).Sources()
	detection.Known = c.Note.Key == ""
	return s.DB.InTenant(ctx, caller.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		now, err := s.store.lock(ctx, tx, i.ID)
		if err != nil || now.State != Uploaded {
			return firstOf(err, errOther)
		}
		now.Target, now.Detection, now.Mapping, now.Schema = w.Target, *detection, mapping, w.reference.Schema
		return s.start(ctx, tx, now, c)
	})
}

func firstOf(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// start has a mapped file checked, or leaves it to a person where its columns
// cannot be mapped. What the address brought before is out of date.
func (s *Service) start(ctx context.Context, tx *db.Tx, i *Import, c *WatchCheck) error {
	w, now, err := s.store.ofImport(ctx, tx, i.ID)
	if err != nil || w == nil || now.State != CheckRunning {
		return firstOf(err, errOther)
	}
	if _, err := tx.Exec(ctx, cancelOlder, tx.Tenant(), w.ID, i.ID); err != nil {
		return err
	}
	refused := i.Mapping.check(about(s.target(i.Target), &i.Detection, &i.Mapping), len(i.Detection.Columns))
	if refused != nil {
		note := c.Note
		if note.Key == "" {
			note = noteOf(fault.From(refused))
		}
		i.State = Analysed
		if err := s.store.save(ctx, tx, i); err != nil {
			return err
		}
		return s.leave(ctx, tx, w, c, i, note)
	}
	i.State = Checking
	if err := s.store.save(ctx, tx, i); err != nil {
		return err
	}
	if err := s.store.saveCheck(ctx, tx, c); err != nil {
		return err
	}
	_, err = tx.Enqueue(ctx, checkJob{Import: i.ID})
	return err
}

// mapping is the reference's, to be changed by whoever gets it.
func (r *Reference) mapping() Mapping {
	m := r.Mapping
	m.Columns, m.Options, m.Dates, m.Kinds = maps.Clone(m.Columns), maps.Clone(m.Options), maps.Clone(m.Dates), maps.Clone(m.Kinds)
	return m
}
