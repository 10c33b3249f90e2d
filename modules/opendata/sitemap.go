package opendata

import (
	"context"

	"acvdata/services/module"
)

// Pages implements module.Mapped: the page of every dataset that everybody may
// have, with its last publication.
func (m *Module) Pages(ctx context.Context) ([]module.Page, error) {
	entries, err := m.entries(ctx, nil)
	pages := make([]module.Page, len(entries))
	for i, e := range entries {
		pages[i] = module.Page{Path: pageAddress(e.Town, e.Dataset), Changed: e.Dataset.Modified}
	}
	return pages, err
}
