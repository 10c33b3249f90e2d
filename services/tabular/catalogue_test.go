package tabular_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"acvdata/services/i18n"
	"acvdata/services/tabular"
)

// TestEveryCodeHasItsSentence compares the codes written in the package with
// its catalogue, in both directions.
func TestEveryCodeHasItsSentence(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.NewBundle(tabular.Catalogue)
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for _, use := range []struct{ prefix, pattern string }{
		{"tabular.refused.", `refuse\("(\w+)"`},
		{"tabular.refused.", `overLimit\("(\w+)"`},
		{"tabular.refused.", `return "(\w+)"\n`},
		{"tabular.refused.", `"(?:application/[\w.+-]+|\.\w+)": +"(\w+)"`},
		{"tabular.refused.", `reason = "(\w+)"`},
		{"tabular.refused.", `"tabular\.refused\.(\w+)"`},
		{"tabular.problem.", `ProblemCode = "(\w+)"`},
		{"tabular.reason.", `Code: "(\w+)"`},
		{"tabular.reason.", `reason: "(\w+)"`},
		{"tabular.reason.", `j\.reason\("(\w+)"`},
		{"tabular.reason.", `j\.mark\(\w+, "(\w+)"`},
		{"tabular.reason.", `mark, code :?= \w+, "(\w+)"`},
		{"tabular.reason.", `why :?= \w+, "(\w+)"`},
		{"tabular.reason.", `why = "(\w+)"`},
		{"tabular.match.", `MatchReason = "(\w+)"`},
		{"tabular.type.", ` Type = "(\w+)"`},
	} {
		for _, m := range regexp.MustCompile(use.pattern).FindAllStringSubmatch(source(t), -1) {
			asked[use.prefix+m[1]] = true
		}
	}
	for key := range asked {
		if !bundle.Has(key) {
			t.Errorf("no sentence for %s", key)
		}
	}
	if len(asked) < 90 {
		t.Errorf("found only %d codes in the source", len(asked))
	}
	for _, key := range keysOf(t) {
		if !asked[key] {
			t.Errorf("nothing asks for %s", key)
		}
	}
}

func source(t *testing.T) string {
	t.Helper()
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, n := range names {
		if strings.HasSuffix(n.Name(), ".go") && !strings.HasSuffix(n.Name(), "_test.go") {
			text, err := os.ReadFile(n.Name())
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
	}
	return all.String()
}

// keysOf lists the keys of the catalogue: three levels, the last one a sentence
// or its plural forms.
func keysOf(t *testing.T) []string {
	t.Helper()
	text, err := tabular.Catalogue.ReadFile("locales/fr.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	group := ""
	for _, m := range regexp.MustCompile(`(?m)^( {2,4})(\w+):`).FindAllStringSubmatch(string(text), -1) {
		if len(m[1]) == 2 {
			group = m[2]
			continue
		}
		keys = append(keys, "tabular."+group+"."+m[2])
	}
	return keys
}

// TestSentencesCanBeFilled fills the sentences with the values the package gives.
func TestSentencesCanBeFilled(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.NewBundle(tabular.Catalogue)
	if err != nil {
		t.Fatal(err)
	}
	french := bundle.Localizer()
	content := "a;b;c\n" + strings.Repeat("Chêne;2;3\n", 80) + "1;2\n1\nx;2;3;4;5\n\"y\";\"z\"t\";3\n;;\na;b;c\nCh\xeane;1;2\n\x00;1;1\n"
	p, err := open(t, "a.csv", content).Profile(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.First) < 8 {
		t.Fatalf("only %d problems", len(p.First))
	}
	for _, problem := range p.First {
		if text, err := french.Lookup(problem.Key(), i18n.V(problem.Args)); err != nil || strings.Contains(text, "{{") {
			t.Errorf("%s: %q, %v", problem.Key(), text, err)
		}
	}
	for i := range p.Columns {
		for _, r := range p.Columns[i].Reasons {
			if _, err := french.Lookup(r.Key(), i18n.V(r.Args)); err != nil {
				t.Errorf("%s: %v", r.Key(), err)
			}
		}
	}
	one, err := french.Lookup("tabular.problem.missing_cells", i18n.V(p.First[0].Args))
	if err != nil || one != "Il manque une cellule\u00a0: 2 au lieu de 3." {
		t.Errorf("got %q, %v", one, err)
	}
}
