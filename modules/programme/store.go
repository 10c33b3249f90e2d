package programme

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
)

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func readRecord(ctx context.Context, tx *db.Tx) (r Record, err error) {
	const query = `
SELECT title, hypothesis, audience, baseline, threshold, coalesce(threshold_on, '0001-01-01'), coalesce(starts_on, '0001-01-01'),
       decision, reasons, coalesce(decided_on, '0001-01-01'), illustrative, version, changed_at
FROM programme.experiment
WHERE tenant_id = $1`
	err = tx.QueryRow(ctx, query, tx.Tenant()).Scan(&r.Title, &r.Hypothesis, &r.Audience, &r.Baseline, &r.Threshold, &r.ThresholdOn,
		&r.StartsOn, &r.Decision, &r.Reasons, &r.DecidedOn, &r.Illustrative, &r.Version, &r.ChangedAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return Record{}, nil
	}
	return r, err
}

// writeRecord writes version r.Version; an older one in the table is replaced,
// any other is a conflict.
func writeRecord(ctx context.Context, tx *db.Tx, r *Record) error {
	const statement = `
INSERT INTO programme.experiment (tenant_id, title, hypothesis, audience, baseline, threshold, threshold_on, starts_on,
  decision, reasons, decided_on, illustrative, version, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (tenant_id) DO UPDATE
SET title = excluded.title, hypothesis = excluded.hypothesis, audience = excluded.audience, baseline = excluded.baseline,
    threshold = excluded.threshold, threshold_on = excluded.threshold_on, starts_on = excluded.starts_on,
    decision = excluded.decision, reasons = excluded.reasons, decided_on = excluded.decided_on,
    illustrative = excluded.illustrative, version = excluded.version, changed_at = excluded.changed_at
WHERE experiment.version = excluded.version - 1`
	tag, err := tx.Exec(ctx, statement, tx.Tenant(), r.Title, r.Hypothesis, r.Audience, r.Baseline, r.Threshold, orNull(r.ThresholdOn),
		orNull(r.StartsOn), r.Decision, r.Reasons, orNull(r.DecidedOn), r.Illustrative, r.Version, r.ChangedAt)
	if err == nil && tag.RowsAffected() == 0 {
		return fault.New(fault.Conflict, "programme.fault.changed_meanwhile")
	}
	return err
}

func readMilestones(ctx context.Context, tx *db.Tx) ([]Milestone, error) {
	const query = `
SELECT id, title, planned_on, coalesce(reached_on, '0001-01-01')
FROM programme.milestone
WHERE tenant_id = $1
ORDER BY planned_on, id
LIMIT 500`
	rows, err := tx.Query(ctx, query, tx.Tenant())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Milestone, err error) {
		return m, row.Scan(&m.ID, &m.Title, &m.Planned, &m.Reached)
	})
}

func readJournal(ctx context.Context, tx *db.Tx) ([]Entry, error) {
	const query = `
SELECT id, on_day, text, by_name
FROM programme.entry
WHERE tenant_id = $1
ORDER BY on_day DESC, id DESC
LIMIT 500`
	rows, err := tx.Query(ctx, query, tx.Tenant())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Entry, err error) {
		return e, row.Scan(&e.ID, &e.On, &e.Text, &e.By)
	})
}

func readEfforts(ctx context.Context, tx *db.Tx) ([]Effort, error) {
	const query = `
SELECT id, on_day, role, days, euros, note
FROM programme.effort
WHERE tenant_id = $1
ORDER BY on_day DESC, id DESC
LIMIT 2000`
	rows, err := tx.Query(ctx, query, tx.Tenant())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Effort, err error) {
		return e, row.Scan(&e.ID, &e.On, &e.Role, &e.Days, &e.Euros, &e.Note)
	})
}

func addMilestone(ctx context.Context, tx *db.Tx, m Milestone) error {
	const statement = `
INSERT INTO programme.milestone (tenant_id, id, title, planned_on, reached_on)
VALUES ($1, $2, $3, $4, $5)`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), m.ID, m.Title, m.Planned, orNull(m.Reached))
	return err
}

func changeMilestone(ctx context.Context, tx *db.Tx, m Milestone) error {
	const statement = `
UPDATE programme.milestone SET title = $3, planned_on = $4, reached_on = $5
WHERE tenant_id = $1 AND id = $2`
	tag, err := tx.Exec(ctx, statement, tx.Tenant(), m.ID, m.Title, m.Planned, orNull(m.Reached))
	return found(tag.RowsAffected(), err)
}

func addEntry(ctx context.Context, tx *db.Tx, e Entry, at time.Time) error {
	const statement = `INSERT INTO programme.entry (tenant_id, id, on_day, text, by_name, at) VALUES ($1, $2, $3, $4, $5, $6)`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), e.ID, e.On, e.Text, e.By, at)
	return err
}

func addEffort(ctx context.Context, tx *db.Tx, e Effort) error {
	const statement = `
INSERT INTO programme.effort (tenant_id, id, on_day, role, days, euros, note)
VALUES ($1, $2, $3, $4, $5, $6, $7)`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), e.ID, e.On, e.Role, e.Days, e.Euros, e.Note)
	return err
}

// The statements that take one line of a record away.
var removals = map[string]string{
	"milestone": `DELETE FROM programme.milestone WHERE tenant_id = $1 AND id = $2`,
	"entry":     `DELETE FROM programme.entry WHERE tenant_id = $1 AND id = $2`,
	"effort":    `DELETE FROM programme.effort WHERE tenant_id = $1 AND id = $2`,
}

func remove(ctx context.Context, tx *db.Tx, what string, id uuid.UUID) error {
	tag, err := tx.Exec(ctx, removals[what], tx.Tenant(), id)
	return found(tag.RowsAffected(), err)
}

func found(n int64, err error) error {
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "programme.fault.not_found")
	}
	return err
}
