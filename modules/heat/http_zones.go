package heat

import (
	"encoding/json"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/heat/lcz"
	"acvdata/modules/heat/views"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/web/components"
)

// mountZones registers the page of local climate zones and the shapes its map
// draws.
func (m *Module) mountZones(r module.Router) {
	r.Public.Get("/chaleur/zones", authz.Public(), m.zonesPage)
	r.Public.Get("/chaleur/zones.geojson", authz.Public(), m.zonesShapes)
	r.Workspace.Get("/chaleur/zones", authz.Can(PermissionRead), m.zonesDesk)
}

// zonesDesk is where an import of zones leads: the page everybody sees.
func (m *Module) zonesDesk(c *fiber.Ctx) error {
	return c.Redirect(httpd.Scope(c).Town.Path("chaleur/zones"), fiber.StatusSeeOther)
}

func (m *Module) zonesPage(c *fiber.Ctx) error {
	d := m.newDesk(c, false)
	zones, err := m.service.Zones(d.ctx, d.town.ID)
	if err != nil {
		return err
	}
	v := views.Zones{Shell: httpd.Shell(c, d.t("heat.zones.title", i18n.V{"Of": i18n.Of(d.town.Name)})), Tabs: d.tabs("/zones")}
	v.Shell.Description, v.Shell.Wide = d.t("heat.zones.lead"), true
	v.Shell.Crumbs = []components.Crumb{{Label: d.t("heat.module.title"), Href: d.path("")}, {Label: d.t("heat.tab.zones")}}
	if zones.Layer == 0 {
		v.Empty = &views.Empty{Props: components.EmptyProps{Icon: "layers", Title: d.t("heat.zones.none"), Text: d.t("heat.zones.none_text")}}
		if httpd.Allowed(c, PermissionImport) && httpd.Allowed(c, imports.RunPermission) {
			v.Empty.Actions = []components.LinkProps{
				{Label: d.t("heat.zones.import"), Href: d.town.Path("espace/imports"), Icon: "file-up", Kind: components.Primary},
			}
		}
		return httpd.Render(c, fiber.StatusOK, views.ZonesPage(v))
	}
	v.Map, v.Table, v.Levels = d.zonesMap(m, zones), d.zonesTable(zones), d.levelsChart(zones)
	v.Finding = d.t("heat.zones.total", i18n.V{"Area": hectares(zones.AreaM2), "Date": i18n.Date(zones.At)})
	v.Method = []string{d.t("heat.zones.method"), d.t("heat.zones.limits"), d.t("heat.zones.sources")}
	v.Data = d.dataLinks()
	return httpd.Render(c, fiber.StatusOK, views.ZonesPage(v))
}

// hectares writes an area.
func hectares(m2 float64) string { return decimal(m2/10_000, 1) + i18n.NBSP + "ha" }

// share is a share in whole percents; what is there is never called nothing.
func (d *desk) share(part float64) string {
	if part > 0 && part < 0.01 {
		return d.t("heat.zones.under_one")
	}
	return i18n.Percent(part, 0)
}

func (d *desk) className(c lcz.Class) string { return c.Code() + i18n.NBSP + "· " + d.t(c.LabelKey()) }

func (d *desk) zonesMap(m *Module, zones ZoneMap) components.MapProps {
	layer := components.MapLayer{
		ID: "zones", Label: d.t("heat.tab.zones"), Kind: components.MapAreas, Property: "lcz", Text: "lcz", Name: "name",
		URL: d.path(fmt.Sprintf("/zones.geojson?carte=%d", zones.Layer)),
	}
	for _, share := range zones.Shares {
		layer.Classes = append(layer.Classes, components.MapClass{
			Value: share.Class.Code(), Label: d.className(share.Class), Shape: components.Square, Tone: components.Tone(share.Class.Slug()),
			Count: d.share(share.AreaM2 / zones.AreaM2),
		})
	}
	return components.MapProps{
		Title: d.t("heat.zones.map"), TitleHidden: true, Bounds: around(zones.Bounds, d.town.Bounds),
		Places: []components.MapPlace{components.TownPlace(d.town)}, Layers: []components.MapLayer{layer}, BaseMap: m.background,
		ListHref: "#zones", ListLabel: d.t("heat.zones.list"), Approximate: d.town.Approximate,
	}
}

// around frames what is shown: the zones, with the town when it is near.
func around(zones, town tenants.Bounds) tenants.Bounds {
	if zones.West > town.East+farthest || zones.East < town.West-farthest || zones.South > town.North+farthest || zones.North < town.South-farthest {
		return zones
	}
	return tenants.Bounds{
		West: min(zones.West, town.West), South: min(zones.South, town.South), East: max(zones.East, town.East), North: max(zones.North, town.North),
	}
}

func (d *desk) zonesTable(zones ZoneMap) components.TableProps {
	t := components.TableProps{
		ID: "classes-lcz", Caption: d.t("heat.zones.caption"), CaptionHidden: true, Stack: true,
		Columns: []components.Column{
			{Label: d.t("heat.column.code")},
			{Label: d.t("heat.column.zone")},
			{Label: d.t("heat.column.level")},
			{Label: d.t("heat.column.area"), Numeric: true},
			{Label: d.t("heat.column.share"), Numeric: true},
			{Label: d.t("heat.column.count"), Numeric: true},
		},
	}
	for _, s := range zones.Shares {
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Node: views.ZoneKey(s.Class.Slug(), s.Class.Code())},
			{Text: d.t(s.Class.LabelKey())},
			{Text: d.t(s.Class.Level().LabelKey())},
			{Text: hectares(s.AreaM2)},
			{Text: i18n.Percent(s.AreaM2/zones.AreaM2, 1)},
			{Text: i18n.Number(s.Zones)},
		}})
	}
	return t
}

var levelTones = map[lcz.Level]components.Tone{
	lcz.Strong: components.Warmest, lcz.Medium: components.Warm, lcz.Weak: components.Mild, lcz.Cool: components.Cool,
}

// levelsChart shows what share of the map tends to hold heat.
func (d *desk) levelsChart(zones ZoneMap) components.Chart {
	c := components.Chart{
		ID: "niveaux", Title: d.t("heat.zones.levels"), Heading: d.t("heat.column.level"), Measure: d.t("heat.column.area"), Unit: "ha",
		Source: d.t("heat.zones.source"), Tone: components.Heat,
	}
	area := map[lcz.Level]float64{}
	for _, s := range zones.Shares {
		area[s.Class.Level()] += s.AreaM2
	}
	for _, level := range lcz.Levels() {
		c.Data = append(c.Data, components.Datum{
			Label: d.t(level.LabelKey()), Value: area[level], Shown: hectares(area[level]), Tone: levelTones[level],
		})
	}
	c.Finding = d.t("heat.zones.finding", i18n.V{"Share": i18n.Percent(area[lcz.Strong]/zones.AreaM2, 0)})
	return c
}

// zonesShapes gives the shapes of the map shown, one a class. They are the same
// until another map takes their place.
func (m *Module) zonesShapes(c *fiber.Ctx) error {
	d := m.newDesk(c, false)
	zones, err := m.service.Zones(d.ctx, d.town.ID)
	if err != nil {
		return err
	}
	if zones.Layer == 0 {
		return fault.New(fault.NotFound, "heat.zones.none")
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=0, must-revalidate")
	etag := fmt.Sprintf(`W/"%s-%d"`, d.town.Slug, zones.Layer)
	if err := httpd.NotModified(c, etag); err != nil || c.Response().StatusCode() == fiber.StatusNotModified {
		return err
	}
	shapes, err := m.service.ZoneShapes(d.ctx, d.town.ID, zones.Layer)
	if err != nil {
		return err
	}
	list := make([]feature, len(shapes))
	for i, s := range shapes {
		list[i] = feature{Type: "Feature", Geometry: json.RawMessage(s.Outline), Properties: map[string]any{
			"lcz": s.Class.Code(), "name": d.className(s.Class),
		}}
	}
	c.Set(fiber.HeaderContentType, "application/geo+json")
	return c.Send(collection(list))
}
