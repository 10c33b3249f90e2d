package trees_test

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"acvdata/modules/trees"
	"acvdata/modules/trees/taxa"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// seeded is a town with illustrative trees.
func (r *rig) seeded(slug string) *tenants.Tenant {
	r.t.Helper()
	town := r.Town(slug)
	require.NoError(r.t, r.trees.Seed(r.Context, town, rand.New(rand.NewPCG(7, 7))))
	return town
}

func (r *rig) figures(town *tenants.Tenant) trees.Figures {
	r.t.Helper()
	f, err := r.service.Figures(r.Context, town.ID)
	require.NoError(r.t, err)
	return f
}

// tableOf reads the table below a chart: label to value and address.
func tableOf(t *testing.T, page *goquery.Document, id string) (values, links map[string]string) {
	t.Helper()
	values, links = map[string]string{}, map[string]string{}
	rows := page.Find("figure[aria-labelledby=" + id + "-titre] details tbody tr")
	require.NotZero(t, rows.Length(), "chart %s has no table", id)
	rows.Each(func(_ int, row *goquery.Selection) {
		label := strings.TrimSpace(row.Find("th").Text())
		values[label] = strings.TrimSpace(row.Find("td").First().Text())
		links[label] = row.Find("th a").AttrOr("href", "")
	})
	return values, links
}

func TestFiguresOfTheTownAreShown(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town, other := r.seeded("ales"), r.seeded("fecamp")
	f := r.figures(town)

	answer := r.As(authz.Actor{}).Get("/ales/arbres/chiffres").Want(http.StatusOK)
	answer.HasNot("⟦", "/fecamp/", other.Name, "NaN", "+Inf")
	page := answer.Page()
	require.Equal(t, "Les arbres en chiffres", strings.TrimSpace(page.Find("h1").Text()))
	require.Equal(t, 1, page.Find("h1").Length())

	require.Contains(t, page.Find(".stats").First().Text(), i18n.Number(f.Standing))
	require.Contains(t, page.Find(".stats").First().Text(), i18n.Number(f.Species.Groups))
	require.Contains(t, page.Find("#contenu").Text(), i18n.Date(f.Changed))

	status, links := tableOf(t, page, "status")
	require.Equal(t, i18n.Number(f.Standing), status["En place"])
	require.Equal(t, "/ales/arbres?statut=felled", links["Abattu"])

	diameters, links := tableOf(t, page, "diameter")
	require.Equal(t, i18n.Number(f.Diameters[2]), diameters["15 à 30\u00a0cm"])
	require.Equal(t, "/ales/arbres?diametre=2&statut=standing", links["15 à 30\u00a0cm"])
	ages, _ := tableOf(t, page, "age")
	require.Len(t, ages, trees.AgeClasses)
	require.Equal(t, i18n.Number(f.Ages[0]), ages["moins de 10\u00a0ans"])
	stages, links := tableOf(t, page, "stage")
	require.Equal(t, "/ales/arbres?stade=young&statut=standing", links["Jeune"])
	require.NotEmpty(t, stages["Adulte"])

	require.Equal(t, i18n.Decimal(f.Species.Effective, 1), strings.TrimSpace(page.Find("#diversite").Closest("section").Find(".stat-value").Eq(3).Text()))
}

// The most frequent species comes first, French before Latin, and its link
// lists as many trees as its row says.
func TestSpeciesAreNamedInFrenchThenInLatin(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.seeded("ales")
	first := r.figures(town).Top[0]
	page := r.As(authz.Actor{}).Get("/ales/arbres/chiffres").Want(http.StatusOK).Page()

	row := page.Find("#palmares tbody tr").First()
	require.Equal(t, first.Taxon.French, strings.TrimSpace(row.Find("th a").Text()))
	require.Equal(t, first.Taxon.Latin(), row.Find("th i[lang=la]").Text())
	require.Equal(t, i18n.Number(first.N), strings.TrimSpace(row.Find("td").Eq(1).Text()))

	link, err := url.Parse(row.Find("th a").AttrOr("href", ""))
	require.NoError(t, err)
	register, err := r.service.Register(r.Context, town.ID)
	require.NoError(t, err)
	filter, err := trees.ParseFilter(link.Query(), register)
	require.NoError(t, err)
	listed, _, err := r.service.List(r.Context, town.ID, trees.List{Filter: filter, Order: trees.ByNumber})
	require.NoError(t, err)
	require.Equal(t, first.N, listed.Total)
}

func TestSantamourIsReadPlainly(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.seeded("ales") // its palette favours two species: over the first mark
	f := r.figures(town)
	page := r.As(authz.Actor{}).Get("/ales/arbres/chiffres").Want(http.StatusOK).Page()
	for i, level := range []string{"species", "genus", "family"} {
		panel := page.Find("article[aria-labelledby=repere-" + level + "]")
		want := "Dépassé"
		if f.Santamour[i].Met {
			want = "Respecté"
		}
		require.Equal(t, want, strings.TrimSpace(panel.Find(".chip").Text()), level)
		require.Contains(t, panel.Text(), f.Santamour[i].Top.Name)
		require.Contains(t, panel.Text(), i18n.Percent(f.Santamour[i].Top.Part, 1))
		require.Contains(t, panel.Text(), i18n.Number(f.Santamour[i].N))
	}
	require.False(t, f.Santamour[0].Met, "the case tested needs a mark that is not met")
}

func TestFiguresOfATownWithoutTrees(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	r.seeded("ales")
	resident := r.As(authz.Actor{}).Get("/bayonne/arbres/chiffres").Want(http.StatusOK)
	resident.Has("Pas encore d’arbre dans l’inventaire").HasNot("⟦", "/ales/", "/bayonne/espace/imports")
	require.Zero(t, resident.Page().Find("figure, .stat").Length())
	agent := r.As(apptest.Member(town, authz.Agent)).Get("/bayonne/arbres/chiffres").Want(http.StatusOK)
	agent.Has("/bayonne/espace/imports")
	list, err := r.trees.Highlights(r.Context, town)
	require.NoError(t, err)
	require.Empty(t, list)
}

// What is not known is said, not drawn: no share is made up.
func TestFiguresOfTreesNobodyKnows(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("ales")
	r.Work()
	r.load(town, "arbres.csv", "matricule;longitude;latitude;nom_latin\nA1;4.0810;44.1270;\nA2;4.0820;44.1275;Truc machin\n")
	answer := r.As(authz.Actor{}).Get("/ales/arbres/chiffres").Want(http.StatusOK)
	answer.Has("Non calculable", "L’âge d’aucun arbre n’est connu.", "Aucun tronc n’est mesuré.", "2 arbres d’essence inconnue",
		"/ales/arbres?essence=inconnue&amp;statut=standing", "/ales/arbres?diametre=inconnu&amp;statut=standing").HasNot("⟦", "NaN", "+Inf")
	list, err := r.trees.Highlights(r.Context, town)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "2", list[0].Value)
}

func TestTreesKnownByTheirGenusAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("ales")
	r.Work()
	r.load(town, "arbres.csv", "matricule;longitude;latitude;nom_latin\nA1;4.0810;44.1270;Tilia\nA2;4.0820;44.1275;Tilia cordata\nA3;4.0830;44.1275;Tilia cordata\n")
	page := r.As(authz.Actor{}).Get("/ales/arbres/chiffres").Want(http.StatusOK).Page()
	_, links := tableOf(t, page, "species")
	alone, has := links["Tilleul (espèce non précisée)"]
	require.True(t, has, "%v", links)
	require.Empty(t, alone, "the list of a genus holds its species too")
	require.Contains(t, page.Find("article[aria-labelledby=repere-species]").Text(), "1 arbre sans cette information")
	require.Equal(t, "/ales/arbres?essence=tilia&statut=standing", page.Find("article[aria-labelledby=repere-genus] a").AttrOr("href", ""))
	f := r.figures(town)
	require.Equal(t, taxa.Genus, f.Top[1].Taxon.Rank)
}

func TestFiguresAreRevalidated(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.seeded("ales")
	resident := r.As(authz.Actor{})
	first := resident.Get("/ales/arbres/chiffres").Want(http.StatusOK)
	require.Equal(t, "public, max-age=0, must-revalidate", first.Header.Get("Cache-Control"))
	tag := first.Header.Get("Etag")
	require.NotEmpty(t, tag)
	resident.Get("/ales/arbres/chiffres", "If-None-Match", tag).Want(http.StatusNotModified)
	r.Work()
	r.load(town, "arbres.csv", "matricule;longitude;latitude;nom_latin\nZ1;4.0810;44.1270;Sequoiadendron giganteum\n")
	resident.Get("/ales/arbres/chiffres", "If-None-Match", tag).Want(http.StatusOK)
}

func TestHighlightsSayWhatTheFiguresSay(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.seeded("ales")
	f := r.figures(town)
	list, err := r.trees.Highlights(r.Context, town)
	require.NoError(t, err)
	require.Len(t, list, 4)
	require.Equal(t, i18n.Number(f.Standing), list[0].Value)
	require.Equal(t, i18n.Number(f.Species.Groups), list[1].Value)
	require.Equal(t, i18n.Percent(float64(f.Ages[0])/float64(f.Standing-f.Ageless), 0), list[2].Value)
	require.Equal(t, i18n.Percent(f.Santamour[1].Top.Part, 1), list[3].Value)
	for _, h := range list {
		require.Equal(t, "/ales/arbres/chiffres", h.Href)
		require.Equal(t, f.Changed, h.At)
		require.NotContains(t, h.Label+h.Detail+h.Source, "⟦")
	}
}

func TestHelpIsOnePageOfFrench(t *testing.T) {
	t.Parallel()
	text := (*trees.Module)(nil).Help()
	require.True(t, strings.HasPrefix(text, "# Patrimoine arboré\n"))
	require.Equal(t, 1, strings.Count("\n"+text, "\n# "))
	for _, section := range []string{"## Préparer le fichier", "## Circonférence ou diamètre\u00a0?", "## Vérifier, charger, retirer", "## Publier les données"} {
		require.Contains(t, text, section)
	}
}
