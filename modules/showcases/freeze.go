package showcases

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// readFigures reads the indicators a piece's figures are bound to, by block.
// One that has no value yet stops the publication: an empty figure helps nobody.
func (s *Service) readFigures(ctx context.Context, id uuid.UUID) (map[string]Figure, error) {
	p, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	read := map[string]Figure{}
	for i := range p.Content.Blocks {
		b := &p.Content.Blocks[i]
		if b.Figure == nil || !b.Figure.Bound() {
			continue
		}
		f, err := s.readFigure(ctx, *b.Figure)
		if err != nil {
			return nil, err
		}
		read[b.ID] = f
	}
	return read, nil
}

// readFigure reads one bound figure now, in its town.
func (s *Service) readFigure(ctx context.Context, f Figure) (Figure, error) {
	town, err := s.towns.BySlug(ctx, f.Town)
	if err != nil {
		return f, err
	}
	r, err := s.indicators.Read(tenants.With(ctx, town), town, f.Key)
	if err != nil {
		return f, err
	}
	if !r.Known {
		return f, fault.New(fault.Conflict, "showcases.fault.no_value", fault.With(fault.Args{"Indicator": r.Title, "Town": town.Name}))
	}
	f.Value, f.Unit, f.Method, f.Source, f.Href = i18n.Decimal(r.Number, r.Decimals), r.Unit, r.Method, r.Source, r.Href
	f.At, f.Frozen = r.At, s.now()
	return f, nil
}

// live fills the bound figures of a text that is not public yet with what their
// indicators say now; one that cannot be read stays empty.
func (s *Service) live(ctx context.Context, c Content) Content {
	c = c.clone()
	for i := range c.Blocks {
		f := c.Blocks[i].Figure
		if f == nil || !f.Bound() {
			continue
		}
		if read, err := s.readFigure(ctx, *f); err == nil {
			read.Frozen = f.Frozen
			c.Blocks[i].Figure = &read
		}
	}
	return c
}

// errUnread is a figure bound between the reading and the publication.
var errUnread = errors.New("a bound figure was not read")

// freeze is the content with its bound figures as they were read.
func (c Content) freeze(read map[string]Figure) (Content, error) {
	c = c.clone()
	for i := range c.Blocks {
		b := &c.Blocks[i]
		if b.Figure == nil || !b.Figure.Bound() {
			continue
		}
		f, ok := read[b.ID]
		if !ok || f.Key != b.Figure.Key || f.Town != b.Figure.Town {
			return c, fault.New(fault.Conflict, "showcases.fault.changed_meanwhile", fault.Because(errUnread))
		}
		b.Figure = &f
	}
	return c, nil
}
