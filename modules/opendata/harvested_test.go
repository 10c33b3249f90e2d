package opendata_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// faraway serves documents by their path.
type faraway struct {
	*httptest.Server
	documents sync.Map
}

func newFaraway(t *testing.T) *faraway {
	t.Helper()
	s := &faraway{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ailleurs" {
			http.Redirect(w, r, "http://[::ffff:169.254.169.254]:1/", http.StatusFound)
			return
		}
		text, found := s.documents.Load(r.URL.Path)
		if !found {
			http.NotFound(w, r)
			return
		}
		_, _ = fmt.Fprint(w, text) //nolint:gosec // a document of the test
	}))
	t.Cleanup(s.Close)
	return s
}

const catalogueHead = `@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://agglo.example/c> a dcat:Catalog .
`

const twoSets = catalogueHead + `
[] a dcat:Dataset ; dct:identifier "https://agglo.example/jeux/rivieres" ; dct:title "Rivières de l’agglomération"@fr ;
  dct:description "<p>Niveaux <b>relevés</b> <script>alert(1)</script><img src=x onerror=alert(2)> <a href='javascript:alert(3)'>ici</a></p>" ;
  dct:license <https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf> ; dcat:keyword "eau", "crues" ;
  dcat:theme [ skos:prefLabel "Environnement"@fr ] ; dcat:landingPage <https://agglo.example/jeux/rivieres> ;
  dct:temporal "2020/2024" ; dct:spatial [ dcat:bbox "POLYGON((4 44,4.2 44,4.2 44.3,4 44.3,4 44))" ] ;
  dct:publisher [ <http://xmlns.com/foaf/0.1/name> "Alès Agglomération" ] ;
  dcat:distribution [ dct:title "Niveaux" ; dcat:downloadURL <https://agglo.example/niveaux.csv> ; dct:format "CSV" ; dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ; dcat:byteSize 1200 ] .
[] a dcat:Dataset ; dct:identifier "b" ; dct:title "Réservé" ; dct:license <https://agglo.example/cgu> .
`

// bring adds a catalogue through its pages and waits for its reading.
func (r *rig) bring(t *testing.T, town *tenants.Tenant, agent *apptest.Client, address string) (page string) {
	t.Helper()
	path := "/" + town.Slug + "/espace/donnees/catalogues/nouveau"
	form := url.Values{"url": {address}, "do": {"preview"}, "schedule": {"hand"}, "adopt": {"published"}, "grace": {"7"}}
	answer := agent.Post(path, form)
	if answer.Status != 200 {
		t.Fatal(answer.Page().Find(".alert-body").Text())
	}
	shown := answer.HasNot("⟦").Page()
	form.Set("seen", shown.Find("input[name=seen]").AttrOr("value", ""))
	form.Set("found", shown.Find("input[name=found]").AttrOr("value", ""))
	form.Set("name", "Portail d’essai")
	form.Set("do", "add")
	page = agent.Post(path, form).Want(303).Header.Get("Location")
	page, _, _ = strings.Cut(page, "?")
	id := page[strings.LastIndexByte(page, '/')+1:]
	r.WaitFor(town.ID, "harvest/"+id)
	return page
}

func TestHarvestedDatasetsAreInTheTownsCatalogue(t *testing.T) {
	t.Parallel()
	r, s := newRig(t, 1), newFaraway(t)
	r.Work()
	s.documents.Store("/c.ttl", twoSets)
	page := r.bring(t, r.town, r.agent, s.URL+"/c.ttl")
	r.agent.Get(page).Want(200).Has("Rivières de l’agglomération", "à vérifier avant de publier", "Terminé").HasNot("⟦")
	runs := r.agent.Get(page).Page().Find("#passages a").AttrOr("href", "")
	r.agent.Get(runs).Want(200).Has("Nouveau").HasNot("⟦")
	r.agent.Get(runs + "?resultat=refused").Want(200).Has("Rien à montrer").HasNot("⟦")
	r.agent.Get("/ales/espace/donnees/catalogues").Want(200).Has("Portail d’essai", "2 jeux de données", "1 publié").HasNot("⟦")

	r.resident.Get("/ales/donnees?q=RIVIERES").Want(200).Has("1 jeu de données", "Moissonné", "/ales/donnees/moissonnes/rivieres-de-l-agglomeration").HasNot("Réservé", "⟦")
	r.resident.Get("/ales/donnees?format=csv").Want(200).Has("Rivières")
	about := r.resident.Get("/ales/donnees/moissonnes/rivieres-de-l-agglomeration").Want(200)
	about.Has("Niveaux <strong>relevés</strong>", "https://agglo.example/niveaux.csv", "Licence Ouverte", "Alès Agglomération", "Portail d’essai", "2020 – 2024")
	const form = "/ales/espace/imports?adresse=https%3A%2F%2Fagglo.example%2Fniveaux.csv&amp;cible=opendata%2Ftable"
	about.HasNot("Importer ce fichier")
	r.agent.Get("/ales/donnees/moissonnes/rivieres-de-l-agglomeration").Want(200).Has("Importer ce fichier", form)
	about.HasNot("alert(", "onerror", "javascript:", "⟦")
	r.resident.Get("/api/v1/ales/donnees").Want(200).Has(`"slug":"rivieres-de-l-agglomeration"`, `"identifier":"https://agglo.example/jeux/rivieres"`, "niveaux.csv").HasNot("Réservé")
	r.resident.Get("/api/v1/ales/donnees?q=arbres").Want(200).HasNot("rivieres")
	r.resident.Get("/api/v1/bayonne/donnees").Want(200).Has(`"harvested":[]`)
	r.resident.Get("/ales/donnees/moissonnes/reserve").Want(404)
	r.agent.Get("/ales/donnees/moissonnes/reserve").Want(200).Has("n’est pas publié")
	r.resident.Get("/bayonne/donnees/moissonnes/rivieres-de-l-agglomeration").Want(404)
	r.resident.Get("/bayonne/donnees").Want(200).HasNot("Rivières")
	r.resident.Get(page).Want(303)
	stranger := r.As(apptest.Member(r.other, authz.Agent))
	stranger.Get(page).Want(403)
	stranger.Get(strings.Replace(page, "/ales/", "/bayonne/", 1)).Want(404)

	r.agent.Post(page+"/jeux", url.Values{"jeu": {"reserve"}, "decision": {"published"}}).Want(303)
	r.resident.Get("/ales/donnees/moissonnes/reserve").Want(200).Has("https://agglo.example/cgu")
	r.agent.Post(page+"/jeux", url.Values{"decision": {"published"}}).Want(303)
	r.agent.Post(page+"/supprimer", nil).Want(303)
	r.resident.Get("/ales/donnees/moissonnes/reserve").Want(404)
}

// Two towns harvest each other: each has the other's dataset once, and what comes
// back home is known again.
func TestTwoTownsThatHarvestEachOtherDoNotGrow(t *testing.T) {
	t.Parallel()
	r, s := newRig(t, 1), newFaraway(t)
	r.Work()
	s.documents.Store("/c.ttl", twoSets)
	r.bring(t, r.town, r.agent, s.URL+"/c.ttl")
	r.publish(t, r.town, "plantes")

	ales := r.resident.Get("/ales/catalog.ttl").Want(200).Has("ales/moissonnes/rivieres-de-l-agglomeration", `"https://agglo.example/jeux/rivieres"`).HasNot("Réservé")
	s.documents.Store("/ales.ttl", ales.Body)
	neighbour := r.As(apptest.Member(r.other, authz.Agent))
	page := r.bring(t, r.other, neighbour, s.URL+"/ales.ttl")
	neighbour.Get(page).Want(200).Has("2 jeux de données").HasNot("⟦")

	bayonne := r.resident.Get("/bayonne/catalog.ttl").Want(200).Has("bayonne/moissonnes/", "ales/plantes")
	s.documents.Store("/bayonne.ttl", bayonne.Body)
	page = r.bring(t, r.town, r.agent, s.URL+"/bayonne.ttl")
	runs := r.agent.Get(page).Page().Find("#passages a").AttrOr("href", "")
	r.agent.Get(runs).Want(200).Has("Il vient du portail de la ville").HasNot("Nouveau<", "Il vient déjà du catalogue")
	r.agent.Get(page).Want(200).Has("Rien n’est encore venu")

	t.Run("and it stays valid DCAT-AP", func(t *testing.T) {
		for _, path := range []string{"/ales/catalog", "/bayonne/catalog"} {
			v := check(t, fetch(t, r.resident, path, ""), "dcat-ap-3.0.1-SHACL.ttl")
			wantValid(t, v)
		}
	})
}

func TestCataloguesThatCannotBeTaken(t *testing.T) {
	t.Parallel()
	r, s := newRig(t, 1), newFaraway(t)
	for name, document := range map[string]string{
		"/page": "<!doctype html><html><body>Bonjour</body></html>", "/texte.ttl": "Bonjour à tous.", "/faute.ttl": catalogueHead + "\n[] a dcat:Dataset ; dct:title \"sans fin",
		"/bombe.rdf":                           `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</rdf:RDF>`,
		"/externe.rdf":                         `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&a;</rdf:RDF>`,
		"/loin.jsonld":                         `{"@context": "https://example.org/contexte.jsonld", "@type": "Catalog"}`,
		"/ckan":                                `{"success": true, "result": {"count": 100000, "results": [{"id": "a", "title": "A"}]}}`,
		"/immense.ttl":                         catalogueHead + strings.Repeat("[] a dcat:Dataset .\n", 25_000),
		"/donnees.json":                        `{"features": []}`,
		"/o/api/explore/v2.1/catalog/datasets": `{"features": []}`,
	} {
		s.documents.Store(name, document)
	}
	for address, c := range map[string]struct{ kind, says string }{
		s.URL + "/absent.ttl":          {"", "n’existe pas ou plus (code 404)"},
		s.URL + "/page":                {"", "aucun catalogue n’y a été reconnu"},
		s.URL + "/donnees.json":        {"", "ne donne pas un catalogue DCAT"},
		s.URL + "/texte.ttl":           {"dcat", "ne donne pas un catalogue DCAT"},
		s.URL + "/faute.ttl":           {"", "sa ligne 4 ne peut pas être lue"},
		s.URL + "/bombe.rdf":           {"", "déclare des entités XML"},
		s.URL + "/externe.rdf":         {"dcat", "déclare des entités XML"},
		s.URL + "/loin.jsonld":         {"", "contexte placé à une autre adresse"},
		s.URL + "/immense.ttl":         {"", i18n.Number(25_000)},
		s.URL + "/o":                   {"ods", "ne répond pas comme un portail Opendatasoft"},
		"ftp://data.ville.fr/c.rdf":    {"", "Seules les adresses en https:// ou http://"},
		"data.ville.fr":                {"", "n’est pas complète"},
		"http://acv.test/ales/catalog": {"", "C’est le catalogue de votre ville"},
		"":                             {"", "n’est pas complète"},
	} {
		form := url.Values{"url": {address}, "kind": {c.kind}, "do": {"preview"}, "schedule": {"weekly"}, "adopt": {"kept"}, "grace": {"7"}}
		r.agent.Post("/ales/espace/donnees/catalogues/nouveau", form).Want(422).Has(c.says).HasNot("⟦", "root:")
	}
	form := url.Values{"url": {s.URL + "/page"}, "seen": {s.URL + "/page"}, "found": {"nimporte"}, "name": {""}, "do": {"add"}, "schedule": {"jamais"}, "adopt": {"vendu"}, "grace": {"x"}}
	r.agent.Post("/ales/espace/donnees/catalogues/nouveau", form).Want(422).Has("Donnez un nom", "entre 0 et 365").HasNot("⟦")
	r.agent.Get("/ales/espace/donnees/catalogues/baleine").Want(404)
	r.As(apptest.Member(r.town, authz.Reader)).Post("/ales/espace/donnees/catalogues/nouveau", form).Want(403)
}
