package opendata

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// breaks finds a plain space where a line must not break in French.
var breaks = regexp.MustCompile(` [:;!?»]|« `)

// TestDemonstrationTextsDoNotBreakBeforeTheirSigns reads every text of the seeds:
// many are shown as they are, in files and by the API too.
func TestDemonstrationTextsDoNotBreakBeforeTheirSigns(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("seed*.go")
	if err != nil || len(files) < 4 {
		t.Fatalf("%v, %v", files, err)
	}
	read := 0
	for _, file := range files {
		if matched, _ := filepath.Match("*_test.go", file); matched {
			continue
		}
		positions := token.NewFileSet()
		parsed, err := parser.ParseFile(positions, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			literal, is := n.(*ast.BasicLit)
			if !is || literal.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Error(err)
			}
			read++
			if found := breaks.FindStringIndex(text); found != nil {
				t.Errorf("%s: a line may break before the sign of %q", positions.Position(literal.Pos()), text[max(0, found[0]-30):found[1]])
			}
			return true
		})
	}
	if read < 200 {
		t.Errorf("only %d texts were read", read)
	}
}
