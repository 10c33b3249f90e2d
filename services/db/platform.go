package db

import (
	"context"
	"database/sql"

	"gorm.io/gorm"
)

// PlatformTx is a transaction over the platform's own tables: towns, accounts,
// sessions, memberships. It is not a Tx, so no module's store accepts it.
type PlatformTx struct {
	handle
	db   *DB
	gorm *gorm.DB
}

// Gorm returns GORM on this transaction, with no town in scope.
func (t *PlatformTx) Gorm() *gorm.DB { return t.gorm }

// InPlatform runs fn in a transaction under RolePlatform, whose grants cover
// the platform's tables only. Use it for what has no town: who signs in, which
// towns exist.
func (d *DB) InPlatform(ctx context.Context, fn func(context.Context, *PlatformTx) error) error {
	return d.begin(ctx, sql.TxOptions{}, func(h handle) error {
		const enter = `SELECT set_config('role', '` + RolePlatform + `', true), set_config('statement_timeout', $1, true)`
		if _, err := h.pgx.Exec(ctx, enter, d.timeoutFor(ctx)); err != nil {
			return err
		}
		return fn(ctx, &PlatformTx{handle: h, db: d, gorm: d.gormOn(ctx, h.sql)})
	})
}
