package ogc

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/geo/tile"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/ogc/views"
	"acvdata/tenants"
	"acvdata/web/components"
	"acvdata/web/layout"
)

func (s *Service) listCollections(c *fiber.Ctx) error {
	form, rest, err := representation(c)
	if err == nil {
		err = only(rest)
	}
	if err != nil {
		return err
	}
	ctx, r := c.UserContext(), readerOf(c)
	list, err := s.collections(ctx, r)
	if err != nil {
		return err
	}
	a := s.address(r.town)
	title := i18n.T(ctx, "ogc.link.collections")
	doc := collectionsDocument{Links: both(a.to("collections"), form, mediaJSON, title), Collections: []collectionDocument{}}
	for i := range list {
		doc.Collections = append(doc.Collections, describe(ctx, a, r.town, &list[i], asJSON))
	}
	cards := make([]components.CardProps, len(list))
	for i, one := range list {
		cards[i] = components.CardProps{Title: one.title, Text: one.summary, Href: a.collection(one.id), Icon: "database"}
	}
	if s.catalogued(r.town) {
		all, err := s.records(ctx, r.town)
		if err != nil {
			return err
		}
		one := s.catalogueDocument(ctx, r.town, all, asJSON)
		doc.Collections = append(doc.Collections, one)
		cards = append(cards, components.CardProps{Title: one.Title, Text: one.Description, Href: a.collection(one.ID), Icon: "list"})
	}
	keep(c, true)
	if form == asJSON {
		return c.JSON(doc)
	}
	return httpd.Render(c, fiber.StatusOK, views.ResourcePage(views.Resource{
		Shell: s.shell(c, title), Title: title, Lead: i18n.T(ctx, "ogc.page.collections"), Cards: cards,
		Empty: i18n.T(ctx, "ogc.page.no_collection"),
	}))
}

func (s *Service) showCollection(c *fiber.Ctx) error {
	form, rest, err := representation(c)
	if err == nil {
		err = only(rest)
	}
	if err != nil {
		return err
	}
	ctx, r := c.UserContext(), readerOf(c)
	one, err := s.collection(ctx, r, c.Params("collection"))
	if err != nil {
		return err
	}
	keep(c, true)
	a := s.address(r.town)
	if form == asJSON {
		return c.JSON(describe(ctx, a, r.town, one, form))
	}
	return httpd.Render(c, fiber.StatusOK, views.ResourcePage(s.collectionPage(c, a, r.town, one)))
}

// describe is a collection as machines read it.
func describe(ctx context.Context, a address, town *tenants.Tenant, one *collection, form string) collectionDocument {
	doc := collectionDocument{
		ID: one.id, Title: one.title, Description: one.summary,
		Extent: extent{Spatial: spatialExtent{BBox: [][4]float64{boxOf(town)}, CRS: crs84}},
		Links:  both(a.collection(one.id), form, mediaJSON, one.title),
	}
	if d := one.dataset; d != nil {
		doc.Keywords, doc.License = d.Keywords, d.Licence.URL()
		doc.ItemType, doc.CRS, doc.StorageCRS = "feature", systemNames(), crs84
		if !d.TemporalStart.IsZero() {
			doc.Extent.Temporal = &temporalExtent{Interval: [][2]*string{{dayText(d.TemporalStart), dayText(d.TemporalEnd)}}}
		}
		items := i18n.T(ctx, "ogc.link.items")
		doc.Links = append(doc.Links,
			link{Href: in(a.items(one.id), asJSON), Rel: "items", Type: mediaGeoJSON, Title: items},
			link{Href: in(a.items(one.id), asHTML), Rel: "items", Type: mediaHTML, Title: items},
			link{Href: a.queryables(one.id), Rel: relQueryables, Type: mediaSchema, Title: i18n.T(ctx, "ogc.link.queryables")},
			link{Href: a.sortables(one.id), Rel: relSortables, Type: mediaSchema, Title: i18n.T(ctx, "ogc.link.sortables")},
			link{Href: d.Licence.URL(), Rel: "license", Title: d.Licence.Name()})
	}
	if one.layer != nil {
		doc.Links = append(doc.Links, link{
			Href: a.tilesets(one.id), Rel: relTilesets, Type: mediaJSON, Title: i18n.T(ctx, "ogc.link.tilesets"),
		})
	}
	return doc
}

func dayText(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(time.RFC3339)
	return &text
}

func (s *Service) collectionPage(c *fiber.Ctx, a address, town *tenants.Tenant, one *collection) views.Resource {
	ctx := c.UserContext()
	v := views.Resource{Shell: s.shell(c, one.title), Title: one.title, Lead: one.summary}
	if d := one.dataset; d != nil {
		v.Facts = []components.Definition{
			{Term: i18n.T(ctx, "ogc.page.licence"), Value: d.Licence.Name(), Href: d.Licence.URL()},
			{Term: i18n.T(ctx, "ogc.page.producer"), Value: d.Producer},
		}
		v.Cards = append(v.Cards, components.CardProps{
			Title: i18n.T(ctx, "ogc.link.items"), Text: i18n.T(ctx, "ogc.page.items"), Href: a.items(one.id), Icon: "list",
		})
		v.Cards = append(v.Cards, components.CardProps{
			Title: i18n.T(ctx, "ogc.link.queryables"), Text: i18n.T(ctx, "ogc.page.queryables"), Href: a.queryables(one.id), Icon: "filter",
		})
		v.Code = append(v.Code, views.Example{Label: i18n.T(ctx, "ogc.page.items_json"), Text: in(a.items(one.id), asJSON)})
	}
	if one.layer != nil {
		v.Map = townMap(ctx, town, one, a)
		v.Code = append(v.Code, views.Example{Label: i18n.T(ctx, "ogc.page.tiles"), Text: a.tileTemplate(one.id)})
	}
	return v
}

// townMap shows a layer over the town's outline.
func townMap(ctx context.Context, town *tenants.Tenant, one *collection, a address) *components.MapProps {
	path := town.Path("ogc/collections/" + one.id + "/tiles/" + gridName + "/{z}/{y}/{x}")
	m := &components.MapProps{
		Title: i18n.T(ctx, "ogc.page.map"), Bounds: town.Bounds, Places: []components.MapPlace{components.TownPlace(town)},
		Approximate: town.Approximate,
		Layers: []components.MapLayer{{
			ID: one.id, Label: one.title, Kind: components.MapTiles, Tiles: path,
			CellZoom: tile.CountZoom, MaxZoom: MaxZoom,
		}},
	}
	if one.dataset != nil {
		m.ListHref, m.ListLabel = a.items(one.id), i18n.T(ctx, "ogc.link.items")
	}
	return m
}

// shell leads back to the landing page.
func (s *Service) shell(c *fiber.Ctx, title string) layout.Shell {
	shell := httpd.Shell(c, title)
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	shell.Crumbs = []components.Crumb{
		{Label: i18n.T(ctx, "ogc.manifest.title"), Href: s.address(town).path + "/"},
		{Label: title},
	}
	return shell
}
