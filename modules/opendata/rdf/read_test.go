package rdf

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// lines writes a graph in a form that two readings of one graph share: sorted
// statements, blank nodes without their labels.
func lines(t testing.TB, g *Graph) []string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, g.WriteNTriples(&out))
	list := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, line := range list {
		fields := strings.Fields(line)
		for j, f := range fields {
			if strings.HasPrefix(f, "_:") {
				fields[j] = "_:b"
			}
		}
		list[i] = strings.Join(fields, " ")
	}
	slices.Sort(list)
	return list
}

const prefixes = `@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://ville.fr/> .
`

func TestTurtleIsRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"short names and a type": {`ex:a a ex:T .`, `<https://ville.fr/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://ville.fr/T> .`},
		"relative address":       {`<b> ex:p <../c> .`, `<https://site.fr/x/b> <https://ville.fr/p> <https://site.fr/c> .`},
		"language":               {`ex:a dct:title "Été"@fr-FR .`, `<https://ville.fr/a> <http://purl.org/dc/terms/title> "Été"@fr-FR .`},
		"datatype":               {`ex:a ex:p "1"^^ex:t .`, `<https://ville.fr/a> <https://ville.fr/p> "1"^^<https://ville.fr/t> .`},
		"long text":              {`ex:a ex:p """un "mot" et "deux"""" .`, `<https://ville.fr/a> <https://ville.fr/p> "un \"mot\" et \"deux\"" .`},
		"escapes":                {`ex:a ex:p 'l\'\u00e9t\U000000e9\n' .`, `<https://ville.fr/a> <https://ville.fr/p> "l'été\n" .`},
		"number":                 {`ex:a ex:p 12 .`, `<https://ville.fr/a> <https://ville.fr/p> "12"^^<http://www.w3.org/2001/XMLSchema#integer> .`},
		"decimal before the end": {`ex:a ex:p 1.5.`, `<https://ville.fr/a> <https://ville.fr/p> "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .`},
		"boolean":                {`ex:a ex:p true.`, `<https://ville.fr/a> <https://ville.fr/p> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .`},
		"comment":                {"# tout\nex:a ex:p ex:b . # fin", `<https://ville.fr/a> <https://ville.fr/p> <https://ville.fr/b> .`},
		"stray semicolons":       {`ex:a ex:p ex:b ; ; .`, `<https://ville.fr/a> <https://ville.fr/p> <https://ville.fr/b> .`},
		"name with a dot":        {`ex:a.b ex:p ex:c\~d .`, `<https://ville.fr/a.b> <https://ville.fr/p> <https://ville.fr/c~d> .`},
		"address with a space":   {`ex:a ex:p <https://ville.fr/un deux> .`, `<https://ville.fr/a> <https://ville.fr/p> <https://ville.fr/un%20deux> .`},
		"blank nodes":            {`ex:a ex:p [ ex:q _:x ] .`, "<https://ville.fr/a> <https://ville.fr/p> _:b .\n_:b <https://ville.fr/q> _:b ."},
		"SPARQL prefix":          {"PREFIX o: <https://o.fr/>\no:a o:p o:b .", `<https://o.fr/a> <https://o.fr/p> <https://o.fr/b> .`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, err := Read(Turtle, []byte(prefixes+c.text), "https://site.fr/x/y")
			require.NoError(t, err)
			require.Equal(t, strings.Split(c.want, "\n"), lines(t, g))
		})
	}
	g, err := Read(Turtle, []byte(prefixes+`ex:a ex:p (1 2) .`), "")
	require.NoError(t, err)
	require.Equal(t, 5, g.Len())
}

func TestBrokenDocumentsAreRefusedWithTheirLine(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[ <p> ", 5000)
	for name, c := range map[string]struct {
		syntax Syntax
		text   string
		line   int
	}{
		"unclosed text":       {Turtle, "\n<a> <b> \"c", 2},
		"unknown prefix":      {Turtle, "x:a x:b x:c .", 1},
		"no dot":              {Turtle, "<a> <b> <c>\n", 2},
		"too deep":            {Turtle, "<a> <b> " + deep, 1},
		"escape cut":          {Turtle, `<a> <b> "\u00" .`, 1},
		"XML cut":             {XML, "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n<rdf:Description>", 2},
		"a page":              {XML, "<html><body>Bonjour</body></html>", 1},
		"XML too deep":        {XML, `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="x:">` + strings.Repeat("<x:a>", 1000), 1},
		"undeclared entity":   {XML, `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&lol;</r:RDF>`, 1},
		"JSON cut":            {JSONLD, "{\n\"@id\": ", 2},
		"JSON that is no map": {JSONLD, `{"@context": {"@version": []}, "@id": {}}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(c.syntax, []byte(c.text), "https://site.fr/")
			var broken *SyntaxError
			require.ErrorAs(t, err, &broken)
			require.Equal(t, c.line, broken.Line, broken.Why)
		})
	}
}

func TestNothingIsFetchedOrExpanded(t *testing.T) {
	t.Parallel()
	const bomb = `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "haha"><!ENTITY b "&a;&a;">]><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</r:RDF>`
	const outside = `<?xml version="1.0"?><!DOCTYPE r SYSTEM "x" [<!ENTITY a SYSTEM "file:///etc/passwd">]><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description>&a;</r:Description></r:RDF>`
	for _, text := range []string{bomb, outside} {
		_, err := Read(XML, []byte(text), "")
		require.ErrorIs(t, err, ErrEntities)
	}
	for _, context := range []string{`"https://schema.org"`, `["https://schema.org", {}]`, `{"a": {"@id": "x:a", "@context": "http://10.0.0.1/"}}`} {
		_, err := Read(JSONLD, []byte(`{"@context": `+context+`, "@id": "x:y"}`), "")
		require.ErrorIs(t, err, ErrRemoteContext, context)
	}
}

func TestRDFXMLIsRead(t *testing.T) {
	t.Parallel()
	const text = `<?xml version="1.0" encoding="ISO-8859-1"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="https://ville.fr/" xml:base="https://site.fr/x/" xml:lang="fr">
<ex:T rdf:about="a" ex:note="caf` + "\xe9" + `"><ex:p rdf:resource="b c"/><ex:q><ex:U><ex:r rdf:datatype="https://t.fr/#n">1</ex:r></ex:U></ex:q>
<ex:s rdf:parseType="Resource"><ex:t xml:lang="en">two</ex:t></ex:s><ex:h rdf:parseType="Literal"><p>un <b>deux</b> &amp; trois</p></ex:h>
<ex:e></ex:e><ex:o rdf:nodeID="n"/><ex:v ex:w="dans" /></ex:T>
<rdf:Description rdf:nodeID="n"><ex:t>là</ex:t></rdf:Description>
</rdf:RDF>`
	latin := strings.ReplaceAll(text, "là", "l\xe0")
	g, err := Read(XML, []byte(latin), "")
	require.NoError(t, err)
	require.Equal(t, strings.Split(`<https://site.fr/x/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://ville.fr/T> .
<https://site.fr/x/a> <https://ville.fr/h> "<p>un <b>deux</b> &amp; trois</p>"@fr .
<https://site.fr/x/a> <https://ville.fr/note> "café"@fr .
<https://site.fr/x/a> <https://ville.fr/o> _:b .
<https://site.fr/x/a> <https://ville.fr/p> <https://site.fr/x/b%20c> .
<https://site.fr/x/a> <https://ville.fr/q> _:b .
<https://site.fr/x/a> <https://ville.fr/s> _:b .
<https://site.fr/x/a> <https://ville.fr/v> _:b .
_:b <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://ville.fr/U> .
_:b <https://ville.fr/r> "1"^^<https://t.fr/#n> .
_:b <https://ville.fr/t> "là"@fr .
_:b <https://ville.fr/t> "two"@en .
_:b <https://ville.fr/w> "dans"@fr .`, "\n"), lines(t, g))
}

// What the writers write, the readers read: the same statements in each syntax.
func TestReadersAgreeWithWriters(t *testing.T) {
	t.Parallel()
	g, err := Read(Turtle, []byte(prefixes+`
ex:d a ex:Dataset ; dct:title "L’été « à » Alès"@fr, "Summer \"here\""@en ; ex:n 12, 1.5, true ; ex:p [ ex:q "ligne\nautre" ] ; ex:u <https://ville.fr/a?b=c&d=e#f> .`), "")
	require.NoError(t, err)
	want := lines(t, g)
	out := New("dct", "http://purl.org/dc/terms/", "ex", "https://ville.fr/")
	for _, subject := range g.subjects {
		for _, s := range g.about[subject] {
			out.Add(subject, s.predicate, s.object)
		}
	}
	for syntax, write := range map[Syntax]func(*bytes.Buffer) error{
		Turtle: func(b *bytes.Buffer) error { return out.WriteTurtle(b) },
		XML:    func(b *bytes.Buffer) error { return out.WriteXML(b) },
		JSONLD: func(b *bytes.Buffer) error { return out.WriteJSONLD(b) },
	} {
		var b bytes.Buffer
		require.NoError(t, write(&b))
		require.Equal(t, syntax, Sniff("", b.Bytes()))
		read, err := Read(syntax, b.Bytes(), "")
		require.NoError(t, err, syntax)
		require.Equal(t, want, lines(t, read), syntax)
	}
}

func TestRennesIsRead(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../../../../shared/data/opendata/rennes-metropole-ods-dcat-export.rdf")
	if err != nil {
		t.Skip("the shared data is not here")
	}
	require.Equal(t, XML, Sniff("application/rdf+xml", document))
	g, err := Read(XML, document, "https://data.rennesmetropole.fr/")
	require.NoError(t, err)
	require.Len(t, g.Subjects(Type, IRI("http://www.w3.org/ns/dcat#Dataset")), 27)
	require.Len(t, g.Subjects(Type, IRI("http://www.w3.org/ns/dcat#Distribution")), 272)
	require.Equal(t, 4398, g.Len(), "as rapper and rdflib count (../shared/data/opendata/SOURCES.md)")
}

func FuzzRead(f *testing.F) {
	f.Add(uint8(0), []byte(prefixes+`ex:a a ex:T ; ex:p [ ex:q ("x"@fr 1.5e3 true) ], """y""" .`))
	f.Add(uint8(1), []byte(`<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="x:"><x:T r:about="a" x:b="c"><x:d r:parseType="Literal"><b/></x:d></x:T></r:RDF>`))
	f.Add(uint8(2), []byte(`{"@context": {"x": "x:"}, "@id": "x:a", "x:b": {"@list": [1, "c", {"@value": "d", "@language": "fr"}]}}`))
	f.Fuzz(func(t *testing.T, which uint8, document []byte) {
		g, err := Read([]Syntax{Turtle, XML, JSONLD}[which%3], document, "https://ville.fr/")
		if err == nil {
			require.NoError(t, g.WriteNTriples(&bytes.Buffer{}))
			return
		}
		var broken *SyntaxError
		if !errors.As(err, &broken) && !errors.Is(err, ErrEntities) && !errors.Is(err, ErrRemoteContext) {
			t.Fatal(err)
		}
	})
}

func TestATextThatSaysItIsOneIsWrittenAsOne(t *testing.T) {
	t.Parallel()
	g := New("xsd", xsdNS)
	g.Add(IRI("https://ville.fr/a"), IRI("https://ville.fr/p"), Typed(xsdString, "un"))
	var b bytes.Buffer
	require.NoError(t, g.WriteTurtle(&b))
	read, err := Read(Turtle, b.Bytes(), "")
	require.NoError(t, err, b.String())
	require.Equal(t, 1, read.Len())
}
