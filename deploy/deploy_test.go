package deploy

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"acvdata/services/config"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// composition is what the tests look at in compose.yaml.
type composition struct {
	Services map[string]struct {
		Image       string
		Build       any
		Command     []string
		Environment map[string]string
		Volumes     []string
		CapDrop     []string       `yaml:"cap_drop"`
		DependsOn   map[string]any `yaml:"depends_on"`
		Healthcheck map[string]any
	}
	Volumes map[string]any
}

func compose(t *testing.T) composition {
	t.Helper()
	var c composition
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "compose.yaml")), &c))
	require.NotEmpty(t, c.Services)
	return c
}

func TestComposeIsAWholeInstallation(t *testing.T) {
	services := compose(t).Services
	require.Equal(t, []string{"serve"}, services["app"].Command)
	require.Equal(t, []string{"work"}, services["worker"].Command)
	require.Equal(t, []string{"migrate"}, services["migrate"].Command)
	require.Equal(t, []string{"demo"}, services["demo"].Command)
	require.Contains(t, services["db"].Image, "postgis/postgis:")
	for _, watched := range []string{"db", "app", "worker"} {
		require.NotEmpty(t, services[watched].Healthcheck, watched)
	}
	for name, service := range services {
		require.NotRegexp(t, `:latest$|^[^:]+$`, strings.Replace(service.Image, "acvdata", "acvdata:built", 1), "%s: pin the image", name)
		if service.Build != nil {
			require.Equal(t, []string{"ALL"}, service.CapDrop, name)
		}
	}
}

func TestComposeNamesWhatExists(t *testing.T) {
	c := compose(t)
	for name, service := range c.Services {
		for other := range service.DependsOn {
			require.Contains(t, c.Services, other, "%s depends on it", name)
		}
		for _, volume := range service.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if strings.HasPrefix(source, "./") {
				require.FileExists(t, source, name)
			} else {
				require.Contains(t, c.Volumes, source, name)
			}
		}
	}
}

// TestSettingsExist: a setting that was renamed would silently fall back to its
// default in production.
func TestSettingsExist(t *testing.T) {
	known := []string{
		"ACV_SITES", "ACV_DB_PASSWORD", // of the proxy and of the compose database, not of the platform
	}
	for _, s := range config.Settings() {
		known = append(known, s.Name)
	}
	setting := regexp.MustCompile(`\bACV_[A-Z_]+\b`)
	files := []string{"compose.yaml", "env.example", "Dockerfile", "proxy/Caddyfile", "postgres/roles.sh", "backup/backup.sh", "backup/restore.sh"}
	units, err := filepath.Glob("systemd/*")
	require.NoError(t, err)
	for _, file := range append(files, units...) {
		found := setting.FindAllString(read(t, file), -1)
		for _, name := range found {
			require.Contains(t, known, name, file)
		}
	}
}

func TestImageRunsWithoutRights(t *testing.T) {
	dockerfile := read(t, "Dockerfile")
	stages := strings.Split(dockerfile, "\nFROM ")
	final := stages[len(stages)-1]
	user := regexp.MustCompile(`(?m)^USER (\S+)$`).FindStringSubmatch(final)
	require.NotNil(t, user, "the final stage runs as root")
	require.NotContains(t, []string{"root", "0"}, user[1])

	goVersion := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "../go.mod"))
	require.NotNil(t, goVersion)
	require.Contains(t, dockerfile, "FROM golang:"+goVersion[1]+"-", "the image builds with the module's Go")
	copied := regexp.MustCompile(`(?m)^COPY ([^-].*) \S+$`).FindAllStringSubmatch(dockerfile, -1)
	require.NotEmpty(t, copied)
	for _, match := range copied {
		for source := range strings.FieldsSeq(match[1]) {
			_, err := os.Stat(filepath.Join("..", source))
			require.NoError(t, err)
		}
	}
}

// TestImageBuildsTheBrowsersFilesFromAllTheirSources: Vite reads styles, islands
// and icons wherever views are.
func TestImageBuildsTheBrowsersFilesFromAllTheirSources(t *testing.T) {
	stage, _, _ := strings.Cut(read(t, "Dockerfile"), "\nFROM golang")
	_, stage, found := strings.Cut(stage, "AS web")
	require.True(t, found)
	holders := map[string]bool{}
	for _, root := range []string{"cmd", "modules", "services", "tenants", "web"} {
		err := filepath.WalkDir(filepath.Join("..", root), func(path string, entry os.DirEntry, err error) error {
			if err == nil && entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "dist") {
				return filepath.SkipDir
			}
			if slices.Contains([]string{".templ", ".css", ".ts"}, filepath.Ext(path)) {
				holders[root] = true
			}
			return err
		})
		require.NoError(t, err)
	}
	require.Len(t, holders, 4)
	for root := range holders {
		require.Contains(t, stage, "\nCOPY "+root+" "+root+"\n", "the web stage of the image lacks %s", root)
	}
}

func TestUnitsAreConfinedAndValid(t *testing.T) {
	units, err := filepath.Glob("systemd/acvdata-*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(units), 5)
	copies := t.TempDir()
	var paths []string
	command := regexp.MustCompile(`(?m)^ExecStart=\S+`)
	for _, unit := range units {
		text := read(t, unit)
		if strings.HasSuffix(unit, ".service") {
			for _, line := range []string{"User=acvdata", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "SystemCallFilter=@system-service"} {
				require.Contains(t, text, "\n"+line+"\n", unit)
			}
		}
		// the verifier wants a program that exists on this machine
		path := filepath.Join(copies, filepath.Base(unit))
		require.NoError(t, os.WriteFile(path, []byte(command.ReplaceAllString(text, "ExecStart=/bin/true")), 0o600))
		paths = append(paths, path)
	}
	verifier, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not on this machine: the units were read, not verified")
	}
	said, err := exec.CommandContext(t.Context(), verifier, append([]string{"verify"}, paths...)...).CombinedOutput()
	require.NoError(t, err, string(said))
	require.Empty(t, string(said))
}

// published returns the metrics the product names in its sources.
func published(t *testing.T) []string {
	t.Helper()
	name := regexp.MustCompile(`"(acv_[a-z_]+)"`)
	var names []string
	for _, folder := range []string{"../services", "../cmd", "../modules"} {
		err := filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			for _, match := range name.FindAllStringSubmatch(read(t, path), -1) {
				names = append(names, match[1])
			}
			return nil
		})
		require.NoError(t, err)
	}
	return names
}

func TestDashboardAndAlertsNameMetricsThatExist(t *testing.T) {
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(read(t, "monitoring/dashboard.json")), &dashboard))
	var alerts struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Annotations map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "monitoring/alerts.yml")), &alerts))
	expressions := map[string]string{}
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			expressions[panel.Title+": "+target.Expr] = target.Expr
		}
	}
	for _, group := range alerts.Groups {
		for _, rule := range group.Rules {
			expressions[rule.Alert] = rule.Expr
			require.NotEmpty(t, rule.Annotations["action"], "%s: say what to do", rule.Alert)
		}
	}
	require.Greater(t, len(expressions), 15)
	metric := regexp.MustCompile(`\bacv_[a-z_]+\b`)
	names := published(t)
	for where, expression := range expressions {
		for _, name := range metric.FindAllString(expression, -1) {
			if !slices.Contains(names, name) { // a histogram's series
				name = strings.TrimSuffix(name, "_bucket")
			}
			require.Contains(t, names, name, where)
		}
	}
}

func TestPrometheusReadsTheAlerts(t *testing.T) {
	var prometheus struct {
		RuleFiles []string `yaml:"rule_files"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "monitoring/prometheus.yml")), &prometheus))
	require.NotEmpty(t, prometheus.RuleFiles)
	for _, file := range prometheus.RuleFiles {
		require.FileExists(t, filepath.Join("monitoring", file))
	}
}
