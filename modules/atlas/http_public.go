package atlas

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/atlas/views"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/web/components"
)

// Addresses below the town's.
const (
	speciesPath = LayerID + "/especes"
	paramSlug   = "taxon"
	paramOnly   = "statut"
)

// mountPublic registers the pages for everybody.
func (m *Module) mountPublic(r module.Router) {
	r.Public.Get("/"+LayerID, authz.Public(), m.townPage)
	r.Public.Get("/"+speciesPath, authz.Public(), m.indexPage)
	r.Public.Get("/"+LayerID+"/mailles.geojson", authz.Public(), m.cellsFile)
	r.Public.Get("/"+speciesPath+"/:"+paramSlug, authz.Public(), m.sheetPage)
}

// guide turns the atlas into what pages show.
type guide struct {
	c    *fiber.Ctx
	ctx  context.Context //nolint:containedctx // lives as long as the request
	town *tenants.Tenant
}

func newGuide(c *fiber.Ctx) *guide {
	return &guide{c: c, ctx: c.UserContext(), town: httpd.Scope(c).Town}
}

func (g *guide) t(key string, args ...i18n.Arg) string { return i18n.T(g.ctx, key, args...) }

func (g *guide) path(rest string) string { return g.town.Path(LayerID + rest) }

func (g *guide) species(t Taxon) string { return g.town.Path(speciesPath + "/" + t.Slug()) }

func (m *Module) townPage(c *fiber.Ctx) error {
	g := newGuide(c)
	survey, err := m.service.Survey(g.ctx, g.town.ID)
	if err != nil {
		return err
	}
	v := views.Town{
		Shell: httpd.Shell(c, g.t("atlas.town.title")),
		Hero: components.HeroProps{
			Eyebrow: g.t("atlas.module.title"), Title: g.t("atlas.town.heading", i18n.V{"Of": i18n.Of(g.town.Name)}), Lead: g.t("atlas.town.lead"), Seed: g.town.Slug,
		},
		Actions: []components.LinkProps{{Label: g.t("atlas.town.all"), Href: g.town.Path(speciesPath), Icon: "list", Kind: components.Primary}},
	}
	v.Shell.Description = g.t("atlas.town.description", i18n.V{"Town": g.town.Name})
	if httpd.Allowed(c, PermissionEdit) {
		v.Actions = append(v.Actions, components.LinkProps{Label: g.t("atlas.desk.add"), Href: g.town.Path("espace/" + LayerID + "/nouvelle"), Icon: "plus"})
	}
	if survey.InTown()+survey.Around() == 0 {
		v.Actions = nil
		v.Empty = g.nothing()
		return httpd.Render(c, fiber.StatusOK, views.TownPage(v))
	}
	b := board{guide: g, survey: survey, background: m.background}
	b.fill(&v)
	return httpd.Render(c, fiber.StatusOK, views.TownPage(v))
}

// nothing says that the atlas is still to be started, and how for who may.
func (g *guide) nothing() *views.Empty {
	e := &views.Empty{Props: components.EmptyProps{Icon: "bird", Title: g.t("atlas.empty.title"), Text: g.t("atlas.empty.text")}}
	if httpd.Allowed(g.c, PermissionImport) {
		e.Props.Text = g.t("atlas.empty.text_staff")
		e.Actions = []components.LinkProps{{Label: g.t("atlas.desk.import"), Href: g.town.Path("espace/imports"), Icon: "file-up", Kind: components.Primary}}
	}
	return e
}

// indexSize is how many species a page of the list shows.
const indexSize = 60

func (m *Module) indexPage(c *fiber.Ctx) error {
	g := newGuide(c)
	query, err := queryOf(c)
	if err != nil {
		return err
	}
	ask, err := parseAsk(query)
	if err != nil {
		return err
	}
	survey, err := m.service.Survey(g.ctx, g.town.ID)
	if err != nil {
		return err
	}
	list := survey.find(ask)
	v := views.Index{Shell: httpd.Shell(c, g.t("atlas.index.title")), Lead: g.t("atlas.index.lead", i18n.V{"Of": i18n.Of(g.town.Name)})}
	v.Shell.Description = v.Lead
	v.Shell.Crumbs = []components.Crumb{{Label: g.t("atlas.nav"), Href: g.path("")}, {Label: v.Shell.Title}}
	g.filters(&v, survey, ask)
	v.Count = g.t("atlas.index.count", i18n.N(int64(len(list))))
	v.Bar.Target, v.Bar.Results = "#resultats", v.Count
	shown := list[min(ask.skip, len(list)):min(ask.skip+indexSize, len(list))]
	for _, r := range shown {
		v.Species = append(v.Species, g.item(r, g.records(r)))
	}
	v.Pages = g.pages(ask, len(list))
	if len(list) == 0 {
		v.Empty = g.noneFound(ask)
	}
	return httpd.Render(c, fiber.StatusOK, views.IndexPage(v))
}

func (g *guide) noneFound(a ask) *views.Empty {
	if a.active() == 0 {
		return g.nothing()
	}
	return &views.Empty{
		Props:   components.EmptyProps{Icon: "search-x", Title: g.t("atlas.index.none"), Text: g.t("atlas.index.none_text")},
		Actions: []components.LinkProps{{Label: g.t("atlas.index.reset"), Href: g.town.Path(speciesPath), Icon: "x"}},
	}
}

func (g *guide) pages(a ask, total int) components.Pages {
	at := func(skip int) string {
		values := a.values()
		if skip > 0 {
			values.Set(paramAfter, itoa(skip))
		}
		return strings.TrimSuffix(g.town.Path(speciesPath)+"?"+values.Encode(), "?")
	}
	var p components.Pages
	if a.skip > 0 {
		p.Previous = at(max(0, a.skip-indexSize))
	}
	if a.skip+indexSize < total {
		p.Next = at(a.skip + indexSize)
	}
	return p
}

// filters draws the conditions with the choices that lead somewhere.
func (g *guide) filters(v *views.Index, s *Survey, a ask) {
	v.Bar = components.FilterProps{Label: g.t("atlas.index.filter"), Action: g.town.Path(speciesPath), Active: a.active()}
	if a.active() > 0 {
		v.Bar.Reset = g.town.Path(speciesPath)
	}
	v.Text = components.Field{Name: paramText, Type: "search", Label: g.t("atlas.index.text"), Value: a.text, Attrs: map[string]any{"maxlength": "80"}}
	v.Group = components.Field{Name: paramGroup, Label: g.t("atlas.index.group"), Blank: g.t("atlas.index.all")}
	counts := map[Group]int{}
	for _, r := range s.Species {
		counts[r.Taxon.Group]++
	}
	for _, group := range groups {
		if counts[group] > 0 || a.group == group {
			v.Group.Choices = append(v.Group.Choices, components.Choice{
				Value: string(group), Label: g.t(group.LabelKey()) + " (" + i18n.Number(counts[group]) + ")", Selected: a.group == group,
			})
		}
	}
	v.Only = components.Field{Name: paramOnly, Label: g.t("atlas.index.only"), Blank: g.t("atlas.index.all")}
	for _, only := range onlies {
		v.Only.Choices = append(v.Only.Choices, components.Choice{Value: only, Label: g.t("atlas.only." + only), Selected: a.only == only})
	}
}

// ask is what of the species is asked for.
type ask struct {
	text, only string
	group      Group
	skip       int
}

var onlies = []string{"protected", "threatened", "invasive"}

// parseAsk reads the address; a value nobody knows is an invalid fault.
func parseAsk(query url.Values) (a ask, err error) {
	a = ask{text: cut(strings.TrimSpace(query.Get(paramText)), 80), only: query.Get(paramOnly), group: Group(query.Get(paramGroup))}
	if a.group != "" && !a.group.Known() {
		return a, refuseFilter(paramGroup)
	}
	if a.only != "" && !slices.Contains(onlies, a.only) {
		return a, refuseFilter(paramOnly)
	}
	if text := query.Get(paramAfter); text != "" {
		skip, ok := parseSlug(text)
		if !ok || skip < 0 {
			return a, refuseFilter(paramAfter)
		}
		a.skip = skip
	}
	return a, nil
}

func (a ask) active() (n int) {
	for _, v := range []string{a.text, a.only, string(a.group)} {
		if v != "" {
			n++
		}
	}
	return n
}

func (a ask) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{paramText: a.text, paramOnly: a.only, paramGroup: string(a.group)} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// find lists the species asked for, most records first. Search looks at what is
// shown only: nobody learns of a hidden record by its name.
func (v *Survey) find(a ask) []Record {
	words := strings.Fields(wordsOf(a.text))
	var found []Record
	for _, r := range v.Species {
		if a.group != "" && r.Taxon.Group != a.group || a.only != "" && !r.Taxon.is(a.only) {
			continue
		}
		named := wordsOf(r.Taxon.Name, r.Taxon.French)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(named, " "+w) }) {
			found = append(found, r)
		}
	}
	return found
}

func (t Taxon) is(only string) bool {
	switch only {
	case "protected":
		return t.Protected()
	case "threatened":
		return t.Threatened()
	}
	_, listed := t.Status("invasive")
	return listed || t.Origin == "J"
}

// queryOf reads the parameters of the address.
func queryOf(c *fiber.Ctx) (url.Values, error) {
	values, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return nil, fault.New(fault.Invalid, "atlas.fault.filter", fault.Because(err))
	}
	return values, nil
}

// records says how many records a species has.
func (g *guide) records(r Record) string {
	if r.InTown == 0 {
		return g.t("atlas.records.around", i18n.N(r.Around))
	}
	return g.t("atlas.records", i18n.N(r.InTown))
}

// item is a species in a list.
func (g *guide) item(r Record, note string) views.Species {
	s := views.Species{Figure: views.Figure(r.Taxon.Group), Name: r.Taxon.Title(), Note: note, Href: g.species(r.Taxon), Marks: g.marks(r.Taxon)}
	if r.Taxon.French != "" {
		s.Latin = r.Taxon.Name
	}
	return s
}

var redTones = map[string]components.Tone{"CR": components.Danger, "EN": components.Danger, "VU": components.Danger, "NT": components.Warning}

// marks are a taxon's statuses in a few words: those that matter to people.
func (g *guide) marks(t Taxon) []views.Mark {
	var list []views.Mark
	if s, ok := t.Status("redlist"); ok && redTones[s.Code] != "" {
		list = append(list, views.Mark{Label: g.t("atlas.redlist." + s.Code), Tone: redTones[s.Code], Icon: "triangle-alert"})
	}
	if t.Protected() {
		list = append(list, views.Mark{Label: g.t("atlas.mark.protected"), Tone: components.OK, Icon: "shield-check"})
	}
	if t.is("invasive") {
		list = append(list, views.Mark{Label: g.t("atlas.mark.invasive"), Tone: components.Warning, Icon: "circle-alert"})
	}
	if t.Local {
		list = append(list, views.Mark{Label: g.t("atlas.mark.local"), Icon: "circle-help"})
	}
	return list
}
