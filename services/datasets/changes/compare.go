package changes

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
)

// Comparison says what is compared and how.
type Comparison struct {
	Old, New Edition
	Key      []string // columns that tell rows apart, nil for none
	Without  []string // columns that are neither compared nor written, whatever the editions hold
	// OneSided leaves out what is not in the new edition: of a removed row only its
	// key, of a changed row what it is now.
	OneSided bool
	Folder   string      // for files that vanish, "" for the system's
	Memory   int         // bytes for sorting one side, 32 MiB when 0
	Progress func(int64) // told of the rows read, of both sides; nil tells nobody

	ended func() error // why Run must stop
	read  int64
}

// Result is a comparison done. Close it.
type Result struct {
	Summary

	file *os.File
	Size int64 // bytes of the file of changes
}

// Open gives the file of changes from its start.
func (r *Result) Open() io.ReadSeeker { return io.NewSectionReader(r.file, 0, r.Size) }

// ReaderAt gives the file of changes for Page.
func (r *Result) ReaderAt() io.ReaderAt { return r.file }

// Close forgets the file of changes.
func (r *Result) Close() error { return r.file.Close() }

// Run compares the editions. The same editions give the same bytes.
func (c Comparison) Run(ctx context.Context) (*Result, error) {
	c.ended = ctx.Err
	if c.Memory == 0 {
		c.Memory = 32 << 20
	}
	p := c.plan()
	if p.older.key == nil {
		return c.byContent(p, NoKey)
	}
	result, err := c.byKey(p, c.straight)
	if errors.Is(err, errUnsorted) {
		result, err = c.byKey(p, c.sorted)
	}
	if errors.Is(err, errDuplicate) {
		c.Key = nil
		return c.byContent(c.plan(), DuplicateKey)
	}
	return result, err
}

// plan is how the columns of both sides lie to one another.
type plan struct {
	older, newer side
	alike        bool // both sides write equal rows with equal bytes
	shared       []string
}

func (c *Comparison) plan() *plan {
	p := &plan{older: side{columns: c.Old.Columns}, newer: side{columns: c.New.Columns}}
	p.alike = len(c.Old.Columns) == len(c.New.Columns)
	for i, column := range c.New.Columns {
		if slices.Contains(c.Without, column.Name) {
			p.alike = false
			continue
		}
		p.newer.shown = append(p.newer.shown, i)
		if j := position(c.Old.Columns, column.Name); j >= 0 {
			p.alike = p.alike && i == j
			p.newer.shared, p.older.shared = append(p.newer.shared, i), append(p.older.shared, j)
			p.shared = append(p.shared, column.Name)
		}
	}
	for j, column := range c.Old.Columns {
		if !slices.Contains(c.Without, column.Name) {
			p.older.shown = append(p.older.shown, j)
		}
	}
	p.alike = p.alike && len(p.shared) == len(c.New.Columns)
	if len(c.Key) == 0 || slices.ContainsFunc(c.Key, func(name string) bool { return !slices.Contains(p.shared, name) }) {
		return p
	}
	p.older.keyed(c.Key)
	p.newer.keyed(c.Key)
	return p
}

// keyed has rows told apart by columns that the side has.
func (s *side) keyed(names []string) {
	for _, name := range names {
		at := position(s.columns, name)
		s.key, s.deepest = append(s.key, at), max(s.deepest, at+1)
	}
}

// counted is called for every row that is read.
func (c *Comparison) counted() error {
	c.read++
	if c.read%1024 != 0 {
		return nil
	}
	if c.Progress != nil {
		c.Progress(c.read)
	}
	return c.ended()
}

// straight reads a side as it lies, which must be in the order of its key.
func (c *Comparison) straight(file io.Reader, s *side) (stream, func(), error) {
	return &ascending{stream: &keyed{lines: newLines(file), side: s, read: c.counted}}, func() {}, nil
}

// sorted reads a side in the order of its key.
func (c *Comparison) sorted(file io.Reader, s *side) (stream, func(), error) {
	sorting := newSorter(c.Folder, c.Memory)
	rows := &keyed{lines: newLines(file), side: s, read: c.counted}
	for {
		key, line, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = sorting.add(key, line)
		}
		if err != nil {
			sorting.close()
			return nil, nil, err
		}
	}
	all, err := sorting.sorted()
	if err != nil {
		sorting.close()
		return nil, nil, err
	}
	return &ascending{stream: all}, sorting.close, nil
}

// reading makes a stream of a side.
type reading func(io.Reader, *side) (stream, func(), error)

// byKey compares rows of the same key.
func (c *Comparison) byKey(p *plan, read reading) (*Result, error) {
	out, err := c.begin(p)
	if err != nil {
		return nil, err
	}
	out.summary.Key = c.Key
	err = c.merge(p, read, out, 0)
	return out.end(err)
}

// merge walks both sides together. Keys are compared over their first bytes only
// when width is not 0.
func (c *Comparison) merge(p *plan, read reading, out sink, width int) error {
	older, done, err := begun(c.Old, read, &p.older)
	if err != nil {
		return err
	}
	defer done()
	newer, done, err := begun(c.New, read, &p.newer)
	if err != nil {
		return err
	}
	defer done()
	for !older.over || !newer.over {
		order := older.compare(newer, width)
		switch {
		case order < 0:
			err = out.removed(older.line)
		case order > 0:
			err = out.added(newer.line)
		default:
			err = out.both(older.line, newer.line)
		}
		if err == nil && order <= 0 {
			err = older.pull()
		}
		if err == nil && order >= 0 {
			err = newer.pull()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// begun is an edition at its first row, and what ends its reading.
func begun(e Edition, read reading, s *side) (*head, func(), error) {
	file, err := e.Open()
	if err != nil {
		return nil, nil, err
	}
	rows, done, err := read(file, s)
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	end := func() {
		done()
		_ = file.Close() // it was only read
	}
	h := &head{stream: rows}
	if err := h.pull(); err != nil {
		end()
		return nil, nil, err
	}
	return h, end, nil
}

// head is the next row of a stream.
type head struct {
	stream    stream
	key, line []byte
	over      bool
}

func (h *head) pull() (err error) {
	h.key, h.line, err = h.stream.next()
	if errors.Is(err, io.EOF) {
		h.over = true
		return nil
	}
	return err
}

// compare gives what is over the last place.
func (h *head) compare(other *head, width int) int {
	switch {
	case h.over:
		return 1
	case other.over:
		return -1
	case width > 0:
		return bytes.Compare(h.key[:width], other.key[:width])
	}
	return bytes.Compare(h.key, other.key)
}

// byContent compares bags of rows. Rows are matched in the order of a digest, and
// what is left is put back in the order of the editions.
func (c *Comparison) byContent(p *plan, why string) (*Result, error) {
	out, err := c.begin(p)
	if err != nil {
		return nil, err
	}
	out.summary.Why = why
	left := &leftover{plan: p, out: out, order: newSorter(c.Folder, c.Memory)}
	defer left.order.close()
	err = c.merge(p, c.bagged, left, digestSize)
	if err == nil {
		err = left.flush()
	}
	return out.end(err)
}

// ordinalSize is what stands before a row that remembers its place.
const ordinalSize = 8

// bagged sorts a side by the digest of its rows, each with its place.
func (c *Comparison) bagged(file io.Reader, s *side) (stream, func(), error) {
	sorting := newSorter(c.Folder, c.Memory)
	rows := &keyed{lines: newLines(file), side: s, read: c.counted}
	var placed []byte
	for n := uint64(0); ; n++ {
		key, line, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			placed = append(binary.BigEndian.AppendUint64(placed[:0], n), line...)
			err = sorting.add(key, placed)
		}
		if err != nil {
			sorting.close()
			return nil, nil, err
		}
	}
	all, err := sorting.sorted()
	if err != nil {
		sorting.close()
		return nil, nil, err
	}
	return all, sorting.close, nil
}

// leftover gathers rows without a match.
type leftover struct {
	*plan

	out   *writer
	order *sorter
}

// Marks of a leftover, in the order they are told at one place.
const (
	markRemoved = 1
	markAdded   = 2
)

func (l *leftover) keep(mark byte, placed []byte) error {
	key := append(slices.Clone(placed[:ordinalSize]), mark)
	return l.order.add(key, placed[ordinalSize:])
}

func (l *leftover) removed(placed []byte) error { return l.keep(markRemoved, placed) }
func (l *leftover) added(placed []byte) error   { return l.keep(markAdded, placed) }

func (l *leftover) both(_, _ []byte) error {
	l.out.summary.Same++
	return nil
}

// flush tells of what is left, in its order.
func (l *leftover) flush() error {
	rows, err := l.order.sorted()
	if err != nil {
		return err
	}
	for {
		key, line, err := rows.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case key[ordinalSize] == markRemoved:
			err = l.out.removed(line)
		default:
			err = l.out.added(line)
		}
		if err != nil {
			return err
		}
	}
}
