package rdf

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Syntax is a way to write a graph that Read understands.
type Syntax string

// The syntaxes that are read. N-Triples is Turtle too.
const (
	XML    Syntax = "rdf/xml"
	Turtle Syntax = "turtle"
	JSONLD Syntax = "json-ld"
)

// SyntaxError is why a document is no graph.
type SyntaxError struct {
	Line int // 0 when unknown
	Why  string
}

// Error is for the log.
func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Why) }

// What makes a document refused whole, beside its syntax.
var (
	// ErrTooMany is a graph of more statements than a catalogue has.
	ErrTooMany = errors.New("too many statements")
	// ErrEntities is an XML document that declares entities: a few lines of them
	// fill any memory, and they can name files of this machine.
	ErrEntities = errors.New("the document declares entities")
	// ErrRemoteContext is a JSON-LD document whose context is elsewhere.
	ErrRemoteContext = errors.New("the context is at another address")
)

const (
	mostStatements = 3_000_000
	deepest        = 100 // elements, lists and nodes within one another
)

// Sniff tells the syntax of a document by how it begins, and by its media type
// where that leaves a doubt; "" for none of them.
func Sniff(mediaType string, document []byte) Syntax {
	head := bytes.TrimLeft(bytes.TrimPrefix(document, []byte("\ufeff")), " \t\r\n")
	head = head[:min(len(head), 4096)]
	lower := bytes.ToLower(head)
	switch {
	case bytes.HasPrefix(head, []byte("{")), bytes.HasPrefix(head, []byte("[")) && !strings.Contains(mediaType, "turtle"):
		return JSONLD
	case bytes.HasPrefix(lower, []byte("<!doctype html")), bytes.HasPrefix(lower, []byte("<html")):
		return ""
	case bytes.HasPrefix(head, []byte("<?xml")), bytes.HasPrefix(head, []byte("<!")), bytes.Contains(head, []byte("<rdf:RDF")):
		return XML
	case strings.Contains(mediaType, "turtle"), strings.Contains(mediaType, "n-triples"), strings.Contains(mediaType, "n3"),
		bytes.HasPrefix(lower, []byte("@prefix")), bytes.HasPrefix(lower, []byte("prefix ")), bytes.HasPrefix(lower, []byte("@base")),
		bytes.HasPrefix(head, []byte("#")), bytes.HasPrefix(head, []byte("<http")), bytes.HasPrefix(head, []byte("_:")):
		return Turtle
	}
	return ""
}

// Read makes a graph of a document; base is where it was, against which its
// relative addresses are resolved. Nothing is fetched. The error is a
// *SyntaxError or one of those above.
func Read(syntax Syntax, document []byte, base string) (*Graph, error) {
	document = bytes.TrimPrefix(document, []byte("\ufeff"))
	switch syntax {
	case XML:
		return readXML(document, base)
	case Turtle:
		return readTurtle(document, base)
	case JSONLD:
		return readJSONLD(document, base)
	}
	return nil, &SyntaxError{Why: "no known syntax"}
}

// resolve gives an address read under a base. One that cannot be parsed stays as
// it is written: catalogues hold such, and it still tells things apart.
func resolve(base, reference string) string {
	if scheme, _, ok := strings.Cut(reference, ":"); ok && scheme != "" && isName(scheme) {
		return reference
	}
	b, err := url.Parse(base)
	if err != nil {
		return reference
	}
	r, err := url.Parse(reference)
	if err != nil {
		return reference
	}
	return b.ResolveReference(r).String()
}
