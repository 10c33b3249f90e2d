package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/tenants"
	"acvdata/tenants/demo"
)

// pagesToWalk bounds the walk through a town: every kind of page is met long
// before, the rest are trees and versions like those seen.
const pagesToWalk = 60

// Every public page of a demonstration town says that its data are illustrative,
// whichever module shows it.
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
		w := &walk{app: app, resident: app.As(authz.Actor{}), town: town, seen: map[string]bool{}, t: t}
		w.from(town.Path(""))
		if w.pages < 5 {
			t.Errorf("%s: only %d pages were met", town.Slug, w.pages)
		}
		navigations[town.Slug] = w.navigation
	}
	if navigations["ales"] == navigations["bayonne"] {
		t.Errorf("towns of different modules have the same navigation: %v", navigations)
	}
}

type walk struct {
	app        *apptest.App
	resident   *apptest.Client
	town       *tenants.Tenant
	seen       map[string]bool
	pages      int
	navigation string
	t          *testing.T
}

// from follows the links of the town's own pages, nearest first.
func (w *walk) from(start string) {
	queue := []string{start}
	for len(queue) > 0 && w.pages < pagesToWalk {
		path := queue[0]
		queue = queue[1:]
		if w.seen[path] {
			continue
		}
		w.seen[path] = true
		r := w.resident.Get(path)
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
}

// links are the public pages of the town that a page leads to, without filters.
func (w *walk) links(page *goquery.Document, base string) (list []string) {
	from, err := url.Parse(base)
	if err != nil {
		w.t.Fatal(err)
	}
	page.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
		to, err := from.Parse(a.AttrOr("href", ""))
		if err != nil || to.Host != "" || !strings.HasPrefix(to.Path, w.town.Path("")) || strings.HasPrefix(to.Path, w.town.Path("espace")) {
			return
		}
		if _, download := a.Attr("download"); !download {
			list = append(list, to.Path)
		}
	})
	return list
}
