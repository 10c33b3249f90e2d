package changes

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
)

// sorter sorts rows by key in a memory of its own size: what does not fit goes to
// sorted runs in files, which are merged. Rows of equal keys keep their order.
type sorter struct {
	folder string
	most   int // bytes held
	held   []byte
	rows   []span
	runs   []*os.File
}

// span is a row among those held: its key, then its line.
type span struct{ from, line, to int }

func newSorter(folder string, most int) *sorter { return &sorter{folder: folder, most: most} }

func (s *sorter) key(r span) []byte { return s.held[r.from:r.line] }

func (s *sorter) add(key, line []byte) error {
	const spanSize = 24
	if len(s.rows) > 0 && len(s.held)+len(key)+len(line)+len(s.rows)*spanSize > s.most {
		if err := s.spill(); err != nil {
			return err
		}
	}
	from := len(s.held)
	s.held = append(append(s.held, key...), line...)
	s.rows = append(s.rows, span{from, from + len(key), len(s.held)})
	return nil
}

func (s *sorter) sort() {
	slices.SortStableFunc(s.rows, func(a, b span) int { return bytes.Compare(s.key(a), s.key(b)) })
}

// spill writes what is held as a sorted run.
func (s *sorter) spill() error {
	s.sort()
	file, err := Scratch(s.folder)
	if err != nil {
		return err
	}
	s.runs = append(s.runs, file)
	w := bufio.NewWriterSize(file, 256<<10)
	var size [binary.MaxVarintLen64]byte
	for _, r := range s.rows {
		for _, part := range [][]byte{s.key(r), s.held[r.line:r.to]} {
			_, _ = w.Write(size[:binary.PutUvarint(size[:], uint64(len(part)))]) // Flush says it
			_, _ = w.Write(part)
		}
	}
	s.held, s.rows = s.held[:0], s.rows[:0]
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = file.Seek(0, io.SeekStart)
	return err
}

// Scratch is a file without a name, in a folder (the system's for ""): it goes with
// the process, however that ends.
func Scratch(folder string) (*os.File, error) {
	file, err := os.CreateTemp(folder, "differences-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// close gives the files back.
func (s *sorter) close() {
	for _, f := range s.runs {
		_ = f.Close() // nothing of it is kept
	}
}

// sorted gives every row in the order of the keys.
func (s *sorter) sorted() (stream, error) {
	if len(s.runs) == 0 {
		s.sort()
		return &heldRows{sorter: s}, nil
	}
	if err := s.spill(); err != nil {
		return nil, err
	}
	s.held, s.rows = nil, nil
	m := &merged{}
	for n, f := range s.runs {
		r := &run{number: n, file: bufio.NewReaderSize(f, 64<<10)}
		if err := m.refill(r); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// heldRows gives the rows of a sorter that fit in memory.
type heldRows struct {
	*sorter

	at int
}

func (h *heldRows) next() ([]byte, []byte, error) {
	if h.at == len(h.rows) {
		return nil, nil, io.EOF
	}
	r := h.rows[h.at]
	h.at++
	return h.key(r), h.held[r.line:r.to], nil
}

// run is a sorted file with its first row not given yet.
type run struct {
	number    int
	file      *bufio.Reader
	key, line []byte
}

func (r *run) read() (err error) {
	if r.key, err = readPart(r.file, r.key); err != nil {
		return err
	}
	r.line, err = readPart(r.file, r.line)
	return err
}

func readPart(r *bufio.Reader, b []byte) ([]byte, error) {
	size, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, err
	}
	b = slices.Grow(b[:0], int(size))[:size] // of a line written here
	_, err = io.ReadFull(r, b)
	return b, err
}

// merged gives the rows of sorted runs in one order.
type merged struct {
	runs  []*run
	given *run // whose row was given last
}

func (m *merged) Len() int { return len(m.runs) }
func (m *merged) Less(i, j int) bool {
	order := bytes.Compare(m.runs[i].key, m.runs[j].key)
	return order < 0 || order == 0 && m.runs[i].number < m.runs[j].number
}
func (m *merged) Swap(i, j int) { m.runs[i], m.runs[j] = m.runs[j], m.runs[i] }
func (m *merged) Push(x any)    { m.runs = append(m.runs, x.(*run)) }
func (m *merged) Pop() any {
	last := m.runs[len(m.runs)-1]
	m.runs = m.runs[:len(m.runs)-1]
	return last
}

// refill puts a run back with its next row, unless it is over.
func (m *merged) refill(r *run) error {
	switch err := r.read(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	heap.Push(m, r)
	return nil
}

func (m *merged) next() ([]byte, []byte, error) {
	if m.given != nil {
		if err := m.refill(m.given); err != nil {
			return nil, nil, err
		}
	}
	if len(m.runs) == 0 {
		m.given = nil
		return nil, nil, io.EOF
	}
	m.given = heap.Pop(m).(*run)
	return m.given.key, m.given.line, nil
}
