package programme

import (
	"context"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

// writeSignal writes a town's row, from its own transaction; one that says
// nothing new is left alone for an hour.
func writeSignal(ctx context.Context, tx *db.Tx, s *Signal) error {
	const statement = `
INSERT INTO programme.signal AS old (tenant_id, last_import_at, last_visit_at, failed_jobs, failed_since, datasets, published_at,
  open_milestones, milestones, reached, next_title, person_days, euros, title, decision, illustrative, read_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (tenant_id) DO UPDATE
SET last_import_at = excluded.last_import_at, last_visit_at = excluded.last_visit_at, failed_jobs = excluded.failed_jobs,
    failed_since = excluded.failed_since, datasets = excluded.datasets, published_at = excluded.published_at,
    open_milestones = excluded.open_milestones, milestones = excluded.milestones, reached = excluded.reached,
    next_title = excluded.next_title, person_days = excluded.person_days, euros = excluded.euros, title = excluded.title,
    decision = excluded.decision, illustrative = excluded.illustrative, read_at = excluded.read_at
WHERE excluded.read_at > old.read_at + interval '1 hour'
   OR (old.last_import_at, old.last_visit_at, old.failed_jobs, old.failed_since, old.datasets, old.published_at, old.open_milestones,
       old.milestones, old.reached, old.next_title, old.person_days, old.euros, old.title, old.decision, old.illustrative)
      IS DISTINCT FROM
      (excluded.last_import_at, excluded.last_visit_at, excluded.failed_jobs, excluded.failed_since, excluded.datasets,
       excluded.published_at, excluded.open_milestones, excluded.milestones, excluded.reached, excluded.next_title,
       excluded.person_days, excluded.euros, excluded.title, excluded.decision, excluded.illustrative)`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), orNull(s.LastImport), orNull(s.LastVisit), s.FailedJobs, orNull(s.FailedSince),
		s.Datasets, orNull(s.PublishedAt), s.Open, s.Milestones, s.Reached, s.NextTitle, s.PersonDays, s.Euros, s.Title, s.Decision,
		s.Illustrative, s.ReadAt)
	return err
}

const signalColumns = `tenant_id, coalesce(last_import_at, '0001-01-01'), coalesce(last_visit_at, '0001-01-01'), failed_jobs,
  coalesce(failed_since, '0001-01-01'), datasets, coalesce(published_at, '0001-01-01'), open_milestones, milestones, reached,
  next_title, person_days, euros, title, decision, illustrative, read_at`

// readSignals reads every town's row: the only reading across towns, of a table
// that holds nothing else.
func readSignals(ctx context.Context, tx *db.PlatformTx) ([]Signal, error) {
	rows, err := tx.Query(ctx, `SELECT `+signalColumns+` FROM programme.signal`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanSignal)
}

func scanSignal(row pgx.CollectableRow) (s Signal, err error) {
	return s, row.Scan(&s.Tenant, &s.LastImport, &s.LastVisit, &s.FailedJobs, &s.FailedSince, &s.Datasets, &s.PublishedAt, &s.Open,
		&s.Milestones, &s.Reached, &s.NextTitle, &s.PersonDays, &s.Euros, &s.Title, &s.Decision, &s.Illustrative, &s.ReadAt)
}
