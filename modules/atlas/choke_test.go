package atlas_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// exact names the tables with the exact places: the records, and what changes of
// them replaced.
var exact = regexp.MustCompile(`\batlas\.(occurrence|history)\b`)

// mayName are the files that write those tables or serve the town's staff.
var mayName = []string{
	"modules/atlas/queries_staff.go", "modules/atlas/queries_import.go", "modules/atlas/queries_resolve.go", "modules/atlas/queries_seed.go",
}

// TestOnlyStaffReadsOccurrences: the tables with the exact places are named by
// few files of the whole repository, tests and the module's migrations apart.
func TestOnlyStaffReadsOccurrences(t *testing.T) {
	t.Parallel()
	const root = "../.."
	named := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		within, err := filepath.Rel(root, path)
		if err == nil && namesExact(t, path) {
			named[filepath.ToSlash(within)] = true
		}
		return err
	})
	require.NoError(t, err)
	for name := range named {
		ours := strings.HasPrefix(name, "migrations/") && strings.Contains(name, "_atlas_")
		require.True(t, ours || slices.Contains(mayName, name), "%s names a table of exact places: read atlas.shown", name)
	}
	for _, name := range mayName {
		require.True(t, named[name], "%s is allowed what it does not do", name)
	}
}

// namesExact reports whether a file's SQL names those tables: string literals of
// Go, all of an SQL file. Tests make and check records: they do not count.
func namesExact(t *testing.T, path string) (names bool) {
	t.Helper()
	switch {
	case strings.HasSuffix(path, ".sql"):
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		return exact.Match(text)
	case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
		return false
	}
	tree, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	require.NoError(t, err)
	ast.Inspect(tree, func(n ast.Node) bool {
		text, ok := n.(*ast.BasicLit)
		names = names || ok && text.Kind == token.STRING && exact.MatchString(text.Value)
		return true
	})
	return names
}
