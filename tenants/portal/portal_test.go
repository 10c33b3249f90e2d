package portal_test

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/tenants/portal"
	"acvdata/web/components"
)

//go:embed testdata/locales
var texts embed.FS

// orchard is a trade with everything the portal shows.
type orchard struct {
	figures []module.Highlight
	drawn   *components.MapLayer
	failing bool
}

func (orchard) Manifest() module.Manifest {
	return module.Manifest{
		Code: "orchard", Title: "orchard.title", Summary: "orchard.summary", Icon: "trees",
		Nav: []module.NavEntry{
			{Audience: module.Public, Label: "orchard.title", Path: "/verger", Icon: "trees"},
			{Audience: module.Public, Label: "orchard.data", Path: "/donnees", Icon: "database"},
		},
		Permissions: []authz.Grant{
			{Permission: "orchard.read", Roles: []authz.Role{authz.Agent}, Read: true},
		},
	}
}

func (orchard) Mount(r module.Router) {
	page := func(c *fiber.Ctx) error { return c.SendString("verger") }
	r.Public.Get("/verger", authz.Public(), page)
	r.Public.Get("/donnees", authz.Public(), page)
	r.Public.Get("/recolte/:fruit/:an", authz.Public(), page)
	r.Platform.Get("/vergers", authz.Public(), page)
	r.API.Get("/verger/:arbre", authz.Can("orchard.read"), page)
	r.API.Post("/verger", authz.Can("orchard.read"), page)
	r.API.Get("/varietes", authz.Public(), page)
}

func (orchard) Locales() fs.FS {
	sub, err := fs.Sub(texts, "testdata")
	if err != nil {
		panic(err) // "testdata" is a valid path
	}
	return sub
}

func (o orchard) Highlights(context.Context, *tenants.Tenant) ([]module.Highlight, error) {
	if o.failing {
		return nil, errors.New("the figures are away")
	}
	return o.figures, nil
}

func (o orchard) Illustration(context.Context, *tenants.Tenant) (module.Illustration, bool, error) {
	switch {
	case o.failing:
		return module.Illustration{}, true, errors.New("the drawing is away")
	case o.drawn == nil:
		return module.Illustration{}, false, nil
	}
	return module.Illustration{Layer: *o.drawn, Bounds: tenants.Bounds{West: 4.07, South: 44.11, East: 4.09, North: 44.13}}, true, nil
}

func (orchard) Help() string {
	return "# Tenir le verger\n\n## Planter\n\nVoir <script>alert(1)</script> [l’aide](/aide) et [ceci](javascript:alert(1)).\n"
}

func (orchard) Operations() []module.Operation {
	return []module.Operation{{
		Method: "GET", Path: "/verger/:arbre", Summary: "orchard.api.tree",
		Query: []module.Parameter{{Name: "depuis", About: "orchard.api.since", Type: "integer"}},
	}, {
		Method: "POST", Path: "/verger", Summary: "orchard.api.plant", BodyType: "application/json", Status: 202,
	}, {
		Audience: module.Public, Method: "GET", Path: "/recolte/:fruit/:an", Fixed: map[string]string{"fruit": "pommes"}, Summary: "orchard.api.tree",
		Refusal: map[string]any{"type": "string"},
	}, {
		Audience: module.Public, Method: "GET", Path: "/recolte/:fruit/:an", Fixed: map[string]string{"fruit": "poires"}, Summary: "orchard.api.tree",
	}}
}

// shelf is a catalogue.
type shelf struct {
	list []datasets.Dataset
	err  error
}

func (s shelf) Open(context.Context, *tenants.Tenant) ([]datasets.Dataset, error) {
	return s.list, s.err
}

var apples = []module.Highlight{
	{Label: "pommiers", Value: "7 409", Detail: "dont 12 plantés cette année", Href: "/ales/verger", Source: "Inventaire", At: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)},
	{Label: "<b>poiriers</b>", Value: "3"},
}

// pears has a title that must stay text, and more than the home page shows.
var pears = []datasets.Dataset{
	dataset("coings", "Coings", 2023), dataset("poires", "Les <i>poires</i>", 2026), dataset("nefles", "Nèfles", 2025), dataset("sorbes", "Sorbes", 2024),
}

func dataset(slug, title string, year int) datasets.Dataset {
	return datasets.Dataset{
		Source: datasets.Description{Slug: slug}, Metadata: datasets.Metadata{Title: title},
		Modified: time.Date(year, 1, 1, 12, 0, 0, 0, time.UTC),
		Version:  &datasets.Version{Files: []datasets.File{{Format: datasets.Format{Label: "CSV", Main: true}}}},
	}
}

func start(t *testing.T, m orchard, datasets portal.Datasets) *apptest.App {
	t.Helper()
	var a *apptest.App
	registry := func() *module.Registry { return a.Registry }
	a = apptest.New(t, func(k apptest.Kit) []module.Module {
		return []module.Module{portal.New(portal.Deps{
			Towns: k.Towns, Registry: registry, Datasets: datasets, BaseURL: apptest.BaseURL,
			Legal: portal.Legal{Contact: "plateforme@essai.test"},
		}), m}
	})
	return a
}

func TestPagesOfTheTown(t *testing.T) {
	t.Parallel()
	full := start(t, orchard{figures: apples}, shelf{list: pears})
	full.Town("ales")
	full.Town("bayonne")
	bare := start(t, orchard{}, nil)
	bare.Town("ales")
	broken := start(t, orchard{failing: true}, shelf{err: errors.New("the catalogue is away")})
	broken.Town("ales")
	tests := map[string]struct {
		app      *apptest.App
		path     string
		has, not []string
	}{
		"the home of a town with data": {
			full, "/ales/",
			[]string{
				"<h1 class=\"hero-title\">Alès</h1>", "Gard · Occitanie", "7 409", "Pommiers", "Inventaire", "4\u00a0mars 2026",
				"Approfondir l’application du patrimoine arboré", "46\u00a0125 habitants", "/ales/verger", "/ales/donnees/poires", "1er\u00a0janvier 2026 · CSV", "4 jeux de données",
				"contour de la commune est approché", "rel=\"canonical\" href=\"http://acv.test/ales/\"",
			},
			[]string{"Bayonne", "bayonne", "<b>poiriers", "<i>poires", "Coings", "Les premières données arrivent", "⟦"},
		},
		"the home of a town without data": {
			bare, "/ales/",
			[]string{"Les premières données arrivent", "/ales/verger", "Approfondir l’application"},
			[]string{"La ville en chiffres", "⟦"},
		},
		"a home whose sources are away": {broken, "/ales/", []string{"Les premières données arrivent"}, []string{"away", "⟦"}},
		"accessibility":                 {full, "/ales/accessibilite", []string{"non conforme", "La commune d’Alès", "Défenseur des droits", "http://acv.test/ales/"}, []string{"⟦", "{{"}},
		"legal notice":                  {full, "/ales/mentions-legales", []string{"SIREN 213000078", "mailto:plateforme@essai.test"}, []string{"⟦", "{{"}},
		"personal data":                 {full, "/ales/donnees-personnelles", []string{"CNIL", "responsable du traitement"}, []string{"data.geopf.fr", "⟦"}},
		"help":                          {full, "/ales/aide", []string{"L’aide par sujet", "/ales/aide/orchard"}, []string{"⟦"}},
		"help of a module": {
			full, "/ales/aide/orchard",
			[]string{"<h1>Tenir le verger</h1>", "Planter</h2>", "href=\"/aide\""},
			[]string{"alert(1)</script>", "javascript:", "⟦"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.app.As(authz.Actor{}).Get(test.path).Want(200).Has(test.has...).HasNot(test.not...)
		})
	}
}

// What a module draws of the town is on its home's map, framed; without a drawing
// there is no map of an orchard, which has no layer.
func TestAModuleDrawsTheTownsHome(t *testing.T) {
	t.Parallel()
	layer := components.MapLayer{ID: "gelees", Label: "Gelées", Kind: components.MapGeoJSON, Data: []byte(`{"type":"FeatureCollection","features":[]}`)}
	for name, test := range map[string]struct {
		orchard orchard
		drawn   bool
	}{
		"drawn":   {orchard{figures: apples, drawn: &layer}, true},
		"nothing": {orchard{figures: apples}, false},
		"away":    {orchard{failing: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := start(t, test.orchard, shelf{})
			a.Town("ales")
			page := a.As(authz.Actor{}).Get("/ales/").Want(200)
			if test.drawn {
				page.Has("gelees", "4.07")
				return
			}
			page.HasNot("gelees")
		})
	}
}

func TestPagesOfThePlatform(t *testing.T) {
	t.Parallel()
	full := start(t, orchard{figures: apples}, shelf{list: pears})
	for _, slug := range []string{"ales", "bayonne", "fecamp", "niort", "saint-omer", "vitre"} {
		full.Town(slug)
	}
	none := start(t, orchard{}, nil)
	tests := map[string]struct {
		app      *apptest.App
		path     string
		has, not []string
	}{
		"home": {
			full, "/",
			[]string{
				"Mieux connaître la nature en ville", "Banque des Territoires", "OpenDataFrance", "222 villes", "14 avril 2022",
				"Alès", "Bayonne", "Fécamp", "Niort", "Saint-Omer", "Vitré", "jeux de données ouverts", "7 409", "data-accent=\"vigne\"",
			},
			[]string{"⟦", "<b>poiriers"},
		},
		"home without towns": {none, "/", []string{"Aucune ville pour le moment"}, []string{"⟦"}},
		"accessibility":      {full, "/accessibilite", []string{"non conforme", "L’exploitant de la plateforme"}, []string{"La commune d", "⟦"}},
		"legal notice":       {full, "/mentions-legales", []string{"Non renseigné par l’exploitant", "EUPL"}, []string{"SIREN", "⟦"}},
		"personal data":      {full, "/donnees-personnelles", []string{"CNIL"}, []string{"⟦"}},
		"help":               {full, "/aide", []string{"/aide/orchard", "Quand quelque chose ne va pas", "a deux faces\u00a0: un"}, []string{"⟦"}},
		"help of a module":   {full, "/aide/orchard", []string{"Tenir le verger"}, []string{"⟦"}},
		"API": {
			full, "/api",
			[]string{"/api/v1/{town}/verger/{arbre}", "Un arbre du verger", "orchard.read", "depuis", "libre", "http://acv.test/api/v1/ales/verger/{arbre}"},
			[]string{"⟦"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.app.As(authz.Actor{}).Get(test.path).Want(200).Has(test.has...).HasNot(test.not...)
		})
	}
}

func TestTheMapAndTheListShowTheSameTowns(t *testing.T) {
	t.Parallel()
	a := start(t, orchard{}, nil)
	a.Town("ales")
	a.Town("vitre")
	page := a.As(authz.Actor{}).Get("/").Want(200).Page()
	for _, town := range []string{"/ales/", "/vitre/"} {
		if n := page.Find(`.france a[href="` + town + `"]`).Length(); n != 1 {
			t.Errorf("%s is %d times on the map", town, n)
		}
		if n := page.Find(`.town-entries a[href="` + town + `"]`).Length(); n != 1 {
			t.Errorf("%s is %d times in the list", town, n)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	a := start(t, orchard{}, nil)
	a.Town("ales")
	nobody := a.As(authz.Actor{})
	tests := map[string]struct {
		path, location string
		want           int
	}{
		"a town without its slash":      {"/ales", "/ales/", 301},
		"a workspace without its slash": {"/ales/espace", "/ales/espace/", 301},
		"an unknown word":               {"/inconnu", "", 404},
		"another module's own page":     {"/vergers", "", 200},
		"help nobody wrote":             {"/ales/aide/heat", "", 404},
		"help of the portal itself":     {"/ales/aide/portal", "", 404},
		"an unknown town":               {"/atlantide/", "", 404},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := nobody.Get(test.path).Want(test.want)
			if got := r.Header.Get("Location"); got != test.location {
				t.Errorf("leads to %q, want %q", got, test.location)
			}
		})
	}
}

func TestHelpAndDoorsOfAModuleThatIsOff(t *testing.T) {
	t.Parallel()
	a := start(t, orchard{figures: apples}, nil)
	town := a.Town("ales")
	if err := a.Towns.SetModules(t.Context(), town.ID, map[string]tenants.ModuleState{}); err != nil {
		t.Fatal(err)
	}
	nobody := a.As(authz.Actor{})
	nobody.Get("/ales/").Want(200).HasNot("verger", "7 409")
	nobody.Get("/ales/aide/orchard").Want(404)
	nobody.Get("/sitemap.xml").Want(200).HasNot("verger")
}

func TestWebManifest(t *testing.T) {
	t.Parallel()
	a := start(t, orchard{}, nil)
	a.Town("saint-omer")
	var m struct {
		Name  string
		Start string `json:"start_url"`
	}
	a.As(authz.Actor{}).Get("/saint-omer/manifest.webmanifest").Want(200).Decode(&m)
	if m.Name != "ACV Data – Saint-Omer" || m.Start != "/saint-omer/" {
		t.Errorf("%+v", m)
	}
}

func TestSitemap(t *testing.T) {
	t.Parallel()
	a := start(t, orchard{}, nil)
	a.Town("ales")
	a.As(authz.Actor{}).Get("/sitemap.xml").Want(200).
		Has("<loc>http://acv.test/</loc>", "<loc>http://acv.test/ales/</loc>", "<loc>http://acv.test/ales/verger</loc>").
		HasNot("espace", "/:")
}

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	a := start(t, orchard{}, nil)
	var d struct {
		OpenAPI string
		Servers []struct{ URL string }
		Paths   map[string]map[string]struct {
			Summary     string
			OperationID string `json:"operationId"`
			Security    []map[string][]string
			Parameters  []struct {
				Name, In string
				Required bool
			}
			RequestBody struct{ Content map[string]any }
			Responses   map[string]any
		}
	}
	a.As(authz.Actor{}).Get("/api/openapi.json").Want(200).Decode(&d)
	if d.OpenAPI != "3.1.0" || d.Servers[0].URL != apptest.BaseURL || len(d.Paths) != 5 {
		t.Errorf("%+v", d)
	}
	tree := d.Paths["/api/v1/{town}/verger/{arbre}"]["get"]
	if tree.Summary != "Un arbre du verger" || tree.OperationID != "get_verger_arbre" || len(tree.Security) != 1 {
		t.Errorf("%+v", tree)
	}
	if len(tree.Parameters) != 3 || tree.Parameters[1].Name != "arbre" || !tree.Parameters[1].Required || tree.Parameters[2].In != "query" {
		t.Errorf("parameters: %+v", tree.Parameters)
	}
	// A route of another audience stands there once a value that was described.
	apples, pears := d.Paths["/{town}/recolte/pommes/{an}"]["get"], d.Paths["/{town}/recolte/poires/{an}"]["get"]
	if apples.OperationID != "get_recolte_pommes_an" || len(apples.Parameters) != 2 || len(pears.Parameters) != 2 || len(apples.Security) != 0 {
		t.Errorf("%+v", apples)
	}
	if refusal, _ := apples.Responses["default"].(map[string]any); refusal["content"] == nil {
		t.Errorf("%+v", apples.Responses)
	}
	plant := d.Paths["/api/v1/{town}/verger"]["post"]
	if plant.RequestBody.Content["application/json"] == nil || plant.Responses["202"] == nil || plant.Responses["default"] == nil {
		t.Errorf("%+v", plant)
	}
	if kinds := d.Paths["/api/v1/{town}/varietes"]["get"]; len(kinds.Security) != 0 || kinds.Responses["200"] == nil {
		t.Errorf("%+v", kinds)
	}
}

func TestALongTownNameStaysItself(t *testing.T) {
	t.Parallel()
	a := start(t, orchard{}, nil)
	town := *a.Town("ales")
	town.Name = `Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson "<script>" *l’Étoile*`
	if _, err := a.Towns.Save(t.Context(), &town); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/ales/", "/ales/accessibilite", "/ales/mentions-legales", "/ales/aide"} {
		a.As(authz.Actor{}).Get(path).Want(200).Has("Bouzemont").HasNot("<script>\"", "\"<script>", "<em>", "⟦")
	}
}
