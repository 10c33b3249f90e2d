package imports

import (
	"context"
	"errors"
	"log/slog"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

const selectWorking = `
SELECT id FROM imports.import
WHERE tenant_id = $1 AND state IN ('checking', 'committing', 'undoing')
ORDER BY id LIMIT 200`

// endLeft gives back to people the imports of a town that no job works on: the
// queue gives one up without a word when its worker was killed too many times.
func (s *Service) endLeft(ctx context.Context, town *tenants.Tenant) error {
	var working []uuid.UUID
	err := s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, selectWorking, tx.Tenant())
		if err == nil {
			working, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		}
		return err
	})
	for _, id := range working {
		failed := s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error { return s.endIfLeft(ctx, tx, id) })
		if fault.Is(oneAtATime(failed), fault.Conflict) {
			continue // a job is at it right now
		}
		err = errors.Join(err, failed)
	}
	return err
}

// endIfLeft holds the import, so that no other job starts while it looks.
func (s *Service) endIfLeft(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	i, err := s.store.claim(ctx, tx, id)
	if err != nil || !i.State.Working() {
		return err
	}
	p, err := s.Jobs.Progress(ctx, tx.Tenant(), i.Subject())
	if err != nil {
		return err
	}
	ended, err := jobs.Ended(ctx, tx, []int64{p.JobID})
	if err != nil || !ended[p.JobID] {
		return err
	}
	slog.WarnContext(ctx, "job of an import ended without a word", "import", id, "job", p.JobID)
	return s.settleTo(ctx, tx, i, endings[i.State].failed, fault.New(fault.Internal, "imports.fault.interrupted"))
}
