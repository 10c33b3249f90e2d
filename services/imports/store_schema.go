package imports

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
)

const (
	insertSchema = `
INSERT INTO imports.schema (tenant_id, id, sha256, label, version, address, descriptor, created_by, created_name)
VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, '00000000-0000-0000-0000-000000000000'::uuid), $9)
ON CONFLICT (tenant_id, sha256) DO NOTHING`

	selectSchemaID = `SELECT id FROM imports.schema WHERE tenant_id = $1 AND sha256 = $2`

	selectSchema = `SELECT id, label, version, address, descriptor FROM imports.schema WHERE tenant_id = $1 AND id = $2`

	selectSchemas = `
SELECT id, label, version, address, ''
FROM imports.schema
WHERE tenant_id = $1
ORDER BY created_at DESC, id
LIMIT 50`

	upsertSchemaUse = `
INSERT INTO imports.schema_use (tenant_id, target, dataset, schema_id)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, target, dataset) DO UPDATE SET schema_id = excluded.schema_id, updated_at = now()`

	deleteSchemaUse = `DELETE FROM imports.schema_use WHERE tenant_id = $1 AND target = $2 AND dataset = $3`

	selectSchemaUse = `
SELECT coalesce(max(schema_id::text)::uuid, '00000000-0000-0000-0000-000000000000')
FROM imports.schema_use WHERE tenant_id = $1 AND target = $2 AND dataset = $3`

	selectFollowed = `
SELECT i.id, s.id, s.label, s.version, s.address, coalesce(i.schema_respected, false)
FROM imports.import i
JOIN imports.schema s ON s.tenant_id = i.tenant_id AND s.id = i.schema_id
WHERE i.tenant_id = $1 AND i.id = ANY($2)`
)

// keepSchema keeps a schema, once however often it is chosen.
func (store) keepSchema(ctx context.Context, tx *db.Tx, s Schema) (id uuid.UUID, err error) {
	if id, err = uuid.NewV7(); err != nil {
		return id, err
	}
	by, name := author(ctx)
	_, err = tx.Exec(ctx, insertSchema, tx.Tenant(), id, s.sum(), s.Label, s.Version, s.Address, s.descriptor, by, name)
	if err != nil {
		return id, err
	}
	return id, tx.QueryRow(ctx, selectSchemaID, tx.Tenant(), s.sum()).Scan(&id)
}

// schema reads one of the town's schemas.
func (store) schema(ctx context.Context, tx *db.Tx, id uuid.UUID) (*Schema, error) {
	rows, err := tx.Query(ctx, selectSchema, tx.Tenant(), id)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, scanSchema)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.New(fault.Invalid, "imports.fault.no_schema", fault.On("known", "imports.fault.no_schema", nil))
	}
	return &found[0], nil
}

func (store) schemas(ctx context.Context, tx *db.Tx) ([]Schema, error) {
	rows, err := tx.Query(ctx, selectSchemas, tx.Tenant())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanSchema)
}

func scanSchema(row pgx.CollectableRow) (s Schema, err error) {
	return s, row.Scan(&s.ID, &s.Label, &s.Version, &s.Address, &s.descriptor)
}

// useSchema remembers the import's schema for the next file, or forgets it.
func (store) useSchema(ctx context.Context, tx *db.Tx, i *Import, dataset string) error {
	if i.Schema == uuid.Nil {
		_, err := tx.Exec(ctx, deleteSchemaUse, tx.Tenant(), i.Target, dataset)
		return err
	}
	_, err := tx.Exec(ctx, upsertSchemaUse, tx.Tenant(), i.Target, dataset, i.Schema)
	return err
}

// usedSchema is the schema of the last file into a target and dataset, zero for
// none.
func (store) usedSchema(ctx context.Context, tx *db.Tx, target, dataset string) (id uuid.UUID, err error) {
	return id, tx.QueryRow(ctx, selectSchemaUse, tx.Tenant(), target, dataset).Scan(&id)
}

func (store) followed(ctx context.Context, tx *db.Tx, imports []uuid.UUID) (map[uuid.UUID]Followed, error) {
	rows, err := tx.Query(ctx, selectFollowed, tx.Tenant(), imports)
	if err != nil {
		return nil, err
	}
	found := map[uuid.UUID]Followed{}
	var of uuid.UUID
	var f Followed
	_, err = pgx.ForEachRow(rows, []any{&of, &f.ID, &f.Label, &f.Version, &f.Address, &f.Respected}, func() error {
		found[of] = f
		return nil
	})
	return found, err
}
