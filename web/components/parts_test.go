package components_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"acvdata/web/components"
)

func TestTableKeepsItsMeaningWhenStacked(t *testing.T) {
	t.Parallel()
	doc := render(t, components.Table(components.TableProps{
		ID: "arbres", Caption: "Arbres", CaptionHidden: true, Stack: true,
		Columns: []components.Column{{Label: "Numéro", Href: "?tri=-numero", Sorted: components.Ascending}, {Label: "Hauteur", Numeric: true}, {Label: "Actions", Hidden: true}},
		Rows:    []components.Row{{Cells: []components.Cell{{Text: "A-1", Href: "/a-1"}, {Text: "18,5", Note: "m"}, {Node: components.Chip("Bon", components.OK, "check")}, {Text: "de trop"}}}},
	}))
	require.Equal(t, "ascending", doc.Find("th[scope=col]").First().AttrOr("aria-sort", ""))
	require.Equal(t, "?tri=-numero", doc.Find("th a").First().AttrOr("href", ""))
	require.Equal(t, "A-1", text(doc.Find("tbody th[scope=row]")), "the first cell names the row")
	require.Equal(t, "Hauteur", doc.Find("tbody td").First().AttrOr("data-label", ""))
	require.Equal(t, 1, doc.Find("tbody [role=rowheader]").Length())
	require.Equal(t, "Arbres", text(doc.Find("#"+doc.Find("[role=group]").AttrOr("aria-labelledby", ""))))
	require.Equal(t, "0", doc.Find("[role=group]").AttrOr("tabindex", ""), "a keyboard can scroll it")
}

func TestATablesBlankCellsAreKnown(t *testing.T) {
	t.Parallel()
	doc := render(t, components.Table(components.TableProps{
		Caption: "Arbres", Stack: true, Columns: make([]components.Column, 9),
		Rows: []components.Row{{Cells: []components.Cell{{Text: "A-1"}, {}, {Text: "18,5"}}}},
	}))
	require.Equal(t, 1, doc.Find("td.cell-empty").Length(), "phones leave it out")
	require.Equal(t, 1, doc.Find(".table-wide").Length(), "nine columns scroll")
}

func TestATitleBreaksWhereAFileNameMay(t *testing.T) {
	t.Parallel()
	doc := render(t, components.PageHead(components.HeadProps{Title: "<b>saint_quentin.csv"}))
	html, err := doc.Find("h1").Html()
	require.NoError(t, err)
	require.Equal(t, "&lt;b&gt;saint_<wbr/>quentin<wbr/>.csv", html)
}

func TestPagination(t *testing.T) {
	t.Parallel()
	require.Zero(t, render(t, components.Pagination(components.Pages{})).Find("nav").Length())
	doc := render(t, components.Pagination(components.Pages{Next: "?apres=x", Summary: "1 à 50"}))
	require.Equal(t, 1, doc.Find("a").Length())
	require.Equal(t, "next", doc.Find("a").AttrOr("rel", ""))
}

func TestProgressIsHonest(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		done, total int64
		value       string
	}{
		"half":        {50, 100, "50"},
		"rounds down": {999, 1000, "99"},
		"all":         {7409, 7409, "100"},
		"too much":    {120, 100, "100"},
		"negative":    {-1, 100, "0"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := render(t, components.Progress(components.ProgressProps{Label: "Import", Done: c.done, Total: c.total}))
			require.Equal(t, c.value, doc.Find("progress").AttrOr("value", ""))
			require.Equal(t, doc.Find("progress").AttrOr("id", "?"), doc.Find("label").AttrOr("for", ""))
		})
	}
	unknown := render(t, components.Progress(components.ProgressProps{Label: "Lecture"}))
	_, has := unknown.Find("progress").Attr("value")
	require.False(t, has, "no figure while the total is unknown")
}

func TestProgressStreamWorksWithoutScript(t *testing.T) {
	t.Parallel()
	doc := render(t, components.ProgressStream(components.ProgressStreamProps{Stream: "/flux", Reload: "/imports/1", Done: "/imports/1/resultat"}))
	stream := doc.Find("[data-hx-sse-connect]")
	require.Equal(t, "fin", stream.AttrOr("data-hx-sse-close", ""))
	require.Equal(t, "/imports/1/resultat", stream.AttrOr("data-done", ""))
	require.Contains(t, doc.Find("noscript").Text(), "Actualiser")
}

func TestConfirmPostsAndCanBeLeft(t *testing.T) {
	t.Parallel()
	doc := render(t, components.Confirm(components.ConfirmProps{
		ID: "annuler", Open: "Annuler l’import", Kind: components.Destructive, Title: "Annuler ?", Text: "…", Action: "/annuler", Accept: "Annuler l’import",
		Hidden: components.Hidden{"version": "3"},
	}))
	require.Equal(t, "annuler", doc.Find("button").First().AttrOr("popovertarget", ""))
	dialog := doc.Find("#annuler[popover][role=dialog]")
	require.Equal(t, 1, dialog.Length())
	require.Equal(t, "Annuler ?", doc.Find("#"+dialog.AttrOr("aria-labelledby", "")).Text())
	require.Equal(t, "3", dialog.Find("form[method=post] input[name=version]").AttrOr("value", ""))
	leave := dialog.Find("button[popovertargetaction=hide]")
	require.Equal(t, "button", leave.AttrOr("type", ""))
}

func TestStepper(t *testing.T) {
	t.Parallel()
	steps := []string{"Fichier", "Colonnes", "Aperçu"}
	doc := render(t, components.Stepper(steps, 2))
	require.Equal(t, "Étape 2 sur 3 Colonnes", text(doc.Find(".stepper-now")))
	require.Contains(t, doc.Find(".stepper-next").Text(), "Aperçu")
	require.Zero(t, render(t, components.Stepper(steps, 3)).Find(".stepper-next").Length())
	require.Equal(t, "Étape 9 sur 3", text(render(t, components.Stepper(steps, 9)).Find(".stepper-now")))
}

func TestTonesAreAlsoSaidByAnIcon(t *testing.T) {
	t.Parallel()
	icons := map[string]bool{}
	for _, tone := range []components.Tone{components.Neutral, components.OK, components.Warning, components.Danger} {
		href := render(t, components.Alert(components.AlertProps{Tone: tone, Message: "x"})).Find("use").AttrOr("href", "")
		icons[href[strings.Index(href, "#"):]] = true
	}
	require.Len(t, icons, 4)
}

func TestAlertIsAnnouncedOnlyWhenLive(t *testing.T) {
	t.Parallel()
	require.Zero(t, render(t, components.Alert(components.AlertProps{Message: "x"})).Find("[role]").Length())
	require.Equal(t, 1, render(t, components.Alert(components.AlertProps{Message: "x", Live: true})).Find("[role=status]").Length())
	require.Equal(t, 1, render(t, components.Alert(components.AlertProps{Message: "x", Live: true, Tone: components.Danger})).Find("[role=alert]").Length())
}

func TestLinksNeverRunScripts(t *testing.T) {
	t.Parallel()
	doc := render(t, components.Definitions([]components.Definition{{Term: "Site", Value: "x", Href: "https://exemple.fr"}, {Term: "Vide"}}))
	require.Equal(t, 1, doc.Find("dt").Length(), "empty values are left out")
	escaped := render(t, components.Chip(`<img src=x onerror=alert(1)>`, components.OK, ""))
	require.Zero(t, escaped.Find("img").Length())
}

func TestCardHeadingsFitTheirPage(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Arbres", text(render(t, components.Card(components.CardProps{Title: "Arbres"})).Find("h3")))
	require.Equal(t, "Arbres", text(render(t, components.Card(components.CardProps{Title: "Arbres", Level: 2, Href: "/a"})).Find("h2 a")))
}

func TestTheSameSeedDrawsTheSameCanopy(t *testing.T) {
	t.Parallel()
	draw := func(seed string) string {
		html, err := render(t, components.Canopy(seed)).Find("svg").Html()
		require.NoError(t, err)
		return html
	}
	require.Equal(t, draw("ales"), draw("ales"))
	require.NotEqual(t, strings.ReplaceAll(draw("ales"), "ales", ""), strings.ReplaceAll(draw("niort"), "niort", ""))
	require.Less(t, len(draw("ales")), 14_000, "a drawing must not weigh more than the page's text")
	render(t, components.Canopy("ales")).Find("use").Each(func(_ int, s *goquery.Selection) {
		require.True(t, strings.HasPrefix(s.AttrOr("href", ""), "#cime-ales-"))
	})
}
