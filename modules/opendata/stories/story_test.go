package stories_test

import (
	"strings"
	"testing"

	"acvdata/modules/opendata/stories"
)

func TestMarkdownCarriesNoScriptAndNoPicture(t *testing.T) {
	t.Parallel()
	html, err := stories.HTML("# Eau\n\n**bien** <script>alert(1)</script> <img src=x onerror=alert(1)>\n\n" +
		"![suivi](https://ailleurs.example/p.png) [lien](javascript:alert(1)) [bon](https://niort.fr)\n\n<div onclick='x'>a</div>")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"script", "onerror", "<img", "javascript:", "onclick", "<h1"} {
		if strings.Contains(html, bad) {
			t.Errorf("%q in %s", bad, html)
		}
	}
	for _, good := range []string{"<h2>Eau</h2>", "<strong>bien</strong>", `<a href="https://niort.fr"`} {
		if !strings.Contains(html, good) {
			t.Errorf("no %q in %s", good, html)
		}
	}
}

func TestATextKeepsFrenchSpaces(t *testing.T) {
	t.Parallel()
	html, err := stories.HTML("L’hiver ; l’été : 25 m de **nappe** !")
	if want := "<p>L’hiver\u00a0; l’été\u00a0: 25\u00a0m de <strong>nappe</strong>\u00a0!</p>\n"; err != nil || html != want {
		t.Errorf("%q, %v", html, err)
	}
}

func TestAStoryWithAnEmptyBlockIsUnfinished(t *testing.T) {
	t.Parallel()
	s := stories.Story{Blocks: []stories.Block{{Type: stories.Text, Text: "a"}, {Type: stories.Map}, {Type: stories.Text, Text: " "}}}
	if got := s.Missing(); len(got) != 2 || got[0] != 1 || got[1] != 2 {
		t.Errorf("missing %v", got)
	}
}
