package atlas

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/atlas/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

func (m *Module) sheetPage(c *fiber.Ctx) error {
	g := newGuide(c)
	id, ok := parseSlug(c.Params(paramSlug))
	if !ok {
		return fault.New(fault.NotFound, "atlas.fault.no_taxon")
	}
	sheet, err := m.service.Sheet(g.ctx, g.town.ID, id)
	if err != nil {
		return err
	}
	photos, err := m.service.ShownPhotos(g.ctx, g.town.ID, id)
	if err != nil {
		return err
	}
	w := writer{guide: g, sheet: sheet, background: m.background}
	v := w.view()
	v.Photos = g.photos(photos, LayerID)
	return httpd.Render(c, fiber.StatusOK, views.SheetPage(v))
}

// writer puts a species' sheet into words.
type writer struct {
	*guide
	sheet      Sheet
	background components.BaseMap
}

func (w writer) view() views.Sheet {
	t := w.sheet.Taxon
	v := views.Sheet{
		Shell: httpd.Shell(w.c, t.Title()), Figure: views.Figure(t.Group), Eyebrow: w.t(t.Group.LabelKey()), Name: t.Title(), Author: t.Author,
		Marks: w.marks(t), Facts: w.facts(), Statuses: w.statuses(), Wide: w.wide(), Foot: w.t("atlas.sheet.foot", i18n.V{"Date": i18n.Date(w.sheet.Survey.Changed)}),
	}
	v.Latin = t.Name
	v.Lead = w.lead()
	v.Shell.Description = w.t("atlas.sheet.description", i18n.V{"Name": t.Title(), "Of": i18n.Of(w.town.Name)})
	v.Shell.Crumbs = []components.Crumb{
		{Label: w.t("atlas.nav"), Href: w.path("")}, {Label: w.t("atlas.index.title"), Href: w.town.Path(speciesPath)}, {Label: t.Title()},
	}
	cells := make([]Cell, len(w.sheet.Cells))
	for i, cell := range w.sheet.Cells {
		cells[i] = cell.Cell
	}
	v.Map = w.cellMap("carte", w.t("atlas.sheet.map"), measureRecords, t.Slug(), cells, w.background)
	v.Map.Compact = false // as tall as the seasons beside it
	v.Cells = w.cells()
	v.Ring, v.Months, v.Years = w.ring(), w.months(), w.years()
	for _, b := range w.sheet.Below {
		v.Below = append(v.Below, components.LinkProps{Label: b.Taxon.Title() + " (" + i18n.Number(b.Total()) + ")", Href: w.species(b.Taxon)})
	}
	v.Actions = []components.LinkProps{
		{Label: w.t("atlas.sheet.group", i18n.V{"Group": w.t(t.Group.LabelKey())}), Href: w.town.Path(speciesPath) + "?" + paramGroup + "=" + string(t.Group), Icon: "list"},
	}
	return v
}

func (w writer) lead() string {
	s := w.sheet
	switch {
	case s.InTown > 0:
		return w.t("atlas.sheet.lead", i18n.N(s.InTown), i18n.V{"In": w.town.Name, "Last": i18n.Date(s.Last)})
	case s.Around > 0:
		return w.t("atlas.sheet.lead_around", i18n.N(s.Around))
	}
	return w.t("atlas.sheet.lead_absent", i18n.N(s.Absent))
}

func (w writer) facts() []components.Definition {
	t := w.sheet.Taxon
	facts := []components.Definition{
		{Term: w.t("atlas.fact.family"), Value: t.Family}, {Term: w.t("atlas.fact.group"), Value: w.t(t.Group.LabelKey())},
	}
	if t.Origin != "" {
		facts = append(facts, components.Definition{Term: w.t("atlas.fact.origin"), Value: w.t("atlas.origin." + t.Origin)})
	}
	if !w.sheet.First.IsZero() {
		facts = append(facts, components.Definition{Term: w.t("atlas.fact.first"), Value: i18n.Date(w.sheet.First)},
			components.Definition{Term: w.t("atlas.fact.last"), Value: i18n.Date(w.sheet.Last)})
	}
	if w.sheet.Absent > 0 {
		facts = append(facts, components.Definition{Term: w.t("atlas.fact.absent"), Value: i18n.Number(w.sheet.Absent)})
	}
	if t.Local {
		return append(facts, components.Definition{Term: w.t("atlas.fact.taxref"), Value: w.t("atlas.fact.not_in_taxref")})
	}
	return append(facts, components.Definition{Term: w.t("atlas.fact.taxref"), Value: strconv.Itoa(t.ID)})
}

// statusKeys are where the names of codes start, by kind.
var statusKeys = map[string]string{"protection": "atlas.protection.", "redlist": "atlas.redlist.", "invasive": "atlas.invasive."}

func (w writer) statuses() components.TableProps {
	t := components.TableProps{ID: "statuts", Caption: w.t("atlas.statuses.caption"), Columns: []components.Column{
		{Label: w.t("atlas.statuses.status")}, {Label: w.t("atlas.statuses.reference")},
	}}
	for _, s := range w.sheet.Taxon.Statuses {
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{{Text: w.t(statusKeys[s.Kind] + s.Code)}, {Text: s.Reference}}})
	}
	return t
}

// wide says what is shown by a wider place only, and why.
func (w writer) wide() []string {
	var list []string
	for _, c := range w.sheet.Wide {
		key := map[Level]string{Commune: "atlas.wide.commune", Cell10: "atlas.wide.cell10", Department: "atlas.wide.department"}[c.Level]
		list = append(list, w.t(key, i18n.N(c.N), i18n.V{"Place": c.Place}))
	}
	return list
}

func (w writer) cells() components.TableProps {
	t := components.TableProps{ID: "tableau-mailles", Caption: w.t("atlas.cells.caption"), CaptionHidden: true, Columns: []components.Column{
		{Label: w.t("atlas.cells.cell")}, {Label: w.t("atlas.cells.records"), Numeric: true}, {Label: w.t("atlas.cells.visits"), Numeric: true},
	}}
	for _, c := range w.sheet.Cells[:min(len(w.sheet.Cells), tableCells)] {
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: c.Cell.Code()}, {Text: i18n.Number(c.N)}, {Text: i18n.Number(w.sheet.Survey.Cells[c.Cell].Visits)},
		}})
	}
	return t
}

// rate is the records of the species for 100 visits of a month; known is false
// when nobody looked.
func (w writer) rate(month int) (v float64, known bool) {
	visits := w.sheet.Survey.Effort.Months[month]
	if visits == 0 {
		return 0, false
	}
	return 100 * float64(w.sheet.Months[month]) / float64(visits), true
}

// ring draws the rates; nothing below a handful of records in known months.
func (w writer) ring() *views.Ring {
	const fewest = 3
	r := views.Ring{Note: w.t("atlas.ring.note")}
	top, best, n := 0.0, 0, int64(0)
	for m := 1; m <= 12; m++ {
		n += w.sheet.Months[m]
		if v, known := w.rate(m); known && v > top {
			top, best = v, m
		}
	}
	if top == 0 || n < fewest {
		return nil
	}
	for m := 1; m <= 12; m++ {
		v, known := w.rate(m)
		r.Months[m-1], r.Shares[m-1], r.Known[m-1] = w.t("atlas.month_letter."+strconv.Itoa(m)), v/top, known
	}
	r.Center = w.short(best)
	r.Title = w.t("atlas.ring.title", i18n.V{"Month": w.t("atlas.month_in." + strconv.Itoa(best))})
	return &r
}

// months is the same with figures: records and visits of each month.
func (w writer) months() components.Chart {
	c := components.Chart{
		ID: "phenologie", Title: w.t("atlas.phenology.title"), Heading: w.t("atlas.month"), Measure: w.t("atlas.phenology.measure"),
		Source: w.t("atlas.source"), Empty: w.t("atlas.phenology.empty"), Tone: components.Nature, Finding: w.t("atlas.phenology.finding"),
	}
	for m := 1; m <= 12; m++ {
		v, known := w.rate(m)
		shown := w.t("atlas.phenology.unknown")
		if known {
			shown = w.t("atlas.phenology.shown", i18n.V{
				"Rate": i18n.Decimal(v, 1), "Records": i18n.Number(w.sheet.Months[m]), "Visits": i18n.Number(w.sheet.Survey.Effort.Months[m]),
			})
		}
		c.Data = append(c.Data, components.Datum{Label: w.short(m), Value: v, Shown: shown})
	}
	return c
}

func (w writer) years() components.Chart {
	c := components.Chart{
		ID: "par-annee", Title: w.t("atlas.years.title"), Heading: w.t("atlas.years.heading"), Measure: w.t("atlas.cells.records"), Source: w.t("atlas.source"),
	}
	const most = 25
	years := w.sheet.Years
	if len(years) == 0 {
		return c
	}
	first, last := years[0].Year, years[len(years)-1].Year
	first = max(first, last-most+1)
	byYear := map[int]int64{}
	for _, y := range years {
		byYear[y.Year] = y.N
	}
	for y := first; y <= last; y++ {
		c.Data = append(c.Data, components.Datum{Label: i18n.Text(y), Value: float64(byYear[y])})
	}
	c.Finding = w.t("atlas.years.finding", i18n.N(w.sheet.Total()), i18n.V{"First": i18n.Text(years[0].Year), "Last": i18n.Text(last)})
	return c
}
