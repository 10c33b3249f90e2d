package rdf

import (
	"fmt"
	"slices"
	"strings"
)

// Graph is a set of statements in the order they were made. Its zero value is an
// empty graph without prefixes.
type Graph struct {
	prefixes []prefix
	subjects []Term // in the order of their first statement
	about    map[Term][]statement
	known    map[[3]Term]bool
	blanks   int
}

type prefix struct{ name, namespace string }

type statement struct{ predicate, object Term }

// New makes a graph that shortens names with prefixes: "dct", "http://…/" pairs.
func New(pairs ...string) *Graph {
	g := &Graph{about: map[Term][]statement{}, known: map[[3]Term]bool{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		g.prefixes = append(g.prefixes, prefix{pairs[i], pairs[i+1]})
	}
	return g
}

// Name gives the IRI of a prefixed name: Name("dct:title"). A prefix the graph
// does not have is a bug.
func (g *Graph) Name(short string) Term {
	name, local, _ := strings.Cut(short, ":")
	i := slices.IndexFunc(g.prefixes, func(p prefix) bool { return p.name == name })
	if i < 0 {
		panic(fmt.Sprintf("no prefix %q", name))
	}
	return IRI(g.prefixes[i].namespace + local)
}

// Fresh makes a blank node of the graph.
func (g *Graph) Fresh() Term {
	g.blanks++
	return Blank(fmt.Sprintf("b%d", g.blanks))
}

// Add says subject predicate object, once; empty literals are left out.
func (g *Graph) Add(subject, predicate, object Term) {
	key := [3]Term{subject, predicate, object}
	if g.known[key] || object.kind == literal && object.value == "" {
		return
	}
	g.known[key] = true
	if _, met := g.about[subject]; !met {
		g.subjects = append(g.subjects, subject)
	}
	g.about[subject] = append(g.about[subject], statement{predicate, object})
}

// Objects lists what the graph says of a subject by a property, in the order it
// was said.
func (g *Graph) Objects(subject, predicate Term) (objects []Term) {
	for _, s := range g.about[subject] {
		if s.predicate == predicate {
			objects = append(objects, s.object)
		}
	}
	return objects
}

// Subjects lists, in the order of their first statement, who has that object
// under that property.
func (g *Graph) Subjects(predicate, object Term) (subjects []Term) {
	for _, subject := range g.subjects {
		if g.known[[3]Term{subject, predicate, object}] {
			subjects = append(subjects, subject)
		}
	}
	return subjects
}

// Len is the number of statements.
func (g *Graph) Len() int { return len(g.known) }

// short gives the prefixed name of an IRI, where its local part needs no escape
// in any syntax.
func (g *Graph) short(value string) (name, local string, ok bool) {
	for _, p := range g.prefixes {
		rest, cut := strings.CutPrefix(value, p.namespace)
		if cut && isName(rest) {
			return p.name, rest, true
		}
	}
	return "", "", false
}

// isName accepts the names that Turtle, XML and JSON-LD all take.
func isName(s string) bool {
	if s == "" {
		return false
	}
	for i, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		inside := i > 0 && (c >= '0' && c <= '9' || c == '-')
		if !letter && !inside {
			return false
		}
	}
	return true
}

// grouped gives a subject's statements by predicate, types first, each predicate
// where it came first.
func (g *Graph) grouped(subject Term) []group {
	var groups []group
	for _, s := range g.about[subject] {
		i := slices.IndexFunc(groups, func(o group) bool { return o.predicate == s.predicate })
		if i < 0 {
			groups = append(groups, group{predicate: s.predicate})
			i = len(groups) - 1
		}
		groups[i].objects = append(groups[i].objects, s.object)
	}
	slices.SortStableFunc(groups, func(a, b group) int { return rank(a.predicate) - rank(b.predicate) })
	return groups
}

type group struct {
	predicate Term
	objects   []Term
}

func rank(predicate Term) int {
	if predicate == Type {
		return 0
	}
	return 1
}
