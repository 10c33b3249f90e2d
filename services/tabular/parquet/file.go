package parquet

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	library "github.com/parquet-go/parquet-go"
)

// What is wrong with a file.
var (
	ErrBroken   = errors.New("parquet: damaged file")
	ErrTooLarge = errors.New("parquet: file out of proportion")
	ErrTooMany  = errors.New("parquet: too many rows")
)

// NestedError names a column whose cells hold several values.
type NestedError struct{ Column string }

func (e *NestedError) Error() string { return "parquet: nested column " + e.Column }

// Limits bound what is read.
type Limits struct {
	Rows     int64
	Unpacked int64 // octets of all pages together
}

// Kind is what a column holds by the file's word.
type Kind uint8

// The kinds.
const (
	Text Kind = iota
	Number
	Bool
	Day
	Moment
	Shape
)

// Column is one column.
type Column struct {
	Name      string
	Kind      Kind
	CRS       int  // EPSG code of a Shape, 0 when it is not known
	Unlocated bool // a Shape whose file says that its system is not known
	leaf      int  // rank among the file's leaves
	write     writer
}

// File is an open file. It is immutable and safe for concurrent use.
type File struct {
	file    *library.File
	columns []Column
	places  []int // column by leaf, -1 for those that are not read
}

// Open reads the file's description and looks at its pages. Errors: ErrBroken,
// ErrTooLarge, ErrTooMany, a NestedError.
func Open(ctx context.Context, r io.ReaderAt, size int64, limits Limits) (f *File, err error) {
	defer caught(&err)
	if !footed(r, size) {
		return nil, fmt.Errorf("%w: no footer", ErrBroken)
	}
	file, err := library.OpenFile(r, size, library.SkipPageIndex(true), library.SkipBloomFilters(true), library.FileReadMode(library.ReadModeSync))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if file.NumRows() > limits.Rows {
		return nil, ErrTooMany
	}
	f = &File{file: file}
	if err := f.describe(); err != nil {
		return nil, err
	}
	return f, inspect(ctx, r, size, file, limits)
}

// footed reports whether the file holds the footer that its last bytes announce: the
// library makes room for any length, gigabytes for a file of a kilobyte.
func footed(r io.ReaderAt, size int64) bool {
	const ends = 4 + 8 // the mark, and the footer's length with the mark again
	var end [8]byte
	if size < ends {
		return false
	}
	if n, err := r.ReadAt(end[:], size-int64(len(end))); n < len(end) || err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	return int64(binary.LittleEndian.Uint32(end[:])) <= size-ends
}

// caught turns what the library panics over in damaged files into an error.
func caught(err *error) {
	if problem := recover(); problem != nil {
		*err = fmt.Errorf("%w: %v", ErrBroken, problem)
	}
}

// Columns lists the columns in order.
func (f *File) Columns() []Column { return f.columns }

// describe settles the columns; those that only speed up searches by place (the
// covering boxes of GeoParquet 1.1) are passed over.
func (f *File) describe() error {
	text, _ := f.file.Lookup("geo")
	about := readGeo(text)
	leaf := 0
	for _, field := range f.file.Root().Columns() {
		if about.covers(field.Name()) {
			for range countLeaves(field) {
				f.places = append(f.places, -1)
				leaf++
			}
			continue
		}
		if !field.Leaf() || field.Repeated() {
			return &NestedError{Column: field.Name()}
		}
		column := Column{Name: strings.ToValidUTF8(field.Name(), "�"), leaf: leaf}
		column.Kind, column.write = writerOf(field)
		if shape, is := about.Columns[field.Name()]; is && column.Kind == Text {
			if shape.Encoding != "" && !strings.EqualFold(shape.Encoding, "WKB") {
				return &NestedError{Column: field.Name()}
			}
			column.Kind, column.write = Shape, geometry
			column.CRS, column.Unlocated = shape.system()
		}
		f.places = append(f.places, len(f.columns))
		f.columns = append(f.columns, column)
		leaf++
	}
	if len(f.columns) == 0 {
		return fmt.Errorf("%w: no column", ErrBroken)
	}
	return nil
}

func countLeaves(c *library.Column) int {
	if c.Leaf() {
		return 1
	}
	n := 0
	for _, child := range c.Columns() {
		n += countLeaves(child)
	}
	return n
}
