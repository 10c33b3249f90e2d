package trees

import (
	"context"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"acvdata/modules/trees/taxa"
	"acvdata/services/db"
)

const itemColumns = `t.number, t.taxon_id, t.species_text, t.status, t.stage, t.height_m, t.circumference_cm,
  coalesce(t.birth_year, 0), s.address, t.district, coalesce(t.matricule, ''), t.remarkable, s.lon, s.lat`

const fromItems = `
FROM trees.tree t
JOIN trees.site s ON s.tenant_id = t.tenant_id AND s.id = t.site_id
JOIN trees.taxon x ON x.id = t.taxon_id
WHERE `

// listItems reads one page of a selection, and one row more to know whether
// there is another.
func listItems(ctx context.Context, tx *db.Tx, r *taxa.Register, l List) (items []Item, more bool, err error) {
	c := newConditions(tx.Tenant())
	if err := c.selected(l.Filter, r); err != nil {
		return nil, false, err
	}
	orderBy := c.page(l.Order, l.from, l.backwards)
	key := l.Order.key()
	if key == "" {
		key = "''"
	}
	query := "SELECT (" + key + ")::text, " + itemColumns + fromItems + c.String() +
		"\nORDER BY " + orderBy + "\nLIMIT " + strconv.Itoa(l.Size+1)
	rows, err := tx.Query(ctx, query, c.args...)
	if err != nil {
		return nil, false, err
	}
	items, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Item, error) { return scanItem(row, r) })
	if err != nil {
		return nil, false, err
	}
	if more = len(items) > l.Size; more {
		items = items[:l.Size]
	}
	if l.backwards {
		slices.Reverse(items)
	}
	return items, more, nil
}

func scanItem(row pgx.CollectableRow, r *taxa.Register) (i Item, err error) {
	var taxon int
	err = row.Scan(&i.cursor.Key, &i.Number, &taxon, &i.SpeciesText, &i.Status, &i.Stage, &i.HeightM, &i.Circumference,
		&i.BirthYear, &i.Address, &i.District, &i.Matricule, &i.Remarkable, &i.Position.Lon, &i.Position.Lat)
	i.Taxon, i.cursor.Number = r.Taxon(taxon), i.Number
	return i, err
}

// countTrees counts a selection the kept counts know nothing of.
func countTrees(ctx context.Context, tx *db.Tx, r *taxa.Register, f Filter) (n int64, err error) {
	c := newConditions(tx.Tenant())
	if err := c.selected(f, r); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, "SELECT count(*) FROM trees.tree t WHERE "+c.String(), c.args...).Scan(&n)
	return n, err
}
