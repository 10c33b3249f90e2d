package atlas

import (
	"context"

	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/services/indicators"
	"acvdata/services/module"
	"acvdata/tenants"
)

var (
	_ module.Highlighter  = (*Module)(nil)
	_ indicators.Provider = (*Module)(nil)
)

// Highlights implements module.Highlighter.
func (m *Module) Highlights(ctx context.Context, town *tenants.Tenant) ([]module.Highlight, error) {
	v, err := m.service.Survey(ctx, town.ID)
	if err != nil || v.InTown() == 0 {
		return nil, err
	}
	t := func(key string, args ...i18n.Arg) string { return i18n.T(ctx, key, args...) }
	seen := int64(v.Counts("").Seen())
	list := []module.Highlight{
		{Label: t("atlas.highlight.species", i18n.N(seen)), Value: i18n.Number(seen)},
		{Label: t("atlas.highlight.records", i18n.N(v.InTown())), Value: i18n.Number(v.InTown()), Detail: t("atlas.highlight.visits", i18n.N(v.Effort.Visits))},
	}
	if n := int64(v.countOf(Taxon.Threatened)); n > 0 {
		list = append(list, module.Highlight{Label: t("atlas.highlight.threatened", i18n.N(n)), Value: i18n.Number(n), Detail: t("atlas.highlight.threatened_detail")})
	}
	if n := int64(v.countOf(Taxon.Protected)); n > 0 {
		list = append(list, module.Highlight{Label: t("atlas.highlight.protected", i18n.N(n)), Value: i18n.Number(n)})
	}
	for i := range list {
		list[i].Source, list[i].At, list[i].Href = t("atlas.source"), v.Changed, town.Path(LayerID)
	}
	return list, nil
}

// countOf counts the town's species of a kind.
func (v *Survey) countOf(kind func(Taxon) bool) (n int) {
	for _, r := range v.Species {
		if r.InTown > 0 && kind(r.Taxon) {
			n++
		}
	}
	return n
}

// Indicators implements indicators.Provider: counts kept up to date by the
// database.
func (m *Module) Indicators(ctx context.Context, town *tenants.Tenant) ([]indicators.Indicator, error) {
	figure := func(name, unit string, decimals int, of func(*Survey) (float64, int64)) indicators.Indicator {
		return indicators.Indicator{
			Key: Code + "." + name, Title: i18n.T(ctx, "atlas.indicator."+name), Unit: unit, Decimals: decimals,
			Method: i18n.T(ctx, "atlas.indicator."+name+".method"), Source: i18n.T(ctx, "atlas.source"),
			Theme: string(datasets.ThemeBiodiversity), Href: town.Path(LayerID),
			Read: func(ctx context.Context) (indicators.Value, error) {
				v, err := m.service.Survey(ctx, town.ID)
				if err != nil {
					return indicators.Value{}, err
				}
				number, basis := of(v)
				return indicators.Value{Number: number, Known: basis > 0, Basis: basis, At: v.Changed}, nil
			},
		}
	}
	species := i18n.T(ctx, "atlas.indicator.unit.species")
	return []indicators.Indicator{
		figure("species", species, 0, func(v *Survey) (float64, int64) { return float64(v.Counts("").Seen()), v.InTown() }),
		figure("records", i18n.T(ctx, "atlas.indicator.unit.records"), 0, func(v *Survey) (float64, int64) { return float64(v.InTown()), v.InTown() }),
		figure("coverage", "%", 1, func(v *Survey) (float64, int64) { return 100 * v.Counts("").Coverage(), v.InTown() }),
		figure("threatened", species, 0, func(v *Survey) (float64, int64) { return float64(v.countOf(Taxon.Threatened)), v.InTown() }),
		figure("visits", i18n.T(ctx, "atlas.indicator.unit.visits"), 0, func(v *Survey) (float64, int64) { return float64(v.Effort.Visits), v.InTown() }),
	}, nil
}
