package harvest

import (
	"context"
	"encoding/hex"
	"errors"
	"hash/fnv"
	"slices"
	"strconv"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/fetch"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// atOnce is how many items one transaction writes.
const atOnce = 200

// errOther is a run that another worker goes on with, or that ended.
var errOther = errors.New("another worker goes on with this reading")

// work reads a catalogue from the place its run reached.
func (s *Service) work(ctx context.Context, task *jobs.Task, town *tenants.Tenant, r *Run, source Source) error {
	task.Progress.Phase(ctx, "opendata.harvest.phase.read", 0)
	for !r.mark.Read {
		request := s.request(r, source)
		p, err := source.Kind.read(ctx, s.Reader, request)
		if err != nil {
			return err
		}
		if p.answer.Unchanged {
			return s.untouched(ctx, town, r, source)
		}
		if p.total > 0 && r.Read == 0 {
			task.Progress.Phase(ctx, "opendata.harvest.phase.read", int64(p.total))
		}
		if err := s.page(ctx, task, town, r, source, p, request.URL); err != nil {
			return err
		}
	}
	return s.close(ctx, town, r, source)
}

// request asks for the page to read. A catalogue that did not change since it was
// read whole, and of which nothing is missing, is not sent again.
func (s *Service) request(r *Run, source Source) fetch.Request {
	if r.mark.Next != "" {
		return fetch.Request{URL: r.mark.Next}
	}
	request := fetch.Request{URL: source.start}
	if source.Count.Missing == 0 && source.Count.All() > 0 && r.Read == 0 {
		request.ETag, request.Modified = source.etag, source.modified
	}
	return request
}

// page writes the items of a page, some at a time, and moves on to the next.
func (s *Service) page(ctx context.Context, task *jobs.Task, town *tenants.Tenant, r *Run, source Source, p *page, here string) error {
	sum := hex.EncodeToString(p.sum[:8])
	if r.mark.Items == 0 && slices.Contains(r.mark.Seen, sum) && len(p.items) > 0 {
		return s.step(ctx, town, r, func(m *mark) { m.Read, m.Round = true, true }, nil)
	}
	again := r.mark.Items > 0 && r.mark.Sum != sum // it changed since the worker before read it
	start := r.mark.Items
	if again {
		start = 0
	}
	for {
		if len(p.items)+r.Read-start > mostItems {
			return tooMany(len(p.items) + r.Read - start)
		}
		end := min(start+atOnce, len(p.items))
		err := s.step(ctx, town, r, func(m *mark) {
			if m.Items, m.Sum = end, sum; end == len(p.items) {
				m.turn(p, here, sum)
			}
		}, func(ctx context.Context, tx *db.Tx) error {
			var refused []refusal
			if start == 0 && !again {
				refused = p.refused
			}
			return s.items(ctx, tx, town, r, source, p.items[start:end], refused, again)
		})
		if err != nil {
			return err
		}
		task.Progress.Done(ctx, int64(r.Read))
		if start = end; start >= len(p.items) {
			return nil
		}
	}
}

// turn leaves a page for the next one. Pages that lead back to one that was read
// end the reading.
func (m *mark) turn(p *page, here, sum string) {
	if len(m.Seen) == 0 && p.next == "" {
		m.ETag, m.Last = p.answer.ETag, p.answer.Modified
	}
	m.Seen = append(m.Seen, sum, trace(here))
	m.Items, m.Sum, m.Next = 0, "", p.next
	switch {
	case p.next == "":
		m.Read = true
	case slices.Contains(m.Seen, trace(p.next)) || len(m.Seen) >= 2*mostPages:
		m.Read, m.Round = true, true
	}
}

func trace(address string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(address))
	return strconv.FormatUint(h.Sum64(), 36)
}

// step writes something together with the place reached. The run is as it was
// when it fails.
func (s *Service) step(ctx context.Context, town *tenants.Tenant, r *Run, move func(*mark), write func(context.Context, *db.Tx) error) error {
	before, place := r.Tally, r.mark
	place.Seen = slices.Clone(place.Seen)
	err := s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		now, err := runOf(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		if now == nil || now.State != Running || now.step != r.step {
			return errOther
		}
		if write != nil {
			if err := write(ctx, tx); err != nil {
				return err
			}
		}
		move(&r.mark)
		if done, err := advance(ctx, tx, r); err != nil || !done {
			return firstOf(err, errOther)
		}
		return nil
	})
	if err != nil {
		r.Tally, r.mark = before, place
		return err
	}
	r.step++
	return nil
}

func (s *Service) items(ctx context.Context, tx *db.Tx, town *tenants.Tenant, r *Run, source Source, items []Item, refused []refusal, again bool) error {
	b, err := newBatch(ctx, tx, source, r, s.homeOf(town), items)
	if err != nil {
		return err
	}
	b.again = again
	for _, one := range refused {
		_ = b.refuse(Line{Title: one.title, Identifier: one.identifier}, one.reason, one.args)
	}
	for i := range items {
		if err := b.item(&items[i]); err != nil {
			return err
		}
	}
	return send(ctx, tx, b.write)
}

// close ends a reading that met every page: what it did not meet is missing, and
// archived when it has been for long enough. Nothing is when the pages led in a
// circle, or when a catalogue that held something comes empty: that is a portal in
// trouble more often than a portal that gave everything up.
func (s *Service) close(ctx context.Context, town *tenants.Tenant, r *Run, source Source) error {
	if r.Read == 0 && source.Count.All() > 0 {
		return fault.New(fault.Invalid, "opendata.harvest.fault.empty")
	}
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		now, err := runOf(ctx, tx, r.ID)
		if err != nil || now == nil || now.State != Running || now.step != r.step {
			return firstOf(err, errOther)
		}
		note := ""
		if r.mark.Round {
			note = "opendata.harvest.note.round"
		} else if err := s.missing(ctx, tx, r, source); err != nil {
			return err
		}
		if done, err := advance(ctx, tx, r); err != nil || !done {
			return firstOf(err, errOther)
		}
		if err := remember(ctx, tx, source.ID, r.mark.ETag, r.mark.Last); err != nil {
			return err
		}
		return finish(ctx, tx, r, Done, note, nil)
	})
}

func (s *Service) missing(ctx context.Context, tx *db.Tx, r *Run, source Source) error {
	gone, err := sweepMissing(ctx, tx, source.ID, r.ID, source.Grace, s.Now())
	if err != nil {
		return err
	}
	b, err := newBatch(ctx, tx, source, r, home{}, nil)
	if err != nil {
		return err
	}
	for _, line := range gone {
		b.note(line)
	}
	return send(ctx, tx, b.write)
}

// untouched ends a reading of a catalogue that says that nothing changed.
func (s *Service) untouched(ctx context.Context, town *tenants.Tenant, r *Run, source Source) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		r.Unchanged = source.Count.All()
		r.Read = r.Unchanged
		if done, err := advance(ctx, tx, r); err != nil || !done {
			return firstOf(err, errOther)
		}
		return finish(ctx, tx, r, Done, "opendata.harvest.note.unchanged", nil)
	})
}
