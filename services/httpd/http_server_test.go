package httpd_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/module"
	"acvdata/tenants"
)

// probe is a module with one route of each kind.
type probe struct{}

func (probe) Manifest() module.Manifest {
	return module.Manifest{Code: "probe", Permissions: []authz.Grant{
		{Permission: "probe.read", Roles: []authz.Role{authz.Agent}, Read: true},
		{Permission: "probe.write", Roles: []authz.Role{authz.Agent}},
	}}
}

func (probe) Mount(r module.Router) {
	town := func(c *fiber.Ctx) error { return c.SendString("ville " + httpd.Scope(c).Town.Name) }
	r.Public.Get("/sonde", authz.Public(), town)
	r.Workspace.Get("/sonde", authz.Can("probe.read"), town)
	r.Workspace.Post("/sonde", authz.Can("probe.write"), town)
	r.API.Get("/sonde", authz.Can("probe.read"), town)
	r.Public.Get("/panne", authz.Public(), func(*fiber.Ctx) error { panic("sonde") })
	r.Public.Get("/refus", authz.Public(), func(*fiber.Ctx) error {
		return fault.New(fault.Conflict, "fault.busy")
	})
}

func newProbe(t *testing.T) (a *apptest.App, ales, bayonne *tenants.Tenant) {
	t.Helper()
	a = apptest.New(t, func(apptest.Kit) []module.Module { return []module.Module{probe{}} })
	return a, a.Town("ales"), a.Town("bayonne")
}

func TestACompressedBodyIsRefused(t *testing.T) {
	t.Parallel()
	a, ales, _ := newProbe(t)
	agent := a.As(apptest.Member(ales, authz.Agent))
	r := agent.Request("POST", "/ales/espace/sonde", strings.NewReader("name=a"), "Content-Encoding", "gzip")
	agent.Do(r).Want(415).Has("sans compression")
}

func TestRoutesOpenToWhomTheirRuleSays(t *testing.T) {
	t.Parallel()
	a, ales, bayonne := newProbe(t)
	nobody, agent := authz.Actor{}, apptest.Member(ales, authz.Agent)
	stranger := apptest.Member(bayonne, authz.Agent)
	supervisor := authz.Actor{AccountID: uuid.New(), Platform: []authz.Role{authz.Supervisor}}
	tests := map[string]struct {
		actor  authz.Actor
		method string
		path   string
		want   int
	}{
		"resident on a public page":          {nobody, "GET", "/ales/sonde", 200},
		"resident in the workspace":          {nobody, "GET", "/ales/espace/sonde", 303},
		"resident on the API":                {nobody, "GET", "/api/v1/ales/sonde", 401},
		"agent at home":                      {agent, "GET", "/ales/espace/sonde", 200},
		"agent posts at home":                {agent, "POST", "/ales/espace/sonde", 200},
		"agent of another town":              {stranger, "GET", "/ales/espace/sonde", 403},
		"agent of another town posts":        {stranger, "POST", "/ales/espace/sonde", 403},
		"agent of another town on the API":   {stranger, "GET", "/api/v1/ales/sonde", 403},
		"supervisor reads":                   {supervisor, "GET", "/ales/espace/sonde", 200},
		"supervisor edits nothing":           {supervisor, "POST", "/ales/espace/sonde", 403},
		"unknown town":                       {nobody, "GET", "/atlantide/sonde", 404},
		"unknown page":                       {nobody, "GET", "/ales/inconnue", 404},
		"capitals in a typed address":        {nobody, "GET", "/Ales/Sonde", 301},
		"capitals after the town":            {nobody, "GET", "/ales/SONDE", 301},
		"capitals of no page":                {nobody, "GET", "/ales/Inconnue", 404},
		"a form sent to capitals":            {agent, "POST", "/Ales/Espace/Sonde", 404},
		"an address of another site's kind":  {nobody, "GET", "//Evil.example/a", 404},
		"HEAD is answered like GET":          {nobody, "HEAD", "/ales/sonde", 200},
		"a panic is an internal error":       {nobody, "GET", "/ales/panne", 500},
		"a fault has its status":             {nobody, "GET", "/ales/refus", 409},
		"a session that has ended reads":     {nobody, "GET", "/ales/sonde", 200},
		"a path with another town's session": {stranger, "GET", "/ales/sonde", 200},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := a.As(test.actor)
			if r := c.Do(c.Request(test.method, test.path, nil)); r.Status != test.want {
				t.Errorf("status %d, want %d: %.300s", r.Status, test.want, r.Body)
			}
		})
	}
}

func TestForgedHeadersNeverChangeTheTown(t *testing.T) {
	t.Parallel()
	a, ales, _ := newProbe(t)
	c := a.As(apptest.Member(ales, authz.Agent))
	for _, header := range []string{"X-Forwarded-Host", "X-Tenant", "X-Original-URL", "X-Rewrite-URL", "Forwarded"} {
		c.Get("/ales/espace/sonde", header, "bayonne").Want(200).Has("ville Alès")
	}
}

func TestAnotherSitesFormIsRefused(t *testing.T) {
	t.Parallel()
	a, ales, _ := newProbe(t)
	c := a.As(apptest.Member(ales, authz.Agent))
	tests := map[string]struct {
		site, origin string
		want         int
	}{
		"same origin":                  {"same-origin", "", 200},
		"cross site":                   {"cross-site", "https://evil.example", 403},
		"same site, another host":      {"same-site", "http://autre.acv.test", 403},
		"old browser, right origin":    {"", apptest.BaseURL, 200},
		"old browser, other origin":    {"", "https://evil.example", 403},
		"neither header":               {"", "", 403},
		"typed address cannot be POST": {"none", "", 403},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := c.Request(http.MethodPost, "/ales/espace/sonde", nil)
			r.Header.Del("Sec-Fetch-Site")
			if test.site != "" {
				r.Header.Set("Sec-Fetch-Site", test.site)
			}
			if test.origin != "" {
				r.Header.Set("Origin", test.origin)
			}
			if got := c.Do(r).Status; got != test.want {
				t.Errorf("status %d, want %d", got, test.want)
			}
		})
	}
}

func TestABigFormIsRefusedUnread(t *testing.T) {
	t.Parallel()
	a, ales, _ := newProbe(t)
	c := a.As(apptest.Member(ales, authz.Agent))
	big := strings.NewReader("note=" + strings.Repeat("a", 2<<20))
	c.Do(c.Request(http.MethodPost, "/ales/espace/sonde", big)).Want(413).Has("trop volumineux")
}

func TestAnExpiredSessionOnSubmitSaysThatNothingWasSaved(t *testing.T) {
	t.Parallel()
	a, _, _ := newProbe(t)
	c := a.As(authz.Actor{})
	r := c.Request(http.MethodPost, "/ales/espace/sonde", nil)
	r.Header.Set("Cookie", "acv=expired")
	r.Header.Set("Referer", apptest.BaseURL+"/ales/espace/sonde")
	c.Do(r).Want(401).Has("rien n’a été enregistré", "/connexion?retour=%2Fales%2Fespace%2Fsonde")
}

func TestALostPersonStaysInTheTown(t *testing.T) {
	t.Parallel()
	a, ales, _ := newProbe(t)
	page := a.As(authz.Actor{}).Get("/ales/nulle/part").Want(404).Page()
	if got := page.Find(".failure a").AttrOr("href", ""); got != "/ales/" {
		t.Errorf("the way back leads to %q", got)
	}
	if accent := page.Find("html").AttrOr("data-accent", ""); accent != ales.Accent {
		t.Errorf("the page wears %q, not the town's %q", accent, ales.Accent)
	}
	outside := a.As(authz.Actor{}).Get("/nulle/part").Want(404).Page()
	if got := outside.Find(".failure a").AttrOr("href", ""); got != "/" {
		t.Errorf("outside a town the way back leads to %q", got)
	}
}

func TestAModuleThatIsOffIsNotThere(t *testing.T) {
	t.Parallel()
	a, ales, _ := newProbe(t)
	if err := a.Towns.SetModules(t.Context(), ales.ID, nil); err != nil {
		t.Fatal(err)
	}
	a.As(authz.Actor{}).Get("/ales/sonde").Want(404)
	a.As(authz.Actor{}).Get("/bayonne/sonde").Want(200)
}

func TestErrorsAreFrenchWhateverTheForm(t *testing.T) {
	t.Parallel()
	a, _, _ := newProbe(t)
	c := a.As(authz.Actor{})
	c.Get("/ales/refus").Want(409).Has("<!doctype html>", "Quelqu’un modifie la même chose")
	c.Get("/ales/refus", "HX-Request", "true").Want(409).HasNot("<!doctype html>").Has("Quelqu’un modifie")
	var problem httpd.Problem
	c.Get("/ales/refus", "Accept", "application/json").Want(409).Decode(&problem)
	if problem.Code != fault.Conflict || problem.RequestID == "" {
		t.Errorf("problem: %+v", problem)
	}
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	a, _, _ := newProbe(t)
	h := a.As(authz.Actor{}).Get("/ales/sonde").Header
	policy := h.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy lacks %q: %s", want, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("policy opens a door: %s", policy)
	}
	if h.Get("X-Content-Type-Options") != "nosniff" {
		t.Error("nosniff is missing")
	}
}
