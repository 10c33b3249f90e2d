package opendata_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/imports"
)

// frames are the pages of the water table made for other sites, with a text of each.
var frames = map[string]string{
	"jeux/qualite-de-l-eau":                    "Qualité de l’eau",
	"cartes/qualite-de-l-eau":                  "Qualité de l’eau, sur la carte",
	"tableaux/qualite-de-l-eau":                "Sèvre amont",
	"graphiques/qualite-de-l-eau/g1":           "Nitrates par station",
	"indicateurs/nitrates-suivis":              "Nitrates suivis",
	"chiffres/opendata.nitrates-suivis":        "10,88",
	"chiffres/grove.plants":                    "1 234",
	"tableaux/qualite-de-l-eau?conforme=false": "Le Port",
}

// newFrames is a town with a table, a chart, an indicator and another module's figure.
func newFrames(t *testing.T) *shelf {
	t.Helper()
	r := newShelf(t, garden{newGrove(1)})
	r.load(r.town, "Qualité de l’eau", water, func(s *imports.Submission) { s.Overrides.Options["theme"] = string(datasets.Themes()[0]) })
	r.form("/niort/espace/donnees/qualite-de-l-eau/graphiques", "title", "Nitrates par station", "by", "station", "measure", "mean", "value", "nitrates_mg_l")
	r.form("/niort/espace/donnees/indicateurs/nouveau", "title", "Nitrates suivis", "unit", "mg/l", "decimals", "2", "theme", string(datasets.Themes()[0]), "kind", "column",
		"table", "qualite-de-l-eau", "aggregate", "mean", "value_column", "qualite-de-l-eau:nitrates_mg_l", "goal", "5", "lower", "1", "source", "Syndicat", "published", "1")
	return r
}

func TestEverythingOfAPortalCanBeShownOnAnotherSite(t *testing.T) {
	t.Parallel()
	r := newFrames(t)
	for path := range frames {
		if !strings.HasPrefix(path, "indicateurs") && !strings.HasPrefix(path, "chiffres") {
			r.agent.Get("/niort/integrer/"+path).Want(404).HasNot("Qualité", "Sèvre", "masthead", "⟦")
		}
	}
	r.publish(r.town, "qualite-de-l-eau")
	for path, text := range frames {
		page := r.resident.Get("/niort/integrer/"+path).Want(200).HasNot("<script", "⟦", "masthead", "<form", "javascript")
		if !strings.Contains(plainText(page.Body), text) {
			t.Errorf("%s lacks %q: %s", path, text, plainText(page.Body))
		}
		doc := page.Page()
		if doc.Find("h1").Length() != 1 || doc.Find(`.framed-foot a[target=_blank][href^="http://acv.test/niort/donnees"]`).Length() != 1 ||
			!strings.Contains(doc.Find(".framed-foot").Text(), "Licence Ouverte") {
			t.Errorf("%s: its title, its full page or its licence is missing", path)
		}
		if !strings.Contains(page.Header.Get("Content-Security-Policy"), "frame-ancestors *") {
			t.Errorf("%s cannot be framed", path)
		}
		r.resident.Get("/bayonne/integrer/"+path).HasNot("Nitrates", "Sèvre", "Syndicat")
	}
	r.resident.Get("/niort/integrer/tableaux/qualite-de-l-eau?conforme=false").Want(200).HasNot("Pont Main")
	r.resident.Get("/niort/integrer/tableaux/qualite-de-l-eau?inconnu=1").Want(422).HasNot("masthead", "⟦")
	r.resident.Get("/niort/integrer/jeux/qualite-de-l-eau?apparence=sombre").Want(200).Has(`data-theme="dark"`)
	r.resident.Get("/niort/integrer/cartes/qualite-de-l-eau?apparence=sombre").Want(200).Has(`/integrer/tableaux/qualite-de-l-eau?apparence=sombre"`)
	if lead := plainText(r.resident.Get("/niort/integrer/tableaux/qualite-de-l-eau?bbox=-5,41,10,52").Want(200).Body); strings.Contains(lead, "lignes\u00a0:") {
		t.Errorf("the colon leads to nothing: %s", lead)
	}
	r.resident.Get("/niort/integrer/jeux/qualite-de-l-eau?apparence=<b>").Want(200).HasNot("data-theme", "<b>")
	if n := r.resident.Get("/niort/integrer/cartes/qualite-de-l-eau").Page().Find("circle.pointmap-dot").Length(); n != 2 {
		t.Errorf("%d places are drawn, want 2", n)
	}
	for path, found := range map[string]int{
		"/niort/donnees/qualite-de-l-eau": 4, "/niort/donnees/indicateurs/nitrates-suivis": 2, "/niort/donnees/qualite-de-l-eau/lignes?conforme=false": 1,
		"/niort/donnees/themes/" + string(datasets.Themes()[0]): 3,
	} {
		doc := r.resident.Get(path).Want(200).HasNot("⟦").Page()
		codes := doc.Find("textarea[readonly]")
		if codes.Length() != found {
			t.Errorf("%s offers %d codes, want %d", path, codes.Length(), found)
		}
		code := codes.First().Text()
		if !strings.HasPrefix(code, `<iframe src="http://acv.test/niort/integrer/`) || !strings.Contains(code, ` title="`) || !strings.Contains(code, `<a href="http://acv.test/niort/donnees`) {
			t.Errorf("%s: %s", path, code)
		}
	}

	r.agent.Post("/niort/espace/donnees/qualite-de-l-eau/retirer", url.Values{"reason": {"Erreur de saisie"}}).Want(303)
	for path := range frames {
		if strings.Contains(path, "qualite") {
			r.resident.Get("/niort/integrer/"+path).Want(http.StatusGone).HasNot("Sèvre amont", "Nitrates par station", "masthead", "⟦")
		}
	}
	must(t, r.Towns.SetModules(t.Context(), r.town.ID, nil))
	for path := range frames {
		r.resident.Get("/niort/integrer/"+path).Want(404).HasNot("Qualité", "masthead", "⟦")
	}
}

func TestAFrameShowsNoWithheldColumnNorADraft(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Jardins", gardens)
	for _, column := range []string{"nom", "prenom", "courriel", "telephone", "vehicule"} {
		r.agent.Post("/niort/espace/donnees/jardins/publier/colonnes", url.Values{"column": {column}, "decision": {"withheld"}})
	}
	r.try(r.town, "jardins")
	for _, column := range r.waiting("jardins") {
		r.form("/niort/espace/donnees/jardins/publier/colonnes", "column", column, "decision", "withheld")
	}
	if end := r.try(r.town, "jardins"); end.State != "done" {
		t.Fatalf("%+v", end)
	}
	for _, path := range []string{"jeux/jardins", "tableaux/jardins", "tableaux/jardins?parcelle=A1"} {
		r.resident.Get("/niort/integrer/"+path).Want(200).Has("Jardins").HasNot("Durand", "Goff", "06 12", "AB-123", "Sophie", "⟦")
	}
	r.resident.Get("/niort/integrer/tableaux/jardins?nom=Durand").Want(422)
	r.resident.Get("/niort/integrer/cartes/jardins").Want(404)
	r.form("/niort/espace/donnees/indicateurs/nouveau", "title", "Secret", "kind", "typed", "decimals", "0")
	for _, path := range []string{"indicateurs/secret", "chiffres/opendata.secret"} {
		r.agent.Get("/niort/integrer/" + path).Want(404).HasNot("Secret")
	}
	r.agent.Get("/niort/donnees/indicateurs/secret").Want(200).HasNot("integrer/", "oembed")
}

// TestOtherSitesAskWhatToShow follows a page's own link to oEmbed.
func TestOtherSitesAskWhatToShow(t *testing.T) {
	t.Parallel()
	r := newFrames(t)
	r.publish(r.town, "qualite-de-l-eau")
	site := r.As(authz.Actor{})
	type answer struct {
		Version, Type, Title, HTML string
		Width, Height              int
		Author                     string `json:"author_name"`
	}
	ask := func(path, more string) (a answer) {
		got := site.Get("/oembed?url=" + url.QueryEscape(apptest.BaseURL+path) + more).Want(200)
		if err := json.Unmarshal([]byte(got.Body), &a); err != nil || got.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Fatalf("%s: %v %v", path, err, got.Header)
		}
		return a
	}
	for page, framed := range map[string]string{
		"/niort/donnees/qualite-de-l-eau":                                        "/niort/integrer/jeux/qualite-de-l-eau",
		"/niort/donnees/qualite-de-l-eau/lignes":                                 "/niort/integrer/tableaux/qualite-de-l-eau",
		"/niort/donnees/qualite-de-l-eau/lignes?conforme=false&apparence=sombre": "/niort/integrer/tableaux/qualite-de-l-eau?apparence=sombre&amp;conforme=false",
		"/niort/integrer/tableaux/qualite-de-l-eau?conforme=false":               "/niort/integrer/tableaux/qualite-de-l-eau?conforme=false",
		"/niort/donnees/indicateurs/nitrates-suivis":                             "/niort/integrer/indicateurs/nitrates-suivis",
		"/niort/integrer/cartes/qualite-de-l-eau":                                "/niort/integrer/cartes/qualite-de-l-eau",
		"/niort/integrer/chiffres/opendata.nitrates-suivis":                      "/niort/integrer/chiffres/opendata.nitrates-suivis",
	} {
		a := ask(page, "")
		if a.Version != "1.0" || a.Type != "rich" || a.Author != "Niort" || a.Width != 600 || !strings.Contains(a.HTML, `src="`+apptest.BaseURL+framed+`"`) {
			t.Errorf("%s: %+v", page, a)
		}
	}
	if a := ask("/niort/donnees/qualite-de-l-eau", "&maxwidth=320&maxheight=200&format=json"); a.Width != 320 || a.Height != 200 || !strings.Contains(a.HTML, `width="320" height="200"`) {
		t.Errorf("%+v", a)
	}
	link, _ := r.resident.Get("/niort/donnees/qualite-de-l-eau").Page().Find(`link[type="application/json+oembed"]`).Attr("href")
	site.Get(strings.TrimPrefix(link, apptest.BaseURL)).Want(200).Has("integrer/jeux/qualite-de-l-eau")
	for address, status := range map[string]int{
		"http://acv.test/niort/donnees/inconnu": 404, "http://acv.test/bayonne/donnees/qualite-de-l-eau": 404, "https://ailleurs.example/niort/donnees/qualite-de-l-eau": 404,
		"javascript:alert(1)": 404, "": 404, "http://acv.test/niort/espace/donnees/qualite-de-l-eau": 404, "http://acv.test/atlantide/donnees/x": 404,
	} {
		site.Get("/oembed?url=" + url.QueryEscape(address)).Want(status)
	}
	site.Get("/oembed?format=xml&url=" + url.QueryEscape(apptest.BaseURL+"/niort/donnees/qualite-de-l-eau")).Want(501)
	site.Get("/oembed?maxwidth=-3&url=" + url.QueryEscape(apptest.BaseURL+"/niort/donnees/qualite-de-l-eau")).Want(400)
}
