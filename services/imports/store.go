package imports

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
)

const importColumns = `
  id, target, state, file_name, file_size, file_sha256, skip_rejected, commit_asked,
  rows_read, rows_created, rows_updated, rows_unchanged, rows_rejected, rows_warned, rows_skipped,
  fault_code, fault_key, fault_args,
  coalesce(created_by, '00000000-0000-0000-0000-000000000000'), created_name, created_at,
  coalesce(checked_at, '0001-01-01'),
  coalesce(committed_by, '00000000-0000-0000-0000-000000000000'), committed_name, coalesce(committed_at, '0001-01-01'),
  coalesce(undone_by, '00000000-0000-0000-0000-000000000000'), undone_name, coalesce(undone_at, '0001-01-01'),
  coalesce(schema_id, '00000000-0000-0000-0000-000000000000'), schema_respected, address`

const (
	insertImport = `
INSERT INTO imports.import (tenant_id, id, state, file_name, created_by, created_name, address)
VALUES ($1, $2, 'uploaded', $3, nullif($4, '00000000-0000-0000-0000-000000000000'::uuid), $5, $6)`

	selectImport = `
SELECT` + importColumns + `, detection, mapping
FROM imports.import
WHERE tenant_id = $1 AND id = $2`

	// Files still arriving, or that never did, are not history.
	selectHistory = `
SELECT` + importColumns + `, '{}'::jsonb, '{}'::jsonb
FROM imports.import
WHERE tenant_id = $1 AND state <> 'uploaded'
  AND ($2 = '' OR target = $2)
  AND ($3 = '00000000-0000-0000-0000-000000000000'::uuid OR id < $3)
  AND ($5::uuid IS NULL OR created_by = $5 AND created_name = $6)
ORDER BY id DESC
LIMIT $4`

	// The same bytes are looked for in this town and this target only: that
	// another town has the file is none of anybody's business.
	selectTwins = `
SELECT` + importColumns + `, '{}'::jsonb, '{}'::jsonb
FROM imports.import
WHERE tenant_id = $1 AND target = $2 AND file_sha256 = $3 AND id <> $4 AND state = 'committed'
ORDER BY committed_at DESC
LIMIT 1`

	deleteImport = `DELETE FROM imports.import WHERE tenant_id = $1 AND id = $2`

	updateImport = `
UPDATE imports.import SET
  target = $3, state = $4, file_size = $5, file_sha256 = $6, detection = $7, mapping = $8,
  skip_rejected = $9, commit_asked = $10,
  rows_read = $11, rows_created = $12, rows_updated = $13, rows_unchanged = $14, rows_rejected = $15,
  rows_warned = $16, rows_skipped = $17, fault_code = $18, fault_key = $19, fault_args = $20,
  checked_at = nullif($21, '0001-01-01'::timestamptz),
  committed_by = nullif($22, '00000000-0000-0000-0000-000000000000'::uuid), committed_name = $23,
  committed_at = nullif($24, '0001-01-01'::timestamptz),
  undone_by = nullif($25, '00000000-0000-0000-0000-000000000000'::uuid), undone_name = $26,
  undone_at = nullif($27, '0001-01-01'::timestamptz),
  schema_id = nullif($28, '00000000-0000-0000-0000-000000000000'::uuid), schema_respected = $29,
  updated_at = now()
WHERE tenant_id = $1 AND id = $2`
)

// store reads and writes imports.import, on the transaction it is given.
type store struct{}

func (store) insert(ctx context.Context, tx *db.Tx, i *Import) error {
	_, err := tx.Exec(ctx, insertImport, tx.Tenant(), i.ID, i.File.Name, i.Created.By, i.Created.Name, i.Address)
	return err
}

func (store) get(ctx context.Context, tx *db.Tx, id uuid.UUID) (*Import, error) {
	return one(ctx, tx, selectImport, tx.Tenant(), id)
}

// claim is get for those who will change the import; a conflict fault when
// somebody else is at it.
func (store) claim(ctx context.Context, tx *db.Tx, id uuid.UUID) (*Import, error) {
	return one(ctx, tx, selectImport+" FOR UPDATE NOWAIT", tx.Tenant(), id)
}

// lock is claim for jobs: it waits, for the last breath of an attempt whose
// worker was killed.
func (store) lock(ctx context.Context, tx *db.Tx, id uuid.UUID) (*Import, error) {
	return one(ctx, tx, selectImport+" FOR UPDATE", tx.Tenant(), id)
}

func one(ctx context.Context, tx *db.Tx, query string, args ...any) (*Import, error) {
	found, err := many(ctx, tx, query, args...)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.New(fault.NotFound, "imports.fault.not_found")
	}
	return found[0], nil
}

func (store) history(ctx context.Context, tx *db.Tx, author *Deed, target string, before uuid.UUID, limit int) ([]*Import, error) {
	var by *uuid.UUID
	var name string
	if author != nil {
		by, name = &author.By, author.Name
	}
	return many(ctx, tx, selectHistory, tx.Tenant(), target, before, limit, by, name)
}

// twin finds the last committed import of the same bytes, nil when there is none.
func (store) twin(ctx context.Context, tx *db.Tx, i *Import) (*Import, error) {
	found, err := many(ctx, tx, selectTwins, tx.Tenant(), i.Target, i.File.SHA256, i.ID)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

func (store) remove(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	_, err := tx.Exec(ctx, deleteImport, tx.Tenant(), id)
	return err
}

func (store) save(ctx context.Context, tx *db.Tx, i *Import) error {
	f := i.Fault
	if f == nil {
		f = &fault.Fault{}
	}
	args := f.Args
	if args == nil {
		args = fault.Args{}
	}
	_, err := tx.Exec(ctx, updateImport, tx.Tenant(), i.ID, i.Target, i.State, i.File.Size, i.File.SHA256,
		i.Detection, i.Mapping, i.SkipRejected, i.CommitAsked,
		i.Counts.Rows, i.Counts.Created, i.Counts.Updated, i.Counts.Unchanged, i.Counts.Rejected,
		i.Counts.Warned, i.Counts.Skipped, string(f.Code), f.Key, args, i.CheckedAt,
		i.Committed.By, i.Committed.Name, i.Committed.At, i.Undone.By, i.Undone.Name, i.Undone.At,
		i.Schema, i.Respected)
	return err
}

func many(ctx context.Context, tx *db.Tx, query string, args ...any) ([]*Import, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*Import, error) {
		i := &Import{Tenant: tx.Tenant()}
		var code, key string
		var faultArgs, detection, mapping json.RawMessage
		err := row.Scan(&i.ID, &i.Target, &i.State, &i.File.Name, &i.File.Size, &i.File.SHA256, &i.SkipRejected, &i.CommitAsked,
			&i.Counts.Rows, &i.Counts.Created, &i.Counts.Updated, &i.Counts.Unchanged, &i.Counts.Rejected,
			&i.Counts.Warned, &i.Counts.Skipped, &code, &key, &faultArgs,
			&i.Created.By, &i.Created.Name, &i.Created.At, &i.CheckedAt,
			&i.Committed.By, &i.Committed.Name, &i.Committed.At, &i.Undone.By, &i.Undone.Name, &i.Undone.At,
			&i.Schema, &i.Respected, &i.Address, &detection, &mapping)
		if err != nil {
			return nil, err
		}
		return i, i.restore(code, key, faultArgs, detection, mapping)
	})
}

func (i *Import) restore(code, key string, faultArgs, detection, mapping json.RawMessage) error {
	if key != "" {
		i.Fault = fault.New(fault.Code(code), key)
		if err := json.Unmarshal(faultArgs, &i.Fault.Args); err != nil {
			return err
		}
		wholeNumbers(i.Fault.Args)
	}
	for _, at := range []*time.Time{&i.CheckedAt, &i.Committed.At, &i.Undone.At} {
		if at.Year() == 1 {
			*at = time.Time{} // the same moment in another zone is not the zero Time
		}
	}
	if err := json.Unmarshal(detection, &i.Detection); err != nil {
		return err
	}
	return json.Unmarshal(mapping, &i.Mapping)
}

// wholeNumbers gives counts back the type that messages count with.
func wholeNumbers(args map[string]any) {
	for name, value := range args {
		if f, isFloat := value.(float64); isFloat && f == math.Trunc(f) {
			args[name] = int64(f)
		}
	}
}
