package views

import (
	"context"

	"acvdata/services/i18n"
)

// schemaInvite is what unfolds the choice of a schema.
func schemaInvite(ctx context.Context, chosen string) string {
	if chosen != "" {
		return i18n.T(ctx, "imports.schema.change")
	}
	return i18n.T(ctx, "imports.schema.choose")
}
