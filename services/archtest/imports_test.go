package archtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// direction says what the packages of some folders may import of the project.
// The first direction that covers a package is its own.
type direction struct {
	folders []string // "services/": everything below; "tenants": that package alone
	allowed []string // same forms; "{module}" stands for the importer's own module
	inTests []string // what its tests may import besides, harnesses apart
	reason  string
}

const everything = ""

var directions = []direction{
	{
		folders: []string{"cmd/", "deploy", "deploy/"},
		allowed: []string{everything},
		reason:  "programs put the parts together",
	},
	{
		folders: []string{"services/dbtest", "services/apptest", "services/apptest/", "services/archtest"},
		allowed: []string{everything},
		reason:  "harnesses start the whole product for tests",
	},
	{
		folders: []string{"migrations"},
		allowed: []string{"services/db", "services/jobs"},
		reason:  "the database's history knows no module: it is text, the owner's role and the queue's own migrations",
	},
	{
		folders: []string{"modules"},
		allowed: []string{"modules/", "services/", "tenants", "tenants/"},
		reason:  "modules.go is the explicit list, the only place that sees every trade",
	},
	{
		folders: []string{"modules/"},
		allowed: []string{"{module}", "services/", "tenants", "web/layout", "web/components"},
		reason: "a trade stands on the platform and never on another trade, so that a town can switch one off and a " +
			"newcomer can read one alone: let modules.go hand over an interface the consumer declares",
	},
	{
		folders: []string{"services/fault", "services/config", "services/obs"},
		allowed: []string{"services/fault", "services/config", "services/obs"},
		reason:  "everybody imports these leaves; what they imported, everybody would carry",
	},
	{
		folders: []string{"services/db/cluster"},
		allowed: []string{},
		reason:  "the private cluster serves programs that have no database yet",
	},
	{
		folders: []string{"services/"},
		allowed: []string{"services/", "tenants", "web", "web/"},
		inTests: []string{"tenants/directory", "tenants/packs"}, // a test needs a town
		reason:  "services are what any town platform needs: they know no trade and of towns only the value that travels",
	},
	{
		folders: []string{"tenants"},
		allowed: []string{},
		reason:  "the town's value is a leaf that every layer passes around",
	},
	{
		folders: []string{"tenants/"},
		allowed: []string{"services/", "tenants", "tenants/", "web", "web/"},
		reason:  "the directory of towns and their settings know the platform, no trade",
	},
	{
		folders: []string{"web", "web/"},
		allowed: []string{"tenants", "services/i18n", "services/i18n/", "web", "web/"},
		reason:  "pages and components are given what they show: they reach neither database nor request",
	},
}

func covers(folders []string, path string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		if folder == everything {
			return true
		}
		return path == folder || strings.HasSuffix(folder, "/") && strings.HasPrefix(path, folder)
	})
}

func directionOf(path string) (direction, bool) {
	i := slices.IndexFunc(directions, func(d direction) bool { return covers(d.folders, path) })
	if i < 0 {
		return direction{}, false
	}
	return directions[i], true
}

// allows reports whether the package at from may import the one at to.
func (d direction) allows(from, to string) bool {
	parts := strings.SplitN(from, "/", 3)
	for _, folder := range d.allowed {
		if folder == "{module}" && len(parts) > 1 {
			own := parts[0] + "/" + parts[1]
			if covers([]string{own, own + "/"}, to) {
				return true
			}
			continue
		}
		if covers([]string{folder}, to) {
			return true
		}
	}
	return false
}

// harnesses start databases and whole applications: tests may, products may not.
var harnesses = []string{"services/dbtest", "services/apptest", "services/apptest/"}

// brokenDirections returns one line for each import against the rules.
func brokenDirections(packages []goPackage) []string {
	var broken []string
	for _, p := range packages {
		from := p.path
		d, found := directionOf(from)
		if !found {
			broken = append(broken, fmt.Sprintf("%s: no rule covers this folder; say in directions what it may import", from))
			continue
		}
		for _, to := range p.imports {
			if !d.allows(from, to) || covers(harnesses, to) && !covers(harnesses, from) {
				broken = append(broken, fmt.Sprintf("%s\n\t%s", chain(packages, from, to), d.reason))
			}
		}
		for _, to := range p.testImports {
			if !d.allows(from, to) && !covers(d.inTests, to) && !covers(harnesses, to) && to != from {
				broken = append(broken, fmt.Sprintf("%s (in tests)\n\t%s", chain(packages, from, to), d.reason))
			}
		}
	}
	return broken
}

// chain writes the shortest way from a program to the import from → to, so that
// the reader sees what the forbidden package would drag where.
func chain(packages []goPackage, from, to string) string {
	imports := map[string][]string{}
	var queue [][]string
	for _, p := range packages {
		imports[p.path] = p.imports
		if strings.HasPrefix(p.path, "cmd/") {
			queue = append(queue, []string{p.path})
		}
	}
	seen := map[string]bool{}
	for len(queue) > 0 {
		way := queue[0]
		queue = queue[1:]
		last := way[len(way)-1]
		if last == from {
			return strings.Join(append(way, to), " → ")
		}
		if seen[last] {
			continue
		}
		seen[last] = true
		for _, next := range imports[last] {
			queue = append(queue, append(slices.Clone(way), next))
		}
	}
	return from + " → " + to
}

func TestImportsFollowTheDirections(t *testing.T) {
	p, err := project()
	require.NoError(t, err)
	report(t, "the project reads from the trade to the technology, and nothing reaches back", brokenDirections(p.packages))
}

func TestDirectionsCatchWhatBreaksThem(t *testing.T) {
	cases := map[string]struct {
		from, to string
		inTests  bool
		broken   bool
	}{
		"a trade on another trade":             {"modules/heat", "modules/trees", false, true},
		"a trade on another trade, in tests":   {"modules/heat", "modules/trees", true, true},
		"a trade on a part of another":         {"modules/heat/station", "modules/trees/diagnosis", false, true},
		"a trade on a part of itself":          {"modules/trees", "modules/trees/diagnosis", false, false},
		"a part on its trade's other part":     {"modules/trees/views", "modules/trees/diagnosis", false, false},
		"a trade whose name starts another's":  {"modules/tree", "modules/trees", false, true},
		"a trade on a service":                 {"modules/trees", "services/db", false, false},
		"a trade on the directory of towns":    {"modules/trees", "tenants/directory", false, true},
		"a trade on the component library":     {"modules/trees", "web/components", false, false},
		"a trade on the embedded files":        {"modules/trees", "web", false, true},
		"a trade on migrations":                {"modules/trees", "migrations", false, true},
		"the list of modules":                  {"modules", "modules/trees", false, false},
		"a service on a trade":                 {"services/imports", "modules/trees", false, true},
		"a service on the list of modules":     {"services/module", "modules", false, true},
		"a service on a program":               {"services/httpd", "cmd/acvdata", false, true},
		"a service on the directory of towns":  {"services/httpd", "tenants/directory", false, true},
		"a service's test on the directory":    {"services/httpd", "tenants/directory", true, false},
		"a leaf on a service":                  {"services/fault", "services/db", false, true},
		"the town on anything":                 {"tenants", "services/fault", false, true},
		"the directory on a trade":             {"tenants/directory", "modules/trees", false, true},
		"a page on the database":               {"web/layout", "services/db", false, true},
		"a page on the messages":               {"web/layout", "services/i18n", false, false},
		"a product on a harness":               {"services/jobs", "services/dbtest", false, true},
		"a program on a harness":               {"cmd/acvdata", "services/apptest", false, true},
		"a test on a harness":                  {"modules/trees", "services/dbtest", true, false},
		"the whole application's own harness":  {"services/apptest", "services/dbtest", false, false},
		"a folder nobody thought of":           {"pkg/misc", "services/db", false, true},
		"the private cluster on a service":     {"services/db/cluster", "services/fault", false, true},
		"history on a module":                  {"migrations", "modules/trees", false, true},
		"a program on everything":              {"cmd/acvdata", "modules", false, false},
		"a development program on the cluster": {"deploy/dev/database", "services/db/cluster", false, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := goPackage{path: c.from}
			if c.inTests {
				p.testImports = []string{c.to}
			} else {
				p.imports = []string{c.to}
			}
			require.Equal(t, c.broken, len(brokenDirections([]goPackage{p})) > 0)
		})
	}
}

func TestBrokenDirectionShowsTheChain(t *testing.T) {
	packages := []goPackage{
		{path: "cmd/acvdata", imports: []string{"modules"}},
		{path: "modules", imports: []string{"modules/heat"}},
		{path: "modules/heat", imports: []string{"services/geo"}},
		{path: "services/geo", imports: []string{"modules/trees"}},
	}
	broken := brokenDirections(packages)
	require.Len(t, broken, 1)
	require.Contains(t, broken[0], "cmd/acvdata → modules → modules/heat → services/geo → modules/trees")
	require.Contains(t, broken[0], "they know no trade")
}
