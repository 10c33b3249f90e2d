package migrations

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"acvdata/services/db"
	"acvdata/services/jobs"
)

//go:embed *.sql
var files embed.FS

//go:embed bootstrap/*.sql
var bootstrap embed.FS

// Hash names the state that Up leads to; test templates are named after it.
func Hash() (string, error) {
	sum := sha256.New()
	for _, source := range []embed.FS{bootstrap, files} {
		err := fs.WalkDir(source, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := source.ReadFile(path)
			fmt.Fprintf(sum, "%s\x00%s\x00", path, text)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	fmt.Fprint(sum, jobs.SchemaVersion)
	return hex.EncodeToString(sum.Sum(nil))[:12], nil
}

// Up brings the database at the administrator's URL to the newest state. It is
// safe to call on every start and from several processes at once.
func Up(ctx context.Context, adminURL string) error {
	conn, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return fmt.Errorf("connect for migrations: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	// One process migrates, the others wait: the key is arbitrary but fixed.
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(771903001)`); err != nil {
		return fmt.Errorf("wait for migrations: %w", err)
	}
	if err := prepare(ctx, conn); err != nil {
		return err
	}
	owner, err := openAsOwner(ctx, adminURL)
	if err != nil {
		return err
	}
	defer owner.Close()
	if err := jobs.Migrate(ctx, owner); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	if err := apply(ctx, owner); err != nil {
		return err
	}
	return grantQueue(ctx, owner)
}

// prepare runs what only an administrator may: roles, extensions, the schemas
// River and goose need before anything else.
func prepare(ctx context.Context, conn *pgx.Conn) error {
	text, err := bootstrap.ReadFile("bootstrap/bootstrap.sql")
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, string(text)); err != nil {
		return fmt.Errorf("prepare roles and extensions (this needs a database administrator): %w", err)
	}
	return nil
}

func openAsOwner(ctx context.Context, url string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = 2
	cfg.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET ROLE "+db.RoleOwner)
		return err
	}
	return pgxpool.NewWithConfig(ctx, cfg)
}

func apply(ctx context.Context, owner *pgxpool.Pool) error {
	sqlDB := stdlib.OpenDBFromPool(owner)
	defer func() { _ = sqlDB.Close() }()
	provider, err := newProvider(sqlDB)
	if err != nil {
		return err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("apply migrations: %w", err)
	}
	for _, r := range results {
		slog.InfoContext(ctx, "migration applied", "file", r.Source.Path, "ms", r.Duration.Milliseconds())
	}
	return nil
}

func newProvider(sqlDB *sql.DB) (*goose.Provider, error) {
	store, err := database.NewStore(database.DialectPostgres, "platform.goose_db_version")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider("", sqlDB, files, goose.WithStore(store))
}

// grantQueue lets the two runtime roles insert and work jobs; River's tables
// carry no town's data beyond job arguments, and the middleware sets the town.
func grantQueue(ctx context.Context, owner *pgxpool.Pool) error {
	roles := strings.Join([]string{db.RoleApp, db.RolePlatform}, ", ")
	_, err := owner.Exec(ctx, `GRANT USAGE ON SCHEMA river TO `+roles+`;
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA river TO `+roles+`;
		GRANT USAGE ON ALL SEQUENCES IN SCHEMA river TO `+roles+`;
		GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA river TO `+roles)
	return err
}
