package opendata_test

import (
	"net/url"
	"strings"
	"testing"
)

// form posts a form as the agent and follows nothing.
func (r *shelf) form(path string, fields ...string) string {
	r.t.Helper()
	values := url.Values{}
	for n := 0; n+1 < len(fields); n += 2 {
		values.Add(fields[n], fields[n+1])
	}
	got := r.agent.Post(path, values)
	if got.Status != 303 {
		r.t.Fatalf("%s: %d\n%.1500s", path, got.Status, plainText(got.Body))
	}
	return got.Header.Get("Location")
}

func plainText(html string) string {
	var b strings.Builder
	inside := false
	for _, c := range html {
		switch {
		case c == '<':
			inside = true
		case c == '>':
			inside = false
		case !inside:
			b.WriteRune(c)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// sees fails the test unless the page answers with every text.
func (r *shelf) sees(path string, want ...string) {
	r.t.Helper()
	got := r.resident.Get(path)
	text := plainText(got.Body)
	for _, w := range want {
		if got.Status != 200 || !strings.Contains(text, w) {
			r.t.Errorf("%s: %d without %q\n%.1500s", path, got.Status, w, text)
		}
	}
	if strings.Contains(text, "⟦") {
		r.t.Errorf("%s: message without text: %.80s", path, text[strings.Index(text, "⟦"):])
	}
}

func TestFromATableToAStory(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Qualité de l’eau", water)
	r.form("/niort/espace/donnees/qualite-de-l-eau/graphiques", "title", "Nitrates par station", "by", "station", "measure", "mean", "value", "nitrates_mg_l")
	r.form("/niort/espace/donnees/qualite-de-l-eau/colonnes", "c.nitrates_mg_l.label", "Nitrates", "c.nitrates_mg_l.unit", "mg/l", "c.nitrates_mg_l.about", "Concentration mesurée")
	r.publish(r.town, "qualite-de-l-eau")
	r.sees("/niort/donnees/qualite-de-l-eau", "Nitrates par station", "Pont Main arrive en tête", "12,5")
	r.sees("/niort/donnees/qualite-de-l-eau/apercu", "Concentration mesurée")
	r.sees("/niort/donnees/qualite-de-l-eau/lignes?tri=nitrates_mg_l&sens=desc", "3 lignes correspondent", "Nitrates (mg/l)")
	r.sees("/niort/donnees/qualite-de-l-eau/lignes?q=sevre", "1 ligne correspond")

	at := r.form("/niort/espace/donnees/indicateurs/nouveau", "title", "Nitrates dans la Sèvre", "unit", "mg/l", "decimals", "1", "theme", "water",
		"kind", "column", "table", "qualite-de-l-eau", "aggregate", "mean", "value_column", "qualite-de-l-eau:nitrates_mg_l",
		"date_column", "qualite-de-l-eau:releve_le", "goal", "5", "goal_on", "2030-12-31", "lower", "1", "method", "Moyenne des relevés", "source", "Syndicat", "published", "1")
	if at != "/niort/espace/donnees/indicateurs/nitrates-dans-la-sevre" {
		t.Fatal(at)
	}
	r.sees("/niort/donnees/indicateurs/nitrates-dans-la-sevre", "9,2", "en baisse de 3,2", "Objectif : 5,0", "31 décembre 2030", "43", "Moyenne des relevés")
	r.sees("/niort/donnees/themes/water", "Nitrates dans la Sèvre", "Nitrates par station", "Qualité de l’eau")
	r.sees("/niort/donnees", "Explorer par thème", "Ce que la ville suit", "Qualité de l’eau")
	r.sees("/niort/donnees?q=QUALITE&format=xlsx", "1 jeu de données")
	r.sees("/niort/donnees?producteur=Personne", "0 jeu de données")

	at = r.form("/niort/espace/donnees/recits/nouveau", "title", "La Sèvre va mieux", "lead", "Suivons les nitrates.", "theme", "water", "revision", "0",
		"b0.type", "text", "b0.text", "## D’où vient l’eau\n\n**Trois** stations. <script>alert(1)</script>",
		"b1.type", "figure", "b1.ref", "opendata.nitrates-dans-la-sevre", "b2.type", "chart", "b2.ref", "qualite-de-l-eau/g1",
		"b3.type", "map", "b3.ref", "qualite-de-l-eau", "b4.type", "chart", "b4.ref", "", "do", "remove:4")
	if got := r.resident.Get("/niort/donnees/recits/la-sevre-va-mieux"); got.Status != 404 {
		t.Errorf("a draft is public: %d", got.Status)
	}
	if got := r.agent.Get(at + "/apercu"); got.Status != 200 || !strings.Contains(got.Body, "Trois") {
		t.Errorf("preview: %d", got.Status)
	}
	r.form(at + "/publier")
	r.sees("/niort/donnees/recits/la-sevre-va-mieux", "D’où vient l’eau", "9,2", "Nitrates par station", "Publié le")
	if page := r.resident.Get("/niort/donnees/recits/la-sevre-va-mieux").Body; strings.Contains(page, "<script>alert") {
		t.Error("a script came through")
	}
	for path, want := range map[string]string{"/niort/espace/donnees/recits": "La Sèvre va mieux", "/niort/espace/donnees/indicateurs": "9,2", "/niort/espace/donnees/themes": "Thèmes", at: "Publication"} {
		if got := r.agent.Get(path); got.Status != 200 || !strings.Contains(plainText(got.Body), want) || strings.Contains(got.Body, "⟦") {
			t.Errorf("%s: %d without %q", path, got.Status, want)
		}
	}
	r.form(at + "/retirer")
	if got := r.resident.Get("/niort/donnees/recits/la-sevre-va-mieux"); got.Status != 404 {
		t.Errorf("a story taken back is public: %d", got.Status)
	}
}

func TestTypedValuesMakeAHistory(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	at := r.form("/niort/espace/donnees/indicateurs/nouveau", "title", "Pistes cyclables", "unit", "km", "decimals", "0", "theme", "mobility", "kind", "typed", "goal", "1 200", "published", "1")
	r.form(at+"/valeurs", "day", "2023-01-01", "value", "1 000")
	r.form(at+"/valeurs", "day", "2024-01-01", "value", "1 050")
	r.form(at+"/valeurs", "day", "2024-01-01", "value", "1 100")
	r.sees("/niort/donnees/indicateurs/pistes-cyclables", "1 100", "en hausse de 100", "50")
	r.form(at+"/valeurs/retirer", "day", "2024-01-01")
	r.sees("/niort/donnees/indicateurs/pistes-cyclables", "1 000")
	if got := r.agent.Post(at+"/valeurs", url.Values{"day": {"demain"}, "value": {"x"}}); got.Status != 400 && got.Status != 422 {
		t.Errorf("nonsense: %d", got.Status)
	}
	stranger := r.resident.Post(at+"/valeurs", url.Values{"day": {"2024-01-01"}, "value": {"1"}})
	if stranger.Status == 303 && !strings.Contains(stranger.Header.Get("Location"), "connexion") {
		t.Errorf("a stranger typed a value: %d", stranger.Status)
	}
	list, err := r.portal.Indicators(r.Context, r.town)
	must(t, err)
	if len(list) != 1 || list[0].Key != "opendata.pistes-cyclables" {
		t.Fatalf("%+v", list)
	}
	value, err := list[0].Read(r.Context)
	if err != nil || value.Number != 1000 || !value.Known {
		t.Errorf("%+v, %v", value, err)
	}
}
