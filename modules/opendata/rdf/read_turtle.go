package rdf

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// turtleReader reads Turtle (https://www.w3.org/TR/turtle/), and N-Triples with
// it.
type turtleReader struct {
	*Graph
	text   string
	at     int
	base   string
	spaces map[string]string
	named  map[string]Term
	depth  int
}

func readTurtle(document []byte, base string) (*Graph, error) {
	if !utf8.Valid(document) {
		return nil, &SyntaxError{Why: "not UTF-8"}
	}
	r := &turtleReader{Graph: New(), text: string(document), base: base, spaces: map[string]string{}, named: map[string]Term{}}
	for {
		r.skip()
		if r.at >= len(r.text) {
			return r.Graph, nil
		}
		if err := r.statement(); err != nil {
			return nil, err
		}
	}
}

func (r *turtleReader) wrong(format string, args ...any) error {
	line := 1 + bytes.Count([]byte(r.text[:min(r.at, len(r.text))]), []byte("\n"))
	return &SyntaxError{line, fmt.Sprintf(format, args...)}
}

// skip passes spaces and comments.
func (r *turtleReader) skip() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\r', '\n':
			r.at++
		case '#':
			end := strings.IndexByte(r.text[r.at:], '\n')
			if end < 0 {
				r.at = len(r.text)
				return
			}
			r.at += end
		default:
			return
		}
	}
}

// took passes a mark if it is next.
func (r *turtleReader) took(mark string) bool {
	r.skip()
	if !strings.HasPrefix(r.text[r.at:], mark) {
		return false
	}
	r.at += len(mark)
	return true
}

func (r *turtleReader) need(mark string) error {
	if !r.took(mark) {
		return r.wrong("%q is missing", mark)
	}
	return nil
}

// keyword passes a word in any case, followed by a space.
func (r *turtleReader) keyword(word string) bool {
	rest := r.text[r.at:]
	if len(rest) <= len(word) || !strings.EqualFold(rest[:len(word)], word) || !strings.ContainsRune(" \t\r\n<", rune(rest[len(word)])) {
		return false
	}
	r.at += len(word)
	return true
}

func (r *turtleReader) statement() error {
	switch {
	case r.keyword("@prefix"), r.keyword("PREFIX"):
		return r.directive(r.prefix)
	case r.keyword("@base"), r.keyword("BASE"):
		return r.directive(func() error {
			address, err := r.address()
			r.base = address
			return err
		})
	}
	inline := r.peek() == '['
	subject, err := r.resource()
	if err != nil {
		return err
	}
	if r.skip(); !inline || r.peek() != '.' {
		if err := r.predicates(subject); err != nil {
			return err
		}
	}
	return r.need(".")
}

// directive ends in a dot where it began with an at sign; a stray dot is let pass.
func (r *turtleReader) directive(read func() error) error {
	if err := read(); err != nil {
		return err
	}
	r.took(".")
	return nil
}

func (r *turtleReader) prefix() error {
	r.skip()
	name, _, ok := strings.Cut(r.text[r.at:min(len(r.text), r.at+200)], ":")
	if !ok || strings.ContainsAny(name, " <\n") {
		return r.wrong("a prefix without a name")
	}
	r.at += len(name) + 1
	address, err := r.address()
	r.spaces[name] = address
	return err
}

func (r *turtleReader) peek() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

// address reads <…>, resolved.
func (r *turtleReader) address() (string, error) {
	if err := r.need("<"); err != nil {
		return "", err
	}
	end := strings.IndexByte(r.text[r.at:], '>')
	if end < 0 {
		return "", r.wrong("an address is not closed")
	}
	raw := r.text[r.at : r.at+end]
	if strings.ContainsAny(raw, "\n\"<") {
		return "", r.wrong("an address is not closed")
	}
	r.at += end + 1
	value, err := r.unescape(raw)
	return resolve(r.base, value), err
}

func (r *turtleReader) predicates(subject Term) error {
	for {
		r.skip()
		predicate := Type
		if r.peek() == 'a' && r.at+1 < len(r.text) && strings.ContainsRune(" \t\r\n<[_\"", rune(r.text[r.at+1])) {
			r.at++
		} else {
			term, err := r.resource()
			if err != nil {
				return err
			}
			predicate = term
		}
		if err := r.objects(subject, predicate); err != nil {
			return err
		}
		if !r.took(";") {
			return nil
		}
		for r.took(";") { // Turtle lets them be repeated
		}
		if r.skip(); r.peek() == '.' || r.peek() == ']' {
			return nil
		}
	}
}

func (r *turtleReader) objects(subject, predicate Term) error {
	for {
		object, err := r.object()
		if err != nil {
			return err
		}
		if err := r.add(subject, predicate, object); err != nil {
			return err
		}
		if !r.took(",") {
			return nil
		}
	}
}

func (r *turtleReader) object() (Term, error) {
	r.skip()
	c := r.peek()
	switch {
	case c == '"' || c == '\'':
		return r.literal()
	case c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.' && r.at+1 < len(r.text) && r.text[r.at+1] >= '0' && r.text[r.at+1] <= '9':
		return r.number(), nil
	}
	for _, word := range []string{"true", "false"} {
		rest := strings.TrimPrefix(r.text[r.at:], word)
		if len(rest) < len(r.text)-r.at && (rest == "" || strings.ContainsRune(" \t\r\n.;,)]", rune(rest[0]))) {
			r.at += len(word)
			return Typed(xsdNS+"boolean", word), nil
		}
	}
	return r.resource()
}

// resource reads an address, a short name, a blank node or a list.
func (r *turtleReader) resource() (Term, error) {
	r.skip()
	switch r.peek() {
	case '<':
		address, err := r.address()
		return IRI(address), err
	case '[':
		r.at++
		return r.nested(r.anonymous)
	case '(':
		r.at++
		return r.nested(r.collection)
	case '_':
		return r.blank()
	case 0:
		return Term{}, r.wrong("the document ends too soon")
	}
	return r.short()
}

func (r *turtleReader) nested(read func() (Term, error)) (Term, error) {
	if r.depth++; r.depth > deepest {
		return Term{}, r.wrong("nodes too deep")
	}
	defer func() { r.depth-- }()
	return read()
}

func (r *turtleReader) anonymous() (Term, error) {
	node := r.Fresh()
	if r.took("]") {
		return node, nil
	}
	if err := r.predicates(node); err != nil {
		return node, err
	}
	return node, r.need("]")
}

func (r *turtleReader) collection() (Term, error) {
	var items []Term
	for !r.took(")") {
		item, err := r.object()
		if err != nil {
			return item, err
		}
		items = append(items, item)
	}
	return r.list(items), nil
}

func (r *turtleReader) blank() (Term, error) {
	if !r.took("_:") {
		return Term{}, r.wrong("unexpected underscore")
	}
	label := r.word()
	if label == "" {
		return Term{}, r.wrong("a blank node without a label")
	}
	if _, met := r.named[label]; !met {
		r.named[label] = r.Fresh()
	}
	return r.named[label], nil
}

// word passes the characters of a name; a dot at its end is the statement's.
func (r *turtleReader) word() string {
	start := r.at
	for r.at < len(r.text) {
		c, size := utf8.DecodeRuneInString(r.text[r.at:])
		if c == '\\' && r.at+1 < len(r.text) {
			r.at += 2
			continue
		}
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("_-.:%·", c) {
			break
		}
		r.at += size
	}
	for r.at > start && r.text[r.at-1] == '.' && (r.at < start+2 || r.text[r.at-2] != '\\') {
		r.at--
	}
	return r.text[start:r.at]
}

func (r *turtleReader) short() (Term, error) {
	name := r.word()
	prefix, local, ok := strings.Cut(name, ":")
	space, known := r.spaces[prefix]
	if !ok || !known {
		return Term{}, r.wrong("%q is no name", clip(name))
	}
	return IRI(space + strings.ReplaceAll(local, `\`, "")), nil
}

func clip(s string) string { return s[:min(len(s), 60)] }
