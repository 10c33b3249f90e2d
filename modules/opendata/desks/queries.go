package desks

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

func selectDesk(ctx context.Context, tx *db.Tx, dataset string) (d Desk, err error) {
	const query = `SELECT who, closed FROM opendata.answerer WHERE tenant_id = $1 AND dataset = $2`
	err = tx.QueryRow(ctx, query, tx.Tenant(), dataset).Scan(&d.Who, &d.Closed)
	if errors.Is(err, pgx.ErrNoRows) {
		return Desk{}, nil
	}
	return d, err
}

func upsertDesk(ctx context.Context, tx *db.Tx, dataset string, d Desk) error {
	const statement = `
INSERT INTO opendata.answerer (tenant_id, dataset, who, closed) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, dataset) DO UPDATE SET who = excluded.who, closed = excluded.closed`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), dataset, d.Who, d.Closed)
	return err
}
