package datasets

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

// row is a dataset as it is stored.
type row struct {
	id        uuid.UUID
	source    string
	state     State
	own       Metadata
	latest    int
	reason    string
	withdrawn time.Time
	issued    time.Time
	modified  time.Time
}

const noDay = `'0001-01-01'::date`

const datasetColumns = `
  id, source, state, title, summary, licence, producer, contact_name, contact_email, contact_url, frequency,
  themes, keywords, coalesce(temporal_start, ` + noDay + `), coalesce(temporal_end, ` + noDay + `),
  method, documentation_url, high_value,
  latest, withdrawn_reason, coalesce(withdrawn_at, ` + noDay + `), coalesce(issued_at, ` + noDay + `),
  coalesce(modified_at, ` + noDay + `)`

const (
	selectDatasets = `
SELECT` + datasetColumns + `
FROM datasets.dataset
WHERE tenant_id = $1
ORDER BY source
LIMIT 10000`

	selectDataset = `
SELECT` + datasetColumns + `
FROM datasets.dataset
WHERE tenant_id = $1 AND source = $2`

	insertDataset = `
INSERT INTO datasets.dataset (tenant_id, id, source, state, licence)
VALUES ($1, $2, $3, 'draft', $4)
ON CONFLICT (tenant_id, source) DO NOTHING`

	updateMetadata = `
UPDATE datasets.dataset SET
  title = $3, summary = $4, licence = $5, producer = $6, contact_name = $7, contact_email = $8, contact_url = $9,
  frequency = $10, themes = $11, keywords = $12, temporal_start = $13, temporal_end = $14, method = $15,
  documentation_url = $16, high_value = $17, updated_at = now()
WHERE tenant_id = $1 AND id = $2`

	updateWithdrawn = `
UPDATE datasets.dataset
SET state = 'withdrawn', withdrawn_reason = $3, withdrawn_at = now(), updated_at = now()
WHERE tenant_id = $1 AND id = $2`

	updatePublished = `
UPDATE datasets.dataset
SET state = 'published', latest = $3, withdrawn_reason = '', withdrawn_at = NULL,
    issued_at = coalesce(issued_at, now()), modified_at = now(), updated_at = now()
WHERE tenant_id = $1 AND id = $2`
)

// store reads and writes what a town says of its datasets.
type store struct{}

func (store) list(ctx context.Context, tx *db.Tx) ([]row, error) {
	rows, err := tx.Query(ctx, selectDatasets, tx.Tenant())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanDataset)
}

// get reads a dataset by its source; the zero row when nobody has touched it.
func (store) get(ctx context.Context, tx *db.Tx, source string) (row, error) {
	return one(ctx, tx, selectDataset, source)
}

// claim makes the dataset's row if needed, under that licence, and locks it until
// the transaction ends.
func (store) claim(ctx context.Context, tx *db.Tx, source string, licence Licence) (row, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return row{}, err
	}
	if _, err := tx.Exec(ctx, insertDataset, tx.Tenant(), id, source, string(licence)); err != nil {
		return row{}, err
	}
	return one(ctx, tx, selectDataset+" FOR UPDATE", source)
}

func one(ctx context.Context, tx *db.Tx, query, source string) (row, error) {
	rows, err := tx.Query(ctx, query, tx.Tenant(), source)
	if err != nil {
		return row{}, err
	}
	found, err := pgx.CollectRows(rows, scanDataset)
	if err != nil || len(found) == 0 {
		return row{}, err
	}
	return found[0], nil
}

func scanDataset(r pgx.CollectableRow) (row, error) {
	var d row
	var themes []string
	err := r.Scan(&d.id, &d.source, &d.state, &d.own.Title, &d.own.Summary, &d.own.Licence, &d.own.Producer,
		&d.own.ContactName, &d.own.ContactEmail, &d.own.ContactURL, &d.own.Frequency, &themes, &d.own.Keywords,
		&d.own.TemporalStart, &d.own.TemporalEnd, &d.own.Method, &d.own.Documentation, &d.own.HighValue, &d.latest, &d.reason, &d.withdrawn, &d.issued, &d.modified)
	for _, t := range themes {
		d.own.Themes = append(d.own.Themes, Theme(t))
	}
	return d, err
}

func (store) describe(ctx context.Context, tx *db.Tx, id uuid.UUID, m Metadata) error {
	themes := make([]string, len(m.Themes))
	for i, t := range m.Themes {
		themes[i] = string(t)
	}
	_, err := tx.Exec(ctx, updateMetadata, tx.Tenant(), id, m.Title, m.Summary, string(m.Licence), m.Producer,
		m.ContactName, m.ContactEmail, m.ContactURL, string(m.Frequency), themes, append([]string{}, m.Keywords...),
		day(m.TemporalStart), day(m.TemporalEnd), m.Method, m.Documentation, string(m.HighValue))
	return err
}

// day gives NULL for no day.
func day(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (store) withdraw(ctx context.Context, tx *db.Tx, id uuid.UUID, reason string) error {
	_, err := tx.Exec(ctx, updateWithdrawn, tx.Tenant(), id, reason)
	return err
}
