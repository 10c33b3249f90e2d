package rdf_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"acvdata/modules/opendata/rdf"
)

const ex = "http://example.org/"

func graph() *rdf.Graph {
	return rdf.New("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "ex", ex, "xsd", "http://www.w3.org/2001/XMLSchema#")
}

func written(t testing.TB, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTurtleNestsWhatIsMentionedOnce(t *testing.T) {
	t.Parallel()
	g := graph()
	s, once, twice := rdf.IRI(ex+"s"), g.Fresh(), g.Fresh()
	g.Add(s, g.Name("ex:p"), once)
	g.Add(once, rdf.Type, g.Name("ex:Thing"))
	g.Add(once, g.Name("ex:label"), rdf.In("fr", "l’été \"chaud\"\n\\"))
	g.Add(s, g.Name("ex:q"), twice)
	g.Add(s, g.Name("ex:r"), twice)
	g.Add(twice, g.Name("ex:n"), rdf.Typed("http://www.w3.org/2001/XMLSchema#integer", "12"))
	g.Add(s, rdf.Type, g.Name("ex:Thing"))
	g.Add(s, rdf.Type, rdf.IRI(ex+"a/b"))
	g.Add(s, g.Name("ex:empty"), rdf.Text(""))
	want := `@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

ex:s
  a ex:Thing , <http://example.org/a/b> ;
  ex:p [
    a ex:Thing ;
    ex:label "l’été \"chaud\"\n\\"@fr
  ] ;
  ex:q _:b2 ;
  ex:r _:b2 .

_:b2
  ex:n "12"^^xsd:integer .
`
	if got := written(t, g.WriteTurtle); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if g.Len() != 8 {
		t.Errorf("%d statements; an empty text says nothing", g.Len())
	}
}

func TestTurtleDoesNotLoseCircles(t *testing.T) {
	t.Parallel()
	g := graph()
	a, b := g.Fresh(), g.Fresh()
	g.Add(a, g.Name("ex:p"), b)
	g.Add(b, g.Name("ex:p"), a)
	if got := written(t, g.WriteTurtle); strings.Count(got, "ex:p") != 2 {
		t.Errorf("%s", got)
	}
}

func TestTheSameStatementIsSaidOnce(t *testing.T) {
	t.Parallel()
	g := graph()
	for range 3 {
		g.Add(rdf.IRI(ex+"s"), g.Name("ex:p"), rdf.Text("x"))
	}
	if got := written(t, g.WriteNTriples); got != "<http://example.org/s> <http://example.org/p> \"x\" .\n" {
		t.Errorf("%q", got)
	}
}

func TestIRIsHoldNothingForbidden(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"http://e.org/a b":                        "http://e.org/a%20b",
		"http://e.org/<script>":                   "http://e.org/%3Cscript%3E",
		"http://e.org/é":                          "http://e.org/é",
		"http://e.org/\"> . <x> <y> <z":           "http://e.org/%22%3E%20.%20%3Cx%3E%20%3Cy%3E%20%3Cz",
		"http://e.org/a\\b`c^d{e}|f\n":            "http://e.org/a%5Cb%60c%5Ed%7Be%7D%7Cf%0A",
		"http://e.org/already%20encoded#fragment": "http://e.org/already%20encoded#fragment",
	} {
		g := graph()
		g.Add(rdf.IRI(given), rdf.Type, g.Name("ex:Thing"))
		if got := written(t, g.WriteNTriples); !strings.HasPrefix(got, "<"+want+"> ") {
			t.Errorf("%q became %q, want %q", given, got, want)
		}
	}
}

func TestXMLRefusesANamelessPredicate(t *testing.T) {
	t.Parallel()
	g := graph()
	g.Add(rdf.IRI(ex+"s"), rdf.IRI("urn:nothing"), rdf.Text("x"))
	if err := g.WriteXML(io.Discard); err == nil {
		t.Error("a predicate without prefix was written")
	}
}

// Whatever people type, the four syntaxes stay well-formed, and XML and JSON
// give the text back.
func TestAnyTextIsWrittenSafely(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z"\\<>&\n\t@^.\x00-\x1f]{0,12}`)).Draw(rt, "text")
		g := graph()
		g.Add(rdf.IRI(ex+"s"), g.Name("ex:p"), rdf.In("fr", text))
		if g.Len() == 0 {
			return
		}
		lines := written(t, g.WriteNTriples)
		if strings.Count(lines, "\n") != 1 || !strings.HasSuffix(lines, "\"@fr .\n") {
			rt.Fatalf("N-Triples: %q", lines)
		}
		inXML, err := textOf(written(t, g.WriteXML))
		if err != nil {
			rt.Fatalf("XML: %v", err)
		}
		var document struct {
			Graph []map[string]any `json:"@graph"`
		}
		if err := json.Unmarshal([]byte(written(t, g.WriteJSONLD)), &document); err != nil {
			rt.Fatalf("JSON-LD: %v", err)
		}
		literal, _ := document.Graph[0]["ex:p"].(map[string]any)
		if literal["@value"] != inXML {
			rt.Fatalf("JSON-LD says %q, XML %q", literal["@value"], inXML)
		}
	})
}

// textOf reads the text of the one literal of an RDF/XML document.
func textOf(document string) (string, error) {
	d, inside, text := xml.NewDecoder(strings.NewReader(document)), false, ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return text, nil
		}
		if err != nil {
			return "", err
		}
		switch x := token.(type) {
		case xml.StartElement:
			inside = x.Name.Local == "p"
		case xml.EndElement:
			inside = false
		case xml.CharData:
			if inside {
				text += string(x)
			}
		}
	}
}
