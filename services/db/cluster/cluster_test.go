package cluster_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/services/db/cluster"
)

// starterDir, when set, turns this test binary into a program that starts a
// cluster there, writes a row, says so and waits to be killed.
const starterDir = "ACV_TEST_STARTER_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(starterDir); dir != "" {
		startAndWait(dir)
		return
	}
	os.Exit(m.Run())
}

func startAndWait(dir string) {
	ctx := context.Background()
	c, err := cluster.Start(ctx, cluster.Options{Dir: dir, Durable: true})
	if err != nil {
		fmt.Println("failed:", err)
		return
	}
	conn, err := pgx.Connect(ctx, c.URL())
	if err == nil {
		_, err = conn.Exec(ctx, `CREATE TABLE kept AS SELECT 7409 AS trees`)
	}
	fmt.Println("ready", err)
	select {}
}

func start(t *testing.T, opts cluster.Options) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Stop(context.WithoutCancel(t.Context()))) })
	return c
}

func scan[T any](t *testing.T, c *cluster.Cluster, query string) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.URL())
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	var value T
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&value))
	return value
}

func execute(t *testing.T, c *cluster.Cluster, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.URL())
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	_, err = conn.Exec(t.Context(), statement)
	require.NoError(t, err)
}

func TestSecondStartJoinsTheRunningServer(t *testing.T) {
	t.Parallel()
	opts := cluster.Options{Dir: filepath.Join(t.TempDir(), "pg"), Log: slog.New(slog.DiscardHandler)}
	first := start(t, opts)
	second := start(t, opts)

	require.False(t, first.Joined())
	require.True(t, second.Joined())
	require.Equal(t, first.URL(), second.URL())
}

func TestClustersAskedForAtTheSameTimeAreOne(t *testing.T) {
	t.Parallel()
	opts := cluster.Options{Dir: filepath.Join(t.TempDir(), "pg")}
	urls := make(chan string, 3)
	for range cap(urls) {
		go func() {
			c, err := cluster.Start(t.Context(), opts)
			if err != nil {
				urls <- err.Error()
				return
			}
			urls <- c.URL()
		}()
	}
	first := <-urls
	require.Contains(t, first, "postgres://")
	require.Equal(t, first, <-urls)
	require.Equal(t, first, <-urls)
	require.True(t, start(t, opts).Joined())
}

func TestDataSurvivesStopAndStart(t *testing.T) {
	t.Parallel()
	opts := cluster.Options{Dir: filepath.Join(t.TempDir(), "pg")}
	c := start(t, opts)
	execute(t, c, `CREATE TABLE kept AS SELECT 7409 AS trees`)
	require.NoError(t, c.Stop(t.Context()))
	require.NoError(t, c.Stop(t.Context()), "stopping twice is no error")

	again := start(t, opts)
	require.False(t, again.Joined())
	require.Equal(t, 7409, scan[int](t, again, `SELECT trees FROM kept`))
}

func TestServerOutlivesTheProgramThatStartedIt(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pg")
	program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	program.Env = append(os.Environ(), starterDir+"="+dir)
	out, err := program.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	said := make([]byte, 200)
	n, err := out.Read(said)
	require.NoError(t, err)
	require.Equal(t, "ready <nil>\n", string(said[:n]))
	require.NoError(t, program.Process.Kill())
	_ = program.Wait() // killed: always an error

	c := start(t, cluster.Options{Dir: dir, Durable: true})
	require.True(t, c.Joined(), "the server went with the program")
	require.Equal(t, 7409, scan[int](t, c, `SELECT trees FROM kept`))
}

func TestKilledServerIsRecoveredWithItsData(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pg")
	opts := cluster.Options{Dir: dir, Durable: true}
	c := start(t, opts)
	execute(t, c, `CREATE TABLE kept AS SELECT 7409 AS trees`)
	kill(t, dir)

	again := start(t, opts)
	require.False(t, again.Joined())
	require.Equal(t, 7409, scan[int](t, again, `SELECT trees FROM kept`))
}

// kill ends the postmaster as a crash would.
func kill(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	require.NoError(t, err)
	number, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(number)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
}

func TestStalePIDOfAnotherProgramDoesNotBlockTheStart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pg")
	opts := cluster.Options{Dir: dir}
	c := start(t, opts)
	execute(t, c, `CREATE TABLE kept AS SELECT 7409 AS trees`)
	require.NoError(t, c.Stop(t.Context()))
	// what a power cut leaves once the system gave the number to somebody else
	stale := fmt.Sprintf("%d\n%s/data\n1700000000\n54329\n%s/run\n\n", os.Getpid(), dir, dir)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "postmaster.pid"), []byte(stale), 0o600))

	require.Equal(t, 7409, scan[int](t, start(t, opts), `SELECT trees FROM kept`))
}

func TestServerWhoseSocketWasSweptAwayIsStartedAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pg")
	opts := cluster.Options{Dir: dir}
	execute(t, start(t, opts), `CREATE TABLE kept AS SELECT 7409 AS trees`)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "run")))

	require.Equal(t, 7409, scan[int](t, start(t, opts), `SELECT trees FROM kept`))
}

func TestHalfMadeClusterIsMadeAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pg")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "data.new", "base"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data.new", "PG_VERSION"), []byte("15\n"), 0o600))

	require.Equal(t, 1, scan[int](t, start(t, cluster.Options{Dir: dir}), `SELECT 1`))
}

func TestLongPathStillHasASocket(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("a-folder-with-a-long-name/", 8), "pg")
	require.Greater(t, len(dir), 200)

	require.Equal(t, 1, scan[int](t, start(t, cluster.Options{Dir: dir}), `SELECT 1`))
}

func TestClusterIsClosedToTheNetworkAndToOthers(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pg")
	c := start(t, cluster.Options{Dir: dir})

	require.Empty(t, scan[string](t, c, `SHOW listen_addresses`))
	for _, folder := range []string{dir, filepath.Join(dir, "data"), filepath.Join(dir, "run")} {
		info, err := os.Stat(folder)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o700), info.Mode().Perm(), folder)
	}
}

func TestDurabilityIsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"durable": "on", "throwaway": "off"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, cluster.Options{Dir: filepath.Join(t.TempDir(), "pg"), Durable: name == "durable"})
			for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
				require.Equal(t, want, scan[string](t, c, "SHOW "+setting), setting)
			}
		})
	}
}

func TestDatabaseComparesBytesAndSortsFrenchOnDemand(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{Dir: filepath.Join(t.TempDir(), "pg")})

	require.Equal(t, "UTF8", scan[string](t, c, `SHOW server_encoding`))
	require.Equal(t, "écluse", scan[string](t, c, `SELECT lower('ÉCLUSE')`))
	require.True(t, scan[bool](t, c, `SELECT 'Zelkova' < 'Érable'`), "default order is that of the bytes")
	require.True(t, scan[bool](t, c, `SELECT 'Érable' < 'Zelkova' COLLATE "fr-x-icu"`))
}

func TestPostGISCanBeCreated(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{Dir: filepath.Join(t.TempDir(), "pg")})
	execute(t, c, `CREATE EXTENSION postgis`)

	require.InDelta(t, 111195.1, scan[float64](t, c,
		`SELECT ST_Distance('POINT(0 0)'::geography, 'POINT(0 1)'::geography, false)`), 0.2)
}

func TestUnusableFolderIsExplained(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := cluster.Start(t.Context(), cluster.Options{Dir: filepath.Join(file, "pg")})

	require.Equal(t, cluster.NoAccess, cluster.ProblemOf(err), "%v", err)
}

func TestLinkIsNotTakenOver(t *testing.T) {
	t.Parallel()
	elsewhere, link := t.TempDir(), filepath.Join(t.TempDir(), "pg")
	require.NoError(t, os.Symlink(elsewhere, link))
	_, err := cluster.Start(t.Context(), cluster.Options{Dir: link})

	require.Equal(t, cluster.NoAccess, cluster.ProblemOf(err), "%v", err)
	entries, err := os.ReadDir(elsewhere)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestDataOfAMissingMajorIsExplainedAndLeftAlone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pg")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "data"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte("9\n"), 0o600))
	_, err := cluster.Start(t.Context(), cluster.Options{Dir: dir})

	require.Equal(t, cluster.OtherMajor, cluster.ProblemOf(err), "%v", err)
	require.FileExists(t, filepath.Join(dir, "data", "PG_VERSION"))
}

func TestRefusedStartSaysWhatTheServerSaid(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pg")
	opts := cluster.Options{Dir: dir}
	require.NoError(t, start(t, opts).Stop(t.Context()))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "pg_hba.conf"), []byte("nonsense\n"), 0o600))
	_, err := cluster.Start(t.Context(), opts)

	require.Equal(t, cluster.StartFailed, cluster.ProblemOf(err), "%v", err)
	require.ErrorContains(t, err, "pg_hba.conf")
}
