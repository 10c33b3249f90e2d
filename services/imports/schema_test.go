package imports_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"acvdata/services/fetch"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
	"acvdata/services/tableschema"
)

// benchSchema is a schema for files of benches.
const benchSchema = `{"name":"bancs","title":"Bancs publics","version":"1.2.0","fields":[
 {"name":"identifiant","constraints":{"required":true,"pattern":"B-[0-9]{5}"}},
 {"name":"matériau","constraints":{"enum":["bois","pierre"]}},
 {"name":"places","type":"integer","constraints":{"maximum":6}},
 {"name":"hauteur","type":"number","decimalChar":","},
 {"name":"date de pose","type":"date","format":"%d/%m/%Y"}],"primaryKey":"identifiant"}`

// site serves the schema, and a page that is none.
func site(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "schema.json") {
			_, _ = w.Write([]byte(benchSchema))
			return
		}
		_, _ = w.Write([]byte("<html>"))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func fetching(p *imports.Parts) { p.Reader = fetch.New(fetch.Settings{AllowPrivate: true}) }

// astray is a file whose lines 6 to 8 are wrong in four cells for the schema, and
// right for the target.
func astray() string {
	return file(4) + "B-9;bois;9;45,5;01/03/2019;oui;4,08;44,12\nB-00010;métal;2;45,5;2019-03-01;oui;4,08;44,12\n" +
		"=1+1;bois;1;45,5;01/03/2019;oui;4,08;44,12\n"
}

func TestAFileIsComparedToItsSchemaAndNoRowIsLost(t *testing.T) {
	t.Parallel()
	r := newRig(t, fetching)
	r.Work()
	at := site(t)
	agent := r.As(r.agent)
	sent := agent.Upload("/ales/espace/imports", "bancs.csv", []byte(astray()), url.Values{"target": {importtest.Code}}).Want(303)
	page := sent.Header.Get("Location")
	id := idOf(t, page)
	agent.Get(page).Want(200).Has("Schéma à respecter", "Choisir un schéma").HasNot("⟦", "Ne plus comparer")

	// An address that gives no schema, none at all, a file that is none: told at the field.
	agent.Upload(page+"/schema", "", nil, url.Values{"address": {at + "/page"}}).Want(422).Has("n’est pas du JSON lisible").HasNot("⟦")
	agent.Upload(page+"/schema", "", nil, url.Values{}).Want(422).Has("Donnez l’adresse d’un schéma").HasNot("⟦")
	agent.Upload(page+"/schema", "x.json", []byte(`{"type":"object"}`), nil).Want(422).Has("ne décrit aucun champ").HasNot("⟦")
	agent.Upload(page+"/schema", "", nil, url.Values{"address": {at + "/schema.json"}}).Want(303)
	agent.Get(page+"?etape=colonnes").Want(200).Has("Bancs publics, version 1.2.0", "Ne plus comparer").HasNot("⟦")

	if _, err := r.service.Check(r.ctx(), r.caller(), id); err != nil {
		t.Fatal(err)
	}
	i := r.wait(id)
	is(t, i.Counts, 7, 7, 0, 0, 0)
	agent.Get(page).Want(200).Has("Comparaison au schéma", "s’écarte du schéma en 5 endroits", "aucune ligne n’est refusée à cause du schéma",
		"la plus grande valeur permise est 6", "n’est pas une des valeurs permises", "Les 5 premiers écarts").HasNot("⟦")

	var doc tableschema.Document
	agent.Get(page + "/schema.json").Want(200).Decode(&doc)
	want := map[string]int{"constraint-error": 4, "type-error": 1}
	for _, e := range doc.Tasks[0].Errors {
		want[e.Type]--
	}
	if doc.Valid || doc.Stats.Errors != 5 || want["constraint-error"] != 0 || want["type-error"] != 0 || doc.Stats.Rows != 7 {
		t.Errorf("report %+v", doc)
	}
	list := agent.Get(page+"/schema.csv").Want(200).Has("Ligne;Colonne;Valeur;Type;Problème", "8;identifiant;\"'=1+1\";constraint-error")
	if lines := strings.Count(list.Body, "\r\n"); lines != 6 {
		t.Errorf("%d lines in the report, want a head and 5", lines)
	}

	agent.Post(page+"/charger", nil).Want(303)
	is(t, r.wait(id).Counts, 7, 7, 0, 0, 0)
	agent.Get(page).Want(200).Has("chargées telles quelles").HasNot("⟦")
	if n := r.benchesStored(); n != 7 {
		t.Errorf("%d benches stored: a schema's errors lose no row", n)
	}
}

func TestTheSchemaIsRememberedForTheNextFile(t *testing.T) {
	t.Parallel()
	r := newRig(t, fetching)
	r.Work()
	address := site(t) + "/schema.json"
	follow := func(s *imports.Submission) { s.Overrides.Schema = &address }
	first := r.load(imports.Committed, file(3), andCommit, follow)
	if first.Respected == nil || !*first.Respected {
		t.Fatalf("a file that respects its schema: %v", first.Respected)
	}
	// Another shape, the same target.
	next := r.load(imports.Ready, "identifiant;matériau;longitude;latitude\nB-7;bois;4,08;44,12\n")
	if next.Schema != first.Schema || next.Respected == nil || *next.Respected {
		t.Fatalf("the next file: schema %v, respected %v", next.Schema, next.Respected)
	}
	var doc struct {
		Schema struct {
			Label, URL string
			Respected  *bool
		}
	}
	r.As(r.agent).Get("/api/v1/ales/imports/" + next.ID.String()).Want(200).Decode(&doc)
	if doc.Schema.URL != address || doc.Schema.Respected == nil || *doc.Schema.Respected {
		t.Errorf("the API says %+v", doc.Schema)
	}
	r.As(r.agent).Get("/api/v1/ales/imports/"+next.ID.String()+"/schema").Want(200).Has(`"valid": false`, "constraint-error")
	none := ""
	dropped := r.load(imports.Ready, file(2), func(s *imports.Submission) { s.Overrides.Schema = &none })
	if dropped.Respected != nil {
		t.Error("a schema that was taken away is still looked at")
	}
	r.As(r.agent).Get("/api/v1/ales/imports/" + dropped.ID.String() + "/schema").Want(404)
	if again := r.load(imports.Ready, file(2)); again.Schema == first.Schema {
		t.Error("a schema that was taken away comes back")
	}
	// Another town knows nothing of it.
	other := r.Town("bayonne")
	list, err := r.service.Schemas(r.ctx(), r.callerIn(other))
	if err != nil || len(list) != 0 {
		t.Errorf("Bayonne sees Alès's schemas: %v %v", list, err)
	}
	page := "/ales/espace/imports/" + dropped.ID.String()
	r.As(r.agent).Upload(page+"/schema", "", nil, url.Values{"known": {first.Schema.String()}}).Want(303)
	r.As(r.agent).Post(page+"/schema/retirer", nil).Want(303)
	if i := r.wait(dropped.ID); i.State != imports.Analysed {
		t.Errorf("state %s: what was checked is checked again", i.State)
	}
}

func TestASchemaOfAnotherFileIsToldOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, fetching)
	r.Work()
	address := site(t) + "/schema.json"
	i := r.load(imports.Ready, "code;matiere;lon;lat\nB-1;bois;4,08;44,12\n", func(s *imports.Submission) { s.Overrides.Schema = &address })
	report, err := r.service.Report(r.ctx(), r.caller(), i.ID)
	if err != nil {
		t.Fatal(err)
	}
	if report.Total != 1 || report.Errors[0].Key != "tableschema.error.no_label" {
		raw, _ := json.Marshal(report)
		t.Errorf("%s", raw)
	}
	r.As(r.agent).Get("/ales/espace/imports/"+i.ID.String()).Want(200).Has("Vérifiez que c’est le bon schéma", "Tout le fichier").HasNot("⟦")
}

// TestAnAddressInsideIsNotRead: no schema is fetched from the machine's own
// network.
func TestAnAddressInsideIsNotRead(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(p *imports.Parts) { p.Reader = fetch.New(fetch.Settings{}) })
	i, err := r.submit("bancs.csv", file(2))
	if err != nil {
		t.Fatal(err)
	}
	r.Work()
	i = r.wait(i.ID)
	for _, address := range []string{"http://169.254.169.254/schema.json", "http://localhost/schema.json", "file:///etc/passwd"} {
		r.As(r.agent).Upload("/ales/espace/imports/"+i.ID.String()+"/schema", "", nil, url.Values{"address": {address}}).Want(422).HasNot("⟦")
	}
}
