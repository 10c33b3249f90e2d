package markdown_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"acvdata/services/markdown"
)

func TestWhatPeopleWriteStaysHarmless(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		source, want string
	}{
		"paragraphs and emphasis": {"Bonjour **tous**\n\net _toutes_", "<p>Bonjour <strong>tous</strong></p>\n<p>et <em>toutes</em></p>"},
		"a list":                  {"- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>"},
		"a link":                  {"[le site](https://ville.fr/arbres)", `<p><a href="https://ville.fr/arbres" rel="nofollow">le site</a></p>`},
		"a page of the portal":    {"[la carte](/ales/arbres)", `<p><a href="/ales/arbres" rel="nofollow">la carte</a></p>`},
		"an address alone":        {"Voir https://ville.fr", `<p>Voir <a href="https://ville.fr" rel="nofollow">https://ville.fr</a></p>`},
		"a script":                {"a <script>alert(1)</script> b", "<p>a alert(1) b</p>"},
		"a script in a link":      {"[x](javascript:alert(1))", "<p>x</p>"},
		"data in a link":          {"[x](data:text/html;base64,PHNjcmlwdD4=)", "<p>x</p>"},
		"a picture of a stranger": {"![pixel](https://espion.example/p.png)", "<p></p>"},
		"an event":                {`<b onclick="alert(1)">x</b>`, "<p>x</p>"},
		"a style":                 {`<p style="position:fixed">x</p>`, ""},
		"French spaces":           {"Bienvenue !", "<p>Bienvenue\u00a0!</p>"},
		"headings fit below":      {"# A\n\n### B\n\n# C", "<h3>A</h3>\n<h4>B</h4>\n<h3>C</h3>"},
		"nothing":                 {"", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := markdown.Written(test.source, 3)
			if err != nil || got != test.want {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestAnArticleGivesItsTitle(t *testing.T) {
	t.Parallel()
	page, err := markdown.Article("# Le *titre*\n\n## Suite\n\n<script>alert(1)</script>[x](javascript:alert(1))")
	if err != nil || page.Title != "Le titre" || !strings.Contains(page.HTML, "<h2 id=\"suite\">Suite</h2>") || strings.Contains(page.HTML, "script") {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestEscapedTextIsPlain(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"*gras* [x](y) <b>", "1. un", "# titre", "a & b"} {
		page, err := markdown.Article("avant " + markdown.Escape(text) + " après")
		if err != nil || strings.Contains(page.HTML, "<em>") || strings.Contains(page.HTML, "<a") || strings.Contains(page.HTML, "<b>") {
			t.Errorf("%q: %s %v", text, page.HTML, err)
		}
	}
}

// What comes out holds the elements of the list alone, whatever goes in.
func FuzzWritten(f *testing.F) {
	for _, seed := range []string{"# a", "<svg onload=x>", "[a](javascript:b)", "<a href='//x'>", "![a](b)", "a\x00b", "<iframe src=x>"} {
		f.Add(seed)
	}
	allowed := "html head body p br strong em ul ol li blockquote h2 h3 h4 h5 h6 code hr a "
	f.Fuzz(func(t *testing.T, source string) {
		out, err := markdown.Written(source, 3)
		if err != nil {
			return
		}
		root, err := html.Parse(strings.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		for node := range root.Descendants() {
			if node.Type != html.ElementNode {
				continue
			}
			if !strings.Contains(allowed, node.Data+" ") {
				t.Fatalf("element %s in %q from %q", node.Data, out, source)
			}
			for _, a := range node.Attr {
				value := strings.ToLower(strings.TrimSpace(a.Val))
				if a.Key != "href" && a.Key != "rel" || strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:") {
					t.Fatalf("attribute %s=%q in %q", a.Key, a.Val, out)
				}
			}
		}
	})
}
