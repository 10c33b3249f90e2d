package ogc

import (
	"context"

	"acvdata/services/db"
)

// Bump says that a layer's data changed in this transaction: once it commits,
// tiles and answers made from the old data are not served again, to those signed
// in at once and to everybody within the time of a notification. Call it last:
// it locks the layer's row until the end of the transaction.
func Bump(ctx context.Context, tx *db.Tx, layer string) error {
	const statement = `
INSERT INTO ogc.layer (tenant_id, layer, version, changed_at)
VALUES ($1, $2, 1, now())
ON CONFLICT (tenant_id, layer) DO UPDATE
SET version = ogc.layer.version + 1, changed_at = now()`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), layer)
	return err
}
