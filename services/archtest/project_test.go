package archtest

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// modulePath is the name of the Go module, the start of its import paths.
const modulePath = "acvdata"

// goPackage is what the rules know of a package: its imports within the project.
// Paths are those below the module: "services/db".
type goPackage struct {
	path        string
	name        string
	imports     []string // of the product's files
	testImports []string // of the tests, external ones included
}

// goFile is a parsed Go file; path is below the module: "services/db/tx.go".
type goFile struct {
	path string
	set  *token.FileSet
	ast  *ast.File
}

func (f goFile) isTest() bool      { return strings.HasSuffix(f.path, "_test.go") }
func (f goFile) isGenerated() bool { return ast.IsGenerated(f.ast) }

// project reads the whole module once.
var project = sync.OnceValues(func() (p struct {
	root     string
	packages []goPackage
	files    []goFile
}, err error,
) {
	if p.root, err = filepath.Abs("../.."); err != nil {
		return p, err
	}
	if p.packages, err = listPackages(p.root); err != nil {
		return p, err
	}
	p.files, err = parseFiles(p.root)
	return p, err
})

func listPackages(root string) ([]goPackage, error) {
	//nolint:noctx // a test of a few hundred milliseconds, ended with the test binary
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Imports,TestImports,XTestImports", "./...")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var list []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var p struct {
			ImportPath, Name                   string
			Imports, TestImports, XTestImports []string
		}
		if err := decoder.Decode(&p); err != nil {
			return nil, err
		}
		list = append(list, goPackage{
			path: strings.TrimPrefix(p.ImportPath, modulePath+"/"), name: p.Name,
			imports:     ownImports(p.Imports),
			testImports: ownImports(slices.Concat(p.TestImports, p.XTestImports)),
		})
	}
	return list, nil
}

func ownImports(paths []string) []string {
	var own []string
	for _, path := range paths {
		if short, ok := strings.CutPrefix(path, modulePath+"/"); ok {
			own = append(own, short)
		}
	}
	return own
}

// skipped folders hold nothing written by hand.
var skipped = []string{".git", ".data", "bin", "web/dist", "web/e2e/out"}

// walk calls visit with every file of the project below root.
func walk(root string, visit func(path string) error) error {
	return filepath.WalkDir(root, func(full string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path, err := filepath.Rel(root, full)
		if err != nil {
			return err
		}
		path = filepath.ToSlash(path)
		if entry.IsDir() {
			if entry.Name() == "node_modules" || slices.Contains(skipped, path) {
				return fs.SkipDir
			}
			return nil
		}
		return visit(path)
	})
}

func parseFiles(root string) ([]goFile, error) {
	var files []goFile
	err := walk(root, func(path string) error {
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return err
		}
		file, err := parse(path, string(text))
		files = append(files, file)
		return err
	})
	return files, err
}

func parse(path, text string) (goFile, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.ParseComments|parser.SkipObjectResolution)
	return goFile{path: path, set: set, ast: file}, err
}

// fixture parses an example for the test of a rule.
func fixture(t *testing.T, path, text string) []goFile {
	t.Helper()
	file, err := parse(path, text)
	require.NoError(t, err)
	return []goFile{file}
}

// report fails the test with what breaks a rule and the rule's reason.
func report(t *testing.T, reason string, broken []string) {
	t.Helper()
	if len(broken) > 0 {
		t.Errorf("%s\n\nWhy: %s", strings.Join(broken, "\n"), reason)
	}
}
