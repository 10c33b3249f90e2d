package localidp_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/require"

	"acvdata/services/localidp"
)

func TestAWholeSignIn(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []jose.SignatureAlgorithm{jose.ES256, jose.RS256} {
		t.Run(string(algorithm), func(t *testing.T) {
			t.Parallel()
			s := start(t, func(o *localidp.Options) { o.Algorithm = algorithm })
			access, id := s.tokens(t, "agent@ales.demo")
			keys := s.keys(t)
			got := claims(t, id, keys)
			require.Equal(t, s.issuer, got["iss"])
			require.Equal(t, "acv", got["aud"])
			require.Equal(t, nonce, got["nonce"])
			require.Equal(t, "eidas0", got["acr"])
			require.Equal(t, []any{"pwd"}, got["amr"])
			require.InDelta(t, 60, got["exp"].(float64)-got["iat"].(float64), 0)
			info := s.do(t, http.MethodGet, s.issuer+"/userinfo", nil, bearer(access))
			require.Contains(t, info.header.Get("Content-Type"), "application/jwt")
			person := claims(t, info.body, keys)
			require.Equal(t, got["sub"], person["sub"])
			require.Equal(t, "Roux", person["usual_name"])
			require.Equal(t, "agent@ales.demo", person["email"])
			require.True(t, strings.HasPrefix(person["siret"].(string), "213000078"))
			require.NotContains(t, person, "email_verified")
		})
	}
}

func TestAuthorizeRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	tests := map[string]struct {
		change func(url.Values)
		toldTo string // "person" or the error told to the client
	}{
		"an unknown parameter":     {func(q url.Values) { q.Set("ui_locales", "fr") }, "person"},
		"max_age":                  {func(q url.Values) { q.Set("max_age", "10") }, "person"},
		"a parameter twice":        {func(q url.Values) { q.Add("state", state) }, "person"},
		"a short state":            {func(q url.Values) { q.Set("state", state[:31]) }, "person"},
		"a short nonce":            {func(q url.Values) { q.Set("nonce", nonce[:31]) }, "person"},
		"no nonce":                 {func(q url.Values) { q.Del("nonce") }, "person"},
		"another client":           {func(q url.Values) { q.Set("client_id", "other") }, "person"},
		"an unregistered callback": {func(q url.Values) { q.Set("redirect_uri", callback+"/") }, "person"},
		"another flow":             {func(q url.Values) { q.Set("response_type", "id_token") }, "person"},
		"broken claims":            {func(q url.Values) { q.Set("claims", "{") }, "person"},
		"an unknown scope":         {func(q url.Values) { q.Set("scope", "openid family_name") }, "invalid_scope"},
		"no openid":                {func(q url.Values) { q.Set("scope", "email") }, "invalid_scope"},
		"no PKCE":                  {func(q url.Values) { q.Del("code_challenge"); q.Del("code_challenge_method") }, "invalid_request"},
		"plain PKCE":               {func(q url.Values) { q.Set("code_challenge_method", "plain") }, "invalid_request"},
		"a silent sign-in":         {func(q url.Values) { q.Set("prompt", "none") }, "login_required"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := request()
			test.change(q)
			r := s.open(t, q)
			if test.toldTo == "person" {
				require.Equal(t, http.StatusBadRequest, r.status)
				require.Empty(t, r.header.Get("Location"))
				require.Contains(t, r.body, "Y000400")
				return
			}
			got := back(t, r)
			require.Equal(t, test.toldTo, got.Get("error"))
			require.Equal(t, state, got.Get("state"))
			require.Equal(t, s.issuer, got.Get("iss"))
		})
	}
}

func TestHintsAndEssentialLevels(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	q := request()
	q.Set("login_hint", "admin@vitre.demo")
	q.Set("siret_hint", "21350360000019")
	q.Set("acr_values", "eidas2") // a wish: not binding
	q.Set("claims", `{"id_token":{"amr":{"essential":true}}}`)
	shown := s.open(t, q)
	require.Equal(t, http.StatusOK, shown.status)
	require.Equal(t, "admin@vitre.demo", page(t, shown).Find("#email").AttrOr("value", ""))
	require.NotEmpty(t, back(t, s.answerForm(t, shown, url.Values{"account": {"admin@vitre.demo"}})).Get("code"))

	q.Set("claims", `{"id_token":{"acr":{"essential":true,"values":["eidas1","eidas2"]}}}`)
	got := back(t, s.answerForm(t, s.open(t, q), url.Values{"account": {"admin@vitre.demo"}}))
	require.Equal(t, "access_denied", got.Get("error"))
	q.Set("claims", `{"id_token":{"acr":{"essential":true,"values":["eidas1","eidas0"]}}}`)
	require.NotEmpty(t, back(t, s.answerForm(t, s.open(t, q), url.Values{"account": {"admin@vitre.demo"}})).Get("code"))
}

func TestTheForm(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	shown := s.open(t, request())
	wrong := s.answerForm(t, shown, url.Values{"email": {"agent@niort.demo"}, "password": {"secret"}})
	require.Equal(t, http.StatusUnauthorized, wrong.status)
	require.Equal(t, "agent@niort.demo", page(t, wrong).Find("#email").AttrOr("value", ""))
	require.Equal(t, 1, page(t, wrong).Find("[role=alert]").Length())
	stranger := s.answerForm(t, shown, url.Values{"email": {"maire@niort.demo"}, "password": {localidp.Password}})
	require.Equal(t, http.StatusUnauthorized, stranger.status)
	right := s.answerForm(t, wrong, url.Values{"email": {" Agent@Niort.demo"}, "password": {localidp.Password}})
	require.NotEmpty(t, back(t, right).Get("code"))

	again := s.answerForm(t, wrong, url.Values{"account": {"agent@niort.demo"}})
	require.Equal(t, http.StatusBadRequest, again.status, "the page was used already")
	shown = s.open(t, request())
	require.Equal(t, "access_denied", back(t, s.answerForm(t, shown, url.Values{"cancel": {"1"}})).Get("error"))
	s.advance(11 * time.Minute)
	require.Equal(t, http.StatusBadRequest, s.answerForm(t, shown, url.Values{"account": {"agent@niort.demo"}}).status)
}

func TestCodesAreShortLivedAndServeOnce(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	tests := map[string]struct {
		change func(url.Values)
		wait   time.Duration
		status int
	}{
		"after 31 s":             {func(url.Values) {}, 31 * time.Second, http.StatusBadRequest},
		"with another verifier":  {func(q url.Values) { q.Set("code_verifier", verifier+"x") }, 0, http.StatusBadRequest},
		"with another callback":  {func(q url.Values) { q.Set("redirect_uri", goodbye) }, 0, http.StatusBadRequest},
		"with a wrong secret":    {func(q url.Values) { q.Set("client_secret", "x") }, 0, http.StatusUnauthorized},
		"without a secret":       {func(q url.Values) { q.Del("client_secret") }, 0, http.StatusUnauthorized},
		"with another grant":     {func(q url.Values) { q.Set("grant_type", "password") }, 0, http.StatusBadRequest},
		"with a code of nowhere": {func(q url.Values) { q.Set("code", "x") }, 0, http.StatusBadRequest},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			form := exchange(s.code(t, "agent@ales.demo"))
			test.change(form)
			s.advance(test.wait)
			require.Equal(t, test.status, s.do(t, http.MethodPost, s.issuer+"/token", form, nil).status)
		})
	}
	form := exchange(s.code(t, "agent@ales.demo"))
	require.Equal(t, http.StatusOK, s.do(t, http.MethodPost, s.issuer+"/token", form, nil).status)
	require.Equal(t, http.StatusBadRequest, s.do(t, http.MethodPost, s.issuer+"/token", form, nil).status, "the code served twice")
	form = exchange(s.code(t, "agent@ales.demo"))
	form.Del("client_secret")
	basic := http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("acv:client-secret"))}}
	require.Equal(t, http.StatusUnauthorized, s.do(t, http.MethodPost, s.issuer+"/token", form, basic).status)
}

func TestAccessTokensLiveAMinute(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	access, _ := s.tokens(t, "agent@ales.demo")
	require.Equal(t, http.StatusOK, s.do(t, http.MethodGet, s.issuer+"/userinfo", nil, bearer(access)).status)
	require.Equal(t, http.StatusUnauthorized, s.do(t, http.MethodGet, s.issuer+"/userinfo", nil, bearer("x")).status)
	s.advance(61 * time.Second)
	require.Equal(t, http.StatusUnauthorized, s.do(t, http.MethodGet, s.issuer+"/userinfo", nil, bearer(access)).status)
}

func TestPlainUserinfoByOption(t *testing.T) {
	t.Parallel()
	s := start(t, func(o *localidp.Options) { o.JSONUserinfo = true })
	access, _ := s.tokens(t, "bdt@demo")
	r := s.do(t, http.MethodGet, s.issuer+"/userinfo", nil, bearer(access))
	require.Equal(t, "application/json", r.header.Get("Content-Type"))
	require.Contains(t, r.body, `"usual_name":"Laurent"`)
	require.NotContains(t, r.body, `"iss"`)
}

func TestRotatedKeysStillVerify(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	_, before := s.tokens(t, "agent@ales.demo")
	require.NoError(t, s.RotateKeys())
	_, after := s.tokens(t, "agent@ales.demo")
	keys := s.keys(t)
	require.Len(t, keys.Keys, 2)
	require.Equal(t, claims(t, before, keys)["sub"], claims(t, after, keys)["sub"])
	for _, k := range keys.Keys {
		require.True(t, k.IsPublic(), "a private key is published")
	}
}

func TestEndOfSession(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	_, id := s.tokens(t, "agent@ales.demo")
	tests := map[string]struct {
		change func(url.Values)
		status int
	}{
		"as agreed":           {func(url.Values) {}, http.StatusSeeOther},
		"long after":          {func(url.Values) { s.advance(13 * time.Hour) }, http.StatusSeeOther},
		"without a hint":      {func(q url.Values) { q.Del("id_token_hint") }, http.StatusBadRequest},
		"with a cut hint":     {func(q url.Values) { q.Set("id_token_hint", id[:len(id)-4]) }, http.StatusBadRequest},
		"without a state":     {func(q url.Values) { q.Del("state") }, http.StatusBadRequest},
		"to another address":  {func(q url.Values) { q.Set("post_logout_redirect_uri", "https://evil.test/") }, http.StatusBadRequest},
		"with another's hint": {func(q url.Values) { q.Set("id_token_hint", foreign(t)) }, http.StatusBadRequest},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			q := url.Values{"id_token_hint": {id}, "state": {state}, "post_logout_redirect_uri": {goodbye}}
			test.change(q)
			r := s.do(t, http.MethodGet, s.issuer+"/session/end?"+q.Encode(), nil, nil)
			require.Equal(t, test.status, r.status)
			if test.status == http.StatusSeeOther {
				require.Equal(t, goodbye+"?state="+state, r.header.Get("Location"))
			}
		})
	}
	s.Break(localidp.Faults{LogoutFails: true})
	q := url.Values{"id_token_hint": {id}, "state": {state}, "post_logout_redirect_uri": {goodbye}}
	require.Equal(t, http.StatusBadRequest, s.do(t, http.MethodGet, s.issuer+"/session/end?"+q.Encode(), nil, nil).status)
}

// foreign is an id_token made for another client.
func foreign(t *testing.T) string {
	t.Helper()
	s := start(t, nil)
	s.Break(localidp.Faults{IDToken: localidp.Set(map[string]any{"aud": "another-client"})})
	_, id := s.tokens(t, "agent@ales.demo")
	return id
}

func TestFaults(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.Break(localidp.Faults{Down: true})
	require.Equal(t, http.StatusServiceUnavailable, s.do(t, http.MethodGet, s.issuer+"/jwks", nil, nil).status)

	s.Break(localidp.Faults{
		IDToken:  localidp.Set(map[string]any{"aud": "other"}),
		Userinfo: localidp.Set(map[string]any{"siret": nil, "sub": "somebody"}),
	})
	access, id := s.tokens(t, "agent@ales.demo")
	require.Equal(t, "other", claims(t, id, s.keys(t))["aud"])
	info := claims(t, s.do(t, http.MethodGet, s.issuer+"/userinfo", nil, bearer(access)).body, s.keys(t))
	require.Equal(t, "somebody", info["sub"])
	require.NotContains(t, info, "siret")

	for signature, algorithm := range map[localidp.Signature]string{
		localidp.SignedByNobody: "none", localidp.SignedWithSecret: "HS256", localidp.SignedByStranger: "ES256",
	} {
		s.Break(localidp.Faults{IDTokenSignature: signature})
		_, id := s.tokens(t, "agent@ales.demo")
		header, err := base64.RawURLEncoding.DecodeString(strings.Split(id, ".")[0])
		require.NoError(t, err)
		require.Contains(t, string(header), `"alg":"`+algorithm+`"`)
		if parsed, err := jwt.ParseSigned(id, []jose.SignatureAlgorithm{jose.ES256}); err == nil {
			require.Error(t, parsed.Claims(s.keys(t), &map[string]any{}))
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	shown := s.open(t, request())
	doc := page(t, shown)
	policy := shown.header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'")
	require.Contains(t, policy, "form-action 'self' https://acv.test")
	require.NotContains(t, shown.body, "⟦", "a message is missing")
	require.Zero(t, doc.Find("script, style, [style], [onclick], img").Length())
	require.Equal(t, "fr", doc.Find("html").AttrOr("lang", ""))
	require.Equal(t, 1, doc.Find("h1").Length())
	require.Equal(t, 18, doc.Find("button[name=account]").Length())
	doc.Find("input:not([type=hidden])").Each(func(_ int, input *goquery.Selection) {
		require.Equal(t, 1, doc.Find("label[for="+input.AttrOr("id", "?")+"]").Length())
	})
	css := s.do(t, http.MethodGet, strings.TrimSuffix(s.issuer, "/api/v2")+doc.Find("link[rel=stylesheet]").AttrOr("href", ""), nil, nil)
	require.Equal(t, http.StatusOK, css.status)
	require.Contains(t, css.header.Get("Content-Type"), "text/css")
	for _, q := range []url.Values{{"x": {"<script>"}}, request()} {
		require.NotContains(t, s.open(t, q).body, "<script>")
	}
}

func TestDemoAccounts(t *testing.T) {
	t.Parallel()
	var emails []string
	for _, d := range localidp.DemoAccounts() {
		emails = append(emails, d.Email)
		require.Len(t, d.Siret, 14, d.Email)
		require.True(t, luhn(d.Siret), "%s: %s", d.Email, d.Siret)
		require.True(t, luhn(d.Siret[:9]), "%s: SIREN %s", d.Email, d.Siret[:9])
	}
	for _, slug := range []string{"ales", "bayonne", "fecamp", "niort", "saint-omer", "vitre"} {
		require.Contains(t, emails, "admin@"+slug+".demo")
		require.Contains(t, emails, "agent@"+slug+".demo")
	}
	for _, email := range []string{"bdt@demo", "odf@demo", "odf2@demo", "lpo@demo", "elagueur@demo", "operator@demo"} {
		require.Contains(t, emails, email)
	}
	slices.Sort(emails)
	require.Len(t, slices.Compact(emails), 18)
}

// luhn is written from the definition (ISO/IEC 7812-1, annex B), apart from the
// product's.
func luhn(digits string) bool {
	double := [10]int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}
	sum := 0
	for i, c := range digits {
		d := int(c - '0')
		if (len(digits)-i)%2 == 0 {
			d = double[d]
		}
		sum += d
	}
	return sum%10 == 0
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	good := localidp.Options{Issuer: "http://localhost:1", ClientID: "a", ClientSecret: "b", Redirects: []string{callback}}
	for name, change := range map[string]func(*localidp.Options){
		"no issuer":        func(o *localidp.Options) { o.Issuer = "" },
		"trailing slash":   func(o *localidp.Options) { o.Issuer += "/" },
		"no client":        func(o *localidp.Options) { o.ClientID = "" },
		"no secret":        func(o *localidp.Options) { o.ClientSecret = "" },
		"no callback":      func(o *localidp.Options) { o.Redirects = nil },
		"a weak signature": func(o *localidp.Options) { o.Algorithm = jose.HS256 },
	} {
		o := good
		change(&o)
		_, err := localidp.New(o)
		require.Error(t, err, name)
	}
	_, err := localidp.New(good)
	require.NoError(t, err)
}
