package opendata

import (
	"context"
	"slices"
	"strings"
	"time"

	"acvdata/modules/opendata/figures"
	"acvdata/modules/opendata/stories"
	"acvdata/modules/opendata/tables"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/services/indicators"
	"acvdata/tenants"
	"acvdata/web/components"
)

// lateDays is by how many days the update that a town promised is late.
func lateDays(d *datasets.Dataset, now time.Time) int {
	if !d.Open() {
		return 0
	}
	return d.Frequency.Late(d.Modified, now)
}

// addRhythm completes the facts of a dataset: how often it is published beside how
// often it should be.
func (m *Module) addRhythm(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, facts []components.Definition) error {
	versions, err := m.Datasets.Versions(ctx, town, d)
	if err != nil {
		return err
	}
	promised := i18n.T(ctx, "opendata.fact.frequency")
	at := slices.IndexFunc(facts, func(f components.Definition) bool { return f.Term == promised })
	facts[at].Note = rhythmText(ctx, datasets.RhythmOf(versions), lateDays(d, time.Now()))
	return nil
}

func rhythmText(ctx context.Context, r datasets.Rhythm, late int) string {
	var parts []string
	if r.Days > 0 {
		parts = append(parts, i18n.T(ctx, "opendata.rhythm.observed", i18n.N(r.Days), i18n.V{"Times": r.Times}))
	}
	if late > 0 {
		parts = append(parts, i18n.T(ctx, "opendata.rhythm.late", i18n.N(late)))
	}
	return strings.Join(parts, i18n.NBSP+"; ")
}

// mostFigures keeps a dataset's page readable.
const mostFigures = 6

// relatedTo gives the figures that rest on a dataset and the stories that show it.
func (m *Module) relatedTo(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) ([]components.StatProps, []components.CardProps, error) {
	stats, keys, err := m.figuresOn(ctx, town, d)
	if err != nil {
		return nil, nil, err
	}
	cards, err := m.storyCardsOf(ctx, town, func(s *stories.Story) bool {
		return slices.ContainsFunc(s.Blocks, func(b stories.Block) bool { return shows(b, d.Slug(), keys) })
	})
	return stats, cards, err
}

// shows reports whether a block draws the dataset, or a figure that rests on it.
func shows(b stories.Block, slug string, keys []string) bool {
	switch b.Type {
	case stories.Map:
		return b.Ref == slug
	case stories.Chart:
		return strings.HasPrefix(b.Ref, slug+"/")
	case stories.Figure:
		return slices.Contains(keys, b.Ref)
	case stories.Text, stories.Photo:
	}
	return false
}

// figuresOn are the indicators that rest on a dataset, with their keys: the town's
// own that are computed from its table or follow its module, then the module's.
func (m *Module) figuresOn(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) (stats []components.StatProps, keys []string, err error) {
	prefix := d.Source.Module() + "."
	own, err := m.figures.List(ctx, town, true)
	if err != nil {
		return nil, nil, err
	}
	for i := range own {
		f := &own[i]
		if !restsOn(f, d, prefix) {
			continue
		}
		keys = append(keys, f.Key())
		if stat, known, err := m.statOf(ctx, town, f); err == nil && known { // one without a value is left out
			stats = append(stats, stat)
		}
	}
	if d.Source.Module() == tables.ModuleCode { // its own keys stand for the town's indicators
		return stats[:min(len(stats), mostFigures)], keys, nil
	}
	all, err := m.Live.Of(ctx, town)
	if err != nil {
		return nil, nil, err
	}
	for _, i := range all {
		if !strings.HasPrefix(i.Key, prefix) || i.Theme != string(d.Source.Theme) {
			continue
		}
		keys = append(keys, i.Key)
		if value, err := i.Read(ctx); err == nil && value.Known && len(stats) < mostFigures {
			stats = append(stats, liveStat(indicators.Reading{Indicator: i, Value: value}))
		}
	}
	return stats[:min(len(stats), mostFigures)], keys, nil
}

func restsOn(f *figures.Indicator, d *datasets.Dataset, prefix string) bool {
	switch f.Kind {
	case figures.Column:
		return f.Reference == d.Slug()
	case figures.Live:
		return d.Source.Module() != tables.ModuleCode && strings.HasPrefix(f.Reference, prefix)
	case figures.Typed:
	}
	return false
}
