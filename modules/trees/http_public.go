package trees

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/trees/taxa"
	"acvdata/modules/trees/views"
	"acvdata/services/authz"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/web/components"
)

// publicBase is where residents find the trees, below the town's address.
const publicBase = "arbres"

// publicPageSize keeps the list about as long as the map beside it is useful.
const publicPageSize = 25

// mountPublic registers the pages for everybody.
func (m *Module) mountPublic(r module.Router) {
	r.Public.Get("/arbres", authz.Public(), m.publicList)
	r.Public.Get("/arbres/:"+paramNumber, authz.Public(), m.publicTree)
	r.Public.Get("/arbres/:"+paramNumber+"/fiche", authz.Public(), m.publicPopup)
}

func (m *Module) newWalk(c *fiber.Ctx) (*desk, error) {
	d, err := m.newDesk(c)
	if d != nil {
		d.base = publicBase
	}
	return d, err
}

func (m *Module) publicList(c *fiber.Ctx) error {
	d, err := m.newWalk(c)
	if err != nil {
		return err
	}
	query, err := queryOf(c)
	if err != nil {
		return err
	}
	filter, err := ParseFilter(query, d.register)
	if err != nil {
		return err
	}
	list := List{Size: publicPageSize, Filter: filter, Order: ParseOrder(query.Get(paramOrder)), After: query.Get(paramAfter), Before: query.Get(paramBefore)}
	page, facets, err := m.service.List(d.ctx, d.town.ID, list)
	if err != nil {
		return err
	}
	v := m.draw(d, list, page, facets)
	if page.Total == 0 && filter.Active() == 0 {
		return httpd.Render(c, fiber.StatusOK, views.NoTreesPage(v))
	}
	return httpd.Render(c, fiber.StatusOK, views.ListPage(v))
}

func (m *Module) draw(d *desk, l List, page Page, facets Facets) views.List {
	v := views.List{Shell: httpd.Shell(d.c, d.t("trees.public.title")), Map: m.wholeMap(d, l.Filter)}
	v.Shell.Wide = true
	v.Shell.Description = d.t("trees.public.description", i18n.V{"Town": d.town.Name, "Count": page.Total})
	v.Count = d.t("trees.public.count", i18n.N(page.Total))
	v.Actions = []components.LinkProps{
		{Label: d.t("trees.public.figures"), Href: d.path("/chiffres"), Icon: "chart-column", Kind: components.Primary},
	}
	if page.Total == 0 && l.Filter.Active() == 0 {
		v.Empty = &views.WorkspaceEmpty{Props: components.EmptyProps{
			Icon: "trees", Title: d.t("trees.public.none"), Text: d.t("trees.public.none_text", i18n.V{"Town": d.town.Name}),
		}}
		return v
	}
	v.Filters = d.filters(l, facets)
	v.Filters.Bar.Target, v.Filters.Bar.Results = "#resultats", v.Count
	if page.Total == 0 {
		v.Empty = d.empty(l.Filter)
		return v
	}
	if l.Filter.Counted() && facets.Standing != page.Total {
		v.Details = d.t("trees.public.standing", i18n.N(facets.Standing))
	}
	v.Table = d.walkTable(l, page.Items)
	v.Pages = components.Pages{Previous: d.pageAt(l, paramBefore, page.Previous), Next: d.pageAt(l, paramAfter, page.Next)}
	return v
}

// walkTable is the list beside the map: narrow, the species first.
func (d *desk) walkTable(l List, items []Item) components.TableProps {
	t := components.TableProps{ID: "arbres", Caption: d.t("trees.desk.caption", i18n.V{"Order": d.t(l.Order.LabelKey())}), CaptionHidden: true}
	t.Columns = []components.Column{
		d.head(l, "trees.desk.species", BySpecies, false), d.head(l, "trees.field.hauteur", ByHeight, true),
		d.head(l, "trees.desk.girth", ByCircumference, true),
	}
	for _, i := range items {
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: d.speciesName(i.Taxon, i.SpeciesText), Href: d.numbered(i.Number, ""), Note: placeNote(i)},
			{Text: metresText(i.HeightM)},
			{Text: centimetresText(i.Circumference)},
		}})
	}
	return t
}

func placeNote(i Item) string {
	switch {
	case i.Address == "":
		return i.District
	case i.District == "":
		return i.Address
	}
	return i.Address + ", " + i.District
}

// speciesName is the French name, else what the town wrote.
func (d *desk) speciesName(t taxa.Taxon, written string) string {
	if t.ID == taxa.UnknownID && written != "" {
		return d.t("trees.desk.written", i18n.V{"Text": written})
	}
	return t.French
}

// wholeMap draws the selection; its filters follow the form of the page.
func (m *Module) wholeMap(d *desk, f Filter) components.MapProps {
	return components.MapProps{
		Title: d.t("trees.public.map"), TitleHidden: true, Bounds: d.town.Bounds, Places: []components.MapPlace{components.TownPlace(d.town)},
		Layers: []components.MapLayer{m.mapLayer(d)}, BaseMap: m.background, Query: f.Values().Encode(), QueryForm: "#filtres",
		ListHref: "#resultats", ListLabel: d.t("trees.public.list"), Approximate: d.town.Approximate,
	}
}

func (m *Module) mapLayer(d *desk) components.MapLayer {
	return components.MapLayer{
		ID: LayerID, Label: d.t("trees.layer.title"), Kind: components.MapTiles, CellZoom: 13, MaxZoom: 18,
		Tiles:    d.town.Path("ogc/collections/" + LayerID + "/tiles/WebMercatorQuad/{z}/{y}/{x}"),
		Property: attributeKind, Detail: d.path("/{id}/fiche"),
		Classes: []components.MapClass{
			{Value: kindBroadleaf, Label: d.t("trees.kind.broadleaf"), Shape: components.Circle, Tone: components.OK},
			{Value: kindConifer, Label: d.t("trees.kind.conifer"), Shape: components.Triangle, Tone: components.Data},
			{Value: kindUnknown, Label: d.t("trees.kind.unknown"), Shape: components.Diamond, Tone: components.Neutral},
			{Value: kindGone, Label: d.t("trees.kind.gone"), Shape: components.Cross, Tone: components.Danger},
		},
	}
}

func (m *Module) publicPopup(c *fiber.Ctx) error {
	d, t, err := m.one(c)
	if err != nil {
		return err
	}
	return httpd.Render(c, fiber.StatusOK, views.PopupCard(views.Popup{
		Title: d.speciesName(t.Taxon, t.SpeciesText), Latin: t.Taxon.Scientific, Marks: d.marks(t),
		Facts: d.sizes(t), Link: components.LinkProps{Label: d.t("trees.public.open"), Href: d.numbered(t.Number, ""), After: "arrow-right"},
	}))
}

// one reads the tree of the address.
func (m *Module) one(c *fiber.Ctx) (*desk, *Tree, error) {
	d, err := m.newWalk(c)
	if err != nil {
		return nil, nil, err
	}
	number, err := treeNumber(c)
	if err != nil {
		return nil, nil, err
	}
	t, err := m.service.Tree(d.ctx, d.town.ID, number)
	return d, t, err
}

// selection is the list's address with one condition.
func (d *desk) selection(param, value string) string {
	return d.with(url.Values{param: {value}})
}
