package module

import (
	"context"
	"log/slog"

	"acvdata/tenants"
)

// Figures are what one module has to say of a town in numbers.
type Figures struct {
	Module     Manifest
	Highlights []Highlight
}

// Figures asks every module that is on in the town for its highlights, in the
// modules' order; one without any is left out. A module that fails is left out
// too, and logged: its trouble must not take the town's home page down.
func (r *Registry) Figures(ctx context.Context, town *tenants.Tenant) []Figures {
	var all []Figures
	for _, m := range r.modules {
		manifest := m.Manifest()
		source, can := m.(Highlighter)
		if !can || !manifest.Core && !town.Has(manifest.Code) {
			continue
		}
		highlights, err := source.Highlights(ctx, town)
		if err != nil {
			slog.WarnContext(ctx, "no figures", "module", manifest.Code, "tenant", town.Slug, "error", err.Error())
			continue
		}
		if len(highlights) > 0 {
			all = append(all, Figures{Module: manifest, Highlights: highlights})
		}
	}
	return all
}
