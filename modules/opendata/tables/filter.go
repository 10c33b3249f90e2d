package tables

import (
	"slices"
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
		w.add("r.lon BETWEEN ? AND ? AND r.lat BETWEEN ? AND ?", b.West, b.East, b.South, b.North)
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

// covering adds the ranges of codes that cover a box, for who reads all of it.
func (w *where) covering(b tenants.Bounds) {
	ranges, err := qk.Ranges(b)
	if err != nil {
		return // narrow compares positions in any case
	}
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		parts[i] = "r.qk >= " + w.arg(r.Lo) + " AND r.qk < " + w.arg(r.Hi)
	}
	w.parts = append(w.parts, "("+strings.Join(parts, " OR ")+")")
}

// along narrows to a stretch of the way through a box.
func (w *where) along(s datasets.Stretch) (*where, error) {
	part := &where{parts: slices.Clone(w.parts), args: slices.Clone(w.args)}
	part.add("r.qk >= ? AND r.qk < ?", s.Lo, s.Hi)
	if s.Behind == nil {
		return part, nil
	}
	n, err := strconv.ParseInt(s.Behind.Key, 10, 64)
	if err != nil {
		return nil, datasets.BadCursor(err)
	}
	part.add("(r.qk, r.number) > (?, ?)", s.Behind.Code, n)
	return part, nil
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
	if f.After != "" && f.BBox == nil { // in a box it is a place
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
