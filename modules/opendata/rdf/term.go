package rdf

import (
	"strings"
	"unicode/utf8"
)

// Term is a node of the graph: an IRI, a blank node or a literal.
type Term struct {
	kind     kind
	value    string
	language string // of a literal in a language
	datatype string // IRI of a typed literal
}

type kind uint8

const (
	iri kind = iota
	blank
	literal
)

// Names the syntaxes themselves need.
const (
	rdfNS     = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	rdfType   = rdfNS + "type"
	xsdNS     = "http://www.w3.org/2001/XMLSchema#"
	xsdString = xsdNS + "string"
)

// Type is the property rdf:type.
var Type = IRI(rdfType)

// IRI is a resource with a name. Characters that no IRI may hold are
// percent-encoded.
func IRI(s string) Term { return Term{kind: iri, value: cleanIRI(s)} }

// Blank is a resource without a name; label tells it apart inside the graph and
// is made of ASCII letters and digits.
func Blank(label string) Term { return Term{kind: blank, value: label} }

// Text is a plain literal.
func Text(s string) Term { return Term{kind: literal, value: cleanText(s)} }

// In is a literal in a language: In("fr", "arbres").
func In(language, s string) Term { return Term{kind: literal, value: cleanText(s), language: language} }

// Typed is a literal of a datatype given by its IRI.
func Typed(datatype, s string) Term {
	return Term{kind: literal, value: cleanText(s), datatype: datatype}
}

// Value is an IRI, the label of a blank node, or the text of a literal.
func (t Term) Value() string { return t.value }

// IsIRI reports whether the term is a resource with a name.
func (t Term) IsIRI() bool { return t.kind == iri }

// IsLiteral reports whether the term is a value rather than a resource.
func (t Term) IsLiteral() bool { return t.kind == literal }

// Language is the language of a literal in one, "" for any other term.
func (t Term) Language() string { return t.language }

// Datatype is the IRI of a typed literal's type, "" for any other term.
func (t Term) Datatype() string { return t.datatype }

// cleanIRI encodes what RFC 3987 forbids; characters beyond ASCII stay.
func cleanIRI(s string) string {
	if !strings.ContainsFunc(s, forbiddenInIRI) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if !forbiddenInIRI(r) {
			b.WriteRune(r)
			continue
		}
		for _, c := range []byte(string(r)) {
			b.WriteByte('%')
			b.WriteByte("0123456789ABCDEF"[c>>4])
			b.WriteByte("0123456789ABCDEF"[c&15])
		}
	}
	return b.String()
}

func forbiddenInIRI(r rune) bool {
	switch r { // at every character of every address
	case '<', '>', '"', '{', '}', '|', '\\', '^', '`', 0x7f, utf8.RuneError:
		return true
	}
	return r <= ' '
}

// cleanText drops what XML cannot hold, so that the syntaxes say the same.
func cleanText(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff {
			return -1 // a carriage return too: XML reads it as a line feed
		}
		return r
	}, s)
}
