package trees

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/trees/taxa"
	"acvdata/modules/trees/views"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// deskShow shows a tree to the staff, with who changed what and when.
func (m *Module) deskShow(c *fiber.Ctx) error {
	d, err := m.newDesk(c)
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
	return httpd.Render(c, fiber.StatusOK, views.WorkspaceTreePage(d.tree(&view, m.service.now())))
}

// shell is the frame of a page about one tree.
func (d *desk) shell(t *Tree, title string, below ...components.Crumb) layout.Shell {
	s := httpd.Shell(d.c, title)
	own := components.Crumb{Label: d.nth(t.Number)}
	if len(below) > 0 {
		own.Href = d.numbered(t.Number, "")
	}
	s.Crumbs = append([]components.Crumb{{Label: d.t("trees.desk.title"), Href: d.path("")}, own}, below...)
	return s
}

func (d *desk) nth(number int64) string {
	return d.t("trees.desk.tree_nth", i18n.V{"Number": strconv.FormatInt(number, 10)})
}

func (d *desk) tree(v *View, now time.Time) views.WorkspaceTree {
	t := v.Tree
	out := views.WorkspaceTree{
		Shell: d.shell(t, d.nth(t.Number)+" – "+t.Taxon.French), Latin: t.Taxon.Scientific, Marks: []views.Mark{d.mark(t.Status)},
		Head:  components.HeadProps{Eyebrow: d.nth(t.Number), Icon: "tree-deciduous", Title: t.Taxon.French},
		Facts: d.facts(t, now), Place: d.placeFacts(t), Actions: d.treeActions(t),
	}
	if t.Remarkable {
		out.Marks = append(out.Marks, views.Mark{Label: d.t("trees.desk.remarkable"), Tone: components.Brand, Icon: "star"})
	}
	if t.Notes != "" {
		out.Notes = strings.Split(t.Notes, "\n")
	}
	named := d.seesNames()
	out.Life, out.Unnamed = d.events(v, named), !named
	for _, other := range v.Siblings {
		out.Others = append(out.Others, components.LinkProps{
			Label: d.t("trees.desk.nth", i18n.V{"Number": strconv.FormatInt(other.Number, 10)}) + " – " + other.Taxon.French,
			Href:  d.numbered(other.Number, ""), Small: true,
		})
	}
	return out
}

// seesNames reports whether the reader is one of the town's own people: those
// who supervise the programme see what was done, not by whom.
func (d *desk) seesNames() bool {
	_, member := httpd.Scope(d.c).Actor.Towns[d.town.ID]
	return member
}

func (d *desk) treeActions(t *Tree) []components.LinkProps {
	links := []components.LinkProps{{
		Label: d.t("trees.desk.public_page"), Href: d.town.Path("arbres/" + strconv.FormatInt(t.Number, 10)), Icon: "eye",
	}}
	if httpd.Allowed(d.c, PermissionEdit) {
		links = append(links, components.LinkProps{
			Label: d.t("trees.desk.edit"), Href: d.numbered(t.Number, "/modifier"), Icon: "pencil", Kind: components.Primary,
		})
	}
	return links
}

// facts are what the tree is and how big; what is not known says so, since that
// is what the staff can complete.
func (d *desk) facts(t *Tree, now time.Time) []components.Definition {
	species := components.Definition{Term: d.t("trees.desk.species"), Value: t.Taxon.French}
	if t.SpeciesText != "" {
		species.Note = d.t("trees.desk.as_written", i18n.V{"Text": t.SpeciesText})
	}
	girth := components.Definition{Term: d.t("trees.field.circonference"), Value: d.known(t.Circumference, "cm")}
	if t.MeasuredAtCm > 0 && t.Circumference != nil {
		girth.Note = d.t("trees.desk.measured_at", i18n.V{"Height": t.MeasuredAtCm})
	}
	list := []components.Definition{
		species,
		{Term: d.t("trees.desk.status"), Value: d.t(t.Status.LabelKey())},
		{Term: d.t("trees.desk.stage"), Value: d.t(t.Stage.LabelKey())},
		{Term: d.t("trees.field.hauteur"), Value: d.known(t.HeightM, "m")},
		girth,
		{Term: d.t("trees.field.diametre_couronne"), Value: d.known(t.CrownM, "m")},
		d.planting(t, now),
		{Term: d.t("trees.import.column.felled"), Value: i18n.Date(t.Felled)},
		{Term: d.t("trees.import.column.surveyed"), Value: i18n.Date(t.Surveyed)},
		{Term: d.t("trees.field.port_arbre"), Value: t.Habit},
		{Term: d.t("trees.field.matricule"), Value: t.Matricule},
	}
	if t.Stage == NoStage {
		list[2].Value = d.t("trees.desk.unknown")
	}
	return list
}

func (d *desk) known(v *float64, unit string) string {
	if v == nil {
		return d.t("trees.desk.unknown")
	}
	return measured(v, unit)
}

// planting tells when the tree was planted, or its estimated age.
func (d *desk) planting(t *Tree, now time.Time) components.Definition {
	p := components.Definition{Term: d.t("trees.desk.planting"), Value: d.t("trees.desk.unknown")}
	switch {
	case t.Planted.IsZero() && t.BirthYear == 0:
		return p
	case t.Planted.IsZero():
		p.Value = d.t("trees.desk.around", i18n.V{"Year": strconv.Itoa(t.BirthYear)})
	case t.PlantedYear:
		p.Value = strconv.Itoa(t.Planted.Year())
	default:
		p.Value = i18n.Date(t.Planted)
	}
	if years, ok := t.Age(now); ok && !t.Status.Gone() {
		p.Note = d.t("trees.desk.age", i18n.N(years))
	}
	return p
}

func (d *desk) placeFacts(t *Tree) []components.Definition {
	s := t.Site
	at := components.Definition{
		Term: d.t("trees.desk.position"), Value: d.t("trees.desk.degrees", i18n.V{
			"Lat": comma(s.Position.Lat, 6), "Lon": comma(s.Position.Lon, 6),
		}), Note: s.PositionSource,
	}
	if s.AccuracyM != nil {
		accuracy := d.t("trees.desk.accuracy", i18n.V{"Metres": *s.AccuracyM})
		at.Note = strings.TrimPrefix(at.Note+", "+accuracy, ", ")
	}
	return []components.Definition{
		{Term: d.t("trees.field.adresse"), Value: s.Address},
		{Term: d.t("trees.desk.district"), Value: s.District},
		at,
		{Term: d.t("trees.desk.layout"), Value: s.Layout},
		{Term: d.t("trees.import.column.manager"), Value: s.Manager},
		{Term: d.t("trees.field.type_sol"), Value: s.Soil},
		{Term: d.t("trees.field.description_pied_arbre"), Value: s.Foot},
	}
}

// comma writes a number the French way with that many decimals at most.
func comma(v float64, most int) string {
	text := strconv.FormatFloat(v, 'f', most, 64)
	if most > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return strings.Replace(text, ".", ",", 1)
}

var deedIcons = map[string]string{
	"import": "file-up", // icon
	"edit":   "pencil",  // icon
}

// events tells the tree's changes, the latest first, down to how it came in.
func (d *desk) events(v *View, named bool) []components.Event {
	events := make([]components.Event, 0, len(v.Life)+1)
	for _, change := range slices.Backward(v.Life) {
		e := components.Event{
			Title: d.t("trees.deed." + change.Deed), Icon: deedIcons[change.Deed],
			Date: i18n.DateTime(change.At), Machine: change.At.UTC().Format(time.RFC3339),
		}
		if named {
			e.Who = change.Actor
		}
		if lines := d.changes(change.Before, change.After); len(lines) > 0 {
			e.Node = views.ChangeList(lines)
		} else {
			e.Text = d.t("trees.desk.other_change")
		}
		events = append(events, e)
	}
	born := components.Event{
		Title: d.t("trees.desk.created"), Icon: "plus", Tone: components.OK,
		Date: i18n.DateTime(v.Tree.Created), Machine: v.Tree.Created.UTC().Format(time.RFC3339),
	}
	if v.Tree.Imported {
		born.Title = d.t("trees.desk.created_import")
	}
	return append(events, born)
}

// changes says what differs between two states of a tree, field by field.
func (d *desk) changes(before, after Snapshot) []string {
	var lines []string
	tell := func(label, from, to string) {
		if from != to {
			lines = append(lines, d.t("trees.desk.change", i18n.V{"Field": d.t(label), "From": from, "To": to}))
		}
	}
	tell("trees.desk.species", d.speciesIn(before), d.speciesIn(after))
	tell("trees.desk.status", d.t(before.Status.LabelKey()), d.t(after.Status.LabelKey()))
	tell("trees.desk.stage", d.t(before.Stage.LabelKey()), d.t(after.Stage.LabelKey()))
	tell("trees.field.hauteur", d.known(before.HeightM, "m"), d.known(after.HeightM, "m"))
	tell("trees.field.circonference", d.known(before.Circumference, "cm"), d.known(after.Circumference, "cm"))
	tell("trees.field.diametre_couronne", d.known(before.CrownM, "m"), d.known(after.CrownM, "m"))
	tell("trees.field.remarquable", d.yesNo(before.Remarkable), d.yesNo(after.Remarkable))
	return lines
}

func (d *desk) speciesIn(s Snapshot) string {
	t := d.register.Taxon(s.TaxonID)
	if t.ID == taxa.UnknownID {
		return t.French
	}
	return t.French + " (" + t.Scientific + ")"
}

func (d *desk) yesNo(v bool) string {
	if v {
		return d.t("trees.desk.yes")
	}
	return d.t("trees.desk.no")
}
