package ogc

import (
	"context"
	"errors"
	"slices"

	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/db"
	"acvdata/tenants"
)

// readChosen fills the page with rows chosen and sorted by column. The cursor of
// a page is the identifier of its last row: a page that was asked for goes on
// where it stopped, also when the data changed meanwhile.
func (s *Service) readChosen(ctx context.Context, tx *db.Tx, o datasets.Source, p *page) error {
	t, err := s.Columns.Table(ctx, tx, o, p.fresh.Version)
	if errors.Is(err, columns.ErrLarge) && p.asked.around != nil && len(p.asked.sort) == 0 {
		return s.readAround(ctx, tx, o, p)
	}
	if err != nil {
		return err
	}
	rows, err := s.choose(ctx, tx, o, p, t)
	if err != nil {
		return err
	}
	p.matched = int64(len(rows))
	if p.filter.After != "" {
		at := -1
		if row, known := t.Find(p.filter.After); known {
			at = slices.Index(rows, row)
		}
		if at < 0 {
			return refused("ogc.fault.after", parameterAfter)
		}
		rows = rows[at+1:]
	}
	if len(rows) > p.filter.Limit {
		rows = rows[:p.filter.Limit]
		p.next = t.At(rows[len(rows)-1]).ID
	}
	for _, row := range rows {
		if err := p.add(t.At(row)); err != nil {
			return outside(err)
		}
	}
	return nil
}

// choose gives the rows of all pages, in order, once a version.
func (s *Service) choose(ctx context.Context, tx *db.Tx, o datasets.Source, p *page, t *columns.Table) ([]uint32, error) {
	return s.Columns.Rows(p.key(), func() ([]uint32, error) {
		return choose(ctx, tx, o, p, t)
	})
}

func choose(ctx context.Context, tx *db.Tx, o datasets.Source, p *page, t *columns.Table) ([]uint32, error) {
	narrow := p.filter
	narrow.After, narrow.Limit = "", 0
	var boxes []tenants.Bounds
	if o.Describe().Geometry == datasets.Point { // columns know points as well as the source does
		boxes, narrow.BBox = p.boxes(), nil
	}
	rows := t.Within(boxes...)
	if !narrow.Whole() {
		kept, next := make([]bool, t.Len()), uint32(0)
		err := o.Rows(ctx, tx, narrow, func(r datasets.Row) error {
			if row, known := t.Next(r.ID, next); known {
				kept[row], next = true, row+1
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		rows = slices.DeleteFunc(rows, func(row uint32) bool { return !kept[row] })
	}
	rows = t.Among(rows, p.asked.filter)
	t.Sort(rows, p.asked.sort)
	return rows, nil
}
