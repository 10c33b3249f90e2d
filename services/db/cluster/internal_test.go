package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// installed makes a folder that looks like an installed PostgreSQL.
func installed(t *testing.T, version string, postgis bool) string {
	t.Helper()
	root := t.TempDir()
	bin, share := filepath.Join(root, "bin"), filepath.Join(root, "share")
	require.NoError(t, os.MkdirAll(filepath.Join(share, "extension"), 0o755))
	require.NoError(t, os.MkdirAll(bin, 0o755))
	script(t, filepath.Join(bin, "initdb"), "exit 1")
	script(t, filepath.Join(bin, "postgres"), "echo 'postgres (PostgreSQL) "+version+"'")
	script(t, filepath.Join(bin, "pg_config"), "echo "+share)
	if postgis {
		require.NoError(t, os.WriteFile(filepath.Join(share, "extension", "postgis.control"), nil, 0o600))
	}
	return bin
}

func script(t *testing.T, path, body string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755))
}

func TestFindPicksTheNewestUsableServer(t *testing.T) {
	old, bare := installed(t, "14.9", true), installed(t, "17.2 (Debian 17.2-1)", false)
	good, better := installed(t, "15.20", true), installed(t, "16.1", true)
	cases := map[string]struct {
		bins  []string
		major int
		want  string
		fails Problem
	}{
		"nothing installed":          {nil, 0, "", NoServer},
		"only an old one":            {[]string{old}, 0, "", TooOld},
		"only one without PostGIS":   {[]string{bare, old}, 0, "", NoPostGIS},
		"newest with PostGIS":        {[]string{good, old, better, bare}, 0, better, ""},
		"the major of existing data": {[]string{good, better}, 15, good, ""},
		"that major is not there":    {[]string{better}, 15, "", NoServer},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server, err := find(t.Context(), c.bins, c.major)
			require.Equal(t, c.fails, ProblemOf(err), "%v", err)
			require.Equal(t, c.want, server.Bin)
		})
	}
}

func TestCandidatesSkipFoldersWithoutAServer(t *testing.T) {
	client := t.TempDir()
	script(t, filepath.Join(client, "psql"), "exit 0")
	server := installed(t, "15.1", false)
	t.Setenv("PATH", client)

	require.Equal(t, []string{server}, candidates([]string{client, server, "/nowhere/*"}))
}

func TestFaultsSpeakFrenchAndEnglish(t *testing.T) {
	full := noAccess("x", fmt.Errorf("write: %w", syscall.ENOSPC))
	faults := []error{
		noServer(), tooOld(13), noPostGIS(15), extensionMissing(15), unreachable(errors.New("refused")), noOwner(errors.New("unknown user")), otherMajor("x", 15),
		noAccess("x", os.ErrPermission), full, startFailed("x", "FATAL: bad", errors.New("exit 1")),
	}
	for _, err := range faults {
		fault, ok := errors.AsType[*Fault](err)
		require.True(t, ok)
		require.NotEmpty(t, fault.Problem)
		require.NotEmpty(t, fault.English)
		require.NotEqual(t, fault.English, fault.French)
		for _, sign := range []string{" :", " ;", "« ", " »"} {
			plain := strings.ReplaceAll(fault.French, sign, "")
			require.NotContains(t, plain, strings.ReplaceAll(sign, " ", " "), "breaking space in %q", fault.French)
		}
	}
	require.Equal(t, DiskFull, ProblemOf(full))
	require.Equal(t, DiskFull, ProblemOf(startFailed("x", "PANIC: could not write: No space left on device", errors.New("exit 1"))))
	require.Empty(t, ProblemOf(errors.New("another error")))
}

func TestAServerByItsAddressIsLookedAtFirst(t *testing.T) {
	t.Parallel()
	require.Equal(t, TooOld, ProblemOf(suits(14, true)))
	require.Equal(t, NoPostGIS, ProblemOf(suits(17, false)))
	require.NoError(t, suits(MinMajor, true))
	_, err := Connect(t.Context(), "postgres://acv:tr3s-secret@127.0.0.1:1/acvdata?connect_timeout=2")
	require.Equal(t, Unreachable, ProblemOf(err))
	require.NotContains(t, err.Error(), "tr3s-secret")
}

func TestSettingsFollowTheMemory(t *testing.T) {
	cases := map[string]struct {
		memory  int64
		durable bool
		name    string
		want    string
	}{
		"24 GB as measured: buffers":      {24 << 30, true, "shared_buffers", "6144MB"},
		"24 GB as measured: work":         {24 << 30, true, "work_mem", "64MB"},
		"24 GB as measured: maintenance":  {24 << 30, true, "maintenance_work_mem", "1024MB"},
		"24 GB as measured: log":          {24 << 30, true, "max_wal_size", "8192MB"},
		"small machine keeps a floor":     {256 << 20, true, "shared_buffers", "128MB"},
		"tests leave room for the others": {24 << 30, false, "shared_buffers", "1024MB"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for _, s := range settings(c.durable, c.memory, "/run") {
				if s.name == c.name {
					require.Equal(t, c.want, s.value)
					return
				}
			}
			t.Fatalf("no setting %s", c.name)
		})
	}
}

func TestMemoryIsReadFromTheKernel(t *testing.T) {
	require.Equal(t, int64(2048<<10), memTotal("MemTotal:     2048 kB\nMemFree: 1 kB\n", 7))
	require.Equal(t, int64(7), memTotal("MemFree: 1 kB\n", 7))
	require.Positive(t, memory())
}

func TestSocketFolderOfAnotherAccountIsRefused(t *testing.T) {
	me := owner{uid: os.Geteuid() + 1, gid: os.Getegid()}
	taken := filepath.Join(t.TempDir(), "taken")
	require.NoError(t, os.Mkdir(taken, 0o777))

	require.Equal(t, NoAccess, ProblemOf(me.privateFolder(taken)))
}

func TestFullDiskIsSaidBeforeAnythingIsWritten(t *testing.T) {
	require.NoError(t, enoughRoom(t.TempDir()))
	if _, err := os.Stat("/proc/self"); err != nil {
		t.Skip("no file system without room to ask on this machine")
	}
	require.Equal(t, DiskFull, ProblemOf(enoughRoom("/proc")), "a file system with no free block")
}

func TestReachFollowsTheModesAbove(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("the question only arises for root")
	}
	other := owner{uid: 65534, gid: 65534, root: true}
	closed := filepath.Join(t.TempDir(), "closed") // the test's own folder is 0700
	require.NoError(t, os.Mkdir(closed, 0o755))

	require.False(t, other.canReach(closed))
	require.True(t, other.canReach("/usr/lib"))
	require.False(t, other.canReach("/no/such/folder"))
}

func TestCorpsesAndStrangersAreNoServers(t *testing.T) {
	require.False(t, deadOrOther("42 (postgres) S 1 42 42 0"))
	require.True(t, deadOrOther("42 (postgres) Z 1 42 42 0"))
	require.True(t, deadOrOther("42 (bash) S 1 42 42 0"))
	require.False(t, deadOrOther(""), "the system does not tell")
}
