package imports

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/jobs"
)

// sweepJob deletes what nobody needs any more of a town's imports. It follows
// each upload: a town that brings no file in keeps nothing to sweep.
type sweepJob struct{}

// Kind implements db.Job.
func (sweepJob) Kind() string { return "imports.sweep" }

const (
	// Uploads that a killed process left half-way.
	deleteAbandoned = `
DELETE FROM imports.import
WHERE tenant_id = $1 AND state = 'uploaded' AND created_at < $2
RETURNING id`

	// Files outlive their last step by as long as an import can be undone; they
	// may hold names.
	updateOutlived = `
UPDATE imports.import
SET file_kept = false,
    state = CASE WHEN state IN ('analysed', 'ready', 'failed') THEN 'cancelled' ELSE state END
WHERE tenant_id = $1 AND file_kept AND updated_at < $2
  AND state NOT IN ('uploaded', 'checking', 'committing', 'undoing')
RETURNING id`
)

func (s *Service) workSweep(ctx context.Context, task *jobs.Task, _ sweepJob) error {
	var gone []uuid.UUID
	err := s.DB.InTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) error {
		abandoned, err := swept(ctx, tx, deleteAbandoned, s.now().AddDate(0, 0, -1))
		if err != nil {
			return err
		}
		outlived, err := swept(ctx, tx, updateOutlived, s.now().AddDate(0, 0, -UndoDays))
		gone = append(abandoned, outlived...)
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range gone {
		s.deleteFiles(ctx, &Import{ID: id, Tenant: task.Tenant})
	}
	return nil
}

func swept(ctx context.Context, tx *db.Tx, statement string, before any) ([]uuid.UUID, error) {
	rows, err := tx.Query(ctx, statement, tx.Tenant(), before)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}
