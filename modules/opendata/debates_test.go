package opendata_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/i18n"
)

const debatesAt = "/niort/espace/donnees/questions-collectives"

func TestAQuestionLeadsToADecision(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Bornes", taps)
	r.form("/niort/espace/donnees/bornes/graphiques", "title", "Débits", "by", "nom", "measure", "sum", "value", "debit")
	r.publish(r.town, "bornes")
	const page, public = debatesAt + "/plus-de-bornes", "/niort/donnees/questions-collectives/plus-de-bornes"
	day := func(days int) string { return time.Now().In(i18n.Paris).AddDate(0, 0, days).Format(time.DateOnly) }
	form := func(revision string, more ...string) url.Values {
		v := url.Values{
			"revision": {revision}, "title": {"Plus de bornes ?"}, "lead": {hostile}, "theme": {"water"},
			"shows": {"chart:bornes/g1", "map:bornes"}, "opens_on": {day(-3)}, "closes_on": {day(3)},
		}
		for i := 0; i+1 < len(more); i += 2 {
			v[more[i]] = []string{more[i+1]}
		}
		return v
	}
	r.agent.Get(debatesAt).Want(200).Has("Posez la première").HasNot("⟦")
	r.agent.Get(debatesAt + "/nouvelle").Want(200).Has("Débits").HasNot("⟦")
	r.agent.Post(debatesAt+"/nouvelle", form("0", "title", "")).Want(422)
	r.agent.Post(debatesAt+"/nouvelle", form("0", "closes_on", day(-9))).Want(422).Has("après le premier")
	r.agent.Post(debatesAt+"/nouvelle", form("0", "shows", "photo:x")).Want(422)
	r.agent.Post(debatesAt+"/nouvelle", form("0", "decision", "Oui", "decision_href", "javascript:alert(1)")).Want(422)
	r.agent.Post(debatesAt+"/nouvelle", form("0")).Want(303)
	r.resident.Get(public).Want(404)
	r.agent.Get(page+"/apercu").Want(200).Has("seuls les agents").HasNot("⟦", "<script>alert")
	r.As(apptest.Member(r.town, authz.Reader)).Post(page+"/publier", nil).Want(403)
	r.agent.Post(page+"/publier", nil).Want(303)
	r.resident.Get(public).Want(200).Has("Ouverte aux arguments", "Débits", "&lt;script&gt;", "Donner un argument", "Aucun argument").
		HasNot("<script>alert", `href="javascript`, "⟦")
	for _, at := range []string{"/niort/donnees", "/niort/donnees/questions-collectives", "/niort/donnees/themes/water"} {
		r.resident.Get(at).Want(200).Has("Plus de bornes").HasNot("⟦")
	}

	const argue = "/niort/contribuer/argument?sur=plus-de-bornes"
	r.contribute(r.resident, argue, url.Values{"choice": {"perhaps"}, "body": {"x"}}).Want(422)
	r.contribute(r.resident, argue, url.Values{"choice": {"for"}, "body": {hostile + " soif"}, "name": {"Ana"}, "name_public": {"oui"}}).Want(303)
	r.contribute(r.resident, argue, url.Values{"choice": {"against"}, "body": {"Trop cher"}}).Want(303)
	r.resident.Get(public).Want(200).HasNot("soif", "Trop cher")
	for range 2 {
		r.agent.Post(r.first("opendata.argument"), url.Values{"do": {"accept"}}).Want(303)
	}
	r.resident.Get(public).Want(200).Has("soif", "Ana", "Trop cher", "Pour, 1 argument", "Contre, 1 argument", "pas des votes").HasNot("<script>alert", "⟦")

	r.agent.Post(page, form("1", "answer", "Nous en poserons deux.")).Want(422).Has("Dites qui répond")
	answered := form("1", "answer", "Nous en poserons deux.", "answered_as", "Ana Roux, élue", "decision", "Deux bornes au budget.",
		"decided_on", "2026-11-02", "decision_href", "https://ville.example/d/12")
	r.agent.Post(page, answered).Want(303)
	r.agent.Post(page, answered).Want(409)
	r.resident.Get(public).Want(200).Has("Une décision a suivi", "Nous en poserons deux.", "Ana Roux, élue", "Deux bornes au budget.", "2\u00a0novembre 2026", "https://ville.example/d/12").
		HasNot("Donner un argument", "⟦")
	r.resident.Get(argue).Want(404)
	r.agent.Post("/niort/espace/donnees/bornes/retirer", url.Values{"reason": {"Erreur"}}).Want(303)
	r.resident.Get(public).Want(200).Has("Deux bornes").HasNot("Débits", "donnees/bornes")
	r.resident.Get("/bayonne/donnees/questions-collectives/plus-de-bornes").Want(404)
	r.deletedForGood(page, public, form("0"))
}

// deletedForGood deletes a question and asks it again: its address and its arguments
// are not the new one's.
func (r *shelf) deletedForGood(page, public string, again url.Values) {
	r.t.Helper()
	again.Del("shows") // what they drew was withdrawn
	r.agent.Post(page+"/supprimer", nil).Want(303)
	r.resident.Get(public).Want(404)
	r.agent.Get(page).Want(404)
	if at := r.agent.Post(debatesAt+"/nouvelle", again).Want(303).Header.Get("Location"); !strings.Contains(at, "plus-de-bornes-2") {
		r.t.Errorf("the address of a deleted question is taken again: %s", at)
	}
	r.agent.Post(page+"-2/publier", nil).Want(303)
	r.resident.Get(public+"-2").Want(200).HasNot("soif", "Trop cher")
}

func TestAnAcceptedProposalBecomesADraft(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Bornes", taps)
	r.publish(r.town, "bornes")
	const list, propose = "/niort/donnees/questions-collectives", "/niort/contribuer/question-collective?sur=nouvelle"
	r.resident.Get(list).Want(200).Has("Aucune question", "Proposer une question").HasNot("⟦")
	r.resident.Get("/niort/contribuer/question-collective?sur=autre").Want(404)
	fields := func() url.Values {
		return url.Values{"title": {"De l’ombre place de la gare ?"}, "body": {hostile}, "also": {"bornes"}, "name": {"Léa"}, "name_public": {"oui"}}
	}
	r.contribute(r.resident, propose, fields()).Want(303)
	r.agent.Get(debatesAt).Want(200).HasNot("De l’ombre")
	sheet := r.first("opendata.proposal")
	done := r.agent.Post(sheet, url.Values{"do": {"accept"}}).Want(303)
	const page = debatesAt + "/de-l-ombre-place-de-la-gare"
	r.agent.Get(page).Want(200).Has("Proposée par Léa", "/publier").HasNot("⟦", "<script>alert")
	r.resident.Get(list).Want(200).HasNot("De l’ombre")
	r.agent.Get(done.Header.Get("Location")).Want(200)
	undo := done.Header.Get("Location")
	batch, _ := url.Parse(undo)
	r.agent.Post(queueOfAll+"/lots/"+batch.Query().Get("lot")+"/annuler", nil).Want(303)
	r.agent.Get(page).Want(404)
	done = r.agent.Post(sheet, url.Values{"do": {"accept"}}).Want(303)
	r.agent.Post(page+"/publier", nil).Want(303)
	batch, _ = url.Parse(done.Header.Get("Location"))
	r.agent.Post(queueOfAll+"/lots/"+batch.Query().Get("lot")+"/annuler", nil).Want(303)
	r.resident.Get(list).Want(200).Has("De l’ombre")
	r.resident.Get(list+"/de-l-ombre-place-de-la-gare").Want(200).HasNot("Léa", "⟦")
	r.agent.Post(sheet, url.Values{"do": {"accept"}}).Want(303)
	r.resident.Get(list + "/de-l-ombre-place-de-la-gare").Want(200).Has("proposée par Léa").HasNot("⟦")

	// What staff wrote is not undone with the proposal.
	second := fields()
	second.Set("title", "Des bancs ?")
	r.contribute(r.resident, propose, second).Want(303)
	done = r.agent.Post(r.first("opendata.proposal"), url.Values{"do": {"accept"}}).Want(303)
	r.agent.Post(debatesAt+"/des-bancs", url.Values{"revision": {"1"}, "title": {"Des bancs ?"}, "lead": {"Notre présentation."}}).Want(303)
	batch, _ = url.Parse(done.Header.Get("Location"))
	r.agent.Post(queueOfAll+"/lots/"+batch.Query().Get("lot")+"/annuler", nil).Want(303)
	r.agent.Get(debatesAt+"/des-bancs").Want(200).Has("Notre présentation.").HasNot("Proposée par Léa", "⟦")
}
