package tableschema

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Validator checks the rows of one file, in its order. It is used from one
// goroutine.
type Validator struct {
	schema *Schema
	labels []string
	fields []*Field // by column of the file, nil for one the schema does not know
	places []int    // by field of the schema: its column in the file, -1 for none
	cells  []cell   // of the row being checked, by field of the schema
	checks []rowCheck
	report *Report
	groups map[groupKey]*Group
	uniqueness
}

// Row is one row of the file. Its slices are only read during the call.
type Row struct {
	Number  int      // line of the file it starts on
	Cells   []string // one per label
	Missing int      // cells that the row lacks at its end
	Extra   []string // cells beyond the last label
	Blank   bool
}

// cell is a cell of the row being checked.
type cell struct {
	raw    string
	value  value
	there  bool // the file has the column
	absent bool // it holds no value
	good   bool // it reads as its type
}

// filled reports whether the cell holds a value that reads.
func (c *cell) filled() bool { return c.there && !c.absent && c.good }

// Validate starts the checking of a file with those labels. at is the report's
// date.
func (s *Schema) Validate(file string, labels []string, at time.Time) *Validator {
	v := &Validator{
		schema: s, labels: slices.Clone(labels), fields: make([]*Field, len(labels)), places: make([]int, len(s.Fields)),
		cells: make([]cell, len(s.Fields)), groups: map[groupKey]*Group{},
		report: &Report{Date: at, File: file, Labels: slices.Clone(labels), Warnings: slices.Clone(s.notices)},
	}
	for n := range s.Fields {
		v.places[n] = slices.Index(labels, s.Fields[n].Name)
		if v.places[n] >= 0 {
			v.fields[v.places[n]] = &s.Fields[n]
		}
	}
	v.checkLabels()
	v.uniqueness = s.uniqueness()
	for _, c := range s.checks {
		if check := v.prepare(c); check != nil {
			v.checks = append(v.checks, check)
		}
	}
	return v
}

// checkLabels compares the headings with the fields.
func (v *Validator) checkLabels() {
	if !slices.ContainsFunc(v.labels, func(l string) bool { return strings.TrimSpace(l) != "" }) {
		v.add(Error{Type: "blank-header", Key: "tableschema.error.blank_header"})
		return
	}
	for n, label := range v.labels {
		switch first := slices.Index(v.labels, label); {
		case strings.TrimSpace(label) == "":
			v.add(Error{Type: "blank-label", Key: "tableschema.error.blank_label", Number: n + 1, Args: map[string]any{"Number": int64(n + 1)}})
		case first < n:
			v.add(Error{Type: "duplicate-label", Key: "tableschema.error.duplicate_label", Number: n + 1, Field: label, Args: map[string]any{"Label": excerpt(label), "Number": int64(first + 1)}})
		}
	}
	if v.schema.match == matchExact {
		v.exactLabels()
		return
	}
	v.missingLabels()
	v.extraLabels()
}

// exactLabels wants every field in its place.
func (v *Validator) exactLabels() {
	for n := range v.schema.Fields {
		f := &v.schema.Fields[n]
		if n >= len(v.labels) {
			v.missingLabel(f)
			continue
		}
		if label := v.labels[n]; label != f.Name && strings.TrimSpace(label) != "" {
			v.add(Error{Type: "incorrect-label", Key: "tableschema.error.incorrect_label", Number: n + 1, Field: f.Name, Args: map[string]any{
				"Label": excerpt(label), "Field": excerpt(f.Name), "Number": int64(n + 1),
			}})
		}
	}
	for n := len(v.schema.Fields); n < len(v.labels); n++ {
		v.extraLabel(n)
	}
}

func (v *Validator) missingLabel(f *Field) {
	v.add(Error{Type: "missing-label", Key: "tableschema.error.missing_label", Field: f.Name, Args: map[string]any{"Field": excerpt(f.Name)}})
}

func (v *Validator) extraLabel(n int) {
	v.add(Error{Type: "extra-label", Key: "tableschema.error.extra_label", Number: n + 1, Field: v.labels[n], Args: map[string]any{"Label": excerpt(v.labels[n])}})
}

// missingLabels tells the fields that no column is named after. A file that has
// none of them follows another schema: it is told once.
func (v *Validator) missingLabels() {
	if !slices.ContainsFunc(v.places, func(at int) bool { return at >= 0 }) && v.schema.match != matchSuperset {
		v.add(Error{Type: "missing-label", Key: "tableschema.error.no_label"})
		return
	}
	var optional []string
	for n := range v.schema.Fields {
		f := &v.schema.Fields[n]
		switch {
		case v.places[n] >= 0:
		case v.schema.match == matchEqual || v.schema.match == matchSubset || v.schema.match == matchFirst && f.Required:
			v.missingLabel(f)
		case v.schema.match == matchFirst:
			optional = append(optional, f.Name)
		}
	}
	if len(optional) > 0 {
		v.warn("tableschema.notice.missing", map[string]any{"Fields": cut(strings.Join(optional, ", "), 300), "Count": int64(len(optional))})
	}
}

func (v *Validator) extraLabels() {
	var unknown []string
	ranks := make([]int, 0, len(v.labels))
	for n, label := range v.labels {
		switch {
		case v.fields[n] != nil:
			ranks = append(ranks, v.schema.at(label))
		case strings.TrimSpace(label) == "" || v.schema.at(label) >= 0: // told already
		case v.schema.match == matchEqual || v.schema.match == matchSuperset:
			v.extraLabel(n)
		case v.schema.match == matchFirst:
			unknown = append(unknown, label)
		}
	}
	if len(unknown) > 0 {
		v.warn("tableschema.notice.extra", map[string]any{"Labels": cut(strings.Join(unknown, ", "), 300), "Count": int64(len(unknown))})
	}
	if v.schema.match == matchFirst && !slices.IsSorted(ranks) {
		v.warn("tableschema.notice.order", nil)
	}
}

// Row checks one row.
func (v *Validator) Row(r Row) {
	v.report.Rows++
	if r.Blank {
		v.add(Error{Type: "blank-row", Key: "tableschema.error.blank_row", Row: r.Number})
		return
	}
	if len(r.Extra) > 0 {
		v.add(Error{Type: "extra-cell", Key: "tableschema.error.extra_cell", Row: r.Number, Number: len(v.labels) + 1, Cell: r.Extra[0], Args: map[string]any{"Count": int64(len(r.Extra))}})
	}
	for n := range v.schema.Fields {
		v.cells[n] = v.read(n, r)
	}
	v.keysOf(r)
	for _, check := range v.checks {
		check(r.Number)
	}
}

// read checks one cell on its own; n is the rank of its field.
func (v *Validator) read(n int, r Row) cell {
	at, f := v.places[n], &v.schema.Fields[n]
	if at < 0 {
		return cell{absent: true}
	}
	c := cell{there: true, absent: true}
	if at < len(r.Cells) {
		c.raw = r.Cells[at]
		c.absent = f.absent(c.raw, v.schema.missing)
	}
	switch {
	case at >= len(v.labels)-r.Missing:
		c.absent = true
		v.fail(n, r.Number, c, "missing-cell", "tableschema.error.missing_cell", nil)
	case c.absent && f.Required:
		v.fail(n, r.Number, c, "constraint-error", "tableschema.constraint.required", nil)
	case c.absent:
	default:
		if c.value, c.good = f.read(c.raw); !c.good {
			v.fail(n, r.Number, c, "type-error", f.key, f.args)
			return c
		}
		for _, rule := range f.constraints {
			if !rule.good(c.raw, c.value) {
				v.fail(n, r.Number, c, "constraint-error", rule.key, rule.args)
			}
		}
	}
	return c
}

// fail takes down an error of a cell.
func (v *Validator) fail(n, row int, c cell, kind, key string, args map[string]any) {
	f := &v.schema.Fields[n]
	all := map[string]any{"Cell": excerpt(c.raw), "Field": excerpt(f.Name)}
	maps.Copy(all, args)
	v.add(Error{Type: kind, Key: key, Args: all, Row: row, Number: v.places[n] + 1, Field: f.Name, Cell: c.raw})
}
