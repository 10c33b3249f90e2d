package trees

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/trees/taxa"
	"acvdata/modules/trees/views"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

func (m *Module) publicTree(c *fiber.Ctx) error {
	d, err := m.newWalk(c)
	if err != nil {
		return err
	}
	number, err := treeNumber(c)
	if err != nil {
		return err
	}
	view, err := m.service.View(d.ctx, d.town.ID, number)
	if err != nil {
		return err
	}
	return httpd.Render(c, fiber.StatusOK, views.TreePage(m.drawTree(d, view)))
}

func (m *Module) drawTree(d *desk, v View) views.Tree {
	t := v.Tree
	title := d.speciesName(t.Taxon, t.SpeciesText)
	nth := d.t("trees.desk.nth", i18n.V{"Number": strconv.FormatInt(t.Number, 10)})
	page := views.Tree{
		Shell: httpd.Shell(d.c, title+" "+nth), Latin: t.Taxon.Scientific, Marks: d.marks(t), Facts: d.identity(t, m.service.now()),
		Head:  components.HeadProps{Eyebrow: nth, Icon: "tree-deciduous", Title: title, Lead: d.lead(t, m.service.now())},
		Place: d.whereabouts(t), Map: m.treeMap(d, t), Life: d.story(v, m.service.now()), Near: d.near(v.Neighbours),
		Licence: d.t("trees.public.licence", i18n.V{"Town": d.town.Name}),
		Actions: []components.LinkProps{{Label: d.t("trees.public.back"), Href: d.path(""), Icon: "map"}},
	}
	if report := d.report(nth); report != "" {
		page.Actions = append(page.Actions, components.LinkProps{Label: d.t("trees.public.report"), Href: report, Icon: "flag"})
	}
	page.Shell.Description = page.Head.Lead
	page.Shell.Crumbs = []components.Crumb{{Label: d.t("trees.module.title"), Href: d.path("")}, {Label: title + " " + nth}}
	return page
}

// lead says in a sentence what the tree is.
func (d *desk) lead(t *Tree, now time.Time) string {
	where := t.Site.Address
	if where == "" {
		where = d.town.Name
	}
	if age, known := t.Age(now); known && !t.Status.Gone() {
		return d.t("trees.public.sentence_age", i18n.N(age), i18n.V{"Where": where})
	}
	if t.Status.Gone() {
		return d.t("trees.public.sentence_gone", i18n.V{"Where": where})
	}
	return d.t("trees.public.sentence", i18n.V{"Where": where})
}

func (d *desk) marks(t *Tree) []views.Mark {
	marks := []views.Mark{d.mark(t.Status)}
	if t.Remarkable {
		marks = append(marks, views.Mark{Label: d.t("trees.public.remarkable"), Tone: components.Warning, Icon: "star"})
	}
	return marks
}

// identity is who the tree is; empty values are left out by the component.
func (d *desk) identity(t *Tree, now time.Time) []components.Definition {
	facts := []components.Definition{
		{Term: d.t("trees.field.genre"), Value: t.Taxon.Genus},
		{Term: d.t("trees.field.famille"), Value: t.Taxon.Family},
	}
	if t.Taxon.SpeciesID != 0 || t.Taxon.Rank == taxa.Genus {
		facts = append(facts, components.Definition{
			Term: d.t("trees.public.same"), Value: d.t("trees.public.same_link"),
			Href: d.selection(paramTaxon, t.Taxon.Slug),
		})
	}
	facts = append(facts, d.sizes(t)...)
	facts = append(facts, components.Definition{Term: d.t("trees.field.diametre_couronne"), Value: known(t.CrownM, "m")})
	if t.Stage != NoStage {
		facts = append(facts, components.Definition{Term: d.t("trees.field.stade_developpement"), Value: d.t(t.Stage.LabelKey())})
	}
	facts = append(facts, components.Definition{Term: d.t("trees.field.date_plantation"), Value: plantedOn(t)})
	if years, ok := t.Age(now); ok {
		note := ""
		if t.Planted.IsZero() {
			note = d.t("trees.public.estimated")
		}
		facts = append(facts, components.Definition{Term: d.t("trees.public.age"), Value: d.t("trees.public.years", i18n.N(years)), Note: note})
	}
	return append(facts, components.Definition{Term: d.t("trees.field.port_arbre"), Value: t.Habit})
}

// sizes are the measures, with where the trunk was measured.
func (d *desk) sizes(t *Tree) []components.Definition {
	note := ""
	if t.MeasuredAtCm > 0 {
		note = d.t("trees.public.measured_at", i18n.V{"Height": i18n.Decimal(float64(t.MeasuredAtCm)/100, 2)})
	}
	facts := []components.Definition{
		{Term: d.t("trees.field.hauteur"), Value: known(t.HeightM, "m")},
		{Term: d.t("trees.desk.girth"), Value: known(t.Circumference, "cm"), Note: note},
	}
	if diameter, ok := t.DiameterCm(); ok {
		facts = append(facts, components.Definition{Term: d.t("trees.field.diametre"), Value: i18n.Decimal(diameter, 0) + i18n.NBSP + "cm"})
	}
	return facts
}

// known writes a size, "" when nobody measured it.
func known(v *float64, unit string) string {
	if v == nil {
		return ""
	}
	return measured(v, unit)
}

func plantedOn(t *Tree) string {
	switch {
	case t.Planted.IsZero():
		return ""
	case t.PlantedYear:
		return strconv.Itoa(t.Planted.Year())
	}
	return i18n.Date(t.Planted)
}

func (d *desk) whereabouts(t *Tree) []components.Definition {
	s := t.Site
	position := i18n.Decimal(s.Position.Lat, 5) + " ; " + i18n.Decimal(s.Position.Lon, 5)
	note := ""
	if s.AccuracyM != nil {
		note = d.t("trees.public.accuracy", i18n.V{"Metres": i18n.Decimal(*s.AccuracyM, -1)})
	}
	return []components.Definition{
		{Term: d.t("trees.field.adresse"), Value: s.Address},
		{Term: d.t("trees.desk.district"), Value: s.District},
		{Term: d.t("trees.public.layout"), Value: s.Layout},
		{Term: d.t("trees.field.type_sol"), Value: s.Soil},
		{Term: d.t("trees.field.description_pied_arbre"), Value: s.Foot},
		{Term: d.t("trees.public.position"), Value: position, Note: note},
	}
}

// around is half the side of a tree's map, in degrees: about 150 m.
const around = 0.0014

func (m *Module) treeMap(d *desk, t *Tree) components.MapProps {
	p := t.Site.Position
	return components.MapProps{
		Title: d.t("trees.public.where"), Bounds: tenants.Bounds{West: p.Lon - around, South: p.Lat - around, East: p.Lon + around, North: p.Lat + around},
		Places: []components.MapPlace{components.TownPlace(d.town)}, Layers: []components.MapLayer{m.mapLayer(d)}, BaseMap: m.background,
		Compact: true, Marker: &p, MarkerLabel: d.speciesName(t.Taxon, t.SpeciesText), ListHref: "#autour-liste", ListLabel: d.t("trees.public.near"),
	}
}

// story is what happened to the tree, the latest first. Who changed it is the
// staff's business.
func (d *desk) story(v View, now time.Time) []components.Event {
	t := v.Tree
	var events []components.Event
	add := func(key, icon string, at time.Time, date string) {
		if !at.IsZero() && !at.After(now) {
			events = append(events, components.Event{Title: d.t(key), Date: date, Machine: isoDay(at), Icon: icon})
		}
	}
	add("trees.life.planted", "sprout", t.Planted, plantedOn(t)) // icon
	for _, c := range v.Life {
		add("trees.life."+c.Deed, "pencil", c.At, i18n.Date(c.At)) // icon
	}
	add("trees.life.surveyed", "ruler", t.Surveyed, i18n.Date(t.Surveyed)) // icon
	add("trees.life.felled", "axe", t.Felled, i18n.Date(t.Felled))         // icon
	add("trees.life.entered", "file-up", t.Created, i18n.Date(t.Created))  // icon
	slices.SortStableFunc(events, func(a, b components.Event) int { return cmp.Compare(b.Machine, a.Machine) })
	return events
}

// near lists the trees around.
func (d *desk) near(items []Item) components.TableProps {
	t := components.TableProps{ID: "voisins", Caption: d.t("trees.public.near"), CaptionHidden: true, Stack: true, Columns: []components.Column{
		{Label: d.t("trees.desk.species")},
		{Label: d.t("trees.field.hauteur"), Numeric: true},
		{Label: d.t("trees.desk.girth"), Numeric: true},
		{Label: d.t("trees.desk.place")},
	}}
	for _, i := range items {
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: d.speciesName(i.Taxon, i.SpeciesText), Href: d.numbered(i.Number, "")},
			{Text: metresText(i.HeightM)},
			{Text: centimetresText(i.Circumference)},
			{Text: orDash(placeNote(i))},
		}})
	}
	return t
}
