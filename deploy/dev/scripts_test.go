package dev

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// machine is a PATH made for the test: a few real tools, and programs that say
// and do what the case needs. Every call is written to calls.
type machine struct {
	bin   string
	calls string
}

func newMachine(t *testing.T, programs map[string]string) machine {
	t.Helper()
	dir := t.TempDir()
	m := machine{bin: filepath.Join(dir, "bin"), calls: filepath.Join(dir, "calls")}
	require.NoError(t, os.Mkdir(m.bin, 0o755))
	for _, tool := range []string{"sh", "dirname", "grep", "cat", "env"} {
		path, err := exec.LookPath(tool)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(path, filepath.Join(m.bin, tool)))
	}
	for name, body := range programs {
		script := "#!/bin/sh\necho \"" + name + " $*\" >>" + m.calls + "\n" + body + "\n"
		require.NoError(t, os.WriteFile(filepath.Join(m.bin, name), []byte(script), 0o755))
	}
	return m
}

func (m machine) run(t *testing.T, script string, args ...string) (said string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(m.bin, "sh"), append([]string{script}, args...)...)
	cmd.Env = []string{"PATH=" + m.bin}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (m machine) called(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(m.calls)
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(t, err)
	return string(text)
}

const (
	fine   = "exit 0"
	user   = "echo 1000"
	root   = "echo 0"
	known  = "echo '  Candidate: 15+248'"
	nobody = "exit 1" // sudo without rights

	// postgresMissing answers as deploy/dev/database does until apt-get ran.
	postgresMissing = `if [ "$1" = run ] && ! grep -qs 'apt-get install' "$(dirname "$0")/../calls"; then echo postgresql postgresql-postgis; fi`
)

func TestMissingToolsAreNamed(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		programs map[string]string
		said     []string
	}{
		"no Go":       {map[string]string{}, []string{"Go est introuvable", "Go is missing"}},
		"no Node":     {map[string]string{"go": fine}, []string{"Node.js est introuvable", "Node.js is missing"}},
		"no npm":      {map[string]string{"go": fine, "node": fine}, []string{"avec npm"}},
		"an old Node": {map[string]string{"go": fine, "npm": fine, "node": `case $1 in --version) echo v18.1.0 ;; *) exit 1 ;; esac`}, []string{"Node.js v18.1.0 est trop ancien"}},
		"no network":  {map[string]string{"go": "exit 1", "npm": fine, "node": fine}, []string{"vérifiez le réseau", "check the network"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, err := newMachine(t, c.programs).run(t, "ensure.sh", "toolchain")
			require.Error(t, err)
			for _, text := range c.said {
				require.Contains(t, said, text)
			}
		})
	}
}

func TestNodeVersionIsCompared(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Node.js is not on this machine")
	}
	for version, enough := range map[string]bool{"18.20.0": false, "20.18.3": false, "20.19.0": true, "22.1.0": true} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			// the script's own comparison, run by the real Node as if it were that version
			disguise := `[ "$1" = --version ] && { echo v` + version + `; exit; }
				exec ` + node + ` -e "Object.defineProperty(process.versions, 'node', { value: '` + version + `' }); $2"`
			m := newMachine(t, map[string]string{"go": fine, "npm": fine, "node": disguise})
			said, err := m.run(t, "ensure.sh", "toolchain")
			require.Equal(t, enough, err == nil, said)
		})
	}
}

func TestPostgresIsInstalledOnce(t *testing.T) {
	t.Parallel()
	m := newMachine(t, map[string]string{"go": postgresMissing, "id": root, "apt-get": fine, "apt-cache": known})
	said, err := m.run(t, "ensure.sh", "database")
	require.NoError(t, err, said)
	require.Contains(t, said, "PostgreSQL et PostGIS manquent")
	require.Contains(t, said, "installing through apt")
	require.Contains(t, m.called(t), "apt-get install --yes")
	require.NotContains(t, m.called(t), "apt-get update", "the lists are fresh enough")

	said, err = m.run(t, "ensure.sh", "database")
	require.NoError(t, err)
	require.Empty(t, said, "nothing to say when nothing is missing")
}

func TestPackageListsAreRefreshedWhenNeeded(t *testing.T) {
	t.Parallel()
	m := newMachine(t, map[string]string{"go": postgresMissing, "id": root, "apt-get": fine, "apt-cache": "exit 0"})
	said, err := m.run(t, "ensure.sh", "database")
	require.NoError(t, err, said)
	calls := m.called(t)
	require.Less(t, strings.Index(calls, "apt-get update"), strings.Index(calls, "apt-get install"))
	require.Positive(t, strings.Index(calls, "apt-get update"))
}

func TestWithoutNetworkNothingIsInstalled(t *testing.T) {
	t.Parallel()
	m := newMachine(t, map[string]string{"go": postgresMissing, "id": root, "apt-get": "exit 100", "apt-cache": "exit 0"})
	said, err := m.run(t, "ensure.sh", "database")
	require.Error(t, err)
	require.Contains(t, said, "vérifiez le réseau")
}

func TestDistributionTooOldIsSaid(t *testing.T) {
	t.Parallel()
	m := newMachine(t, map[string]string{"go": `[ "$1" != run ] || echo postgresql postgresql-postgis`, "id": root, "apt-get": fine, "apt-cache": known})
	said, err := m.run(t, "ensure.sh", "database")
	require.Error(t, err)
	require.Contains(t, said, "trop ancien")
}

func TestSudoIsUsedByOrdinaryUsers(t *testing.T) {
	t.Parallel()
	m := newMachine(t, map[string]string{
		"go": postgresMissing, "id": user, "apt-get": fine, "apt-cache": known,
		"sudo": `while [ "${1#-}" != "$1" ]; do shift; done; "$@"`, "true": fine,
	})
	said, err := m.run(t, "ensure.sh", "database")
	require.NoError(t, err, said)
	require.Contains(t, m.called(t), "sudo env DEBIAN_FRONTEND=noninteractive apt-get install")
}

func TestBrowserMissingWithoutRightsIsSaid(t *testing.T) {
	t.Parallel()
	m := newMachine(t, map[string]string{"id": user, "sudo": nobody, "apt-get": fine})
	said, err := m.run(t, "ensure.sh", "browser")
	require.Error(t, err)
	require.Contains(t, said, "Chromium manque")
}

func TestRunOffersThreeWaysWhenNoneWorks(t *testing.T) {
	t.Parallel()
	m := newMachine(t, map[string]string{"go": postgresMissing, "id": user, "sudo": nobody, "docker": "exit 1"})
	said, err := m.run(t, "run.sh")
	require.Error(t, err)
	require.Contains(t, said, "Trois façons")
	require.Contains(t, said, "DATABASE_URL")
}

func TestRunFallsBackToDocker(t *testing.T) {
	t.Parallel()
	m := newMachine(t, map[string]string{"go": postgresMissing, "id": user, "sudo": nobody, "docker": fine})
	said, err := m.run(t, "run.sh")
	require.NoError(t, err, said)
	require.Contains(t, said, "démarrage avec Docker")
	require.Contains(t, m.called(t), "docker compose --file deploy/compose.yaml up --build demo")
}
