package datasets

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/privacy"
)

const (
	selectPersonal = `
SELECT field, kinds, cells, filled, examples, decision, decided_name, coalesce(decided_at, ` + noDay + `), decided_for
FROM datasets.personal_column
WHERE tenant_id = $1 AND dataset_id = $2
ORDER BY field`

	// A decision holds as long as the column looks like nothing that the person was
	// not shown. A column that is withheld stays so.
	upsertPersonal = `
INSERT INTO datasets.personal_column AS p (tenant_id, dataset_id, field, kinds, cells, filled, examples)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, dataset_id, field) DO UPDATE SET
  kinds = excluded.kinds, cells = excluded.cells, filled = excluded.filled, examples = excluded.examples, found_at = now(),
  decision = CASE WHEN p.decision = 'public' AND NOT excluded.kinds <@ p.decided_for THEN '' ELSE p.decision END,
  decided_at = CASE WHEN p.decision = 'public' AND NOT excluded.kinds <@ p.decided_for THEN NULL ELSE p.decided_at END`

	// What is no longer found and was never decided is forgotten; decisions are kept.
	deletePersonal = `
DELETE FROM datasets.personal_column
WHERE tenant_id = $1 AND dataset_id = $2 AND decision = '' AND NOT field = ANY($3)`

	updateDecision = `
UPDATE datasets.personal_column
SET decision = $4, decided_for = kinds, decided_by = nullif($5, '00000000-0000-0000-0000-000000000000'::uuid),
    decided_name = $6, decided_at = now()
WHERE tenant_id = $1 AND dataset_id = $2 AND field = $3`

	selectWaitingColumns = `
SELECT d.source, count(*)
FROM datasets.personal_column p
JOIN datasets.dataset d ON d.tenant_id = p.tenant_id AND d.id = p.dataset_id
WHERE p.tenant_id = $1 AND d.tenant_id = $1 AND p.decision = '' AND p.kinds && $2
GROUP BY d.source`

	selectHidden = `
SELECT d.source, p.field
FROM datasets.personal_column p
JOIN datasets.dataset d ON d.tenant_id = p.tenant_id AND d.id = p.dataset_id
WHERE p.tenant_id = $1 AND d.tenant_id = $1
  AND (p.decision = 'withheld' OR p.decision = '' AND d.state = 'published' AND p.kinds && $2)`
)

func (store) personal(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]PersonalColumn, error) {
	rows, err := tx.Query(ctx, selectPersonal, tx.Tenant(), id)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (p PersonalColumn, err error) {
		var kinds, decided []string
		err = r.Scan(&p.Field, &kinds, &p.Cells, &p.Filled, &p.Examples, &p.Decision, &p.By, &p.At, &decided)
		p.Kinds, p.decidedFor = kindsOf(kinds), kindsOf(decided)
		return p, err
	})
}

func kindsOf(names []string) []privacy.Kind {
	list := make([]privacy.Kind, len(names))
	for i, n := range names {
		list[i] = privacy.Kind(n)
	}
	return list
}

// keepPersonal keeps what was found of a dataset, beside what was decided.
func (store) keepPersonal(ctx context.Context, tx *db.Tx, id uuid.UUID, found []PersonalColumn) error {
	fields := make([]string, len(found))
	for i, p := range found {
		fields[i] = p.Field
		kinds := make([]string, len(p.Kinds))
		for n, k := range p.Kinds {
			kinds[n] = string(k)
		}
		slices.Sort(kinds)
		_, err := tx.Exec(ctx, upsertPersonal, tx.Tenant(), id, p.Field, kinds, p.Cells, p.Filled, append([]string{}, p.Examples...))
		if err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, deletePersonal, tx.Tenant(), id, fields)
	return err
}

// decide keeps a decision; false when the column is not one that was found.
func (store) decide(ctx context.Context, tx *db.Tx, id uuid.UUID, field string, d Decision, by uuid.UUID, name string) (bool, error) {
	tag, err := tx.Exec(ctx, updateDecision, tx.Tenant(), id, field, string(d), by, name)
	return tag.RowsAffected() > 0, err
}

// blocking are the kinds that wait for a decision.
func blocking() (names []string) {
	for _, k := range privacy.Kinds() {
		if k.Blocks() {
			names = append(names, string(k))
		}
	}
	return names
}

// waitingColumns counts, by source, the columns that nobody decided of.
func (store) waitingColumns(ctx context.Context, tx *db.Tx) (map[string]int, error) {
	rows, err := tx.Query(ctx, selectWaitingColumns, tx.Tenant(), blocking())
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	var source string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&source, &n}, func() error {
		counts[source] = n
		return nil
	})
	return counts, err
}

func (store) hidden(ctx context.Context, tx *db.Tx) (map[string][]string, error) {
	rows, err := tx.Query(ctx, selectHidden, tx.Tenant(), blocking())
	if err != nil {
		return nil, err
	}
	hidden := map[string][]string{}
	var source, field string
	_, err = pgx.ForEachRow(rows, []any{&source, &field}, func() error {
		hidden[source] = append(hidden[source], field)
		return nil
	})
	return hidden, err
}
