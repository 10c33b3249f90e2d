package cluster

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MinMajor is the oldest PostgreSQL the platform runs on: views need
// security_invoker, which came with 15.
const MinMajor = 15

// Server is an installed PostgreSQL with PostGIS.
type Server struct {
	Bin   string // folder of postgres, initdb, pg_ctl, pg_dump, …
	Major int    // 15, 16, …
}

// Tool returns the path of one of the server's programs.
func (s Server) Tool(name string) string { return filepath.Join(s.Bin, name) }

// places lists where distributions put the server, beside PATH: Debian and
// Ubuntu, Fedora, Homebrew on both processors, Postgres.app.
var places = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql@*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// Find returns the newest installed PostgreSQL that has PostGIS. It fails with
// NoServer, TooOld or NoPostGIS.
func Find(ctx context.Context) (Server, error) {
	return find(ctx, candidates(places), 0)
}

// find picks among bins; only a major of exactly that version when it is not 0.
func find(ctx context.Context, bins []string, major int) (Server, error) {
	var usable []Server
	oldest, bare := 0, 0
	for _, bin := range bins {
		found := version(ctx, bin)
		switch {
		case found == 0 || (major != 0 && found != major):
		case found < MinMajor:
			oldest = max(oldest, found)
		case !hasPostGIS(ctx, bin, found):
			bare = max(bare, found)
		default:
			usable = append(usable, Server{Bin: bin, Major: found})
		}
	}
	switch {
	case len(usable) > 0:
		return slices.MaxFunc(usable, func(a, b Server) int { return a.Major - b.Major }), nil
	case bare > 0:
		return Server{}, noPostGIS(bare)
	case oldest > 0:
		return Server{}, tooOld(oldest)
	default:
		return Server{}, noServer()
	}
}

// candidates returns the folders that hold an initdb: those the patterns name,
// then the one PATH leads to.
func candidates(patterns []string) []string {
	var bins []string
	for _, pattern := range patterns {
		found, _ := filepath.Glob(pattern) // the patterns are constants, well formed
		bins = append(bins, found...)
	}
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if target, err := filepath.EvalSymlinks(initdb); err == nil {
			initdb = target
		}
		bins = append(bins, filepath.Dir(initdb))
	}
	return slices.DeleteFunc(bins, func(bin string) bool {
		_, err := os.Stat(filepath.Join(bin, "initdb"))
		return err != nil
	})
}

var versionNumber = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// version asks the server in bin for its major version; 0 when it has none.
func version(ctx context.Context, bin string) int {
	said, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return 0
	}
	match := versionNumber.FindSubmatch(said)
	if match == nil {
		return 0
	}
	major, _ := strconv.Atoi(string(match[1])) // digits by the expression
	return major
}

// hasPostGIS looks for the extension's control file where the server would.
// Debian ships pg_config apart from the server, so its usual layouts are tried too.
func hasPostGIS(ctx context.Context, bin string, major int) bool {
	number := strconv.Itoa(major)
	shares := []string{
		filepath.Join("/usr/share/postgresql", number),
		filepath.Join(bin, "../share/postgresql@"+number),
		filepath.Join(bin, "../share/postgresql"),
		filepath.Join(bin, "../share"),
	}
	if said, err := exec.CommandContext(ctx, filepath.Join(bin, "pg_config"), "--sharedir").Output(); err == nil {
		shares = []string{strings.TrimSpace(string(said))}
	}
	return slices.ContainsFunc(shares, func(share string) bool {
		_, err := os.Stat(filepath.Join(share, "extension", "postgis.control"))
		return err == nil
	})
}

// dataMajor returns the major version that created the data folder, 0 when
// there is no cluster there yet.
func dataMajor(data string) int {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		return 0
	}
	major, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return major
}

// serverFor returns the server that can run the data folder: the very major
// that created it, or the newest for a folder still to be created.
func serverFor(ctx context.Context, data string) (Server, error) {
	major := dataMajor(data)
	server, err := find(ctx, candidates(places), major)
	if major != 0 && ProblemOf(err) == NoServer {
		return Server{}, otherMajor(data, major)
	}
	return server, err
}
