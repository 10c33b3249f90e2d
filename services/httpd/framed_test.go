package httpd_test

import (
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/module"
	"acvdata/web/layout"
)

// easel is a module with a page for other sites and one for its own.
type easel struct{}

func (easel) Manifest() module.Manifest { return module.Manifest{Code: "easel", Title: "web.skip"} }

func (easel) Mount(r module.Router) {
	page := func(c *fiber.Ctx) error {
		scope := httpd.Scope(c)
		f := layout.Framed{Title: "vu par " + scope.Actor.Name, Town: scope.Town, Href: apptest.BaseURL + "/"}
		return httpd.Render(c, fiber.StatusOK, layout.FramedPage(f))
	}
	r.Public.Framed("/cadre", authz.Public(), page)
	r.Public.Framed("/cadre/vide", authz.Public(), func(*fiber.Ctx) error { return fault.New(fault.NotFound, "httpd.fault.no_page") })
	r.Public.Get("/page", authz.Public(), page)
}

func TestAPageForOtherSitesIsFramedAnywhereAndTheSameForEverybody(t *testing.T) {
	t.Parallel()
	a := apptest.New(t, func(apptest.Kit) []module.Module { return []module.Module{easel{}} })
	ales := a.Town("ales")
	agent := a.As(apptest.Member(ales, authz.Agent))
	page := agent.Get("/ales/cadre").Want(200).Has("vu par").HasNot("Camille", "<script", "masthead", "⟦")
	policy := page.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "frame-ancestors *") || strings.Contains(policy, "script-src") || !strings.Contains(policy, "form-action 'none'") {
		t.Errorf("its policy is %s", policy)
	}
	if kept := page.Header.Get("Cache-Control"); kept != "public, max-age=300" {
		t.Errorf("it is kept %q", kept)
	}
	if vary, cookie := page.Header.Get("Vary"), page.Header.Get("Set-Cookie"); strings.Contains(vary, "Cookie") || cookie != "" {
		t.Errorf("it varies by %q and sets %q", vary, cookie)
	}
	if again := a.As(authz.Actor{}).Get("/ales/cadre", "If-None-Match", page.Header.Get("ETag")).Want(304); again.Body != "" {
		t.Error("what is known is sent again")
	}
	for _, path := range []string{"/ales/cadre/vide", "/atlantide/cadre"} {
		missing := agent.Get(path).Want(404).HasNot("masthead", "<script", "⟦")
		if missing.Page().Find(".framed h1").Length() != 1 || !strings.Contains(missing.Header.Get("Content-Security-Policy"), "frame-ancestors *") ||
			missing.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, missing.Header)
		}
	}
	for _, path := range []string{"/ales/page", "/ales/nulle-part", "/", "/ales/cadre/autre"} {
		if policy := agent.Get(path).Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(policy, "script-src 'self'") {
			t.Errorf("%s may be framed: %s", path, policy)
		}
	}
}

// shut is a module whose page for other sites asks for a permission.
type shut struct{ easel }

func (shut) Mount(r module.Router) {
	r.Public.Framed("/cadre", authz.SignedIn(), func(*fiber.Ctx) error { return nil })
}

func TestAPageForOtherSitesIsOpenToEverybodyOrNotAtAll(t *testing.T) {
	t.Parallel()
	if _, err := module.NewRegistry(shut{}); err == nil || !strings.Contains(err.Error(), "other sites") {
		t.Errorf("got %v", err)
	}
}
