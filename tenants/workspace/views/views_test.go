package views

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/stretchr/testify/require"

	"acvdata/services/i18n"
	"acvdata/web"
	"acvdata/web/components"
)

var update = flag.Bool("update", false, "write the golden files anew")

// hashed are the names that each front-end build changes.
var hashed = regexp.MustCompile(`(/assets/[a-z0-9-]+?)-[A-Za-z0-9_-]{8}\.`)

func french(t *testing.T) context.Context {
	t.Helper()
	b, err := i18n.NewBundle(web.Catalogue, os.DirFS(".."))
	require.NoError(t, err)
	return i18n.With(t.Context(), b.Localizer())
}

// reviewed compares a part of a page with its golden file.
func reviewed(t *testing.T, name string, part templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, part.Render(french(t), &out))
	got := strings.ReplaceAll(hashed.ReplaceAllString(out.String(), "$1."), "><", ">\n<") + "\n"
	golden := filepath.Join("testdata", name+".golden.html")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "run the test with -update and review the change")
	return got
}

func TestPartsAreAsReviewed(t *testing.T) {
	t.Parallel()
	switching := Switch{Action: "/ales/espace/parametres/modules/trees", Seen: "2026-03-04T12:00:00Z", Pages: []string{"Les <i>arbres</i>"}, API: 2}
	for name, part := range map[string]templ.Component{
		"first_steps": firstSteps([]Step{{Title: "Présenter", Text: "Un mot", Href: "/ales/espace/parametres", Done: true}, {Title: "Publier", Href: "/ales/espace/donnees"}}),
		"todo":        todo([]Todo{{Title: "<i>Fichier</i>", Text: "À vérifier", Href: "/ales/espace/imports/1", Icon: "file-up", Tone: components.Warning, When: "hier"}, {Title: "Sans page", Icon: "database"}}),
		"todo_none":   todo(nil),
		"module_on":   moduleActions("/ales/espace/parametres", Module{Code: "trees", Title: "Les <i>arbres</i>", On: true, HasSettings: true}),
		"module_off":  moduleActions("/ales/espace/parametres", Module{Code: "trees", Title: "Les arbres"}),
		"switch":      switchChanges(switching),
		"accents":     accents([]components.Choice{{Value: "ocre", Label: "Ocre"}, {Value: "foret", Label: "Forêt"}}, "ocre", ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			html := reviewed(t, name, part)
			require.NotContains(t, html, "⟦")
			require.NotContains(t, html, "<i>")
		})
	}
}

func TestAddressesOfTheLog(t *testing.T) {
	t.Parallel()
	here := Activity{Here: "/ales/espace/activite", First: true}
	searched := Activity{Here: "/ales/espace/activite", Text: "a & b", Action: "x.y", Next: "018f"}
	require.Empty(t, here.next())
	require.Empty(t, here.newest())
	require.Empty(t, here.reset())
	require.Equal(t, "/ales/espace/activite?action=x.y&avant=018f&q=a+%26+b", searched.next())
	require.Equal(t, "/ales/espace/activite?action=x.y&q=a+%26+b", searched.newest())
	require.Equal(t, "/ales/espace/activite", searched.reset())
}
