package portal

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"acvdata/services/datasets"
	"acvdata/tenants"
	"acvdata/tenants/portal/views"
)

const (
	// freshness is how long the platform's home page may show yesterday's figure:
	// it asks every module of every town, too much for each visit. What a town
	// chose itself shows at once.
	freshness = 5 * time.Second
	atOnce    = 4 // towns asked at the same time
)

// glance is what the platform's home page says of every town, kept a moment.
type glance struct {
	mu      sync.Mutex
	at      time.Time
	all     []*tenants.Tenant // as the directory gave them
	entries []views.TownEntry
}

// towns gives every town with its figures.
func (p *Portal) towns(ctx context.Context) ([]views.TownEntry, error) {
	p.glance.mu.Lock()
	defer p.glance.mu.Unlock()
	all, err := p.deps.Towns.All(ctx)
	if err != nil {
		return nil, err
	}
	if time.Since(p.glance.at) < freshness && slices.EqualFunc(all, p.glance.all, unchanged) {
		return p.glance.entries, nil
	}
	entries := make([]views.TownEntry, len(all))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, town := range all {
		group.Go(func() error {
			entries[i] = p.entry(tenants.With(ctx, town), town)
			return nil
		})
	}
	_ = group.Wait() // entries say what could not be read by leaving it out
	p.glance.entries, p.glance.all, p.glance.at = entries, all, time.Now()
	return entries, nil
}

func unchanged(a, b *tenants.Tenant) bool { return a.ID == b.ID && a.Changed.Equal(b.Changed) }

func (p *Portal) entry(ctx context.Context, town *tenants.Tenant) views.TownEntry {
	entry := views.TownEntry{Town: town}
	for _, figures := range p.deps.Registry().Figures(ctx, town) {
		entry.Figures = append(entry.Figures, figures.Highlights...)
	}
	entry.Datasets = len(p.datasets(ctx, town))
	return entry
}

// datasets gives the town's open datasets, newest first; none when they cannot
// be read, so that the rest of the page still shows.
func (p *Portal) datasets(ctx context.Context, town *tenants.Tenant) []datasets.Dataset {
	if p.deps.Datasets == nil {
		return nil
	}
	open, err := p.deps.Datasets.Open(ctx, town)
	if err != nil {
		slog.WarnContext(ctx, "no datasets", "tenant", town.Slug, "error", err.Error())
		return nil
	}
	slices.SortStableFunc(open, func(a, b datasets.Dataset) int { return b.Modified.Compare(a.Modified) })
	return open
}
