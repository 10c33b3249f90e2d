package trees

import (
	"math"
	"strings"

	"acvdata/modules/trees/taxa"
	"acvdata/modules/trees/views"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

const (
	charted = 10 // species drawn one by one
	ranked  = 20 // species in the table
)

const (
	iconMet    = "circle-check"   // icon
	iconOver   = "triangle-alert" // icon
	iconUnread = "circle-help"    // icon
)

// Places of Santamour's marks in Figures.Santamour.
const (
	santamourSpecies = iota
	santamourGenus
	santamourFamily
)

func (b board) speciesChart() views.Basis {
	f, c := b.figures, b.chart("species")
	known := f.Standing - f.Unknown
	var shown int64
	for _, facet := range f.Top[:min(charted, len(f.Top))] {
		name := b.taxon(facet.Taxon)
		d := datum(strings.TrimSpace(name.Name+" "+name.More), facet.N, name.Href)
		d.Latin = name.Latin == "" && name.More == ""
		c.Data, shown = append(c.Data, d), shown+facet.N
	}
	if rest := len(f.Top) - charted; rest > 0 {
		c.Data = append(c.Data, datum(b.t("trees.figures.species.rest", i18n.N(rest)), known-shown, ""))
	}
	if known > 0 {
		c.Finding = b.t("trees.figures.finding.species", i18n.V{
			"Name": c.Data[0].Label, "Share": i18n.Percent(share(f.Top[0].N, known), 1), "All": i18n.Percent(share(shown, known), 0),
		}, i18n.N(min(charted, len(f.Top))))
	}
	nobody := b.register.Taxon(taxa.UnknownID)
	return b.basis(views.Basis{Chart: c}, "species", f.Unknown, b.standingWith(Filter{Taxon: &nobody}))
}

// taxon names a species for people. A genus alone has no list of its own: the
// list of a genus holds its species too.
func (b board) taxon(t taxa.Taxon) views.Taxon {
	v := views.Taxon{Name: t.French, Latin: t.Latin(), More: t.CultivarName()}
	if t.French == "" {
		v.Name, v.Latin = t.Latin(), ""
	}
	if t.Rank == taxa.Genus {
		v.More = b.t("trees.figures.species.genus_only")
		return v
	}
	v.Href = b.standingWith(Filter{Taxon: &t})
	return v
}

// ranking lists the most frequent species with both their names.
func (b board) ranking() components.TableProps {
	f := b.figures
	top := f.Top[:min(ranked, len(f.Top))]
	table := components.TableProps{ID: "palmares", Stack: true, Caption: b.t("trees.figures.ranking", i18n.N(len(top))), Columns: []components.Column{
		{Label: b.t("trees.figures.heading.species")},
		{Label: b.t("trees.figures.family")},
		{Label: b.t("trees.figures.measure"), Numeric: true},
		{Label: b.t("trees.figures.share"), Numeric: true},
	}}
	for _, facet := range top {
		table.Rows = append(table.Rows, components.Row{Cells: []components.Cell{
			{Node: views.TaxonCell(b.taxon(facet.Taxon))},
			{Text: facet.Taxon.Family, Latin: true},
			{Text: i18n.Number(facet.N)},
			{Text: i18n.Percent(share(facet.N, f.Standing-f.Unknown), 1)},
		}})
	}
	return table
}

// named is the French name of a species or genus known by its Latin one, or
// the Latin one.
func (b board) named(latin string) string {
	if t, _ := b.register.Find(latin); t.French != "" && t.ID != taxa.UnknownID {
		return t.French
	}
	return latin
}

// verdict says in a sentence how the town stands to the three marks, and whether
// they are its own.
func (b board) verdict() string {
	if marksOf(b.town) != santamourMarks {
		return b.stands() + " " + b.t("trees.figures.santamour.own")
	}
	return b.stands()
}

func (b board) stands() string {
	over, readable := 0, 0
	for _, rule := range b.figures.Santamour {
		if rule.N > 0 {
			readable++
		}
		if !rule.Met {
			over++
		}
	}
	switch {
	case readable == 0:
		return b.t("trees.figures.santamour.unreadable")
	case over == 0:
		return b.t("trees.figures.santamour.all_met", i18n.N(readable))
	}
	return b.t("trees.figures.santamour.over", i18n.N(over))
}

func (b board) rules() []views.Rule {
	list := make([]views.Rule, 0, len(b.figures.Santamour))
	for _, rule := range b.figures.Santamour {
		level := string(rule.Level)
		v := views.Rule{
			ID: "repere-" + level, Title: b.t("trees.figures.santamour.level." + level),
			Limit: b.t("trees.figures.santamour.limit", i18n.V{"Limit": i18n.Percent(rule.Limit, 0)}),
			Basis: b.t("trees.figures.santamour.basis."+level, i18n.N(rule.N)),
		}
		if left := b.figures.Standing - rule.N; left > 0 {
			v.Basis += " " + b.t("trees.figures.left_out", i18n.N(left))
		}
		v.Reading, v.Tone, v.Icon = b.t("trees.figures.santamour.unknown"), components.Neutral, iconUnread
		if rule.N > 0 {
			b.read(&v, rule)
		}
		list = append(list, v)
	}
	return list
}

// read adds what a mark tells once something is known.
func (b board) read(v *views.Rule, rule Rule) {
	v.Share, v.Latin = shareAgainst(rule), rule.Top.Name
	if t, _ := b.register.Find(rule.Top.Name); rule.Level != Family && t.ID != taxa.UnknownID {
		v.French, v.Href = t.French, b.standingWith(Filter{Taxon: &t})
	}
	v.Reading, v.Tone, v.Icon = b.t("trees.figures.santamour.met"), components.OK, iconMet
	if !rule.Met {
		v.Reading, v.Tone, v.Icon = b.t("trees.figures.santamour.not_met"), components.Warning, iconOver
	}
}

// shareAgainst writes a share with as many decimals as it takes to see that it
// is over its mark: 10,02 % rather than "10,0 %, over 10 %".
func shareAgainst(rule Rule) string {
	decimals := 1
	for ; !rule.Met && decimals < 4; decimals++ {
		scale := math.Pow10(decimals + 2)
		if math.Round(rule.Top.Part*scale) > math.Round(rule.Limit*scale) {
			break
		}
	}
	return i18n.Percent(rule.Top.Part, decimals)
}

// diversity explains the three indices; one species alone has none.
func (b board) diversity() []components.StatProps {
	d := b.figures.Species
	if d.Groups < 2 {
		return nil
	}
	return []components.StatProps{
		{
			Label: b.t("trees.figures.diversity.effective"), Value: i18n.Decimal(d.Effective, 1),
			Sentence: b.t("trees.figures.diversity.effective_text", i18n.N(d.Groups)),
		},
		{
			Label: b.t("trees.figures.diversity.shannon"), Value: i18n.Decimal(d.Shannon, 2),
			Sentence: b.t("trees.figures.diversity.shannon_text", i18n.V{"Most": i18n.Decimal(math.Log(float64(d.Groups)), 2)}, i18n.N(d.Groups)),
		},
		{
			Label: b.t("trees.figures.diversity.evenness"), Value: i18n.Decimal(d.Evenness, 2),
			Sentence: b.t("trees.figures.diversity.evenness_text"),
		},
	}
}
