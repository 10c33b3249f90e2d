package imports

import (
	"context"
	"time"

	"acvdata/services/db"
)

// LastCommitted is when a file was last loaded in the town of the transaction;
// zero when none ever was. An import that was undone does not count.
func LastCommitted(ctx context.Context, tx *db.Tx) (at time.Time, err error) {
	const query = `
SELECT coalesce(max(committed_at), '0001-01-01')
FROM imports.import
WHERE tenant_id = $1 AND state = 'committed'`
	return at, tx.QueryRow(ctx, query, tx.Tenant()).Scan(&at)
}
