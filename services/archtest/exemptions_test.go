package archtest

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// exempted is what testdata/exemptions.txt lets pass of some rules, and whether
// it was needed. An object that ends in a dot stands for all that start so.
type exempted map[exemption]bool

type exemption struct{ rule, object string }

// exemptions reads the lines of those rules: rule, object, reason.
func exemptions(t *testing.T, rules ...string) exempted {
	t.Helper()
	text, err := os.ReadFile("testdata/exemptions.txt")
	require.NoError(t, err)
	list := exempted{}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" || !slices.Contains(rules, fields[0]) {
			continue
		}
		require.Greater(t, len(fields), 5, "an exemption says why: %q", line)
		list[exemption{fields[0], fields[1]}] = false
	}
	return list
}

func (e exempted) applies(rule, object string) bool {
	for key := range e {
		if key.rule == rule && (key.object == object || strings.HasSuffix(key.object, ".") && strings.HasPrefix(object, key.object)) {
			e[key] = true
			return true
		}
	}
	return false
}

func (e exempted) allUsed(t *testing.T) {
	t.Helper()
	for key, used := range e {
		require.True(t, used, "testdata/exemptions.txt: %s %s no longer applies, remove it", key.rule, key.object)
	}
}
