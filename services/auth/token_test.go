package auth_test

import (
	"context"
	"encoding/base32"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
)

// placeOf writes where a row is as tickets do.
func placeOf(town, id uuid.UUID) string {
	encoding := base32.StdEncoding.WithPadding(base32.NoPadding)
	return strings.ToLower(encoding.EncodeToString(append(town[:], id[:]...)))
}

func (s *stage) token(t *testing.T, n auth.NewToken) (string, auth.Token) {
	t.Helper()
	secret, token, err := s.CreateToken(s.operator(t), s.ales.ID, n)
	require.NoError(t, err)
	return secret, token
}

func sensors() auth.NewToken {
	return auth.NewToken{Name: "Capteurs", Role: authz.Agent, Modules: []string{"heat"}}
}

func (s *stage) byToken(t *testing.T, secret string) (authz.Actor, error) {
	t.Helper()
	return s.Authenticate(t.Context(), "", secret, address)
}

func TestATokenSpeaksForOneTown(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	secret, made := s.token(t, sensors())
	require.True(t, strings.HasPrefix(secret, "acv_"))
	actor, err := s.byToken(t, secret)
	require.NoError(t, err)
	require.Equal(t, "Capteurs", actor.Name)
	require.Equal(t, made.ID, actor.Token.ID)
	require.False(t, actor.Nobody())
	require.Empty(t, actor.Platform)

	policy, err := authz.NewPolicy(
		authz.Grant{Permission: "heat.write", Roles: []authz.Role{authz.Agent}},
		authz.Grant{Permission: "trees.write", Roles: []authz.Role{authz.Agent}},
	)
	require.NoError(t, err)
	require.True(t, policy.Can(actor, s.ales.ID, "heat.write"))
	require.False(t, policy.Can(actor, s.bayonne.ID, "heat.write"), "another town")
	require.False(t, policy.Can(actor, s.ales.ID, "trees.write"), "another module")
	require.False(t, actor.Administers(s.ales.ID))
}

func TestTokensThatOpenNothing(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	good, made := s.token(t, sensors())
	other, _ := s.token(t, sensors())
	secretOf := func(token string) string { return token[strings.LastIndex(token, "_"):] }
	tests := map[string]string{
		"nothing of ours":              "eyJhbGciOiJub25lIn0",
		"without the prefix":           strings.TrimPrefix(good, "acv_"),
		"without the secret":           strings.TrimSuffix(good, secretOf(good)),
		"with another token's secret":  strings.TrimSuffix(good, secretOf(good)) + secretOf(other),
		"under another town":           "acv_" + placeOf(s.bayonne.ID, made.ID) + secretOf(good),
		"under a town that is not":     "acv_" + placeOf(uuid.New(), made.ID) + secretOf(good),
		"under no town":                "acv_" + placeOf(uuid.Nil, made.ID) + secretOf(good),
		"cut":                          good[:len(good)-1],
		"as long as a novel":           good + strings.Repeat("a", 1<<16),
		"a session's cookie as bearer": s.signIn(t, theAgent),
	}
	for name, bearer := range tests {
		_, err := s.byToken(t, bearer)
		require.Error(t, err, name)
		require.Equal(t, "auth.fault.bad_token", fault.From(err).Key, name)
	}
	_, err := s.byToken(t, good)
	require.NoError(t, err)
	_, err = s.Authenticate(t.Context(), good, "", address)
	require.True(t, fault.Is(err, fault.Unauthenticated), "a token is no cookie")
}

func TestTokensEnd(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	revoked, row := s.token(t, sensors())
	require.NoError(t, s.RevokeToken(s.operator(t), s.ales.ID, row.ID))
	_, err := s.byToken(t, revoked)
	wantFault(t, err, fault.Unauthenticated, "auth.fault.token_ended")
	require.True(t, fault.Is(s.RevokeToken(s.operator(t), s.ales.ID, row.ID), fault.NotFound))

	short := sensors()
	short.Life = time.Hour
	expiring, row := s.token(t, short)
	require.True(t, fault.Is(s.RevokeToken(s.operator(t), s.bayonne.ID, row.ID), fault.NotFound), "another town's")
	_, err = s.byToken(t, expiring)
	require.NoError(t, err)
	s.idp.Clock.Advance(time.Hour)
	_, err = s.byToken(t, expiring)
	wantFault(t, err, fault.Unauthenticated, "auth.fault.token_ended")
	year, _ := s.token(t, sensors())
	s.idp.Clock.Advance(364 * 24 * time.Hour)
	_, err = s.byToken(t, year)
	require.NoError(t, err)
}

func TestTokensEndWithTheirMaker(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	admin := s.admin(t)
	s.promise(t, s.ales, "admin@vitre.demo", authz.Admin)
	leaver := s.as(t, s.actor(t, s.signIn(t, "admin@vitre.demo")))
	theirs, row, err := s.CreateToken(leaver, s.ales.ID, sensors())
	require.NoError(t, err)
	require.Equal(t, "Anne-Gaëlle Morvan", row.CreatedByName)
	mine, _, err := s.CreateToken(admin, s.ales.ID, sensors())
	require.NoError(t, err)
	actor, err := s.byToken(t, theirs)
	require.NoError(t, err)
	require.Equal(t, authz.From(leaver).AccountID, actor.AccountID, "the log knows who made it")

	require.NoError(t, s.ChangeMember(admin, s.ales.ID, authz.From(leaver).AccountID, agent()))
	_, err = s.byToken(t, theirs)
	wantFault(t, err, fault.Unauthenticated, "auth.fault.token_ended")
	_, err = s.byToken(t, mine)
	require.NoError(t, err)
}

func TestLastUseIsWrittenOnceAMinute(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	secret, _ := s.token(t, sensors())
	lastUse := func() time.Time {
		_, err := s.byToken(t, secret)
		require.NoError(t, err)
		list, err := s.Tokens(s.operator(t), s.ales.ID)
		require.NoError(t, err)
		return list[0].LastUsedAt
	}
	first := lastUse()
	require.Equal(t, s.idp.Clock.Now(), first)
	s.idp.Clock.Advance(59 * time.Second)
	require.Equal(t, first, lastUse())
	s.idp.Clock.Advance(time.Second)
	require.Equal(t, s.idp.Clock.Now(), lastUse())
}

func TestWrongTokensSlowTheirAddressDown(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	good, _ := s.token(t, sensors())
	for range 200 {
		_, err := s.byToken(t, good)
		require.NoError(t, err, "a busy program is not held up")
	}
	var err error
	for i := range 100 {
		if _, err = s.byToken(t, "acv_wrong"); fault.Is(err, fault.TooMany) {
			require.Equal(t, 20, i)
			break
		}
	}
	wantFault(t, err, fault.TooMany, "auth.fault.too_many")
	_, err = s.byToken(t, good)
	wantFault(t, err, fault.TooMany, "auth.fault.too_many")
	_, err = s.Authenticate(t.Context(), "", good, "198.51.100.9")
	require.NoError(t, err, "another address is not held up")
}

func TestWhatTokensMustSay(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for name, test := range map[string]struct {
		token auth.NewToken
		field string
	}{
		"no name":             {auth.NewToken{Name: " ", Role: authz.Agent}, "name"},
		"a name like a novel": {auth.NewToken{Name: strings.Repeat("é", 101), Role: authz.Agent}, "name"},
		"a platform role":     {auth.NewToken{Name: "x", Role: authz.Operator}, "role"},
		"a delegation":        {auth.NewToken{Name: "x", Role: authz.Facilitator}, "role"},
		"no role":             {auth.NewToken{Name: "x"}, "role"},
		"three years":         {auth.NewToken{Name: "x", Role: authz.Agent, Life: 3 * 365 * 24 * time.Hour}, "life"},
		"modules that are no": {auth.NewToken{Name: "x", Role: authz.Agent, Modules: []string{""}}, "modules"},
	} {
		_, _, err := s.CreateToken(s.operator(t), s.ales.ID, test.token)
		require.True(t, fault.Is(err, fault.Invalid), name)
		require.Equal(t, test.field, fault.From(err).Fields[0].Name, name)
	}
}

// Row-level security holds even when the code forgets a condition.
func TestTownsDoNotSeeEachOthersTables(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.admin(t)
	s.token(t, sensors())
	for _, table := range []string{"membership", "invitation", "api_token"} {
		count := func(town uuid.UUID) (n int) {
			err := s.db.ReadTenant(t.Context(), town, func(ctx context.Context, tx *db.Tx) error {
				return tx.QueryRow(ctx, `SELECT count(*) FROM platform.`+table).Scan(&n)
			})
			require.NoError(t, err)
			return n
		}
		require.Equal(t, 1, count(s.ales.ID), table)
		require.Zero(t, count(s.bayonne.ID), table)
	}
	for _, table := range []string{"account", "identity", "session", "login_attempt", "staff"} {
		err := s.db.ReadTenant(t.Context(), s.ales.ID, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `SELECT FROM platform.`+table)
			return err
		})
		require.ErrorContains(t, err, "permission denied", table)
	}
	// And the platform's role reads tokens of no town.
	err := s.db.InPlatform(t.Context(), func(ctx context.Context, tx *db.PlatformTx) error {
		_, err := tx.Exec(ctx, `SELECT FROM platform.api_token`)
		return err
	})
	require.ErrorContains(t, err, "permission denied")
}
