package changes

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
)

// side is one edition while it is compared.
type side struct {
	columns []Column
	key     []int // columns of the key; nil when rows are told by their content
	deepest int   // members to read for the key
	shared  []int // columns that are compared, in the order of both sides
	shown   []int // columns that are written
	cells   []cell
}

// row reads the cells of a line.
func (s *side) row(line []byte) ([]cell, error) {
	cells, err := split(line, s.cells, -1)
	if err != nil {
		return nil, err
	}
	if len(cells) != len(s.columns) {
		return nil, fmt.Errorf("%w of %d columns: %d", errLine, len(s.columns), len(cells))
	}
	s.cells = cells
	return cells, nil
}

// appendKey adds what a row is sorted by: its key, such that bytes sort as numbers
// do, or a digest of its content.
func (s *side) appendKey(b, line []byte) ([]byte, error) {
	if s.key == nil {
		return s.appendDigest(b, line)
	}
	cells, err := split(line, s.cells, s.deepest)
	if err != nil || len(cells) < s.deepest {
		return nil, errLine
	}
	s.cells = cells
	for _, k := range s.key {
		b = appendSortable(b, cells[k].value)
	}
	return b, nil
}

// Marks of the kinds of values, in the order they sort.
const (
	markOther  = 1
	markNumber = 2
)

// appendSortable writes a value so that bytes sort as whole numbers do, and other
// values as they are written. Two values have the same bytes only when they are the
// same.
func appendSortable(b, value []byte) []byte {
	if n, err := strconv.ParseInt(string(value), 10, 64); err == nil {
		b = append(b, markNumber)
		return binary.BigEndian.AppendUint64(b, uint64(n)^1<<63) // the sign turned over: negatives come first
	}
	b = append(b, markOther)
	return append(append(b, value...), 0) // JSON holds no zero byte
}

// digestSize is how much of a digest tells two contents apart.
const digestSize = 16

func (s *side) appendDigest(b, line []byte) ([]byte, error) {
	cells, err := s.row(line)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	for _, i := range s.shared {
		_, _ = sum.Write(cells[i].value) // a digest never fails
		_, _ = sum.Write([]byte{0})
	}
	return append(b, sum.Sum(nil)[:digestSize]...), nil
}

// position finds a column by name, -1 for none.
func position(columns []Column, name string) int {
	return slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
}
