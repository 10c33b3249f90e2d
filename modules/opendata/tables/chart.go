package tables

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// Chart is a chart kept with a table: what is measured, by which column.
type Chart struct {
	ID      string  `json:"id"`
	Title   string  `json:"title"`
	By      string  `json:"by"` // column
	Measure Measure `json:"measure"`
	Value   string  `json:"value,omitempty"` // column, "" when rows are counted
}

// Measure is what is made of the rows of a group.
type Measure string

// The measures.
const (
	Count Measure = "count"
	Sum   Measure = "sum"
	Mean  Measure = "mean"
	Least Measure = "min"
	Most  Measure = "max"
)

// Measures lists them in the order people see them.
func Measures() []Measure { return []Measure{Count, Sum, Mean, Least, Most} }

// sql of a measure over a slot.
func (m Measure) sql(slot string) string {
	switch m {
	case Sum:
		return "sum(" + slot + ")"
	case Mean:
		return "avg(" + slot + ")"
	case Least:
		return "min(" + slot + ")"
	case Most:
		return "max(" + slot + ")"
	case Count:
	}
	return "count(*)::float8"
}

// Limits of charts.
const (
	mostCharts = 12
	mostGroups = 24
	mostTitle  = 120
)

// Check refuses a chart that cannot be drawn of the table.
func (c Chart) Check(t *Table) error {
	f := fault.New(fault.Invalid, "opendata.fault.chart")
	by, known := t.Column(c.By)
	if !known || !by.groupable() {
		fault.On("by", "opendata.fault.chart_by", nil)(f)
	}
	if !slices.Contains(Measures(), c.Measure) {
		fault.On("measure", "opendata.fault.choice", nil)(f)
	}
	value, known := t.Column(c.Value)
	if c.Measure != Count && (!known || !value.Numeric() || value.Slot == "") {
		fault.On("value", "opendata.fault.chart_value", nil)(f)
	}
	if n := utf8.RuneCountInString(c.Title); n == 0 || n > mostTitle {
		fault.On("title", "opendata.fault.title", fault.Args{"Most": mostTitle})(f)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// AddChart keeps a chart with the table.
func (s *Service) AddChart(ctx context.Context, town *tenants.Tenant, slug string, c Chart) error {
	return s.withCharts(ctx, town, slug, func(t *Table) error {
		if err := c.Check(t); err != nil {
			return err
		}
		if len(t.Charts) >= mostCharts {
			return fault.New(fault.Invalid, "opendata.fault.many_charts", fault.With(fault.Args{"Most": mostCharts}))
		}
		c.ID = free(t.Charts)
		t.Charts = append(t.Charts, c)
		return nil
	})
}

// free gives an identifier no chart of the table has.
func free(charts []Chart) string {
	for n := 1; ; n++ {
		id := "g" + strconv.Itoa(n)
		if !slices.ContainsFunc(charts, func(c Chart) bool { return c.ID == id }) {
			return id
		}
	}
}

// DropChart forgets a chart; one that is gone already is no fault.
func (s *Service) DropChart(ctx context.Context, town *tenants.Tenant, slug, id string) error {
	return s.withCharts(ctx, town, slug, func(t *Table) error {
		t.Charts = slices.DeleteFunc(t.Charts, func(c Chart) bool { return c.ID == id })
		return nil
	})
}

func (s *Service) withCharts(ctx context.Context, town *tenants.Tenant, slug string, change func(*Table) error) error {
	return s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		t, err := claim(ctx, tx, slug)
		if err == nil {
			err = change(t)
		}
		if err != nil {
			return err
		}
		charts, err := json.Marshal(append([]Chart{}, t.Charts...))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, updateCharts, tx.Tenant(), t.ID, charts); err != nil {
			return err
		}
		return s.changed(ctx, tx, t, "opendata.charts")
	})
}

// Group is one bar of a chart.
type Group struct {
	Label string // as stored: a text, a year, "true"; a month is "2024-03"
	Value float64
}

// Drawn is a chart with its data.
type Drawn struct {
	Chart
	By     Column
	Of     Column // what is measured; zero when rows are counted
	Groups []Group
	Others int // groups beyond those shown
}

// Draw computes a chart: the largest groups first, those of time in its order.
func (s *Service) Draw(ctx context.Context, town *tenants.Tenant, t *Table, c Chart) (d Drawn, err error) {
	d.Chart = c
	if err := c.Check(t); err != nil {
		return d, err // the column went away with an edition
	}
	d.By, _ = t.Column(c.By)
	d.Of, _ = t.Column(c.Value)
	label, order := "r."+d.By.Slot+"::text", "2 DESC, 1"
	switch d.By.Kind { //nolint:exhaustive // the others are as they are
	case imports.KindDate, imports.KindMoment:
		label, order = "to_char(r."+d.By.Slot+" AT TIME ZONE 'UTC', 'YYYY')", "1"
	case imports.KindYear, imports.KindInteger:
		order = "min(r." + d.By.Slot + ")"
	}
	query := "SELECT " + label + ", " + c.Measure.sql("r."+d.Of.Slot) + `, count(*) OVER ()
FROM opendata.slot_row r
WHERE r.tenant_id = $1 AND r.table_id = $2 AND r.edition = $3 AND r.` + d.By.Slot + ` IS NOT NULL`
	if d.Of.Slot != "" {
		query += " AND r." + d.Of.Slot + " IS NOT NULL"
	}
	query += "\nGROUP BY 1\nORDER BY " + order + "\nLIMIT " + strconv.Itoa(mostGroups)
	key := shownKey{town.ID, t.ID, t.Version, query}
	if kept, known := s.drawn.Get(key); known {
		d.Groups, d.Others = kept.Groups, kept.Others
		return d, nil
	}
	var all int
	err = s.db.Query(ctx, town.ID, func(rows pgx.Rows) error {
		var g Group
		_, err := pgx.ForEachRow(rows, []any{&g.Label, &g.Value, &all}, func() error {
			d.Groups = append(d.Groups, g)
			return nil
		})
		return err
	}, query, town.ID, t.ID, t.Edition)
	d.Others = max(0, all-len(d.Groups))
	if err == nil {
		s.drawn.Add(key, d)
	}
	return d, err
}

// Dated is a value at a day.
type Dated struct {
	Day   time.Time
	Value float64
}

// mostSteps bounds a series; older ones are left out.
const mostSteps = 400

// Series measures a column year by year, or day by day where days is true: what
// an indicator is computed from. Without a date column it is one value, of the
// day the table changed.
func (s *Service) Series(ctx context.Context, town *tenants.Tenant, t *Table, value, date string, m Measure) (list []Dated, err error) {
	of, _ := t.Column(value)
	at, dated := t.Column(date)
	if !slices.Contains(Measures(), m) || m != Count && (of.Slot == "" || !of.Numeric()) || date != "" && (!dated || !at.Dated() || at.Slot == "") {
		return nil, fault.New(fault.Invalid, "opendata.fault.series")
	}
	day := "date_trunc('day', now())::date"
	switch {
	case at.Kind == imports.KindYear:
		day = "make_date(greatest(1, least(9999, r." + at.Slot + "::integer)), 12, 31)"
	case dated:
		day = "(r." + at.Slot + " AT TIME ZONE 'UTC')::date"
	}
	query := "SELECT " + day + ", " + m.sql("r."+of.Slot) + `
FROM opendata.slot_row r
WHERE r.tenant_id = $1 AND r.table_id = $2 AND r.edition = $3`
	if of.Slot != "" {
		query += " AND r." + of.Slot + " IS NOT NULL"
	}
	if dated {
		query += " AND r." + at.Slot + " IS NOT NULL"
	}
	query += "\nGROUP BY 1\nORDER BY 1 DESC\nLIMIT " + strconv.Itoa(mostSteps)
	err = s.db.Query(ctx, town.ID, func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Dated])
		return err
	}, query, town.ID, t.ID, t.Edition)
	slices.Reverse(list)
	if !dated {
		for i := range list {
			list[i].Day = t.Changed
		}
	}
	return list, err
}
