package opendata

import (
	"context"
	"maps"
	"net/url"
	"strings"

	"acvdata/modules/opendata/figures"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/embeds"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// frameKind is a kind of page made for other sites: the segment of its address, the
// message key of what it shows, and the height that suits it at 600 pixels of width.
type frameKind struct {
	path, label string
	height      int
}

// The kinds of frames.
var (
	datasetFrame   = frameKind{"jeux", "opendata.embed.dataset", 720}
	mapFrame       = frameKind{"cartes", "opendata.embed.map", 520}
	tableFrame     = frameKind{"tableaux", "opendata.embed.table", 480}
	chartFrame     = frameKind{"graphiques", "opendata.embed.chart", 540}
	indicatorFrame = frameKind{"indicateurs", "opendata.embed.indicator", 720}
	figureFrame    = frameKind{"chiffres", "opendata.embed.figure", 320}
)

// framesPath starts the addresses of pages made for other sites, below the town.
const framesPath = "integrer/"

// address is the page of a kind that shows ref, from the root of the host.
func (k frameKind) address(town *tenants.Tenant, ref string) string {
	return town.Path(framesPath + k.path + "/" + ref)
}

// embedCode is the HTML that shows ref elsewhere; page is its full page, from the
// root of the host.
func (m *Module) embedCode(ctx context.Context, town *tenants.Tenant, k frameKind, ref, title, page string) components.EmbedProps {
	return components.EmbedProps{
		ID: "integrer-" + k.path + "-" + strings.NewReplacer("/", "-", "?", "-", "&", "-", "=", "-").Replace(ref), Label: i18n.T(ctx, k.label),
		Title: frameTitle(ctx, town, title), Address: m.BaseURL + k.address(town, ref), Page: m.BaseURL + page, Height: k.height,
	}
}

func frameTitle(ctx context.Context, town *tenants.Tenant, title string) string {
	return i18n.T(ctx, "opendata.embed.title", i18n.V{"Title": title, "Town": town.Called()})
}

// datasetEmbeds are the ways to show a dataset elsewhere.
func (m *Module) datasetEmbeds(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) []components.EmbedProps {
	page := pageAddress(town, d)
	list := []components.EmbedProps{m.embedCode(ctx, town, datasetFrame, d.Slug(), d.Title, page)}
	if m.drawn(ctx, town, d) {
		list = append(list, m.embedCode(ctx, town, mapFrame, d.Slug(), i18n.T(ctx, "opendata.embed.map_of", i18n.V{"Title": d.Title}), page))
	}
	return append(list, m.embedCode(ctx, town, tableFrame, d.Slug(), d.Title, page+"/apercu"))
}

// indicatorEmbeds are the ways to show a published indicator elsewhere.
func (m *Module) indicatorEmbeds(ctx context.Context, town *tenants.Tenant, i *figures.Indicator) []components.EmbedProps {
	page := town.Path(indicatorPath(i.Slug))
	return []components.EmbedProps{
		m.embedCode(ctx, town, indicatorFrame, i.Slug, i.Title, page),
		m.embedCode(ctx, town, figureFrame, i.Key(), i.Title, page),
	}
}

// figureEmbed shows one figure elsewhere: the label is its name, since several stand
// together.
func (m *Module) figureEmbed(ctx context.Context, town *tenants.Tenant, key string, stat components.StatProps) components.EmbedProps {
	page := stat.Href
	if page == "" {
		page = town.Path("donnees")
	}
	e := m.embedCode(ctx, town, figureFrame, key, stat.Label, page)
	e.Label = stat.Label
	return e
}

var _ embeds.Provider = (*Module)(nil)

// Embed implements embeds.Provider: pages of datasets, their rows, indicators, and
// the pages made for frames themselves; query chooses the rows of a table.
func (m *Module) Embed(ctx context.Context, town *tenants.Tenant, path string, query url.Values) (e embeds.Embed, err error) {
	of := func(k frameKind, ref, title, page string) embeds.Embed {
		return embeds.Embed{Title: frameTitle(ctx, town, title), Address: k.address(town, ref), Page: page, Height: k.height}
	}
	if framed, is := strings.CutPrefix(path, framesPath); is {
		kind, ref, _ := strings.Cut(framed, "/")
		return m.embedFramed(ctx, town, kind, ref, query)
	}
	rest, is := strings.CutPrefix(path, "donnees/")
	if !is {
		return e, noFrame()
	}
	if slug, is := strings.CutPrefix(rest, "indicateurs/"); is {
		i, err := m.figures.Find(ctx, town, slug)
		if err != nil || !i.Published {
			return e, noFrame()
		}
		return of(indicatorFrame, slug, i.Title, town.Path(path)), nil
	}
	slug, tab, _ := strings.Cut(rest, "/")
	kind, known := map[string]frameKind{"": datasetFrame, "lignes": tableFrame, "apercu": tableFrame}[tab]
	if !known {
		return e, noFrame()
	}
	if tab != "" {
		return m.embedFramed(ctx, town, kind.path, slug, query)
	}
	d, err := m.Datasets.GetOpen(ctx, town, slug)
	if err != nil {
		return e, err
	}
	return of(kind, slug, d.Title, town.Path(path)), nil
}

// embedFramed is a page made for frames, with what its address asks for.
func (m *Module) embedFramed(ctx context.Context, town *tenants.Tenant, kind, ref string, query url.Values) (e embeds.Embed, err error) {
	rows := maps.Clone(query)
	rows.Del(paramLook)
	shown, err := m.shownIn(ctx, town, kind, ref, rows)
	if err != nil {
		return e, err
	}
	e = embeds.Embed{
		Title: frameTitle(ctx, town, shown.view.Frame.Title), Address: shown.kind.address(town, ref), Page: shown.page, Height: shown.kind.height,
	}
	if len(query) > 0 {
		e.Address += "?" + query.Encode()
	}
	return e, nil
}

func noFrame() error { return fault.New(fault.NotFound, "opendata.fault.no_frame") }

// framedPage is what a page made for frames shows.
type framedPage struct {
	kind frameKind
	page string // the full page, from the root of the host
	view views.Embedded
}

// shownIn reads what a frame shows to everybody, query narrowing the rows of a table;
// a not_found fault for what is not published.
func (m *Module) shownIn(ctx context.Context, town *tenants.Tenant, kind, ref string, query url.Values) (s framedPage, err error) {
	switch kind {
	case datasetFrame.path, mapFrame.path, tableFrame.path:
		s, err = m.framedDataset(ctx, town, kind, ref, query)
	case chartFrame.path:
		s, err = m.framedChart(ctx, town, ref)
	case indicatorFrame.path:
		s, err = m.framedIndicator(ctx, town, ref)
	case figureFrame.path:
		s, err = m.framedFigure(ctx, town, ref)
	default:
		return s, noFrame()
	}
	if err != nil {
		return s, err
	}
	f := &s.view.Frame
	f.Town, f.Illustrative, f.Href = town, town.Illustrative, m.BaseURL+s.page
	return s, nil
}
