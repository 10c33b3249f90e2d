package opendata

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/tables"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/embeds"
	"acvdata/services/geo/tile"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/ogc"
	"acvdata/tenants"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// catalogue lists what everybody may have.
func (m *Module) catalogue(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	own, all, err := m.everything(ctx, town)
	if err != nil {
		return err
	}
	asked := searchOf(c)
	found := asked.apply(all, vocabularyOf(town))
	view := views.Catalogue{
		Shell: m.shell(c, i18n.T(ctx, "opendata.title")), Town: town, Total: len(all),
		Found: i18n.T(ctx, "opendata.found", i18n.N(len(found))), Filter: filterOf(ctx, town, asked, len(found)),
		Query: asked.Text, Themes: themeChoices(ctx, all, asked.Theme),
		Reuse: town.Path("donnees/catalogue/moissonner"), AllUses: town.Path(usesPath), Declare: m.declareUse(ctx, town),
		Follow: followLink(ctx, town, topicAll), CanPublish: httpd.Allowed(c, ReadPermission),
	}
	view.Shell.Description = i18n.T(ctx, "opendata.lead", i18n.V{"Town": town.Name})
	view.Shell.Head.JSONLD = m.schemaOrgCatalogue(ctx, town, all)
	view.Facets = facets(ctx, all, asked)
	if asked == (search{}) {
		view.Figures, view.Embeds = m.figuresOf(ctx, town, "")
		if view.Tiles, err = m.tiles(ctx, town, own); err != nil {
			return err
		}
		if view.Stories, err = m.storyCards(ctx, town, ""); err != nil {
			return err
		}
		if err := m.together(ctx, town, &view); err != nil {
			return err
		}
	}
	shown, pages := catalogueSlice(ctx, c, found)
	view.Pages = pages
	for i := range shown {
		if strings.HasPrefix(shown[i].Slug(), harvestedPrefix) {
			view.Cards = append(view.Cards, harvestedCard(ctx, town, &shown[i]))
			continue
		}
		view.Cards = append(view.Cards, card(ctx, town, &shown[i]))
	}
	for _, s := range syntaxes {
		c.Append(fiber.HeaderLink, `<`+m.BaseURL+town.Path("catalog."+s.extension)+`>; rel="alternate"; type="`+mediaOf(s.media)+`"`)
	}
	c.Append(fiber.HeaderLink, `<`+m.BaseURL+town.Path("ogc/collections/catalogue/items")+`>; rel="http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"; type="application/geo+json"`)
	return httpd.Render(c, fiber.StatusOK, views.CataloguePage(view))
}

// together is what others made of the data, and the questions asked with them.
func (m *Module) together(ctx context.Context, town *tenants.Tenant, view *views.Catalogue) (err error) {
	if view.Uses, err = m.useCards(ctx, town, "", mostUses); err != nil {
		return err
	}
	view.AllDebates = town.Path(debatesPath)
	view.Debates, err = m.debateCards(ctx, town, "")
	view.Debates = view.Debates[:min(len(view.Debates), mostUses)]
	return err
}

func filterOf(ctx context.Context, town *tenants.Tenant, asked search, found int) components.FilterProps {
	p := components.FilterProps{
		Label: i18n.T(ctx, "opendata.filter"), Action: town.Path("donnees"), Target: "#resultats",
		Results: i18n.T(ctx, "opendata.found", i18n.N(found)), Open: true,
	}
	for _, set := range []bool{asked.Text != "", asked.Theme != "", asked.Format != "", asked.Producer != "", asked.Fresh != "", asked.Keyword != ""} {
		if set {
			p.Active++
		}
	}
	if p.Active > 0 {
		p.Reset = town.Path("donnees")
	}
	return p
}

func themeChoices(ctx context.Context, all []datasets.Dataset, chosen datasets.Theme) []components.Choice {
	themes, count := themesOf(all)
	choices := make([]components.Choice, len(themes))
	for i, t := range themes {
		choices[i] = components.Choice{
			Value: string(t), Selected: t == chosen,
			Label: i18n.T(ctx, "opendata.theme_count", i18n.V{"Theme": i18n.T(ctx, t.LabelKey()), "Number": count[t]}),
		}
	}
	return choices
}

// shell is the frame of a public page, with the town's feed.
func (m *Module) shell(c *fiber.Ctx, title string) layout.Shell {
	shell := httpd.Shell(c, title)
	town := httpd.Scope(c).Town
	shell.Head.Feeds = []layout.Feed{{
		Title: i18n.T(c.UserContext(), "opendata.feed.title", i18n.V{"Town": town.Name}), Href: town.Path("donnees/flux.atom"),
	}}
	return shell
}

// frame is what the pages of one dataset share: head, tabs, breadcrumb.
func (m *Module) frame(c *fiber.Ctx, d *datasets.Dataset, tab string) views.Frame {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	page := pageAddress(town, d)
	f := views.Frame{Shell: m.shell(c, d.Title), Title: d.Title, Themes: themeNames(ctx, d.Themes), Icon: themeIcon(d.Themes)}
	f.Shell.Description = shorten(d.Summary, 160)
	f.Shell.Head.JSONLD = m.schemaOrg(ctx, town, d)
	f.Shell.Head.OEmbed = embeds.Discovery(m.BaseURL, page)
	f.Shell.Head.Feeds = append(f.Shell.Head.Feeds, layout.Feed{
		Title: i18n.T(ctx, "opendata.feed.dataset", i18n.V{"Title": d.Title, "Town": town.Name}), Href: page + "/flux.atom",
	})
	f.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.title"), Href: town.Path("donnees")}, {Label: d.Title}}
	f.Tabs = []components.Tab{
		{Label: i18n.T(ctx, "opendata.tab.about"), Href: page, Icon: "info", Current: tab == "about"},
		{Label: i18n.T(ctx, "opendata.tab.preview"), Href: page + "/apercu", Icon: "table", Current: tab == "preview"},
		{Label: i18n.T(ctx, "opendata.tab.rows"), Href: page + "/lignes", Icon: "list", Current: tab == "rows"},
		{Label: i18n.T(ctx, "opendata.tab.questions"), Href: page + "/questions", Icon: "message-circle-question-mark", Current: tab == "questions"},
		{Label: i18n.T(ctx, "opendata.tab.versions"), Href: page + "/versions", Icon: "history", Current: tab == "versions"},
		{Label: i18n.T(ctx, "opendata.tab.api"), Href: page + "/api", Icon: "braces", Current: tab == "api"},
	}
	if d.Source.Module() != tables.ModuleCode { // their own module lists them
		f.Tabs = slices.Delete(f.Tabs, 2, 3)
	}
	if httpd.Allowed(c, ReadPermission) {
		f.Edit = editAddress(town, d)
	}
	return f
}

// about presents a dataset.
func (m *Module) about(c *fiber.Ctx) error {
	d, err := m.dataset(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.About{
		Frame: m.frame(c, d, "about"), Summary: d.Summary, Keywords: d.Keywords, Facts: facts(ctx, town, d), Map: m.mapOf(ctx, town, d),
		Method: d.Method, Quality: m.score(ctx, town, d).view(ctx, true),
		Downloads: downloads(ctx, d.Version, func(f datasets.Format) string { return exportAddress(town, d, f) }),
	}
	view.Restored, view.Embeds = restored(ctx, d), m.datasetEmbeds(ctx, town, d)
	if err := m.participation(ctx, town, d, &view); err != nil {
		return err
	}
	if err := m.addRhythm(ctx, town, d, view.Facts); err != nil {
		return err
	}
	if view.Related, err = m.relatedTo(ctx, town, d); err != nil {
		return err
	}
	if d.Source.Page != "" {
		view.Explore = town.Path(d.Source.Page)
	}
	if t, err := m.Tables.Find(ctx, town, d.Slug()); err != nil {
		return err
	} else if t != nil {
		view.Explore = pageAddress(town, d) + "/lignes"
		if view.Map != nil {
			view.Map.Layers[0].Detail = pageAddress(town, d) + "/lignes/{id}/fiche"
		}
		if view.Charts, err = m.charts(ctx, town, t); err != nil {
			return err
		}
	}
	c.Append(fiber.HeaderLink, `<`+m.BaseURL+town.Path("catalog.ttl")+`>; rel="describedby"; type="text/turtle"`)
	return httpd.Render(c, fiber.StatusOK, views.AboutPage(view))
}

// mapOf draws the dataset where a module offers a layer for it.
func (m *Module) mapOf(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) *components.MapProps {
	if !m.drawn(ctx, town, d) {
		return nil
	}
	return &components.MapProps{
		Title: i18n.T(ctx, "opendata.map"), Bounds: town.Bounds, Places: []components.MapPlace{components.TownPlace(town)},
		BaseMap: m.BaseMap.Background(), Approximate: town.Approximate,
		ListHref: pageAddress(town, d) + "/apercu", ListLabel: i18n.T(ctx, "opendata.preview.list"),
		Layers: []components.MapLayer{{
			ID: d.Slug(), Label: d.Title, Kind: components.MapTiles, CellZoom: tile.CountZoom,
			Name: tables.NameAttribute, Tiles: town.Path("ogc/collections/" + d.Slug() + "/tiles/WebMercatorQuad/{z}/{y}/{x}"),
		}},
	}
}

// drawn reports whether a map shows the dataset.
func (m *Module) drawn(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) bool {
	l, err := m.Layers.LayerOf(ctx, town.ID, d.Slug())
	return err == nil && l != nil // the page lives without its map
}

// sampleRows is how many rows the preview shows.
const sampleRows = 20

// preview shows the first rows and what the columns mean.
func (m *Module) preview(c *fiber.Ctx) error {
	d, err := m.dataset(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	rows, err := m.Datasets.Sample(ctx, town, d.Slug(), datasets.Filter{Limit: sampleRows})
	if err != nil {
		return err
	}
	view := views.Preview{
		Frame: m.frame(c, d, "preview"), Sample: sampleTable(ctx, d, rows), Dictionary: fields(ctx, d),
		Items: town.Path("ogc/collections/" + d.Slug() + "/items"),
		Shown: i18n.T(ctx, "opendata.preview.shown", i18n.V{"Number": len(rows), "Total": d.Version.Rows}),
	}
	m.flagged(ctx, town, d, &view.Sample, rows)
	view.Frame.Shell.Wide = true
	return httpd.Render(c, fiber.StatusOK, views.PreviewPage(view))
}

// examples shows addresses that work for this dataset.
func (m *Module) examples(c *fiber.Ctx) error {
	d, err := m.dataset(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	sample, err := m.Datasets.Sample(ctx, town, d.Slug(), datasets.Filter{Limit: sampleRows})
	if err != nil {
		return err
	}
	view := views.API{Frame: m.frame(c, d, "api"), Landing: town.Path("ogc/"), Description: town.Path("ogc/api"), Document: "/api"}
	if view.Console, err = m.console(c, d, sample); err != nil {
		return err
	}
	view.Frame.Shell.Wide = true
	items := m.BaseURL + town.Path("ogc/collections/"+d.Slug()+"/items")
	add := func(key, method, address string) {
		view.Examples = append(view.Examples, views.Example{Label: i18n.T(ctx, "opendata.example."+key), Text: method + address})
	}
	const curl = "curl "
	add("items", curl, quote(items+"?f=json&limit=10"))
	b := town.Bounds
	corner := url.QueryEscape(decimal(b.West) + "," + decimal(b.South) + "," + decimal(town.Center.Lon) + "," + decimal(town.Center.Lat))
	if d.Source.Geometry != datasets.NoGeometry {
		add("bbox", curl, quote(items+"?f=json&bbox="+corner))
	}
	f, value := sampleValue(d, sample)
	if f != "" {
		query := f + "=" + url.QueryEscape(value)
		add("field", curl, quote(items+"?f=json&"+query))
		words := "ACCENTI(CASEI(" + f + ")) = ACCENTI(CASEI('" + strings.ReplaceAll(value, "'", "''") + "'))"
		add("cql", curl, quote(items+"?f=json&sortby="+f+"&filter="+url.QueryEscape(words)))
		add("filtered", curl, quote(m.BaseURL+exportAddress(town, d, d.Version.Files[0].Format)+"?"+query))
	}
	lines := m.BaseURL + "/api/v1" + town.Path("donnees/"+d.Slug()+"/lignes")
	add("rows", curl, quote(lines+"?limit=10"))
	if f != "" {
		add("grouped", curl, quote(lines+"?group_by="+f+"&order_by=count+desc"))
		add("grouped_file", curl+"-O ", quote(lines+".excel.csv?group_by="+f+"&order_by=count+desc"))
	}
	add("export", curl+"-O ", quote(m.BaseURL+exportAddress(town, d, d.Version.Files[0].Format)))
	if m.drawn(ctx, town, d) {
		add("tiles", "", m.BaseURL+town.Path("ogc/collections/"+d.Slug()+"/tiles/WebMercatorQuad/{z}/{y}/{x}"))
	}
	add("gis", "", m.BaseURL+town.Path("ogc/"))
	return httpd.Render(c, fiber.StatusOK, views.APIPage(view))
}

// sampleValue finds a field that can be filtered with a value it really has.
func sampleValue(d *datasets.Dataset, rows []datasets.Row) (name, value string) {
	for i, f := range d.Source.Fields {
		if !f.Queryable || f.Type != datasets.Text {
			continue
		}
		for _, r := range rows {
			if text, ok := r.Values[i].(string); ok && text != "" {
				return f.Name, text
			}
		}
	}
	return "", ""
}

// quote keeps a shell from reading the address.
func quote(address string) string { return "'" + address + "'" }

func mediaOf(contentType string) string {
	for i := range contentType {
		if contentType[i] == ';' {
			return contentType[:i]
		}
	}
	return contentType
}

var _ Layers = (*ogc.Tileset)(nil)
