package atlas

import (
	"math"
	"slices"
	"strconv"

	"acvdata/modules/atlas/richness"
	"acvdata/modules/atlas/views"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// board puts a town's figures into words.
type board struct {
	*guide
	survey     *Survey
	background components.BaseMap
}

func (b board) fill(v *views.Town) {
	counts := b.survey.Counts("")
	v.Stats, v.Groups = b.stats(counts), b.groups()
	v.Maps = []components.MapProps{b.townMap("richesse", "atlas.map.richness", measureSpecies), b.townMap("pression", "atlas.map.effort", measureVisits)}
	v.Unknown = b.t("atlas.town.maps_text")
	v.Cells = b.cellTable()
	v.Curve, v.Effort, v.Method = b.curve(counts), b.effort(), b.method(counts)
	v.Stakes, v.Recent = b.stakes(), b.recent()
	v.Foot = b.t("atlas.town.foot", i18n.V{"Date": i18n.Date(b.survey.Changed)})
}

func (b board) stats(c richness.Counts) []components.StatProps {
	seen, estimated := int64(c.Seen()), c.Chao1()
	list := []components.StatProps{
		{Label: b.t("atlas.stat.species"), Value: i18n.Number(seen), Sentence: b.t("atlas.stat.species_of", i18n.N(c.Total())), Href: b.town.Path(speciesPath), Icon: "list", Tone: components.Nature},
	}
	if seen > 0 {
		s := components.StatProps{
			Label: b.t("atlas.stat.estimated"), Value: i18n.Decimal(estimated, 0), Icon: "telescope",
			Sentence: b.t("atlas.stat.estimated_share", i18n.V{"Share": i18n.Percent(float64(seen)/estimated, 0)}), Source: b.t("atlas.stat.chao"),
		}
		list = append(list, s, components.StatProps{
			Label: b.t("atlas.stat.coverage"), Value: i18n.Percent(c.Coverage(), 1), Sentence: b.t("atlas.stat.coverage_text"), Icon: "scan-search",
		})
	}
	return append(list, components.StatProps{
		Label: b.t("atlas.stat.visits"), Value: i18n.Number(b.survey.Effort.Visits), Icon: "footprints",
		Sentence: b.t("atlas.stat.visits_text", i18n.N(b.survey.Effort.Days)),
	})
}

func (b board) groups() []views.Group {
	var list []views.Group
	for _, g := range b.survey.Groups {
		list = append(list, views.Group{
			Figure: views.Figure(g.Group), Name: b.t(g.Group.LabelKey()), Count: b.t("atlas.species", i18n.N(int64(g.Species))),
			Records: b.t("atlas.records", i18n.N(g.Records)), Href: b.town.Path(speciesPath) + "?" + paramGroup + "=" + string(g.Group),
		})
	}
	return list
}

func (b board) townMap(id, title, measure string) components.MapProps {
	return b.cellMap(id, b.t(title), measure, "", slices.Collect(keysOf(b.survey.Cells)), b.background)
}

// cellTable lists the cells with the best known first: effort beside richness.
func (b board) cellTable() components.TableProps {
	t := components.TableProps{ID: "tableau-mailles", Caption: b.t("atlas.cells.caption"), CaptionHidden: true, Columns: []components.Column{
		{Label: b.t("atlas.cells.cell")},
		{Label: b.t("atlas.cells.species"), Numeric: true},
		{Label: b.t("atlas.cells.records"), Numeric: true},
		{Label: b.t("atlas.cells.visits"), Numeric: true},
	}}
	cells := slices.SortedFunc(keysOf(b.survey.Cells), func(x, y Cell) int {
		if d := b.survey.Cells[y].Species - b.survey.Cells[x].Species; d != 0 {
			return d
		}
		return int(x - y)
	})
	for _, cell := range cells[:min(len(cells), tableCells)] {
		f := b.survey.Cells[cell]
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: cell.Code()}, {Text: i18n.Number(f.Species)}, {Text: i18n.Number(f.Records)}, {Text: i18n.Number(f.Visits)},
		}})
	}
	return t
}

// tableCells bounds a table of cells: a commune has fewer.
const tableCells = 400

// curvePoints is how many points the curve has: enough to look smooth.
const curvePoints = 21

func (b board) curve(c richness.Counts) components.Lines {
	at, species := c.Curve(curvePoints)
	l := components.Lines{
		ID: "accumulation", Title: b.t("atlas.curve.title"), Heading: b.t("atlas.curve.heading"), Source: b.t("atlas.source"),
		Series: []components.Series{{Label: b.t("atlas.curve.series"), Values: species}}, Empty: b.t("atlas.curve.empty"),
	}
	for i := range species {
		species[i] = math.Round(species[i]*10) / 10
	}
	for _, k := range at {
		l.Labels = append(l.Labels, i18n.Number(k))
	}
	if n := len(species); n > 2 {
		l.Finding = b.t("atlas.curve.finding", i18n.V{"Gain": i18n.Decimal(species[n-1]-species[n/2], 0), "Half": i18n.Number(at[n/2])})
	}
	return l
}

// effort shows when people look: what phenology must be read against.
func (b board) effort() components.Chart {
	c := components.Chart{
		ID: "releves", Title: b.t("atlas.effort.title"), Heading: b.t("atlas.month"), Measure: b.t("atlas.effort.measure"),
		Source: b.t("atlas.source"), Empty: b.t("atlas.effort.empty"), Tone: components.Data,
	}
	best := 1
	for m := 1; m <= 12; m++ {
		c.Data = append(c.Data, components.Datum{Label: b.short(m), Value: float64(b.survey.Effort.Months[m])})
		if b.survey.Effort.Months[m] > b.survey.Effort.Months[best] {
			best = m
		}
	}
	if n := b.survey.Effort.Months[best]; n > 0 {
		c.Finding = b.t("atlas.effort.finding", i18n.V{"Month": b.t("atlas.month_in." + strconv.Itoa(best)), "Share": i18n.Percent(float64(n)/float64(b.survey.Effort.Visits), 0)})
	}
	return c
}

func (g *guide) short(m int) string { return g.t("atlas.month_short." + strconv.Itoa(m)) }

// method says how the figures are made, in both conventions.
func (b board) method(c richness.Counts) []string {
	once, twice := c.Rare()
	lines := []string{b.t("atlas.method.chao", i18n.V{
		"Chao": i18n.Decimal(c.Chao1(), 1), "Corrected": i18n.Decimal(c.Chao1Corrected(), 1), "Once": i18n.Number(once), "Twice": i18n.Number(twice),
	})}
	if low, high, ok := c.Interval(); ok {
		lines = append(lines, b.t("atlas.method.interval", i18n.V{"Low": i18n.Decimal(low, 0), "High": i18n.Decimal(high, 0)}))
	}
	lines = append(lines, b.t("atlas.method.species"), b.t("atlas.method.visits"))
	if n := b.survey.Around(); n > 0 {
		lines = append(lines, b.t("atlas.method.around", i18n.N(n)))
	}
	return lines
}

// stakes are the threatened species of the town.
func (b board) stakes() components.TableProps {
	t := components.TableProps{ID: "menacees", Caption: b.t("atlas.town.stakes_caption"), CaptionHidden: true, Stack: true, Columns: []components.Column{
		{Label: b.t("atlas.column.species")}, {Label: b.t("atlas.column.threat")}, {Label: b.t("atlas.cells.records"), Numeric: true}, {Label: b.t("atlas.column.last")},
	}}
	for _, r := range b.survey.Species {
		if r.InTown == 0 || !r.Taxon.Threatened() {
			continue
		}
		s, _ := r.Taxon.Status("redlist")
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: r.Taxon.Title(), Href: b.species(r.Taxon), Note: r.Taxon.Name},
			{Text: b.t("atlas.redlist." + s.Code), Note: s.Reference},
			{Text: i18n.Number(r.InTown)},
			{Text: i18n.Date(r.Last)},
		}})
	}
	return t
}

// recentShown is how many species are named as seen lately.
const recentShown = 6

func (b board) recent() []views.Species {
	list := slices.Clone(b.survey.Species)
	slices.SortStableFunc(list, func(x, y Record) int { return y.Last.Compare(x.Last) })
	var out []views.Species
	for _, r := range list {
		if r.InTown > 0 && len(out) < recentShown {
			out = append(out, b.item(r, b.t("atlas.last_seen", i18n.V{"Date": i18n.Date(r.Last)})))
		}
	}
	return out
}
