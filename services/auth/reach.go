package auth

import (
	"context"

	"acvdata/services/authz"
	"acvdata/services/db"
)

// Reachable lists the e-mail addresses of the members of the transaction's town who
// hold one of the roles today, sorted, each once: whom a module writes to. A
// manager of other modules only is left out; module "" asks for every manager.
func Reachable(ctx context.Context, tx *db.Tx, module string, roles ...authz.Role) ([]string, error) {
	return reachable(ctx, tx, module, roles)
}
