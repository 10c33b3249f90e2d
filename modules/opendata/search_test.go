package opendata_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"acvdata/services/datasets"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// TestATownsOwnWordsFindWhatIsSaidOtherwise: equal words find each other, whole
// words only, in that town alone.
func TestATownsOwnWordsFindWhatIsSaidOtherwise(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Débit des ruisseaux", water)
	r.load(r.town, "Noms de rues", strings.ReplaceAll(water, "Sèvre", "Rue"), func(s *imports.Submission) { s.Overrides.Options["theme"] = "town" })
	r.load(r.other, "Débit des ruisseaux", water)
	for _, slug := range []string{"debit-des-ruisseaux", "noms-de-rues"} {
		r.publish(r.town, slug)
	}
	r.publish(r.other, "debit-des-ruisseaux")
	const none, one = "0 jeu de données", "1 jeu de données"
	r.sees("/niort/donnees?q="+url.QueryEscape("cours d'eau"), none)
	text, err := json.Marshal(map[string]string{"vocabulary": "cours d’eau, ruisseaux, ru\r\n\r\n , ,\r\nvoirie"})
	must(t, err)
	must(t, r.Towns.SetModules(t.Context(), r.town.ID, map[string]tenants.ModuleState{"opendata": {On: true, Settings: text}}))
	for _, asked := range []string{"cours d'eau", "COURS D’EAU", "ruisseaux", "Débit cours"} {
		r.sees("/niort/donnees?q="+url.QueryEscape(asked), one, "Débit des ruisseaux")
	}
	for _, path := range []string{"/niort/donnees?q=voirie", "/bayonne/donnees?q=cours+d'eau", "/niort/donnees?q=cours+rues"} {
		r.sees(path, none)
	}
	r.agent.Get("/niort/espace/donnees/noms-de-rues").Want(200).Has("Mots de la ville", "cours d’eau, voirie").HasNot("⟦")
	var list struct{ Datasets []struct{ Slug string } }
	must(t, json.Unmarshal([]byte(r.resident.Get("/api/v1/niort/donnees?q=cours+d%27eau").Want(200).Body), &list))
	if len(list.Datasets) != 1 || list.Datasets[0].Slug != "debit-des-ruisseaux" {
		t.Errorf("the API finds %+v", list)
	}
}

func TestFacetsOfTheCatalogueCount(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	for _, title := range []string{"Nappes", "Rivières", "Étangs"} {
		r.load(r.town, title, water)
	}
	for slug, keywords := range map[string][]string{"nappes": {"Eau", "sous-sol"}, "rivieres": {"eau", "crue"}, "etangs": {"EAU", "eau"}} {
		must(t, r.datasets.Describe(tenants.With(r.Context, r.town), r.town, slug, datasets.Metadata{Licence: datasets.OpenLicence, Keywords: keywords}))
		r.publish(r.town, slug)
	}
	page := r.resident.Get("/niort/donnees").Want(200).Page()
	choices := map[string]string{}
	for _, o := range page.Find("select[name=mot] option").EachIter() {
		choices[o.AttrOr("value", "")] = o.Text()
	}
	if len(choices) != 4 || !strings.HasSuffix(choices["eau"], "(3)") || choices["crue"] != "crue (1)" || choices["sous-sol"] != "sous-sol (1)" {
		t.Errorf("keywords offered: %v", choices)
	}
	r.sees("/niort/donnees?mot=EAU", "3 jeux de données")
	r.sees("/niort/donnees?mot=crue", "1 jeu de données", "Rivières")
	r.sees("/niort/donnees?mot=cru", "0 jeu de données")
	r.sees("/niort/donnees?mot=eau&q=nappes", "1 jeu de données")
}

// TestWhatIsLateIsSaid: the promise, what is observed, and the delay, on the page, in
// the workspace and in the API.
func TestWhatIsLateIsSaid(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Nappes", water)
	must(t, r.datasets.Describe(tenants.With(r.Context, r.town), r.town, "nappes", datasets.Metadata{Licence: datasets.OpenLicence, Frequency: datasets.Monthly}))
	r.publish(r.town, "nappes")
	r.resident.Get("/niort/donnees/nappes").Want(200).HasNot("en retard", "constatée")
	r.publish(r.town, "nappes")
	conn, err := pgx.Connect(t.Context(), r.AdminDB)
	must(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	for _, s := range []string{
		`ALTER TABLE datasets.version DISABLE TRIGGER USER`,
		`UPDATE datasets.version SET published_at = now() - CASE number WHEN 1 THEN interval '84 days 12 hours' ELSE interval '41 days 12 hours' END`,
		`UPDATE datasets.dataset SET modified_at = now() - interval '41 days 12 hours'`,
	} {
		_, err := conn.Exec(t.Context(), s)
		must(t, err)
	}
	r.sees("/niort/donnees/nappes", "constatée : tous les 43 jours, sur 2 publications ; en retard de 10 jours")
	r.agent.Get("/niort/espace/donnees").Want(200).Has("en retard de 10 jours").HasNot("⟦")
	r.resident.Get("/api/v1/niort/donnees/nappes").Want(200).Has(`"late_days":10`)
}

// TestADatasetLeadsToWhatRestsOnIt: published indicators and stories, and nobody
// else's.
func TestADatasetLeadsToWhatRestsOnIt(t *testing.T) {
	t.Parallel()
	r := newShelf(t, garden{newGrove(2)})
	r.load(r.town, "Qualité de l’eau", water)
	for _, slug := range []string{"qualite-de-l-eau", "plantes", "plantes-001"} {
		r.publish(r.town, slug)
	}
	indicator := func(title string, more ...string) {
		fields := append([]string{"title", title, "kind", "column", "table", "qualite-de-l-eau", "aggregate", "mean", "value_column", "qualite-de-l-eau:nitrates_mg_l"}, more...)
		r.form("/niort/espace/donnees/indicateurs/nouveau", fields...)
	}
	indicator("Nitrates suivis", "published", "1")
	indicator("Nitrates en projet")
	story := func(title, kind, ref string, open bool) {
		at := r.form("/niort/espace/donnees/recits/nouveau", "title", title, "lead", "Un récit.", "revision", "0", "b0.type", kind, "b0.ref", ref, "do", "save")
		if open {
			r.form(at + "/publier")
		}
	}
	story("La carte de l’eau", "map", "qualite-de-l-eau", true)
	story("Le chiffre de l’eau", "figure", "opendata.nitrates-suivis", true)
	story("Le brouillon", "map", "qualite-de-l-eau", false)
	story("Le bosquet en chiffre", "figure", "grove.plants", true)
	r.sees("/niort/donnees/qualite-de-l-eau", "Ce que ces données mesurent", "Nitrates suivis", "La carte de l’eau", "Le chiffre de l’eau")
	r.resident.Get("/niort/donnees/qualite-de-l-eau").Want(200).HasNot("Nitrates en projet", "Le brouillon", "bosquet", "Plantes recensées")
	r.sees("/niort/donnees/plantes", "Plantes recensées", "1 234", "Le bosquet en chiffre")
	r.resident.Get("/niort/donnees/plantes-001").Want(200).HasNot("Plantes recensées", "Le bosquet en chiffre", "Ce que ces données mesurent")
}
