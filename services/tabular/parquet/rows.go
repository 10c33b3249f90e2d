package parquet

import (
	"context"
	"errors"
	"fmt"
	"io"

	library "github.com/parquet-go/parquet-go"
)

// batch is how many rows are taken at a time.
const batch = 64

// Reader reads a file's rows in order.
type Reader struct {
	file   *File
	ctx    context.Context
	group  int
	rows   library.Rows
	buffer []library.Row
	filled int
	next   int
	cells  []string
}

// Read starts at the first row.
func (f *File) Read(ctx context.Context) *Reader {
	return &Reader{file: f, ctx: ctx, buffer: make([]library.Row, batch), cells: make([]string, len(f.columns))}
}

// Next gives the cells of the next row, reused by the one after; io.EOF at the
// end.
func (r *Reader) Next() (cells []string, err error) {
	defer caught(&err)
	for r.next == r.filled {
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
	clear(r.cells)
	row := r.buffer[r.next]
	r.next++
	for i := range row {
		leaf := row[i].Column()
		if leaf < 0 || leaf >= len(r.file.places) {
			return nil, fmt.Errorf("%w: a value without a column", ErrBroken)
		}
		if at := r.file.places[leaf]; at >= 0 && !row[i].IsNull() {
			r.cells[at] = r.file.columns[at].write(row[i])
		}
	}
	return r.cells, nil
}

// fill takes more rows, from the next group when this one is over.
func (r *Reader) fill() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	groups := r.file.file.RowGroups()
	if r.rows == nil {
		if r.group == len(groups) {
			return io.EOF
		}
		r.rows = groups[r.group].Rows()
		r.group++
	}
	n, err := r.rows.ReadRows(r.buffer)
	r.filled, r.next = n, 0
	if errors.Is(err, io.EOF) {
		err = r.rows.Close()
		r.rows = nil
	} else if err == nil && n == 0 {
		err = io.ErrNoProgress
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return nil
}
