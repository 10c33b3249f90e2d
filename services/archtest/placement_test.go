package archtest

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// placement says where a library may be imported: in whole folders, or in files
// whose name starts so.
type placement struct {
	library string // start of the import path
	folders []string
	files   []string // "http": http.go, http_public.go
	reason  string
}

var placements = []placement{
	{
		library: "github.com/gofiber/",
		folders: []string{"cmd/", "services/httpd", "services/httpd/", "services/apptest", "services/apptest/"},
		files:   []string{"http"},
		reason: "requests are parsed and answered at the edge: a fiber.Ctx kept past its handler holds another " +
			"request's strings, and domain code that knows none can serve the command line and the jobs as well",
	},
	{
		library: "gorm.io/",
		folders: []string{"services/db", "services/db/"},
		files:   []string{"store", "queries"},
		reason:  "rows are read and written in stores, inside the transaction the service opened for one town",
	},
	{
		library: "github.com/riverqueue/",
		folders: []string{"services/jobs", "services/jobs/"},
		files:   []string{"jobs"},
		reason:  "jobs go through services/jobs, which sets the town, the deadline and the progress",
	},
	{
		library: "riverqueue.com/",
		folders: []string{"services/jobs", "services/jobs/"},
		reason:  "the job console has no sign-in: it is mounted in one place, on the private address",
	},
	{
		library: "github.com/coreos/go-oidc",
		folders: []string{"services/auth", "services/auth/"},
		reason:  "sign-in has traps (nonce, userinfo's issuer, logout); they are dealt with once",
	},
}

func (p placement) allows(file string) bool {
	folder, name := path.Split(file)
	if covers(p.folders, strings.TrimSuffix(folder, "/")) {
		return true
	}
	stem := strings.TrimSuffix(name, ".go")
	return slices.ContainsFunc(p.files, func(prefix string) bool {
		rest, ok := strings.CutPrefix(stem, prefix)
		return ok && (rest == "" || rest[0] == '_')
	})
}

// misplaced returns one line for each import of a library outside its place.
// Tests may drive a library directly.
func misplaced(p placement, files []goFile) []string {
	var broken []string
	for _, f := range files {
		if f.isTest() || f.isGenerated() || p.allows(f.path) {
			continue
		}
		for _, spec := range f.ast.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err == nil && strings.HasPrefix(imported, p.library) {
				broken = append(broken, fmt.Sprintf("%s → %s", f.set.Position(spec.Pos()), imported))
			}
		}
	}
	return broken
}

func TestLibrariesStayInTheirPlace(t *testing.T) {
	p, err := project()
	require.NoError(t, err)
	for _, place := range placements {
		t.Run(place.library, func(t *testing.T) {
			report(t, place.reason, misplaced(place, p.files))
		})
	}
}

func TestPlacementsCatchWhatBreaksThem(t *testing.T) {
	cases := map[string]struct {
		file, imported string
		broken         bool
	}{
		"Fiber in a service":              {"modules/trees/service.go", "github.com/gofiber/fiber/v2", true},
		"Fiber in a handler":              {"modules/trees/http_public.go", "github.com/gofiber/fiber/v2", false},
		"Fiber in a file that sounds so":  {"modules/trees/httpish.go", "github.com/gofiber/fiber/v2", true},
		"Fiber's parts in a store":        {"modules/trees/store.go", "github.com/gofiber/fiber/v2/middleware/cors", true},
		"Fiber in the server":             {"services/httpd/app.go", "github.com/gofiber/fiber/v2", false},
		"GORM in a service":               {"modules/trees/service.go", "gorm.io/gorm", true},
		"GORM in a store":                 {"modules/trees/store_species.go", "gorm.io/gorm/clause", false},
		"GORM in queries":                 {"modules/trees/queries.go", "gorm.io/gorm", false},
		"River in a handler":              {"modules/trees/http.go", "github.com/riverqueue/river", true},
		"River in jobs":                   {"modules/trees/jobs.go", "github.com/riverqueue/river", false},
		"the job console elsewhere":       {"cmd/acvdata/serve.go", "riverqueue.com/riverui", true},
		"go-oidc in the server":           {"services/httpd/login.go", "github.com/coreos/go-oidc/v3/oidc", true},
		"go-oidc in sign-in":              {"services/auth/provider/discovery.go", "github.com/coreos/go-oidc/v3/oidc", false},
		"a test that drives River itself": {"modules/trees/import_test.go", "github.com/riverqueue/river/rivertest", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			files := fixture(t, c.file, "package x\nimport _ "+strconv.Quote(c.imported)+"\n")
			var broken []string
			for _, place := range placements {
				broken = append(broken, misplaced(place, files)...)
			}
			require.Equal(t, c.broken, len(broken) > 0, broken)
		})
	}
}
