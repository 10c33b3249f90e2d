package rdf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/piprate/json-gold/ld"
)

// noLoader fetches no context: a document from outside does not choose what this
// server reads.
type noLoader struct{}

// LoadDocument implements ld.DocumentLoader.
func (noLoader) LoadDocument(string) (*ld.RemoteDocument, error) { return nil, ErrRemoteContext }

// readJSONLD leaves the language to json-gold and copies its statements.
func readJSONLD(document []byte, base string) (g *Graph, err error) {
	defer func() {
		if p := recover(); p != nil { // its processor asserts types that strangers choose
			g, err = nil, &SyntaxError{Why: fmt.Sprint(p)}
		}
	}()
	var content any
	if err := json.Unmarshal(document, &content); err != nil {
		line := 0
		if broken, ok := errors.AsType[*json.SyntaxError](err); ok {
			line = 1 + bytes.Count(document[:min(int(broken.Offset), len(document))], []byte("\n"))
		}
		return nil, &SyntaxError{line, err.Error()}
	}
	if remote(content) {
		return nil, ErrRemoteContext
	}
	options := ld.NewJsonLdOptions(base)
	options.DocumentLoader = noLoader{}
	out, err := ld.NewJsonLdProcessor().ToRDF(content, options)
	if err != nil {
		return nil, &SyntaxError{Why: err.Error()}
	}
	set, ok := out.(*ld.RDFDataset)
	if !ok {
		return nil, &SyntaxError{Why: "no statements"}
	}
	return copied(set)
}

// remote reports whether a context is given by its address, anywhere.
func remote(content any) bool {
	switch c := content.(type) {
	case []any:
		return slices.ContainsFunc(c, remote)
	case map[string]any:
		for key, value := range c {
			if key == "@context" && named(value) || remote(value) {
				return true
			}
		}
	}
	return false
}

func named(context any) bool {
	if list, ok := context.([]any); ok {
		return slices.ContainsFunc(list, named)
	}
	_, ok := context.(string)
	return ok
}

func copied(set *ld.RDFDataset) (*Graph, error) {
	g, blanks := New(), map[string]Term{}
	term := func(n ld.Node) Term {
		switch n := n.(type) {
		case ld.Literal:
			if n.Language != "" {
				return In(n.Language, n.Value)
			}
			if n.Datatype != "" && n.Datatype != xsdString {
				return Typed(n.Datatype, n.Value)
			}
			return Text(n.Value)
		case ld.BlankNode:
			if _, met := blanks[n.Attribute]; !met {
				blanks[n.Attribute] = g.Fresh()
			}
			return blanks[n.Attribute]
		}
		return IRI(n.GetValue())
	}
	names := make([]string, 0, len(set.Graphs))
	for name := range set.Graphs {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, q := range set.Graphs[name] {
			if err := g.add(term(q.Subject), term(q.Predicate), term(q.Object)); err != nil {
				return nil, err
			}
		}
	}
	return g, nil
}
