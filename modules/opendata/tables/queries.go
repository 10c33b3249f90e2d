package tables

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/imports"
)

const (
	// A table without an edition left still has its address.
	selectTable = `
SELECT t.id, t.slug, t.title, t.theme, t.edition, t.version, t.changed_at, t.charts,
       coalesce(e.columns, '[]'::jsonb), coalesce(e.rows, 0), coalesce(e.located, 0),
       coalesce(e.import_id, '00000000-0000-0000-0000-000000000000')
FROM opendata.town_table t
LEFT JOIN opendata.edition e ON e.tenant_id = t.tenant_id AND e.table_id = t.id AND e.number = t.edition
WHERE t.tenant_id = $1 AND ($2 = '' OR t.slug = $2)
ORDER BY t.slug
LIMIT 2000`

	lockTable = `SELECT FROM opendata.town_table WHERE tenant_id = $1 AND slug = $2 FOR UPDATE`

	insertTable = `
INSERT INTO opendata.town_table (tenant_id, id, slug, title, theme)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, slug) DO NOTHING`

	bumpTable = `
UPDATE opendata.town_table SET version = version + 1, changed_at = now()
WHERE tenant_id = $1 AND id = $2`

	updateEdition = `
UPDATE opendata.town_table SET edition = $3 WHERE tenant_id = $1 AND id = $2`

	updateColumns = `
UPDATE opendata.edition SET columns = $4
WHERE tenant_id = $1 AND table_id = $2 AND number = $3`

	updateCharts = `
UPDATE opendata.town_table SET charts = $3 WHERE tenant_id = $1 AND id = $2`

	insertEdition = `
INSERT INTO opendata.edition (tenant_id, table_id, number, import_id, columns)
SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4
FROM opendata.edition
WHERE tenant_id = $1 AND table_id = $2
RETURNING number`

	countEdition = `
UPDATE opendata.edition e SET rows = r.n, located = r.placed
FROM (
  SELECT count(*) AS n, count(qk) AS placed
  FROM opendata.slot_row
  WHERE tenant_id = $1 AND table_id = $2 AND edition = $3
) r
WHERE e.tenant_id = $1 AND e.table_id = $2 AND e.number = $3`

	// The rows shown and those of the edition before are kept, for undoing.
	deleteOlderRows = `
DELETE FROM opendata.slot_row
WHERE tenant_id = $1 AND table_id = $2 AND edition < $3 - 1`

	selectEditionOf = `
SELECT t.slug, e.number
FROM opendata.edition e
JOIN opendata.town_table t ON t.tenant_id = e.tenant_id AND t.id = e.table_id
WHERE e.tenant_id = $1 AND e.import_id = $2`

	// The edition before, and whether its rows are still there.
	selectBefore = `
SELECT e.number, e.rows = 0 OR EXISTS (
  SELECT FROM opendata.slot_row r
  WHERE r.tenant_id = $1 AND r.table_id = $2 AND r.edition = e.number)
FROM opendata.edition e
WHERE e.tenant_id = $1 AND e.table_id = $2 AND e.number < $3
ORDER BY e.number DESC
LIMIT 1`

	deleteEdition = `
DELETE FROM opendata.edition WHERE tenant_id = $1 AND table_id = $2 AND number = $3`
)

func selectTables(ctx context.Context, tx *db.Tx, slug string) ([]Table, error) {
	rows, err := tx.Query(ctx, selectTable, tx.Tenant(), slug)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t Table, err error) {
		var charts, columns []byte
		err = row.Scan(&t.ID, &t.Slug, &t.Title, &t.Theme, &t.Edition, &t.Version, &t.Changed, &charts, &columns, &t.Rows, &t.Located, &t.Import)
		if err == nil {
			err = json.Unmarshal(charts, &t.Charts)
		}
		if err == nil {
			err = json.Unmarshal(columns, &t.Columns)
		}
		return t, err
	})
	if err != nil {
		return nil, err
	}
	return list, follow(ctx, tx, list)
}

// shownTables are the tables without the columns that nobody is shown.
func shownTables(ctx context.Context, tx *db.Tx, slug string) ([]Table, error) {
	list, err := selectTables(ctx, tx, slug)
	if err != nil {
		return nil, err
	}
	hidden, err := datasets.Hidden(ctx, tx)
	for i := range list {
		list[i].hide(hidden[SourceID(list[i].Slug)])
	}
	return list, err
}

// follow says which tables came from files that respected a schema published
// somewhere.
func follow(ctx context.Context, tx *db.Tx, list []Table) error {
	ids := make([]uuid.UUID, len(list))
	for i := range list {
		ids[i] = list[i].Import
	}
	followed, err := imports.FollowedBy(ctx, tx, ids)
	for i := range list {
		if f := followed[list[i].Import]; f.Respected && f.Address != "" {
			list[i].Schema = datasets.Schema{Name: f.Label, URL: f.Address, Version: f.Version, Loose: true}
		}
	}
	return err
}
