package datasets

import (
	"context"

	"acvdata/services/db"
	"acvdata/services/webhooks"
)

// The events other programs may ask for.
const (
	eventPublished = "datasets.published"
	eventWithdrawn = "datasets.withdrawn"
)

// Events are what the service announces.
func Events() []webhooks.Kind {
	return []webhooks.Kind{
		{Name: eventPublished, Label: "datasets.event.published"},
		{Name: eventWithdrawn, Label: "datasets.event.withdrawn"},
	}
}

// announce tells of a dataset on the transaction that makes it so.
func (s *Service) announce(ctx context.Context, tx *db.Tx, event, slug string, more map[string]any) error {
	if s.Announce == nil {
		return nil
	}
	data := map[string]any{"dataset": slug}
	for name, value := range more {
		data[name] = value
	}
	return s.Announce(ctx, tx, event, data)
}
