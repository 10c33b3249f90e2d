package tabular

import (
	"bytes"
	"errors"
	"io"

	"github.com/tidwall/gjson"
)

var (
	errBrokenJSON  = errors.New("tabular: not JSON")
	errNotFeatures = errors.New("tabular: JSON without features")
)

// deepest is how far values may be nested: geometries need a handful.
const deepest = 100

// objectScanner cuts a stream of JSON into features, or flat objects, without
// reading more than one of them at a time. enter must be called first.
type objectScanner struct {
	r          io.Reader
	limit      int
	buf        []byte
	start, end int
	eof        bool

	collection bool   // objects are in an array, otherwise one after the other
	flat       bool   // objects are rows by themselves, not features
	lone       bool   // a single object may be a row
	crs        []byte // the collection's "crs" member, when it came before the features
	first      []byte // the first object, when entering had to read it
	rank       int
	done       bool
}

func newObjectScanner(r io.Reader, limit int) *objectScanner {
	return &objectScanner{r: r, limit: limit, buf: make([]byte, min(scanBuffer, limit))}
}

// enter goes to the first object: into the array "features" of a collection,
// into an array of objects, or onto a first object that is itself a row.
func (s *objectScanner) enter() error {
	c, err := s.peekByte()
	if err != nil || c != '{' && c != '[' {
		return notFeatures(err)
	}
	if c == '[' {
		return s.enterList()
	}
	length, err := s.value()
	raw := s.buf[s.start : s.start+length]
	if err != nil || isCollection(raw) {
		// Larger than the limit, as collections are, or a small collection.
		s.collection = true
		return s.enterArray()
	}
	s.first, s.flat = bytes.Clone(raw), !isFeature(raw)
	s.start += length
	if !s.flat || s.lone {
		return nil
	}
	if c, err = s.peekByte(); err != nil || c != '{' {
		return notFeatures(err)
	}
	return nil
}

// enterList goes into an array that is the whole file.
func (s *objectScanner) enterList() error {
	s.start++ // [
	s.collection, s.flat = true, true
	c, err := s.peekByte()
	if err != nil {
		return broken(err)
	}
	if c == ']' {
		return nil
	}
	if c != '{' {
		return errNotFeatures
	}
	length, err := s.value()
	if err != nil {
		return err
	}
	s.first = bytes.Clone(s.buf[s.start : s.start+length])
	s.flat = !isFeature(s.first)
	s.start += length
	return nil
}

// format names what enter found.
func (s *objectScanner) format() Format {
	switch {
	case s.flat && s.collection:
		return JSONRows
	case s.flat:
		return NDJSON
	case s.collection:
		return GeoJSON
	}
	return GeoJSONSeq
}

func notFeatures(err error) error {
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return errNotFeatures
}

// enterArray walks the members of the collection up to its features.
func (s *objectScanner) enterArray() error {
	s.start++ // {
	for {
		c, err := s.peekByte()
		if err != nil || c == '}' {
			return notFeatures(err)
		}
		if c == ',' {
			s.start++
			continue
		}
		key, err := s.key()
		if err != nil {
			return err
		}
		c, err = s.peekByte()
		if err != nil {
			return broken(err)
		}
		if key == "features" && c == '[' {
			s.start++
			return nil
		}
		length, err := s.value()
		if err != nil {
			return err
		}
		if key == "crs" {
			s.crs = bytes.Clone(s.buf[s.start : s.start+length])
		}
		s.start += length
	}
}

// key reads a member's name and its colon.
func (s *objectScanner) key() (string, error) {
	length, err := s.value()
	if err != nil {
		return "", err
	}
	raw := s.buf[s.start : s.start+length]
	if len(raw) < 2 || raw[0] != '"' {
		return "", errBrokenJSON
	}
	key := string(raw[1 : len(raw)-1])
	s.start += length
	if c, err := s.peekByte(); err != nil || c != ':' {
		return "", broken(err)
	}
	s.start++
	return key, nil
}

// next returns the bytes of the next object, valid until the next call; nil at
// the end.
func (s *objectScanner) next() ([]byte, error) {
	if s.first != nil {
		feature := s.first
		s.first, s.rank = nil, 1
		return feature, nil
	}
	if s.done {
		return nil, nil
	}
	for {
		c, err := s.peekByte()
		switch {
		case errors.Is(err, io.EOF) && !s.collection, err == nil && c == ']' && s.collection:
			s.done = true
			return nil, nil
		case err != nil:
			return nil, broken(err)
		case c == ',':
			s.start++
			continue
		}
		length, err := s.value()
		if err != nil {
			return nil, err
		}
		feature := s.buf[s.start : s.start+length]
		s.start += length
		s.rank++
		return feature, nil
	}
}

// broken turns the end of the stream in the wrong place into an error.
func broken(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return errBrokenJSON
	}
	return err
}

// peekByte passes over blanks (and the record separators of JSON sequences).
func (s *objectScanner) peekByte() (byte, error) {
	for {
		for ; s.start < s.end; s.start++ {
			switch c := s.buf[s.start]; c {
			case ' ', '\t', '\r', '\n', 0x1e:
			default:
				return c, nil
			}
		}
		if s.eof {
			return 0, io.EOF
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// value finds the length of the JSON value at the current place, with no more
// care than to find its end.
func (s *objectScanner) value() (int, error) {
	var w walk
	for at := 0; ; {
		for ; s.start+at < s.end; at++ {
			more, err := w.step(s.buf[s.start+at])
			if err != nil {
				return 0, err
			}
			if !more && at+w.last == 0 {
				return 0, errBrokenJSON // a mark where a value should be
			}
			if !more {
				return at + w.last, nil
			}
		}
		if s.eof {
			if w.bare && at > 0 {
				return at, nil
			}
			return 0, errBrokenJSON
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

func (s *objectScanner) fill() error {
	buffer := scanner{r: s.r, limit: s.limit, buf: s.buf, start: s.start, end: s.end, eof: s.eof}
	err := buffer.fill()
	s.buf, s.start, s.end, s.eof = buffer.buf, buffer.start, buffer.end, buffer.eof
	return err
}

// walk follows a JSON value byte by byte to its end.
type walk struct {
	depth   int
	text    bool // inside a string
	escaped bool // after a backslash
	bare    bool // inside a number or a word
	last    int  // 1 when the byte that ends the value belongs to it
}

// step takes one byte; more is false at the end of the value.
func (w *walk) step(c byte) (more bool, err error) {
	if w.text {
		switch {
		case w.escaped:
			w.escaped = false
		case c == '\\':
			w.escaped = true
		case c == '"':
			w.text = false
			return w.ended()
		}
		return true, nil
	}
	switch c {
	case '"':
		w.text = true
	case '{', '[':
		if w.depth++; w.depth > deepest {
			return false, errBrokenJSON
		}
	case '}', ']':
		if w.bare && w.depth == 0 {
			return false, nil
		}
		if w.depth--; w.depth < 0 {
			return false, errBrokenJSON
		}
		return w.ended()
	case ',', ':', ' ', '\t', '\r', '\n', 0x1e:
		if w.depth == 0 {
			return false, nil
		}
	default:
		w.bare = w.depth == 0
	}
	return true, nil
}

func (w *walk) ended() (more bool, err error) {
	if w.depth > 0 {
		return true, nil
	}
	w.last = 1
	return false, nil
}

func isCollection(raw []byte) bool {
	return gjson.GetBytes(raw, "type").Str == "FeatureCollection" || gjson.GetBytes(raw, "features").IsArray()
}

func isFeature(raw []byte) bool { return gjson.GetBytes(raw, "type").Str == "Feature" }
