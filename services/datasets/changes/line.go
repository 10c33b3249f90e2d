package changes

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
)

// cell is one value of a row, as JSON; both parts lie in the line they come from.
type cell struct{ name, value []byte }

var errLine = errors.New("changes: a line is no JSON object")

// split reads the members of a JSON object on one line, at most the first most of
// them (all for a negative number). Names are read as they are written: writers of
// datasets write the same name always the same way.
func split(line []byte, cells []cell, most int) ([]cell, error) {
	cells = cells[:0]
	rest, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("{"))
	if !ok {
		return nil, errLine
	}
	for len(cells) != most {
		if len(rest) > 0 && rest[0] == '}' {
			return cells, nil
		}
		if len(cells) > 0 {
			if rest, ok = bytes.CutPrefix(rest, []byte(",")); !ok {
				return nil, errLine
			}
		}
		name := valueLength(rest)
		if name < 2 || rest[0] != '"' || name >= len(rest) || rest[name] != ':' {
			return nil, errLine
		}
		value := valueLength(rest[name+1:])
		if value == 0 {
			return nil, errLine
		}
		end := name + 1 + value
		cells = append(cells, cell{rest[1 : name-1], rest[name+1 : end]})
		rest = rest[end:]
	}
	return cells, nil
}

// valueLength is how many bytes the JSON value at the start takes, 0 when none ends.
func valueLength(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	switch b[0] {
	case '"':
		return textLength(b)
	case '{', '[':
		return nestedLength(b)
	}
	if i := bytes.IndexAny(b, ",]}"); i >= 0 {
		return i
	}
	return 0
}

func textLength(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return 0
}

func nestedLength(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			n := textLength(b[i:])
			if n == 0 {
				return 0
			}
			i += n - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// Names reads the columns of the first row of lines of JSON, none when there is no
// row.
func Names(r io.Reader) ([]string, error) {
	line, err := newLines(r).next()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	cells, err := split(line, nil, -1)
	names := make([]string, len(cells))
	for i, c := range cells {
		names[i] = nameOf(c.name)
	}
	return names, err
}

// nameOf reads a name from the JSON it is written in.
func nameOf(written []byte) string {
	if !bytes.ContainsRune(written, '\\') {
		return string(written)
	}
	var name string
	if json.Unmarshal(slices.Concat([]byte{'"'}, written, []byte{'"'}), &name) != nil {
		return string(written)
	}
	return name
}
