package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/tenants/demo"
)

// pagesToWalk bounds the walk through a town: every kind of page is met long
// before, the rest are trees and versions like those seen.
const pagesToWalk = 60

// Every page of a demonstration town says that its data are illustrative, whichever
// module shows it: to residents and in the workspace.
func TestEveryPageOfADemonstrationTownSaysSo(t *testing.T) {
	t.Parallel()
	var app *apptest.App
	app = apptest.New(t, everyModule(t, func() *apptest.App { return app }))
	app.Work()
	towns, err := demo.Load(app.Context, app.Towns, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Seed(app.Context, towns, app.Registry.Modules()); err != nil {
		t.Fatal(err)
	}
	navigations := map[string]string{}
	for _, town := range towns {
		public := &walk{visitor: app.As(authz.Actor{}), within: town.Path(""), without: town.Path("espace"), most: pagesToWalk, t: t}
		public.start(5)
		navigations[town.Slug] = public.navigation
		inside := &walk{visitor: app.As(apptest.Member(town, authz.Admin)), within: town.Path("espace"), most: pagesToWalk / 2, t: t}
		inside.start(10)
	}
	if navigations["ales"] == navigations["bayonne"] {
		t.Errorf("towns of different modules have the same navigation: %v", navigations)
	}
}

// walk follows the links of the pages of one town to one visitor.
type walk struct {
	visitor         *apptest.Client
	within, without string // beginnings of the addresses followed, and of those left alone
	most            int
	pages           int
	navigation      string
	t               *testing.T
}

// start walks from the first page, nearest pages first, and wants at least so many.
func (w *walk) start(least int) {
	w.t.Helper()
	seen, queue := map[string]bool{}, []string{w.within}
	for len(queue) > 0 && w.pages < w.most {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		r := w.visitor.Get(path)
		if r.Status != 200 || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") || !strings.Contains(strings.ToLower(r.Body), "<!doctype") {
			continue
		}
		w.pages++
		page := r.Page()
		if !strings.Contains(page.Find(".masthead .illustrative, .framed .illustrative").Text(), "Données d’illustration") {
			w.t.Errorf("%s does not say that its data are illustrative", path)
		}
		if w.navigation == "" {
			w.navigation = strings.Join(page.Find(".masthead-nav a").Map(func(_ int, a *goquery.Selection) string { return strings.TrimSpace(a.Text()) }), " ")
		}
		queue = append(queue, w.links(page, path)...)
	}
	if w.pages < least {
		w.t.Errorf("%s: only %d pages were met", w.within, w.pages)
	}
}

// links are the pages that a page leads to, without filters.
func (w *walk) links(page *goquery.Document, base string) (list []string) {
	from, err := url.Parse(base)
	if err != nil {
		w.t.Fatal(err)
	}
	page.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
		to, err := from.Parse(a.AttrOr("href", ""))
		if err != nil || to.Host != "" || !strings.HasPrefix(to.Path, w.within) || w.without != "" && strings.HasPrefix(to.Path, w.without) {
			return
		}
		if _, download := a.Attr("download"); !download {
			list = append(list, to.Path)
		}
	})
	return list
}
