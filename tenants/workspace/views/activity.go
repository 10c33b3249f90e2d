package views

import (
	"context"

	"acvdata/services/i18n"
)

// nothing says why there is no event to show.
func (v Activity) nothing(ctx context.Context) string {
	if v.active() > 0 || !v.First {
		return i18n.T(ctx, "workspace.activity.not_found")
	}
	return i18n.T(ctx, "workspace.activity.empty")
}
