package opendata_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// term is an object in N-Triples: kind is 'i' for an address, 'b' for a blank
// node, 'l' for a literal.
type term struct {
	kind                      byte
	value, language, datatype string
}

// triples are objects by subject and property. Blank nodes keep their "_:".
type triples map[string]map[string][]term

var oneTriple = regexp.MustCompile(`^(<[^<>"{}|^\x60\\ ]*>|_:\w+) <([^<>"{}|^\x60\\ ]*)> (<[^<>"{}|^\x60\\ ]*>|_:\w+|"((?:[^"\\\n\r]|\\.)*)"(?:@([a-z-]+)|\^\^<([^<> ]+)>)?) \.$`)

// readTriples reads N-Triples strictly: a line that is none is a bug of the test's
// subject.
func readTriples(text string) triples {
	g := triples{}
	for line := range strings.Lines(text) {
		m := oneTriple.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			panic(fmt.Sprintf("no N-Triples: %q", line))
		}
		subject, o := strings.Trim(m[1], "<>"), term{kind: 'l', value: unescaped(m[4]), language: m[5], datatype: m[6]}
		switch m[3][0] {
		case '<':
			o = term{kind: 'i', value: strings.Trim(m[3], "<>")}
		case '_':
			o = term{kind: 'b', value: m[3]}
		}
		if g[subject] == nil {
			g[subject] = map[string][]term{}
		}
		g[subject][m[2]] = append(g[subject][m[2]], o)
	}
	return g
}

var escape = regexp.MustCompile(`\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)`)

func unescaped(s string) string {
	return escape.ReplaceAllStringFunc(s, func(e string) string {
		switch e[1] {
		case 'n':
			return "\n"
		case 'r':
			return "\r"
		case 't':
			return "\t"
		case 'u', 'U':
			code, _ := strconv.ParseUint(e[2:], 16, 32)
			return string(rune(code))
		}
		return e[1:]
	})
}

// of lists the subjects of a class, in order.
func (g triples) of(class string) (nodes []string) {
	for subject, properties := range g {
		for _, o := range properties["http://www.w3.org/1999/02/22-rdf-syntax-ns#type"] {
			if o.value == class {
				nodes = append(nodes, subject)
			}
		}
	}
	slices.Sort(nodes)
	return nodes
}

// text is the first literal of a property, a French one first.
func (g triples) text(subject, property string) (text string) {
	for _, o := range g[subject][property] {
		if o.kind == 'l' && (text == "" || o.language == "fr") {
			text = o.value
			if o.language == "fr" {
				break
			}
		}
	}
	return text
}

// distance is Levenshtein's.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		before := row[0]
		row[0] = i + 1
		for j := range y {
			cost := before
			if x[i] != y[j] {
				cost = 1 + min(before, row[j], row[j+1])
			}
			before, row[j+1] = row[j+1], cost
		}
	}
	return row[len(y)]
}
