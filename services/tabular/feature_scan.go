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

// featureScanner cuts a stream of JSON into features without reading more than
// one of them at a time. enter must be called first.
type featureScanner struct {
	r          io.Reader
	limit      int
	buf        []byte
	start, end int
	eof        bool

	collection bool   // features are in a FeatureCollection, otherwise one after the other
	crs        []byte // the collection's "crs" member, when it came before the features
	first      []byte // the first feature, when entering had to read it
	rank       int
	done       bool
}

func newFeatureScanner(r io.Reader, limit int) *featureScanner {
	return &featureScanner{r: r, limit: limit, buf: make([]byte, min(scanBuffer, limit))}
}

// enter goes to the first feature: into the array "features" of a collection,
// or onto a first object that is itself a feature.
func (s *featureScanner) enter() error {
	if c, err := s.peekByte(); err != nil || c != '{' {
		return notFeatures(err)
	}
	length, err := s.value()
	if err == nil && isFeature(s.buf[s.start:s.start+length]) {
		s.first = bytes.Clone(s.buf[s.start : s.start+length])
		s.start += length
		return nil
	}
	// Larger than the limit, as collections are, or a small collection.
	s.collection = true
	return s.enterArray()
}

func notFeatures(err error) error {
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return errNotFeatures
}

// enterArray walks the members of the collection up to its features.
func (s *featureScanner) enterArray() error {
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
func (s *featureScanner) key() (string, error) {
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

// next returns the bytes of the next feature, valid until the next call; nil at
// the end.
func (s *featureScanner) next() ([]byte, error) {
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
func (s *featureScanner) peekByte() (byte, error) {
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
func (s *featureScanner) value() (int, error) {
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

func (s *featureScanner) fill() error {
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

func isFeature(raw []byte) bool { return gjson.GetBytes(raw, "type").Str == "Feature" }
