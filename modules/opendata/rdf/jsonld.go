package rdf

import (
	"encoding/json"
	"io"
)

// WriteJSONLD writes JSON-LD in flattened form: one object a resource, names
// shortened by the context. It is not indented: harvesters keep catalogues whole
// and bound their size.
func (g *Graph) WriteJSONLD(w io.Writer) error {
	context := map[string]string{}
	for _, p := range g.prefixes {
		context[p.name] = p.namespace
	}
	resources := make([]map[string]any, 0, len(g.subjects))
	for _, subject := range g.subjects {
		resources = append(resources, g.resource(subject))
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return out.Encode(map[string]any{"@context": context, "@graph": resources})
}

func (g *Graph) resource(subject Term) map[string]any {
	out := map[string]any{"@id": identifier(subject)}
	for _, group := range g.grouped(subject) {
		values := make([]any, len(group.objects))
		for i, o := range group.objects {
			values[i] = g.value(group.predicate, o)
		}
		key := g.compact(group.predicate.value)
		if group.predicate == Type {
			key = "@type"
		}
		if len(values) == 1 {
			out[key] = values[0]
		} else {
			out[key] = values
		}
	}
	return out
}

func (g *Graph) value(predicate, o Term) any {
	switch {
	case predicate == Type && o.kind == iri:
		return g.compact(o.value)
	case o.kind != literal:
		return map[string]string{"@id": identifier(o)}
	case o.language != "":
		return map[string]string{"@language": o.language, "@value": o.value}
	case o.datatype != "" && o.datatype != xsdString:
		return map[string]string{"@type": g.compact(o.datatype), "@value": o.value}
	}
	return o.value
}

// compact shortens names of vocabularies; names of resources stay whole.
func (g *Graph) compact(value string) string {
	if name, local, ok := g.short(value); ok {
		return name + ":" + local
	}
	return value
}

func identifier(t Term) string {
	if t.kind == blank {
		return "_:" + t.value
	}
	return t.value
}
