package xlsx

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
)

// Row is one row of a sheet. Cells is reused by the next iteration and ends with
// the last cell that holds something.
type Row struct {
	Number int // as Excel shows it, from 1
	Cells  []string
}

// Columns and rows of a sheet, as Excel bounds them.
const (
	mostColumns = 16_384
	mostRows    = 1_048_576
)

// Rows reads a sheet's rows in order; rows without a cell are left out. It stops
// at its first error.
func (b *Book) Rows(ctx context.Context, name string) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		part, known := b.find(name)
		if !known {
			yield(nil, ErrNotWorkbook)
			return
		}
		r, err := part.Open()
		if err != nil {
			yield(nil, fmt.Errorf("%w: %w", ErrBroken, err))
			return
		}
		defer func() { _ = r.Close() }()
		s := &reading{book: b, d: xml.NewDecoder(r)}
		for {
			more, err := s.next()
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !more || !yield(&s.row, nil) {
				return
			}
		}
	}
}

// reading is a sheet on its way in.
type reading struct {
	book   *Book
	d      *xml.Decoder
	row    Row
	column int // of the next cell that does not say its place
}

func (s *reading) token() (xml.Token, error) {
	token, err := s.d.RawToken()
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return token, err
}

// next reads up to the next row; false after the last one.
func (s *reading) next() (bool, error) {
	for {
		token, err := s.token()
		if err != nil { // a sheet that ends before its data does is cut off
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("%w: the sheet breaks off", ErrBroken)
			}
			return false, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "row" {
				return true, s.read(t)
			}
		case xml.EndElement:
			if t.Name.Local == "sheetData" {
				return false, nil
			}
		}
	}
}

func (s *reading) read(start xml.StartElement) error {
	number := s.row.Number + 1
	if text := attribute(start, "r"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < number || n > mostRows {
			return fmt.Errorf("%w: row %q after row %d", ErrBroken, text, s.row.Number)
		}
		number = n
	}
	s.row.Number, s.row.Cells, s.column = number, s.row.Cells[:0], 0
	for {
		token, err := s.token()
		if err != nil {
			return fmt.Errorf("%w: row %d breaks off: %w", ErrBroken, number, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "c" {
				if err := s.cell(t); err != nil {
					return err
				}
			}
		case xml.EndElement:
			if t.Name.Local == "row" {
				return nil
			}
		}
	}
}

// cell reads a cell into its place in the row.
func (s *reading) cell(start xml.StartElement) error {
	column := s.column
	if ref := attribute(start, "r"); ref != "" {
		column = columnOf(ref)
	}
	if column < 0 || column >= mostColumns {
		return fmt.Errorf("%w: a cell without a place in row %d", ErrBroken, s.row.Number)
	}
	s.column = column + 1
	kind, style := attribute(start, "t"), 0
	if text := attribute(start, "s"); text != "" {
		style, _ = strconv.Atoi(text)
	}
	raw, inline, err := s.content()
	if err != nil {
		return err
	}
	value := inline
	if kind != "inlineStr" {
		value = s.book.value(kind, style, raw)
	}
	if value == "" {
		return nil
	}
	for len(s.row.Cells) <= column {
		s.row.Cells = append(s.row.Cells, "")
	}
	s.row.Cells[column] = value
	return nil
}

// content reads a cell's stored value and its inline text. The formula is passed
// over.
func (s *reading) content() (raw, inline string, err error) {
	inValue := false
	for {
		token, err := s.token()
		if err != nil {
			return "", "", fmt.Errorf("%w: row %d: %w", ErrBroken, s.row.Number, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			inValue = t.Name.Local == "v"
			if t.Name.Local == "is" {
				if inline, err = richText(s.d, "is"); err != nil {
					return "", "", err
				}
			}
		case xml.CharData:
			if inValue {
				raw += string(t)
			}
		case xml.EndElement:
			inValue = false
			if t.Name.Local == "c" {
				return raw, inline, nil
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// columnOf reads the column of a reference: 0 for "A1"; -1 when there is none.
func columnOf(ref string) int {
	n := 0
	for i := range len(ref) {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > mostColumns {
			return -1
		}
	}
	return n - 1
}
