package rdf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"
)

const xmlNS = "http://www.w3.org/XML/1998/namespace"

// xmlReader reads RDF/XML (https://www.w3.org/TR/rdf-syntax-grammar/), striped
// from node to property to node.
type xmlReader struct {
	*Graph
	in    *xml.Decoder
	named map[string]Term // blank nodes by rdf:nodeID
	depth int
}

// scope is what elements inherit.
type scope struct{ base, language string }

func readXML(document []byte, base string) (*Graph, error) {
	r := &xmlReader{Graph: New(), in: xml.NewDecoder(bytes.NewReader(document)), named: map[string]Term{}}
	r.in.CharsetReader = charset.NewReaderLabel
	err := r.document(scope{base: base})
	if broken, ok := errors.AsType[*xml.SyntaxError](err); ok {
		err = &SyntaxError{broken.Line, broken.Msg}
	}
	if err != nil {
		return nil, err
	}
	return r.Graph, nil
}

func (r *xmlReader) wrong(format string, args ...any) error {
	line, _ := r.in.InputPos()
	return &SyntaxError{line, fmt.Sprintf(format, args...)}
}

func (r *xmlReader) document(s scope) error {
	root, err := r.next()
	if err != nil {
		return err
	}
	if root == nil {
		return r.wrong("no element")
	}
	s = s.within(root)
	if root.Name.Space+root.Name.Local != rdfNS+"RDF" {
		if root.Name.Space == "" || root.Name.Local == "html" {
			return r.wrong("the root is %q, not rdf:RDF", root.Name.Local)
		}
		_, err := r.node(root, s)
		return err
	}
	return r.children(func(e *xml.StartElement) error {
		_, err := r.node(e, s)
		return err
	})
}

// next gives the element that begins, nil at the end of the one it is in.
func (r *xmlReader) next() (*xml.StartElement, error) {
	e, _, err := r.content()
	return e, err
}

// content is next with the text before it.
func (r *xmlReader) content() (*xml.StartElement, string, error) {
	var text strings.Builder
	for {
		token, err := r.in.Token()
		if errors.Is(err, io.EOF) {
			return nil, text.String(), nil
		}
		if err != nil {
			return nil, "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if r.depth++; r.depth > deepest {
				return nil, "", r.wrong("elements too deep")
			}
			copied := t.Copy()
			return &copied, text.String(), nil
		case xml.EndElement:
			r.depth--
			return nil, text.String(), nil
		case xml.CharData:
			text.Write(t)
		case xml.Directive:
			if bytes.Contains(bytes.ToUpper(t), []byte("ENTITY")) || bytes.Contains(t, []byte("[")) {
				return nil, "", ErrEntities
			}
		}
	}
}

func (r *xmlReader) children(each func(*xml.StartElement) error) error {
	for {
		e, err := r.next()
		if err != nil || e == nil {
			return err
		}
		if err := each(e); err != nil {
			return err
		}
	}
}

func (s scope) within(e *xml.StartElement) scope {
	for _, a := range e.Attr {
		switch {
		case a.Name.Space == xmlNS && a.Name.Local == "base":
			s.base = resolve(s.base, a.Value)
		case a.Name.Space == xmlNS && a.Name.Local == "lang":
			s.language = a.Value
		}
	}
	return s
}

// attribute gives an attribute of RDF's own.
func attribute(e *xml.StartElement, name string) (string, bool) {
	for _, a := range e.Attr {
		if a.Name.Space == rdfNS && a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

// said are the attributes that are statements.
func (r *xmlReader) said(subject Term, e *xml.StartElement, s scope) error {
	for _, a := range e.Attr {
		switch {
		case a.Name.Space == rdfNS && a.Name.Local == "type":
			if err := r.add(subject, Type, IRI(resolve(s.base, a.Value))); err != nil {
				return err
			}
		case a.Name.Space == "" || a.Name.Space == xmlNS || a.Name.Space == "xmlns" || a.Name.Space == rdfNS:
		default:
			if err := r.add(subject, IRI(a.Name.Space+a.Name.Local), s.text(a.Value)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s scope) text(value string) Term {
	if s.language != "" {
		return In(s.language, value)
	}
	return Text(value)
}

func (g *Graph) add(subject, predicate, object Term) error {
	g.Add(subject, predicate, object)
	if len(g.known) > mostStatements {
		return ErrTooMany
	}
	return nil
}

// node reads an element that is a resource, to its end.
func (r *xmlReader) node(e *xml.StartElement, s scope) (Term, error) {
	s = s.within(e)
	subject, found := r.reference(e, s, "about")
	if !found {
		subject = r.Fresh()
	}
	if name := e.Name.Space + e.Name.Local; name != rdfNS+"Description" {
		if err := r.add(subject, Type, IRI(name)); err != nil {
			return subject, err
		}
	}
	if err := r.said(subject, e, s); err != nil {
		return subject, err
	}
	return subject, r.properties(subject, s)
}

// reference is the resource an element names by its attributes.
func (r *xmlReader) reference(e *xml.StartElement, s scope, by string) (Term, bool) {
	if value, ok := attribute(e, by); ok {
		return IRI(resolve(s.base, value)), true
	}
	if value, ok := attribute(e, "ID"); ok && by == "about" {
		return IRI(resolve(s.base, "#"+value)), true
	}
	value, ok := attribute(e, "nodeID")
	if !ok {
		return Term{}, false
	}
	if _, met := r.named[value]; !met {
		r.named[value] = r.Fresh()
	}
	return r.named[value], true
}

func (r *xmlReader) properties(subject Term, s scope) error {
	items := 0
	return r.children(func(e *xml.StartElement) error {
		name := e.Name.Space + e.Name.Local
		if name == rdfNS+"li" {
			items++
			name = fmt.Sprintf("%s_%d", rdfNS, items)
		}
		return r.property(subject, IRI(name), e, s.within(e))
	})
}

// property reads one property with its value, to its end.
func (r *xmlReader) property(subject, predicate Term, e *xml.StartElement, s scope) error {
	kind, _ := attribute(e, "parseType")
	switch kind {
	case "Resource":
		object := r.Fresh()
		if err := r.add(subject, predicate, object); err != nil {
			return err
		}
		return r.properties(object, s)
	case "Collection":
		return r.collection(subject, predicate, s)
	case "Literal":
		text, err := r.markup()
		if err != nil {
			return err
		}
		return r.add(subject, predicate, s.text(text))
	}
	if object, ok := r.reference(e, s, "resource"); ok {
		if err := r.add(subject, predicate, object); err != nil {
			return err
		}
		if err := r.said(object, e, s); err != nil {
			return err
		}
		return r.properties(object, s) // none, in a document that follows the grammar
	}
	return r.value(subject, predicate, e, s)
}

// value reads a property's content: a text, or resources.
func (r *xmlReader) value(subject, predicate Term, e *xml.StartElement, s scope) error {
	first, text, err := r.content()
	if err != nil {
		return err
	}
	if first == nil {
		return r.literal(subject, predicate, e, s, text)
	}
	each := func(child *xml.StartElement) error {
		object, err := r.node(child, s)
		if err != nil {
			return err
		}
		return r.add(subject, predicate, object)
	}
	if err := each(first); err != nil {
		return err
	}
	return r.children(each)
}

func (r *xmlReader) literal(subject, predicate Term, e *xml.StartElement, s scope, text string) error {
	if datatype, ok := attribute(e, "datatype"); ok {
		return r.add(subject, predicate, Typed(resolve(s.base, datatype), text))
	}
	if strings.TrimSpace(text) != "" {
		return r.add(subject, predicate, s.text(text))
	}
	object := r.Fresh() // a node written in attributes alone
	if err := r.said(object, e, s); err != nil || len(r.about[object]) == 0 {
		return err
	}
	return r.add(subject, predicate, object)
}

func (r *xmlReader) collection(subject, predicate Term, s scope) error {
	var list []Term
	err := r.children(func(e *xml.StartElement) error {
		object, err := r.node(e, s)
		list = append(list, object)
		return err
	})
	if err != nil {
		return err
	}
	return r.add(subject, predicate, r.list(list))
}

// list says that resources follow one another, and gives the first of its nodes.
func (g *Graph) list(items []Term) Term {
	head := IRI(rdfNS + "nil")
	for _, item := range slices.Backward(items) {
		node := g.Fresh()
		g.Add(node, IRI(rdfNS+"first"), item)
		g.Add(node, IRI(rdfNS+"rest"), head)
		head = node
	}
	return head
}

// markup writes the content of a property back as XML, without its namespaces.
func (r *xmlReader) markup() (string, error) {
	var out strings.Builder
	open := []string{}
	for {
		token, err := r.in.Token()
		if err != nil {
			return "", r.wrong("unfinished")
		}
		switch t := token.(type) {
		case xml.StartElement:
			if open = append(open, t.Name.Local); len(open) > deepest {
				return "", r.wrong("elements too deep")
			}
			out.WriteString("<" + t.Name.Local)
			for _, a := range t.Attr {
				if a.Name.Space == "" && a.Name.Local != "xmlns" {
					out.WriteString(" " + a.Name.Local + `="` + escaped(a.Value) + `"`)
				}
			}
			out.WriteString(">")
		case xml.EndElement:
			if len(open) == 0 {
				r.depth--
				return out.String(), nil
			}
			out.WriteString("</" + open[len(open)-1] + ">")
			open = open[:len(open)-1]
		case xml.CharData:
			out.WriteString(escaped(string(t)))
		}
	}
}
