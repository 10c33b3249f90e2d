package auth

import (
	"context"
	"time"

	"acvdata/services/db"
)

// LastVisit is when somebody of the town of the transaction last signed in; zero
// when nobody ever did. It says nobody's name.
func LastVisit(ctx context.Context, tx *db.Tx) (at time.Time, err error) {
	const query = `SELECT coalesce(max(last_sign_in_at), '0001-01-01') FROM platform.membership WHERE tenant_id = $1`
	return at, tx.QueryRow(ctx, query, tx.Tenant()).Scan(&at)
}
