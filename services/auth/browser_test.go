package auth_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/httpd"
	"acvdata/services/module"
	"acvdata/services/obs"
)

// desk is a workspace page with a form, and one address of the API.
type desk struct{}

func (desk) Manifest() module.Manifest {
	return module.Manifest{Code: "desk", Core: true, Permissions: []authz.Grant{{Permission: "desk.write", Roles: []authz.Role{authz.Agent}}}}
}

func (desk) Mount(r module.Router) {
	who := func(c *fiber.Ctx) error { return c.SendString("bonjour " + httpd.Scope(c).Actor.Name) }
	r.Public.Get("/", authz.Public(), who)
	r.Workspace.Get("/", authz.Can("desk.write"), who)
	r.Workspace.Get("/bureau", authz.Can("desk.write"), who)
	r.Workspace.Post("/bureau", authz.Can("desk.write"), who)
	r.API.Get("/bureau", authz.Can("desk.write"), who)
}

// site is the whole web application around sign-in.
type site struct {
	*stage
	t    *testing.T
	base string
	app  *fiber.App
}

func serve(t *testing.T, change func(*auth.Settings)) *site {
	t.Helper()
	s := &site{t: t, base: base}
	s.stage = start(t, func(settings *auth.Settings) {
		if change != nil {
			change(settings)
		}
		s.base = settings.BaseURL
	})
	registry, err := module.NewRegistry(auth.NewPages(s.Service), desk{})
	require.NoError(t, err)
	server, err := httpd.New(registry, s.towns, s.Service, obs.NewMetrics(), s.localize,
		httpd.Options{BaseURL: s.base, FormTargets: s.FormTargets()})
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Stop(context.Background()) })
	s.app = server.App()
	return s
}

// browser keeps cookies and sends what browsers send.
type browser struct {
	*site
	jar http.CookieJar
}

func (s *site) browser() *browser {
	jar, err := cookiejar.New(nil)
	require.NoError(s.t, err)
	return &browser{site: s, jar: jar}
}

type answer struct {
	status  int
	header  http.Header
	body    string
	cookies []*http.Cookie
}

func (b *browser) do(method, path string, form url.Values, headers ...string) answer {
	b.t.Helper()
	here, err := url.Parse(b.base)
	require.NoError(b.t, err)
	if strings.Contains(path, "://") {
		here, err = url.Parse(path)
		require.NoError(b.t, err)
		path = here.RequestURI()
	}
	r := httptest.NewRequestWithContext(b.t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Host = here.Host
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("User-Agent", firefox)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for _, c := range b.jar.Cookies(here) {
		r.AddCookie(c)
	}
	response, err := b.app.Test(r, -1)
	require.NoError(b.t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	b.jar.SetCookies(here, response.Cookies())
	return answer{response.StatusCode, response.Header, string(body), response.Cookies()}
}

func (b *browser) get(path string, headers ...string) answer {
	return b.do(http.MethodGet, path, nil, headers...)
}

func (b *browser) post(path string, form url.Values, headers ...string) answer {
	if form == nil {
		form = url.Values{}
	}
	return b.do(http.MethodPost, path, form, headers...)
}

// location is where an answer sends the browser.
func (b *browser) location(a answer) string {
	b.t.Helper()
	require.Equal(b.t, http.StatusSeeOther, a.status, "%.2000s", a.body)
	return strings.TrimPrefix(a.header.Get("Location"), b.base)
}

// signInFrom opens a page that asks to sign in and goes through with it; it
// returns where the browser lands.
func (b *browser) signInFrom(page, email string) string {
	b.t.Helper()
	return b.location(b.get(b.comeBack(page, email)))
}

// comeBack is signInFrom up to the provider's redirect to the callback.
func (b *browser) comeBack(page, email string) string {
	b.t.Helper()
	form := b.form(b.get(page), "/connexion")
	back := b.idp.SignIn(b.t, b.location(b.post("/connexion", form)), email)
	require.Equal(b.t, b.base, back.Scheme+"://"+back.Host)
	return back.RequestURI()
}

// form reads the fields of the page's form that posts to action.
func (b *browser) form(a answer, action string) url.Values {
	b.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	require.NoError(b.t, err)
	found := doc.Find(`form[method=post][action="` + action + `"]`)
	require.Positive(b.t, found.Length(), "no form to %s: status %d, %.1500s", action, a.status, a.body)
	fields := url.Values{}
	found.First().Find("input[name]").Each(func(_ int, input *goquery.Selection) {
		fields.Set(input.AttrOr("name", ""), input.AttrOr("value", ""))
	})
	return fields
}

func cookieOf(b *browser) string {
	u, _ := url.Parse(b.base)
	for _, c := range b.jar.Cookies(u) {
		if c.Name == "acv" {
			return c.Value
		}
	}
	return ""
}
