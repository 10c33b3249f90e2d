package workspace_test

import (
	"strings"
	"testing"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/tenants"
)

func (s *stage) fresh() *tenants.Tenant {
	s.t.Helper()
	town, err := s.Towns.ByID(s.t.Context(), s.ales.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return town
}

const settingsPage = "/ales/espace/parametres"

func TestPublicTexts(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin := s.As(apptest.Member(s.ales, authz.Admin))
	seen := s.seen(admin, settingsPage)
	texts := values("vu", seen, "tagline", "Une <b>ligne</b>", "welcome", "Bienvenue\r\nà tous", "experiment", "Essai", "contact", "mairie@ales.test", "accent", "ocre")
	admin.Post(settingsPage+"/portail", texts).Want(303)
	town := s.fresh()
	if town.Welcome != "Bienvenue\nà tous" || town.Contact != "mairie@ales.test" || town.Accent != "ocre" {
		t.Errorf("saved: %+v", town)
	}
	admin.Get(settingsPage).Want(200).Has("Une &lt;b&gt;ligne&lt;/b&gt;", `data-accent="ocre"`).HasNot("<b>ligne", "⟦")
	admin.Post(settingsPage+"/portail", texts).Want(409).Has("Quelqu’un a modifié cette page")
	admin.Get("/ales/espace/activite").Want(200).Has("Textes du portail modifiés", "Mot d’accueil")
}

func TestTextsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin := s.As(apptest.Member(s.ales, authz.Admin))
	tests := map[string]struct {
		change []string
		status int
		has    []string
	}{
		"too long":             {[]string{"tagline", strings.Repeat("é", 121)}, 422, []string{"120 caractères au plus", strings.Repeat("é", 121)}},
		"no address":           {[]string{"contact", "mairie"}, 422, []string{"adresse électronique complète", `value="mairie"`}},
		"an address with name": {[]string{"contact", "Mairie <mairie@ales.test>"}, 422, []string{"adresse électronique complète"}},
		"another colour":       {[]string{"accent", "fuchsia"}, 422, []string{"Choisissez une couleur"}},
		"no version":           {[]string{"vu", ""}, 422, []string{"Rouvrez la page"}},
		"an older page":        {[]string{"vu", "2020-01-01T00:00:00Z"}, 409, []string{"Quelqu’un a modifié"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			form := values("vu", s.seen(admin, settingsPage), "accent", "foret")
			for i := 0; i+1 < len(test.change); i += 2 {
				form.Set(test.change[i], test.change[i+1])
			}
			admin.Post(settingsPage+"/portail", form).Want(test.status).Has(test.has...).HasNot("⟦")
		})
	}
	if s.fresh().Accent == "foret" {
		t.Error("a refused form was saved")
	}
}

func TestSwitchingModules(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin, resident := s.As(apptest.Member(s.ales, authz.Admin)), s.As(authz.Actor{})
	admin.Get(settingsPage).Want(200).Has("Le verger", "Le puits", "Ses données sont gardées")
	send := func(module, on string) *apptest.Response {
		return admin.Post(settingsPage+"/modules/"+module, values("vu", s.seen(admin, settingsPage), "on", on))
	}
	send("puits", "non").Want(409).Has("«\u00a0Le verger\u00a0» a besoin de «\u00a0Le puits\u00a0»")
	send("verger", "non").Want(303)
	resident.Get("/ales/verger").Want(404)
	resident.Get("/bayonne/verger").Want(200)
	send("verger", "non").Want(303)
	send("puits", "non").Want(303)
	send("verger", "oui").Want(409)
	send("puits", "oui").Want(303)
	send("verger", "oui").Want(303)
	resident.Get("/ales/verger").Want(200)
	for _, module := range []string{"workspace", "heat"} {
		send(module, "non").Want(404)
	}
	log := admin.Get("/ales/espace/activite").Want(200).Has("Module désactivé", "module\u00a0: Le verger")
	if n := strings.Count(log.Body, "<p class=\"event-title\">Module"); n != 4 {
		t.Errorf("%d switches on record, want 4", n)
	}
}

func TestSettingsOfAModule(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin := s.As(apptest.Member(s.ales, authz.Admin))
	path := settingsPage + "/modules/verger"
	admin.Get(path).Want(200).Has("Seuil", `value="2,5"`, "checked", "Lent").HasNot("⟦")
	admin.Get(settingsPage + "/modules/puits").Want(404).Has("rien à régler")
	admin.Get(settingsPage + "/modules/workspace").Want(404)
	good := func() []string {
		return []string{"vu", s.seen(admin, path), "limit", "12,5", "pace", "fast", "note", "Sol <sec>"}
	}
	admin.Post(path+"/reglages", values(good()...)).Want(303)
	saved := string(s.fresh().Modules["verger"].Settings)
	for _, want := range []string{`"limit": 12.5`, `"open": false`, `"pace": "fast"`, `"note": "Sol <sec>"`} {
		if !strings.Contains(saved, want) {
			t.Errorf("saved %s, want %s", saved, want)
		}
	}
	if !s.fresh().Has("verger") {
		t.Error("settings switched the module off")
	}
	admin.Get(path).Want(200).Has(`value="12,5"`, "Sol &lt;sec&gt;").HasNot("<sec>")
	tests := map[string]struct{ field, value, has string }{
		"not a number":          {"limit", "beaucoup", `value="beaucoup"`},
		"refused by the module": {"limit", "1000", `value="1000"`},
		"not of the list":       {"pace", "furious", "Choisissez une réponse"},
		"too long a text":       {"note", strings.Repeat("x", 2001), "trop long"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			form := values(good()...)
			form.Set(test.field, test.value)
			admin.Post(path+"/reglages", form).Want(422).Has(test.has).HasNot("⟦")
		})
	}
	stale := values(good()...)
	admin.Post(path+"/reglages", values(good()...)).Want(303)
	admin.Post(path+"/reglages", stale).Want(409)
}
