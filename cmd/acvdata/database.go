package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"acvdata/migrations"
	"acvdata/services/config"
	"acvdata/services/db"
	"acvdata/services/db/cluster"
)

const databaseName = "acvdata"

// resolveDatabase fills in the database URLs: DATABASE_URL when it is set, else
// a private cluster in the data folder, which keeps running when we stop so
// that nothing is lost however we stop.
func resolveDatabase(ctx context.Context, c *config.Config) error {
	if c.DatabaseURL != "" {
		return nil
	}
	private, err := cluster.Start(ctx, cluster.Options{
		Dir: filepath.Join(c.DataDir, "database"), Durable: true, Log: slog.Default(),
	})
	if err != nil {
		return err
	}
	if err := ensureDatabase(ctx, private.URL()); err != nil {
		return err
	}
	c.MigrateURL = private.AddressOf("postgres", databaseName)
	c.DatabaseURL = private.AddressOf(db.RoleApp, databaseName)
	if c.SecretKey == "" { // of a private installation: kept beside its database
		c.SecretKey, err = localSecret(filepath.Join(c.DataDir, "secret-key"))
	}
	return err
}

func ensureDatabase(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect to the private database: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var exists bool
	const query = `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`
	if err := conn.QueryRow(ctx, query, databaseName).Scan(&exists); err != nil || exists {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+databaseName)
	return err
}

// migrate brings the schema up to date where an administrator's URL is known; a
// production server that runs as the weak role is migrated by `acvdata migrate`.
func migrate(ctx context.Context, c *config.Config) error {
	if !db.AdminURL(c.MigrateURL) {
		slog.InfoContext(ctx, "not migrating: the URL is the runtime role's")
		return nil
	}
	return migrateAt(ctx, c.MigrateURL)
}

// migrateAt looks at the server first: one that is too old or lacks PostGIS is
// said to be, rather than the statement it fails on.
func migrateAt(ctx context.Context, url string) error {
	conn, err := cluster.Connect(ctx, url)
	if err != nil {
		return err
	}
	if err := conn.Close(ctx); err != nil {
		return err
	}
	return migrations.Up(ctx, url)
}
