package harvest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/fetch"
	"acvdata/tenants"
)

// Preview is what a catalogue would bring.
type Preview struct {
	Kind  Kind
	Start string // address it would be read at
	Tally
	Total int  // datasets it says it has; at least those that were read
	More  bool // only the first pages were read
	Files int  // links to data
	Other int  // under another licence than the two
	Lines []Line
}

// Limits of a preview, which somebody waits for.
const (
	previewTime  = 20 * time.Second
	previewPages = 3
)

// Try reads the first pages of a catalogue and says what it would bring; nothing
// is kept.
func (s *Service) Try(ctx context.Context, town *tenants.Tenant, n Source) (*Preview, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, previewTime, errLong)
	defer cancel()
	p, err := s.try(ctx, town, n)
	if err != nil && errors.Is(context.Cause(ctx), errLong) {
		err = fault.New(fault.Unavailable, "opendata.harvest.fault.long", fault.Because(err))
	}
	return p, err
}

var errLong = errors.New("somebody waits")

func (s *Service) try(ctx context.Context, town *tenants.Tenant, n Source) (*Preview, error) {
	if err := s.locate(ctx, town, &n); err != nil {
		return nil, err
	}
	items, refused, p, err := s.firstPages(ctx, n)
	if err != nil {
		return nil, err
	}
	n.ID = uuid.New() // of no source: nothing is known of it
	run := &Run{ID: uuid.New()}
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		b, err := newBatch(ctx, tx, n, run, s.homeOf(town), items)
		if err != nil {
			return err
		}
		b.write = nil
		for _, one := range refused {
			_ = b.refuse(Line{Title: one.title, Identifier: one.identifier}, one.reason, one.args)
		}
		for i := range items {
			if err := b.item(&items[i]); err != nil {
				return err
			}
		}
		p.Lines = b.lines
		return nil
	})
	p.Tally = run.Tally
	p.Total = max(p.Total, p.Read)
	// What would not come is read first.
	slices.SortStableFunc(p.Lines, func(a, b Line) int {
		return slices.Index(Outcomes(), a.Outcome) - slices.Index(Outcomes(), b.Outcome)
	})
	return p, err
}

func (s *Service) firstPages(ctx context.Context, n Source) (items []Item, refused []refusal, p *Preview, err error) {
	p = &Preview{Kind: n.Kind, Start: n.start}
	next, seen := n.start, []string{}
	for range previewPages {
		one, err := n.Kind.read(ctx, s.Reader, fetch.Request{URL: next})
		if err != nil {
			return nil, nil, p, err
		}
		p.Total = max(p.Total, one.total)
		items, refused = append(items, one.items...), append(refused, one.refused...)
		seen = append(seen, next)
		if next = one.next; next == "" || slices.Contains(seen, next) {
			next = ""
			break
		}
	}
	p.More = next != ""
	for i := range items {
		p.Files += len(items[i].Files)
		if !items[i].Open() {
			p.Other++
		}
	}
	return items, refused, p, nil
}
