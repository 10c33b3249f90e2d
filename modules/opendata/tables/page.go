package tables

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// Order is how a list is sorted: by a column, or in the file's order.
type Order struct {
	Column string
	Down   bool
	After  string // cursor of the last row of the page before
}

// Page is a page of a table's rows.
type Page struct {
	Rows    []datasets.Row
	Matched int64
	Next    string // cursor of the next page, "" on the last
}

// sortable columns have an order people expect.
func (c Column) sortable() bool { return c.Slot != "" && c.Kind != imports.KindBool }

// Sortable reports whether a list can be sorted by the column.
func (c Column) Sortable() bool { return c.sortable() }

// Page reads a page of rows, by keyset: the tenth page costs what the first did.
func (s *Service) Page(ctx context.Context, town *tenants.Tenant, t *Table, f datasets.Filter, o Order, size int) (p Page, err error) {
	err = s.db.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if p.Matched, err = (source{t}).Count(ctx, tx, f); err != nil {
			return err
		}
		w := of(tx.Tenant(), t)
		if err := w.narrow(t, f); err != nil {
			return err
		}
		order, key, err := w.sorted(t, o)
		if err != nil {
			return err
		}
		var last datasets.Row
		return source{t}.read(ctx, tx, w, order, size+1, func(r datasets.Row) error {
			if len(p.Rows) == size {
				p.Next = key(last)
				return nil
			}
			r.Values = slices.Clone(r.Values)
			p.Rows, last = append(p.Rows, r), r
			return nil
		})
	})
	return p, err
}

// sorted adds the condition of a page after another, and gives the order and
// what makes a row's cursor. Rows without a value come last.
func (w *where) sorted(t *Table, o Order) (order string, key func(datasets.Row) string, err error) {
	c, known := t.Column(o.Column)
	if !known || !c.sortable() {
		if o.Column != "" {
			return "", nil, refused("tri")
		}
		if o.After != "" {
			err = w.numbered(datasets.Filter{After: o.After})
		}
		return "r.number", func(r datasets.Row) string { return r.ID }, err
	}
	way, compare, none := "ASC", ">", map[string]string{"t": `'\uFFFF'`, "n": "'Infinity'", "d": "'infinity'"}
	if o.Down {
		way, compare, none = "DESC", "<", map[string]string{"t": "''", "n": "'-Infinity'", "d": "'-infinity'"}
	}
	empty := none[c.Slot[:1]]
	if c.Slot[:1] == "t" && !o.Down {
		empty = "chr(65533)" // after every letter
	}
	value := "coalesce(r." + c.Slot + ", " + empty + ")"
	if o.After != "" {
		after, number, ok := uncursor(o.After)
		if !ok {
			return "", nil, refused("apres")
		}
		place := empty
		if after != nil {
			place = w.arg(*after) + casts[c.Slot[:1]]
		}
		w.add("("+value+", r.number) "+compare+" ("+place+", ?)", number)
	}
	at := slices.IndexFunc(t.Columns, func(x Column) bool { return x.Name == c.Name })
	return value + " " + way + ", r.number " + way, func(r datasets.Row) string { return cursor(r, at) }, nil
}

// casts give a cursor's text the type of its slot.
var casts = map[string]string{"t": "::text", "n": "::text::float8", "d": "::text::timestamptz"}

// cursor names a row by its value and its number.
func cursor(r datasets.Row, column int) string {
	var value *string
	switch v := r.Values[column].(type) {
	case string:
		value = &v
	case int64:
		text := strconv.FormatInt(v, 10)
		value = &text
	case float64:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		value = &text
	case time.Time:
		text := v.Format(time.RFC3339Nano)
		value = &text
	}
	raw, err := json.Marshal([]any{value, r.ID})
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

func uncursor(text string) (value *string, number int64, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, 0, false
	}
	var parts []*string
	if json.Unmarshal(raw, &parts) != nil || len(parts) != 2 || parts[1] == nil {
		return nil, 0, false
	}
	number, err = strconv.ParseInt(*parts[1], 10, 64)
	return parts[0], number, err == nil
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
	key := shownKey{town.ID, t.ID, t.Version, query}
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
