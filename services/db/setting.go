package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/fault"
	"acvdata/tenants"
)

// tenantSetting makes the town and the time limit local to the transaction.
// This is the only statement of the platform that sets app.tenant; under Citus
// it becomes SET LOCAL text, which its workers receive.
const tenantSetting = `SELECT set_config('app.tenant', $1, true), set_config('statement_timeout', $2, true)`

var errNoTenant = errors.New("no town: a tenant transaction needs one")

func setTenant(ctx context.Context, conn *pgx.Conn, tenant tenants.ID, timeout string) error {
	if tenant == (tenants.ID{}) {
		return errNoTenant
	}
	_, err := conn.Exec(ctx, tenantSetting, tenant.String(), timeout)
	return err
}

// timeoutFor gives PostgreSQL the time the context leaves, in milliseconds, so
// that a query does not outlive the request or the job that asked for it.
func (d *DB) timeoutFor(ctx context.Context) string {
	left := d.timeout
	if deadline, ok := ctx.Deadline(); ok {
		left = max(time.Until(deadline), time.Millisecond)
	}
	return strconv.FormatInt(left.Milliseconds()+1, 10)
}

// Query reads in one round trip: the setting and the statement travel together
// in an implicit transaction. scan is called once, with the rows; it must read
// them to the end or return. Inside a tenant transaction it joins it.
func (d *DB) Query(ctx context.Context, tenant tenants.ID, scan func(pgx.Rows) error, query string, args ...any) error {
	if tx, ok := ctx.Value(txKey{}).(*Tx); ok && tx != nil && tx.tenant == tenant {
		rows, err := tx.Query(ctx, query, args...)
		return scanAll(rows, err, scan)
	}
	if tenant == (tenants.ID{}) {
		return errNoTenant
	}
	batch := &pgx.Batch{}
	batch.Queue(tenantSetting, tenant.String(), d.timeoutFor(ctx))
	batch.Queue(query, args...)
	results := d.pool.SendBatch(ctx, batch)
	defer func() { _ = results.Close() }()
	if _, err := results.Exec(); err != nil {
		return cut(err)
	}
	rows, err := results.Query()
	return scanAll(rows, cut(err), scan)
}

func scanAll(rows pgx.Rows, err error, scan func(pgx.Rows) error) error {
	if err != nil {
		return translate(err)
	}
	defer rows.Close()
	if err := scan(rows); err != nil {
		return translate(err)
	}
	rows.Close()
	return cut(rows.Err())
}

// cut is translate for what comes from the connection alone, where an end of
// file is the server's going away.
func cut(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, driver.ErrBadConn) {
		return fault.New(fault.Unavailable, databaseAway, fault.Because(err))
	}
	return translate(err)
}
