package directory

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/tenants"
)

// tenantTables lists every table with rows of towns, in an order that respects
// foreign keys when read backwards. The schema itself is the list: a module's
// new table is exported and deleted without anybody remembering it.
const tenantTables = `
WITH RECURSIVE tenant_table AS (
  SELECT c.oid, n.nspname, c.relname
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg_%'
    AND has_table_privilege(c.oid, 'SELECT')
), depth AS (
  SELECT oid, 0 AS level FROM tenant_table
  UNION
  SELECT f.conrelid, d.level + 1
  FROM depth d JOIN pg_constraint f ON f.contype = 'f' AND f.confrelid = d.oid AND f.conrelid <> d.oid
  WHERE d.level < 20
)
SELECT t.nspname, t.relname
FROM tenant_table t JOIN depth d USING (oid)
GROUP BY t.nspname, t.relname
ORDER BY max(d.level), t.nspname, t.relname`

// secretColumns never leave in an export: they open doors.
var secretColumns = []string{"token_hash", "secret_hash", "signing_secret", "hash", "id_token"}

// Export writes everything the town's tables hold as a zip of JSON lines, one
// file a table, with the town itself in town.json. Secrets' hashes are left out.
func (d *Directory) Export(ctx context.Context, town *tenants.Tenant, w io.Writer) error {
	archive := zip.NewWriter(w)
	f, err := archive.Create("town.json")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(f).Encode(town); err != nil {
		return err
	}
	err = d.db.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		tables, err := listTables(ctx, tx.Query)
		if err != nil {
			return err
		}
		for _, table := range tables {
			if err := exportTable(ctx, tx, archive, table); err != nil {
				return fmt.Errorf("export %s.%s: %w", table[0], table[1], err)
			}
		}
		return nil
	})
	return errors.Join(err, archive.Close())
}

type queryFunc func(ctx context.Context, query string, args ...any) (pgx.Rows, error)

func listTables(ctx context.Context, query queryFunc) ([]pgx.Identifier, error) {
	rows, err := query(ctx, tenantTables)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (pgx.Identifier, error) {
		id := make(pgx.Identifier, 2)
		return id, row.Scan(&id[0], &id[1])
	})
}

func exportTable(ctx context.Context, tx *db.Tx, archive *zip.Writer, table pgx.Identifier) error {
	f, err := archive.Create(table[0] + "." + table[1] + ".jsonl")
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `SELECT (to_jsonb(t) - $2::text[])::text FROM `+table.Sanitize()+` t WHERE tenant_id = $1`,
		tx.Tenant(), secretColumns)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if _, err := f.Write(rows.RawValues()[0]); err != nil {
			return err
		}
		if _, err := f.Write([]byte{'\n'}); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Delete removes a town and every row it has, in one transaction. It needs the
// administrator's connection: the runtime role may not erase the audit log.
func Delete(ctx context.Context, adminURL string, town *tenants.Tenant) (rows int64, err error) {
	conn, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close(ctx) }()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		tables, err := listTables(ctx, tx.Query)
		if err != nil {
			return err
		}
		for _, table := range slices.Backward(tables) {
			tag, err := tx.Exec(ctx, `DELETE FROM `+table.Sanitize()+` WHERE tenant_id = $1`, town.ID)
			if err != nil {
				return fmt.Errorf("delete from %v: %w", table, err)
			}
			rows += tag.RowsAffected()
		}
		_, err = tx.Exec(ctx, `DELETE FROM platform.tenant WHERE id = $1`, town.ID)
		return err
	})
	return rows, err
}
