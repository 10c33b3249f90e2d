package gallery_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"acvdata/services/i18n"
	"acvdata/web"
	"acvdata/web/gallery"
)

var update = flag.Bool("update", false, "write the golden files anew")

func page(t *testing.T, f gallery.Frame) string {
	t.Helper()
	bundle, err := i18n.NewBundle(web.Catalogue)
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, gallery.Page(f).Render(i18n.With(context.Background(), bundle.Localizer()), &out))
	return out.String()
}

var (
	hashed = regexp.MustCompile(`(/assets/[a-z0-9-]+?)-[A-Za-z0-9_-]{8}\.`)
	sheets = regexp.MustCompile(`<link rel="stylesheet"[^>]*>`)
)

// stable takes out what changes with each front-end build, so that the golden
// file is the same in a bare clone.
func stable(html string) string {
	html = sheets.ReplaceAllString(hashed.ReplaceAllString(html, "$1."), "")
	return strings.ReplaceAll(html, "><", ">\n<")
}

func TestGalleryIsAsReviewed(t *testing.T) {
	t.Parallel()
	golden := filepath.Join("testdata", "gallery.golden.html")
	got := stable(page(t, gallery.Workspace))
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "run the test with -update and review the change")
}

func TestEveryFrameIsSound(t *testing.T) {
	t.Parallel()
	for _, frame := range []gallery.Frame{gallery.Public, gallery.Workspace, gallery.Platform, ""} {
		t.Run(string(frame), func(t *testing.T) {
			t.Parallel()
			html := page(t, frame)
			require.NotContains(t, html, "⟦", "a message is missing")
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
			require.NoError(t, err)
			require.Equal(t, 1, doc.Find("h1").Length())
			require.Zero(t, doc.Find("[style], style").Length(), "the CSP refuses inline styles")
			uniqueIDs(t, doc)
			references(t, doc)
			headingOrder(t, doc)
		})
	}
}

func uniqueIDs(t *testing.T, doc *goquery.Document) {
	t.Helper()
	seen := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		require.False(t, seen[id], "id %q twice", id)
		seen[id] = true
	})
}

// references follow for, aria-* and popovertarget to something on the page.
func references(t *testing.T, doc *goquery.Document) {
	t.Helper()
	for _, attribute := range []string{"for", "aria-labelledby", "aria-describedby", "popovertarget", "list", "data-props-id"} {
		doc.Find("[" + attribute + "]").Each(func(_ int, s *goquery.Selection) {
			for id := range strings.FieldsSeq(s.AttrOr(attribute, "")) {
				require.Equal(t, 1, doc.Find("[id='"+id+"']").Length(), "%s=%q leads nowhere", attribute, id)
			}
		})
	}
}

func headingOrder(t *testing.T, doc *goquery.Document) {
	t.Helper()
	level := 0
	doc.Find("h1, h2, h3, h4").Each(func(_ int, s *goquery.Selection) {
		next := int(goquery.NodeName(s)[1] - '0')
		require.LessOrEqual(t, next, level+1, "%q skips a level", strings.TrimSpace(s.Text()))
		level = next
	})
}

func TestEveryIconNamedIsInTheSprite(t *testing.T) {
	t.Parallel()
	if !web.Assets().Built() {
		t.Skip("the front end is not built: npm run build checks the same")
	}
	sprite, _, ok := web.Assets().Lookup(web.Assets().URL("icons.svg"), "")
	require.True(t, ok)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page(t, gallery.Public) + page(t, gallery.Workspace)))
	require.NoError(t, err)
	doc.Find("svg use[href*='icons']").Each(func(_ int, s *goquery.Selection) {
		_, name, _ := strings.Cut(s.AttrOr("href", ""), "#")
		require.Contains(t, string(sprite), `id="`+name+`"`)
	})
}
