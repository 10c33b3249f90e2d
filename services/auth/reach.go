package auth

import (
	"context"

	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/db"
)

// Reachable lists the e-mail addresses of the members of the transaction's town who
// hold one of the roles today, sorted, each once: whom a module writes to. A
// manager of other modules only is left out; module "" asks for every manager.
func Reachable(ctx context.Context, tx *db.Tx, module string, roles ...authz.Role) ([]string, error) {
	return reachable(ctx, tx, module, roles)
}

// Standing is what an account is in the transaction's town today, and where to
// write to it: what is done later in somebody's name goes no further than they
// still may. found is false when it is no member, or no longer.
func Standing(ctx context.Context, tx *db.Tx, account uuid.UUID) (m authz.Membership, email string, found bool, err error) {
	return standing(ctx, tx, account)
}
