package datasets

import (
	"context"
	"maps"

	"acvdata/services/db"
	"acvdata/services/webhooks"
)

// The events other programs may ask for.
const (
	EventPublished = "datasets.published"
	EventWithdrawn = "datasets.withdrawn"
)

// Events are what the service announces.
func Events() []webhooks.Kind {
	return []webhooks.Kind{
		{Name: EventPublished, Label: "datasets.event.published"},
		{Name: EventWithdrawn, Label: "datasets.event.withdrawn"},
	}
}

// announce tells of a dataset on the transaction that makes it so.
func (s *Service) announce(ctx context.Context, tx *db.Tx, event, slug string, more map[string]any) error {
	if s.Announce == nil {
		return nil
	}
	data := map[string]any{"dataset": slug}
	maps.Copy(data, more)
	return s.Announce(ctx, tx, event, data)
}
