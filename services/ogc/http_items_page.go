package ogc

import (
	"bytes"
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/datasets"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/ogc/views"
	"acvdata/tenants"
	"acvdata/web/components"
)

// appendLinks writes links with their "&" as they are.
func appendLinks(b []byte, links []link) []byte {
	var text bytes.Buffer
	out := json.NewEncoder(&text)
	out.SetEscapeHTML(false)
	if err := out.Encode(links); err != nil {
		return append(b, "[]"...) // strings always marshal
	}
	return append(b, bytes.TrimSpace(text.Bytes())...)
}

// itemsPage shows a page of items as a table.
func (s *Service) itemsPage(c *fiber.Ctx, p *page) error {
	ctx := c.UserContext()
	slug, d := p.dataset.Slug(), p.dataset.Source
	a := s.address(p.town)
	view := views.Items{
		Shell: s.shell(c, p.dataset.Title), Title: p.dataset.Title, Lead: i18n.T(ctx, "ogc.page.items"),
		Empty: i18n.T(ctx, "ogc.page.no_item"),
		Table: components.TableProps{
			Caption: p.dataset.Title, CaptionHidden: true,
			Columns: []components.Column{{Label: i18n.T(ctx, "ogc.page.id")}},
		},
		JSON: views.Example{Label: i18n.T(ctx, "ogc.page.items_json"), Text: in(a.items(slug), asJSON)},
	}
	view.Shell.Wide = true
	for _, f := range d.Fields {
		view.Table.Columns = append(view.Table.Columns, components.Column{Label: f.Name, Numeric: f.Type.Numeric()})
	}
	for _, r := range p.rows {
		cells := []components.Cell{{Text: r.ID, Href: p.town.Path("ogc/collections/" + slug + "/items/" + r.ID)}}
		for i, f := range d.Fields {
			cells = append(cells, components.Cell{Text: datasets.Display(ctx, f, r.Values[i])})
		}
		view.Table.Rows = append(view.Table.Rows, components.Row{Cells: cells})
	}
	if p.next != "" {
		view.Pages.Next = p.town.Path("ogc/collections/"+slug+"/items") + "?" + following(p.query, p.next).Encode()
	}
	return httpd.Render(c, fiber.StatusOK, views.ItemsPage(view))
}

// itemPage shows one item.
func (s *Service) itemPage(c *fiber.Ctx, d *datasets.Dataset, r datasets.Row) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.Item{
		Shell: s.shell(c, r.ID), Title: r.ID,
		JSON: views.Example{Label: i18n.T(ctx, "ogc.page.item_json"), Text: in(s.address(town).item(d.Slug(), r.ID), asJSON)},
	}
	for i, f := range d.Source.Fields {
		view.Facts = append(view.Facts, components.Definition{Term: i18n.T(ctx, f.Label), Value: datasets.Display(ctx, f, r.Values[i])})
	}
	if r.Located {
		view.Map = spot(town, i18n.T(ctx, "ogc.page.map"), r)
	}
	return httpd.Render(c, fiber.StatusOK, views.ItemPage(view))
}

// spot shows where a row is.
func spot(town *tenants.Tenant, title string, r datasets.Row) *components.MapProps {
	return &components.MapProps{
		Title: title, Bounds: town.Bounds, Compact: true, Places: []components.MapPlace{components.TownPlace(town)},
		Marker: &tenants.Point{Lon: r.Lon, Lat: r.Lat}, MarkerLabel: r.ID, Approximate: town.Approximate,
	}
}
