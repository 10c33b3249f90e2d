package tables

import (
	"cmp"
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/i18n"
	"acvdata/services/imports"
)

// source is a table as a dataset.
type source struct {
	table   *Table
	service *Service
}

// SourceID is the table's identifier in the catalogue.
func SourceID(slug string) string { return ModuleCode + "/" + slug }

var fieldTypes = map[imports.Kind]datasets.FieldType{
	imports.KindText: datasets.Text, imports.KindInteger: datasets.Integer, imports.KindNumber: datasets.Number,
	imports.KindDate: datasets.Date, imports.KindMoment: datasets.DateTime, imports.KindYear: datasets.Year,
	imports.KindBool: datasets.Boolean,
}

// Whole gives the table with the columns that nobody is shown.
func (s source) Whole() datasets.Source {
	if s.table.all == nil {
		return s
	}
	table := *s.table
	table.Columns, table.all = table.all, nil
	return source{&table, s.service}
}

// Describe implements datasets.Source.
func (s source) Describe() datasets.Description {
	t := s.table
	d := datasets.Description{
		ID: SourceID(t.Slug), Slug: t.Slug, Title: i18n.Literal(t.Title), Summary: i18n.Literal(""), Theme: t.Theme,
		Frequency: datasets.AsNeeded, Permission: "opendata.read", Filters: []string{"q"}, Hollow: t.Edition == 0,
		DateField: t.dateColumn().Name, Schema: t.Schema,
	}
	for _, c := range t.Columns {
		f := datasets.Field{
			Name: c.Name, Label: i18n.Literal(c.Label), Type: fieldTypes[c.Kind], Unit: c.Unit, Queryable: c.Slot != "",
		}
		if c.About != "" {
			f.Description = i18n.Literal(c.About)
		}
		d.Fields = append(d.Fields, f)
	}
	d.Key = t.key()
	if t.Located > 0 {
		d.Geometry = datasets.Point
		d.Fields = append(d.Fields,
			datasets.Field{Name: "longitude", Label: "opendata.column.longitude", Type: datasets.Number, Unit: "°"},
			datasets.Field{Name: "latitude", Label: "opendata.column.latitude", Type: datasets.Number, Unit: "°"})
	}
	return d
}

// Rows implements datasets.Source: by number, those of a box by place.
func (s source) Rows(ctx context.Context, tx *db.Tx, f datasets.Filter, yield func(datasets.Row) error) error {
	if len(wordsOf(f)) > 0 {
		return s.found(ctx, tx, f, yield)
	}
	w := of(tx.Tenant(), s.table)
	if err := w.narrow(s.table, f); err != nil {
		return err
	}
	if f.BBox == nil {
		_, err := s.read(ctx, tx, w, reading{order: "r.number", limit: f.Limit}, yield)
		return err
	}
	return f.Walk(func(stretch datasets.Stretch, limit int) (int, error) {
		part, err := w.along(stretch)
		if err != nil {
			return 0, err
		}
		return s.read(ctx, tx, part, reading{order: "r.qk, r.number", limit: limit, byPlace: true}, yield)
	})
}

// foundAtOnce is how many rows of a search are read together.
const foundAtOnce = 1000

// found streams the rows that hold the words looked for, in the file's order.
func (s source) found(ctx context.Context, tx *db.Tx, f datasets.Filter, yield func(datasets.Row) error) error {
	kept, err := s.selection(ctx, tx, f)
	if err != nil {
		return err
	}
	from, err := Order{After: f.After}.from()
	if err != nil {
		return err
	}
	left := cmp.Or(f.Limit, math.MaxInt)
	for left > 0 {
		numbers := kept.take(from, min(left, foundAtOnce))
		if len(numbers) == 0 {
			return nil
		}
		w := of(tx.Tenant(), s.table)
		w.add("r.number = ANY(?)", numbers)
		if _, err := s.read(ctx, tx, w, reading{order: "r.number"}, yield); err != nil {
			return err
		}
		from, left = numbers[len(numbers)-1], left-len(numbers)
	}
	return nil
}

// reading is how rows are read: in which order, how many (0: all), and whether
// their cursor is a place.
type reading struct {
	order   string
	limit   int
	byPlace bool
}

// read streams the rows of conditions and tells how many.
func (s source) read(ctx context.Context, tx *db.Tx, w *where, as reading, yield func(datasets.Row) error) (n int, err error) {
	slots := []string{"r.number", "r.lon", "r.lat", "r.extra", "r.qk"}
	for _, c := range s.table.Columns {
		if c.Slot != "" {
			slots = append(slots, "r."+c.Slot)
		}
	}
	query := "SELECT " + strings.Join(slots, ", ") + "\nFROM opendata.slot_row r\nWHERE " + w.String() + "\nORDER BY " + as.order
	if as.limit > 0 {
		query += "\nLIMIT " + strconv.Itoa(as.limit)
	}
	rows, err := tx.Query(ctx, query, w.args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	out := reader{table: s.table, byPlace: as.byPlace, values: make([]any, len(s.table.Columns), len(s.table.Columns)+2)}
	for rows.Next() {
		row, err := out.row(rows)
		if err != nil {
			return n, err
		}
		n++
		if err := yield(row); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

// reader turns rows of slots into rows of the table.
type reader struct {
	table   *Table
	byPlace bool
	values  []any
}

func (r *reader) row(rows pgx.Rows) (datasets.Row, error) {
	cells, err := rows.Values()
	if err != nil {
		return datasets.Row{}, err
	}
	number, _ := cells[0].(int64)
	lon, located := cells[1].(float64)
	lat, _ := cells[2].(float64)
	extra, _ := cells[3].(map[string]any)
	code, _ := cells[4].(int64)
	at := 5
	r.values = r.values[:len(r.table.Columns)]
	for i, c := range r.table.Columns {
		if c.Slot == "" {
			r.values[i] = c.value(extra[c.Name])
			continue
		}
		r.values[i] = c.value(cells[at])
		at++
	}
	if r.table.Located > 0 {
		if located {
			r.values = append(r.values, lon, lat)
		} else {
			r.values = append(r.values, nil, nil)
		}
	}
	id := strconv.FormatInt(number, 10)
	row := datasets.Row{ID: id, Cursor: id, Values: r.values, Lon: lon, Lat: lat, Located: located}
	if r.byPlace {
		row.Cursor = datasets.Place{Code: code, Key: id}.String()
	}
	return row, nil
}

// value gives a stored value in the type of its field.
func (c Column) value(v any) any {
	switch x := v.(type) {
	case float64:
		if c.Kind != imports.KindNumber {
			return int64(x)
		}
	case time.Time:
		return x.UTC()
	case string:
		if c.Kind == imports.KindDate || c.Kind == imports.KindMoment { // from extra
			at, err := time.Parse(time.RFC3339, x)
			if err != nil {
				return nil
			}
			return at.UTC()
		}
	}
	return v
}

// Count implements datasets.Source. In a box it stops at the limit.
func (s source) Count(ctx context.Context, tx *db.Tx, f datasets.Filter) (int64, error) {
	limit := f.Limit
	f.After, f.Limit = "", 0
	if f.Whole() {
		return s.table.Rows, nil
	}
	if f.BBox != nil && limit > 0 && len(wordsOf(f)) == 0 {
		f.Limit = limit
		return s.countAlong(ctx, tx, f)
	}
	kept, err := s.selection(ctx, tx, f)
	if err != nil {
		return 0, err
	}
	return kept.n, nil
}

// countAlong counts the rows of a box, no further than the limit.
func (s source) countAlong(ctx context.Context, tx *db.Tx, f datasets.Filter) (n int64, err error) {
	w := of(tx.Tenant(), s.table)
	if err := w.narrow(s.table, f); err != nil {
		return 0, err
	}
	err = f.Walk(func(stretch datasets.Stretch, limit int) (int, error) {
		part, err := w.along(stretch)
		if err != nil {
			return 0, err
		}
		var some int
		query := "SELECT count(*) FROM (SELECT 1 FROM opendata.slot_row r WHERE " + part.String() + " LIMIT " + strconv.Itoa(limit) + ") counted"
		err = tx.QueryRow(ctx, query, part.args...).Scan(&some)
		n += int64(some)
		return some, err
	})
	return n, err
}

// Changed implements datasets.Source.
func (s source) Changed(context.Context, *db.Tx) (datasets.Freshness, error) {
	return datasets.Freshness{Version: s.table.Version, At: s.table.Changed}, nil
}
