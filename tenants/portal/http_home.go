package portal

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/httpd"
	"acvdata/services/i18n"
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
	published := p.datasets(ctx, town, latestDatasets)
	view.Datasets, view.AllDatasets, view.DatasetsHref = published.Newest, published.Total, published.Href
	view.Doors = p.doors(ctx, town)
	view.Map = p.townMap(ctx, town, view.Figures)
	return httpd.Render(c, fiber.StatusOK, views.TownPage(view))
}

const latestDatasets = 3

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
func (p *Portal) townMap(ctx context.Context, town *tenants.Tenant, figures []module.Figures) *components.MapProps {
	view := components.MapProps{
		Title: i18n.T(ctx, "portal.town.map"), Bounds: town.Bounds, Places: []components.MapPlace{components.TownPlace(town)},
		BaseMap: baseMap(p.deps.BaseMap), Approximate: town.Approximate,
	}
	for _, f := range figures {
		for _, layer := range p.layers(f.Module.Code) {
			view.Layers = append(view.Layers, mapLayer(ctx, town, layer))
		}
		if entry := publicEntry(f.Module); entry != nil && view.ListHref == "" && len(view.Layers) > 0 {
			view.ListHref, view.ListLabel = town.Path(entry.Path[1:]), i18n.T(ctx, f.Module.Title)
		}
	}
	if len(view.Layers) == 0 {
		return nil
	}
	return &view
}

// layers gives the layers of a module that everybody may see.
func (p *Portal) layers(code string) []ogc.Description {
	var list []ogc.Description
	for _, m := range p.deps.Registry().Modules() {
		provider, can := m.(ogc.Provider)
		if !can || m.Manifest().Code != code {
			continue
		}
		for _, layer := range provider.Layers() {
			if d := layer.Describe(); d.Public {
				list = append(list, d)
			}
		}
	}
	return list
}

// cellZoom is the deepest zoom at which the platform's tiles hold counts.
const cellZoom = 13

func mapLayer(ctx context.Context, town *tenants.Tenant, d ogc.Description) components.MapLayer {
	return components.MapLayer{
		ID: d.ID, Label: i18n.T(ctx, d.Title), Kind: components.MapTiles, CellZoom: cellZoom,
		Tiles: town.Path("ogc/collections/" + d.ID + "/tiles/WebMercatorQuad/{z}/{y}/{x}"),
	}
}

func baseMap(b httpd.BaseMap) components.BaseMap {
	if b != httpd.BaseMapIGN {
		return components.BaseMap{}
	}
	return components.BaseMap{Kind: string(b), Style: b.Style(), Attribution: "© IGN"}
}
