package layout_test

import (
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/stretchr/testify/require"

	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web"
	"acvdata/web/components"
	"acvdata/web/layout"
)

func render(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	bundle, err := i18n.NewBundle(web.Catalogue)
	require.NoError(t, err)
	ctx := i18n.With(context.Background(), bundle.Localizer())
	var out strings.Builder
	require.NoError(t, c.Render(templ.WithChildren(ctx, templ.Raw("<h1>Contenu</h1>")), &out))
	require.NotContains(t, out.String(), "⟦", "a message is missing")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(out.String()))
	require.NoError(t, err)
	return doc
}

func ales() *tenants.Tenant {
	return &tenants.Tenant{Slug: "ales", Name: "Alès", Accent: "terre"}
}

func nav(n int) []layout.NavItem {
	items := make([]layout.NavItem, 0, n)
	for i := range n {
		items = append(items, layout.NavItem{Label: "Entrée", Href: "/ales/e" + i18n.Text(i), Icon: "leaf", Current: i == 0})
	}
	return items
}

func TestPublicPage(t *testing.T) {
	t.Parallel()
	doc := render(t, layout.Page(layout.Shell{
		Title: "Les arbres", Description: "Le patrimoine arboré", Audience: layout.Public, Town: ales(),
		Nav: nav(3), Path: "/ales/arbres?essence=platane", Illustrative: true,
		Crumbs: []components.Crumb{{Label: "Alès", Href: "/ales/"}, {Label: "Les arbres"}},
		Flash:  &layout.Flash{Kind: components.OK, Message: "Enregistré"},
		Head: layout.Head{
			Canonical: "https://exemple.fr/ales/arbres", Manifest: "/ales/manifest.webmanifest",
			Feeds:  []layout.Feed{{Title: "Nouveautés", Href: "/ales/atom.xml"}},
			JSONLD: map[string]string{"@type": "Dataset", "name": "</script><b>"},
		},
	}))
	require.Equal(t, "Les arbres – Alès – ACV Data", doc.Find("title").Text())
	require.Equal(t, "fr", doc.Find("html").AttrOr("lang", ""))
	require.Equal(t, "terre", doc.Find("html").AttrOr("data-accent", ""))
	require.Equal(t, "#contenu", doc.Find("body > a").First().AttrOr("href", ""))
	require.Equal(t, "Contenu", doc.Find("main#contenu h1").Text())
	require.Equal(t, "/connexion?retour=%2Fales%2Farbres%3Fessence%3Dplatane", doc.Find(".masthead-tools a").AttrOr("href", ""))
	require.Equal(t, 1, doc.Find(".masthead-nav [aria-current=page]").Length())
	require.Contains(t, doc.Find(".illustrative").Text(), "illustration")
	require.Equal(t, "Enregistré", strings.TrimSpace(doc.Find("main [role=status]").Text()))
	require.Equal(t, "Les arbres", doc.Find(".breadcrumb [aria-current=page]").Text())
	require.Contains(t, doc.Find("footer").Text(), "Accessibilité\u00a0: non conforme")
	require.Equal(t, "/ales/atom.xml", doc.Find("link[type='application/atom+xml']").AttrOr("href", ""))
	require.NotContains(t, doc.Find("script[type='application/ld+json']").Text(), "</script>")
}

func TestPagesCarryNoInlineScriptOrStyle(t *testing.T) {
	t.Parallel()
	for _, audience := range []layout.Audience{layout.Platform, layout.Public, layout.Workspace} {
		doc := render(t, layout.Page(layout.Shell{Title: "x", Audience: audience, Town: ales(), Nav: nav(7)}))
		require.Zero(t, doc.Find("style, [style], [onclick], [onload]").Length())
		doc.Find("script").Each(func(_ int, s *goquery.Selection) {
			require.NotEmpty(t, s.AttrOr("src", ""), "an inline script breaks the CSP")
		})
	}
}

func TestAnUnknownAccentIsLeftOut(t *testing.T) {
	t.Parallel()
	town := ales()
	town.Accent = `fluo" onload="x`
	doc := render(t, layout.Page(layout.Shell{Town: town, Audience: layout.Public}))
	_, has := doc.Find("html").Attr("data-accent")
	require.False(t, has)
}

func TestWorkspacePage(t *testing.T) {
	t.Parallel()
	items := nav(2)
	items[0].Items = []layout.NavItem{{Label: "Imports", Href: "/ales/espace/arbres/imports", Current: true}}
	items[1].Items = []layout.NavItem{{Label: "Caché", Href: "/ales/espace/x"}}
	doc := render(t, layout.Page(layout.Shell{
		Title: "Arbres", Audience: layout.Workspace, Town: ales(), Nav: items,
		User: &layout.User{Name: "Anne Dupré", Email: "agent@ales.demo", Initials: "AD", Towns: []layout.TownLink{
			{Name: "Alès", Href: "/ales/espace/", Current: true}, {Name: "Niort", Href: "/niort/espace/"},
		}},
	}))
	require.Equal(t, "/ales/espace/", doc.Find(".masthead-name").AttrOr("href", ""))
	require.Equal(t, 2, doc.Find(".switcher li").Length())
	require.Contains(t, doc.Find(".sidenav").Text(), "Imports")
	require.NotContains(t, doc.Find(".sidenav").Text(), "Caché", "the pages of other modules stay folded")
	require.Equal(t, "Imports", strings.TrimSpace(doc.Find(".subnav").Text()), "phones reach the module's pages too")
	require.Equal(t, "true", doc.Find(".sidenav > li > a[aria-current]").AttrOr("aria-current", ""), "the page itself is below")
	form := doc.Find("form[action='/deconnexion']")
	require.Equal(t, "post", form.AttrOr("method", ""))
	require.Equal(t, 1, form.Find("button[type=submit]").Length())
}

func TestBottomBarKeepsFiveEntriesAtMost(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ entries, shown, more int }{
		"no navigation":      {0, 0, 0},
		"a few":              {3, 3, 0},
		"five fit":           {5, 5, 0},
		"the rest is folded": {8, 5, 4},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := render(t, layout.Page(layout.Shell{Audience: layout.Public, Town: ales(), Nav: nav(c.entries)}))
			require.Equal(t, c.shown, doc.Find(".tabbar > ul > li").Length())
			require.Equal(t, c.more, doc.Find(".tabbar-more li").Length())
		})
	}
}

func TestErrorPageAlwaysOffersAWayOut(t *testing.T) {
	t.Parallel()
	view := layout.ErrorView{Status: 404, Code: "not_found", Title: "Page introuvable", Message: "Vérifiez l’adresse.", RequestID: "r-1"}
	doc := render(t, layout.Error(layout.Shell{Title: view.Title, Audience: layout.Public, Town: ales()}, view))
	require.Equal(t, "Page introuvable", doc.Find("h1").Text())
	require.Equal(t, "/ales/", doc.Find(".failure a.btn-primary").AttrOr("href", ""))
	require.Contains(t, doc.Find(".failure-request").Text(), "r-1")
	view.Actions = []layout.Action{{Label: "Chercher", Href: "/recherche"}}
	doc = render(t, layout.Error(layout.Shell{}, view))
	require.Equal(t, "/recherche", doc.Find(".failure a.btn-primary").AttrOr("href", ""))
}

func TestOfflinePageNeedsNothingFromTheNetwork(t *testing.T) {
	t.Parallel()
	doc := render(t, layout.Offline(layout.Shell{Title: "Hors ligne"}))
	require.Contains(t, doc.Find("h1").Text(), "Pas de connexion")
	require.Zero(t, doc.Find("main img").Length())
}
