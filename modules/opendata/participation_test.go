package opendata_test

import (
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/tenants"
)

const (
	hostile    = `<script>alert(1)</script> [lien](javascript:alert(1)) **gras**`
	queueOfAll = "/niort/espace/contributions"
)

// first is the sheet of the first contribution of the queue.
func (r *shelf) first(kind string) string {
	r.t.Helper()
	id, _ := r.agent.Get(queueOfAll + "?type=" + kind).Want(200).HasNot("⟦").Page().Find(`input[name="id"]`).First().Attr("value")
	return queueOfAll + "/" + id
}

func TestAQuestionIsAnsweredByANamedPerson(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Bornes", taps)
	r.publish(r.town, "bornes")
	const page, ask = "/niort/donnees/bornes/questions", "/niort/contribuer/question?sur=bornes"
	r.resident.Get(page).Want(200).Has("Aucune question", "chaque réponse est signée", "Poser une question").HasNot("⟦", "Sur ce jeu")
	r.agent.Post("/niort/espace/donnees/bornes/questions", url.Values{"who": {strings.Repeat("x", 121)}}).Want(422).Has("120 caractères")
	r.As(apptest.Member(r.town, authz.Reader)).Post("/niort/espace/donnees/bornes/questions", url.Values{"who": {"Moi"}}).Want(403)
	r.agent.Post("/niort/espace/donnees/bornes/questions", url.Values{"who": {"Ana Roux, eau  potable"}}).Want(303)
	r.resident.Get("/niort/donnees/bornes").Want(200).Has("Ana Roux, eau potable répond aux questions").HasNot("⟦")

	r.contribute(r.resident, ask, url.Values{"title": {hostile}, "body": {hostile + "\nDeux lignes"}, "name": {"Secret"}}).Want(303)
	r.resident.Get(page).Want(200).HasNot("Deux lignes").Has("0 réponse pour 1 question") // not read, and counted
	r.agent.Get("/niort/espace/donnees/bornes").Want(200).Has("1 question<")
	sheet := r.first("opendata.question")
	r.agent.Get(sheet).Want(200).Has("Ana Roux, eau potable").HasNot("<script>alert", "⟦")
	r.agent.Post(sheet, url.Values{"do": {"accept"}}).Want(303)
	r.resident.Get(page).Want(200).Has("Deux lignes", "En attente de réponse", "&lt;script&gt;").HasNot("<script>alert", `href="javascript`, "Secret", "<strong>gras")
	r.agent.Post(sheet, url.Values{"do": {"answer"}, "answer": {"Oui."}, "as": {" "}}).Want(422).Has("Dites qui répond")
	r.agent.Post(sheet, url.Values{"do": {"answer"}, "as": {"Ana"}}).Want(422)
	r.agent.Post(sheet, url.Values{"do": {"answer"}, "answer": {"Oui, toutes."}, "as": {"Ana Roux, eau potable"}}).Want(303)
	r.resident.Get(page).Want(200).Has("Oui, toutes.", "Ana Roux, eau potable, le ", "Réponse donnée", "1 réponse pour 1 question").HasNot("Camille Essai", "⟦")
	r.resident.Get("/niort/donnees/bornes").Want(200).Has("Dernières questions", "Réponse donnée")

	r.agent.Post("/niort/espace/donnees/bornes/questions", url.Values{"who": {""}, "closed": {"on"}}).Want(303)
	r.resident.Get(page).Want(200).Has("Oui, toutes.", "ne reçoit pas de nouvelle question").HasNot("contribuer/question")
	r.resident.Get(ask).Want(404)
	r.resident.Get("/niort/contribuer/question?sur=absent").Want(404)
	r.resident.Get("/bayonne/donnees/bornes/questions").Want(404)
	r.As(apptest.Member(r.other, authz.Admin)).Post("/bayonne/espace/donnees/bornes/questions", url.Values{"who": {"Intrus"}}).Want(404)
}

func TestAReuseIsReadBeforeItIsShown(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Bornes", taps)
	r.load(r.town, "Fontaines", taps)
	const page, all = "/niort/donnees/reutilisations", "/niort/contribuer/reutilisation?sur="
	r.publish(r.town, "bornes")
	r.publish(r.town, "fontaines")
	r.resident.Get(page).Want(200).Has("Aucune réutilisation pour le moment", "Déclarer une réutilisation").HasNot("⟦")
	made := func(more ...string) url.Values {
		v := url.Values{
			"choice": {"map"}, "title": {"Boire en ville"}, "url": {"https://carte.example/?a=1&b=2"}, "body": {hostile}, "name": {"Les Promeneurs"},
			"also": {"fontaines", "bornes", "absent"},
		}
		for i := 0; i+1 < len(more); i += 2 {
			v[more[i]] = []string{more[i+1]}
		}
		return v
	}
	r.contribute(r.resident, all+"bornes", made("url", "javascript:alert(1)")).Want(422).Has("https://")
	r.contribute(r.resident, all+"bornes", made("url", "https://a:b@carte.example/")).Want(422)
	r.contribute(r.resident, all+"bornes", made("name", "")).Want(422).Has("Écrivez un nom")
	r.contribute(r.resident, all, made("also", "absent")).Want(422).Has("au moins un jeu")
	r.contribute(r.resident, all+"bornes", made()).Want(303)
	r.resident.Get(page).Want(200).HasNot("Boire en ville")
	sheet := r.first("opendata.use")
	r.agent.Get(sheet).Want(200).Has("Fontaines", "Les Promeneurs").HasNot("<script>alert", "⟦")
	r.agent.Post(sheet, url.Values{"do": {"accept"}}).Want(303)
	for _, at := range []string{page, page + "?jeu=fontaines&type=map", "/niort/donnees/bornes", "/niort/donnees/fontaines", "/niort/donnees"} {
		r.resident.Get(at).Want(200).Has("Boire en ville", "Les Promeneurs", "carte.example", `rel="nofollow ugc noopener"`, "Fontaines").
			HasNot("<script>alert", `href="javascript`, "⟦")
	}
	r.resident.Get(page + "?type=app").Want(200).Has("Aucune réutilisation ne correspond")
	r.agent.Post("/niort/espace/donnees/bornes/retirer", url.Values{"reason": {"Erreur"}}).Want(303)
	r.resident.Get(page).Want(200).Has("Boire en ville").HasNot("donnees/bornes\"", ">Bornes<")
	r.agent.Post("/niort/espace/donnees/fontaines/retirer", url.Values{"reason": {"Erreur"}}).Want(303)
	r.resident.Get(page).Want(200).HasNot("Boire en ville")
	r.resident.Get("/bayonne/donnees/reutilisations").Want(200).HasNot("Boire en ville", "Bornes")
}

func TestTheTownAddsAReuseItself(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Bornes", taps)
	r.publish(r.town, "bornes")
	fields := url.Values{"choice": {"article"}, "title": {"Vu dans la presse"}, "url": {"https://presse.example/"}, "body": {"Un article."}, "name": {"La Gazette"}, "also": {"bornes"}}
	r.contribute(r.agent, "/niort/contribuer/reutilisation?sur=", fields).Want(303)
	r.resident.Get("/niort/donnees/reutilisations").Want(200).Has("Vu dans la presse", "La Gazette").HasNot("Réutilisations à lire")
	r.agent.Get("/niort/donnees/reutilisations").Want(200).Has("Réutilisations à lire")
	r.agent.Get(queueOfAll).Want(200).Has("Tout est traité")
}

func TestTheDemonstrationHasPeopleOnce(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	for range 2 {
		must(t, r.portal.Seed(tenants.With(r.Context, r.town), r.town, rand.New(rand.NewPCG(1, 1))))
	}
	for _, slug := range []string{"qualite-de-l-eau-de-la-sevre-niortaise", "parcs-et-jardins"} {
		d, err := r.datasets.Get(r.Context, r.town, slug)
		must(t, err)
		if end := r.WaitFor(r.town.ID, datasets.Subject(d.ID)); end.State != "done" {
			t.Fatalf("%s: %+v", slug, end)
		}
	}
	r.agent.Get(queueOfAll+"?etat=all").Want(200).Has("24 contributions", "Corrigé", "Non retenue", "À lire").HasNot("⟦")
	r.resident.Get("/niort/donnees/reutilisations").Want(200).Has("La Sèvre aujourd’hui", "Un banc à l’ombre").HasNot("Vingt toits", "⟦")
	r.resident.Get("/niort/donnees/qualite-de-l-eau-de-la-sevre-niortaise/questions").Want(200).
		Has("Pourquoi six stations", "Claire Martin, chargée de mission eau", "Délai médian", "4 jours").HasNot("⟦")
}
