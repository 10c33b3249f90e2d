package auth_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/auth"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/localidp"
)

func TestOnlyTheHashOfASessionIsStored(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := s.signIn(t, theAdmin)
	var matches int
	err := s.db.InPlatform(t.Context(), func(ctx context.Context, tx *db.PlatformTx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM platform.session s WHERE s::text LIKE '%' || $1 || '%'`, cookie).Scan(&matches)
	})
	require.NoError(t, err)
	require.Zero(t, matches)
}

func TestASessionPlantedBeforeSignInOpensNothing(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	planted := s.signIn(t, theAgent)
	c := s.travel(t, theAdmin, "/").callback
	c.Session = planted
	arrival, err := s.Finish(t.Context(), c)
	require.NoError(t, err)
	require.NotEqual(t, planted, arrival.Session)
	_, err = s.Authenticate(t.Context(), planted, "", address)
	wantFault(t, err, fault.Unauthenticated, "auth.fault.session_ended")
	require.Equal(t, theAdmin, s.actor(t, arrival.Session).Email)
}

func TestSessionsEndByIdlenessAndByAge(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	wait := s.idp.Clock.Advance
	idle := s.signIn(t, theAdmin)
	wait(2*time.Hour - time.Second)
	require.NotEmpty(t, s.actor(t, idle).Email)
	wait(2*time.Hour - time.Second)
	require.NotEmpty(t, s.actor(t, idle).Email, "use keeps it open")
	wait(2 * time.Hour)
	_, err := s.Authenticate(t.Context(), idle, "", address)
	wantFault(t, err, fault.Unauthenticated, "auth.fault.session_ended")

	busy := s.signIn(t, theAdmin)
	for range 11 {
		wait(time.Hour)
		require.NotEmpty(t, s.actor(t, busy).Email)
	}
	wait(time.Hour)
	_, err = s.Authenticate(t.Context(), busy, "", address)
	wantFault(t, err, fault.Unauthenticated, "auth.fault.session_ended")
}

func TestOneListsAndEndsOnesOwnSessions(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	here, there, elsewhere := s.signIn(t, theAdmin), s.signIn(t, theAdmin), s.signIn(t, theAdmin)
	stranger := s.as(t, s.actor(t, s.signIn(t, theAgent)))
	me := s.as(t, s.actor(t, here))
	list, err := s.Sessions(me)
	require.NoError(t, err)
	require.Len(t, list, 3)
	require.Equal(t, "Firefox · Windows", list[0].Device)
	current := 0
	for _, session := range list {
		if session.Current {
			current++
		}
	}
	require.Equal(t, 1, current)

	target := s.actor(t, there).SessionID
	require.True(t, fault.Is(s.EndSession(stranger, target), fault.NotFound), "somebody else's session")
	require.NoError(t, s.EndSession(me, target))
	_, err = s.Authenticate(t.Context(), there, "", address)
	require.True(t, fault.Is(err, fault.Unauthenticated))
	require.NoError(t, s.EndOtherSessions(me))
	_, err = s.Authenticate(t.Context(), elsewhere, "", address)
	require.True(t, fault.Is(err, fault.Unauthenticated))
	require.Equal(t, theAdmin, s.actor(t, here).Email)
	list, err = s.Sessions(stranger)
	require.NoError(t, err)
	require.Len(t, list, 1, "the stranger's own session is still there")

	_, err = s.Sessions(t.Context())
	require.True(t, fault.Is(err, fault.Unauthenticated), "nobody has no sessions")
}

func TestSigningOutEndsTheSessionHereFirst(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := s.signIn(t, theAdmin)
	to, err := s.SignOut(t.Context(), cookie)
	require.NoError(t, err)
	_, err = s.Authenticate(t.Context(), cookie, "", address)
	require.True(t, fault.Is(err, fault.Unauthenticated))
	back := s.idp.SignIn(t, to, "")
	require.Equal(t, base+auth.SignOutPath, back.Scheme+"://"+back.Host+back.Path)

	again, err := s.SignOut(t.Context(), cookie)
	require.NoError(t, err)
	require.Empty(t, again, "there is nothing left to end")

	// A service that never met its provider, which is away: signing out still works.
	cookie = s.signIn(t, theAdmin)
	s.idp.Break(localidp.Faults{Down: true})
	fresh := auth.New(s.db, s.towns, auth.Settings{BaseURL: base, Issuer: s.idp.Issuer, ClientID: "x", Now: s.idp.Clock.Now})
	to, err = fresh.SignOut(t.Context(), cookie)
	require.NoError(t, err)
	require.Empty(t, to)
	_, err = s.Authenticate(t.Context(), cookie, "", address)
	require.True(t, fault.Is(err, fault.Unauthenticated))
}

func TestAbandonedAttemptsAndOldSessionsAreForgotten(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	count := func(table string) (n int) {
		err := s.db.InPlatform(t.Context(), func(ctx context.Context, tx *db.PlatformTx) error {
			return tx.QueryRow(ctx, `SELECT count(*) FROM platform.`+table).Scan(&n)
		})
		require.NoError(t, err)
		return n
	}
	for range 3 {
		s.travel(t, theAgent, "/")
		s.signIn(t, theAgent)
	}
	require.Equal(t, 3, count("login_attempt"))
	require.Equal(t, 3, count("session"))
	s.idp.Clock.Advance(13 * time.Hour)
	s.signIn(t, theAgent)
	require.Zero(t, count("login_attempt"))
	require.Equal(t, 1, count("session"))
}
