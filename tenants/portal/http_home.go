package portal

import (
	"context"
	"log/slog"
	"slices"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/datasets"
	"acvdata/services/geo/tile"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/markdown"
	"acvdata/services/module"
	"acvdata/services/ogc"
	"acvdata/tenants"
	"acvdata/tenants/portal/views"
	"acvdata/web/components"
)

// platformHome shows the programme and its towns.
func (p *Portal) platformHome(c *fiber.Ctx) error {
	ctx := c.UserContext()
	towns, err := p.towns(ctx)
	if err != nil {
		return err
	}
	view := views.Platform{
		Shell: shell(c, "portal.home.short", "portal.home.description", i18n.N(len(towns))),
		Towns: towns, Trades: p.trades(ctx, towns), Steps: steps(ctx), Sources: sources(ctx),
	}
	view.Shell.Head.Canonical = p.deps.BaseURL + "/"
	for _, t := range towns {
		view.Datasets += t.Datasets
	}
	return httpd.Render(c, fiber.StatusOK, views.PlatformPage(view))
}

// trades lists the modules that towns may switch on.
func (p *Portal) trades(ctx context.Context, towns []views.TownEntry) []views.Trade {
	var list []views.Trade
	for _, m := range p.deps.Registry().Modules() {
		manifest := m.Manifest()
		if manifest.Core {
			continue
		}
		trade := views.Trade{Title: i18n.T(ctx, manifest.Title), Summary: i18n.T(ctx, manifest.Summary), Icon: manifest.Icon}
		for _, t := range towns {
			if t.Town.Has(manifest.Code) {
				trade.Towns++
			}
		}
		list = append(list, trade)
	}
	return list
}

// townHome is a town's front door.
func (p *Portal) townHome(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.Town{
		Shell: shell(c, "portal.town.title", "portal.town.description", i18n.V{"Town": town.Name}),
		Town:  town, Figures: p.deps.Registry().Figures(ctx, town),
	}
	var err error
	if view.Welcome, err = markdown.Written(town.Welcome, 3); err != nil {
		return err
	}
	open := p.datasets(ctx, town)
	if view.DatasetsHref = p.catalogue(town); view.DatasetsHref != "" {
		view.AllDatasets = len(open)
		for _, d := range open[:min(latestDatasets, len(open))] {
			view.Datasets = append(view.Datasets, words(&d, view.DatasetsHref))
		}
	}
	view.Doors = p.doors(ctx, town)
	view.Map = p.townMap(ctx, town, view.Figures, open)
	return httpd.Render(c, fiber.StatusOK, views.TownPage(view))
}

const (
	latestDatasets = 3
	cataloguePath  = "/donnees" // where the open-data module has its pages
)

// catalogue is the address of the town's datasets, "" when no module that is on
// shows them.
func (p *Portal) catalogue(town *tenants.Tenant) string {
	for _, m := range p.deps.Registry().Modules() {
		manifest := m.Manifest()
		shows := slices.ContainsFunc(manifest.Nav, func(e module.NavEntry) bool {
			return e.Audience == module.Public && e.Path == cataloguePath
		})
		if shows && (manifest.Core || town.Has(manifest.Code)) {
			return town.Path(cataloguePath[1:])
		}
	}
	return ""
}

// words is a dataset as the page shows it.
func words(d *datasets.Dataset, catalogue string) views.Dataset {
	shown := views.Dataset{Title: d.Title, Summary: d.Summary, Href: catalogue + "/" + d.Slug(), Updated: d.Modified}
	if d.Version != nil {
		shown.Formats, _ = d.Version.MainFormats()
	}
	return shown
}

// doors leads to each module's first public page.
func (p *Portal) doors(ctx context.Context, town *tenants.Tenant) []views.Door {
	var list []views.Door
	for _, m := range p.deps.Registry().Modules() {
		manifest := m.Manifest()
		entry := publicEntry(manifest)
		if entry == nil || manifest.Core || !town.Has(manifest.Code) {
			continue
		}
		list = append(list, views.Door{
			Title: i18n.T(ctx, manifest.Title), Text: i18n.T(ctx, manifest.Summary),
			Href: town.Path(entry.Path[1:]), Icon: manifest.Icon,
		})
	}
	return list
}

// publicEntry is the first page of a module that residents may open, nil when
// it has none.
func publicEntry(m module.Manifest) *module.NavEntry {
	for i := range m.Nav {
		if m.Nav[i].Audience == module.Public && m.Nav[i].Permission == "" {
			return &m.Nav[i]
		}
	}
	return nil
}

// townMap draws the layers of the modules that have data, nil when none has.
func (p *Portal) townMap(ctx context.Context, town *tenants.Tenant, figures []module.Figures, open []datasets.Dataset) *components.MapProps {
	view := components.MapProps{
		Title: i18n.T(ctx, "portal.town.map"), Bounds: town.Bounds, Places: []components.MapPlace{components.TownPlace(town)},
		BaseMap: p.deps.BaseMap.Background(), Approximate: town.Approximate,
	}
	var lists []components.MapList
	for _, f := range figures {
		before := len(view.Layers)
		if drawn, known := p.illustration(ctx, town, f.Module.Code); known {
			if before == 0 {
				view.Bounds = drawn.Bounds
			}
			view.Layers = append(view.Layers, drawn.Layer)
		} else {
			for _, layer := range p.layers(f.Module.Code, open) {
				view.Layers = append(view.Layers, mapLayer(ctx, town, layer))
			}
		}
		if entry := publicEntry(f.Module); entry != nil && len(view.Layers) > before {
			lists = append(lists, components.MapList{
				Href:  town.Path(entry.Path[1:]),
				Label: i18n.T(ctx, "portal.town.list", i18n.V{"Title": i18n.T(ctx, f.Module.Title)}),
			})
		}
	}
	if len(view.Layers) == 0 {
		return nil
	}
	if len(lists) > 0 {
		view.ListHref, view.ListLabel, view.MoreLists = lists[0].Href, lists[0].Label, lists[1:]
	}
	return &view
}

// illustration is what a module draws of the town; a module that fails draws
// nothing: its trouble must not take the town's home page down.
func (p *Portal) illustration(ctx context.Context, town *tenants.Tenant, code string) (module.Illustration, bool) {
	for _, m := range p.deps.Registry().Modules() {
		source, can := m.(module.Illustrator)
		if !can || m.Manifest().Code != code {
			continue
		}
		drawn, known, err := source.Illustration(ctx, town)
		if err != nil {
			slog.WarnContext(ctx, "no illustration", "module", code, "tenant", town.Slug, "error", err.Error())
		}
		return drawn, known && err == nil
	}
	return module.Illustration{}, false
}

// layers gives the layers of a module that everybody may see: those it marks
// public, and those that draw an open dataset.
func (p *Portal) layers(code string, open []datasets.Dataset) []ogc.Description {
	var list []ogc.Description
	for _, m := range p.deps.Registry().Modules() {
		provider, can := m.(ogc.Provider)
		if !can || m.Manifest().Code != code {
			continue
		}
		for _, layer := range provider.Layers() {
			d := layer.Describe()
			published := slices.ContainsFunc(open, func(o datasets.Dataset) bool { return o.Slug() == d.ID })
			if d.Public || published {
				list = append(list, d)
			}
		}
	}
	return list
}

func mapLayer(ctx context.Context, town *tenants.Tenant, d ogc.Description) components.MapLayer {
	return components.MapLayer{
		ID: d.ID, Label: i18n.T(ctx, d.Title), Kind: components.MapTiles, CellZoom: tile.CountZoom,
		Tiles: town.Path("ogc/collections/" + d.ID + "/tiles/WebMercatorQuad/{z}/{y}/{x}"),
	}
}
