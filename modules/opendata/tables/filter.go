package tables

import (
	"strconv"
	"strings"
	"time"

	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/geo/qk"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// where gathers the conditions of a reading of one table.
type where struct {
	parts []string
	args  []any
}

// of starts with the rows of a table's present edition.
func of(tenant tenants.ID, t *Table) *where {
	w := &where{}
	w.add("r.tenant_id = ? AND r.table_id = ? AND r.edition = ?", tenant, t.ID, t.Edition)
	return w
}

// add adds a condition; each ? stands for an argument.
func (w *where) add(condition string, args ...any) {
	for _, a := range args {
		condition = strings.Replace(condition, "?", w.arg(a), 1)
	}
	w.parts = append(w.parts, condition)
}

// arg adds an argument and gives its place.
func (w *where) arg(a any) string {
	w.args = append(w.args, a)
	return "$" + strconv.Itoa(len(w.args))
}

func (w *where) String() string { return strings.Join(w.parts, " AND ") }

// narrow adds what a filter asks for, but for the words it looks for: the
// database knows texts as they are written (selection).
func (w *where) narrow(t *Table, f datasets.Filter) error {
	for name, value := range f.Equal {
		c, known := t.Column(name)
		if !known || c.Slot == "" {
			return refused(name)
		}
		if err := w.equal(c, value); err != nil {
			return err
		}
	}
	if b := f.BBox; b != nil {
		w.box(*b)
	}
	if at := t.dateColumn(); at.Slot != "" {
		if !f.From.IsZero() {
			w.add("r."+at.Slot+" >= ?", f.From)
		}
		if !f.To.IsZero() {
			w.add("r."+at.Slot+" <= ?", f.To)
		}
	}
	return w.numbered(f)
}

// dateColumn is the column that "datetime" filters: the first of days.
func (t *Table) dateColumn() Column {
	for _, c := range t.Columns {
		if c.Slot != "" && (c.Kind == imports.KindDate || c.Kind == imports.KindMoment) {
			return c
		}
	}
	return Column{}
}

func (w *where) equal(c Column, value string) error {
	switch c.Kind {
	case imports.KindInteger, imports.KindNumber, imports.KindYear:
		n, err := strconv.ParseFloat(strings.Replace(value, ",", ".", 1), 64)
		if err != nil {
			return refused(c.Name)
		}
		w.add("r."+c.Slot+" = ?", n)
	case imports.KindBool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return refused(c.Name)
		}
		w.add("r."+c.Slot+" = ?", b)
	case imports.KindDate, imports.KindMoment:
		day, err := time.Parse(time.DateOnly, value)
		if err != nil {
			return refused(c.Name)
		}
		w.add("r."+c.Slot+" >= ? AND r."+c.Slot+" < ?", day, day.AddDate(0, 0, 1))
	case imports.KindText:
		w.add("r."+c.Slot+" = ?", value)
	}
	return nil
}

// box keeps the rows inside a box. Codes of points in it lie between those of
// its north-west and south-east corners: the index does most of the work.
func (w *where) box(b tenants.Bounds) {
	lo, errLo := qk.Encode(b.West, b.North)
	hi, errHi := qk.Encode(b.East, b.South)
	if errLo == nil && errHi == nil {
		w.add("r.qk BETWEEN ? AND ?", lo, hi)
	}
	w.add("r.lon BETWEEN ? AND ? AND r.lat BETWEEN ? AND ?", b.West, b.East, b.South, b.North)
}

// numbered adds the conditions on a row's number.
func (w *where) numbered(f datasets.Filter) error {
	if f.ID != "" {
		n, err := strconv.ParseInt(f.ID, 10, 64)
		if err != nil {
			return fault.New(fault.NotFound, "fault.not_found", fault.Because(err))
		}
		w.add("r.number = ?", n)
	}
	if f.After != "" {
		n, err := strconv.ParseInt(f.After, 10, 64)
		if err != nil {
			return refused("after")
		}
		w.add("r.number > ?", n)
	}
	return nil
}

func refused(name string) error {
	return fault.New(fault.Invalid, "opendata.fault.filter", fault.With(fault.Args{"Name": name}),
		fault.On(name, "opendata.fault.filter", fault.Args{"Name": name}))
}
