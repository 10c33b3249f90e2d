package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/db/cluster"
	"acvdata/tenants"
	"acvdata/tenants/directory"
	"acvdata/tenants/packs"
)

// New clones the template and opens it as the runtime role. The clone is
// dropped when the test ends.
func New(t testing.TB) *db.DB {
	t.Helper()
	return open(t, clone(t))
}

// Town adds a town to the database: one of the shipped packs when slug names
// one, else an invented one around Alès under that slug.
func Town(t testing.TB, d *db.DB, slug string) *tenants.Tenant {
	t.Helper()
	all, err := packs.All()
	if err != nil {
		t.Fatal(err)
	}
	town := *all[0]
	for _, p := range all {
		if p.Slug == slug {
			town = *p
		}
	}
	town.Slug = slug
	if _, err := directory.New(d).Save(t.Context(), &town); err != nil {
		t.Fatal(err)
	}
	return &town
}

// AdminURL clones the template and returns the superuser's URL of the clone,
// for tests of migrations, backups and plans.
func AdminURL(t testing.TB) string {
	t.Helper()
	return rename(t, server(t), clone(t))
}

// Pair opens one clone twice: as the runtime role and the superuser's URL.
func Pair(t testing.TB) (*db.DB, string) {
	t.Helper()
	name := clone(t)
	return open(t, name), rename(t, server(t), name)
}

func open(t testing.TB, name string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: runtimeURL(t, name), MaxConns: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func runtimeURL(t testing.TB, name string) string {
	t.Helper()
	u, err := url.Parse(rename(t, server(t), name))
	if err != nil {
		t.Fatal(err)
	}
	if u.Host != "" { // a server of somebody else: step down inside the session
		return u.String()
	}
	q := u.Query()
	q.Set("user", db.RoleApp)
	u.RawQuery = q.Encode()
	return u.String()
}

func rename(t testing.TB, base, name string) string {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// Keep copies the database behind an administrator's URL, so that Copy gives it to
// other tests of the process; it ends whoever is still connected. drop removes it.
func Keep(t testing.TB, url string) (name string, drop func()) {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	name = "k_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	admin(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '`+config.Database+`'`)
	admin(t, fmt.Sprintf(`CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy`, name, config.Database))
	at := server(t)
	return name, func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if conn, err := pgx.Connect(ctx, at); err == nil { // the server may be gone, and the copy with it
			_, _ = conn.Exec(ctx, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`)
			_ = conn.Close(ctx)
		}
	}
}

// Copy is Pair on a clone of what Keep kept.
func Copy(t testing.TB, kept string) (*db.DB, string) {
	t.Helper()
	name := cloneOf(t, kept)
	return open(t, name), rename(t, server(t), name)
}

func clone(t testing.TB) string {
	t.Helper()
	return cloneOf(t, prepared(t))
}

func cloneOf(t testing.TB, template string) string {
	t.Helper()
	name := "t_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	admin(t, fmt.Sprintf(`CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy`, name, template))
	t.Cleanup(func() { admin(t, fmt.Sprintf(`DROP DATABASE IF EXISTS %s WITH (FORCE)`, name)) })
	return name
}

var serverOnce = sync.OnceValues(func() (string, error) {
	if u := os.Getenv("ACV_TEST_DATABASE_URL"); u != "" {
		return u, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := cluster.Start(ctx, cluster.Options{Dir: Dir()})
	if err != nil {
		return "", err
	}
	return c.URL(), nil
})

// Dir is the folder of the shared test cluster.
func Dir() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("acvdata-test-%d", os.Getuid()))
}

func server(t testing.TB) string {
	t.Helper()
	u, err := serverOnce()
	if err != nil {
		t.Fatalf("test database: %v", err)
	}
	return u
}

func admin(t testing.TB, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, server(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
