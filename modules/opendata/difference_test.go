package opendata_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/fault"
)

// changedRig is a town whose first dataset has two versions: plant 2 grew, 4 went.
func changedRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, 1)
	r.Work()
	r.publish(t, r.town, "plantes")
	r.grove.edited.edit(func(row *datasets.Row) bool {
		if row.ID == "2" {
			row.Values[2] = 12.5
		}
		return row.ID != "4"
	})
	r.publish(t, r.town, "plantes")
	return r
}

const plantVersions = "/ales/donnees/plantes/versions"

func TestTheVersionsTellWhatChanged(t *testing.T) {
	t.Parallel()
	r := changedRig(t)
	const link = "1 ligne modifiée et 1 ligne retirée depuis la version 1"
	r.resident.Get(plantVersions).Want(200).Has(link, plantVersions+"/2/differences").HasNot("⟦", "versions/1/differences")
	r.resident.Get(plantVersions + "/2").Want(200).Has(link).HasNot("⟦")
	r.resident.Get("/ales/donnees/plantes/flux.atom").Want(200).Has(link)
	r.resident.Get("/api/v1" + plantVersions).Want(200).Has(`"changes":{"added":0,"changed":1,"removed":1}`)

	page := r.resident.Get(plantVersions+"/2/differences").Want(200).Has(
		"Ce qui a changé entre la version 1 et la version 2", "28 lignes sont restées les mêmes", "Modifiée", "Retirée",
		"avant\u00a0:", "après\u00a0:", "12,5", "Une ligne est reconnue", "Carte des lignes de cette page").HasNot("⟦", "Ajoutée\u00a0:")
	if n := page.Page().Find(".changes > li").Length(); n != 2 {
		t.Errorf("%d rows told", n)
	}
	if n := page.Page().Find(".moved del").Length(); n != 1 {
		t.Errorf("%d values told as they were", n)
	}
	gone := r.resident.Get(plantVersions + "/2/differences?nature=retrait").Want(200).Page()
	if n := gone.Find(".changes > li").Length(); n != 1 || !strings.Contains(gone.Find(".changes").Text(), "Titre\u00a04") {
		t.Errorf("%d rows went: %s", n, gone.Find(".changes").Text())
	}
	r.resident.Get(plantVersions + "/2/differences?nature=ajout").Want(200).Has("Aucune ligne ne répond à ce choix").HasNot("⟦")
	r.resident.Get(plantVersions + "/2/differences?colonne=hauteur&page=12").Want(200).Has("12,5").HasNot("⟦")
	r.resident.Get(plantVersions + "/2/differences?colonne=inconnue&nature=x&page=-1").Want(200).HasNot("⟦")
	r.resident.Get(plantVersions + "/1/differences").Want(404).Has("rien avant elle").HasNot("⟦")
	r.resident.Get(plantVersions + "/2/differences?depuis=9").Want(404)
	r.resident.Get(plantVersions + "/2/differences?depuis=x").Want(404)
	r.resident.Get(plantVersions + "/2/differences?depuis=2").Want(422).HasNot("⟦")
	r.resident.Get("/bayonne/donnees/plantes/versions/2/differences").Want(404)
}

func TestDifferencesAreHadAsFilesAndByTheAPI(t *testing.T) {
	t.Parallel()
	r := changedRig(t)
	table := r.resident.Get(plantVersions+"/2/differences.csv").Want(200).Has("modification,champs_modifies,numero", "avant,hauteur,2,", "après,hauteur,2,", "retirée,,4,")
	if got := table.Header.Get("Content-Disposition"); !strings.Contains(got, "ales-plantes-differences-1-2.csv") {
		t.Errorf("named %s", got)
	}
	r.resident.Get(plantVersions+"/2/differences.csv", "If-None-Match", table.Header.Get("Etag")).Want(304)
	r.resident.Get(plantVersions + "/2/differences.ndjson").Want(200).Has(`{"change":"changed","key":{"numero":2},"before":{"hauteur":1},"row":{"numero":2,`)
	r.resident.Get(plantVersions + "/2/differences.gpkg").Want(404).Has("Prenez csv").HasNot("⟦")
	const api = "/api/v1" + plantVersions
	var told struct {
		State          string
		Matched, Same  int64
		Key            []string
		Changes, Files []map[string]any
	}
	r.resident.Get(api + "/2/differences?change=removed").Want(200).Decode(&told)
	if told.State != "ready" || told.Matched != 1 || told.Same != 28 || len(told.Changes) != 1 || told.Key[0] != "numero" || len(told.Files) != 4 {
		t.Errorf("%+v", told)
	}
	for _, bad := range []string{"change=x", "column=x", "limit=1001", "limit=x", "offset=-1"} {
		r.resident.Get(api + "/2/differences?" + bad).Want(422)
	}
	r.resident.Get("/api/v1/bayonne/donnees/plantes/versions/2/differences").Want(404)
}

func TestAComparisonNobodyAskedForBeforeIsComputed(t *testing.T) {
	t.Parallel()
	r := changedRig(t)
	r.publish(t, r.town, "plantes")
	const page = plantVersions + "/3/differences?depuis=1"
	first := r.resident.Get(page)
	for deadline := time.Now().Add(time.Minute); first.Status == 202; first = r.resident.Get(page) {
		first.Has("La comparaison est en cours", "Afficher le résultat").HasNot("⟦")
		if time.Now().After(deadline) {
			t.Fatal("never computed")
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-t.Context().Done():
		}
	}
	first.Want(200).Has("Ce qui a changé entre la version 1 et la version 3", "28 lignes")
	r.resident.Get(plantVersions + "/3/differences").Want(200).Has("Les deux versions ont les mêmes lignes").HasNot("⟦")
}

func TestWithdrawnDatasetsTellNoDifference(t *testing.T) {
	t.Parallel()
	r := changedRig(t)
	r.agent.Post("/ales/espace/donnees/plantes/retirer", url.Values{"reason": {"positions fausses"}}).Want(303)
	for _, path := range []string{plantVersions + "/2/differences", plantVersions + "/2/differences.csv", "/api/v1" + plantVersions + "/2/differences"} {
		r.resident.Get(path).Want(410).Has("positions fausses")
		r.agent.Get(path).Want(410)
	}
	r.agent.Get("/ales/espace/donnees/plantes/versions/1/revenir").Want(409).Has("est retiré").HasNot("⟦")
	r.agent.Post("/ales/espace/donnees/plantes/versions/1/revenir", url.Values{"reason": {"retour"}}).Want(409)
}

func TestStaffGoBackToAVersion(t *testing.T) {
	t.Parallel()
	r := changedRig(t)
	const page = "/ales/espace/donnees/plantes/versions/1/revenir"
	r.agent.Get("/ales/espace/donnees/plantes").Want(200).Has(page).HasNot("versions/2/revenir", "⟦")
	r.As(apptest.Member(r.town, authz.Reader)).Get("/ales/espace/donnees/plantes").Want(200).HasNot(page)
	r.As(apptest.Member(r.town, authz.Reader)).Post(page, url.Values{"reason": {"x"}}).Want(403)
	r.As(apptest.Member(r.other, authz.Admin)).Post(page, url.Values{"reason": {"x"}}).Want(403)
	r.agent.Get(page).Want(200).Has("Une version 3 est publiée", "La prochaine publication repartira des données actuelles", "2/differences?depuis=1").HasNot("⟦")
	r.agent.Post(page, url.Values{"reason": {" "}}).Want(422).Has("Écrivez le motif").HasNot("⟦")
	r.agent.Get("/ales/espace/donnees/plantes/versions/2/revenir").Want(409).Has("déjà la version actuelle").HasNot("⟦")
	r.agent.Post(page, url.Values{"reason": {"hauteurs fausses"}}).Want(303)
	d, err := r.datasets.Get(r.Context, r.town, "plantes")
	must(t, err)
	if end := r.WaitFor(r.town.ID, datasets.Subject(d.ID)); end.State != "done" {
		t.Fatalf("%+v", end)
	}
	was := r.resident.Get(plantVersions + "/1/plantes.csv").Want(200)
	is := r.resident.Get("/ales/donnees/plantes/export.csv").Want(200)
	if was.Body != is.Body || was.Header.Get("Repr-Digest") != is.Header.Get("Repr-Digest") {
		t.Error("the newest file is not that of version 1")
	}
	const warning = "La version 3 reprend les fichiers de la version 1"
	r.resident.Get(plantVersions).Want(200).Has("Retour à la version 1\u00a0: hauteurs fausses", "Retour à une version antérieure", warning).HasNot("⟦")
	r.resident.Get("/ales/donnees/plantes").Want(200).Has(warning)
	r.resident.Get("/api/v1" + plantVersions).Want(200).Has(`"restores":1`)
	// Live rows are those of now, as the page says.
	r.resident.Get("/api/v1/ales/donnees/plantes/lignes?where=" + url.QueryEscape("numero=2")).Want(200).Has(`"hauteur":12.5`)
	r.publish(t, r.town, "plantes")
	r.resident.Get(plantVersions).Want(200).HasNot(warning)
	r.resident.Get("/ales/donnees/plantes/export.csv").Want(200).Has(",12.5")

	api := "/api/v1" + plantVersions + "/3/restoration"
	r.As(authz.Actor{}).JSON("POST", api, map[string]string{"reason": "x"}).Want(401)
	r.agent.JSON("POST", api, map[string]string{"reason": ""}).Want(422)
	r.agent.JSON("POST", api, map[string]string{"reason": "encore"}).Want(202).Has(`"restores":3`, `"version":5`)
}

func TestStaffSeeWhatAPublicationWouldChange(t *testing.T) {
	t.Parallel()
	r := changedRig(t)
	const page = "/ales/espace/donnees/plantes/publier"
	r.agent.Get(page).Want(200).Has("Aucune ligne n’a changé depuis la version 2.").HasNot("⟦")
	r.grove.edited.edit(func(row *datasets.Row) bool { return row.ID != "7" })
	r.agent.Get(page).Want(200).Has("1 ligne ajoutée, 1 ligne modifiée et 1 ligne retirée", page+"/changements").HasNot("⟦")
	r.agent.Get(page+"/changements").Want(200).Has("Ce qui va changer", "Ajoutée", "Modifiée", "Retirée").HasNot("⟦")
	r.resident.Get(page + "/changements").Want(303)
	first := newRig(t, 1)
	first.agent.Get(page + "/changements").Want(200).Has("première version").HasNot("⟦")
	first.agent.Get(page).Want(200).HasNot("changements", "⟦")
}

// A module's dataset whose column is withheld loses it everywhere at once: rows kept
// in memory, their tags, files asked for, pages.
func TestAModulesColumnWithheldIsGoneAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	r.Work()
	r.grove.edited.edit(func(row *datasets.Row) bool {
		row.Values[1] = fmt.Sprintf("jean.durand%s@exemple.fr", row.ID)
		return true
	})
	must(t, r.datasets.Inspect(r.Context, r.town, "plantes")) // not published: nothing is looked at
	_, err := r.datasets.Publish(r.Context, r.town, "plantes", "")
	must(t, err)
	d, err := r.datasets.Get(r.Context, r.town, "plantes")
	must(t, err)
	if end := r.WaitFor(r.town.ID, datasets.Subject(d.ID)); !end.Failed() || end.Fault.Key != datasets.FaultPersonal {
		t.Fatalf("%+v", end)
	}
	must(t, r.datasets.Decide(r.Context, r.town, "plantes", "nom", datasets.Public))
	r.publish(t, r.town, "plantes")

	const lines = "/api/v1/ales/donnees/plantes/lignes"
	asked := []string{
		lines, lines + ".csv", lines + ".ndjson", "/ales/donnees/plantes/apercu", "/ales/donnees/plantes/export.csv?numero=3",
		"/ales/ogc/collections/plantes/items?f=json",
	}
	before := map[string]string{}
	for _, path := range asked {
		answer := r.resident.Get(path).Want(200).Has("durand3@")
		before[path] = answer.Header.Get("Etag")
	}
	must(t, r.datasets.Decide(r.Context, r.town, "plantes", "nom", datasets.Withheld))
	for _, path := range asked {
		answer := r.resident.Get(path, "If-None-Match", before[path]).HasNot("durand")
		if answer.Status != 200 {
			t.Errorf("%s: a copy kept elsewhere is still good: %d", path, answer.Status)
		}
	}
	for _, question := range []string{"?select=nom", "?where=" + url.QueryEscape("nom like '%durand%'"), "?group_by=nom", "?order_by=nom"} {
		answer := r.resident.Get(lines + question)
		if answer.Status != 422 || strings.Contains(answer.Body, "durand") {
			t.Errorf("%s: %d %s", question, answer.Status, answer.Body)
		}
	}
	r.publish(t, r.town, "plantes")
	r.resident.Get("/ales/donnees/plantes/export.csv").Want(200).HasNot("durand")
	if err := r.datasets.Decide(r.Context, r.town, "plantes", "hauteur", datasets.Withheld); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
	var all struct{ Results []map[string]json.RawMessage }
	r.resident.Get(lines).Want(200).Decode(&all)
	if _, there := all.Results[0]["nom"]; there || len(all.Results) == 0 {
		t.Errorf("%v", all.Results)
	}
}
