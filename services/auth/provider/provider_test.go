package provider_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"acvdata/services/auth/provider"
	"acvdata/services/fault"
	"acvdata/services/localidp"
	"acvdata/services/localidp/idptest"
)

const (
	callback = "https://acv.test/auth/callback"
	goodbye  = "https://acv.test/deconnexion"
)

func settings(s *idptest.Server) provider.Settings {
	return provider.Settings{
		Issuer: s.Issuer, ClientID: idptest.ClientID, ClientSecret: idptest.ClientSecret,
		Redirect: callback, PostLogout: goodbye,
		Scopes:         strings.Fields("openid given_name usual_name email siret uid idp_id"),
		SignedUserinfo: true, Timeout: 5 * time.Second, Now: s.Clock.Now,
	}
}

func start(t *testing.T) (*idptest.Server, *provider.Provider) {
	t.Helper()
	s := idptest.Start(t, callback, goodbye, nil)
	return s, provider.New(settings(s))
}

// comeBack signs in at the provider and reads the callback's parameters.
func comeBack(t *testing.T, s *idptest.Server, p *provider.Provider, a provider.Attempt, email string) provider.Answer {
	t.Helper()
	address, err := p.AuthURL(t.Context(), a, "")
	require.NoError(t, err)
	got := s.SignIn(t, address, email)
	q := got.Query()
	require.Equal(t, a.State, q.Get("state"))
	return provider.Answer{Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error"), Description: q.Get("error_description")}
}

func signIn(t *testing.T, s *idptest.Server, p *provider.Provider, email string) (*provider.Person, error) {
	t.Helper()
	a := provider.NewAttempt()
	return p.Redeem(t.Context(), a, comeBack(t, s, p, a, email))
}

func TestAPersonSignsIn(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*localidp.Options){
		"ES256": nil,
		"RS256": func(o *localidp.Options) { o.Algorithm = jose.RS256 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := idptest.Start(t, callback, goodbye, change)
			p := provider.New(settings(s))
			person, err := signIn(t, s, p, "agent@saint-omer.demo")
			require.NoError(t, err)
			require.Equal(t, s.Issuer, person.Issuer)
			require.Len(t, person.Subject, 64)
			require.Equal(t, "Nicolas Vandamme", person.Name)
			require.Equal(t, "agent@saint-omer.demo", person.Email)
			require.True(t, strings.HasPrefix(person.Siret, "216207654"))
			require.Equal(t, localidp.DefaultACR, person.ACR)
			require.Equal(t, []string{"pwd"}, person.AMR)

			again, err := signIn(t, s, p, "agent@saint-omer.demo")
			require.NoError(t, err)
			require.Equal(t, person.Subject, again.Subject)
			require.EqualValues(t, 1, s.Requests("/.well-known/openid-configuration"), "discovery is made once")
		})
	}
}

func TestWhatIsSentToTheProvider(t *testing.T) {
	t.Parallel()
	s := idptest.Start(t, callback, goodbye, nil)
	wanted := settings(s)
	wanted.ACR = []string{"eidas0-mfa", "eidas1-mfa"}
	a := provider.NewAttempt()
	address, err := provider.New(wanted).AuthURL(t.Context(), a, "agent@ales.demo")
	require.NoError(t, err)
	u, err := url.Parse(address)
	require.NoError(t, err)
	q := u.Query()
	require.Equal(t, "S256", q.Get("code_challenge_method"))
	require.NotContains(t, address, a.Verifier, "the verifier stays at home")
	require.GreaterOrEqual(t, len(q.Get("state")), 32)
	require.GreaterOrEqual(t, len(q.Get("nonce")), 32)
	require.Equal(t, "agent@ales.demo", q.Get("login_hint"))
	require.Empty(t, q.Get("acr_values"), "a wish that some providers answer without checking")
	require.JSONEq(t, `{"id_token":{"amr":{"essential":true},"acr":{"essential":true,"values":["eidas0-mfa","eidas1-mfa"]}}}`, q.Get("claims"))
	require.NotEqual(t, provider.NewAttempt(), provider.NewAttempt())
}

// Each fault of the provider ends the sign-in, with the fault people see.
func TestABrokenProviderSignsNobodyIn(t *testing.T) {
	t.Parallel()
	set := func(name string, value any) func(map[string]any) {
		return localidp.Set(map[string]any{name: value})
	}
	tests := map[string]struct {
		faults localidp.Faults
		key    string
		code   fault.Code
	}{
		"id_token of another issuer":       {localidp.Faults{IDToken: set("iss", "https://evil.test")}, "auth.fault.unverified", fault.Forbidden},
		"id_token for another client":      {localidp.Faults{IDToken: set("aud", "another-client")}, "auth.fault.unverified", fault.Forbidden},
		"id_token for several, no azp":     {localidp.Faults{IDToken: set("aud", []string{idptest.ClientID, "b"})}, "auth.fault.unverified", fault.Forbidden},
		"id_token made for another party":  {localidp.Faults{IDToken: set("azp", "b")}, "auth.fault.unverified", fault.Forbidden},
		"id_token of another attempt":      {localidp.Faults{IDToken: set("nonce", "another-nonce")}, "auth.fault.unverified", fault.Forbidden},
		"id_token without nonce":           {localidp.Faults{IDToken: set("nonce", nil)}, "auth.fault.unverified", fault.Forbidden},
		"id_token without sub":             {localidp.Faults{IDToken: set("sub", nil)}, "auth.fault.unverified", fault.Forbidden},
		"id_token expired":                 {localidp.Faults{IDToken: set("exp", int64(1))}, "auth.fault.unverified", fault.Forbidden},
		"id_token that never expires":      {localidp.Faults{IDToken: set("exp", nil)}, "auth.fault.unverified", fault.Forbidden},
		"id_token of another access token": {localidp.Faults{IDToken: set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")}, "auth.fault.unverified", fault.Forbidden},
		"id_token signed by nobody":        {localidp.Faults{IDTokenSignature: localidp.SignedByNobody}, "auth.fault.unverified", fault.Forbidden},
		"id_token signed with HS256":       {localidp.Faults{IDTokenSignature: localidp.SignedWithSecret}, "auth.fault.unverified", fault.Forbidden},
		"id_token signed by a stranger":    {localidp.Faults{IDTokenSignature: localidp.SignedByStranger}, "auth.fault.unverified", fault.Forbidden},
		"userinfo of another person":       {localidp.Faults{Userinfo: set("sub", "somebody")}, "auth.fault.unverified", fault.Forbidden},
		"userinfo without sub":             {localidp.Faults{Userinfo: set("sub", nil)}, "auth.fault.unverified", fault.Forbidden},
		"userinfo of another issuer":       {localidp.Faults{Userinfo: set("iss", "https://evil.test")}, "auth.fault.unverified", fault.Forbidden},
		"userinfo for another client":      {localidp.Faults{Userinfo: set("aud", "another-client")}, "auth.fault.unverified", fault.Forbidden},
		"userinfo for nobody":              {localidp.Faults{Userinfo: set("aud", nil)}, "auth.fault.unverified", fault.Forbidden},
		"userinfo expired":                 {localidp.Faults{Userinfo: set("exp", int64(1))}, "auth.fault.unverified", fault.Forbidden},
		"userinfo in plain JSON":           {localidp.Faults{PlainUserinfo: true}, "auth.fault.unverified", fault.Forbidden},
		"userinfo signed by nobody":        {localidp.Faults{UserinfoSignature: localidp.SignedByNobody}, "auth.fault.unverified", fault.Forbidden},
		"userinfo signed with HS256":       {localidp.Faults{UserinfoSignature: localidp.SignedWithSecret}, "auth.fault.unverified", fault.Forbidden},
		"userinfo signed by a stranger":    {localidp.Faults{UserinfoSignature: localidp.SignedByStranger}, "auth.fault.unverified", fault.Forbidden},
		"callback of another issuer":       {localidp.Faults{CallbackIssuer: "https://evil.test"}, "auth.fault.unverified", fault.Forbidden},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, p := start(t)
			_, err := signIn(t, s, p, "agent@ales.demo")
			require.NoError(t, err, "in good health")
			s.Break(test.faults)
			_, err = signIn(t, s, p, "agent@ales.demo")
			require.Equal(t, test.code, fault.From(err).Code, err)
			require.Equal(t, test.key, fault.From(err).Key, err)
			s.Break(localidp.Faults{})
			_, err = signIn(t, s, p, "agent@ales.demo")
			require.NoError(t, err, "mended")
		})
	}
}

func TestAnswersThatGrantNothing(t *testing.T) {
	t.Parallel()
	s, p := start(t)
	tests := map[string]struct {
		change func(*provider.Attempt, *provider.Answer)
		key    string
		code   fault.Code
	}{
		"a code used twice": {func(a *provider.Attempt, got *provider.Answer) {
			_, err := p.Redeem(t.Context(), *a, *got)
			require.NoError(t, err)
		}, "auth.fault.code_spent", fault.Invalid},
		"a code after 31 s":       {func(*provider.Attempt, *provider.Answer) { s.Clock.Advance(31 * time.Second) }, "auth.fault.code_spent", fault.Invalid},
		"a code nobody gave":      {func(_ *provider.Attempt, got *provider.Answer) { got.Code = "x" }, "auth.fault.code_spent", fault.Invalid},
		"another's verifier":      {func(a *provider.Attempt, _ *provider.Answer) { a.Verifier = provider.NewAttempt().Verifier }, "auth.fault.code_spent", fault.Invalid},
		"another's nonce":         {func(a *provider.Attempt, _ *provider.Answer) { a.Nonce = provider.NewAttempt().Nonce }, "auth.fault.unverified", fault.Forbidden},
		"an empty nonce":          {func(a *provider.Attempt, _ *provider.Answer) { a.Nonce = "" }, "auth.fault.unverified", fault.Forbidden},
		"no issuer":               {func(_ *provider.Attempt, got *provider.Answer) { got.Issuer = "" }, "auth.fault.unverified", fault.Forbidden},
		"the person gave up":      {func(_ *provider.Attempt, got *provider.Answer) { got.Error = "access_denied" }, "auth.fault.cancelled", fault.Forbidden},
		"a silent sign-in":        {func(_ *provider.Attempt, got *provider.Answer) { got.Error = "login_required" }, "auth.fault.sign_in_again", fault.Unauthenticated},
		"a private organisation":  {func(_ *provider.Attempt, got *provider.Answer) { got.Error = "Y500015" }, "auth.fault.private_organisation", fault.Forbidden},
		"the provider overloaded": {func(_ *provider.Attempt, got *provider.Answer) { got.Error = "temporarily_unavailable" }, "auth.fault.provider_away", fault.Unavailable},
		"an error we do not know": {func(_ *provider.Attempt, got *provider.Answer) { got.Error = "Y000400" }, "auth.fault.refused", fault.Forbidden},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			a := provider.NewAttempt()
			got := comeBack(t, s, p, a, "agent@ales.demo")
			test.change(&a, &got)
			_, err := p.Redeem(t.Context(), a, got)
			require.Equal(t, test.code, fault.From(err).Code, err)
			require.Equal(t, test.key, fault.From(err).Key, err)
		})
	}
	_, err := p.Redeem(t.Context(), provider.NewAttempt(), provider.Answer{Error: `"><script>alert(1)</script>`})
	require.Equal(t, fault.Args{"Code": "inconnu"}, fault.From(err).Args)
}

func TestLevels(t *testing.T) {
	t.Parallel()
	s := idptest.Start(t, callback, goodbye, nil)
	enough := settings(s)
	enough.ACR = []string{"eidas1", localidp.DefaultACR}
	_, err := signIn(t, s, provider.New(enough), "agent@ales.demo")
	require.NoError(t, err)
	more := settings(s)
	more.ACR = []string{"eidas1"}
	_, err = signIn(t, s, provider.New(more), "agent@ales.demo")
	require.Equal(t, "auth.fault.cancelled", fault.From(err).Key, "the provider itself refuses")
	// A provider that ignores what was asked for.
	s.Break(localidp.Faults{IDToken: localidp.Set(map[string]any{"acr": "eidas0-low"})})
	_, err = signIn(t, s, provider.New(enough), "agent@ales.demo")
	require.Equal(t, "auth.fault.weak", fault.From(err).Key)
}

func TestUserinfoInPlainJSONWhereItIsAllowed(t *testing.T) {
	t.Parallel()
	s := idptest.Start(t, callback, goodbye, func(o *localidp.Options) { o.JSONUserinfo = true })
	relaxed := settings(s)
	relaxed.SignedUserinfo = false
	p := provider.New(relaxed)
	person, err := signIn(t, s, p, "agent@ales.demo")
	require.NoError(t, err)
	require.Equal(t, "Julien Roux", person.Name)
	s.Break(localidp.Faults{Userinfo: localidp.Set(map[string]any{"sub": "somebody"})})
	_, err = signIn(t, s, p, "agent@ales.demo")
	require.Equal(t, "auth.fault.unverified", fault.From(err).Key)

	// A provider that signs although it need not.
	signed := idptest.Start(t, callback, goodbye, nil)
	relaxed = settings(signed)
	relaxed.SignedUserinfo = false
	_, err = signIn(t, signed, provider.New(relaxed), "agent@ales.demo")
	require.NoError(t, err)
}

func TestWhatUserinfoMayLack(t *testing.T) {
	t.Parallel()
	s, p := start(t)
	tests := map[string]struct {
		change map[string]any
		want   func(*provider.Person) bool
	}{
		"no SIRET":                  {map[string]any{"siret": nil}, func(p *provider.Person) bool { return p.Siret == "" && p.Email != "" }},
		"no e-mail":                 {map[string]any{"email": nil}, func(p *provider.Person) bool { return p.Email == "" }},
		"an e-mail in capitals":     {map[string]any{"email": " Agent@ALES.demo "}, func(p *provider.Person) bool { return p.Email == "agent@ales.demo" }},
		"a disputed e-mail":         {map[string]any{"email_verified": false}, func(p *provider.Person) bool { return p.Email == "" }},
		"a confirmed e-mail":        {map[string]any{"email_verified": true}, func(p *provider.Person) bool { return p.Email == "agent@ales.demo" }},
		"a look-alike e-mail":       {map[string]any{"email": "\u212Aim@ales.demo"}, func(p *provider.Person) bool { return p.Email == "" }},
		"the textbook's names":      {map[string]any{"usual_name": nil, "family_name": "Roux-Martin"}, func(p *provider.Person) bool { return p.Name == "Julien Roux-Martin" }},
		"no names":                  {map[string]any{"usual_name": nil, "given_name": nil}, func(p *provider.Person) bool { return p.Name == "agent@ales.demo" }},
		"a name of several lines":   {map[string]any{"usual_name": "Roux\r\n\u0000X"}, func(p *provider.Person) bool { return p.Name == "Julien RouxX" }},
		"a name as long as a novel": {map[string]any{"usual_name": strings.Repeat("é", 9000)}, func(p *provider.Person) bool { return len([]rune(p.Name)) == 200 }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s.Break(localidp.Faults{Userinfo: localidp.Set(test.change)})
			person, err := signIn(t, s, p, "agent@ales.demo")
			require.NoError(t, err)
			require.True(t, test.want(person), "%+v", person)
		})
	}
}

func TestKeysMayRotate(t *testing.T) {
	t.Parallel()
	s, p := start(t)
	for range 3 {
		_, err := signIn(t, s, p, "agent@ales.demo")
		require.NoError(t, err)
		require.NoError(t, s.RotateKeys())
	}
}

func TestAProviderThatIsAwayIsNotHammered(t *testing.T) {
	t.Parallel()
	s, p := start(t)
	s.Break(localidp.Faults{Down: true})
	ask := func() error {
		_, err := p.AuthURL(t.Context(), provider.NewAttempt(), "")
		return err
	}
	asked := func() int64 { return s.Requests("/.well-known/openid-configuration") }
	for range 5 {
		require.Equal(t, "auth.fault.provider_away", fault.From(ask()).Key)
	}
	require.EqualValues(t, 1, asked(), "nobody asks again at once")
	for i, wait := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		s.Clock.Advance(wait*time.Second - time.Millisecond)
		require.Error(t, ask())
		require.EqualValues(t, i+1, asked(), "before the wait of %d s is over", wait)
		s.Clock.Advance(time.Millisecond)
		require.Error(t, ask())
		require.EqualValues(t, i+2, asked(), "after the wait of %d s", wait)
	}
	s.Break(localidp.Faults{})
	s.Clock.Advance(time.Minute)
	require.NoError(t, ask())
	s.Break(localidp.Faults{Down: true})
	require.NoError(t, ask(), "what was found is kept")
}

func TestASlowProviderIsGivenUp(t *testing.T) {
	t.Parallel()
	s := idptest.Start(t, callback, goodbye, nil)
	s.Break(localidp.Faults{SlowDiscovery: true})
	impatient := settings(s)
	impatient.Timeout = 500 * time.Millisecond
	p := provider.New(impatient)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := p.AuthURL(t.Context(), provider.NewAttempt(), "")
			if !fault.Is(err, fault.Unavailable) {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, s.Requests("/.well-known/openid-configuration"), "people who wait together share one request")

	patient := provider.New(settings(s))
	gone, leave := context.WithCancel(t.Context())
	leave()
	_, err := patient.AuthURL(gone, provider.NewAttempt(), "")
	require.ErrorIs(t, err, context.Canceled)
}

func TestAProviderThatFailsInTheMiddle(t *testing.T) {
	t.Parallel()
	s, p := start(t)
	a := provider.NewAttempt()
	got := comeBack(t, s, p, a, "agent@ales.demo")
	s.Break(localidp.Faults{Down: true})
	_, err := p.Redeem(t.Context(), a, got)
	require.Equal(t, "auth.fault.provider_away", fault.From(err).Key)

	wrong := settings(s)
	wrong.ClientSecret = "another"
	s.Break(localidp.Faults{})
	p = provider.New(wrong)
	got = comeBack(t, s, p, a, "agent@ales.demo")
	_, err = p.Redeem(t.Context(), a, got)
	require.Equal(t, "auth.fault.client_refused", fault.From(err).Key)
}

func TestADiscoveryDocumentOfAnotherIssuerIsRefused(t *testing.T) {
	t.Parallel()
	s := idptest.Start(t, callback, goodbye, nil)
	mirror := httptest.NewServer(http.RedirectHandler(s.Issuer+"/.well-known/openid-configuration", http.StatusFound))
	t.Cleanup(mirror.Close)
	moved := settings(s)
	moved.Issuer = mirror.URL
	_, err := provider.New(moved).AuthURL(t.Context(), provider.NewAttempt(), "")
	require.True(t, fault.Is(err, fault.Unavailable), "redirects are not followed: %v", err)
	lying := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"issuer":"` + s.Issuer + `","userinfo_endpoint":"x"}`))
	}))
	t.Cleanup(lying.Close)
	moved.Issuer = lying.URL
	_, err = provider.New(moved).AuthURL(t.Context(), provider.NewAttempt(), "")
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
}

func TestLogout(t *testing.T) {
	t.Parallel()
	s, p := start(t)
	person, err := signIn(t, s, p, "agent@ales.demo")
	require.NoError(t, err)
	address, err := p.LogoutURL(t.Context(), person.IDToken)
	require.NoError(t, err)
	back := s.SignIn(t, address, "")
	require.Equal(t, goodbye, back.Scheme+"://"+back.Host+back.Path)
	require.GreaterOrEqual(t, len(back.Query().Get("state")), 32)
	_, err = p.LogoutURL(t.Context(), "")
	require.Error(t, err, "without an id_token the provider would refuse")
}

func TestWithoutAProvider(t *testing.T) {
	t.Parallel()
	p := provider.New(provider.Settings{})
	require.False(t, p.Configured())
	_, err := p.AuthURL(t.Context(), provider.NewAttempt(), "")
	require.Equal(t, "auth.fault.not_configured", fault.From(err).Key)
	require.False(t, errors.Is(err, context.Canceled))
}

func TestNormalEmail(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		" Claire.Fabre@Ales.FR\n": "claire.fabre@ales.fr", "bdt@demo": "bdt@demo",
		"": "", "ales.fr": "", "@ales.fr": "", "a@": "", "a b@c.fr": "", "a\x00@c.fr": "", "é@c.fr": "",
		strings.Repeat("a", 250) + "@b.fr": "",
	} {
		require.Equal(t, want, provider.NormalEmail(text), text)
	}
}
