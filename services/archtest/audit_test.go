package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/i18n"
)

var (
	// recording is a line that names a deed: it records it, or hands it to the
	// function of its package that does.
	recording = regexp.MustCompile(`audit\.Record\(|\b(?:action|deed)\b.*= |\bchanged?\(ctx, |\bwrite\(ctx, town, `)
	deedName  = regexp.MustCompile(`"([a-z]+(?:\.[a-z_]+)+)"`)
)

// deeds lists what a source writes in the towns' logs; messages of a catalogue
// on the same line are none.
func deeds(source string, message func(string) bool) []string {
	var found []string
	for line := range strings.Lines(source) {
		if !recording.MatchString(line) {
			continue
		}
		for _, m := range deedName.FindAllStringSubmatch(line, -1) {
			if !message(m[1]) {
				found = append(found, m[1])
			}
		}
	}
	return found
}

func TestEveryDeedHasAFrenchName(t *testing.T) {
	p, err := project()
	require.NoError(t, err)
	found, err := catalogues(p.root)
	require.NoError(t, err)
	bundle, err := i18n.NewBundle(found...)
	require.NoError(t, err)
	var all, broken []string
	require.NoError(t, walk(p.root, func(path string) error {
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(filepath.Join(p.root, path))
		for _, deed := range deeds(string(source), bundle.Has) {
			all = append(all, deed)
			if !bundle.Has("audit.action." + deed) {
				broken = append(broken, path+": "+deed)
			}
		}
		return err
	}))
	require.Greater(t, len(all), 40, "the lines that record are not recognised any more")
	report(t, "the town's activity log is read by people: name the deed in the module's catalogue, under audit.action", broken)
}

func TestDeedsAreRecognised(t *testing.T) {
	require.Equal(t, []string{"trees.edit", "trees.add"}, deeds("audit.Record(ctx, tx, \"trees.edit\", x)\n"+
		"action, said := \"trees.add\", \"trees.saved\"\nother := \"trees.none\"\n", func(key string) bool { return key == "trees.saved" }))
}
