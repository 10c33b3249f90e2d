package demo

import (
	"context"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"time"

	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/tenants/packs"
)

// Towns stores towns; tenants/directory is one.
type Towns interface {
	Save(ctx context.Context, t *tenants.Tenant) (created bool, err error)
	BySlug(ctx context.Context, slug string) (*tenants.Tenant, error)
}

// Load creates the towns of the shipped packs, marked illustrative when their
// modules are going to be seeded. Loading twice changes nothing.
func Load(ctx context.Context, towns Towns, illustrative bool) ([]*tenants.Tenant, error) {
	all, err := packs.All()
	if err != nil {
		return nil, err
	}
	for i, town := range all {
		town.Illustrative = illustrative
		if _, err := towns.Save(ctx, town); err != nil {
			return nil, fault.Wrap(err, "load pack", town.Slug)
		}
		if all[i], err = towns.BySlug(ctx, town.Slug); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Seed lets every module that is on in a town and can seed fill it. A module
// that already has data there leaves it alone.
func Seed(ctx context.Context, all []*tenants.Tenant, modules []module.Module) error {
	for _, town := range all {
		if !town.Illustrative {
			continue
		}
		for _, m := range modules {
			seeder, can := m.(module.Seeder)
			manifest := m.Manifest()
			code := manifest.Code
			if !can || !manifest.Core && !town.Has(code) {
				continue
			}
			start := time.Now()
			if err := seeder.Seed(tenants.With(ctx, town), town, chance(town.Slug, code)); err != nil {
				return fault.Wrap(err, "seed "+code, town.Slug)
			}
			slog.InfoContext(ctx, "seeded", "tenant", town.Slug, "module", code, "ms", time.Since(start).Milliseconds())
		}
	}
	return nil
}

// chance is the same source for the same town and module, everywhere.
func chance(slug, code string) *rand.Rand {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(slug + "/" + code))
	return rand.New(rand.NewPCG(sum.Sum64(), 2026)) //nolint:gosec // illustrative data, not a secret
}
