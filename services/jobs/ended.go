package jobs

import (
	"context"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

// Ended tells which of the jobs will not run again: done, given up, or gone from
// the queue.
func Ended(ctx context.Context, tx *db.Tx, ids []int64) (map[int64]bool, error) {
	const query = `
SELECT id
FROM unnest($1::bigint[]) AS asked (id)
WHERE NOT EXISTS (SELECT FROM river.river_job j WHERE j.id = asked.id AND j.finalized_at IS NULL)`
	rows, err := tx.Query(ctx, query, ids)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	ended := make(map[int64]bool, len(list))
	for _, id := range list {
		ended[id] = true
	}
	return ended, err
}
