package datasets

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"acvdata/services/datasets/changes"
	"acvdata/services/i18n"
)

// DifferenceFormats lists the formats that differences can be had in: as they are
// stored (NDJSON, or one JSON array), or as a table for spreadsheets.
func DifferenceFormats() []Format {
	names := []string{"csv", "excel.csv", "ndjson", "json"}
	list := make([]Format, len(names))
	for i, name := range names {
		list[i] = formats[slices.IndexFunc(formats, func(f Format) bool { return f.Name == name })]
	}
	return list
}

// DifferenceFormat finds one of them.
func DifferenceFormat(name string) (Format, bool) {
	for _, f := range DifferenceFormats() {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// WriteDifference writes the changes of a file in a format. A table has a row for
// each row added or removed, and two for each row that changed, before and after;
// texts that a spreadsheet would run get their apostrophe.
func WriteDifference(ctx context.Context, w io.Writer, f Format, d *Difference, file io.Reader) error {
	switch f.Name {
	case "ndjson":
		return changes.Each(file, func(line []byte, _ *changes.Record) error { return writeAll(w, line, "\n") })
	case "json":
		return writeDifferenceArray(w, file)
	}
	t := newDifferenceTable(ctx, d)
	return Write(w, f, t.about, func(yield func(Row) error) error {
		return changes.Each(file, func(_ []byte, r *changes.Record) error { return t.rows(r, yield) })
	})
}

func writeDifferenceArray(w io.Writer, file io.Reader) error {
	separator := "["
	err := changes.Each(file, func(line []byte, _ *changes.Record) error {
		err := writeAll(w, []byte(separator), "\n")
		separator = ","
		if err != nil {
			return err
		}
		return writeAll(w, line, "")
	})
	if err != nil {
		return err
	}
	if separator == "[" {
		return writeAll(w, []byte("[]"), "\n")
	}
	return writeAll(w, []byte("\n]"), "\n")
}

func writeAll(w io.Writer, p []byte, end string) error {
	if _, err := w.Write(p); err != nil || end == "" {
		return err
	}
	_, err := io.WriteString(w, end)
	return err
}

// differenceTable is differences as rows of a table.
type differenceTable struct {
	about   Description
	columns []changes.Column
	words   map[string]string
	values  []any
}

// The first columns of the table: what happened, and in which columns.
const differenceHead = 2

func newDifferenceTable(ctx context.Context, d *Difference) *differenceTable {
	t := &differenceTable{columns: d.Rows, values: make([]any, differenceHead+len(d.Rows)), words: map[string]string{}}
	for _, word := range []string{"added", "removed", "before", "after"} {
		t.words[word] = i18n.T(ctx, "datasets.difference."+word)
	}
	for _, c := range d.Rows {
		t.about.Fields = append(t.about.Fields, Field{Name: c.Name, Type: tableType(c, d.Summary)})
	}
	for _, key := range []string{"fields", "change"} {
		name := freeName(i18n.T(ctx, "datasets.difference."+key), t.about)
		t.about.Fields = slices.Insert(t.about.Fields, 0, Field{Name: name, Type: Text})
	}
	return t
}

// tableType is the type of a column that held one type all along, text otherwise.
func tableType(c changes.Column, s changes.Summary) FieldType {
	if slices.ContainsFunc(s.Columns, func(x changes.ColumnChange) bool { return x.Name == c.Name && x.Change == changes.Retyped }) {
		return Text
	}
	switch t := FieldType(c.Type); t { //nolint:exhaustive // texts, the others
	case Integer, Year, Number, Boolean, Date, DateTime:
		return t
	}
	return Text
}

// rows gives the rows of the table that tell one change.
func (t *differenceTable) rows(r *changes.Record, yield func(Row) error) error {
	fields := strings.Join(r.Fields, ", ")
	switch r.Kind {
	case changes.Added, changes.Removed:
		row := r.Row
		if len(row) == 0 {
			row = r.Key
		}
		return yield(t.row(t.words[string(r.Kind)], "", row, nil))
	case changes.Changed:
	}
	if len(r.Before) > 0 {
		if err := yield(t.row(t.words["before"], fields, r.Row, r.Before)); err != nil {
			return err
		}
	}
	return yield(t.row(t.words["after"], fields, r.Row, nil))
}

func (t *differenceTable) row(word, fields string, values, before []changes.Value) Row {
	t.values[0], t.values[1] = word, nil
	if fields != "" {
		t.values[1] = fields
	}
	for i, c := range t.columns {
		value := changes.Of(before, c.Name)
		if value == nil {
			value = changes.Of(values, c.Name)
		}
		t.values[differenceHead+i] = ValueOf(t.about.Fields[differenceHead+i].Type, value)
	}
	return Row{Values: t.values}
}

// ValueOf reads a value from the JSON that AppendJSON wrote, in the Go type of its
// field; nil for null and for what is no value of the type.
func ValueOf(t FieldType, value json.RawMessage) any {
	if len(value) == 0 || string(value) == "null" {
		return nil
	}
	text := string(value)
	if value[0] == '"' {
		if json.Unmarshal(value, &text) != nil {
			return nil
		}
	}
	switch t {
	case Integer, Year:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	case Number:
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
		}
	case Boolean:
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	case Date, DateTime:
		return moment(text)
	default:
		return text
	}
	return nil
}

func moment(text string) any {
	for _, form := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(form, text); err == nil {
			return at
		}
	}
	return nil
}
