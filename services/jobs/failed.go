package jobs

import (
	"context"
	"time"

	"acvdata/services/db"
)

// Failed counts what gave up in the town of the transaction since a moment and
// was not done again, and says since when; oldest is zero when nothing did.
func Failed(ctx context.Context, tx *db.Tx, since time.Time) (n int, oldest time.Time, err error) {
	const query = `
SELECT count(*), coalesce(min(coalesce(ended_at, updated_at)), '0001-01-01')
FROM jobs.progress
WHERE tenant_id = $1 AND state = 'failed' AND coalesce(ended_at, updated_at) >= $2`
	err = tx.QueryRow(ctx, query, tx.Tenant(), since).Scan(&n, &oldest)
	return n, oldest, err
}
