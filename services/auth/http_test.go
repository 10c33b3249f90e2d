package auth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/localidp"
)

func TestTheWholeJourney(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.promise(t, s.ales, theAgent, authz.Agent)
	b := s.browser()
	asked := b.get("/ales/espace/bureau?filtre=a%20b")
	require.Equal(t, "/connexion?retour=%2Fales%2Fespace%2Fbureau%3Ffiltre%3Da%2520b", b.location(asked))
	require.Equal(t, "/ales/espace/bureau?filtre=a%20b", b.signInFrom(b.location(asked), theAgent))
	require.Contains(t, b.get("/ales/espace/bureau").body, "bonjour Julien Roux")
	require.Equal(t, http.StatusForbidden, b.get("/bayonne/espace/bureau").status)
	require.Equal(t, "/ales/espace/bureau", b.location(b.get("/connexion?retour=/ales/espace/bureau")), "no need to sign in twice")

	require.Equal(t, http.StatusOK, b.get("/deconnexion").status)
	to := b.location(b.post("/deconnexion", nil))
	require.True(t, strings.HasPrefix(to, s.idp.Issuer+"/session/end?"))
	end := s.idp.SignIn(t, to, "")
	require.Contains(t, b.get(end.RequestURI()).body, "Déconnexion effectuée")
	require.Equal(t, http.StatusSeeOther, b.get("/ales/espace/bureau").status)
}

func TestWhereSomebodyLandsWhoAskedForNoPage(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.promise(t, s.ales, theAgent, authz.Agent)
	s.promise(t, s.ales, "lpo@demo", authz.Partner)
	s.promise(t, s.bayonne, "lpo@demo", authz.Partner)
	require.NoError(t, s.PromiseStaff(s.operator(t), "bdt@demo", authz.Supervisor))
	for email, want := range map[string]string{
		theAgent: "/ales/espace/", "lpo@demo": "/compte", "bdt@demo": "/compte", "agent@niort.demo": "/compte",
	} {
		require.Equal(t, want, s.browser().signInFrom("/connexion", email), email)
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		base, cookie string
		secure       bool
	}{
		"https": {"https://acv.test", "__Host-acv", true},
		"http":  {"http://acv.test", "acv", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(settings *auth.Settings) { settings.BaseURL = test.base })
			b := s.browser()
			departed := b.post("/connexion", url.Values{"retour": {"/"}})
			require.Len(t, departed.cookies, 1)
			require.Equal(t, test.cookie+"-attempt", departed.cookies[0].Name)
			for _, c := range departed.cookies {
				require.True(t, c.HttpOnly)
				require.Equal(t, test.secure, c.Secure)
				require.Equal(t, http.SameSiteLaxMode, c.SameSite)
				require.Equal(t, "/", c.Path)
				require.Empty(t, c.Domain)
				require.Equal(t, 900, c.MaxAge)
			}
			require.Equal(t, test.cookie, s.CookieName())
			require.Equal(t, "/compte", b.signInFrom("/connexion", theAgent))
			require.Equal(t, http.StatusOK, b.get("/compte").status)
		})
	}
}

func TestTheSessionCookie(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	b := s.browser()
	arrived := b.get(b.comeBack("/connexion", theAgent))
	require.Equal(t, "no-store", arrived.header.Get("Cache-Control"))
	require.Len(t, arrived.cookies, 1)
	c := arrived.cookies[0]
	require.Equal(t, "acv", c.Name)
	require.True(t, c.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, c.SameSite)
	require.Equal(t, 12*60*60, c.MaxAge)
	gone := b.post("/deconnexion", nil).cookies
	require.Len(t, gone, 1)
	require.True(t, gone[0].MaxAge < 0 || gone[0].Expires.Before(time.Now()))
	require.Empty(t, gone[0].Value)
}

func TestRedirectsStayHere(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	for _, evil := range []string{
		"https://evil.test/", "//evil.test", "/\\evil.test", "/\t/evil.test", "javascript:alert(1)", "\\\\evil.test", "http:evil.test",
	} {
		b := s.browser()
		page := "/connexion?retour=" + url.QueryEscape(evil)
		require.Equal(t, "/", b.form(b.get(page), "/connexion").Get("retour"), evil)
		require.Equal(t, "/compte", b.signInFrom(page, theAgent), evil)

		b = s.browser() // a forged form
		to := b.location(b.post("/connexion", url.Values{"retour": {evil}}))
		require.Equal(t, "/compte", b.location(b.get(s.idp.SignIn(t, to, theAgent).RequestURI())), evil)
		require.Equal(t, "/compte", b.location(b.get(page)), "signed in already: %s", evil)
	}
}

func TestACallbackInAnotherBrowserSignsNobodyIn(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	attacker, victim := s.browser(), s.browser()
	link := attacker.comeBack("/connexion", theAgent)
	got := victim.get(link)
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	require.Contains(t, got.body, "autre navigateur")
	require.Empty(t, got.cookies)
	require.Equal(t, http.StatusSeeOther, victim.get("/compte").status)
}

func TestTheBackButton(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	b := s.browser()
	link := b.comeBack("/connexion", theAgent)
	require.Equal(t, "/compte", b.location(b.get(link)))
	require.Equal(t, "/compte", b.location(b.get(link)), "signed in already: no error")
	require.Equal(t, http.StatusUnprocessableEntity, s.browser().get(link).status, "anybody else gets nothing")
}

func TestAProviderThatIsAwayGetsAPageThatHelps(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.idp.Break(localidp.Faults{Down: true})
	b := s.browser()
	got := b.post("/connexion", url.Values{"retour": {"/ales/espace/bureau"}})
	require.Equal(t, http.StatusServiceUnavailable, got.status)
	require.Equal(t, "30", got.header.Get("Retry-After"))
	require.Contains(t, got.body, "ne répond pas")
	require.Equal(t, "/ales/espace/bureau", b.form(got, "/connexion").Get("retour"), "one click tries again")
	require.Equal(t, http.StatusOK, b.get("/ales/").status, "public pages go on")
	require.Equal(t, http.StatusOK, b.get("/connexion").status)

	s.idp.Break(localidp.Faults{})
	s.idp.Clock.Advance(time.Minute)
	require.Equal(t, "/compte", b.signInFrom("/connexion", theAgent))
}

func TestAnInstallationWithoutProvider(t *testing.T) {
	t.Parallel()
	s := serve(t, func(settings *auth.Settings) { settings.Issuer = "" })
	b := s.browser()
	require.Equal(t, http.StatusOK, b.get("/connexion").status)
	got := b.post("/connexion", nil)
	require.Equal(t, http.StatusServiceUnavailable, got.status)
	require.Contains(t, got.body, "pas encore en service")
	require.Empty(t, s.FormTargets())
}

func TestAPersonWhoGivesUpComesBackToTheButton(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	b := s.browser()
	to := b.location(b.post("/connexion", url.Values{"retour": {"/ales/espace/bureau"}}))
	departure, err := url.Parse(to)
	require.NoError(t, err)
	q := url.Values{"error": {"access_denied"}, "state": {departure.Query().Get("state")}, "iss": {s.idp.Issuer}}
	got := b.get(auth.CallbackPath + "?" + q.Encode())
	require.Equal(t, http.StatusForbidden, got.status)
	require.Equal(t, "/ales/espace/bureau", b.form(got, "/connexion").Get("retour"))
}

func TestAnExpiredSession(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.promise(t, s.ales, theAgent, authz.Agent)
	b := s.browser()
	b.signInFrom("/connexion", theAgent)
	require.Equal(t, http.StatusOK, b.post("/ales/espace/bureau", url.Values{"note": {"trois heures de saisie"}}).status)
	s.idp.Clock.Advance(2 * time.Hour)

	got := b.post("/ales/espace/bureau", url.Values{"note": {"trois heures de saisie"}}, "Referer", s.base+"/ales/espace/bureau?onglet=2")
	require.Equal(t, http.StatusUnauthorized, got.status)
	require.Contains(t, got.body, "rien n’a été enregistré")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(got.body))
	require.NoError(t, err)
	link := doc.Find(`main a[href^="/connexion?retour="]`).First().AttrOr("href", "")
	require.Equal(t, "/ales/espace/bureau?onglet=2", b.signInFrom(link, theAgent), "back to the form's page")

	s.idp.Clock.Advance(2 * time.Hour)
	require.Equal(t, http.StatusOK, b.get("/ales/").status, "a public page is shown to whoever comes")
	require.Contains(t, b.location(b.get("/ales/espace/bureau")), "/connexion?retour=")
	json := b.get("/api/v1/ales/bureau", "Accept", "application/json")
	require.Equal(t, http.StatusUnauthorized, json.status)
	require.Contains(t, json.body, `"code":"unauthenticated"`)
}

func TestTokensOnTheAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	secret, _, err := s.CreateToken(s.operator(t), s.ales.ID, auth.NewToken{Name: "Relais", Role: authz.Agent})
	require.NoError(t, err)
	b := s.browser()
	call := func(path, token string) answer {
		return b.get(path, "Authorization", "Bearer "+token, "Sec-Fetch-Site", "cross-site")
	}
	require.Equal(t, "bonjour Relais", call("/api/v1/ales/bureau", secret).body)
	require.Equal(t, http.StatusForbidden, call("/api/v1/bayonne/bureau", secret).status)
	require.Equal(t, http.StatusUnauthorized, call("/api/v1/ales/bureau", secret[:60]).status)
	require.Equal(t, http.StatusForbidden, call("/compte", secret).status, "a token has no account page")
	post := b.post("/compte/sessions/fin", nil, "Authorization", "Bearer "+secret)
	require.Equal(t, http.StatusForbidden, post.status, "a token signs nobody out")
	require.Equal(t, http.StatusUnauthorized, b.get("/api/v1/ales/bureau").status)
	// A bad token is refused even where nobody would be let in.
	wrong := b.get("/ales/", "Authorization", "Bearer acv_wrong", "Accept", "application/json")
	require.Equal(t, http.StatusUnauthorized, wrong.status)
}

func TestFormsOfOtherSites(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	b := s.browser()
	b.signInFrom("/connexion", theAgent)
	for _, path := range []string{"/connexion", "/deconnexion", "/compte/sessions/fin"} {
		require.Equal(t, http.StatusForbidden, b.post(path, nil, "Sec-Fetch-Site", "cross-site").status, path)
	}
	require.Equal(t, http.StatusOK, b.get("/compte").status)
}

func TestTheAccountPage(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.promise(t, s.ales, theAgent, authz.Agent)
	here, there := s.browser(), s.browser()
	here.signInFrom("/connexion", theAgent)
	there.signInFrom("/connexion", theAgent)
	page := here.get("/compte")
	require.Equal(t, http.StatusOK, page.status)
	for _, text := range []string{"Julien Roux", theAgent, "Alès", "Agent de terrain", "Firefox · Windows", "Cet appareil", "/ales/espace/"} {
		require.Contains(t, page.body, text)
	}
	require.NotContains(t, page.body, "⟦")

	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	require.NoError(t, err)
	other := doc.Find("tr").FilterFunction(func(_ int, row *goquery.Selection) bool {
		return row.Find("form").Length() == 1 && !strings.Contains(row.Text(), "Cet appareil")
	}).First().Find("form").AttrOr("action", "")
	require.Equal(t, "/compte", here.location(here.post(other, nil)))
	require.Contains(t, here.get("/compte").body, "La session est fermée.")
	require.Equal(t, http.StatusSeeOther, there.get("/compte").status)
	require.Equal(t, "/compte", here.location(here.post(other, nil)), "closed already: what was wanted")
	require.Equal(t, http.StatusNotFound, here.post("/compte/sessions/x/fin", nil).status)
	require.Equal(t, "/compte", here.location(here.post("/compte/sessions/"+uuid.NewString()+"/fin", nil)))

	there.signInFrom("/connexion", theAgent)
	require.Equal(t, "/compte", here.location(here.post("/compte/sessions/fin", nil)))
	require.Equal(t, http.StatusSeeOther, there.get("/compte").status)
	require.Equal(t, http.StatusOK, here.get("/compte").status)

	own := here.actor(t, cookieOf(here)).SessionID.String()
	require.Contains(t, here.location(here.post("/compte/sessions/"+own+"/fin", nil)), "/session/end?", "closing one's own session is signing out")

	stranger := s.browser()
	stranger.signInFrom("/connexion", "agent@niort.demo")
	require.Contains(t, stranger.get("/compte").body, "Aucun espace ne vous est encore ouvert")
}

func TestTheInvitationPage(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	token := s.invite(t, s.admin(t), theAgent, auth.Powers{Roles: []authz.Role{authz.Agent}})
	path := "/invitation/" + token
	b := s.browser()
	page := b.get(path)
	require.Equal(t, http.StatusOK, page.status)
	require.Equal(t, "same-origin", page.header.Get("Referrer-Policy"))
	for _, text := range []string{"Alès", "Agent de terrain", "Claire Fabre", theAgent} {
		require.Contains(t, page.body, text)
	}
	require.Equal(t, http.StatusUnauthorized, b.post(path, nil).status)

	other := s.browser()
	require.Equal(t, path, other.signInFrom(path, "agent@bayonne.demo"))
	wrong := other.get(path)
	require.Contains(t, wrong.body, "pour une autre adresse")
	require.NotContains(t, wrong.body, "Accepter l’invitation")
	require.Equal(t, http.StatusForbidden, other.post(path, nil).status)

	fields := b.form(page, "/connexion")
	require.Equal(t, theAgent, fields.Get("adresse"))
	to := b.location(b.post("/connexion", fields))
	require.Contains(t, to, "login_hint="+url.QueryEscape(theAgent))
	require.Equal(t, path, b.location(b.get(s.idp.SignIn(t, to, theAgent).RequestURI())))
	require.Equal(t, http.StatusForbidden, b.get("/ales/espace/").status, "opening the link accepts nothing")
	require.Equal(t, "/ales/espace/", b.location(b.post(path, b.form(b.get(path), path))))
	require.Equal(t, http.StatusOK, b.get("/ales/espace/").status)
	require.Contains(t, b.get(path).body, "déjà accepté")

	gone := other.get(path)
	require.Equal(t, http.StatusNotFound, gone.status)
	require.Contains(t, gone.body, "plus valable")
}

func TestTownsWithTheirOwnHostName(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	b := s.browser()
	got := b.get("http://arbres.ales.test/connexion?retour=/ales/espace/bureau")
	require.Equal(t, "/connexion?hote=1&retour=%2Fales%2Fespace%2Fbureau", b.location(got))
	require.Equal(t, s.base, strings.TrimSuffix(got.header.Get("Location"), b.location(got)))
	// A proxy that hides the name must not send people round in circles.
	require.Equal(t, http.StatusOK, b.get("http://10.0.0.1:8080/connexion?hote=1").status)
}

func TestSignInPages(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	b := s.browser()
	page := b.get("/connexion?retour=/ales/espace/bureau%22%3E%3Cscript%3E")
	require.Contains(t, page.header.Get("Content-Security-Policy"), "form-action 'self' "+strings.TrimSuffix(s.idp.Issuer, "/api/v2"))
	require.Contains(t, page.body, "S’identifier avec ProConnect")
	require.NotContains(t, page.body, `bureau"><script>`)
	require.NotContains(t, page.body, "⟦")
	require.Contains(t, page.body, `name="robots" content="noindex"`)
	renamed := serve(t, func(settings *auth.Settings) { settings.ProviderName = "l’annuaire local" })
	body := renamed.browser().get("/connexion").body
	require.Contains(t, body, "S’identifier avec l’annuaire local")
	require.NotContains(t, body, "proconnect.gouv.fr")
}
