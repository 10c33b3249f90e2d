package datasets

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/datasets/changes"
	"acvdata/services/db"
)

const (
	selectDifference = `
SELECT withheld, summary, key, size
FROM datasets.difference
WHERE tenant_id = $1 AND dataset_id = $2 AND older = $3 AND newer = $4 AND state = 'ready'`

	// Counts between each version and the one before.
	selectSteps = `
SELECT newer, withheld, added, changed, removed
FROM datasets.difference
WHERE tenant_id = $1 AND dataset_id = $2 AND older = newer - 1 AND state = 'ready'
ORDER BY newer
LIMIT 1000`

	upsertAsked = `
INSERT INTO datasets.difference (tenant_id, dataset_id, older, newer, state)
VALUES ($1, $2, $3, $4, 'waiting')
ON CONFLICT (tenant_id, dataset_id, older, newer) DO UPDATE
SET state = 'waiting', computed_at = NULL, asked_at = now()`

	// Comparisons of the town that wait, the one asked for apart.
	selectAsked = `
SELECT count(*) FROM datasets.difference
WHERE tenant_id = $1 AND state = 'waiting' AND asked_at > now() - interval '10 minutes'
  AND (dataset_id, older, newer) <> ($2, $3, $4)`

	upsertDifference = `
INSERT INTO datasets.difference (tenant_id, dataset_id, older, newer, state, withheld, added, changed, removed, summary, key, size, computed_at)
VALUES ($1, $2, $3, $4, 'ready', $5, $6, $7, $8, $9, $10, $11, now())
ON CONFLICT (tenant_id, dataset_id, older, newer) DO UPDATE
SET state = 'ready', withheld = excluded.withheld, added = excluded.added, changed = excluded.changed, removed = excluded.removed,
    summary = excluded.summary, key = excluded.key, size = excluded.size, computed_at = now()`

	// The file of the comparison before, where this one has another.
	selectSuperseded = `
SELECT coalesce(max(key), '') FROM datasets.difference
WHERE tenant_id = $1 AND dataset_id = $2 AND older = $3 AND newer = $4 AND key <> $5`

	selectSource = `
SELECT source FROM datasets.dataset WHERE tenant_id = $1 AND id = $2`
)

// difference reads a comparison that was computed under the same withheld columns,
// nil when there is none.
func (store) difference(ctx context.Context, tx *db.Tx, id uuid.UUID, older, newer int, withheld []string) (*Difference, error) {
	d := &Difference{dataset: id, Older: older, Newer: newer, Ready: true}
	err := tx.QueryRow(ctx, selectDifference, tx.Tenant(), id, older, newer).Scan(&d.withheld, &d.Summary, &d.key, &d.Size)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !slices.Equal(d.withheld, withheld) {
		return nil, nil //nolint:nilnil // not computed yet
	}
	return d, err
}

// steps gives the counts of changes by version, compared with the one before.
func (store) steps(ctx context.Context, tx *db.Tx, id uuid.UUID, withheld []string) (map[int]changes.Summary, error) {
	rows, err := tx.Query(ctx, selectSteps, tx.Tenant(), id)
	if err != nil {
		return nil, err
	}
	steps := map[int]changes.Summary{}
	var newer int
	var under []string
	var s changes.Summary
	_, err = pgx.ForEachRow(rows, []any{&newer, &under, &s.Added, &s.Changed, &s.Removed}, func() error {
		if slices.Equal(under, withheld) {
			steps[newer] = s
		}
		return nil
	})
	return steps, err
}

// ask notes that a comparison is wanted; how many others wait.
func (store) ask(ctx context.Context, tx *db.Tx, id uuid.UUID, older, newer int) (others int, err error) {
	if _, err := tx.Exec(ctx, upsertAsked, tx.Tenant(), id, older, newer); err != nil {
		return 0, err
	}
	return others, tx.QueryRow(ctx, selectAsked, tx.Tenant(), id, older, newer).Scan(&others)
}

func (store) keepDifference(ctx context.Context, tx *db.Tx, d *Difference) error {
	summary, err := json.Marshal(d.Summary)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, upsertDifference, tx.Tenant(), d.dataset, d.Older, d.Newer, append([]string{}, d.withheld...),
		d.Added, d.Changed, d.Removed, string(summary), d.key, d.Size)
	return err
}

// superseded names the file that a comparison takes the place of, "" for none.
func (store) superseded(ctx context.Context, tx *db.Tx, d *Difference) (key string, err error) {
	return key, tx.QueryRow(ctx, selectSuperseded, tx.Tenant(), d.dataset, d.Older, d.Newer, d.key).Scan(&key)
}

// sourceOf gives the source of a dataset, "" when it is unknown.
func (store) sourceOf(ctx context.Context, tx *db.Tx, id uuid.UUID) (source string, err error) {
	err = tx.QueryRow(ctx, selectSource, tx.Tenant(), id).Scan(&source)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return source, err
}
