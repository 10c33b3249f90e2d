package workspace_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/imports"
	"acvdata/services/module"
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
	page := settingsPage + "/portail"
	seen := s.seen(admin, page)
	texts := values("vu", seen, "public_name", "Alès  nature", "tagline", "Une <b>ligne</b>", "welcome", "Bienvenue\r\nà tous\x00", "experiment", "Essai", "accent", "ocre")
	admin.Post(page, texts).Want(303)
	town := s.fresh()
	if town.Welcome != "Bienvenue\nà tous" || town.Called() != "Alès nature" || town.Name != "Alès" || town.Accent != "ocre" {
		t.Errorf("saved: %+v", town)
	}
	admin.Get(page).Want(200).Has("Une &lt;b&gt;ligne&lt;/b&gt;", `data-accent="ocre"`, "Alès nature").HasNot("<b>ligne", "⟦")
	admin.Post(page, texts).Want(409).Has("Quelqu’un a modifié cette page")
	admin.Get("/ales/espace/activite").Want(200).Has("Textes du portail modifiés", "Mot d’accueil", "Nom public")
}

func TestContacts(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin := s.As(apptest.Member(s.ales, authz.Admin))
	page := settingsPage + "/contacts"
	form := values("vu", s.seen(admin, page), "contact", "mairie@ales.test", "phone", "+33 (0)4 66 56 11 00", "postal", "Place de l’Hôtel-de-Ville\r\n30100 Alès", "legal", "Crédit : **Ville**")
	admin.Post(page, form).Want(303)
	town := s.fresh()
	if town.Contact != "mairie@ales.test" || town.Phone != "+33 (0)4 66 56 11 00" || town.Postal != "Place de l’Hôtel-de-Ville\n30100 Alès" || town.Legal != "Crédit : **Ville**" {
		t.Errorf("saved: %+v", town)
	}
	if town.Tagline == "" {
		t.Error("the contacts' form took the tagline away")
	}
	admin.Get(page).Want(200).Has("mairie@ales.test", "30100 Alès").HasNot("⟦")
}

func TestTextsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin := s.As(apptest.Member(s.ales, authz.Admin))
	tests := map[string]struct {
		page   string
		change []string
		status int
		has    []string
	}{
		"too long":             {"portail", []string{"tagline", strings.Repeat("é", 121)}, 422, []string{"120 caractères au plus", strings.Repeat("é", 121)}},
		"another colour":       {"portail", []string{"accent", "fuchsia"}, 422, []string{"Choisissez une couleur"}},
		"no address":           {"contacts", []string{"contact", "mairie"}, 422, []string{"adresse électronique complète", `value="mairie"`}},
		"an address with name": {"contacts", []string{"contact", "Mairie <mairie@ales.test>"}, 422, []string{"adresse électronique complète"}},
		"no number":            {"contacts", []string{"phone", "javascript:alert(1)"}, 422, []string{"numéro de téléphone"}},
		"too long a notice":    {"contacts", []string{"legal", strings.Repeat("é", 8001)}, 422, []string{"8\u00a0000 caractères au plus"}},
		"no version":           {"portail", []string{"vu", ""}, 422, []string{"Rouvrez la page"}},
		"an older page":        {"contacts", []string{"vu", "2020-01-01T00:00:00Z"}, 409, []string{"Quelqu’un a modifié"}},
	}
	before := s.fresh()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			page := settingsPage + "/" + test.page
			form := values("vu", s.seen(admin, page), "accent", "foret")
			for i := 0; i+1 < len(test.change); i += 2 {
				form.Set(test.change[i], test.change[i+1])
			}
			admin.Post(page, form).Want(test.status).Has(test.has...).HasNot("⟦")
		})
	}
	if !s.fresh().Changed.Equal(before.Changed) {
		t.Error("a refused form was saved")
	}
}

// picture is a drawing of that size as a PNG.
func picture(t *testing.T, side int) []byte {
	t.Helper()
	var out bytes.Buffer
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	img.Set(side/2, side/2, color.NRGBA{R: uint8(side), A: 255})
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTheLogo(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin, page := s.As(apptest.Member(s.ales, authz.Admin)), settingsPage+"/portail"
	send := func(content []byte) *apptest.Response {
		return admin.Upload(page+"/logo", "logo.png", content, values("vu", s.seen(admin, page)))
	}
	send(picture(t, 120)).Want(303)
	first := s.fresh().LogoPath()
	admin.Get(page).Want(200).Has(`src="`+first+`"`, "Logo actuel").HasNot("⟦")
	send(picture(t, 121)).Want(303)
	if second := s.fresh().LogoPath(); second == first || second == "" {
		t.Errorf("a new logo has the old one's address: %s", second)
	}
	refused := map[string]struct {
		content []byte
		status  int
		has     string
	}{
		"a drawing with scripts": {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>`), 422, "JPEG, PNG ou WebP"},
		"a page named logo.png":  {[]byte("<!doctype html><script>alert(1)</script>"), 422, "n’est pas une image"},
		"too heavy":              {bytes.Repeat([]byte{0x89}, 6<<20), 413, "dépasse 4\u00a0Mo"},
		"too small":              {picture(t, 10), 422, "trop petite"},
		"nothing":                {nil, 422, "vide"},
	}
	for name, test := range refused {
		t.Run(name, func(t *testing.T) {
			before := s.fresh().Logo
			send(test.content).Want(test.status).Has(test.has, page).HasNot("⟦")
			if s.fresh().Logo != before {
				t.Error("the logo changed")
			}
		})
	}
	admin.Upload(page+"/logo", "logo.png", picture(t, 122), values("vu", "2020-01-01T00:00:00Z")).Want(409)
	admin.Post(page+"/logo/retirer", values("vu", s.seen(admin, page))).Want(303)
	if s.fresh().Logo != "" {
		t.Error("the logo was not taken off")
	}
	admin.Get("/ales/espace/activite").Want(200).Has("Logo")
}

func TestSwitchingModules(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin, resident := s.As(apptest.Member(s.ales, authz.Admin)), s.As(authz.Actor{})
	admin.Get(settingsPage).Want(200).Has("Le verger", "Le puits", "ne supprime aucune donnée")
	send := func(module, on string) *apptest.Response {
		return admin.Post(settingsPage+"/modules/"+module, values("vu", s.seen(admin, settingsPage+"/portail"), "on", on))
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

func TestASwitchSaysFirstWhatItChanges(t *testing.T) {
	t.Parallel()
	published := datasets.Dataset{Source: datasets.Description{ID: "verger/poires", Slug: "poires", Permission: "verger.read"}, Metadata: datasets.Metadata{Title: "Les <i>poires</i>"}, State: datasets.Published}
	draft := datasets.Dataset{Source: datasets.Description{ID: "verger/coings", Slug: "coings"}, Metadata: datasets.Metadata{Title: "Les coings"}}
	s := start(t, parts{
		figures: []module.Highlight{{Label: "arbres fruitiers", Value: "7 409"}},
		shelf:   shelf{list: []datasets.Dataset{published, draft}},
		files: []*imports.Import{
			{ID: uuid.New(), State: imports.Ready, Target: "verger/arbres"},
			{ID: uuid.New(), State: imports.Ready, Target: "puits/eau"},
			{ID: uuid.New(), State: imports.Committed, Target: "verger/arbres"},
			{ID: uuid.New(), State: imports.Ready, Target: "verger/arbres"},
		},
		watched: []*imports.Watch{{Target: "verger/arbres"}, {Target: "puits/eau"}},
	})
	admin := s.As(apptest.Member(s.ales, authz.Admin))
	path := settingsPage + "/modules/verger"
	off := admin.Get(path+"/changer").Want(200).
		Has("Désactiver «\u00a0Le verger\u00a0»", "Les &lt;i&gt;poires&lt;/i&gt;", "arbres fruitiers\u00a0: 7 409", "2 imports en cours", "1 adresse suivie", "Aucune donnée n’est supprimée", `name="on" value="non"`).
		HasNot("Les coings", "⟦")
	if s.fresh().Has("verger") != true || off.Page().Find("form[action='"+path+"']").Length() != 1 {
		t.Error("the page alone switched, or offers no switch")
	}
	admin.Get(settingsPage + "/modules/puits/changer").Want(200).Has("a besoin de").HasNot(`name="on"`)
	admin.Post(path, values("vu", s.seen(admin, path+"/changer"), "on", "non")).Want(303)
	admin.Get(path+"/changer").Want(200).Has("Activer «\u00a0Le verger\u00a0»", "arbres fruitiers\u00a0: 7 409", `name="on" value="oui"`).HasNot("⟦")
	admin.Get(settingsPage + "/modules/workspace/changer").Want(404)
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
		"refused by the module": {"limit", "400", `value="400"`},
		"out of bounds":         {"limit", "1000", "Saisissez un nombre entre 0,5 et 500"},
		"infinite":              {"limit", "Inf", `value="Inf"`},
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
