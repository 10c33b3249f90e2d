package heat

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
)

// Datasets implements datasets.Provider: stations, daily and hourly figures,
// local climate zones.
func (m *Module) Datasets() []datasets.Source {
	return []datasets.Source{
		table{about: aboutStations(), query: stationRows},
		table{about: aboutDays(), query: dayRows},
		table{about: aboutHours(), query: hourRows},
		table{about: aboutZones(), query: zoneRows},
	}
}

// columnDef is a published column and the SQL that equality on it compares.
type columnDef struct {
	name     string
	kind     datasets.FieldType
	unit     string
	required bool
	equal    string
}

func fieldsOf(columns []columnDef) []datasets.Field {
	fields := make([]datasets.Field, len(columns))
	for i, c := range columns {
		fields[i] = datasets.Field{
			Name: c.name, Label: "heat.field." + c.name, Type: c.kind, Unit: c.unit, Required: c.required, Queryable: c.equal != "",
		}
	}
	return fields
}

// rowsQuery is how a dataset reads its rows. The query gives a cursor that sorts
// like the rows, the position or the outline, then the columns.
type rowsQuery struct {
	columns  []columnDef
	from     string // FROM and JOIN, WHERE on the town ($1) and on what is public
	selected string // cursor text, lon, lat, outline, columns…
	order    string
	after    string // condition on the cursor's parts: %s is a parameter
	parts    []string
	box      string // condition on a box: west, south, east, north
	day      string // expression that datetime compares
}

// table is one dataset of the module, read with one query.
type table struct {
	about datasets.Description
	query rowsQuery
}

var _ datasets.Source = table{}

// Describe implements datasets.Source.
func (t table) Describe() datasets.Description { return t.about }

// condition collects what a filter adds.
type condition struct {
	text []string
	args []any
}

func (c *condition) add(text string, args ...any) {
	places := make([]any, len(args))
	for i, a := range args {
		c.args = append(c.args, a)
		places[i] = "$" + strconv.Itoa(len(c.args))
	}
	for _, p := range places {
		text = strings.Replace(text, "%s", p.(string), 1)
	}
	c.text = append(c.text, text)
}

func (t table) where(tx *db.Tx, f datasets.Filter) (*condition, error) {
	c := &condition{args: []any{tx.Tenant()}}
	for _, column := range t.query.columns {
		if value, asked := f.Equal[column.name]; asked && column.equal != "" {
			c.add(column.equal+" = %s", value)
		}
	}
	if f.BBox != nil {
		if t.query.box == "" {
			c.add("false")
		} else {
			c.add(t.query.box, f.BBox.West, f.BBox.South, f.BBox.East, f.BBox.North)
		}
	}
	if t.query.day != "" && !f.From.IsZero() {
		c.add(t.query.day+" >= %s", f.From)
	}
	if t.query.day != "" && !f.To.IsZero() {
		c.add(t.query.day+" <= %s", f.To)
	}
	if f.ID != "" {
		parts, err := t.cursor(f.ID)
		if err != nil {
			return nil, fault.New(fault.NotFound, "fault.not_found", fault.Because(err))
		}
		c.add("("+strings.Join(t.query.parts, ", ")+") = ("+t.query.after+")", parts...)
	}
	if f.After != "" {
		parts, err := t.cursor(f.After)
		if err != nil {
			return nil, fault.New(fault.Invalid, "heat.fault.cursor", fault.Because(err), fault.On("after", "heat.fault.cursor", nil))
		}
		c.add("("+strings.Join(t.query.parts, ", ")+") > ("+t.query.after+")", parts...)
	}
	return c, nil
}

const cursorSeparator = "~"

var errCursor = errors.New("heat: not a cursor of ours")

// cursor reads the parts of a cursor: text, then days, moments or numbers as
// the query casts them.
func (t table) cursor(text string) ([]any, error) {
	parts := strings.Split(text, cursorSeparator)
	if len(parts) != len(t.query.parts) {
		return nil, errCursor
	}
	out := make([]any, len(parts))
	for i, part := range parts {
		out[i] = part
		switch {
		case strings.HasSuffix(t.query.parts[i], ".day"):
			day, err := time.Parse(time.DateOnly, part)
			if err != nil {
				return nil, errCursor
			}
			out[i] = day
		case strings.HasSuffix(t.query.parts[i], ".at"):
			seconds, err := strconv.ParseInt(part, 10, 40)
			if err != nil {
				return nil, errCursor
			}
			out[i] = time.Unix(seconds, 0)
		case strings.HasSuffix(t.query.parts[i], ".number"):
			n, err := strconv.ParseInt(part, 10, 32)
			if err != nil {
				return nil, errCursor
			}
			out[i] = n
		}
	}
	return out, nil
}

// Rows implements datasets.Source.
func (t table) Rows(ctx context.Context, tx *db.Tx, f datasets.Filter, yield func(datasets.Row) error) error {
	c, err := t.where(tx, f)
	if err != nil {
		return err
	}
	query := "SELECT " + t.query.selected + "\n" + t.query.from + joined(c.text) + "\nORDER BY " + t.query.order
	if f.Limit > 0 {
		query += "\nLIMIT " + strconv.Itoa(f.Limit)
	}
	rows, err := tx.Query(ctx, query, c.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return err
		}
		if err := yield(rowOf(values)); err != nil {
			return err
		}
	}
	return rows.Err()
}

func joined(conditions []string) string {
	if len(conditions) == 0 {
		return ""
	}
	return "\n  AND " + strings.Join(conditions, "\n  AND ")
}

// rowOf turns a row of a query into one of a dataset.
func rowOf(values []any) datasets.Row {
	id, _ := values[0].(string)
	row := datasets.Row{ID: id, Cursor: id, Values: values[4:]}
	if lon, ok := values[1].(float64); ok {
		row.Lon, row.Located = lon, true
		row.Lat, _ = values[2].(float64)
	}
	if outline, ok := values[3].(string); ok && outline != "" {
		row.Shape = []byte(outline)
	}
	return row
}

// Count implements datasets.Source.
func (t table) Count(ctx context.Context, tx *db.Tx, f datasets.Filter) (n int64, err error) {
	f.After, f.Limit = "", 0
	c, err := t.where(tx, f)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, "SELECT count(*)\n"+t.query.from+joined(c.text), c.args...).Scan(&n)
	return n, err
}

// Changed implements datasets.Source: the network's version, once there is
// anything to publish.
func (t table) Changed(ctx context.Context, tx *db.Tx) (f datasets.Freshness, err error) {
	const fresh = `SELECT n.version, n.changed_at FROM heat.network n WHERE n.tenant_id = $1 AND EXISTS (SELECT `
	err = tx.QueryRow(ctx, fresh+t.query.from+")", tx.Tenant()).Scan(&f.Version, &f.At)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return f, err
}
