package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"acvdata/migrations"
)

var (
	templateOnce sync.Mutex
	templateName string
)

// prepared returns the name of the migrated template, making it if need be.
// Packages test in parallel processes: the first builds, the others wait.
func prepared(t testing.TB) string {
	t.Helper()
	templateOnce.Lock()
	defer templateOnce.Unlock()
	if templateName != "" {
		return templateName
	}
	hash, err := migrations.Hash()
	if err != nil {
		t.Fatal(err)
	}
	name := "template_" + hash
	if err := build(server(t), name); err != nil {
		t.Fatalf("test template: %v", err)
	}
	templateName = name
	return name
}

func build(serverURL, name string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, serverURL)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(771903002)`); err != nil {
		return err
	}
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&exists); err != nil || exists {
		return err
	}
	// Built under another name: a template killed half-way is never taken for whole.
	draft := name + "_draft"
	for _, s := range []string{"DROP DATABASE IF EXISTS " + draft + " WITH (FORCE)", "CREATE DATABASE " + draft} {
		if _, err := conn.Exec(ctx, s); err != nil {
			return err
		}
	}
	u, err := url.Parse(serverURL)
	if err != nil {
		return err
	}
	u.Path = "/" + draft
	if err := migrations.Up(ctx, u.String()); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, fmt.Sprintf("ALTER DATABASE %s RENAME TO %s", draft, name))
	return err
}
