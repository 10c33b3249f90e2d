package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"acvdata/services/i18n"
)

// catalogues returns every folder that holds locales/fr.yaml, in the product or
// not yet: a catalogue nobody merges shows as keys nobody finds elsewhere.
func catalogues(root string) ([]fs.FS, error) {
	var found []fs.FS
	err := walk(root, func(path string) error {
		if strings.HasSuffix(path, "/locales/fr.yaml") && !strings.Contains(path, "/testdata/") {
			found = append(found, os.DirFS(filepath.Join(root, strings.TrimSuffix(path, "locales/fr.yaml"))))
		}
		return nil
	})
	return found, err
}

// wrongMessages compares the sources below root with the catalogues.
func wrongMessages(root fs.FS, catalogues []fs.FS, exempt exempted) ([]string, error) {
	bundle, err := i18n.NewBundle(catalogues...)
	if err != nil {
		return nil, err
	}
	usage, err := i18n.Check(root, bundle)
	if err != nil {
		return nil, err
	}
	var broken []string
	for _, use := range usage.Missing {
		broken = append(broken, use.String()+" is in no catalogue")
	}
	for _, key := range usage.Unused {
		if !exempt.applies("message", key) {
			broken = append(broken, key+" is in a catalogue and mentioned nowhere")
		}
	}
	return broken, nil
}

func TestMessagesAndCataloguesAgree(t *testing.T) {
	p, err := project()
	require.NoError(t, err)
	found, err := catalogues(p.root)
	require.NoError(t, err)
	require.NotEmpty(t, found)
	exempt := exemptions(t, "message")
	broken, err := wrongMessages(os.DirFS(p.root), found, exempt)
	require.NoError(t, err)
	exempt.allUsed(t)
	report(t, "a missing message shows its key to people; one nobody asks for is translated and proofread for nothing", broken)
}

func TestMessagesThatDisagreeAreCaught(t *testing.T) {
	source := fstest.MapFS{"a.go": {Data: []byte("package a\nvar s = i18n.T(ctx, \"trees.title\")\n")}}
	catalogue := func(text string) []fs.FS {
		return []fs.FS{fstest.MapFS{"locales/fr.yaml": {Data: []byte(text)}}}
	}
	for text, broken := range map[string]int{
		"trees:\n  title: Arbres\n":                0,
		"trees:\n  title: Arbres\n  old: Ancien\n": 1,
		"trees:\n  another: Autre\n":               2,
	} {
		found, err := wrongMessages(source, catalogue(text), exempted{{"message", "kept."}: false})
		require.NoError(t, err)
		require.Len(t, found, broken, text)
	}
}
