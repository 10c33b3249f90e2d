package importtest

import (
	"context"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
)

// schema is what a module's migration would make.
const schema = `
CREATE SCHEMA benches;
GRANT USAGE ON SCHEMA benches TO acv_app;

CREATE TABLE benches.bench (
  tenant_id uuid    NOT NULL,
  id        uuid    NOT NULL,
  code      text,
  material  text    NOT NULL,
  seats     integer,
  height_cm float8,
  placed_on date,
  lit       boolean,
  lon       float8  NOT NULL,
  lat       float8  NOT NULL,
  qk        bigint  NOT NULL,
  version   integer NOT NULL DEFAULT 1,
  CONSTRAINT bench_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT bench_code_uq UNIQUE (tenant_id, code)
);
CREATE INDEX bench_qk_ix ON benches.bench (tenant_id, qk);

CREATE TABLE benches.change (
  tenant_id uuid    NOT NULL,
  import_id uuid    NOT NULL,
  bench_id  uuid    NOT NULL,
  version   integer NOT NULL, -- the import left the bench at this one
  before    jsonb,            -- NULL for a bench that the import created
  CONSTRAINT change_pk PRIMARY KEY (tenant_id, import_id, bench_id)
);

ALTER TABLE benches.bench ENABLE ROW LEVEL SECURITY;
CREATE POLICY bench_tenant ON benches.bench TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
ALTER TABLE benches.change ENABLE ROW LEVEL SECURITY;
CREATE POLICY change_tenant ON benches.change TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON benches.bench, benches.change TO acv_app;`

// Install makes the benches' tables in a test database, given its superuser's URL.
func Install(t testing.TB, adminURL string) {
	t.Helper()
	Admin(t, adminURL, schema)
}

// Admin runs statements as the superuser of a test database.
func Admin(t testing.TB, adminURL, statements string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), adminURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	if _, err := conn.Exec(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
}

// Terminate ends a connection of the test database, as a restart would.
func Terminate(t testing.TB, adminURL string, pid int) {
	t.Helper()
	Admin(t, adminURL, "SELECT pg_terminate_backend("+strconv.Itoa(pid)+")")
}
