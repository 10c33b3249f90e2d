package harvest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

const (
	selectItems = `
SELECT i.id, i.slug, i.content, i.source_id, s.name, s.url, i.decision, ` + effective + `, i.state,
  coalesce(i.missing_since, '0001-01-01'::timestamptz), i.changed_at
FROM opendata.harvest_item i
JOIN opendata.harvest_source s ON s.tenant_id = i.tenant_id AND s.id = i.source_id
WHERE i.tenant_id = $1
  AND ($2 = '00000000-0000-0000-0000-000000000000'::uuid OR i.source_id = $2)
  AND ($3 = '' OR i.slug = $3)
  AND (NOT $4 OR i.state <> 'archived' AND ` + effective + ` = 'published')
ORDER BY i.title, i.slug
LIMIT 100000`

	updateDecision = `UPDATE opendata.harvest_item SET decision = $4 WHERE tenant_id = $1 AND source_id = $2 AND slug = ANY($3)`

	selectKeys = `
SELECT k.key, k.source_id, i.id, i.identifier, i.slug, i.title, i.sum, i.state, i.run_id, s.name
FROM opendata.harvest_key k
JOIN opendata.harvest_item i ON i.tenant_id = k.tenant_id AND i.id = k.item_id
JOIN opendata.harvest_source s ON s.tenant_id = i.tenant_id AND s.id = i.source_id
WHERE k.tenant_id = $1 AND k.key = ANY($2)
ORDER BY k.key, k.source_id
LIMIT 100000`

	selectSlugs = `SELECT slug FROM opendata.harvest_item WHERE tenant_id = $1 AND slug = ANY($2)`

	insertItem = `
INSERT INTO opendata.harvest_item (tenant_id, id, source_id, identifier, slug, title, open, content, sum, run_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

	updateItem = `
UPDATE opendata.harvest_item
SET identifier = $3, title = $4, open = $5, content = $6, sum = $7, run_id = $8, state = 'listed', missing_since = NULL, changed_at = now()
WHERE tenant_id = $1 AND id = $2`

	touchItem = `UPDATE opendata.harvest_item SET run_id = $3 WHERE tenant_id = $1 AND id = $2`

	insertKey = `
INSERT INTO opendata.harvest_key (tenant_id, source_id, key, item_id)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, key, source_id) DO NOTHING`

	insertLine = `
INSERT INTO opendata.harvest_report (tenant_id, run_id, number, outcome, title, identifier, slug, reason, args)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	// What the run did not meet is missing since now, or archived when it has been
	// for long enough.
	sweepItems = `
UPDATE opendata.harvest_item
SET state = CASE WHEN $4::integer = 0 OR missing_since <= $5::timestamptz - make_interval(days => $4, hours => -12) THEN 'archived' ELSE 'missing' END,
  missing_since = coalesce(missing_since, $5)
WHERE tenant_id = $1 AND source_id = $2 AND run_id <> $3 AND state <> 'archived'
RETURNING state, title, identifier, slug`
)

// filter narrows a reading of datasets.
type filter struct {
	source uuid.UUID
	slug   string
	public bool
}

func selectDatasets(ctx context.Context, tx *db.Tx, f filter) ([]Dataset, error) {
	rows, err := tx.Query(ctx, selectItems, tx.Tenant(), f.source, f.slug, f.public)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (d Dataset, err error) {
		var content []byte
		err = r.Scan(&d.ID, &d.Slug, &content, &d.SourceID, &d.SourceName, &d.SourceURL, &d.Decision, &d.Effective, &d.State, &d.Since, &d.Changed)
		if err == nil {
			err = json.Unmarshal(content, &d.Item)
		}
		return d, err
	})
}

func decide(ctx context.Context, tx *db.Tx, source uuid.UUID, slugs []string, d Decision) (int, error) {
	tag, err := tx.Exec(ctx, updateDecision, tx.Tenant(), source, slugs, string(d))
	return int(tag.RowsAffected()), err
}

// known is an item that a key leads to.
type known struct {
	source           uuid.UUID
	sourceName       string
	id               uuid.UUID
	identifier, slug string
	title            string
	sum              []byte
	state            string
	run              uuid.UUID
}

// lookup finds the items that keys lead to, of every source of the town.
func lookup(ctx context.Context, tx *db.Tx, all []string) (map[string][]*known, error) {
	rows, err := tx.Query(ctx, selectKeys, tx.Tenant(), all)
	if err != nil {
		return nil, err
	}
	found, one := map[string][]*known{}, map[uuid.UUID]*known{}
	_, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (struct{}, error) {
		var key string
		k := &known{}
		err := r.Scan(&key, &k.source, &k.id, &k.identifier, &k.slug, &k.title, &k.sum, &k.state, &k.run, &k.sourceName)
		if met := one[k.id]; met != nil {
			k = met // one value an item, whatever the key
		}
		one[k.id] = k
		found[key] = append(found[key], k)
		return struct{}{}, err
	})
	return found, err
}

func takenSlugs(ctx context.Context, tx *db.Tx, slugs []string) (map[string]bool, error) {
	rows, err := tx.Query(ctx, selectSlugs, tx.Tenant(), slugs)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	taken := map[string]bool{}
	for _, s := range list {
		taken[s] = true
	}
	return taken, err
}

// send writes what was gathered in one round trip.
func send(ctx context.Context, tx *db.Tx, b *pgx.Batch) error {
	if b.Len() == 0 {
		return nil
	}
	return tx.SendBatch(ctx, b).Close()
}

// sweepMissing marks what a whole reading did not meet, and returns it.
func sweepMissing(ctx context.Context, tx *db.Tx, source, run uuid.UUID, grace int, now time.Time) ([]Line, error) {
	rows, err := tx.Query(ctx, sweepItems, tx.Tenant(), source, run, grace, now)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (l Line, err error) {
		err = r.Scan(&l.Outcome, &l.Title, &l.Identifier, &l.Slug)
		return l, err
	})
}
