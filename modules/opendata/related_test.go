package opendata_test

import (
	"encoding/xml"
	"net/url"
	"strings"
	"testing"

	"acvdata/services/datasets"
)

// TestADatasetTellsTheDecisionsItServed: by its map, its chart or a figure computed
// from it; what is not published tells nothing.
func TestADatasetTellsTheDecisionsItServed(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Qualité de l’eau", water)
	r.load(r.town, "Bornes", taps)
	r.form("/niort/espace/donnees/indicateurs/nouveau", "title", "Nitrates", "kind", "column", "table", "qualite-de-l-eau", "aggregate", "mean",
		"value_column", "qualite-de-l-eau:nitrates_mg_l", "decimals", "0", "published", "1")
	r.publish(r.town, "qualite-de-l-eau")
	r.publish(r.town, "bornes")
	decided := r.ask("Moins d’engrais ?", "shows", "figure:opendata.nitrates", "answer", "Oui.", "answered_as", "Ana Roux, élue",
		"decision", "Zéro engrais dans les parcs.", "decided_on", "2026-11-02", "decision_href", "https://ville.example/d/12")
	r.ask("Un brouillon ?", "shows", "map:qualite-de-l-eau")
	other := r.ask("Des bornes ?", "shows", "map:bornes")
	const dataset, api = "/niort/donnees/qualite-de-l-eau", "/api/v1/niort/donnees/"
	r.resident.Get(dataset).Want(200).Has("À quoi ces données ont servi", "Nitrates").HasNot("Moins d’engrais", "Zéro engrais")
	r.resident.Get(api + "questions-collectives").Want(200).Has(`{"questions":[]}`)
	r.form(decided + "/publier")
	r.form(other + "/publier")

	page := r.resident.Get(dataset).Want(200).Has("Une décision a suivi", "Zéro engrais dans les parcs.", "2\u00a0novembre 2026").HasNot("Des bornes", "Un brouillon", "⟦")
	section := page.Page().Find("section[aria-labelledby=servi]")
	if section.Find("h2").Length() != 1 || section.Find("h3").Length() != 2 || section.Find(`a[href$="questions-collectives/moins-d-engrais"]`).Length() != 1 {
		t.Error("the section is not the one expected")
	}
	r.resident.Get("/niort/donnees/bornes").Want(200).Has("Des bornes").HasNot("Moins d’engrais")

	type question struct {
		Title, Page, State, Decision string
		DecidedOn                    string `json:"decided_on"`
		Arguments                    []struct{ Side, Text string }
	}
	var one struct{ Questions []question }
	r.resident.Get(api + "qualite-de-l-eau").Want(200).Decode(&one)
	if len(one.Questions) != 1 || one.Questions[0].State != "decided" || one.Questions[0].DecidedOn != "2026-11-02" || one.Questions[0].Decision == "" {
		t.Errorf("%+v", one.Questions)
	}
	var all struct{ Questions []question }
	r.resident.Get(api + "questions-collectives").Want(200).Decode(&all)
	if len(all.Questions) != 2 {
		t.Errorf("%+v", all)
	}
	r.contribute(r.resident, "/niort/contribuer/argument?sur=des-bornes", url.Values{"choice": {"for"}, "body": {"Il fait chaud"}}).Want(303)
	r.agent.Post(r.first("opendata.argument"), url.Values{"do": {"accept"}}).Want(303)
	var bornes question
	r.resident.Get(api + "questions-collectives/des-bornes").Want(200).Decode(&bornes)
	if len(bornes.Arguments) != 1 || bornes.Arguments[0].Side != "for" || bornes.State != "open" {
		t.Errorf("%+v", bornes)
	}
	r.resident.Get(api + "questions-collectives/un-brouillon").Want(404)
	r.resident.Get("/api/v1/bayonne/donnees/questions-collectives/des-bornes").Want(404)

	said := r.resident.Get("/niort/catalog.ttl").Want(200).Body
	if !strings.Contains(said, "dct:isReferencedBy <http://acv.test/niort/donnees/questions-collectives/moins-d-engrais>") {
		t.Error("the catalogue does not name the question")
	}
	r.feedOfDebates()
}

// ask writes a collective question and gives its address in the workspace.
func (r *shelf) ask(title string, more ...string) string {
	r.t.Helper()
	return r.form(debatesAt+"/nouvelle", append([]string{"title", title, "lead", "Le contexte.", "revision", "0"}, more...)...)
}

// feedOfDebates reads the feed of collective questions.
func (r *shelf) feedOfDebates() {
	r.t.Helper()
	var f struct {
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Summary string `xml:"summary"`
		} `xml:"entry"`
	}
	body := r.resident.Get("/niort/donnees/questions-collectives/flux.atom").Want(200).HasNot("Un brouillon").Body
	must(r.t, xml.Unmarshal([]byte(body), &f))
	seen := map[string]bool{}
	for _, e := range f.Entries {
		seen[e.ID] = true
	}
	if len(f.Entries) != 4 || len(seen) != 4 { // two asked, one answered, one decided
		r.t.Errorf("%d entries, %d distinct: %+v", len(f.Entries), len(seen), f.Entries)
	}
	for _, at := range []string{"/niort/donnees/questions-collectives", "/niort/donnees/questions-collectives/des-bornes"} {
		if r.resident.Get(at).Want(200).Page().Find(`link[type="application/atom+xml"][href$="questions-collectives/flux.atom"]`).Length() != 1 {
			r.t.Errorf("%s does not name the feed", at)
		}
	}
}

func TestRowsOfAModulesDatasetLeadToItsOwnPage(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	r.resident.Get("/ales/donnees/plantes/lignes").Want(404)
	r.Work()
	r.publish(t, r.town, "plantes")
	if at := r.resident.Get("/ales/donnees/plantes/lignes").Want(302).Header.Get("Location"); at != "/ales/arbres" {
		t.Errorf("they lead to %s", at)
	}
}

func TestEveryHighValueCategoryCanBeChosen(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	categories := datasets.HighValues()
	if len(categories) != 6 {
		t.Fatalf("%d categories, the regulation has six", len(categories))
	}
	r.Work()
	r.publish(t, r.town, "plantes")
	for _, category := range categories {
		r.agent.JSON("PUT", "/api/v1/ales/donnees/plantes", map[string]any{"licence": "LO-2.0", "high_value": string(category)}).Want(200)
		r.agent.Get("/ales/espace/donnees/plantes").Want(200).HasNot("⟦")
		if said := r.resident.Get("/ales/catalog.ttl").Want(200).Body; strings.Count(said, "dcatap:hvdCategory") == 0 {
			t.Errorf("the catalogue does not say %s", category)
		}
	}
}
