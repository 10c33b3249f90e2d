package ogc

import (
	"context"

	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/db"
	"acvdata/tenants"
)

// A page of a layer that memory does not hold looks through so many rows of the box
// its filter names, some at a time. When few of them pass, the page is short and
// leads on all the same.
const (
	mostRead  = 20_000
	readParts = 1_000
)

// boxes are those that points must be in to be on the page.
func (p *page) boxes() (list []tenants.Bounds) {
	if p.filter.BBox != nil {
		list = append(list, *p.filter.BBox)
	}
	if p.asked.around != nil {
		list = append(list, *p.asked.around)
	}
	return list
}

// readAround fills the page with rows that pass, in the order of their place, from
// the box around all that can.
func (s *Service) readAround(ctx context.Context, tx *db.Tx, o datasets.Source, p *page) error {
	box := *p.asked.around
	for _, b := range p.boxes() {
		box = box.Common(b)
	}
	if box.West > box.East || box.South > box.North {
		return nil // nothing is in both
	}
	f := p.filter
	f.BBox = &box
	passing, last, over := columns.NewReader(p.dataset.Source), f.After, false
	for read := 0; !over && p.count < p.filter.Limit && read < mostRead; read += f.Limit {
		got := 0
		f.After, f.Limit = last, max(readParts, p.filter.Limit-p.count)
		err := o.Rows(ctx, tx, f, func(r datasets.Row) error {
			if p.count == p.filter.Limit { // got tells that there is more
				return nil
			}
			got, last = got+1, r.Cursor
			if !passing.Passes(p.asked.filter, r) {
				return nil
			}
			return p.add(r)
		})
		if err != nil {
			return err
		}
		over = got < f.Limit && p.count < p.filter.Limit
	}
	if !over {
		p.next, p.matched = last, uncounted
	} else if p.matched = int64(p.count); p.filter.After != "" {
		p.matched = uncounted
	}
	return nil
}
