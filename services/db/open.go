package db

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// The three database roles. RoleOwner owns every table and cannot log in;
// RoleApp is what the application runs as and can neither own nor bypass
// anything; RolePlatform is entered for one transaction by InPlatform.
const (
	RoleOwner    = "acv_owner"
	RoleApp      = "acv_app"
	RolePlatform = "acv_platform"
)

// Options says how to reach the database.
type Options struct {
	URL              string        // postgres:// URL or key=value string
	MaxConns         int32         // size of the pool; 0 means 20
	StatementTimeout time.Duration // for transactions whose context has no deadline; 0 means 30 s
}

// DB is one pool shared by pgx and GORM. It is safe for concurrent use.
type DB struct {
	pool     *pgxpool.Pool
	sql      *sql.DB
	gorm     *gorm.DB
	enqueuer Enqueuer
	timeout  time.Duration
}

// Open connects as the runtime role and checks that the role is as weak as
// row-level security needs. A URL of a stronger role is accepted for the
// convenience of development: every connection then steps down to RoleApp.
func Open(ctx context.Context, o Options) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, fmt.Errorf("database url: %w", err)
	}
	configure(cfg, o)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, translate(err)
	}
	if err := checkRuntimeRole(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	d := &DB{pool: pool, sql: stdlib.OpenDBFromPool(pool), timeout: o.StatementTimeout}
	d.sql.SetMaxIdleConns(0)
	if d.timeout == 0 {
		d.timeout = 30 * time.Second
	}
	d.gorm, err = gorm.Open(postgres.New(postgres.Config{Conn: d.sql}), gormConfig())
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open gorm: %w", err)
	}
	return d, nil
}

func configure(cfg *pgxpool.Config, o Options) {
	cfg.MaxConns = o.MaxConns
	if cfg.MaxConns == 0 {
		cfg.MaxConns = 20
	}
	cfg.MaxConnIdleTime = 5 * time.Minute
	cfg.ConnConfig.RuntimeParams["application_name"] = "acvdata"
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.AfterConnect = stepDown
	// A statement whose request or job ends is cancelled in the server too: left
	// alone it would run on, holding its locks, for nobody. The delay is short
	// because a connection that only listens has no statement to cancel.
	cfg.ConnConfig.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: 250 * time.Millisecond}
	}
}

// stepDown leaves a stronger login role behind for the life of the connection.
func stepDown(ctx context.Context, conn *pgx.Conn) error {
	if conn.Config().User == RoleApp {
		return nil
	}
	_, err := conn.Exec(ctx, "SET ROLE "+RoleApp)
	return err
}

// checkRuntimeRole refuses to run as a role to which row-level security does
// not apply: a superuser login would silently void it.
func checkRuntimeRole(ctx context.Context, pool *pgxpool.Pool) error {
	var super, bypass bool
	var name string
	const query = `SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user`
	if err := pool.QueryRow(ctx, query).Scan(&name, &super, &bypass); err != nil {
		return translate(err)
	}
	if super || bypass || name == RoleOwner {
		return fmt.Errorf("runtime role %q is too strong: row-level security would not apply", name)
	}
	return nil
}

// Pool gives the pool to services/jobs, whose workers need LISTEN.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return cut(d.pool.Ping(ctx)) }

// Close ends every connection; running transactions are rolled back.
func (d *DB) Close() {
	_ = d.sql.Close()
	d.pool.Close()
}

// AdminURL tells whether a URL names the runtime role itself, in which case
// migrations need another one.
func AdminURL(url string) bool {
	cfg, err := pgx.ParseConfig(url)
	return err == nil && !strings.EqualFold(cfg.User, RoleApp)
}
