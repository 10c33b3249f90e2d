package trees

import (
	"context"

	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
)

var _ module.Highlighter = (*Module)(nil)

// Highlights implements module.Highlighter.
func (m *Module) Highlights(ctx context.Context, town *tenants.Tenant) ([]module.Highlight, error) {
	f, err := m.service.Figures(ctx, town.ID)
	if err != nil || f.Standing == 0 {
		return nil, err
	}
	register, err := m.service.Register(ctx, town.ID)
	if err != nil {
		return nil, err
	}
	b := board{ctx: ctx, town: town, figures: f.Against(marksOf(town)), register: register}
	list := []module.Highlight{b.standing()}
	if f.Species.Groups > 0 {
		list = append(list, b.variety())
	}
	switch known := f.Standing - f.Ageless; {
	case known > 0:
		list = append(list, b.young(known))
	case f.Remarkable > 0:
		list = append(list, b.remarkable())
	}
	if genus := b.figures.Santamour[santamourGenus]; genus.N > 0 {
		list = append(list, b.leadingGenus(genus))
	}
	for i := range list {
		list[i].Source, list[i].At = i18n.T(ctx, "trees.figures.source"), f.Changed
		list[i].Href = town.Path(figuresPath)
	}
	return list, nil
}

func (b board) standing() module.Highlight {
	h := module.Highlight{Label: b.t("trees.highlight.standing", i18n.N(b.figures.Standing)), Value: i18n.Number(b.figures.Standing)}
	if each := float64(b.town.Population) / float64(b.figures.Standing); each >= 1.5 {
		h.Detail = b.t("trees.highlight.inhabitants", i18n.V{
			"Inhabitants": i18n.Decimal(each, 0), "Year": i18n.Text(b.town.PopulationYear),
		})
	}
	return h
}

func (b board) variety() module.Highlight {
	first := b.figures.Species.Shares[0]
	return module.Highlight{
		Label: b.t("trees.highlight.species", i18n.N(b.figures.Species.Groups)), Value: i18n.Number(b.figures.Species.Groups),
		Detail: b.t("trees.highlight.first", i18n.V{"Name": b.named(first.Name), "Share": i18n.Percent(first.Part, 0)}),
	}
}

func (b board) young(known int64) module.Highlight {
	return module.Highlight{
		Label: b.t("trees.highlight.young"), Value: i18n.Percent(share(b.figures.Ages[0], known), 0),
		Detail: b.t("trees.highlight.known_age", i18n.V{"Known": known, "Standing": b.figures.Standing}),
	}
}

func (b board) remarkable() module.Highlight {
	return module.Highlight{
		Label: b.t("trees.highlight.remarkable", i18n.N(b.figures.Remarkable)), Value: i18n.Number(b.figures.Remarkable),
	}
}

func (b board) leadingGenus(rule Rule) module.Highlight {
	key := "trees.highlight.genus_over"
	if rule.Met {
		key = "trees.highlight.genus_met"
	}
	return module.Highlight{
		Label: b.t("trees.highlight.genus", i18n.V{"Name": b.named(rule.Top.Name)}), Value: shareAgainst(rule), Detail: b.t(key, i18n.V{"Limit": i18n.Percent(rule.Limit, 0)}),
	}
}
