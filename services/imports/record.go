package imports

import (
	"strings"
	"time"

	"acvdata/services/i18n"
)

// Record is one row of the file as its target sees it: by the target's column
// names, with the file's own way of writing numbers and dates already known.
// Reading a cell that does not read as asked reports it, once: the row is
// rejected when the column is required, otherwise the cell counts as empty.
type Record struct {
	line     int
	cells    []string
	fields   map[string]*field
	position Position
	problems []Problem
	rejected bool
}

// field is a target column fed by a column of the file.
type field struct {
	column Column
	index  int
	reader cellReader
	zoned  bool // its date-times carry an offset from universal time
}

// cellReader reads the cells of one column by the rule found for that column;
// services/tabular's Column is one.
type cellReader interface {
	IsMissing(cell string) bool
	Number(cell string) (float64, bool)
	Int(cell string) (int64, bool)
	Date(cell string) (time.Time, bool)
	DateTime(cell string, loc *time.Location) (time.Time, bool)
	Bool(cell string) (value, ok bool)
}

// Position is a place in degrees, WGS 84.
type Position struct {
	Lon, Lat float64
	QK       int64
	Known    bool
}

// Date is a day, or the first of January of a year when only that is known.
type Date struct {
	time.Time
	YearOnly bool
}

// Severity says what a problem does to its row.
type Severity string

// The severities.
const (
	Warning  Severity = "warning"  // the row is kept
	Rejected Severity = "rejected" // the row is left out
)

// Problem is one fault of one row.
type Problem struct {
	Line     int            `json:"line"`
	Column   string         `json:"column,omitempty"` // target column, "" for the whole row
	Severity Severity       `json:"severity"`
	Key      string         `json:"key"` // message key
	Args     map[string]any `json:"args,omitempty"`
	Value    string         `json:"value,omitempty"` // what the file says, cut to a readable length
}

// Line is the line of the file the row starts on.
func (r *Record) Line() int { return r.line }

// Mapped reports whether the file feeds the column at all.
func (r *Record) Mapped(column string) bool { return r.fields[column] != nil }

// Position is the row's place; Known is false when it has none.
func (r *Record) Position() Position { return r.position }

// Text is the cell without surrounding blanks, "" when it is empty or holds a
// word that means "no value" in that column.
func (r *Record) Text(column string) string {
	f := r.fields[column]
	if f == nil || f.index >= len(r.cells) {
		return ""
	}
	cell := strings.TrimSpace(r.cells[f.index])
	if cell == "" || f.reader.IsMissing(cell) {
		return ""
	}
	return cell
}

// Number is the cell as a number; false when it is empty or unreadable.
func (r *Record) Number(column string) (float64, bool) {
	return read(r, column, "imports.problem.not_a_number", func(f *field, cell string) (float64, bool) { return f.reader.Number(cell) })
}

// Integer is the cell as a whole number; false when it is empty or unreadable.
func (r *Record) Integer(column string) (int64, bool) {
	return read(r, column, "imports.problem.not_an_integer", func(f *field, cell string) (int64, bool) { return f.reader.Int(cell) })
}

// Bool is the cell as yes or no; false for ok when it is empty or unreadable.
func (r *Record) Bool(column string) (value, ok bool) {
	return read(r, column, "imports.problem.not_a_bool", func(f *field, cell string) (value, ok bool) { return f.reader.Bool(cell) })
}

// Date is the cell as a day; false when it is empty or unreadable.
func (r *Record) Date(column string) (Date, bool) {
	return read(r, column, "imports.problem.not_a_date", readDate)
}

// Moment is the cell as a day and an hour, of France where it does not say.
func (r *Record) Moment(column string) (time.Time, bool) {
	return read(r, column, "imports.problem.not_a_moment", func(f *field, cell string) (time.Time, bool) {
		return f.reader.DateTime(cell, i18n.Paris)
	})
}

// readDate reads a day or a year alone. A moment written in universal time is
// put back in France first: a local midnight stands on the day before there.
func readDate(f *field, cell string) (Date, bool) {
	if len(cell) == 4 {
		if year, ok := f.reader.Int(cell); ok && year >= 1000 {
			return Date{Time: time.Date(int(year), time.January, 1, 0, 0, 0, 0, time.UTC), YearOnly: true}, true
		}
	}
	if f.zoned {
		if at, ok := f.reader.DateTime(cell, i18n.Paris); ok {
			y, m, d := at.In(i18n.Paris).Date()
			return Date{Time: time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}, true
		}
	}
	day, ok := f.reader.Date(cell)
	return Date{Time: day}, ok
}

// read reads a cell and reports it when it is there and unreadable.
func read[T any](r *Record, column, key string, as func(*field, string) (T, bool)) (value T, ok bool) {
	cell := r.Text(column)
	if cell == "" {
		return value, false
	}
	f := r.fields[column]
	if value, ok = as(f, cell); ok {
		return value, true
	}
	if f.column.Required {
		r.Reject(column, key, nil)
	} else {
		r.Warn(column, key, nil)
	}
	return value, false
}

// Reject leaves the row out and lists why. key is a message key of the target's
// catalogue; column may be "" for the whole row.
func (r *Record) Reject(column, key string, args map[string]any) {
	r.rejected = true
	r.report(column, Rejected, key, args)
}

// Warn keeps the row and lists something to look at.
func (r *Record) Warn(column, key string, args map[string]any) {
	r.report(column, Warning, key, args)
}

// Rejected reports whether the row is already left out; checks that cost time
// may then be skipped.
func (r *Record) Rejected() bool { return r.rejected }

func (r *Record) report(column string, s Severity, key string, args map[string]any) {
	for _, known := range r.problems {
		if known.Column == column && known.Key == key {
			return
		}
	}
	r.problems = append(r.problems, Problem{
		Line: r.line, Column: column, Severity: s, Key: key, Args: args, Value: excerpt(r.Text(column)),
	})
}

const excerptLength = 80

// excerpt cuts a cell to what a list can show, between characters.
func excerpt(cell string) string {
	n := 0
	for i := range cell {
		if n == excerptLength {
			return cell[:i] + "…"
		}
		n++
	}
	return cell
}

// Null turns a value and its ok into what COPY wants: nil when there is none.
func Null[T any](value T, ok bool) any {
	if !ok {
		return nil
	}
	return value
}

// NullText is text, or nil when it is empty.
func NullText(text string) any { return Null(text, text != "") }
