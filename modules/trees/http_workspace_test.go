package trees_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/tenants"
)

const scripted = `<script>alert("x")</script>`

// planted is a town with illustrative trees, the same in every test.
func (r *rig) planted(slug string) *tenants.Tenant {
	r.t.Helper()
	town := r.Town(slug)
	require.NoError(r.t, r.trees.Seed(r.Context, town, rand.New(rand.NewPCG(7, 7))))
	return town
}

func (r *rig) exec(town *tenants.Tenant, statement string) {
	r.t.Helper()
	require.NoError(r.t, r.DB.InTenant(r.Context, town.ID, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, statement, town.ID)
		return err
	}))
}

// formOf reads the fields of the page's edit form, as a browser would send them.
func formOf(answer *apptest.Response) url.Values {
	values := url.Values{}
	form := answer.Page().Find("main form[method=post]")
	for _, s := range form.Find("input, textarea, select").EachIter() {
		name, value := s.AttrOr("name", ""), s.AttrOr("value", "")
		switch {
		case s.Is("textarea"):
			value = s.Text()
		case s.Is("select"):
			value = s.Find("option[selected]").AttrOr("value", "")
		case s.Is("[type=checkbox]") && !s.Is("[checked]"):
			continue
		}
		values.Set(name, value)
	}
	return values
}

func TestWhoMaySeeAndEditTrees(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town, other := r.planted("vitre"), r.Town("bayonne")
	nobody := authz.Actor{}
	supervisor := authz.Actor{AccountID: apptest.Member(town).AccountID, Name: "Bea", Platform: []authz.Role{authz.Supervisor}}
	const list, show, edit, absent = "/espace/arbres", "/espace/arbres/1", "/espace/arbres/1/modifier", "/espace/arbres/999999"
	for name, test := range map[string]struct {
		who    authz.Actor
		path   string
		status int
		has    []string
		hasNot []string
	}{
		"the list is for staff":          {nobody, list, http.StatusSeeOther, nil, nil},
		"the form is for staff":          {nobody, edit, http.StatusSeeOther, nil, nil},
		"a reader reads":                 {apptest.Member(town, authz.Reader), list, http.StatusOK, []string{"N° 1"}, []string{"Importer un fichier"}},
		"a reader sees no edit button":   {apptest.Member(town, authz.Reader), show, http.StatusOK, []string{"Historique"}, []string{"/1/modifier"}},
		"a reader cannot edit":           {apptest.Member(town, authz.Reader), edit, http.StatusForbidden, nil, nil},
		"a supervisor cannot edit":       {supervisor, edit, http.StatusForbidden, nil, nil},
		"a supervisor sees no names":     {supervisor, show, http.StatusOK, []string{"Les noms ne sont montrés"}, nil},
		"an agent may import":            {apptest.Member(town, authz.Agent), list, http.StatusOK, []string{"/vitre/espace/imports", "Importer un fichier", `href="/vitre/arbres"`}, nil},
		"an agent may edit":              {apptest.Member(town, authz.Agent), show, http.StatusOK, []string{"/vitre/espace/arbres/1/modifier"}, nil},
		"an agent gets the form":         {apptest.Member(town, authz.Agent), edit, http.StatusOK, []string{"Hauteur de mesure du tronc"}, nil},
		"a tree that is not there":       {apptest.Member(town, authz.Agent), absent, http.StatusNotFound, nil, nil},
		"an address that is no number":   {apptest.Member(town, authz.Agent), "/espace/arbres/abc", http.StatusNotFound, nil, nil},
		"another town's agent":           {apptest.Member(other, authz.Agent), list, http.StatusForbidden, nil, []string{"N° 1"}},
		"another town's agent, one tree": {apptest.Member(other, authz.Agent), show, http.StatusForbidden, nil, nil},
		"a filter that does not exist":   {apptest.Member(town, authz.Agent), list + "?statut=volant", http.StatusUnprocessableEntity, nil, nil},
		"a selection without trees": {
			apptest.Member(town, authz.Agent), list + "?q=aucunerue", http.StatusOK,
			[]string{"Aucun arbre ne correspond", "Retirer les filtres"},
			[]string{"<table"},
		},
		"a selection with its choices": {
			apptest.Member(town, authz.Agent), list + "?statut=felled&tri=hauteur", http.StatusOK,
			[]string{"En place&nbsp;:", `name="tri" value="hauteur"`, `aria-sort="descending"`},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			answer := r.As(test.who).Get("/vitre" + test.path).Want(test.status)
			body := strings.ReplaceAll(answer.Body, "\u00a0", " ")
			for _, text := range test.has {
				require.Contains(t, body, strings.ReplaceAll(text, "&nbsp;", " "))
			}
			answer.HasNot(test.hasNot...)
		})
	}
	r.As(r.agent(other)).Get("/bayonne"+list).Want(http.StatusOK).
		Has("Importer le premier fichier", "/bayonne/espace/imports").HasNot("<table", "Filtrer les arbres")
	r.As(apptest.Member(other, authz.Reader)).Get("/bayonne" + list).Want(http.StatusOK).HasNot("Importer le premier fichier")
}

func TestTheListWalksEveryTreeOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.planted("vitre")
	agent := r.As(r.agent(r.mustTown("vitre")))
	for _, query := range []string{"?statut=felled", "?statut=felled&tri=essence", "?statut=felled&tri=hauteur"} {
		seen := map[string]bool{}
		total, rows := 0, 0
		for path := "/vitre/espace/arbres" + query; path != ""; {
			page := agent.Get(path).Want(http.StatusOK).Page()
			if total == 0 {
				total, _ = strconv.Atoi(strings.Fields(page.Find("#selection").Text())[0])
			}
			for _, row := range page.Find("tbody th a").EachIter() {
				seen[row.AttrOr("href", "")] = true
				rows++
			}
			path = page.Find("nav.pagination a[rel=next]").AttrOr("href", "")
		}
		require.Greater(t, total, 40, query)
		require.Equal(t, total, rows, query)
		require.Len(t, seen, total, query)
	}
}

func TestEditsAreCheckedFieldByField(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.planted("vitre")
	agent := r.As(r.agent(town))
	const address = "/vitre/espace/arbres/1/modifier"
	for name, test := range map[string]struct{ field, value, message string }{
		"words for a number":   {"hauteur", "haut", "Écrivez un nombre, par exemple 12,5."},
		"not a number":         {"hauteur", "NaN", "Écrivez un nombre"},
		"an infinite number":   {"couronne", "1e999", "Écrivez un nombre"},
		"a negative number":    {"circonference", "-3", "Écrivez un nombre"},
		"taller than any tree": {"hauteur", "61", "ne pas dépasser 60 m"},
		"no height at all":     {"hauteur", "0", "plus grande que 0"},
		"thicker than any":     {"circonference", "1500,5", "ne pas dépasser 1 500 cm"},
		"measured too high":    {"mesure_a", "301", "entre 1 et 300 cm"},
		"an unknown species":   {"essence", "Arbre à chats", "Cette essence n’est pas reconnue"},
		"an unknown state":     {"statut", "volant", "Choisissez un état dans la liste."},
		"an unknown stage":     {"stade", "vieillot", "Choisissez un stade dans la liste."},
		"not a day":            {"abattage", "15 mars", "Écrivez une date"},
		"felled yet standing":  {"abattage", "2020-03-01", "n’a pas de date d’abattage"},
		"notes without end":    {"remarques", strings.Repeat("é", 4001), "4 000 caractères"},
	} {
		t.Run(name, func(t *testing.T) {
			form := formOf(agent.Get(address).Want(http.StatusOK))
			form.Set("statut", "standing")
			form.Set(test.field, test.value)
			answer := agent.Post(address, form).Want(http.StatusUnprocessableEntity)
			page := answer.Page()
			plain := func(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }
			require.Contains(t, plain(page.Find(".error-summary a[href='#"+test.field+"']").Text()), test.message)
			require.Contains(t, plain(page.Find("#"+test.field+"-erreur").Text()), test.message)
			if test.field != "statut" && test.field != "stade" {
				require.Equal(t, test.value, formOf(answer).Get(test.field), "what was typed is kept")
			}
		})
	}
	form := formOf(agent.Get(address).Want(http.StatusOK))
	form.Set("statut", "felled")
	form.Set("abattage", "2026-03-16") // tomorrow
	agent.Post(address, form).Want(http.StatusUnprocessableEntity).Has("Cette date est dans le futur.")
	require.Equal(t, []string{"1"}, r.rows(town.ID, "SELECT revision::text FROM trees.tree WHERE tenant_id = $1 AND number = 1", town.ID))
}

func TestAnEditIsKeptWithItsAuthor(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.planted("vitre")
	agent := r.As(r.agent(town))
	const page = "/vitre/espace/arbres/1"
	form := formOf(agent.Get(page + "/modifier").Want(http.StatusOK))
	form.Set("essence", "platane commun")
	form.Set("hauteur", "17,25")
	form.Set("remarquable", "oui")
	form.Set("remarques", scripted+"\r\nseconde ligne")
	answer := agent.Post(page+"/modifier", form).Want(http.StatusSeeOther)
	require.Equal(t, page, answer.Header.Get("Location"))
	agent.Post(page+"/modifier", form).Want(http.StatusSeeOther) // pressed twice

	agent.Get(page).Want(http.StatusOK).Has("Camille Essai", "Modifié à la main", "17,25", "&lt;script&gt;", "seconde ligne", "Platane commun").HasNot(scripted)
	r.As(apptest.Member(town, authz.Reader)).Get(page).Want(http.StatusOK).Has("Camille Essai")
	require.Equal(t, []string{"2 Platanus × hispanica 17.25 true"}, r.rows(town.ID, `SELECT t.revision || ' ' || x.scientific || ' ' ||
		t.height_m || ' ' || t.remarkable FROM trees.tree t JOIN trees.taxon x ON x.id = t.taxon_id WHERE t.tenant_id = $1 AND t.number = 1`, town.ID))
	require.Equal(t, []string{"trees.edit"}, r.rows(town.ID, "SELECT action FROM audit.event WHERE tenant_id = $1 AND action = 'trees.edit'", town.ID))

	form = formOf(agent.Get(page + "/modifier").Want(http.StatusOK))
	require.Equal(t, "17,25", form.Get("hauteur"))
	form.Set("essence", "") // nobody knows any more
	agent.Post(page+"/modifier", form).Want(http.StatusSeeOther)
	agent.Get(page).Want(http.StatusOK).Has("Essence inconnue", "Dans le fichier de la ville")
}

// A size that came from a diameter has more decimals than the form shows;
// saving something else must not round it.
func TestAnEditLeavesWhatItDoesNotTouch(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.planted("vitre")
	r.exec(town, "UPDATE trees.tree SET circumference_cm = 94.24777960769379, taxon_id = 0, species_text = 'Arbre du parc' WHERE tenant_id = $1 AND number = 1")
	agent := r.As(r.agent(town))
	const address = "/vitre/espace/arbres/1/modifier"
	form := formOf(agent.Get(address).Want(http.StatusOK).Has("Arbre du parc"))
	require.Equal(t, "94,25", form.Get("circonference"))
	form.Set("remarques", "taille en 2027")
	agent.Post(address, form).Want(http.StatusSeeOther)
	require.Equal(t, []string{"94.24777960769379 0 Arbre du parc"}, r.rows(town.ID,
		"SELECT circumference_cm || ' ' || taxon_id || ' ' || species_text FROM trees.tree WHERE tenant_id = $1 AND number = 1", town.ID))
}

func TestAStaleFormIsRefusedAndKept(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.planted("vitre")
	first, second := r.As(r.agent(town)), r.As(r.agent(town))
	const address = "/vitre/espace/arbres/2/modifier"
	mine, theirs := formOf(first.Get(address)), formOf(second.Get(address))
	theirs.Set("hauteur", "9")
	theirs.Set("remarques", "leur remarque")
	second.Post(address, theirs).Want(http.StatusSeeOther)

	mine.Set("hauteur", "11")
	mine.Set("remarques", "ma remarque")
	answer := first.Post(address, mine).Want(http.StatusConflict).Has("Cette fiche a changé pendant votre saisie", "votre saisie est gardée")
	told := strings.ReplaceAll(answer.Page().Find(".alert-warning").Text(), "\u00a0", " ")
	require.Contains(t, told, "Hauteur : 9 m → 11 m")
	require.Contains(t, told, "Remarques : leur remarque → ma remarque")
	again := formOf(answer)
	require.Equal(t, "11", again.Get("hauteur"))
	require.Equal(t, "ma remarque", again.Get("remarques"))
	const height = "SELECT height_m::text FROM trees.tree WHERE tenant_id = $1 AND number = 2"
	require.Equal(t, []string{"9"}, r.rows(town.ID, height, town.ID))

	first.Post(address, again).Want(http.StatusSeeOther)
	require.Equal(t, []string{"11"}, r.rows(town.ID, height, town.ID))
	r.As(apptest.Member(town, authz.Reader)).Post(address, again).Want(http.StatusForbidden)
	again.Set("revision", "n'importe quoi")
	again.Set("hauteur", "12")
	first.Post(address, again).Want(http.StatusConflict)
}

// mustTown finds a town the test has added already.
func (r *rig) mustTown(slug string) *tenants.Tenant {
	r.t.Helper()
	town, err := r.Towns.BySlug(r.Context, slug)
	require.NoError(r.t, err)
	return town
}
