package rdf

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// WriteXML writes RDF/XML. Every predicate must have a prefix: XML cannot name
// it otherwise.
func (g *Graph) WriteXML(w io.Writer) error {
	var b strings.Builder
	b.WriteString(xml.Header + "<rdf:RDF")
	for _, p := range g.prefixes {
		if p.name != "rdf" {
			fmt.Fprintf(&b, "\n  xmlns:%s=\"%s\"", p.name, escaped(p.namespace))
		}
	}
	fmt.Fprintf(&b, "\n  xmlns:rdf=\"%s\">\n", rdfNS)
	for _, subject := range g.subjects {
		name := "about"
		if subject.kind == blank {
			name = "nodeID"
		}
		fmt.Fprintf(&b, "  <rdf:Description rdf:%s=\"%s\">\n", name, escaped(subject.value))
		for _, s := range g.about[subject] {
			if err := g.element(&b, s); err != nil {
				return err
			}
		}
		b.WriteString("  </rdf:Description>\n")
	}
	b.WriteString("</rdf:RDF>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (g *Graph) element(b *strings.Builder, s statement) error {
	tag := "rdf:type"
	if s.predicate != Type {
		name, local, ok := g.short(s.predicate.value)
		if !ok {
			return fmt.Errorf("the predicate %s has no prefix", s.predicate.value)
		}
		tag = name + ":" + local
	}
	o := s.object
	switch {
	case o.kind == iri:
		fmt.Fprintf(b, "    <%s rdf:resource=\"%s\"/>\n", tag, escaped(o.value))
	case o.kind == blank:
		fmt.Fprintf(b, "    <%s rdf:nodeID=\"%s\"/>\n", tag, escaped(o.value))
	case o.language != "":
		fmt.Fprintf(b, "    <%s xml:lang=\"%s\">%s</%s>\n", tag, o.language, escaped(o.value), tag)
	case o.datatype != "" && o.datatype != xsdString:
		fmt.Fprintf(b, "    <%s rdf:datatype=\"%s\">%s</%s>\n", tag, escaped(o.datatype), escaped(o.value), tag)
	default:
		fmt.Fprintf(b, "    <%s>%s</%s>\n", tag, escaped(o.value), tag)
	}
	return nil
}

var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func escaped(s string) string { return entities.Replace(s) }
