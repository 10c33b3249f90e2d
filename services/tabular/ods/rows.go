package ods

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"

	"acvdata/services/tabular/xlsx"
)

// Columns and rows of a sheet, as LibreOffice bounds them.
const (
	mostColumns = 16_384
	mostRows    = 1_048_576
)

// Rows reads a sheet's rows in order; rows without a cell are left out. It stops
// at its first error.
func (b *Book) Rows(ctx context.Context, name string) iter.Seq2[*xlsx.Row, error] {
	return func(yield func(*xlsx.Row, error) bool) {
		rank, known := b.find(name)
		if !known {
			yield(nil, xlsx.ErrNotWorkbook)
			return
		}
		r, err := b.content.Open()
		if err != nil {
			yield(nil, fmt.Errorf("%w: %w", xlsx.ErrBroken, err))
			return
		}
		defer func() { _ = r.Close() }()
		s := &reading{book: b, d: xml.NewDecoder(r)}
		if err := s.enter(rank); err != nil {
			yield(nil, err)
			return
		}
		s.each(ctx, yield)
	}
}

// Merges lists the merged cells of a sheet, by the same numbers as its rows.
func (b *Book) Merges(name string) ([]xlsx.Merge, error) {
	rank, known := b.find(name)
	if !known || !b.sheets[rank].merged {
		return nil, nil
	}
	r, err := b.content.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", xlsx.ErrBroken, err)
	}
	defer func() { _ = r.Close() }()
	s := &reading{book: b, d: xml.NewDecoder(r), merging: true}
	if err := s.enter(rank); err != nil {
		return nil, err
	}
	s.each(context.Background(), func(_ *xlsx.Row, err2 error) bool {
		err = err2
		return err == nil
	})
	return s.merges, err
}

// reading is a sheet on its way in.
type reading struct {
	book     *Book
	d        *xml.Decoder
	row      xlsx.Row
	next     int // number of the row after this one
	column   int // of the next cell
	bytes    int // of the row's cells
	expanded uint64
	merging  bool
	merges   []xlsx.Merge
}

func (s *reading) token() (xml.Token, error) {
	token, err := s.d.RawToken()
	if err == nil {
		return token, nil
	}
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: the sheet breaks off", xlsx.ErrBroken)
	}
	return nil, fmt.Errorf("%w: %w", xlsx.ErrBroken, err)
}

// enter goes into a sheet.
func (s *reading) enter(rank int) error {
	s.next = 1
	for seen := 0; ; {
		token, err := s.token()
		if err != nil {
			return err
		}
		if start, is := token.(xml.StartElement); is && named(start.Name, "table", "table") {
			if seen == rank {
				return nil
			}
			seen++
		}
	}
}

func named(n xml.Name, space, local string) bool { return n.Local == local && n.Space == space }

// each reads the rows up to the end of the sheet, repeated ones as often as the
// file says.
func (s *reading) each(ctx context.Context, yield func(*xlsx.Row, error) bool) {
	for {
		token, err := s.token()
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			yield(nil, err)
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			if !named(t.Name, "table", "table-row") {
				continue
			}
			times, err := s.read(t)
			if err != nil {
				yield(nil, err)
				return
			}
			if !s.repeat(ctx, times, yield) {
				return
			}
		case xml.EndElement:
			if named(t.Name, "table", "table") {
				return
			}
		}
	}
}

// repeat hands the row over; one without cells only moves on.
func (s *reading) repeat(ctx context.Context, times int, yield func(*xlsx.Row, error) bool) bool {
	first := s.next
	s.next += times
	if len(s.row.Cells) == 0 {
		return true
	}
	if s.next-1 > mostRows {
		yield(nil, fmt.Errorf("%w: more than %d rows", xlsx.ErrTooLarge, mostRows))
		return false
	}
	cells := s.row.Cells
	for n := range times {
		err := ctx.Err()
		if s.expanded += uint64(s.bytes); err == nil && s.book.outOfProportion(s.expanded) {
			err = xlsx.ErrTooLarge
		}
		if err != nil {
			yield(nil, err)
			return false
		}
		s.row.Number, s.row.Cells = first+n, cells
		if times > 1 {
			s.row.Cells = slices.Clone(cells) // the reader may write in it
		}
		if !yield(&s.row, nil) {
			return false
		}
	}
	return true
}

// read reads a row's cells and says how often it comes.
func (s *reading) read(start xml.StartElement) (times int, err error) {
	times, err = count(start, "number-rows-repeated", mostRows)
	if err != nil {
		return 0, err
	}
	s.row.Cells, s.column, s.bytes = s.row.Cells[:0], 0, 0
	for {
		token, err := s.token()
		if err != nil {
			return 0, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "table-cell" || t.Name.Local == "covered-table-cell" {
				if err := s.cell(t); err != nil {
					return 0, err
				}
			}
		case xml.EndElement:
			if named(t.Name, "table", "table-row") {
				return times, nil
			}
		}
	}
}

// cell reads a cell into its places in the row.
func (s *reading) cell(start xml.StartElement) error {
	times, err := count(start, "number-columns-repeated", mostColumns)
	if err != nil {
		return err
	}
	text, err := s.text(start.Name.Local)
	if err != nil {
		return err
	}
	first := s.column
	s.column += times
	if s.merging && start.Name.Local == "table-cell" {
		s.merge(start, first)
	}
	value := ""
	if start.Name.Local == "table-cell" { // a covered cell hides what it holds
		value = valueOf(start, text)
	}
	if value == "" {
		return nil
	}
	if s.column > mostColumns {
		return fmt.Errorf("%w: more than %d columns", xlsx.ErrTooLarge, mostColumns)
	}
	for len(s.row.Cells) < first {
		s.row.Cells = append(s.row.Cells, "")
	}
	for range times {
		s.row.Cells = append(s.row.Cells, value)
	}
	s.bytes += times*len(value) + s.column - len(s.row.Cells) + times
	if s.book.outOfProportion(s.expanded + uint64(s.bytes)) {
		return xlsx.ErrTooLarge
	}
	return nil
}

// merge takes a merged block down.
func (s *reading) merge(start xml.StartElement, first int) {
	rows, err := count(start, "number-rows-spanned", mostRows)
	columns, err2 := count(start, "number-columns-spanned", mostColumns)
	const most = 20_000 // people merge headings, not pages
	if err != nil || err2 != nil || rows*columns == 1 || len(s.merges) == most {
		return
	}
	s.merges = append(s.merges, xlsx.Merge{Top: s.next, Bottom: s.next + rows - 1, Left: first, Right: first + columns - 1})
}

// count reads an attribute that says how many, 1 when it is absent.
func count(e xml.StartElement, name string, most int) (int, error) {
	for _, a := range e.Attr {
		if !named(a.Name, "table", name) {
			continue
		}
		n, err := strconv.Atoi(a.Value)
		if err != nil || n < 1 {
			return 0, fmt.Errorf("%w: %s=%q", xlsx.ErrBroken, name, a.Value)
		}
		return min(n, most+1), nil
	}
	return 1, nil
}
