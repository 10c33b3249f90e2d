package trees_test

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/trees"
	"acvdata/services/authz"
)

type apiPage struct {
	Total int64 `json:"total"`
	Items []struct {
		Number     int64    `json:"numero"`
		Status     string   `json:"statut"`
		HeightM    *float64 `json:"hauteur_m"`
		District   string   `json:"quartier"`
		Remarkable bool     `json:"remarquable"`
		Longitude  float64  `json:"longitude"`
		Species    struct {
			Latin, Francais, Genre, Famille, Code string
		} `json:"essence"`
	} `json:"items"`
	Next *string `json:"next"`
}

func TestTheAPIWalksEverySelection(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.planted("vitre")
	r.exec(town, "UPDATE trees.tree SET height_m = NULL WHERE tenant_id = $1 AND number % 10 = 0")
	r.exec(town, "UPDATE trees.tree SET height_m = 12.3 WHERE tenant_id = $1 AND number % 10 = 1")
	anybody := r.As(authz.Actor{})
	for name, test := range map[string]struct{ query, where string }{
		"every tree":        {"limit=1000", "true"},
		"by height":         {"limit=700&tri=hauteur", "true"},
		"by species":        {"limit=700&tri=essence", "true"},
		"remarkable":        {"remarquable=oui&limit=7", "t.remarkable"},
		"felled":            {"statut=felled&limit=20&tri=plantation", "t.status = 'felled'"},
		"a district":        {"quartier=Centre", "t.district = 'Centre'"},
		"a street":          {"q=rue&limit=500", "t.site_id IN (SELECT id FROM trees.site s WHERE s.tenant_id = $1 AND s.address ILIKE '%rue%')"},
		"a stage, thickest": {"stade=young&tri=circonference&limit=333", "t.stage = 'young'"},
	} {
		t.Run(name, func(t *testing.T) {
			want, err := strconv.ParseInt(r.rows(town.ID, "SELECT count(*)::text FROM trees.tree t WHERE t.tenant_id = $1 AND "+test.where, town.ID)[0], 10, 64)
			require.NoError(t, err)
			require.Positive(t, want)
			seen := map[int64]bool{}
			for path := "/api/v1/vitre/arbres?" + test.query; path != ""; {
				var page apiPage
				anybody.Get(path).Want(http.StatusOK).Decode(&page)
				require.Equal(t, want, page.Total)
				for _, i := range page.Items {
					require.False(t, seen[i.Number], "tree %d comes twice", i.Number)
					seen[i.Number] = true
				}
				path = ""
				if page.Next != nil {
					path = *page.Next
				}
			}
			require.Len(t, seen, int(want))
		})
	}
}

func TestTheAPIRefusesNonsense(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.planted("vitre")
	anybody := r.As(authz.Actor{})
	for name, test := range map[string]struct {
		path   string
		status int
		has    string
	}{
		"no rows":               {"/arbres?limit=0", http.StatusUnprocessableEntity, `"limit"`},
		"too many rows":         {"/arbres?limit=1001", http.StatusUnprocessableEntity, "Demandez de 1"},
		"rows in words":         {"/arbres?limit=beaucoup", http.StatusUnprocessableEntity, `"limit"`},
		"an unknown order":      {"/arbres?tri=couleur", http.StatusUnprocessableEntity, `"tri"`},
		"a made-up place":       {"/arbres?apres=%00%01", http.StatusUnprocessableEntity, `"apres"`},
		"a place of another":    {"/arbres?tri=hauteur&apres=MTAg", http.StatusUnprocessableEntity, `"apres"`},
		"an unknown species":    {"/arbres?essence=baobab-rose", http.StatusUnprocessableEntity, `"essence"`},
		"a box that is no box":  {"/arbres?bbox=1,2,3", http.StatusUnprocessableEntity, `"bbox"`},
		"a broken query":        {"/arbres?q=%zz", http.StatusUnprocessableEntity, "filtres"},
		"a tree not there":      {"/arbres/999999", http.StatusNotFound, `"not_found"`},
		"a number too far":      {"/arbres/99999999999999999999", http.StatusNotFound, `"not_found"`},
		"a number that is none": {"/arbres/abc", http.StatusNotFound, "Cet arbre n’existe pas"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := anybody.Get("/api/v1/vitre" + test.path).Want(test.status).Has(test.has)
			require.True(t, strings.HasPrefix(answer.Header.Get("Content-Type"), "application/json"))
		})
	}
}

func TestTheAPITellsATreeButNotItsNotes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town, other := r.planted("vitre"), r.planted("saint-omer")
	r.exec(town, `UPDATE trees.tree SET notes = 'confidentiel', matricule = 'V-1', stage = '', birth_year = NULL WHERE tenant_id = $1 AND number = 1`)
	r.exec(town, `UPDATE trees.site SET address = '`+scripted+`' WHERE tenant_id = $1 AND id = (SELECT site_id FROM trees.tree WHERE tenant_id = $1 AND number = 1)`)
	r.exec(other, `UPDATE trees.site SET address = 'rue d''ailleurs' WHERE tenant_id = $1`)
	agent, anybody := r.As(r.agent(town)), r.As(authz.Actor{})
	form := formOf(agent.Get("/vitre/espace/arbres/1/modifier"))
	form.Set("remarquable", "oui")
	agent.Post("/vitre/espace/arbres/1/modifier", form).Want(http.StatusSeeOther)

	for _, path := range []string{"/api/v1/vitre/arbres?limit=1000", "/api/v1/vitre/arbres/1"} {
		for _, who := range []authz.Actor{{}, r.agent(town)} {
			r.As(who).Get(path).Want(http.StatusOK).Has(`"numero":1,`).HasNot("confidentiel", "Camille", "<script", "ailleurs", "notes", "remarques")
		}
	}
	var tree struct {
		Number    int64   `json:"numero"`
		Stage     *string `json:"stade"`
		Year      *int    `json:"annee"`
		Address   string  `json:"adresse"`
		Matricule string  `json:"matricule"`
		Page      string  `json:"page"`
	}
	anybody.Get("/api/v1/vitre/arbres/1").Decode(&tree)
	require.Equal(t, "V-1", tree.Matricule)
	require.Equal(t, "/vitre/arbres/1", tree.Page)
	require.Equal(t, scripted, tree.Address)
	require.Nil(t, tree.Stage)
	require.Nil(t, tree.Year)

	agent.Get("/vitre/espace/arbres").Want(http.StatusOK).Has("&lt;script&gt;").HasNot(scripted, "ailleurs")
	agent.Get("/vitre/espace/arbres/1").Want(http.StatusOK).HasNot(scripted)
	agent.Get("/vitre/espace/arbres?q=ailleurs").Want(http.StatusOK).Has("Aucun arbre ne correspond")
	var here, there apiPage
	anybody.Get("/api/v1/vitre/arbres?limit=1").Want(http.StatusOK).Decode(&here)
	anybody.Get("/api/v1/saint-omer/arbres?limit=1").Want(http.StatusOK).Decode(&there)
	require.NotEqual(t, here.Items[0].Longitude, there.Items[0].Longitude)
}

// TestTheDocumentNamesWhatTheAPIGives keeps the OpenAPI document true: every
// field of an answer is in it, and no other.
func TestTheDocumentNamesWhatTheAPIGives(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.planted("vitre")
	anybody := r.As(authz.Actor{})
	described := map[string]map[string]any{}
	for _, o := range new(trees.Module).Operations() {
		described[o.Path] = o.Answer
	}
	var list struct{ Items []map[string]any }
	anybody.Get("/api/v1/vitre/arbres?limit=1").Want(http.StatusOK).Decode(&list)
	items := described["/arbres"]["properties"].(map[string]any)["items"].(map[string]any)["items"].(map[string]any)
	require.ElementsMatch(t, slices.Collect(maps.Keys(list.Items[0])), slices.Collect(maps.Keys(items["properties"].(map[string]any))))
	var one map[string]any
	anybody.Get("/api/v1/vitre/arbres/1").Want(http.StatusOK).Decode(&one)
	require.ElementsMatch(t, slices.Collect(maps.Keys(one)), slices.Collect(maps.Keys(described["/arbres/:numero"]["properties"].(map[string]any))))
}
