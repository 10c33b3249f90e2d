package tables

import (
	"context"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// Page is a page of a table's rows.
type Page struct {
	Rows    []datasets.Row
	Matched int64
	Next    string // cursor of the next page, "" on the last
}

// Page reads a page of rows. The tenth page costs what the first did.
func (s *Service) Page(ctx context.Context, town *tenants.Tenant, t *Table, f datasets.Filter, o Order, size int) (p Page, err error) {
	f.After, f.Limit = "", 0
	err = s.db.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		of := source{t, s}
		if p.Matched, err = of.Count(ctx, tx, f); err != nil {
			return err
		}
		numbers, err := of.page(ctx, tx, f, o, size+1)
		if err != nil {
			return err
		}
		if len(numbers) > size {
			numbers = numbers[:size]
			p.Next = strconv.FormatInt(numbers[size-1], 10)
		}
		p.Rows, err = of.numbered(ctx, tx, numbers)
		return err
	})
	return p, err
}

// page gives the numbers of the rows behind the cursor, at most most.
func (s source) page(ctx context.Context, tx *db.Tx, f datasets.Filter, o Order, most int) ([]int64, error) {
	from, err := o.from()
	if err != nil {
		return nil, err
	}
	var kept *rowSet // every row
	if !f.Whole() {
		if kept, err = s.selection(ctx, tx, f); err != nil {
			return nil, err
		}
	}
	switch {
	case o.Column != "":
		return s.sorted(ctx, tx, kept, o, from, most)
	case kept != nil:
		return kept.take(from, most), nil
	}
	return s.following(ctx, tx, from, most)
}

// sorted gives the rows of a set behind a row, as a column sorts them.
func (s source) sorted(ctx context.Context, tx *db.Tx, kept *rowSet, o Order, from int64, most int) ([]int64, error) {
	c, known := s.table.Column(o.Column)
	if !known || !c.sortable() {
		return nil, refused("tri")
	}
	by, err := s.ordered(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	return by.take(kept, from, o.Down, most)
}

// following gives the numbers behind one in the file's order.
func (s source) following(ctx context.Context, tx *db.Tx, from int64, most int) ([]int64, error) {
	w := of(tx.Tenant(), s.table)
	w.add("r.number > ?", from)
	rows, err := tx.Query(ctx, "SELECT r.number FROM opendata.slot_row r WHERE "+w.String()+" ORDER BY 1 LIMIT "+strconv.Itoa(most), w.args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// numbered reads rows in the order of their numbers' list.
func (s source) numbered(ctx context.Context, tx *db.Tx, numbers []int64) ([]datasets.Row, error) {
	place := make(map[string]int, len(numbers))
	for i, number := range numbers {
		place[strconv.FormatInt(number, 10)] = i
	}
	w := of(tx.Tenant(), s.table)
	w.add("r.number = ANY(?)", numbers)
	list := make([]datasets.Row, 0, len(numbers))
	_, err := s.read(ctx, tx, w, reading{order: "r.number"}, func(r datasets.Row) error {
		r.Values = slices.Clone(r.Values)
		list = append(list, r)
		return nil
	})
	slices.SortFunc(list, func(a, b datasets.Row) int { return place[a.ID] - place[b.ID] })
	return list, err
}

// Choice is a value of a column with how many rows have it.
type Choice struct {
	Value string
	Count int64
}

// mostChoices is how many values a column may have to be offered as a filter.
const mostChoices = 40

// Choices lists the values of a text column, the most frequent first; nil when
// there are too many for a list.
func (s *Service) Choices(ctx context.Context, town *tenants.Tenant, t *Table, c Column) (list []Choice, err error) {
	if c.Kind != imports.KindText || c.Slot == "" {
		return nil, nil
	}
	query := `
SELECT r.` + c.Slot + `, count(*)
FROM opendata.slot_row r
WHERE r.tenant_id = $1 AND r.table_id = $2 AND r.edition = $3 AND r.` + c.Slot + ` IS NOT NULL
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT ` + strconv.Itoa(mostChoices+1)
	key := t.asked(town.ID, query)
	if kept, known := s.choices.Get(key); known {
		return kept, nil
	}
	err = s.db.Query(ctx, town.ID, func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Choice])
		return err
	}, query, town.ID, t.ID, t.Edition)
	if len(list) > mostChoices || len(list) < 2 {
		list = nil
	}
	if err == nil {
		s.choices.Add(key, list)
	}
	return list, err
}
