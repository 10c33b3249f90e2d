package opendata_test

import (
	"net/url"
	"strings"
	"testing"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
)

func TestWhoMayWorkOnDatasets(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	reader := r.As(apptest.Member(r.town, authz.Reader))
	stranger := r.As(apptest.Member(r.other, authz.Admin))
	const root = "/ales/espace/donnees"
	tests := map[string]struct {
		client *apptest.Client
		method string
		path   string
		want   int
	}{
		"resident, list":          {r.resident, "GET", root, 303},
		"resident, publish":       {r.resident, "POST", root + "/plantes/publier", 401},
		"reader, list":            {reader, "GET", root, 200},
		"reader, dataset":         {reader, "GET", root + "/plantes", 200},
		"reader, save":            {reader, "POST", root + "/plantes", 403},
		"reader, publish":         {reader, "POST", root + "/plantes/publier", 403},
		"reader, withdraw":        {reader, "POST", root + "/plantes/retirer", 403},
		"reader, API publish":     {reader, "POST", "/api/v1/ales/donnees/plantes/publications", 403},
		"other town, list":        {stranger, "GET", root, 403},
		"other town, save":        {stranger, "POST", root + "/plantes", 403},
		"other town, publish":     {stranger, "POST", root + "/plantes/publier", 403},
		"other town, API save":    {stranger, "PUT", "/api/v1/ales/donnees/plantes", 403},
		"other town, withdraw":    {stranger, "POST", "/api/v1/ales/donnees/plantes/withdrawal", 403},
		"agent, unknown dataset":  {r.agent, "GET", root + "/baleines", 404},
		"agent, unknown, publish": {r.agent, "POST", root + "/baleines/publier", 404},
		"agent, unknown, events":  {r.agent, "GET", root + "/baleines/publier/suivi", 404},
		"agent, nothing to stop":  {r.agent, "POST", root + "/plantes/publier/arreter", 409},
		"agent, not published":    {r.agent, "POST", "/api/v1/ales/donnees/plantes/withdrawal", 422},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := test.client.Do(test.client.Request(test.method, test.path, strings.NewReader("")))
			if got.Status != test.want {
				t.Errorf("status %d, want %d: %.300s", got.Status, test.want, got.Body)
			}
		})
	}
	if got := reader.Get(root + "/plantes").Want(200).Page().Find("main form").Length(); got != 0 {
		t.Errorf("a reader is shown %d forms", got)
	}
}

func TestFromDraftToPublishedOnPages(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	const page = "/ales/espace/donnees/plantes"
	r.agent.Get("/ales/espace/donnees").Want(200).Has("Non publié", page+"/publier").HasNot("⟦")
	r.agent.Get(page).Want(200).Has("Qualité de la fiche", "Ce qui manque").HasNot("⟦", "Retirer ce jeu")
	r.agent.Get(page + "/publier").Want(200).Has("Nouvelle version").HasNot("⟦")

	r.agent.Post(page+"/publier", url.Values{"note": {"première"}}).Want(303)
	waiting := r.agent.Get(page+"/publier").Want(200).Has("Publication en cours", page+"/publier/suivi", "Arrêter").HasNot("⟦")
	if waiting.Page().Find(`form[action="`+page+`/publier"]`).Length() != 0 {
		t.Error("a second publication is offered while the first waits")
	}
	r.agent.Post(page+"/publier", nil).Want(409).Has("déjà en cours")
	r.agent.Get("/ales/espace/donnees").Want(200).Has("Suivre la publication")

	r.Work()
	d, err := r.datasets.Get(r.Context, r.town, "plantes")
	must(t, err)
	if end := r.WaitFor(r.town.ID, datasets.Subject(d.ID)); end.State != "done" {
		t.Fatalf("%+v", end)
	}
	r.agent.Get(page + "/publier/suivi").Want(200).Has("event: fin")
	r.agent.Get(page+"/publier").Want(200).Has("La version 1 est publiée", "export.csv").HasNot("⟦")
	r.agent.Get(page).Want(200).Has("Version 1", "première", "Retirer ce jeu").HasNot("⟦")
	r.agent.Get("/ales/espace/donnees").Want(200).Has("Publié")
}

func TestTheFormAboutADataset(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	const page = "/ales/espace/donnees/plantes"
	good := func() url.Values {
		return url.Values{
			"title": {"Plantes des prés"}, "summary": {strings.Repeat("Relevé des plantes. ", 6)}, "licence": {"ODbL-1.0"}, "themes": {"biodiversity", "trees"},
			"keywords": {"flore, prairie\nété"}, "frequency": {"ANNUAL"}, "temporal_start": {"2020-01-01"}, "temporal_end": {"31/12/2024"},
			"producer": {"Service espaces verts"}, "contact_name": {"Espaces verts"}, "contact_email": {"ev@ales.example"}, "contact_url": {""},
		}
	}
	tests := map[string]struct{ field, value, says string }{
		"licence":  {"licence", "CC-BY", "Choisissez la Licence Ouverte"},
		"e-mail":   {"contact_email", "espaces verts", "adresse électronique n’est pas valable"},
		"address":  {"contact_url", "javascript:alert(1)", "https://"},
		"day":      {"temporal_start", "hier", "31/05/2024"},
		"period":   {"temporal_end", "2019-01-01", "doit suivre"},
		"theme":    {"themes", "sport", "valeur de la liste"},
		"too long": {"title", strings.Repeat("a", 201), "200 caractères"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			form := good()
			form.Set(test.field, test.value)
			answer := r.agent.Post(page, form).Want(422).Has(test.says, "Relevé des plantes").HasNot("⟦")
			if test.field != "title" && answer.Page().Find(`[aria-invalid="true"]`).Length() == 0 && test.field != "themes" && test.field != "licence" {
				t.Error("the field at fault is not marked")
			}
		})
	}
	if d, err := r.datasets.Get(r.Context, r.town, "plantes"); err != nil || d.Own.Title != "" {
		t.Errorf("a refused form was kept: %+v %v", d, err)
	}
	r.agent.Post(page, good()).Want(303)
	r.agent.Get(page).Want(200).Has("Plantes des prés", "flore, prairie, été", `value="2024-12-31"`, "une fois publié").HasNot("⟦")
}

func TestTheAPIWritesWhatThePagesWrite(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	const root = "/api/v1/ales/donnees/plantes"
	r.agent.JSON("PUT", root, map[string]any{"title": "Plantes", "keywords": []string{"flore"}, "licence": "ODbL-1.0"}).
		Want(200).Has(`"title":"Plantes"`, `"licence":"ODbL-1.0"`)
	r.agent.JSON("PUT", root, map[string]any{"licence": "CC0"}).Want(422).Has(`"name":"licence"`)
	r.agent.JSON("PUT", root, []int{1}).Want(422).Has("JSON")
	r.agent.JSON("POST", root+"/withdrawal", map[string]any{"reason": "erreur"}).Want(409)
	started := r.agent.JSON("POST", root+"/publications", map[string]any{"note": "par l’API"}).Want(202).Has(`"version":1`)
	if place := started.Header.Get("Location"); place != apptest.BaseURL+root+"/publications" {
		t.Errorf("Location %q", place)
	}
	r.agent.JSON("POST", root+"/publications", nil).Want(409)
	r.agent.Get(root + "/publications").Want(200).Has(`"state":"queued"`)
	r.Work()
	d, err := r.datasets.Get(r.Context, r.town, "plantes")
	must(t, err)
	r.WaitFor(r.town.ID, datasets.Subject(d.ID))
	r.agent.Get(root+"/publications").Want(200).Has(`"state":"done"`, `"version":1`)
	r.resident.Get(root + "/versions").Want(200).Has("par l’API")
	r.agent.JSON("POST", root+"/withdrawal", map[string]any{"reason": "erreur"}).Want(200).Has(`"state":"withdrawn"`)
	r.resident.Get(root).Want(410).Has("erreur")
}
