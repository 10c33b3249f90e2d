package changes

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"slices"
)

// Record is one change, as it was written.
type Record struct {
	Kind   Kind
	Key    []Value  // none where rows are told by their content
	Before []Value  // of a changed row: what changed, as it was
	Fields []string // of a changed row: the columns that changed
	Row    []Value  // as it is now, or as it was when it was removed
}

// Value is one cell, as JSON.
type Value struct {
	Name string
	JSON json.RawMessage
}

// Of finds the value of a column, nil when there is none.
func Of(values []Value, name string) json.RawMessage {
	for _, v := range values {
		if v.Name == name {
			return v.JSON
		}
	}
	return nil
}

// Filter chooses changes.
type Filter struct {
	Kind   Kind   // "" for all
	Column string // rows that changed in it, "" for all
}

// admits reports whether a change is chosen.
func (f Filter) admits(r *Record) bool {
	if f.Kind != "" && r.Kind != f.Kind {
		return false
	}
	if f.Column == "" {
		return true
	}
	return slices.Contains(r.Fields, f.Column)
}

// Matched is how many changes a filter chooses.
func (s Summary) Matched(f Filter) int64 {
	if f.Column == "" {
		return s.Count(f.Kind)
	}
	for _, t := range s.Touched {
		if t.Name == f.Column && (f.Kind == "" || f.Kind == Changed) {
			return t.Rows
		}
	}
	return 0
}

// matched is Matched of one block.
func (s Summary) matched(b Block, f Filter) int64 {
	if f.Column == "" {
		return Summary{Added: int64(b.Added), Changed: int64(b.Changed), Removed: int64(b.Removed)}.Count(f.Kind)
	}
	for place, n := range b.Touched {
		if s.Touched[place].Name == f.Column && (f.Kind == "" || f.Kind == Changed) {
			return int64(n)
		}
	}
	return 0
}

// Page reads some of the changes a filter chooses, from the blocks that hold them.
func (s Summary) Page(file io.ReaderAt, f Filter, skip int64, most int) (list []Record, err error) {
	for _, b := range s.Blocks {
		held := s.matched(b, f)
		if skip >= held {
			skip -= held
			continue
		}
		err := Each(io.NewSectionReader(file, b.At, b.Size), func(_ []byte, r *Record) error {
			switch {
			case !f.admits(r):
			case skip > 0:
				skip--
			case len(list) < most:
				list = append(list, r.clone())
			default:
				return errEnough
			}
			return nil
		})
		if errors.Is(err, errEnough) || len(list) == most {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

var errEnough = errors.New("changes: enough")

// clone keeps a change after its line is gone.
func (r *Record) clone() Record {
	c := *r
	for _, values := range []*[]Value{&c.Key, &c.Before, &c.Row} {
		kept := make([]Value, len(*values))
		for i, v := range *values {
			kept[i] = Value{v.Name, append(json.RawMessage(nil), v.JSON...)}
		}
		*values = kept
	}
	c.Fields = append([]string(nil), r.Fields...)
	return c
}

// Each reads the changes of a file, or of one of its blocks, in their order, with
// the line each is written in. Both hold during the call.
func Each(file io.Reader, yield func(line []byte, r *Record) error) error {
	unzipped, err := gzip.NewReader(file)
	if errors.Is(err, io.EOF) {
		return nil // not one change
	}
	if err != nil {
		return err
	}
	rows := newLines(unzipped)
	var reader recordReader
	for {
		line, err := rows.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := reader.read(line); err != nil {
			return err
		}
		if err := yield(line, &reader.record); err != nil {
			return err
		}
	}
}

// recordReader reads changes, with memory for one.
type recordReader struct {
	record      Record
	outer, rows []cell
}

func (rr *recordReader) read(line []byte) error {
	outer, err := split(line, rr.outer, -1)
	if err != nil {
		return err
	}
	rr.outer = outer
	r := &rr.record
	r.Kind, r.Key, r.Before, r.Row, r.Fields = "", r.Key[:0], r.Before[:0], r.Row[:0], r.Fields[:0]
	for _, c := range outer {
		switch string(c.name) {
		case "change":
			err = json.Unmarshal(c.value, &r.Kind)
		case "key":
			r.Key, err = rr.values(r.Key, c.value)
		case "before":
			r.Before, err = rr.values(r.Before, c.value)
			for _, v := range r.Before {
				r.Fields = append(r.Fields, v.Name)
			}
		case "fields":
			err = json.Unmarshal(c.value, &r.Fields)
		case "row":
			r.Row, err = rr.values(r.Row, c.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (rr *recordReader) values(list []Value, object []byte) ([]Value, error) {
	cells, err := split(object, rr.rows, -1)
	if err != nil {
		return list, err
	}
	rr.rows = cells
	for _, c := range cells {
		list = append(list, Value{nameOf(c.name), json.RawMessage(c.value)})
	}
	return list, nil
}
