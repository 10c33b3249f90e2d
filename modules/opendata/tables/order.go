package tables

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/imports"
)

// Order is how a list is sorted: by a column, or in the file's order.
type Order struct {
	Column string
	Down   bool
	After  string // number of the last row of the page before
}

// sortable columns have an order people expect.
func (c Column) sortable() bool { return c.Slot != "" && c.Kind != imports.KindBool }

// Sortable reports whether a list can be sorted by the column.
func (c Column) Sortable() bool { return c.sortable() }

// order is the rows of an edition as a column sorts them: numbers by place, and
// places by number. Rows without a value come last, whichever the direction.
type order struct {
	numbers, places []uint32
	valued          int // rows with a value
}

func (o *order) size() int { return 4 * (len(o.numbers) + len(o.places)) }

// nowhere is the place of numbers that are no row's.
const nowhere = ^uint32(0)

func (o *order) add(number int64, valued bool) {
	for int(number) >= len(o.places) {
		o.places = append(o.places, nowhere)
	}
	o.places[number] = uint32(len(o.numbers))
	o.numbers = append(o.numbers, uint32(number))
	if valued {
		o.valued++
	}
}

// take gives the rows of a set behind a row (0 for the first), at most most, in a
// list that goes up or down.
func (o *order) take(kept *rowSet, from int64, down bool, most int) (numbers []int64, err error) {
	next := 0
	if from > 0 {
		if from >= int64(len(o.places)) || o.places[from] == nowhere {
			return nil, refused("apres")
		}
		next = o.turn(int(o.places[from]), down) + 1
	}
	for ; next < len(o.numbers) && len(numbers) < most; next++ {
		if number := int64(o.numbers[o.turn(next, down)]); kept == nil || kept.has(number) {
			numbers = append(numbers, number)
		}
	}
	return numbers, nil
}

// turn changes a place of the list up into that of the list down, or back.
func (o *order) turn(place int, down bool) int {
	if down && place < o.valued {
		return o.valued - 1 - place
	}
	return place
}

// ordered gives the order a column puts the rows in; texts as French readers
// sort them.
func (s source) ordered(ctx context.Context, tx *db.Tx, c Column) (*order, error) {
	by := "r." + c.Slot
	if c.Kind == imports.KindText {
		by += ` COLLATE "fr-x-icu"`
	}
	w := of(tx.Tenant(), s.table)
	query := "SELECT r.number, r." + c.Slot + " IS NOT NULL\nFROM opendata.slot_row r\nWHERE " + w.String() + "\nORDER BY " + by + ", r.number"
	return keep(s.service, s.table.asked(tx.Tenant(), "order "+c.Slot), func() (*order, error) {
		rows, err := tx.Query(ctx, query, w.args...)
		if err != nil {
			return nil, err
		}
		o, number, valued := &order{}, int64(0), false
		_, err = pgx.ForEachRow(rows, []any{&number, &valued}, func() error {
			o.add(number, valued)
			return nil
		})
		return o, err
	})
}

// from reads the cursor: the number of the row before, 0 for the first page.
func (o Order) from() (int64, error) {
	if o.After == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(o.After, 10, 64)
	if err != nil || n < 1 {
		return 0, refused("apres")
	}
	return n, nil
}
