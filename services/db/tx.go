package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"

	"acvdata/services/fault"
	"acvdata/tenants"
)

// Tx is a transaction inside one town. It is not safe for concurrent use and
// dies with the function it was handed to.
type Tx struct {
	handle
	tenant tenants.ID
	db     *DB
	scoped *gorm.DB
}

// handle is what tenant and platform transactions share: one connection seen
// through database/sql (GORM, River's insert client) and through pgx.
type handle struct {
	sql *sql.Tx
	pgx *pgx.Conn
}

// Exec runs a statement on the transaction.
func (h *handle) Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error) {
	tag, err := h.pgx.Exec(ctx, query, args...)
	return tag, translate(err)
}

// Query runs a query on the transaction; the rows must be closed before the
// next statement.
func (h *handle) Query(ctx context.Context, query string, args ...any) (pgx.Rows, error) {
	rows, err := h.pgx.Query(ctx, query, args...)
	return rows, translate(err)
}

// QueryRow runs a query that gives at most one row; Scan returns pgx.ErrNoRows
// when there is none.
func (h *handle) QueryRow(ctx context.Context, query string, args ...any) pgx.Row {
	return h.pgx.QueryRow(ctx, query, args...)
}

// CopyFrom streams rows into a table. PostgreSQL refuses COPY into a table with
// row-level security: copy into a TEMP table, then INSERT … SELECT.
func (h *handle) CopyFrom(ctx context.Context, table string, columns []string, rows pgx.CopyFromSource) (int64, error) {
	n, err := h.pgx.CopyFrom(ctx, pgx.Identifier{table}, columns, rows)
	return n, translate(err)
}

// SendBatch sends statements in one round trip.
func (h *handle) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return h.pgx.SendBatch(ctx, b)
}

// Tenant returns the town of the transaction.
func (t *Tx) Tenant() tenants.ID { return t.tenant }

// Gorm returns GORM on this transaction, scoped to the town.
func (t *Tx) Gorm() *gorm.DB { return t.scoped }

// Enqueue adds a job that exists if and only if the transaction commits. It
// returns the job's number.
func (t *Tx) Enqueue(ctx context.Context, job Job) (int64, error) {
	if t.db.enqueuer == nil {
		return 0, errors.New("no job queue is attached to the database")
	}
	id, err := t.db.enqueuer.Enqueue(ctx, t.sql, t.tenant, job)
	return id, translate(err)
}

// Job is work to do later; its exported fields are stored as JSON.
type Job interface{ Kind() string }

// Enqueuer inserts jobs on a running transaction. services/jobs is one.
type Enqueuer interface {
	Enqueue(ctx context.Context, tx *sql.Tx, tenant tenants.ID, job Job) (int64, error)
}

// Attach gives the database its job queue. Call it once, before serving.
func (d *DB) Attach(e Enqueuer) { d.enqueuer = e }

type txKey struct{}

// InTenant runs fn in a transaction of the town: committed when fn returns nil,
// rolled back otherwise. Called inside a transaction of the same town it joins
// it; inside one of another town it refuses.
func (d *DB) InTenant(ctx context.Context, tenant tenants.ID, fn func(context.Context, *Tx) error) error {
	return d.inTenant(ctx, tenant, sql.TxOptions{}, fn)
}

// ReadTenant is InTenant for reading only: PostgreSQL refuses any write.
func (d *DB) ReadTenant(ctx context.Context, tenant tenants.ID, fn func(context.Context, *Tx) error) error {
	return d.inTenant(ctx, tenant, sql.TxOptions{ReadOnly: true}, fn)
}

// SnapshotTenant is ReadTenant on one snapshot: every statement sees the
// database as the first one did. It joins no open transaction.
func (d *DB) SnapshotTenant(ctx context.Context, tenant tenants.ID, fn func(context.Context, *Tx) error) error {
	return d.inTenant(Detach(ctx), tenant, sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}, fn)
}

func (d *DB) inTenant(ctx context.Context, tenant tenants.ID, o sql.TxOptions, fn func(context.Context, *Tx) error) error {
	if open, ok := ctx.Value(txKey{}).(*Tx); ok && open != nil {
		if open.tenant != tenant {
			return fmt.Errorf("transaction of town %s inside one of town %s", tenant, open.tenant)
		}
		return fn(ctx, open)
	}
	return d.begin(ctx, o, func(h handle) error {
		if err := setTenant(ctx, h.pgx, tenant, d.timeoutFor(ctx)); err != nil {
			return err
		}
		tx := &Tx{handle: h, tenant: tenant, db: d}
		tx.scoped = d.gormOn(ctx, h.sql).Where("tenant_id = ?", tenant).Session(&gorm.Session{})
		return fn(context.WithValue(ctx, txKey{}, tx), tx)
	})
}

// begin takes a connection and runs fn between BEGIN and COMMIT. The
// transaction itself does not watch ctx: database/sql would roll back from
// another goroutine while pgx uses the connection. Statements do watch it.
func (d *DB) begin(ctx context.Context, o sql.TxOptions, fn func(handle) error) (err error) {
	conn, err := d.sql.Conn(ctx)
	if err != nil {
		return cut(err)
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), &o)
	if err != nil {
		return cut(err)
	}
	defer func() { _ = tx.Rollback() }()
	h := handle{sql: tx}
	err = conn.Raw(func(driver any) error {
		h.pgx = driver.(*stdlib.Conn).Conn()
		return nil
	})
	if err != nil {
		return translate(err)
	}
	if err := fn(h); err != nil {
		return h.lost(ctx, err)
	}
	return h.lost(ctx, tx.Commit())
}

// lost tells a connection that broke under a statement (the server was stopped
// or crashed: an unexpected end of its answer, to whoever reads it) from what
// else may go wrong. A context that ended breaks connections too.
func (h *handle) lost(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil || !h.pgx.IsClosed() || isFault(err) {
		return translate(err)
	}
	return fault.New(fault.Unavailable, databaseAway, fault.Because(err))
}

func isFault(err error) bool {
	var f *fault.Fault
	return errors.As(err, &f)
}

// Detach returns a context outside any open transaction, for what must be seen
// before that transaction ends: a job's progress, an audit of a refusal.
func Detach(ctx context.Context) context.Context {
	return context.WithValue(ctx, txKey{}, (*Tx)(nil))
}
