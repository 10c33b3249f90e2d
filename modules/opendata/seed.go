package opendata

import (
	"context"
	"math/rand/v2"

	"acvdata/services/contributions"
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

// Seed fills a demonstration town that has a demonstration of its own, and
// publishes what the other modules have put into it.
func (m *Module) Seed(ctx context.Context, town *tenants.Tenant, chance *rand.Rand) error {
	if prepare, has := demonstrations[town.Slug]; has {
		if err := m.demonstrate(ctx, town, prepare(town, chance)); err != nil {
			return err
		}
		if err := m.demonstrateDebates(ctx, town); err != nil {
			return err
		}
		if err := m.Contribute.Load(ctx, town, func() ([]contributions.Sample, error) { return m.samplePeople(ctx, town) }); err != nil {
			return err
		}
	}
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

// demonstrate writes a demonstration; what is there already stays as it is.
func (m *Module) demonstrate(ctx context.Context, town *tenants.Tenant, d demonstration) error {
	for _, t := range d.Tables {
		if err := m.Tables.Load(ctx, town, t); err != nil {
			return fault.Wrap(err, "load table", t.Title)
		}
	}
	known, err := m.figures.List(ctx, town, false)
	if err != nil || len(known) > 0 {
		return err
	}
	for _, i := range d.Indicators {
		slug, err := m.figures.Create(ctx, town, i.Indicator)
		if err != nil {
			return fault.Wrap(err, "add indicator", i.Title)
		}
		for _, v := range i.Values {
			if err := m.figures.AddMeasure(ctx, town, slug, v, ""); err != nil {
				return fault.Wrap(err, "add value of", i.Title)
			}
		}
	}
	for _, s := range d.Stories {
		slug, err := m.stories.Create(ctx, town, s)
		if err == nil {
			err = m.stories.Publish(ctx, town, slug, true)
		}
		if err != nil {
			return fault.Wrap(err, "add story", s.Title)
		}
	}
	return nil
}
