package backup

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/migrations"
	"acvdata/services/db/cluster"
)

// installation is a database and a folder of files, as the scripts see them.
type installation struct {
	cluster *cluster.Cluster
	blobs   string
	backups string
}

func newInstallation(t *testing.T) installation {
	t.Helper()
	dir := t.TempDir()
	c, err := cluster.Start(t.Context(), cluster.Options{Dir: filepath.Join(dir, "pg")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Stop(context.WithoutCancel(t.Context()))) })
	return installation{cluster: c, blobs: filepath.Join(dir, "blobs"), backups: filepath.Join(dir, "backups")}
}

// script runs one of this folder's scripts and returns what it printed.
func (i installation) script(t *testing.T, name string, extra []string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", append([]string{name}, args...)...)
	cmd.Env = append(os.Environ(),
		"PATH="+i.cluster.Server().Bin+":"+os.Getenv("PATH"),
		"BACKUP_URL="+i.cluster.URL(), "BACKUP_DIR="+i.backups, "BACKUP_BLOBS="+i.blobs,
		"RESTORE_URL="+i.cluster.URL(), "RESTORE_BLOBS="+i.blobs, "ACV_BLOB_URL=")
	cmd.Env = append(cmd.Env, extra...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	err = cmd.Run()
	return strings.TrimSpace(out.String()), problems.String(), err
}

func (i installation) backup(t *testing.T) string {
	t.Helper()
	folder, said, err := i.script(t, "backup.sh", nil)
	require.NoError(t, err, said)
	return folder
}

func (i installation) query(t *testing.T, statement string) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), i.cluster.URL())
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	rows, err := conn.Query(t.Context(), statement)
	require.NoError(t, err)
	values, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return values
}

func (i installation) execute(t *testing.T, statements string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), i.cluster.URL())
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	_, err = conn.Exec(t.Context(), statements)
	require.NoError(t, err)
}

// contents counts and sums every table of the project.
func (i installation) contents(t *testing.T) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for _, table := range i.query(t, `
		SELECT schemaname || '.' || tablename FROM pg_tables
		 WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public') ORDER BY 1`) {
		sums[table] = i.query(t, fmt.Sprintf(
			`SELECT count(*) || ' ' || coalesce(sum(hashtext(t::text)::bigint), 0) FROM %s t`, table))[0]
	}
	return sums
}

// filled returns an installation at the newest migration with rows of two towns
// and some files.
func filled(t *testing.T) installation {
	t.Helper()
	i := newInstallation(t)
	require.NoError(t, migrations.Up(t.Context(), i.cluster.URL()))
	i.execute(t, `
		INSERT INTO platform.tenant (id, slug, name, insee, center_lon, center_lat, bounds, boundary)
		SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, 'ville-' || n, 'Saint-Éloi n° ' || n,
		       '0000' || n, 4.08, 44.12, '{4,44,5,45}', '{"type":"Polygon","coordinates":[]}'
		  FROM generate_series(1, 2) n;
		INSERT INTO audit.event (tenant_id, id, action, details)
		SELECT t.id, gen_random_uuid(), 'imports.commit', jsonb_build_object('rows', n)
		  FROM platform.tenant t, generate_series(1, 500) n`)
	write(t, filepath.Join(i.blobs, "ales", "arbres é.csv"), "numéro;espèce\n1;Érable champêtre\n")
	write(t, filepath.Join(i.blobs, "bayonne", "1.geojson"), "{}")
	return i
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func TestDestroyedInstallationComesBack(t *testing.T) {
	t.Parallel()
	before := filled(t)
	want := before.contents(t)
	require.Contains(t, want["audit.event"], "1000 ")
	folder := before.backup(t)
	require.NoError(t, before.cluster.Stop(t.Context()))

	after := newInstallation(t) // another server: no roles, no schemas, no files
	_, said, err := after.script(t, "restore.sh", nil, folder)
	require.NoError(t, err, said)
	require.Equal(t, want, after.contents(t))
	text, err := os.ReadFile(filepath.Join(after.blobs, "ales", "arbres é.csv"))
	require.NoError(t, err)
	require.Equal(t, "numéro;espèce\n1;Érable champêtre\n", string(text))

	require.NoError(t, migrations.Up(t.Context(), after.cluster.URL()), "the program starts on it")
	require.Equal(t, want, after.contents(t), "and has nothing left to migrate")
}

func TestRestoredTownsAreStillApart(t *testing.T) {
	t.Parallel()
	folder := filled(t).backup(t)
	after := newInstallation(t)
	_, said, err := after.script(t, "restore.sh", nil, folder)
	require.NoError(t, err, said)

	conn, err := pgx.Connect(t.Context(), after.cluster.AddressOf("acv_app", "postgres"))
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	var count int
	const query = `SELECT count(*) FROM audit.event`
	require.ErrorContains(t, conn.QueryRow(t.Context(), query).Scan(&count), "app.tenant", "no town: an error, loudly")
	_, err = conn.Exec(t.Context(), `SELECT set_config('app.tenant', '00000000-0000-0000-0000-000000000001', false)`)
	require.NoError(t, err)
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&count))
	require.Equal(t, 500, count)
}

func TestRestoreRefusesToOverwrite(t *testing.T) {
	t.Parallel()
	i := filled(t)
	folder := i.backup(t)
	want := i.contents(t)
	i.execute(t, `DELETE FROM audit.event; CREATE TABLE platform.later (id int)`)
	write(t, filepath.Join(i.blobs, "ales", "plus tard.csv"), "x")
	changed := i.contents(t)

	_, said, err := i.script(t, "restore.sh", nil, folder)
	require.Error(t, err)
	require.Contains(t, said, "La base n’est pas vide")
	require.Equal(t, changed, i.contents(t))

	_, said, err = i.script(t, "restore.sh", nil, folder, "--force")
	require.NoError(t, err, said)
	require.Equal(t, want, i.contents(t))
	require.NoFileExists(t, filepath.Join(i.blobs, "ales", "plus tard.csv"))
	aside, err := filepath.Glob(i.blobs + ".before-*/ales/plus tard.csv")
	require.NoError(t, err)
	require.Len(t, aside, 1, "what was there is put aside, not lost")
}

func TestRestoreRefusesFilesInTheWay(t *testing.T) {
	t.Parallel()
	folder := filled(t).backup(t)
	after := newInstallation(t)
	write(t, filepath.Join(after.blobs, "ales", "a.csv"), "x")

	_, said, err := after.script(t, "restore.sh", nil, folder)
	require.Error(t, err)
	require.Contains(t, said, "n’est pas vide")
	require.Empty(t, after.contents(t), "the database was not touched")
}

func TestDamagedBackupChangesNothing(t *testing.T) {
	t.Parallel()
	i := filled(t)
	folder := i.backup(t)
	want := i.contents(t)
	dump := filepath.Join(folder, "database.dump")
	text, err := os.ReadFile(dump)
	require.NoError(t, err)

	require.NoError(t, os.WriteFile(dump, text[:len(text)-10], 0o600))
	_, said, err := i.script(t, "restore.sh", nil, folder, "--force")
	require.Error(t, err)
	require.Contains(t, said, "abîmée")
	require.Equal(t, want, i.contents(t))

	// damaged before its sum was taken: the transaction is what protects
	sum := exec.CommandContext(t.Context(), "sh", "-c", "sha256sum blobs.tar database.dump roles.sql >SHA256SUMS")
	sum.Dir = folder
	require.NoError(t, sum.Run())
	_, said, err = i.script(t, "restore.sh", nil, folder, "--force")
	require.Error(t, err)
	require.Contains(t, said, "la base est comme avant")
	require.Equal(t, want, i.contents(t))
}

func TestOldBackupsGo(t *testing.T) {
	t.Parallel()
	i := filled(t)
	for _, day := range []string{"01", "02", "03"} {
		require.NoError(t, os.MkdirAll(filepath.Join(i.backups, "2026-01-"+day+"T00-00-00Z"), 0o700))
	}
	require.NoError(t, os.MkdirAll(filepath.Join(i.backups, "kept by hand"), 0o700))
	folder, said, err := i.script(t, "backup.sh", []string{"BACKUP_KEEP=2"})
	require.NoError(t, err, said)

	entries, err := os.ReadDir(i.backups)
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	require.ElementsMatch(t, []string{".lock", "2026-01-03T00-00-00Z", filepath.Base(folder), "kept by hand"}, names)
}

func TestRuntimeRoleCannotBackUp(t *testing.T) {
	t.Parallel()
	i := filled(t)
	folder, said, err := i.script(t, "backup.sh", []string{"BACKUP_URL=" + i.cluster.AddressOf("acv_app", "postgres")})
	require.Error(t, err, "a backup that silently holds no town")
	require.Empty(t, folder)
	require.Contains(t, said, "permission denied")
	entries, err := filepath.Glob(filepath.Join(i.backups, "20*"))
	require.NoError(t, err)
	require.Empty(t, entries, "no folder looks complete")
}

func TestScriptsSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	i := installation{cluster: &cluster.Cluster{}}
	cases := map[string]struct {
		script, said string
		extra, args  []string
	}{
		"no database":          {"backup.sh", "BACKUP_URL", []string{"BACKUP_URL=", "ACV_MIGRATE_URL=", "DATABASE_URL="}, nil},
		"no folder":            {"backup.sh", "BACKUP_DIR", []string{"BACKUP_DIR="}, nil},
		"keep none":            {"backup.sh", "BACKUP_KEEP", []string{"BACKUP_DIR=x", "BACKUP_KEEP=0"}, nil},
		"no backup":            {"restore.sh", "Usage", nil, nil},
		"an unknown option":    {"restore.sh", "Usage", nil, []string{"x", "--yes"}},
		"a folder without sum": {"restore.sh", "sauvegarde complète", nil, []string{t.TempDir()}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, said, err := i.script(t, c.script, c.extra, c.args...)
			require.Error(t, err)
			require.Contains(t, said, c.said)
		})
	}
}
