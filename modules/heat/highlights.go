package heat

import (
	"context"
	"time"

	"acvdata/services/i18n"
	"acvdata/services/indicators"
	"acvdata/services/module"
	"acvdata/tenants"
)

// figures are the few numbers of a town's heat, for its home page and for
// others to cross.
type figures struct {
	glance Glance
	year   Year // the newest year known
	peak   float64
	hour   int // of the strongest island, -1 when not known
	hours  int64
}

func (m *Module) figures(ctx context.Context, town *tenants.Tenant) (f figures, err error) {
	if f.glance, err = m.service.Glance(ctx, town, true); err != nil || !f.glance.Readings {
		return f, err
	}
	_, last, err := m.service.Extent(ctx, town.ID)
	if err != nil {
		return f, err
	}
	days, err := m.service.TownDays(ctx, town, time.Date(last.Year(), time.January, 1, 0, 0, 0, 0, time.UTC), last)
	if err != nil {
		return f, err
	}
	if years := Summary(days, ThresholdOf(town)); len(years) > 0 {
		f.year = years[0]
	}
	from, to := season(last.Year())
	islands, err := m.service.Islands(ctx, town.ID, from, to, true)
	if err != nil {
		return f, err
	}
	byHour, _, peak := TownIsland(islands)
	if f.hour = peak; peak >= 0 {
		f.peak = byHour[peak]
	}
	for _, i := range islands {
		f.hours = max(f.hours, i.N)
	}
	return f, nil
}

// season is the warm season of a year, 1 May to 30 September, French time.
func season(year int) (from, to time.Time) {
	return time.Date(year, time.May, 1, 0, 0, 0, 0, paris), time.Date(year, time.October, 1, 0, 0, 0, 0, paris)
}

// Highlights implements module.Highlighter.
func (m *Module) Highlights(ctx context.Context, town *tenants.Tenant) ([]module.Highlight, error) {
	f, err := m.figures(ctx, town)
	if err != nil || !f.glance.Readings {
		return nil, err
	}
	t := func(key string, args ...i18n.Arg) string { return i18n.T(ctx, key, args...) }
	var list []module.Highlight
	if f.year.Days > 0 {
		list = append(list, module.Highlight{
			Label: t("heat.highlight.hot_days", i18n.N(f.year.HotDays), i18n.V{"Year": i18n.Text(f.year.Year)}), Value: i18n.Number(f.year.HotDays),
			Detail: t("heat.highlight.hot_days_text", i18n.V{"Limit": degrees(ThresholdOf(town).HotDay, 0)}),
		})
	}
	if f.hour >= 0 {
		list = append(list, module.Highlight{
			Label: t("heat.highlight.island"), Value: excess(f.peak),
			Detail: t("heat.highlight.island_text", i18n.V{"Hour": i18n.Text(f.hour)}),
		})
	}
	if f.year.Mornings > 0 {
		list = append(list, module.Highlight{
			Label: t("heat.highlight.nights", i18n.N(f.year.Nights), i18n.V{"Year": i18n.Text(f.year.Year)}), Value: i18n.Number(f.year.Nights),
			Detail: t("heat.highlight.nights_text", i18n.V{"Limit": degrees(ThresholdOf(town).TropicalNight, 0)}),
		})
	}
	list = append(list, module.Highlight{
		Label: t("heat.highlight.stations", i18n.N(len(f.glance.Stations))), Value: i18n.Number(len(f.glance.Stations)),
	})
	for i := range list {
		list[i].Href, list[i].Source, list[i].At = town.Path("chaleur"), t("heat.source"), f.glance.Changed
	}
	return list, nil
}

// Indicators implements indicators.Provider.
func (m *Module) Indicators(ctx context.Context, town *tenants.Tenant) ([]indicators.Indicator, error) {
	one := func(name, unit string, decimals int, of func(figures) (float64, int64)) indicators.Indicator {
		return indicators.Indicator{
			Key: Code + "." + name, Title: i18n.T(ctx, "heat.indicator."+name), Unit: unit, Decimals: decimals,
			Method: i18n.T(ctx, "heat.indicator."+name+"_method"), Source: i18n.T(ctx, "heat.source"), Theme: "heat",
			Href: town.Path("chaleur"),
			Read: func(ctx context.Context) (indicators.Value, error) {
				f, err := m.figures(ctx, town)
				if err != nil {
					return indicators.Value{}, err
				}
				number, basis := of(f)
				return indicators.Value{Number: number, Known: basis > 0, Basis: basis, At: f.glance.Changed}, nil
			},
		}
	}
	return []indicators.Indicator{
		one("hot_days", i18n.T(ctx, "heat.unit.days"), 0, func(f figures) (float64, int64) {
			return float64(f.year.HotDays), int64(f.year.Days)
		}),
		one("tropical_nights", i18n.T(ctx, "heat.unit.nights"), 0, func(f figures) (float64, int64) {
			return float64(f.year.Nights), int64(f.year.Mornings)
		}),
		one("island", "°C", 1, func(f figures) (float64, int64) { return f.peak, f.hours }),
		one("stations", i18n.T(ctx, "heat.unit.stations"), 0, func(f figures) (float64, int64) {
			return float64(len(f.glance.Stations)), int64(len(f.glance.Stations))
		}),
	}, nil
}
