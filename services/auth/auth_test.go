package auth_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"acvdata/services/auth"
	"acvdata/services/auth/provider"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/localidp"
)

func TestAPersonSignsIn(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.promise(t, s.ales, theAdmin, authz.Admin)
	arrival, err := s.Finish(t.Context(), s.travel(t, theAdmin, "/ales/espace/arbres?page=2").callback)
	require.NoError(t, err)
	require.Equal(t, "/ales/espace/arbres?page=2", arrival.ReturnTo)
	require.Len(t, arrival.Session, 43, "256 bits")

	actor := s.actor(t, arrival.Session)
	require.Equal(t, "Claire Fabre", actor.Name)
	require.Equal(t, theAdmin, actor.Email)
	require.True(t, actor.Administers(s.ales.ID))
	require.False(t, actor.Administers(s.bayonne.ID))
	require.Nil(t, actor.Token)

	again := s.actor(t, s.signIn(t, theAdmin))
	require.Equal(t, actor.AccountID, again.AccountID, "the same person has the same account")
	require.NotEqual(t, actor.SessionID, again.SessionID)
	require.Len(t, again.Towns, 1)
}

func TestNobodyAndStrangers(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	actor, err := s.Authenticate(t.Context(), "", "", address)
	require.NoError(t, err)
	require.True(t, actor.Nobody())
	_, err = s.Authenticate(t.Context(), "a cookie nobody was given", "", address)
	wantFault(t, err, fault.Unauthenticated, "auth.fault.session_ended")

	stranger := s.actor(t, s.signIn(t, "agent@niort.demo"))
	require.False(t, stranger.Nobody())
	require.Empty(t, stranger.Towns, "a SIRET of a town gives nothing")
	require.Empty(t, stranger.Platform)
}

func TestAnAccountIsAnIssuerAndASubjectNeverAnEmail(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.promise(t, s.ales, theAdmin, authz.Admin)
	first := s.actor(t, s.signIn(t, theAdmin))
	// Somebody else at the provider now has the same address.
	s.idp.Break(localidp.Faults{Userinfo: localidp.Set(map[string]any{"email": theAdmin})})
	second := s.actor(t, s.signIn(t, "agent@niort.demo"))
	require.Equal(t, theAdmin, second.Email)
	require.NotEqual(t, first.AccountID, second.AccountID)
	require.Empty(t, second.Towns, "the promise was taken up by the first account")
	// And the first person changes address: still the same account.
	s.idp.Break(localidp.Faults{Userinfo: localidp.Set(map[string]any{"email": "claire@autre.fr"})})
	third := s.actor(t, s.signIn(t, theAdmin))
	require.Equal(t, first.AccountID, third.AccountID)
	require.Equal(t, "claire@autre.fr", third.Email)
	require.True(t, third.Administers(s.ales.ID))
}

func TestADisputedEmailTakesNothingUp(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.promise(t, s.ales, theAdmin, authz.Admin)
	for _, claims := range []map[string]any{{"email_verified": false}, {"email": nil}, {"email": "admin@ales.demo.evil.fr"}} {
		s.idp.Break(localidp.Faults{Userinfo: localidp.Set(claims)})
		require.Empty(t, s.actor(t, s.signIn(t, theAdmin)).Towns, "%v", claims)
	}
	s.idp.Break(localidp.Faults{})
	require.NotEmpty(t, s.actor(t, s.signIn(t, theAdmin)).Towns)
}

// Callbacks that must sign nobody in, and what the person is told.
func TestCallbacksThatAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	tests := map[string]struct {
		change func(*auth.Callback)
		code   fault.Code
		key    string
	}{
		"a forged state":              {func(c *auth.Callback) { c.State = provider.NewAttempt().State }, fault.Invalid, "auth.fault.unknown_attempt"},
		"no state":                    {func(c *auth.Callback) { c.State = "" }, fault.Invalid, "auth.fault.unknown_attempt"},
		"another attempt's state":     {func(c *auth.Callback) { c.State = s.travel(t, theAgent, "/").callback.State }, fault.Invalid, "auth.fault.other_browser"},
		"another browser":             {func(c *auth.Callback) { c.Browser = s.travel(t, theAgent, "/").departure.Browser }, fault.Invalid, "auth.fault.other_browser"},
		"a browser without cookie":    {func(c *auth.Callback) { c.Browser = "" }, fault.Invalid, "auth.fault.other_browser"},
		"another attempt's code":      {func(c *auth.Callback) { c.Answer.Code = s.travel(t, theAgent, "/").callback.Answer.Code }, fault.Invalid, "auth.fault.code_spent"},
		"another issuer's answer":     {func(c *auth.Callback) { c.Answer.Issuer = "https://evil.test" }, fault.Forbidden, "auth.fault.unverified"},
		"a person who gave up":        {func(c *auth.Callback) { c.Answer.Error = "access_denied" }, fault.Forbidden, "auth.fault.cancelled"},
		"an answer after 16 minutes":  {func(*auth.Callback) { s.idp.Clock.Advance(16 * time.Minute) }, fault.Invalid, "auth.fault.unknown_attempt"},
		"an answer after a minute":    {func(*auth.Callback) { s.idp.Clock.Advance(time.Minute) }, fault.Invalid, "auth.fault.code_spent"},
		"a provider gone in between":  {func(*auth.Callback) { s.idp.Break(localidp.Faults{Down: true}) }, fault.Unavailable, "auth.fault.provider_away"},
		"an id_token for another one": {func(*auth.Callback) { s.idp.Break(localidp.Faults{IDToken: localidp.Set(map[string]any{"aud": "x"})}) }, fault.Forbidden, "auth.fault.unverified"},
		"userinfo of another person":  {func(*auth.Callback) { s.idp.Break(localidp.Faults{Userinfo: localidp.Set(map[string]any{"sub": "x"})}) }, fault.Forbidden, "auth.fault.unverified"},
		"a nonce of another attempt": {func(*auth.Callback) {
			s.idp.Break(localidp.Faults{IDToken: localidp.Set(map[string]any{"nonce": "x"})})
		}, fault.Forbidden, "auth.fault.unverified"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := s.travel(t, theAdmin, "/").callback
			test.change(&c)
			arrival, err := s.Finish(t.Context(), c)
			wantFault(t, err, test.code, test.key)
			require.Empty(t, arrival.Session)
			s.idp.Break(localidp.Faults{})
		})
	}
}

func TestACallbackServesOnce(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	c := s.travel(t, theAdmin, "/").callback
	_, err := s.Finish(t.Context(), c)
	require.NoError(t, err)
	_, err = s.Finish(t.Context(), c)
	wantFault(t, err, fault.Invalid, "auth.fault.unknown_attempt")

	failed := s.travel(t, theAdmin, "/").callback
	wrong := failed
	wrong.Browser = "another"
	_, err = s.Finish(t.Context(), wrong)
	require.Error(t, err)
	_, err = s.Finish(t.Context(), failed)
	wantFault(t, err, fault.Invalid, "auth.fault.unknown_attempt")
}

func TestTabsOfOneBrowserShareItsCookie(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	first, err := s.Begin(t.Context(), auth.Start{ReturnTo: "/ales/", IP: address})
	require.NoError(t, err)
	second, err := s.Begin(t.Context(), auth.Start{ReturnTo: "/bayonne/", IP: address, Browser: first.Browser})
	require.NoError(t, err)
	require.Equal(t, first.Browser, second.Browser)
	for _, tab := range []struct{ url, want string }{{second.URL, "/bayonne/"}, {first.URL, "/ales/"}} {
		arrival, err := s.Finish(t.Context(), callbackOf(s.idp.SignIn(t, tab.url, theAgent), first.Browser))
		require.NoError(t, err)
		require.Equal(t, tab.want, arrival.ReturnTo)
	}
	planted, err := s.Begin(t.Context(), auth.Start{IP: address, Browser: "short"})
	require.NoError(t, err)
	require.Len(t, planted.Browser, 43, "a cookie that we did not make is replaced")
}

func TestStaffOfThePlatform(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for range 2 { // every start promises again
		require.NoError(t, s.PromiseStaff(s.operator(t), "BDT@demo ", authz.Supervisor))
	}
	require.NoError(t, s.PromiseStaff(s.operator(t), "bdt@demo", authz.Editor))
	actor := s.actor(t, s.signIn(t, "bdt@demo"))
	require.Equal(t, []authz.Role{authz.Editor, authz.Supervisor}, actor.Platform)
	require.False(t, actor.Administers(s.ales.ID))

	// Somebody else turns up with the address: the roles are taken.
	s.idp.Break(localidp.Faults{Userinfo: localidp.Set(map[string]any{"email": "bdt@demo"})})
	require.Empty(t, s.actor(t, s.signIn(t, theAgent)).Platform)
	s.idp.Break(localidp.Faults{})
	require.Len(t, s.actor(t, s.signIn(t, "bdt@demo")).Platform, 2)

	wantFault(t, s.PromiseStaff(s.as(t, actor), "x@y.fr", authz.Operator), fault.Forbidden, "auth.fault.not_operator")
	wantFault(t, s.PromiseStaff(s.operator(t), "x@y.fr", authz.Agent), fault.Invalid, "auth.fault.bad_form")
	wantFault(t, s.PromiseStaff(s.operator(t), "nobody", authz.Operator), fault.Invalid, "auth.fault.bad_form")
}

func TestTheLocalProviderOnAnotherPortKeepsItsPeople(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	move := func(from, to string) {
		require.NoError(t, s.db.InPlatform(t.Context(), func(ctx context.Context, tx *db.PlatformTx) error {
			_, err := tx.Exec(ctx, `UPDATE platform.identity SET issuer = $2 WHERE issuer = $1`, from, to)
			return err
		}))
	}
	first := s.actor(t, s.signIn(t, theAgent)).AccountID
	move(s.idp.Issuer, "http://localhost:8085") // as if they had signed in there
	require.NoError(t, s.KeepLocalAccounts(s.operator(t), s.idp.Issuer))
	require.Equal(t, first, s.actor(t, s.signIn(t, theAgent)).AccountID)

	move(s.idp.Issuer, "https://identite.example") // anywhere else is somebody else's word
	require.NoError(t, s.KeepLocalAccounts(s.operator(t), s.idp.Issuer))
	require.NotEqual(t, first, s.actor(t, s.signIn(t, theAgent)).AccountID)
	wantFault(t, s.KeepLocalAccounts(t.Context(), s.idp.Issuer), fault.Forbidden, "auth.fault.not_operator")
}

func TestFirstSignInsAtTheSameMomentMakeOneAccount(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.promise(t, s.ales, theAgent, authz.Agent)
	trips := make([]auth.Callback, 4)
	for i := range trips {
		trips[i] = s.travel(t, theAgent, "/").callback
	}
	accounts := make([]uuid.UUID, len(trips))
	s.meet(t, len(trips), `LOCK TABLE platform.identity IN SHARE MODE`, func(i int) {
		arrival, err := s.Finish(t.Context(), trips[i])
		if err != nil {
			t.Errorf("sign-in %d: %v", i, err)
			return
		}
		actor, err := s.Authenticate(t.Context(), arrival.Session, "", address)
		if err != nil || len(actor.Towns) != 1 {
			t.Errorf("sign-in %d: %+v, %v", i, actor, err)
		}
		accounts[i] = actor.AccountID
	})
	for _, id := range accounts {
		require.Equal(t, accounts[0], id)
	}
}

func TestTooManySignIns(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	begin := func(ip string) error {
		_, err := s.Begin(t.Context(), auth.Start{IP: ip})
		return err
	}
	var refused error
	for range 100 {
		if refused = begin("198.51.100.1"); refused != nil {
			break
		}
	}
	wantFault(t, refused, fault.TooMany, "auth.fault.too_many")
	require.NoError(t, begin("198.51.100.2"), "another address is not held up")
	s.idp.Clock.Advance(time.Minute)
	require.NoError(t, begin("198.51.100.1"))

	for range 100 {
		if _, refused = s.Finish(t.Context(), auth.Callback{State: "x", IP: "198.51.100.3"}); fault.Is(refused, fault.TooMany) {
			break
		}
	}
	wantFault(t, refused, fault.TooMany, "auth.fault.too_many")

	for i := range 100 { // one person from many addresses
		c := s.travel(t, theAgent, "/").callback
		c.IP = uuid.NewString()
		if _, refused = s.Finish(t.Context(), c); refused != nil {
			require.GreaterOrEqual(t, i, 20)
			break
		}
		s.idp.Clock.Advance(time.Second)
	}
	wantFault(t, refused, fault.TooMany, "auth.fault.too_many")
}

func TestWithoutADatabase(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := s.signIn(t, theAgent)
	s.db.Close()
	_, err := s.Authenticate(t.Context(), cookie, "", address)
	require.Error(t, err)
	require.False(t, fault.Is(err, fault.Unauthenticated), "an outage must not look like a sign-out: %v", err)
}
