package tableschema

import (
	"slices"
	"strings"
	"time"
)

// MostErrors is how many errors are listed; more are counted.
const MostErrors = 1_000

// Report is what a file was found to be. It keeps message keys: Document writes
// it in words.
type Report struct {
	Date     time.Time `json:"date"`
	File     string    `json:"file"`
	Labels   []string  `json:"labels"`
	Rows     int64     `json:"rows"`
	Total    int64     `json:"total"`    // errors found
	Errors   []Error   `json:"errors"`   // the first of them, in the order of the file
	Warnings []Notice  `json:"warnings"` // what is no error
	Groups   []Group   `json:"groups"`   // errors by column and type, columns in the file's order
}

// Valid reports whether no error was found.
func (r *Report) Valid() bool { return r.Total == 0 }

// Error is one fault of a file. Types are those of frictionless-py and
// validata-core.
type Error struct {
	Type   string         `json:"type"`
	Key    string         `json:"key"` // message key
	Args   map[string]any `json:"args,omitempty"`
	Row    int            `json:"row,omitempty"`    // line of the file, 0 for the headings and the whole
	Number int            `json:"number,omitempty"` // rank of the column in the file from 1, 0 for none
	Field  string         `json:"field,omitempty"`  // its name
	Cell   string         `json:"cell,omitempty"`   // what the file says, cut to a readable length
}

// Notice is something to know that is no error of the file.
type Notice struct {
	Key  string         `json:"key"`
	Args map[string]any `json:"args,omitempty"`
}

// Group gathers the errors of one type in one column.
type Group struct {
	Type   string         `json:"type"`
	Key    string         `json:"key"`
	Args   map[string]any `json:"args,omitempty"` // of the first
	Number int            `json:"number,omitempty"`
	Field  string         `json:"field,omitempty"`
	Count  int64          `json:"count"`
	Rows   []int          `json:"rows,omitempty"`  // the first ones
	Cells  []string       `json:"cells,omitempty"` // the first different ones
}

const (
	groupRows  = 5
	groupCells = 3
	// mostGroups bounds what a file of a thousand columns can be wrong in.
	mostGroups = 2_000
)

type groupKey struct {
	kind, key string
	field     string
}

// add takes an error down.
func (v *Validator) add(e Error) {
	r := v.report
	r.Total++
	e.Cell = excerpt(e.Cell)
	if len(r.Errors) < MostErrors {
		r.Errors = append(r.Errors, e)
	}
	key := groupKey{e.Type, e.Key, e.Field}
	g := v.groups[key]
	if g == nil {
		if len(v.groups) == mostGroups {
			return
		}
		g = &Group{Type: e.Type, Key: e.Key, Args: e.Args, Number: e.Number, Field: e.Field}
		v.groups[key] = g
	}
	g.Count++
	if e.Row > 0 && len(g.Rows) < groupRows {
		g.Rows = append(g.Rows, e.Row)
	}
	if e.Cell != "" && len(g.Cells) < groupCells && !slices.Contains(g.Cells, e.Cell) {
		g.Cells = append(g.Cells, e.Cell)
	}
}

func (v *Validator) warn(key string, args map[string]any) {
	v.report.Warnings = append(v.report.Warnings, Notice{Key: key, Args: args})
}

// Close ends the reading and gives the report.
func (v *Validator) Close() *Report {
	v.dangling()
	if v.keys >= MostKeys {
		v.warn("tableschema.notice.keys", map[string]any{"Count": int64(MostKeys)})
	}
	for _, g := range v.groups {
		v.report.Groups = append(v.report.Groups, *g)
	}
	slices.SortFunc(v.report.Groups, func(a, b Group) int {
		if a.Number != b.Number {
			return a.Number - b.Number
		}
		if a.Count != b.Count {
			return int(b.Count - a.Count)
		}
		return strings.Compare(a.Type+a.Key, b.Type+b.Key)
	})
	return v.report
}

// Translate writes a message key in words.
type Translate func(key string, args map[string]any) string

// Document is a report in Validata's shape.
type Document struct {
	Valid    bool              `json:"valid"`
	Date     string            `json:"date"`
	Stats    Stats             `json:"stats"`
	Warnings []string          `json:"warnings"`
	Errors   []DocumentedError `json:"errors"` // of no table: always empty here
	Tasks    []Task            `json:"tasks"`
}

// Stats are the figures of a report.
type Stats struct {
	Errors   int64 `json:"errors"` // found, of which tasks list the first MostErrors
	Listed   int   `json:"errorsListed"`
	Warnings int   `json:"warnings"`
	Fields   int   `json:"fields"`
	Rows     int64 `json:"rows"`
}

// Task is what was found of one file.
type Task struct {
	Name   string            `json:"name"`
	Type   string            `json:"type"`
	Valid  bool              `json:"valid"`
	Labels []string          `json:"labels"`
	Stats  Stats             `json:"stats"`
	Errors []DocumentedError `json:"errors"`
}

// DocumentedError is an error in words. Numbers are null where it has none.
type DocumentedError struct {
	Type        string  `json:"type"`
	Message     string  `json:"message"`
	RowNumber   *int    `json:"rowNumber"`
	FieldNumber *int    `json:"fieldNumber"`
	FieldName   *string `json:"fieldName"`
	Cell        *string `json:"cell"`
	Note        string  `json:"note"`
}

// Document writes the report in words.
func (r *Report) Document(say Translate) Document {
	stats := Stats{Errors: r.Total, Listed: len(r.Errors), Warnings: len(r.Warnings), Fields: len(r.Labels), Rows: r.Rows}
	d := Document{
		Valid: r.Valid(), Date: r.Date.UTC().Format(time.RFC3339), Stats: stats, Warnings: []string{}, Errors: []DocumentedError{},
		Tasks: []Task{{Name: r.File, Type: "table", Valid: r.Valid(), Labels: r.Labels, Stats: stats, Errors: []DocumentedError{}}},
	}
	for _, w := range r.Warnings {
		d.Warnings = append(d.Warnings, say(w.Key, w.Args))
	}
	for i := range r.Errors {
		d.Tasks[0].Errors = append(d.Tasks[0].Errors, r.Errors[i].document(say))
	}
	return d
}

func (e *Error) document(say Translate) DocumentedError {
	d := DocumentedError{Type: e.Type, Message: say(e.Key, e.Args), Note: e.Type}
	if e.Row > 0 {
		d.RowNumber = &e.Row
	}
	if e.Number > 0 {
		d.FieldNumber = &e.Number
	}
	if e.Field != "" {
		d.FieldName = &e.Field
	}
	if e.Row > 0 && e.Number > 0 {
		d.Cell = &e.Cell
	}
	if code, has := e.Args["Constraint"].(string); has {
		d.Note = code
	}
	return d
}
