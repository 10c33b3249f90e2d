package auth

import (
	"context"
	"strings"

	"acvdata/services/authz"
	"acvdata/services/i18n"
)

// roleNames names roles in the language of the context: "Administrateur, Lecteur".
func roleNames(ctx context.Context, roles []authz.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = i18n.T(ctx, r.LabelKey())
	}
	return strings.Join(names, ", ")
}
