package heat

import (
	"context"
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"

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

const paramYear = "annee"

// mountPublic registers the pages for everybody.
func (m *Module) mountPublic(r module.Router) {
	r.Public.Get("/chaleur", authz.Public(), m.publicTown)
	r.Public.Get("/chaleur/stations/:"+paramStation, authz.Public(), m.publicStation)
}

// desk turns a town's heat into what pages show.
type desk struct {
	c     *fiber.Ctx
	ctx   context.Context //nolint:containedctx // lives as long as the request
	town  *tenants.Tenant
	staff bool
	now   time.Time
	rule  Threshold
}

func (m *Module) newDesk(c *fiber.Ctx, staff bool) *desk {
	town := httpd.Scope(c).Town
	return &desk{c: c, ctx: c.UserContext(), town: town, staff: staff, now: m.service.now(), rule: ThresholdOf(town)}
}

func (d *desk) t(key string, args ...i18n.Arg) string { return i18n.T(d.ctx, key, args...) }

// path is an address of the pages about heat.
func (d *desk) path(rest string) string {
	if d.staff {
		return d.town.Path("espace/chaleur" + rest)
	}
	return d.town.Path("chaleur" + rest)
}

func (d *desk) station(code string) string { return d.path("/stations/" + code) }

func (d *desk) tabs(current string) []components.Tab {
	tab := func(path, key, icon string) components.Tab {
		return components.Tab{Label: d.t(key), Href: d.town.Path("chaleur" + path), Icon: icon, Current: path == current}
	}
	return []components.Tab{
		tab("", "heat.tab.town", "thermometer-sun"),
		tab("/zones", "heat.tab.zones", "layers"),
	}
}

func (m *Module) publicTown(c *fiber.Ctx) error {
	d := m.newDesk(c, false)
	g, err := m.service.Glance(d.ctx, d.town, true)
	if err != nil {
		return err
	}
	v := views.Town{Shell: httpd.Shell(c, d.t("heat.public.title", i18n.V{"At": i18n.Of(d.town.Name)})), Tabs: d.tabs("")}
	v.Shell.Description = d.t("heat.public.description", i18n.V{"Of": i18n.Of(d.town.Name)})
	v.Shell.Wide = true
	if !g.Readings {
		v.Empty = d.nothing(len(g.Stations))
		return httpd.Render(c, fiber.StatusOK, views.TownPage(v))
	}
	_, last, err := m.service.Extent(d.ctx, d.town.ID)
	if err != nil {
		return err
	}
	year, err := readYear(c, last)
	if err != nil {
		return err
	}
	days, err := m.service.TownDays(d.ctx, d.town, time.Date(last.Year()-9, time.January, 1, 0, 0, 0, 0, time.UTC), last)
	if err != nil {
		return err
	}
	islands, at, err := m.newestIsland(d.ctx, d.town, last)
	if err != nil {
		return err
	}
	d.fill(&v, m, &g, days, year)
	v.Island = d.islandChart(islands, at)
	v.Now.Lines = append(v.Now.Lines, d.compared(&g)...)
	return httpd.Render(c, fiber.StatusOK, views.TownPage(v))
}

// newestIsland reads the island of the newest warm season that has one.
func (m *Module) newestIsland(ctx context.Context, town *tenants.Tenant, last time.Time) (list []Island, year int, err error) {
	for year = last.Year(); year > last.Year()-2; year-- {
		from, to := season(year)
		if list, err = m.service.Islands(ctx, town.ID, from, to, true); err != nil || len(list) > 0 {
			return list, year, err
		}
	}
	return nil, last.Year(), nil
}

// readYear is the year of the calendar, the newest one without a choice.
func readYear(c *fiber.Ctx, last time.Time) (int, error) {
	text := c.Query(paramYear)
	if text == "" {
		return last.Year(), nil
	}
	t, err := time.Parse("2006", text)
	if err != nil || t.Year() < oldest.Year() || t.Year() > last.Year()+1 {
		return 0, fault.New(fault.Invalid, "heat.fault.year", fault.On(paramYear, "heat.fault.year", nil))
	}
	return t.Year(), nil
}

func (d *desk) nothing(stations int) *views.Empty {
	e := &views.Empty{Props: components.EmptyProps{
		Icon: "thermometer-sun", Title: d.t("heat.public.none"), Text: d.t("heat.public.none_text", i18n.V{"Town": d.town.Name}),
	}}
	if stations > 0 {
		e.Props.Text = d.t("heat.public.none_yet", i18n.N(stations))
	}
	if httpd.Allowed(d.c, PermissionImport) && httpd.Allowed(d.c, imports.RunPermission) {
		e.Actions = []components.LinkProps{
			{Label: d.t("heat.desk.import"), Href: d.town.Path("espace/imports"), Icon: "file-up", Kind: components.Primary},
		}
	}
	return e
}

// fill writes the page of a town that has readings.
func (d *desk) fill(v *views.Town, m *Module, g *Glance, days []TownDay, year int) {
	years := Summary(days, d.rule)
	v.Now = d.nowOf(g)
	v.Stats = d.stats(g, years)
	v.Ranking, v.Night = d.ranking(g), d.nightText(g)
	v.Map = d.nightMap(m, g)
	v.Years, v.Summer, v.Rule = d.yearsTable(years), d.summerText(years), d.ruleText()
	v.Months = d.months(days, year)
	for _, y := range years {
		v.Season = append(v.Season, components.Tab{
			Label: i18n.Text(y.Year), Href: d.path("?" + paramYear + "=" + i18n.Text(y.Year) + "#calendrier"), Current: y.Year == year,
		})
	}
	v.Method = []string{d.t("heat.method.air"), d.t("heat.method.median"), d.t("heat.method.checks"), d.t("heat.method.island"), d.t("heat.method.sources")}
	v.Data = d.dataLinks()
}

// dataLinks leads to what the town publishes of it.
func (d *desk) dataLinks() []components.LinkProps {
	if !d.town.Has("opendata") {
		return nil
	}
	return []components.LinkProps{{Label: d.t("heat.data"), Href: d.town.Path("donnees?theme=heat"), Icon: "database"}}
}

// nowOf says how hot it is, or was when last known.
func (d *desk) nowOf(g *Glance) views.Now {
	value, n, at := g.Now(d.now)
	if n > 0 {
		return views.Now{
			Value: degrees(value, 1), Class: heatClass(value), At: d.t("heat.now.at", i18n.V{"Time": i18n.DateTime(at), "Count": n}),
			Machine: at.UTC().Format(time.RFC3339), Title: d.t("heat.now.title", i18n.V{"Value": degrees(value, 1), "Town": d.town.Name}),
		}
	}
	var last time.Time
	for i := range g.Stations {
		if t := g.Stations[i].Temperature.Last; t.After(last) {
			last = t
		}
	}
	return views.Now{
		Title: d.t("heat.now.none", i18n.V{"Town": d.town.Name}), Machine: last.UTC().Format(time.RFC3339),
		Lines: []string{d.t("heat.now.none_text")}, At: d.t("heat.now.last", i18n.V{"Date": i18n.Date(last)}),
	}
}

// compared says how much warmer the town is than its reference right now.
func (d *desk) compared(g *Glance) []string {
	middle, n, _ := g.Now(d.now)
	reference := g.Reference()
	if n == 0 || reference == nil || !reference.Fresh(d.now) {
		return nil
	}
	difference := middle - reference.Temperature.Value
	name := i18n.V{"Name": reference.Name, "Excess": degrees(abs(difference), 1)}
	switch {
	case difference >= 0.3:
		return []string{d.t("heat.now.warmer", name)}
	case difference <= -0.3:
		return []string{d.t("heat.now.cooler", name)}
	}
	return []string{d.t("heat.now.same", name)}
}

func abs(v float64) float64 {
	if v < 0 {
		return -v
	}
	return v
}

// nightClass puts a station among the others of the same night, from the
// coolest fifth to the warmest.
func nightClass(rank, of int) int { return min(rank*len(nightSteps)/max(of, 1), len(nightSteps)-1) }

// nightSteps are the classes of the map: each its shape, colour and name.
var nightSteps = []components.MapClass{
	{Value: "1", Label: "heat.step.coolest", Shape: components.Square, Tone: components.Coolest},
	{Value: "2", Label: "heat.step.cool", Shape: components.Diamond, Tone: components.Cool},
	{Value: "3", Label: "heat.step.mild", Shape: components.Circle, Tone: components.Mild},
	{Value: "4", Label: "heat.step.warm", Shape: components.Triangle, Tone: components.Warm},
	{Value: "5", Label: "heat.step.warmest", Shape: components.Cross, Tone: components.Warmest},
}

type feature struct {
	Type       string         `json:"type"`
	Geometry   any            `json:"geometry"`
	Properties map[string]any `json:"properties"`
}

func collection(list []feature) json.RawMessage {
	raw, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": list})
	if err != nil {
		return nil // numbers and texts only: it cannot happen
	}
	return raw
}

func pointOf(p tenants.Point) any {
	return map[string]any{"type": "Point", "coordinates": [2]float64{p.Lon, p.Lat}}
}

// nightMap shows the stations by the minimum of the last night known.
func (d *desk) nightMap(m *Module, g *Glance) components.MapProps {
	layer, bounds, known := nightLayer(d.ctx, d.town, g)
	if !known {
		return components.MapProps{}
	}
	return components.MapProps{
		Title: d.t("heat.night.map"), TitleHidden: true, Level: 3, Bounds: bounds, Places: []components.MapPlace{components.TownPlace(d.town)},
		Layers:  []components.MapLayer{layer},
		BaseMap: m.background, ListHref: "#classement", ListLabel: d.t("heat.night.list"), Approximate: d.town.Approximate,
	}
}
