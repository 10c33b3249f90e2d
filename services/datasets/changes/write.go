package changes

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"slices"
)

// sink takes rows as they are met.
type sink interface {
	added(line []byte) error
	removed(line []byte) error
	both(older, newer []byte) error
}

// changesOfBlock is how many changes are read to show one page of them.
const changesOfBlock = 500

// writer writes changes and counts them.
type writer struct {
	*plan

	oneSided bool
	summary  Summary
	file     *os.File
	out      *counter
	gzip     *gzip.Writer
	buffer   []byte
	block    Block
	held     int     // changes in the block
	touched  []int   // of the block, by shared column
	blocks   [][]int // of each block before
	rows     []int64 // of all blocks
	before   []cell
}

// counter knows how many bytes went through.
type counter struct {
	w *bufio.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func (c *Comparison) begin(p *plan) (*writer, error) {
	file, err := Scratch(c.Folder)
	if err != nil {
		return nil, err
	}
	w := &writer{plan: p, oneSided: c.OneSided, file: file, out: &counter{w: bufio.NewWriterSize(file, 64<<10)}}
	w.gzip = gzip.NewWriter(w.out)
	w.touched, w.rows = make([]int, len(p.shared)), make([]int64, len(p.shared))
	w.summary.Columns = c.columns()
	for _, i := range p.newer.shown {
		w.summary.Rows = append(w.summary.Rows, c.New.Columns[i])
	}
	for _, j := range p.older.shown {
		if position(c.New.Columns, c.Old.Columns[j].Name) < 0 {
			w.summary.Rows = append(w.summary.Rows, c.Old.Columns[j])
		}
	}
	return w, nil
}

// columns tells which columns came, went, or hold another type.
func (c *Comparison) columns() (list []ColumnChange) {
	for _, n := range c.New.Columns {
		j := position(c.Old.Columns, n.Name)
		switch {
		case slices.Contains(c.Without, n.Name):
		case j < 0:
			list = append(list, ColumnChange{Name: n.Name, Change: string(Added), To: n.Type})
		case n.Type != c.Old.Columns[j].Type && n.Type != "" && c.Old.Columns[j].Type != "":
			list = append(list, ColumnChange{Name: n.Name, Change: Retyped, From: c.Old.Columns[j].Type, To: n.Type})
		}
	}
	for _, o := range c.Old.Columns {
		if position(c.New.Columns, o.Name) < 0 && !slices.Contains(c.Without, o.Name) {
			list = append(list, ColumnChange{Name: o.Name, Change: string(Removed), From: o.Type})
		}
	}
	return list
}

func (w *writer) added(line []byte) error {
	cells, err := w.newer.row(line)
	if err != nil {
		return err
	}
	w.open(Added, &w.newer, cells)
	w.object("row", cells, w.newer.shown)
	w.summary.Added++
	w.block.Added++
	return w.put()
}

func (w *writer) removed(line []byte) error {
	cells, err := w.older.row(line)
	if err != nil {
		return err
	}
	w.open(Removed, &w.older, cells)
	if !w.oneSided {
		w.object("row", cells, w.older.shown)
	}
	w.summary.Removed++
	w.block.Removed++
	return w.put()
}

func (w *writer) both(older, newer []byte) error {
	if w.alike && bytes.Equal(older, newer) {
		w.summary.Same++
		return nil
	}
	was, err := w.older.row(older)
	if err != nil {
		return err
	}
	is, err := w.newer.row(newer)
	if err != nil {
		return err
	}
	w.before = w.before[:0]
	for i, n := range w.newer.shared {
		if old := was[w.older.shared[i]]; !bytes.Equal(old.value, is[n].value) {
			w.before = append(w.before, old)
			w.touched[i]++
			w.rows[i]++
		}
	}
	if len(w.before) == 0 {
		w.summary.Same++
		return nil
	}
	w.open(Changed, &w.newer, is)
	w.changed()
	w.object("row", is, w.newer.shown)
	w.summary.Changed++
	w.block.Changed++
	return w.put()
}

// open begins a line: what happened, to which row.
func (w *writer) open(k Kind, s *side, cells []cell) {
	w.buffer = append(append(append(w.buffer[:0], `{"change":"`...), k...), '"')
	if len(s.key) > 0 {
		w.object("key", cells, s.key)
	}
}

// changed adds what the row was before, or only which of its columns changed.
func (w *writer) changed() {
	if !w.oneSided {
		w.members("before", w.before)
		return
	}
	w.buffer = append(w.buffer, `,"fields":[`...)
	for i, c := range w.before {
		if i > 0 {
			w.buffer = append(w.buffer, ',')
		}
		w.buffer = append(append(append(w.buffer, '"'), c.name...), '"')
	}
	w.buffer = append(w.buffer, ']')
}

func (w *writer) object(name string, cells []cell, chosen []int) {
	w.buffer = append(append(append(w.buffer, `,"`...), name...), `":{`...)
	for i, n := range chosen {
		w.member(i, cells[n])
	}
	w.buffer = append(w.buffer, '}')
}

func (w *writer) members(name string, cells []cell) {
	w.buffer = append(append(append(w.buffer, `,"`...), name...), `":{`...)
	for i, c := range cells {
		w.member(i, c)
	}
	w.buffer = append(w.buffer, '}')
}

func (w *writer) member(place int, c cell) {
	if place > 0 {
		w.buffer = append(w.buffer, ',')
	}
	w.buffer = append(append(append(w.buffer, '"'), c.name...), `":`...)
	w.buffer = append(w.buffer, c.value...)
}

// put ends the line.
func (w *writer) put() error {
	w.buffer = append(w.buffer, "}\n"...)
	if _, err := w.gzip.Write(w.buffer); err != nil {
		return err
	}
	if w.held++; w.held < changesOfBlock {
		return nil
	}
	return w.endBlock()
}

// endBlock ends a member of the file.
func (w *writer) endBlock() error {
	if w.held == 0 {
		return nil
	}
	if err := w.gzip.Close(); err != nil {
		return err
	}
	w.block.Size = w.out.n - w.block.At
	w.summary.Blocks = append(w.summary.Blocks, w.block)
	w.blocks = append(w.blocks, slices.Clone(w.touched))
	clear(w.touched)
	w.block, w.held = Block{At: w.out.n}, 0
	w.gzip.Reset(w.out)
	return nil
}

// end gives the comparison, or forgets it when err says that it is not whole.
func (w *writer) end(err error) (*Result, error) {
	if err == nil {
		err = w.endBlock()
	}
	if err == nil {
		err = w.out.w.Flush()
	}
	if err != nil {
		return nil, errors.Join(err, w.file.Close())
	}
	w.tell()
	return &Result{Summary: w.summary, file: w.file, Size: w.out.n}, nil
}

// tell says in which columns rows changed, over all and block by block.
func (w *writer) tell() {
	var kept []int
	for i, n := range w.rows {
		if n > 0 {
			kept = append(kept, i)
			w.summary.Touched = append(w.summary.Touched, Touched{Name: w.shared[i], Rows: n})
		}
	}
	for b := range w.summary.Blocks {
		last := 0
		counts := make([]int, len(kept))
		for place, i := range kept {
			if counts[place] = w.blocks[b][i]; counts[place] > 0 {
				last = place + 1
			}
		}
		w.summary.Blocks[b].Touched = counts[:last]
	}
}
