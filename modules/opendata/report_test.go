package opendata_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acvdata/services/apptest"
	"acvdata/services/contributions"
)

const taps = "Nom;Débit;Quartier\nBorne A;3;Gare\nBorne B;5;Gare\n"

// report sends a report of a row and gives its private page.
func (r *shelf) report(row string) string {
	r.t.Helper()
	address := "/niort/contribuer/erreur?sur=bornes&ligne=" + row
	r.resident.Get(address).Want(200).Has("Signaler une erreur", "Borne B").HasNot("⟦")
	return r.contribute(r.resident, address, url.Values{"choice": {"value"}, "body": {"Le débit est de 6."}}).Want(303).Header.Get("Location")
}

// contribute opens a form and sends it filled, as a browser does.
func (r *shelf) contribute(who *apptest.Client, address string, fields url.Values) *apptest.Response {
	r.t.Helper()
	page := who.Get(address).Want(200).HasNot("⟦").Page()
	ticket, _ := page.Find(`input[name="billet"]`).Attr("value")
	bits, _ := page.Find("form.form").Attr("data-bits")
	cost, err := strconv.Atoi(bits)
	must(r.t, err)
	proof := 0
	for !contributions.Proves(ticket, strconv.Itoa(proof), cost) {
		proof++
	}
	r.late.Add(int64(time.Minute))
	at, query, _ := strings.Cut(address, "?")
	asked, err := url.ParseQuery(query)
	must(r.t, err)
	fields.Set("sur", asked.Get("sur"))
	fields.Set("ligne", asked.Get("ligne"))
	fields.Set("billet", ticket)
	fields.Set("preuve", strconv.Itoa(proof))
	return who.Upload(at, "", nil, fields)
}

func TestARowReportedIsSeenAsItWasAndAsItIs(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Bornes", taps)
	r.resident.Get("/niort/contribuer/erreur?sur=bornes").Want(404) // nobody may have it yet
	r.publish(r.town, "bornes")
	r.resident.Get("/niort/donnees/bornes").Want(200).Has("Signaler une erreur", "Participer").HasNot("⟦")
	r.resident.Get("/niort/donnees/bornes/lignes").Want(200).Has("contribuer/erreur?ligne=2&amp;sur=bornes")
	r.resident.Get("/niort/donnees/bornes/lignes/2/fiche").Want(200).Has("Borne B", "Signaler une erreur")
	r.resident.Get("/niort/donnees/bornes/lignes/99/fiche").Want(404)
	r.resident.Get("/niort/contribuer/erreur?sur=bornes&ligne=99").Want(404)
	r.resident.Get("/bayonne/contribuer/erreur?sur=bornes&ligne=2").Want(404)
	own := r.report("2")

	r.agent.Get("/niort/espace/donnees/bornes").Want(200).Has("1 signalement<")
	queue := r.agent.Get("/niort/espace/contributions?type=opendata.error&sur=bornes").Want(200).Has("ligne 2", "Le débit est de 6.").HasNot("⟦")
	id, _ := queue.Page().Find(`input[name="id"]`).Attr("value")
	if _, err := uuid.Parse(id); err != nil {
		t.Fatal(err)
	}
	sheet := "/niort/espace/contributions/" + id
	r.agent.Get(sheet).Want(200).Has("Rien n’a changé", "Version 1").HasNot("⟦")
	r.load(r.town, "Bornes", "Nom;Débit;Quartier\nBorne Z;9;Gare\nBorne A;3;Gare\nBorne B;6;Gare\n") // numbered anew
	r.agent.Get(sheet).Want(200).Has("1 valeur a changé", "a changé").HasNot("Borne A")
	r.agent.Post(sheet, url.Values{"do": {"answer"}, "outcome": {"corrected"}, "answer": {"Merci !"}}).Want(303)
	r.resident.Get(own).Want(200).Has("Corrigé", "Merci !")
	r.agent.Get("/niort/espace/donnees/bornes").Want(200).Has("0 signalement")
	r.load(r.town, "Bornes", "Nom;Débit;Quartier\nBorne Z;9;Gare\n")
	r.agent.Get(sheet).Want(200).Has("n’existe plus").HasNot("Borne Z")
	stranger := r.As(apptest.Member(r.other, "admin"))
	stranger.Get("/bayonne/espace/contributions/" + strings.TrimSpace(id)).Want(404)
}
