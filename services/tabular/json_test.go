package tabular_test

import (
	"fmt"
	"strings"
	"testing"

	"acvdata/services/fault"
	"acvdata/services/tabular"
)

const (
	objectA = `{"code":"01004","n":12,"h":1.234,"le":"2019-03-15","ok":true,"lieu":{"type":"Point","coordinates":[4.08,44.12]},"tel":"123"}`
	objectB = `{"code":"69123","n":1000,"h":12.345,"le":null,"ok":false,"tel":"456","lieu":{"type":"Point","coordinates":[4.09,44.13]}}`
)

// TestFlatObjectsAreRows reads the same objects written in every usual way.
func TestFlatObjectsAreRows(t *testing.T) {
	t.Parallel()
	want := []string{
		`01004¦12¦1.234¦2019-03-15¦true¦{"type":"Point","coordinates":[4.08,44.12]}¦123`,
		`69123¦1000¦12.345¦¦false¦{"type":"Point","coordinates":[4.09,44.13]}¦456`,
	}
	for name, c := range map[string]struct {
		content string
		format  tabular.Format
	}{
		"one a line":       {objectA + "\n" + objectB + "\n", tabular.NDJSON},
		"a mark and CRLF":  {"\ufeff" + objectA + "\r\n\r\n" + objectB, tabular.NDJSON},
		"glued":            {objectA + objectB, tabular.NDJSON},
		"an array":         {"[" + objectA + ",\n" + objectB + "]", tabular.JSONRows},
		"an array, spaced": {" [ " + objectA + " , " + objectB + " ]\n", tabular.JSONRows},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := open(t, "a.json", c.content)
			got := rows(t, f)
			if f.Format() != c.format || len(got) != 2 || got[0].cells != want[0] || got[1].cells != want[1] || got[1].line != 2 {
				t.Fatalf("%s: got %+v", f.Format(), got)
			}
			// The format's own types: a text of digits is no number, 1.234 no thousand.
			for i, wanted := range []tabular.Type{tabular.INSEE, tabular.Integer, tabular.Number, tabular.Date, tabular.Boolean, tabular.Geometry, tabular.Text} {
				column := f.Columns()[i]
				if wanted == tabular.INSEE && (column.Type == tabular.Code || column.Type == tabular.Postcode) {
					continue // a code, whichever
				}
				if column.Type != wanted || column.Ambiguous {
					t.Errorf("%s is %s (ambiguous %v), want %s", column.Heading, column.Type, column.Ambiguous, wanted)
				}
			}
			if v, ok := f.Columns()[2].Number("1.234"); !ok || v != 1.234 {
				t.Errorf("1.234 is %v", v)
			}
		})
	}
}

func TestWhatIsNoFlatObjectIsSaid(t *testing.T) {
	t.Parallel()
	got := rows(t, open(t, "a.ndjson", objectA+"\n[1,2]\n\"x\"\n{}\n"+objectB))
	codes := []string{}
	for _, r := range got {
		codes = append(codes, r.codes())
	}
	if want := "¦broken_object¦broken_object¦blank_row¦"; strings.Join(codes, "¦") != want {
		t.Errorf("got %q, want %q", codes, want)
	}
	f := open(t, "a.ndjson", `{"a":1}`)
	if got := rows(t, f); len(got) != 1 || f.Format() != tabular.NDJSON {
		t.Errorf("a single object: %+v", got)
	}
}

func TestBrokenObjectsAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ content, reason string }{
		"an empty array":          {"[]", "no_object"},
		"an array of numbers":     {"[1,2,3]", "json"},
		"an array cut off":        {"[" + objectA + ",", "broken_json"},
		"an object cut off":       {objectA + "\n" + objectB[:40], "broken_json"},
		"the answer of a service": {`{"total":1,"results":[{"a":1}]}`, "json"},
		"nested without end":      {`[{"a":` + strings.Repeat("[", 5000), "broken_json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := tryOpen(t, "a.json", c.content)
			if got := fault.From(err); got == nil || got.Key != "tabular.refused."+c.reason {
				t.Errorf("got %v, want %s", err, c.reason)
			}
		})
	}
}

func TestNewMembersAfterTheSampleAreSaid(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&b, `{"identifiant":%d,"nom":"%s"}`+"\n", i, strings.Repeat("x", 60))
	}
	b.WriteString(`{"identifiant":1,"tardif":2}` + "\n")
	f := open(t, "a.jsonl", b.String())
	p, err := f.Profile(t.Context(), nil)
	if err != nil || p.Rows != 60_001 || p.Problems[tabular.UnknownProperty] != 1 {
		t.Errorf("got %+v, %v", p, err)
	}
}
