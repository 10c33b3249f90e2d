package opendata_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"acvdata/services/apptest"
	"acvdata/services/authz"
)

const trees = "Essence;Quartier;Hauteur;Planté le\n" +
	"Tilleul;Centre;12,5;15/03/1990\nTilleul;Gare;8;20/11/2001\nÉrable;Centre;;02/02/2010\nChêne;Gare;21;01/01/1950\nTilleul;Centre;10;13/12/2015\n"

type answered struct {
	Total   int              `json:"total_count"`
	Results []map[string]any `json:"results"`
}

// told writes results shortly: "Tilleul 3|Chêne 1".
func (a answered) told(names ...string) string {
	var all []string
	for _, r := range a.Results {
		var one []string
		for _, n := range names {
			one = append(one, fmt.Sprint(r[n]))
		}
		all = append(all, strings.Join(one, " "))
	}
	return strings.Join(all, "|")
}

func asking(pairs ...string) string {
	q := url.Values{}
	for pair := range slices.Chunk(pairs, 2) {
		q.Set(pair[0], pair[1])
	}
	return "/api/v1/niort/donnees/arbres-du-parc/lignes?" + q.Encode()
}

func TestQuestionsAboutRows(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Arbres du parc", trees)
	r.resident.Get(asking()).Want(404) // not published
	r.agent.Get(asking()).Want(200)
	r.publish(r.town, "arbres-du-parc")
	for name, test := range map[string]struct {
		path, want string
		names      []string
		total      int
	}{
		"everything":        {asking(), "Tilleul Centre 12.5 1990-03-15|Tilleul Gare 8 2001-11-20|Érable Centre <nil> 2010-02-02|Chêne Gare 21 1950-01-01|Tilleul Centre 10 2015-12-13", []string{"essence", "quartier", "hauteur", "plante_le"}, 5},
		"some fields":       {asking("select", "essence, hauteur as h", "limit", "1"), "Tilleul 12.5 <nil>", []string{"essence", "h", "quartier"}, 5},
		"chosen":            {asking("where", "hauteur > 9 AND ACCENTI(CASEI(quartier)) = 'centre'"), "12.5|10", []string{"hauteur"}, 2},
		"sorted":            {asking("order_by", "hauteur desc, essence", "select", "hauteur"), "21|12.5|10|8|<nil>", []string{"hauteur"}, 5},
		"a page":            {asking("order_by", "hauteur", "limit", "2", "offset", "1"), "10|12.5", []string{"hauteur"}, 5},
		"beyond the end":    {asking("offset", "99"), "", []string{"hauteur"}, 5},
		"no row":            {asking("limit", "0"), "", []string{"hauteur"}, 5},
		"grouped":           {asking("group_by", "essence", "order_by", "count desc, essence"), "Tilleul 3|Chêne 1|Érable 1", []string{"essence", "count"}, 3},
		"measured":          {asking("group_by", "quartier", "select", "quartier, count(*) as n, count(hauteur) as connues, avg(hauteur) as moyenne, min(hauteur), max(hauteur) as haut, sum(hauteur) as somme", "order_by", "quartier"), "Centre 3 2 11.25 10 12.5 22.5|Gare 2 2 14.5 8 21 29", []string{"quartier", "n", "connues", "moyenne", "min(hauteur)", "haut", "somme"}, 2},
		"by two":            {asking("group_by", "quartier,essence", "order_by", "quartier, essence", "limit", "2"), "Centre Érable 1|Centre Tilleul 2", []string{"quartier", "essence", "count"}, 4},
		"all together":      {asking("select", "count(*) as n, max(hauteur) as haut"), "5 21", []string{"n", "haut"}, 1},
		"of nothing":        {asking("select", "count(*) as n, max(hauteur) as haut", "where", "essence = 'Ginkgo'"), "0 <nil>", []string{"n", "haut"}, 1},
		"groups of nothing": {asking("group_by", "essence", "where", "essence = 'Ginkgo'"), "", []string{"essence"}, 0},
	} {
		var got answered
		answer := r.resident.Get(test.path).Want(200)
		answer.Decode(&got)
		if got.told(test.names...) != test.want || got.Total != test.total {
			t.Errorf("%s: %d %s\nnot %d %s", name, got.Total, got.told(test.names...), test.total, test.want)
		}
		if again := r.resident.Get(test.path, "If-None-Match", answer.Header.Get("ETag")); again.Status != 304 {
			t.Errorf("%s: %d with its own tag", name, again.Status)
		}
	}
	for path, has := range map[string]string{
		asking("select", "essence; drop"):                     "select",
		asking("select", "couleur"):                           "select",
		asking("select", "median(hauteur)"):                   "count, sum, avg",
		asking("select", "sum(essence)"):                      "nombre",
		asking("select", "essence, count(*)"):                 "group_by",
		asking("group_by", "couleur"):                         "group_by",
		asking("order_by", "couleur"):                         "order_by",
		asking("order_by", "hauteur sideways"):                "order_by",
		asking("group_by", "essence", "order_by", "quartier"): "order_by",
		asking("where", "couleur = 'bleu'"):                   "couleur",
		asking("where", "hauteur >"):                          "s’arrête trop tôt",
		asking("limit", "10001"):                              "de 0 à 10",
		asking("limit", "-1"):                                 "limit",
		asking("page", "2"):                                   "page",
		asking("limit", "1") + "&limit=2":                     "deux fois",
	} {
		r.resident.Get(path).Want(422).Has(has).HasNot("⟦")
	}
	for _, who := range []*apptest.Client{r.resident, r.As(apptest.Member(r.other, authz.Agent))} {
		who.Get("/api/v1/bayonne/donnees/arbres-du-parc/lignes").Want(404)
	}
	r.load(r.town, "Arbres du parc", "Essence;Hauteur\nGinkgo;3\n")
	var after answered
	r.resident.Get(asking("group_by", "essence")).Want(200).Decode(&after)
	if after.told("essence", "count") != "Ginkgo 1" {
		t.Errorf("after another file: %s", after.told("essence", "count"))
	}
}
