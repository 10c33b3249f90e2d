package atlas

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
)

// What everybody may see comes from atlas.shown_photo, and from nothing else.
const (
	selectShownPhotos = `
SELECT id, width, height, alt, credit, true
FROM atlas.shown_photo
WHERE tenant_id = $1 AND (taxon = $2 OR taxon IN (SELECT cd_ref FROM atlas.taxon WHERE species_ref = $2))
ORDER BY date_to DESC, id
LIMIT $3`

	existsShownPhoto = `SELECT EXISTS (SELECT FROM atlas.shown_photo WHERE tenant_id = $1 AND id = $2)`
)

func showsPhoto(ctx context.Context, tx *db.Tx, id uuid.UUID) (shows bool, err error) {
	err = tx.QueryRow(ctx, existsShownPhoto, tx.Tenant(), id).Scan(&shows)
	return shows, err
}

func listShownPhotos(ctx context.Context, tx *db.Tx, taxon int) ([]Photo, error) {
	return collectPhotos(ctx, tx, selectShownPhotos, tx.Tenant(), taxon, photosShown)
}

func collectPhotos(ctx context.Context, tx *db.Tx, query string, args ...any) ([]Photo, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Photo])
}

func notThere(n int64, key string) error {
	if n == 0 {
		return fault.New(fault.NotFound, key)
	}
	return nil
}
