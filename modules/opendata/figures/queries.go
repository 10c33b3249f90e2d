package figures

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/modules/opendata/tables"
	"acvdata/services/db"
)

const (
	selectIndicators = `
SELECT id, slug, title, unit, decimals, method, source, theme, kind, reference, value_column, date_column, aggregate,
  goal, coalesce(goal_on, '0001-01-01'::date), lower, published, revision, updated_at
FROM opendata.indicator
WHERE tenant_id = $1 AND ($2 = '' OR slug = $2)
ORDER BY title, slug
LIMIT 500`

	insertIndicator = `
INSERT INTO opendata.indicator (tenant_id, id, slug, title, unit, decimals, method, source, theme, kind, reference,
  value_column, date_column, aggregate, goal, goal_on, lower, published)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (tenant_id, slug) DO NOTHING`

	updateIndicator = `
UPDATE opendata.indicator SET
  title = $4, unit = $5, decimals = $6, method = $7, source = $8, theme = $9, kind = $10, reference = $11,
  value_column = $12, date_column = $13, aggregate = $14, goal = $15, goal_on = $16, lower = $17, published = $18,
  revision = revision + 1, updated_at = now()
WHERE tenant_id = $1 AND id = $2 AND revision = $3`

	deleteIndicator = `DELETE FROM opendata.indicator WHERE tenant_id = $1 AND slug = $2`

	selectMeasures = `
SELECT day, value FROM opendata.measure
WHERE tenant_id = $1 AND indicator_id = $2
ORDER BY day DESC
LIMIT 1000`

	upsertMeasure = `
INSERT INTO opendata.measure (tenant_id, indicator_id, day, value, note)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, indicator_id, day) DO UPDATE SET value = excluded.value, note = excluded.note`

	deleteMeasure = `DELETE FROM opendata.measure WHERE tenant_id = $1 AND indicator_id = $2 AND day = $3`

	selectThemes = `
SELECT code, shown, position, summary FROM opendata.theme
WHERE tenant_id = $1
ORDER BY position, code
LIMIT 100`

	upsertTheme = `
INSERT INTO opendata.theme (tenant_id, code, shown, position, summary)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, code) DO UPDATE
SET shown = excluded.shown, position = excluded.position, summary = excluded.summary`
)

func selectAll(ctx context.Context, tx *db.Tx, slug string) ([]Indicator, error) {
	rows, err := tx.Query(ctx, selectIndicators, tx.Tenant(), slug)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (i Indicator, err error) {
		err = row.Scan(&i.ID, &i.Slug, &i.Title, &i.Unit, &i.Decimals, &i.Method, &i.Source, &i.Theme, &i.Kind, &i.Reference,
			&i.ValueColumn, &i.DateColumn, &i.Aggregate, &i.Goal, &i.GoalOn, &i.Lower, &i.Published, &i.Revision, &i.Updated)
		if i.GoalOn.Year() == 1 {
			i.GoalOn = time.Time{}
		}
		return i, err
	})
}

// values are the columns that both statements write, from the title on.
func (i *Indicator) values() []any {
	var on *time.Time
	if !i.GoalOn.IsZero() {
		on = &i.GoalOn
	}
	return []any{
		i.Title, i.Unit, i.Decimals, i.Method, i.Source, string(i.Theme), string(i.Kind), i.Reference,
		i.ValueColumn, i.DateColumn, string(i.Aggregate), i.Goal, on, i.Lower, i.Published,
	}
}

// measures reads the kept values, oldest first.
func measures(ctx context.Context, tx *db.Tx, id uuid.UUID) (h History, err error) {
	rows, err := tx.Query(ctx, selectMeasures, tx.Tenant(), id)
	if err != nil {
		return nil, err
	}
	h, err = pgx.CollectRows(rows, pgx.RowToStructByPos[tables.Dated])
	for a, b := 0, len(h)-1; a < b; a, b = a+1, b-1 {
		h[a], h[b] = h[b], h[a]
	}
	return h, err
}
