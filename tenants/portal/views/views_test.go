package views

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/stretchr/testify/require"

	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
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

func town(name, slug string) *tenants.Tenant {
	return &tenants.Tenant{
		Slug: slug, Name: name, INSEE: "30007", Department: "Gard", Region: "Occitanie", EPCI: "CA Alès Agglomération",
		Population: 46125, PopulationYear: 2023, Center: tenants.Point{Lon: 4.0885, Lat: 44.1252}, Accent: "vigne",
		Approximate: true, Tagline: "Une ligne ; une autre", Experiment: "Savoir « pourquoi » ?",
		Boundary: json.RawMessage(`{"type":"Polygon","coordinates":[[[4,44],[4.1,44],[4.1,44.1],[4,44]]]}`),
	}
}

var inMarch = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

func TestPartsAreAsReviewed(t *testing.T) {
	t.Parallel()
	hostile := town(`<b>Ville</b> "au" nom`, "ales")
	hostile.Illustrative = true
	figures := []module.Highlight{{Label: "<i>arbres</i> suivis", Value: "7 409", Detail: "tous", Href: "/ales/arbres", Source: "Inventaire", At: inMarch}}
	for name, part := range map[string]templ.Component{
		"entry":       townEntry(TownEntry{Town: hostile, Figures: figures, Datasets: 2}),
		"entry_empty": townEntry(TownEntry{Town: town("Vitré", "vitre")}),
		"experiment":  experiment(town("Alès", "ales")),
		"datasets": datasets(Town{
			AllDatasets: 12, DatasetsHref: "/ales/donnees",
			Datasets: []Dataset{{Title: "Les <i>arbres</i>", Summary: "Tous.", Href: "/ales/donnees/arbres", Updated: inMarch, Formats: []string{"CSV", "GeoJSON"}}},
		}),
		"call": call(Call{
			Method: "POST", Path: "/api/v1/{town}/imports", Summary: "Envoyer un fichier", Permission: "imports.run",
			Query: []components.Definition{{Term: "target", Value: "Ce qu’il contient"}}, Example: `curl "http://x" <y>`,
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			html := reviewed(t, name, part)
			require.NotContains(t, html, "⟦")
			require.NotContains(t, html, "<i>")
			require.NotContains(t, html, "<b>")
		})
	}
}

func TestTheBestFigureOfEachModuleComesFirst(t *testing.T) {
	t.Parallel()
	h := func(values ...string) (list []module.Highlight) {
		for _, v := range values {
			list = append(list, module.Highlight{Label: "a", Value: v})
		}
		return list
	}
	cases := map[string]struct {
		figures []module.Figures
		want    string
	}{
		"none":             {nil, ""},
		"one module":       {[]module.Figures{{Highlights: h("1", "2")}}, "1 2"},
		"turn by turn":     {[]module.Figures{{Highlights: h("a1", "a2", "a3")}, {Highlights: h("b1")}}, "a1 b1 a2 a3"},
		"four at the most": {[]module.Figures{{Highlights: h("a1", "a2", "a3", "a4")}, {Highlights: h("b1", "b2", "b3", "b4")}}, "a1 b1 a2 b2"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, s := range (Town{Figures: c.figures}).stats() {
				got = append(got, s.Value)
			}
			require.Equal(t, c.want, strings.Join(got, " "))
		})
	}
}

func TestPinsOfTowns(t *testing.T) {
	t.Parallel()
	overseas := town("Saint-Denis", "saint-denis")
	overseas.Center = tenants.Point{Lon: 55.45, Lat: -20.88}
	bastia := town("Bastia", "bastia")
	bastia.Center = tenants.Point{Lon: 9.45, Lat: 42.70}
	pins := Platform{Towns: []TownEntry{{Town: town("Alès", "ales")}, {Town: overseas}, {Town: bastia}}}.pins()
	require.Len(t, pins, 2, "what is not on the drawing is in the list alone")
	require.Equal(t, "start", pins[0].anchor)
	require.Equal(t, "end", pins[1].anchor, "a name near the edge goes to the left")
	crowd := Platform{}
	for range maxLabels + 1 {
		crowd.Towns = append(crowd.Towns, TownEntry{Town: town("Alès", "ales")})
	}
	require.False(t, crowd.pins()[0].named, "names of a crowd would cover each other")
}
