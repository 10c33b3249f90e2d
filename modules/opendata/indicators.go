package opendata

import (
	"context"

	"acvdata/modules/opendata/figures"
	"acvdata/services/fault"
	"acvdata/services/indicators"
	"acvdata/tenants"
)

var _ indicators.Provider = (*Module)(nil)

// Indicators implements indicators.Provider: the town's own published figures,
// for dashboards, sheets and portfolios of others.
func (m *Module) Indicators(ctx context.Context, town *tenants.Tenant) ([]indicators.Indicator, error) {
	own, err := m.figures.List(ctx, town, true)
	if err != nil {
		return nil, err
	}
	list := make([]indicators.Indicator, len(own))
	for n := range own {
		i := own[n]
		list[n] = indicators.Indicator{
			Key: i.Key(), Title: i.Title, Unit: i.Unit, Method: i.Method, Source: i.Source, Theme: string(i.Theme),
			Href: town.Path(indicatorPath(i.Slug)), Decimals: i.Decimals,
			Read: func(ctx context.Context) (indicators.Value, error) { return m.present(ctx, town, &i) },
		}
	}
	return list, nil
}

// present is an indicator's newest value; not known when what it rests on went
// away.
func (m *Module) present(ctx context.Context, town *tenants.Tenant, i *figures.Indicator) (indicators.Value, error) {
	h, err := m.figures.History(ctx, town, i)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) {
		return indicators.Value{}, nil
	}
	last, any := h.Last()
	return indicators.Value{Number: last.Value, Known: any, Basis: int64(len(h)), At: last.Day}, err
}
