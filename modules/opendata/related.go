package opendata

import (
	"context"
	"slices"
	"strings"
	"time"

	"acvdata/modules/opendata/debates"
	"acvdata/modules/opendata/figures"
	"acvdata/modules/opendata/stories"
	"acvdata/modules/opendata/tables"
	"acvdata/modules/opendata/views"
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

// relatedTo gives what a dataset served: the collective questions that lean on it with
// what came of them, the figures that rest on it and the stories that show it.
func (m *Module) relatedTo(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) (r views.Related, err error) {
	stats, keys, err := m.figuresOn(ctx, town, d)
	if err != nil {
		return r, err
	}
	r.Figures = stats
	if r.Stories, err = m.storyCardsOf(ctx, town, func(s *stories.Story) bool {
		return slices.ContainsFunc(s.Blocks, func(b stories.Block) bool { return shows(b, d.Slug(), keys) })
	}); err != nil {
		return r, err
	}
	r.Debates, err = m.debateCardsOf(ctx, town, func(q *debates.Debate) bool { return leansOn(q, d.Slug(), keys) })
	return r, err
}

// leansOn reports whether a collective question shows a dataset, or a figure that
// rests on it: keys are those figures'.
func leansOn(q *debates.Debate, slug string, keys []string) bool {
	return slices.ContainsFunc(q.Shows, func(shown string) bool {
		kind, ref, _ := strings.Cut(shown, ":")
		return shows(stories.Block{Type: stories.BlockType(kind), Ref: ref}, slug, keys)
	})
}

// debatesOn are the published questions that lean on a dataset, the newest first.
func (m *Module) debatesOn(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) ([]debates.Debate, error) {
	all, err := m.debates.List(ctx, town, true)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	_, keys, err := m.figuresOn(ctx, town, d)
	return slices.DeleteFunc(all, func(q debates.Debate) bool { return !leansOn(&q, d.Slug(), keys) }), err
}

// referencesOf are the pages of published questions that lean on each of a town's
// datasets, for catalogues: by the map, by a chart, or by a figure computed from it.
func (m *Module) referencesOf(ctx context.Context, town *tenants.Tenant) (map[string][]string, error) {
	all, err := m.debates.List(ctx, town, true)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	computed := map[string]string{} // table of a figure
	own, err := m.figures.List(ctx, town, true)
	for i := range own {
		if own[i].Kind == figures.Column {
			computed[own[i].Key()] = own[i].Reference
		}
	}
	pages := map[string][]string{}
	for i := range all {
		page := m.BaseURL + town.Path(debatePath(all[i].Slug))
		for _, shown := range all[i].Shows {
			kind, ref, _ := strings.Cut(shown, ":")
			slug, _, _ := strings.Cut(ref, "/")
			if kind == debates.Figure {
				slug = computed[ref]
			}
			if slug != "" && !slices.Contains(pages[slug], page) {
				pages[slug] = append(pages[slug], page)
			}
		}
	}
	return pages, err
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
