package rdf

import (
	"fmt"
	"io"
	"strings"
)

// WriteNTriples writes one statement a line.
func (g *Graph) WriteNTriples(w io.Writer) error {
	var b strings.Builder
	for _, subject := range g.subjects {
		for _, s := range g.about[subject] {
			b.WriteString(plain(subject) + " " + plain(s.predicate) + " " + plain(s.object) + " .\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// plain writes a term without prefixes.
func plain(t Term) string {
	switch t.kind {
	case iri:
		return "<" + t.value + ">"
	case blank:
		return "_:" + t.value
	case literal:
	}
	text := `"` + quoted.Replace(t.value) + `"`
	switch {
	case t.language != "":
		return text + "@" + t.language
	case t.datatype != "" && t.datatype != xsdString:
		return text + "^^<" + t.datatype + ">"
	}
	return text
}

var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// WriteTurtle writes the graph by subject, with prefixes; blank nodes that are
// mentioned once stand where they are mentioned.
func (g *Graph) WriteTurtle(w io.Writer) error {
	t := turtle{g: g, nested: g.mentionedOnce()}
	for _, p := range g.prefixes {
		fmt.Fprintf(&t.b, "@prefix %s: <%s> .\n", p.name, p.namespace)
	}
	for _, subject := range g.subjects {
		if t.nested[subject] {
			continue
		}
		t.b.WriteString("\n" + t.term(subject))
		t.statements(subject, "  ")
		t.b.WriteString(" .\n")
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

type turtle struct {
	g      *Graph
	b      strings.Builder
	nested map[Term]bool
}

// mentionedOnce finds the blank nodes that one statement points at, and that do
// not point back at themselves.
func (g *Graph) mentionedOnce() map[Term]bool {
	count, by := map[Term]int{}, map[Term]Term{}
	for subject, statements := range g.about {
		for _, s := range statements {
			if s.object.kind == blank {
				count[s.object]++
				by[s.object] = subject
			}
		}
	}
	once := map[Term]bool{}
	for node, n := range count {
		once[node] = n == 1 && !circular(node, by)
	}
	return once
}

func circular(node Term, by map[Term]Term) bool {
	for at, steps := by[node], 0; at.kind == blank; at = by[at] {
		if steps++; at == node || steps > len(by) {
			return true
		}
	}
	return false
}

func (t *turtle) statements(subject Term, indent string) {
	for i, group := range t.g.grouped(subject) {
		if i > 0 {
			t.b.WriteString(" ;")
		}
		t.b.WriteString("\n" + indent)
		if group.predicate == Type {
			t.b.WriteString("a")
		} else {
			t.b.WriteString(t.term(group.predicate))
		}
		for j, o := range group.objects {
			if j > 0 {
				t.b.WriteString(" ,")
			}
			t.object(o, indent)
		}
	}
}

func (t *turtle) object(o Term, indent string) {
	if !t.nested[o] {
		t.b.WriteString(" " + t.term(o))
		return
	}
	t.b.WriteString(" [")
	t.statements(o, indent+"  ")
	t.b.WriteString("\n" + indent + "]")
}

func (t *turtle) term(x Term) string {
	name := x.value
	if x.kind == literal {
		name = x.datatype
	}
	prefix, local, ok := t.g.short(name)
	switch {
	case !ok || x.kind == blank || x.datatype == xsdString:
		return plain(x)
	case x.kind == iri:
		return prefix + ":" + local
	}
	text := plain(x)
	return strings.TrimSuffix(text, "<"+x.datatype+">") + prefix + ":" + local
}
