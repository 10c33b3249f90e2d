package trees

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/trees/taxa"
	"acvdata/modules/trees/views"
	"acvdata/services/authz"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/web/components"
)

// mountWorkspace registers the pages of the town's staff.
func (m *Module) mountWorkspace(r module.Router) {
	r.Workspace.Get("/arbres", authz.Can(PermissionRead), m.deskList)
	r.Workspace.Get("/arbres/:"+paramNumber, authz.Can(PermissionRead), m.deskShow)
	r.Workspace.Get("/arbres/:"+paramNumber+"/modifier", authz.Can(PermissionEdit), m.editForm)
	r.Workspace.Post("/arbres/:"+paramNumber+"/modifier", authz.Can(PermissionEdit), m.saveEdit)
}

// desk turns trees into what the staff's pages show.
type desk struct {
	c        *fiber.Ctx
	ctx      context.Context //nolint:containedctx // lives as long as the request
	town     *tenants.Tenant
	register *taxa.Register
	base     string // of the addresses of trees, below the town's: the staff's or everybody's
}

// staffBase is where the town's staff finds the trees.
const staffBase = "espace/arbres"

func (m *Module) newDesk(c *fiber.Ctx) (*desk, error) {
	d := &desk{c: c, ctx: c.UserContext(), town: httpd.Scope(c).Town, base: staffBase}
	var err error
	d.register, err = m.service.Register(d.ctx, d.town.ID)
	return d, err
}

func (d *desk) t(key string, args ...i18n.Arg) string { return i18n.T(d.ctx, key, args...) }

// path is an address of the pages about trees: path("/12/modifier").
func (d *desk) path(rest string) string { return d.town.Path(d.base + rest) }

func (d *desk) numbered(number int64, rest string) string {
	return d.path("/" + strconv.FormatInt(number, 10) + rest)
}

// with is the list's address with parameters.
func (d *desk) with(values url.Values) string {
	if len(values) == 0 {
		return d.path("")
	}
	return d.path("?" + values.Encode())
}

func (m *Module) deskList(c *fiber.Ctx) error {
	d, err := m.newDesk(c)
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
	list := List{Filter: filter, Order: ParseOrder(query.Get(paramOrder)), After: query.Get(paramAfter), Before: query.Get(paramBefore)}
	page, facets, err := m.service.List(d.ctx, d.town.ID, list)
	if err != nil {
		return err
	}
	return httpd.Render(c, fiber.StatusOK, views.WorkspacePage(d.list(list, page, facets)))
}

// list draws a page of the list.
func (d *desk) list(l List, page Page, facets Facets) views.Workspace {
	v := views.Workspace{Shell: httpd.Shell(d.c, d.t("trees.desk.title")), Actions: d.actions()}
	v.Shell.Wide = true
	if page.Total > 0 || l.Filter.Active() > 0 {
		v.Filters = d.filters(l, facets)
	}
	if page.Total == 0 {
		v.Empty = d.empty(l.Filter)
		return v
	}
	v.Count = d.t("trees.desk.count", i18n.N(page.Total))
	if l.Filter.Counted() {
		v.Details = d.t("trees.desk.count_details", i18n.V{"Standing": facets.Standing, "Remarkable": facets.Remarkable})
	}
	v.Table = d.table(l, page.Items)
	v.Pages = components.Pages{Previous: d.pageAt(l, paramBefore, page.Previous), Next: d.pageAt(l, paramAfter, page.Next)}
	return v
}

// pageAt is the address of a neighbouring page, "" without a cursor.
func (d *desk) pageAt(l List, param, cursor string) string {
	if cursor == "" {
		return ""
	}
	values := d.sorted(l.Filter, l.Order)
	values.Set(param, cursor)
	return d.with(values)
}

func (d *desk) sorted(f Filter, o Order) url.Values {
	values := f.Values()
	if o != ByNumber {
		values.Set(paramOrder, string(o))
	}
	return values
}

func (d *desk) actions() []components.LinkProps {
	links := []components.LinkProps{{Label: d.t("trees.desk.public_map"), Href: d.town.Path("arbres"), Icon: "map"}}
	if d.mayImport() {
		links = append(links, d.importLink(components.Primary))
	}
	return links
}

func (d *desk) mayImport() bool {
	return httpd.Allowed(d.c, PermissionImport) && httpd.Allowed(d.c, imports.RunPermission)
}

func (d *desk) importLink(kind components.Kind) components.LinkProps {
	return components.LinkProps{Label: d.t("trees.desk.import"), Href: d.town.Path("espace/imports"), Icon: "file-up", Kind: kind}
}

// empty says why there is no tree: none yet, or none like that.
func (d *desk) empty(f Filter) *views.WorkspaceEmpty {
	if f.Active() > 0 {
		return &views.WorkspaceEmpty{
			Props:   components.EmptyProps{Icon: "search-x", Title: d.t("trees.desk.none_selected"), Text: d.t("trees.desk.none_selected_text")},
			Actions: []components.LinkProps{{Label: d.t("trees.desk.reset"), Href: d.path(""), Icon: "x"}},
		}
	}
	e := &views.WorkspaceEmpty{Props: components.EmptyProps{Icon: "trees", Title: d.t("trees.desk.none"), Text: d.t("trees.desk.none_text_reader")}}
	if d.mayImport() {
		e.Props.Text = d.t("trees.desk.none_text")
		first := d.importLink(components.Primary)
		first.Label = d.t("trees.desk.import_first")
		e.Actions = []components.LinkProps{first}
	}
	return e
}

// filters draws the conditions of the list with the choices that lead
// somewhere, and how many trees each shows.
func (d *desk) filters(l List, facets Facets) *views.WorkspaceFilters {
	f := l.Filter
	v := &views.WorkspaceFilters{Bar: components.FilterProps{Label: d.t("trees.desk.filter"), Action: d.path(""), Active: f.Active()}}
	if f.Active() > 0 {
		v.Bar.Reset = d.with(d.sorted(Filter{}, l.Order))
	}
	v.Bar.Hidden = components.Hidden{}
	if l.Order != ByNumber {
		v.Bar.Hidden[paramOrder] = string(l.Order)
	}
	if f.Box != nil {
		v.Bar.Hidden[paramBox] = f.Values().Get(paramBox)
	}
	v.Text = components.Field{
		Name: paramText, Type: "search", Label: d.t("trees.desk.text"), Value: f.Text,
		Attrs: map[string]any{"maxlength": strconv.Itoa(maxFilterText)},
	}
	v.Selects = []components.Field{
		d.choice(paramTaxon, d.t("trees.desk.species"), d.taxonChoices(f, facets)),
		d.choice(paramStatus, d.t("trees.desk.status"), d.choices(facets.Statuses, f.Values().Get(paramStatus), d.statusName)),
		d.choice(paramStage, d.t("trees.desk.stage"), d.choices(facets.Stages, f.Values().Get(paramStage), d.stageName)),
		d.choice(paramDiameter, d.t("trees.desk.diameter"), d.choices(facets.Diameters, f.Values().Get(paramDiameter), d.diameterName)),
	}
	if len(facets.Districts) > 0 || f.District != "" {
		v.Selects = append(v.Selects, d.choice(paramDistrict, d.t("trees.desk.district"),
			d.choices(facets.Districts, f.District, func(name string) string { return name })))
	}
	v.Remarkable = components.Field{Name: paramRemarkable, Label: d.counted(d.t("trees.desk.only_remarkable"), facets.Remarkable), Checked: f.Remarkable}
	return v
}

func (d *desk) choice(param, label string, choices []components.Choice) components.Field {
	blank := "trees.desk.all"
	if param == paramTaxon {
		blank = "trees.desk.all_species"
	}
	return components.Field{Name: param, Label: label, Choices: choices, Blank: d.t(blank)}
}

// choices lists a facet's values; the chosen one stays even when it leads
// nowhere under the other conditions.
func (d *desk) choices(list []Facet, chosen string, name func(string) string) []components.Choice {
	out := make([]components.Choice, 0, len(list)+1)
	seen := chosen == ""
	for _, f := range list {
		seen = seen || f.Value == chosen
		out = append(out, components.Choice{Value: f.Value, Label: d.counted(name(f.Value), f.N), Selected: f.Value == chosen})
	}
	if !seen {
		out = append(out, components.Choice{Value: chosen, Label: d.counted(name(chosen), 0), Selected: true})
	}
	return out
}

func (d *desk) taxonChoices(f Filter, facets Facets) []components.Choice {
	list := make([]Facet, len(facets.Taxa))
	for i, t := range facets.Taxa {
		list[i] = Facet{Value: t.Taxon.Slug, N: t.N}
	}
	return d.choices(list, f.Values().Get(paramTaxon), func(slug string) string {
		t, _ := d.register.BySlug(slug)
		return t.French
	})
}

func (d *desk) counted(label string, n int64) string { return label + " (" + i18n.Number(n) + ")" }

func (d *desk) statusName(code string) string { return d.t(Status(code).LabelKey()) }

func (d *desk) stageName(code string) string {
	if code == unknownKey {
		code = ""
	}
	return d.t(Stage(code).LabelKey())
}

func (d *desk) diameterName(key string) string { return d.t("trees.diameter." + key) }

// head is a heading that sorts.
func (d *desk) head(l List, label string, o Order, numeric bool) components.Column {
	c := components.Column{Label: d.t(label), Numeric: numeric, Href: d.with(d.sorted(l.Filter, o))}
	if l.Order == o {
		c.Sorted = components.Ascending
		if o.descending() {
			c.Sorted = components.Descending
		}
	}
	return c
}

// table draws the rows with headings that sort.
func (d *desk) table(l List, items []Item) components.TableProps {
	t := components.TableProps{
		ID: "arbres", Caption: d.t("trees.desk.caption", i18n.V{"Order": strings.ToLower(d.t(l.Order.LabelKey()))}),
		CaptionHidden: true, Stack: true,
	}
	t.Columns = []components.Column{
		d.head(l, "trees.desk.number", ByNumber, false), d.head(l, "trees.desk.species", BySpecies, false),
		{Label: d.t("trees.desk.status")},
		d.head(l, "trees.field.hauteur", ByHeight, true), d.head(l, "trees.desk.girth", ByCircumference, true),
		d.head(l, "trees.desk.year", ByBirth, true),
		{Label: d.t("trees.desk.place")},
	}
	for _, i := range items {
		t.Rows = append(t.Rows, d.row(i))
	}
	return t
}

func (d *desk) row(i Item) components.Row {
	latin, french := i.Taxon.Scientific, i.Taxon.French
	if i.Taxon.ID == taxa.UnknownID && i.SpeciesText != "" {
		french = d.t("trees.desk.written", i18n.V{"Text": i.SpeciesText})
	}
	return components.Row{Cells: []components.Cell{
		{Text: d.t("trees.desk.nth", i18n.V{"Number": strconv.FormatInt(i.Number, 10)}), Href: d.numbered(i.Number, ""), Note: i.Matricule},
		{Node: views.WorkspaceSpecies(french, latin, i.Remarkable)},
		views.MarkCell(d.mark(i.Status)),
		{Text: metresText(i.HeightM)},
		{Text: centimetresText(i.Circumference)},
		{Text: yearText(i.BirthYear)},
		{Text: orDash(i.Address), Note: i.District},
	}}
}

var statusTones = map[Status]components.Tone{Standing: components.OK, NoStatus: components.Warning}

var statusIcons = map[Status]string{
	Standing: "tree-deciduous", // icon
	Felled:   "axe",            // icon
	Stump:    "axe",            // icon
	Grubbed:  "shovel",         // icon
	Removed:  "x",              // icon
	Replaced: "sprout",         // icon
	NoStatus: "circle-help",    // icon
}

func (d *desk) mark(s Status) views.Mark {
	return views.Mark{Label: d.t(s.LabelKey()), Tone: statusTones[s], Icon: statusIcons[s]}
}

func metresText(v *float64) string { return measured(v, "m") }

func centimetresText(v *float64) string { return measured(v, "cm") }

const noValue = "–"

// measured writes a size with its unit, a dash when it is not known.
func measured(v *float64, unit string) string {
	if v == nil {
		return noValue
	}
	return i18n.Decimal(*v, -1) + i18n.NBSP + unit
}

func yearText(year int) string {
	if year == 0 {
		return noValue
	}
	return i18n.Text(year)
}

func orDash(text string) string {
	if text == "" {
		return noValue
	}
	return text
}

// isoDay writes a day for machines, "" when it is not known.
func isoDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
