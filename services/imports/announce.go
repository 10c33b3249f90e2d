package imports

import (
	"context"

	"acvdata/services/db"
	"acvdata/services/webhooks"
)

// The events other programs may ask for.
const (
	eventCommitted = "imports.committed"
	eventUndone    = "imports.undone"
)

// Events are what the pipeline announces.
func Events() []webhooks.Kind {
	return []webhooks.Kind{
		{Name: eventCommitted, Label: "imports.event.committed"},
		{Name: eventUndone, Label: "imports.event.undone"},
	}
}

// announce tells of an import on the transaction that ends it. The file's name
// stays here: it may hold a person's.
func (s *Service) announce(ctx context.Context, tx *db.Tx, event string, i *Import) error {
	if s.Announce == nil {
		return nil
	}
	return s.Announce(ctx, tx, event, map[string]any{
		"import": i.ID, "target": i.Target, "rows": i.Counts.Rows, "created": i.Counts.Created,
		"updated": i.Counts.Updated, "unchanged": i.Counts.Unchanged, "rejected": i.Counts.Rejected,
	})
}
