package opendata

import (
	"context"
	"math/rand/v2"

	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
)

// Highlights says how much the town publishes.
func (m *Module) Highlights(ctx context.Context, town *tenants.Tenant) ([]module.Highlight, error) {
	open, err := m.Datasets.Open(ctx, town)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	newest, rows := open[0], int64(0)
	for _, d := range open {
		rows += d.Version.Rows
		if d.Modified.After(newest.Modified) {
			newest = d
		}
	}
	return []module.Highlight{{
		Label: i18n.T(ctx, "opendata.highlight.label", i18n.N(len(open))), Value: i18n.Number(len(open)),
		Detail: i18n.T(ctx, "opendata.highlight.rows", i18n.N(rows)),
		Href:   town.Path("donnees"), Source: i18n.T(ctx, "opendata.title"), At: newest.Modified,
	}}, nil
}

// Seed publishes what the other modules have put into a demonstration town.
func (m *Module) Seed(ctx context.Context, town *tenants.Tenant, _ *rand.Rand) error {
	all, err := m.Datasets.List(ctx, town)
	if err != nil {
		return err
	}
	for i := range all {
		if d := &all[i]; d.State == datasets.Draft && m.running(ctx, town, d) == nil {
			_, err := m.Datasets.Publish(ctx, town, d.Slug(), i18n.T(ctx, "opendata.seed.note"))
			if err != nil && !fault.Is(err, fault.Invalid) { // nothing to publish yet
				return err
			}
		}
	}
	return nil
}
