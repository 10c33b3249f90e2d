package quality_test

import (
	"bufio"
	"regexp"
	"strings"
	"testing"

	"acvdata/modules/opendata/rdf"
)

// statement is one line of N-Triples.
var statement = regexp.MustCompile(`^(\S+) (<[^>]*>) (<[^>]*>|_:\w+|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^>]*>)?) \.$`)

// read builds a graph anew from what was sent, without the statements that
// without says to forget.
func read(t *testing.T, text string, without func(subject, predicate, object string) bool) *rdf.Graph {
	t.Helper()
	g := rdf.New()
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		m := statement.FindStringSubmatch(lines.Text())
		if m == nil {
			t.Fatalf("no statement: %s", lines.Text())
		}
		if without == nil || !without(m[1], m[2], m[3]) {
			g.Add(term(m[1]), term(m[2]), term(m[3]))
		}
	}
	return g
}

var unquoted = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", `\r`, "\r", `\t`, "\t")

func term(s string) rdf.Term {
	switch {
	case strings.HasPrefix(s, "<"):
		return rdf.IRI(s[1 : len(s)-1])
	case strings.HasPrefix(s, "_:"):
		return rdf.Blank(s[2:])
	}
	end := strings.LastIndexByte(s, '"')
	text, mark := unquoted.Replace(s[1:end]), s[end+1:]
	if datatype, typed := strings.CutPrefix(mark, "^^<"); typed {
		return rdf.Typed(strings.TrimSuffix(datatype, ">"), text)
	}
	return rdf.In(strings.TrimPrefix(mark, "@"), text)
}
