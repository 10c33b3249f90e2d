package trees

import (
	"context"

	"acvdata/services/i18n"
	"acvdata/services/indicators"
	"acvdata/tenants"
)

var _ indicators.Provider = (*Module)(nil)

// themeTrees is the portal's theme the module's figures belong to.
const themeTrees = "trees"

// Indicators implements indicators.Provider: counts kept up to date by the
// database, so that reading one costs the same at any size.
func (m *Module) Indicators(ctx context.Context, town *tenants.Tenant) ([]indicators.Indicator, error) {
	figure := func(name, unit string, decimals int, of func(Figures) (float64, int64)) indicators.Indicator {
		return indicators.Indicator{
			Key: Code + "." + name, Title: i18n.T(ctx, "trees.indicator."+name), Unit: unit, Decimals: decimals,
			Method: i18n.T(ctx, "trees.indicator."+name+".method"), Source: i18n.T(ctx, "trees.figures.source"),
			Theme: themeTrees, Href: town.Path(figuresPath),
			Read: func(ctx context.Context) (indicators.Value, error) { return m.measure(ctx, town, of) },
		}
	}
	return []indicators.Indicator{
		figure("standing", i18n.T(ctx, "trees.indicator.unit.trees"), 0, func(f Figures) (float64, int64) {
			return float64(f.Standing), f.Total
		}),
		figure("species", i18n.T(ctx, "trees.indicator.unit.species"), 0, func(f Figures) (float64, int64) {
			return float64(f.Species.Groups), f.Species.N
		}),
		figure("young", "%", 0, func(f Figures) (float64, int64) {
			known := f.Standing - f.Ageless
			return 100 * share(f.Ages[0], known), known
		}),
		figure("leading_genus", "%", 0, func(f Figures) (float64, int64) {
			rule := f.Santamour[santamourGenus]
			return 100 * rule.Top.Part, rule.N
		}),
	}, nil
}

// measure reads one figure; without a tree it rests on, it is not known.
func (m *Module) measure(ctx context.Context, town *tenants.Tenant, of func(Figures) (float64, int64)) (indicators.Value, error) {
	f, err := m.service.Figures(ctx, town.ID)
	if err != nil {
		return indicators.Value{}, err
	}
	number, basis := of(f)
	return indicators.Value{Number: number, Known: basis > 0, Basis: basis, At: f.Changed}, nil
}
