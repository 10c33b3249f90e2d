package imports

import (
	"context"
	"errors"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// watchChecked decides of a file that a watched address brought, on the
// transaction that says it is checked: it is loaded, or left to a person. i is
// saved by the caller.
func (s *Service) watchChecked(ctx context.Context, tx *db.Tx, i *Import) error {
	w, c, err := s.store.ofImport(ctx, tx, i.ID)
	if err != nil || c == nil || c.State != CheckRunning {
		return err
	}
	note := c.Note
	if note.Key == "" {
		about, _ := s.about(i)
		note = w.reference.judge(i, about)
	}
	i.SkipRejected = note.Key == "" && i.Counts.Rejected > 0
	if refused, ok := errors.AsType[*fault.Fault](i.commitRefused()); ok && note.Key == "" {
		note = noteOf(refused)
	}
	if note.Key != "" {
		i.SkipRejected = false
		return s.leave(ctx, tx, w, c, i, note)
	}
	err = s.busy(ctx, tx, i)
	if fault.Is(err, fault.Conflict) {
		return nil // the sweep comes back to it
	}
	if err != nil {
		return err
	}
	caller, _, err := s.owner(ctx, tx, tenants.From(ctx), w)
	if err != nil {
		return err
	}
	if _, refused := s.allowed(caller, w.Target); refused != nil { // they lost it while the file was read
		i.SkipRejected = false
		return s.leave(ctx, tx, w, c, i, Note{Key: "imports.watch.note.owner", Args: fault.Args{"Name": w.Owner.Name}})
	}
	return s.startCommit(ctx, tx, i, i.Created)
}

// watchCommitted takes a loaded file as what the next one of its address is
// compared to, on the transaction that loads it.
func (s *Service) watchCommitted(ctx context.Context, tx *db.Tx, i *Import) error {
	w, c, err := s.store.ofImport(ctx, tx, i.ID)
	if err != nil || c == nil || c.State != CheckRunning && c.State != CheckWaiting {
		return err
	}
	w.adopt(i, c, c.State == CheckWaiting)
	w.plan(s.now())
	c.State, c.Note, c.Ended = CheckLoaded, Note{}, s.now()
	return s.saveBoth(ctx, tx, w, c)
}

// watchSettled ends a reading whose import did not go through, on the transaction
// that says so. stopped: a person gave it up.
func (s *Service) watchSettled(ctx context.Context, tx *db.Tx, i *Import, stopped bool) error {
	w, c, err := s.store.ofImport(ctx, tx, i.ID)
	if err != nil || c == nil || c.State != CheckRunning {
		return err
	}
	switch f := i.Fault; {
	case stopped || f == nil:
		return s.leave(ctx, tx, w, c, i, Note{Key: "imports.watch.note.stopped"})
	case f.Code == fault.Unavailable || f.Code == fault.Internal:
		return s.missed(ctx, tx, w, c, noteOf(f))
	default:
		return s.leave(ctx, tx, w, c, i, noteOf(f))
	}
}

// leave ends a reading whose file waits for a person, and reads the address no
// more until then.
func (s *Service) leave(ctx context.Context, tx *db.Tx, w *Watch, c *WatchCheck, i *Import, note Note) error {
	c.State, c.Note, c.Ended = CheckWaiting, note, s.now()
	w.sum, w.etag, w.modified, w.Failures = i.File.SHA256, c.etag, c.modified, 0
	return s.attend(ctx, tx, w, c, note)
}

// missed ends a reading that failed; the next one comes a little later each time,
// until a person has to look.
func (s *Service) missed(ctx context.Context, tx *db.Tx, w *Watch, c *WatchCheck, note Note) error {
	c.State, c.Note, c.Ended = CheckFailed, note, s.now()
	w.Failures++
	if w.Failures >= WatchFailures && w.State == Watching {
		return s.attend(ctx, tx, w, c, Note{Key: noteGaveUp, Args: fault.Args{"Times": w.Failures}})
	}
	w.plan(s.now())
	return s.saveBoth(ctx, tx, w, c)
}

// unchanged ends a reading that found nothing new.
func (s *Service) unchanged(ctx context.Context, tx *db.Tx, w *Watch, c *WatchCheck) error {
	c.State, c.Note, c.Ended = CheckUnchanged, Note{}, s.now()
	if c.etag != "" || c.modified != "" {
		w.etag, w.modified = c.etag, c.modified
	}
	w.Failures = 0
	if w.State == WatchAttention && w.Note.Key == noteGaveUp { // it answers again
		w.State, w.Note = Watching, Note{}
	}
	w.plan(s.now())
	return s.saveBoth(ctx, tx, w, c)
}

// noteGaveUp is an address that failed too often.
const noteGaveUp = "imports.watch.note.gave_up"

// attend has a person look, and writes to the owner: once, since nothing more is
// read by itself.
func (s *Service) attend(ctx context.Context, tx *db.Tx, w *Watch, c *WatchCheck, note Note) error {
	told := w.State == WatchAttention
	w.State, w.Note = WatchAttention, note
	w.plan(s.now())
	if err := s.saveBoth(ctx, tx, w, c); err != nil || told {
		return err
	}
	ctx = authz.With(ctx, authz.Actor{Name: "acvdata"}) // the platform's own deed
	if err := audit.Record(ctx, tx, "imports.follow_attention", w.Subject(), w.details()); err != nil {
		return err
	}
	if note.Key == "imports.watch.note.stopped" {
		return nil // who stopped it knows
	}
	return s.tell(ctx, tx, w, c)
}

func (s *Service) saveBoth(ctx context.Context, tx *db.Tx, w *Watch, c *WatchCheck) error {
	if err := s.store.saveWatch(ctx, tx, w); err != nil {
		return err
	}
	return s.store.saveCheck(ctx, tx, c)
}
