package opendata_test

import (
	"net/url"
	"strings"
	"testing"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// gardens is a table with what personal data look like, beside what only seems so.
const gardens = "Parcelle;Jardin;Prénom;Nom;Courriel;Téléphone;Véhicule;Note\n" +
	"A1;Jardin Jean Moulin;Marie;Durand;marie.durand@exemple.fr;06 12 34 56 78;AB-123-CD;rien\n" +
	"A2;Parc Simone Veil;Paul;Le Goff;paul@exemple.fr;06 98 76 54 32;GH-456-JK;à voir\n" +
	"A3;Square Louis Pasteur;Sophie;Martin;;;;\n"

// try publishes and gives how it ended.
func (r *shelf) try(town *tenants.Tenant, slug string) *jobs.Progress {
	r.t.Helper()
	ctx := tenants.With(authz.With(r.Context, apptest.Member(town, authz.Agent)), town)
	p, err := r.datasets.Publish(ctx, town, slug, "")
	must(r.t, err)
	return r.WaitFor(town.ID, p.Subject)
}

func (r *shelf) waiting(slug string) (fields []string) {
	r.t.Helper()
	d, err := r.datasets.Get(tenants.With(r.Context, r.town), r.town, slug)
	must(r.t, err)
	list, err := r.datasets.Personal(r.Context, r.town, d)
	must(r.t, err)
	for _, p := range list {
		if p.Blocks() {
			fields = append(fields, p.Field)
		}
	}
	return fields
}

func TestPersonalDataWaitForAPerson(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Jardins", gardens)
	end := r.try(r.town, "jardins")
	if !end.Failed() || end.Fault.Key != datasets.FaultPersonal {
		t.Fatalf("published unasked: %+v", end)
	}
	r.resident.Get("/niort/donnees/jardins").Want(404)
	if got := strings.Join(r.waiting("jardins"), " "); got != "courriel nom prenom telephone vehicule" {
		t.Errorf("columns that wait: %s", got)
	}
	r.agent.Get("/niort/espace/donnees").Want(200).Has("Des données personnelles attendent une décision").HasNot("⟦")
	r.agent.Get("/niort/espace/donnees/jardins").Want(200).Has("5 colonnes ressemblent à des données personnelles", "#donnees-personnelles").HasNot("⟦")
	const page = "/niort/espace/donnees/jardins/publier"
	shown := r.agent.Get(page).Want(200).Has("Données personnelles", "5 colonnes attendent une décision", "Adresses électroniques", "m••••.d•••••@exemple.fr",
		"Ce ne sont pas des données personnelles", "Retirer la colonne de ce qui est publié").HasNot("⟦", "marie.durand")
	if n := shown.Page().Find("#donnees-personnelles").Length(); n != 1 {
		t.Errorf("%d sections on personal data", n)
	}
	decide := func(column, decision string) { // every column but the last two by the page
		r.agent.Post(page+"/colonnes", url.Values{"column": {column}, "decision": {decision}}).Want(303)
	}
	r.agent.Post(page+"/colonnes", url.Values{"column": {"nom"}, "decision": {"peut-être"}}).Want(422).Has("Choisissez").HasNot("⟦")
	r.agent.Post(page+"/colonnes", url.Values{"column": {"note"}, "decision": {"public"}}).Want(404)
	r.As(apptest.Member(r.town, authz.Reader)).Post(page+"/colonnes", url.Values{"column": {"nom"}, "decision": {"public"}}).Want(403)
	r.As(apptest.Member(r.other, authz.Admin)).Post(page+"/colonnes", url.Values{"column": {"nom"}, "decision": {"public"}}).Want(403)
	decide("nom", "withheld")
	decide("prenom", "withheld")
	decide("courriel", "public")
	decide("vehicule", "withheld")
	if end := r.try(r.town, "jardins"); !end.Failed() || end.Fault.Args["Columns"] != "telephone" {
		t.Fatalf("one column still waits: %+v", end)
	}
	api := "/api/v1/niort/donnees/jardins"
	r.agent.Get(api+"/publications").Want(200).Has(`"reason":"datasets.fault.personal_data"`, `"code":"conflict"`)
	r.agent.JSON("POST", api+"/personal-data", map[string]string{"column": "telephone", "decision": "withheld"}).Want(200).Has(`"decided_by"`)
	r.agent.Get(api + "/personal-data").Want(200).Has(`"decision":"public"`).HasNot(`"blocks":true`)
	if end := r.try(r.town, "jardins"); end.State != "done" {
		t.Fatalf("%+v", end)
	}
	r.agent.Get(page).Want(200).Has("Tout est décidé", "Décidé par").HasNot("⟦", "attend une décision")
	csv := r.resident.Get("/niort/donnees/jardins/export.csv").Want(200).Body
	if head, _, _ := strings.Cut(csv, "\r\n"); head != "parcelle,jardin,courriel,note" {
		t.Errorf("published columns: %s", head)
	}
	for _, path := range []string{
		"/niort/donnees/jardins", "/niort/donnees/jardins/lignes", "/niort/donnees/jardins/apercu", api + "/lignes", api + "/lignes.csv", "/niort/donnees/jardins/export.json?parcelle=A1",
		"/niort/ogc/collections/jardins/items?f=json",
	} {
		r.resident.Get(path).Want(200).HasNot("Durand", "Goff", "06 12", "AB-123", "Sophie")
	}
	r.resident.Get(api + "/lignes?where=nom=\"Durand\"").Want(422)
	r.resident.Get("/niort/ogc/collections/jardins/items?f=json&nom=Durand").Want(400)
	r.resident.Get("/niort/donnees/jardins/lignes?q=goff").Want(200).Has("Aucune ligne ne correspond")
}

// TestAnEditionThatWouldExposePeopleIsHeld: the version published stays, the new
// column is shown to nobody, a decision holds as long as the kind does.
func TestAnEditionThatWouldExposePeopleIsHeld(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Jardins", "Parcelle;Contact\nA1;accueil\nA2;gardien\n")
	r.publish(r.town, "jardins")
	before := r.resident.Get("/niort/donnees/jardins/export.csv").Want(200).Body

	r.load(r.town, "Jardins", "Parcelle;Contact\nA1;jardins@ville-exemple.fr\nA2;parcs@ville-exemple.fr\n")
	r.resident.Get("/niort/donnees/jardins/lignes").Want(200).HasNot("@ville-exemple")
	r.resident.Get("/api/v1/niort/donnees/jardins/lignes").Want(200).HasNot("@ville-exemple")
	if end := r.try(r.town, "jardins"); !end.Failed() || end.Fault.Key != datasets.FaultPersonal {
		t.Fatalf("a new version left unasked: %+v", end)
	}
	if got := r.resident.Get("/niort/donnees/jardins/export.csv").Want(200).Body; got != before {
		t.Errorf("the published version changed: %s", got)
	}
	const page = "/niort/espace/donnees/jardins/publier"
	r.agent.Get(page).Want(200).Has("La version publiée reste en ligne").HasNot("⟦")
	r.agent.Post(page+"/colonnes", url.Values{"column": {"contact"}, "decision": {"public"}}).Want(303)
	r.publish(r.town, "jardins")
	r.resident.Get("/niort/donnees/jardins/lignes").Want(200).Has("jardins@ville-exemple.fr")

	// More of the same kind is not asked again; another kind is.
	r.load(r.town, "Jardins", "Parcelle;Contact\nA1;jardins@ville-exemple.fr\nA2;accueil@ville-exemple.fr\n")
	if got := r.waiting("jardins"); len(got) != 0 {
		t.Errorf("asked again of %v", got)
	}
	r.load(r.town, "Jardins", "Parcelle;Contact\nA1;jardins@ville-exemple.fr\nA2;05 49 78 79 80\n")
	if got := r.waiting("jardins"); len(got) != 1 {
		t.Errorf("a telephone beside e-mails is another kind: %v", got)
	}
	r.resident.Get("/niort/donnees/jardins/lignes").Want(200).HasNot("@ville-exemple")
}

func TestWhatTownsPublishEveryDayIsNotHeld(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Parcs", "Nom;Adresse;Gestionnaire;Référence\nParc Jean Moulin;12 rue de la Paix;Ville de Niort;AB-12-CD\nJardin des Plantes;3 quai Cronstadt;Ville de Niort;0123\n")
	r.publish(r.town, "parcs")
	if got := r.waiting("parcs"); len(got) != 0 {
		t.Errorf("held for %v", got)
	}
}
