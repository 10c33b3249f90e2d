package changes

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// longest is the longest row that is read: a coastline, drawn finely.
const longest = 64 << 20

// lines reads the lines of a file one by one.
type lines struct{ scanner *bufio.Scanner }

func newLines(r io.Reader) *lines {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 256<<10), longest)
	return &lines{s}
}

// next gives a line that holds until the next call; io.EOF after the last.
func (l *lines) next() ([]byte, error) {
	for l.scanner.Scan() {
		if line := l.scanner.Bytes(); len(line) > 0 {
			return line, nil
		}
	}
	if err := l.scanner.Err(); err != nil {
		return nil, err
	}
	return nil, io.EOF
}

// stream gives rows with what they are sorted by; io.EOF after the last. Both hold
// until the next call.
type stream interface {
	next() (key, line []byte, err error)
}

// keyed reads rows with their keys.
type keyed struct {
	lines *lines
	side  *side
	key   []byte
	read  func() error // after each row
}

func (k *keyed) next() ([]byte, []byte, error) {
	line, err := k.lines.next()
	if err == nil {
		err = k.read()
	}
	if err != nil {
		return nil, nil, err
	}
	k.key, err = k.side.appendKey(k.key[:0], line)
	return k.key, line, err
}

var (
	errUnsorted  = errors.New("changes: rows are not in the order of their key")
	errDuplicate = errors.New("changes: two rows have the same key")
)

// ascending refuses rows that do not come in the order of keys that differ.
type ascending struct {
	stream

	last  []byte
	began bool
}

func (a *ascending) next() ([]byte, []byte, error) {
	key, line, err := a.stream.next()
	if err != nil {
		return nil, nil, err
	}
	if a.began {
		switch order := bytes.Compare(key, a.last); {
		case order == 0:
			return nil, nil, errDuplicate
		case order < 0:
			return nil, nil, errUnsorted
		}
	}
	a.began = true
	a.last = append(a.last[:0], key...)
	return key, line, nil
}
