package imports_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
)

// idOf reads the import's identifier at the end of an address.
func idOf(t *testing.T, location string) uuid.UUID {
	t.Helper()
	id, err := uuid.Parse(location[strings.LastIndexByte(location, '/')+1:])
	if err != nil {
		t.Fatalf("no import in %q", location)
	}
	return id
}

func TestThePageLeadsFromTheFileToTheResultAndBack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	agent := r.As(r.agent)
	agent.Get("/ales/espace/imports").Want(200).Has("Importer des données", "Déposer un fichier", "Aucun import pour l’instant")

	bad := file(30) + "B-00001;pierre;2;40;01/01/2020;non;4,09;44,13\nX-1;pierre;2;999;;;4,09;44,13\n"
	sent := agent.Upload("/ales/espace/imports", "bancs.csv", []byte(bad), url.Values{"target": {importtest.Code}}).Want(303)
	page := sent.Header.Get("Location")
	agent.Get(page).Want(200).Has("Associer les colonnes", "identifiant", "Système de coordonnées").HasNot("⟦")

	form := url.Values{
		"position": {"xy"}, "position_x": {"6"}, "position_y": {"7"}, "crs": {"4326"}, "option.unit": {"cm"},
		"col.code": {"0"}, "col.material": {"1"}, "col.seats": {"2"}, "col.height_cm": {"3"}, "col.placed_on": {"4"}, "col.lit": {"5"},
	}
	missing := url.Values{"position": {"none"}, "col.code": {"0"}}
	agent.Post(page+"/colonnes", missing).Want(422).Has("Cette information est indispensable", "La position est indispensable").HasNot("⟦")
	agent.Post(page+"/colonnes", form).Want(303)
	i := r.wait(idOf(t, page))
	is(t, i.Counts, 32, 29, 0, 0, 3)

	ready := agent.Get(page).Want(200).Has("Ce que ferait cet import", "L’identifiant B-00001 figure aussi à la ligne",
		"La hauteur dépasse 300\u00a0cm ou est négative.", "Importer sans ces 3 lignes refusées", "apercu.geojson").HasNot("⟦")
	if rows := ready.Page().Find("#apercu tbody tr").Length(); rows != 32 {
		t.Errorf("%d rows in the preview, want all 32", rows)
	}
	agent.Get(page+"/apercu.geojson").Want(200).Has(`"FeatureCollection"`, `"verdict":"reject"`)
	list := agent.Get(page+"/problemes.csv").Want(200).Has("\ufeffLigne;Gravité;Colonne;Valeur;Problème\r\n", "identifiant;B-00001")
	if lines := strings.Count(list.Body, "\r\n"); lines != 4 {
		t.Errorf("%d lines in the list of problems, want a head and 3", lines)
	}

	agent.Post(page+"/charger", nil).Want(409).Has("3 lignes sont refusées").HasNot("⟦")
	agent.Post(page+"/charger", url.Values{"skip_rejected": {"oui"}}).Want(303)
	r.wait(i.ID)
	agent.Get(page).Want(200).Has("Bilan", "Retirer cet import", "peut être retiré jusqu’au").HasNot("⟦")
	agent.Get("/ales/espace/imports").Want(200).Has("29 ajoutées, 3 refusées", "Chargé")
	if n := r.benchesStored(); n != 29 {
		t.Errorf("%d benches stored, want 29", n)
	}

	agent.Get(page + "/retirer").Want(200).Has("29 lignes ajoutées seront supprimées").HasNot("⟦")
	agent.Post(page+"/retirer", nil).Want(303)
	r.wait(i.ID)
	agent.Get(page).Want(200).Has("Retiré")
	if n := r.benchesStored(); n != 0 {
		t.Errorf("%d benches left after the undo", n)
	}
}

func TestTheAPIAnswersLikeThePage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	api := r.As(r.agent)
	var doc struct {
		ID    uuid.UUID `json:"id"`
		State string    `json:"state"`
		Rows  struct{ Read, Created, Updated, Unchanged, Rejected int64 }
	}
	bad := file(10) + "X-1;pierre;2;999;;;4,09;44,13\n"
	fields := url.Values{"target": {importtest.Code}, "commit": {"true"}}
	sent := api.Upload("/api/v1/ales/imports", "bancs.csv", []byte(bad), fields, "Accept", "application/json").Want(202).Decode(&doc)
	if location := sent.Header.Get("Location"); location != "/api/v1/ales/imports/"+doc.ID.String() {
		t.Errorf("Location %q", location)
	}
	r.wait(doc.ID)
	api.Get("/api/v1/ales/imports/"+doc.ID.String()).Want(200).Decode(&doc).
		Has(`"code":"benches.problem.height"`, "Une ligne est refusée", `"lines":[12]`)
	if doc.State != "ready" || doc.Rows.Read != 11 || doc.Rows.Created != 10 || doc.Rows.Rejected != 1 {
		t.Errorf("with a rejected row the commit must wait: %+v", doc)
	}
	api.JSON("POST", "/api/v1/ales/imports/"+doc.ID.String()+"/commit", map[string]any{"skip_rejected": true}).Want(202)
	r.wait(doc.ID)
	api.Get("/api/v1/ales/imports/" + doc.ID.String()).Want(200).Decode(&doc)
	if doc.State != "committed" || doc.Rows.Created != 10 {
		t.Errorf("after the commit: %+v", doc)
	}
	api.Get("/api/v1/ales/imports").Want(200).Has(doc.ID.String())
	api.JSON("POST", "/api/v1/ales/imports/"+doc.ID.String()+"/undo", nil).Want(202)
	r.wait(doc.ID)
	if n := r.benchesStored(); n != 0 {
		t.Errorf("%d benches left after the undo", n)
	}
}

func TestTheAPITakesAMappingByHeadings(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	api := r.As(r.agent)
	content := []byte("a;b;c;d\nB-1;bois;4,08;44,12\nB-2;pierre;4,09;44,13\n")
	refused := api.Upload("/api/v1/ales/imports", "f.csv", content, url.Values{"target": {importtest.Code}}).Want(422).
		Has("Cette information est indispensable", `"name":"material"`)
	i := r.wait(idOf(t, refused.Header.Get("Location")))
	if i.State != imports.Analysed {
		t.Fatalf("state %s, want analysed: it waits for its mapping", i.State)
	}
	path := "/api/v1/ales/imports/" + i.ID.String() + "/check"
	api.JSON("POST", path, map[string]any{"mapping": map[string]any{"columns": map[string]string{"material": "nulle part"}}}).
		Want(422).Has("Le fichier n’a pas de colonne «\u00a0nulle part\u00a0».")
	api.JSON("POST", path, map[string]any{"commit": true, "mapping": map[string]any{
		"columns":  map[string]string{"code": "a", "material": "b"},
		"position": map[string]any{"mode": "xy", "x": "c", "y": "d", "crs": 4326},
	}}).Want(202)
	if i = r.wait(i.ID); i.State != imports.Committed {
		t.Fatalf("state %s, fault %v", i.State, i.Fault)
	}
	// The next file of the same shape needs no mapping.
	next := r.load(imports.Committed, "a;b;c;d\nB-3;bois;4,08;44,12\n", andCommit)
	is(t, next.Counts, 1, 1, 0, 0, 0)
	if !next.Detection.Known {
		t.Error("the mapping of the file before was not recalled")
	}
}

func TestWhoMayImport(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	i := r.load(imports.Ready, file(3))
	page := "/ales/espace/imports/" + i.ID.String()
	bayonne := r.Town("bayonne")
	tests := map[string]struct {
		actor      authz.Actor
		path       string
		get, write int
	}{
		"the town's reader reads":          {apptest.Member(r.town, authz.Reader), page, 200, 403},
		"another town's agent is kept":     {apptest.Member(bayonne, authz.Agent), page, 403, 403},
		"… from their own town too":        {apptest.Member(bayonne, authz.Agent), strings.Replace(page, "ales", "bayonne", 1), 404, 404},
		"nobody is asked to sign in":       {authz.Actor{}, page, 303, 401},
		"what is no identifier is no page": {r.agent, "/ales/espace/imports/1", 404, 404},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			client := r.As(test.actor)
			client.Get(test.path).Want(test.get)
			client.Post(test.path+"/charger", nil).Want(test.write)
		})
	}
	r.As(apptest.Member(r.town, authz.Reader)).Get("/ales/espace/imports").Want(200).HasNot("Envoyer le fichier")
	r.As(apptest.Member(r.town, authz.Moderator)).Get("/ales/espace/imports").Want(403)
}

func TestTheEventsEndWhenTheJobEnds(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	i, err := r.submit("bancs.csv", file(10))
	if err != nil {
		t.Fatal(err)
	}
	agent := r.As(r.agent)
	page := "/ales/espace/imports/" + i.ID.String()
	agent.Get(page).Want(200).Has("Vérification en cours", "data-hx-sse-connect", page+"/events", "En attente de son tour").HasNot("⟦")
	r.Work()
	agent.Get(page+"/events").Want(200).Has("event: fin\n", "Vérification du fichier").HasNot("⟦")
	if i := r.wait(i.ID); i.State != imports.Ready {
		t.Errorf("state %s", i.State)
	}
}

func TestTheModelIsAFileThatImports(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	model := r.As(r.agent).Get("/ales/espace/imports/modele.csv?cible=" + importtest.Code).Want(200)
	i := r.load(imports.Committed, model.Body, andCommit)
	is(t, i.Counts, 1, 1, 0, 0, 0)
	r.As(r.agent).Get("/ales/espace/imports/modele.csv?cible=rien").Want(404)
}

func TestTheHistoryHasPages(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for n := range imports.HistoryPage + 3 {
		if _, err := r.submit("bancs-"+strconv.Itoa(n)+".csv", file(2)); err != nil {
			t.Fatal(err)
		}
	}
	first := r.As(r.agent).Get("/ales/espace/imports").Want(200)
	if rows := first.Page().Find("#imports tbody tr").Length(); rows != imports.HistoryPage {
		t.Errorf("%d imports on the first page", rows)
	}
	next, _ := first.Page().Find("a[rel=next]").Attr("href")
	if rows := r.As(r.agent).Get(next).Want(200).Page().Find("#imports tbody tr").Length(); rows != 3 {
		t.Errorf("%d imports on the second page, want 3", rows)
	}
}
