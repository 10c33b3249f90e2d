package auth_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"acvdata/services/audit"
	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// admin is the context of Alès's administrator, signed in.
func (s *stage) admin(t *testing.T) context.Context {
	t.Helper()
	s.promise(t, s.ales, theAdmin, authz.Admin)
	return s.as(t, s.actor(t, s.signIn(t, theAdmin)))
}

// invite gives the token of an invitation to Alès.
func (s *stage) invite(t *testing.T, by context.Context, email string, powers auth.Powers) string { //nolint:revive // t first
	t.Helper()
	link, err := s.Invite(by, s.ales, auth.Invite{Email: email, Powers: powers})
	require.NoError(t, err)
	token, ok := strings.CutPrefix(link, base+"/invitation/")
	require.True(t, ok, link)
	return token
}

func agent() auth.Powers { return auth.Powers{Roles: []authz.Role{authz.Agent}} }

// log lists the actions a town has on record.
func (s *stage) log(t *testing.T, town *tenants.Tenant) (actions []string) {
	t.Helper()
	err := s.db.ReadTenant(t.Context(), town.ID, func(ctx context.Context, tx *db.Tx) error {
		events, err := audit.List(ctx, tx, audit.Search{})
		for _, e := range events {
			actions = append(actions, e.Action)
		}
		return err
	})
	require.NoError(t, err)
	return actions
}

func TestAnInvitationIsAcceptedOnce(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	admin := s.admin(t)
	token := s.invite(t, admin, " Agent@ALES.demo", auth.Powers{Roles: []authz.Role{authz.Manager}, Modules: []string{"trees"}})

	letter := s.letters.sent[0]
	require.Equal(t, theAgent, letter.To)
	require.Contains(t, letter.Subject, "Alès")
	for _, part := range []string{base + "/invitation/" + token, "Claire Fabre", "Responsable de module", "11\u00a0mai 2026", theAgent} {
		require.Contains(t, letter.Text, part)
	}
	require.NotContains(t, letter.Text, "⟦")

	offer, err := s.Look(s.as(t, authz.Actor{}), token)
	require.NoError(t, err)
	require.Equal(t, "Alès", offer.Town.Name)
	require.False(t, offer.Mine || offer.Matches)

	cookie := s.signIn(t, theAgent)
	require.Empty(t, s.actor(t, cookie).Towns, "signing in is not accepting")
	town, err := s.Accept(s.as(t, s.actor(t, cookie)), token)
	require.NoError(t, err)
	require.Equal(t, s.ales.ID, town.ID)
	member := s.actor(t, cookie)
	require.Equal(t, authz.Membership{Roles: []authz.Role{authz.Manager}, Modules: []string{"trees"}, Sources: []string{}}, member.Towns[s.ales.ID])

	offer, err = s.Look(s.as(t, member), token)
	require.NoError(t, err)
	require.True(t, offer.Mine)
	_, err = s.Accept(s.as(t, member), token)
	require.NoError(t, err, "a second click changes nothing")
	_, err = s.Look(admin, token)
	wantFault(t, err, fault.NotFound, "auth.fault.invitation_gone")
	require.Equal(t, []string{"auth.join", "auth.invite", "auth.join", "auth.promise"}, s.log(t, s.ales))
}

func TestInvitationsThatOpenNothing(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	tests := map[string]struct {
		change func(token string) string
		key    string
		code   fault.Code
	}{
		"another secret": {func(token string) string { return token[:len(token)-8] + "aaaaaaaa" }, "auth.fault.invitation_gone", fault.NotFound},
		"no secret":      {func(token string) string { return strings.Split(token, "_")[0] + "_" }, "auth.fault.invitation_gone", fault.NotFound},
		"cut":            {func(token string) string { return token[1:] }, "auth.fault.invitation_gone", fault.NotFound},
		"invented":       {func(string) string { return "x" }, "auth.fault.invitation_gone", fault.NotFound},
		"another town's": {func(token string) string {
			return strings.Replace(token, token[:20], "aaaaaaaaaaaaaaaaaaaa", 1)
		}, "auth.fault.invitation_gone", fault.NotFound},
		"after seven days": {func(token string) string { s.idp.Clock.Advance(7 * 24 * time.Hour); return token }, "auth.fault.invitation_gone", fault.NotFound},
		"withdrawn": {func(token string) string {
			list, err := s.Invitations(s.operator(t), s.ales.ID)
			require.NoError(t, err)
			require.NoError(t, s.RevokeInvitation(s.operator(t), s.ales.ID, list[0].ID))
			return token
		}, "auth.fault.invitation_gone", fault.NotFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			token := test.change(s.invite(t, s.operator(t), theAgent, agent()))
			cookie := s.signIn(t, theAgent)
			_, err := s.Accept(s.as(t, s.actor(t, cookie)), token)
			wantFault(t, err, test.code, test.key)
			require.Empty(t, s.actor(t, cookie).Towns)
		})
	}
}

func TestAnInvitationIsForOneAddress(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	token := s.invite(t, s.admin(t), theAgent, agent())
	other := s.actor(t, s.signIn(t, "agent@bayonne.demo"))
	_, err := s.Accept(s.as(t, other), token)
	wantFault(t, err, fault.Forbidden, "auth.fault.other_email")
	_, err = s.Accept(s.as(t, authz.Actor{}), token)
	wantFault(t, err, fault.Unauthenticated, "auth.fault.sign_in_again")
	asToken := other
	asToken.Email, asToken.Token = theAgent, &authz.TokenInfo{}
	_, err = s.Accept(s.as(t, asToken), token)
	wantFault(t, err, fault.Unauthenticated, "auth.fault.sign_in_again")
}

func TestTwoClicksOnAnInvitationAtTheSameMoment(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	token := s.invite(t, s.admin(t), theAgent, agent())
	ctx := s.as(t, s.actor(t, s.signIn(t, theAgent)))
	s.meet(t, 4, `LOCK TABLE platform.account IN ACCESS EXCLUSIVE MODE`, func(int) {
		if _, err := s.Accept(ctx, token); err != nil && !fault.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}
	})
	joined := 0
	for _, action := range s.log(t, s.ales) {
		if action == "auth.join" {
			joined++
		}
	}
	require.Equal(t, 2, joined, "the administrator's and one of the agent's")
}

func TestPromises(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for range 3 { // every start promises again
		s.promise(t, s.ales, "lpo@demo", authz.Partner)
		s.promise(t, s.bayonne, "lpo@demo", authz.Partner)
	}
	cookie := s.signIn(t, "lpo@demo")
	require.Len(t, s.actor(t, cookie).Towns, 2)

	admin := s.admin(t)
	require.NoError(t, s.RemoveMember(admin, s.ales.ID, s.actor(t, cookie).AccountID))
	s.promise(t, s.ales, "lpo@demo", authz.Partner)
	require.Len(t, s.actor(t, s.signIn(t, "lpo@demo")).Towns, 1, "a start does not bring back whom the town removed")

	s.promise(t, s.ales, "elagueur@demo", authz.Contractor)
	s.idp.Clock.Advance(366 * 24 * time.Hour)
	require.Empty(t, s.actor(t, s.signIn(t, "elagueur@demo")).Towns, "a promise lapses")
	s.promise(t, s.ales, "elagueur@demo", authz.Contractor)
	require.Len(t, s.actor(t, s.signIn(t, "elagueur@demo")).Towns, 1, "and may be made again")

	s.promise(t, s.ales, "odf@demo", authz.Reader)
	admin = s.as(t, s.actor(t, s.signIn(t, theAdmin)))
	list, err := s.Invitations(admin, s.ales.ID)
	require.NoError(t, err)
	require.True(t, list[0].Promised)
	require.Equal(t, auth.Pending, list[0].State(s.idp.Clock.Now()))
	require.NoError(t, s.RevokeInvitation(admin, s.ales.ID, list[0].ID))
	s.promise(t, s.ales, "odf@demo", authz.Reader)
	require.Empty(t, s.actor(t, s.signIn(t, "odf@demo")).Towns, "what the town withdrew stays withdrawn")
}

func TestAPromiseHasNoLink(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	admin := s.admin(t)
	s.promise(t, s.ales, theAgent, authz.Agent)
	list, err := s.Invitations(admin, s.ales.ID)
	require.NoError(t, err)
	// The place of a promise under any secret: there is none to match.
	token := s.invite(t, admin, "x@y.fr", agent())
	forged := placeOf(s.ales.ID, list[0].ID) + token[strings.Index(token, "_"):]
	_, err = s.Look(admin, forged)
	wantFault(t, err, fault.NotFound, "auth.fault.invitation_gone")
}

func TestInvitationsAddAndNeverTakeAway(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	admin := s.admin(t)
	cookie := s.signIn(t, theAgent)
	steps := []struct{ invited, after auth.Powers }{
		{
			auth.Powers{Roles: []authz.Role{authz.Manager}, Modules: []string{"trees"}},
			auth.Powers{Roles: []authz.Role{authz.Manager}, Modules: []string{"trees"}},
		},
		{
			auth.Powers{Roles: []authz.Role{authz.Reader}},
			auth.Powers{Roles: []authz.Role{authz.Manager, authz.Reader}, Modules: []string{"trees"}},
		},
		{
			auth.Powers{Roles: []authz.Role{authz.Manager}, Modules: []string{"opendata"}},
			auth.Powers{Roles: []authz.Role{authz.Manager, authz.Reader}, Modules: []string{"opendata", "trees"}},
		},
		{
			auth.Powers{Roles: []authz.Role{authz.Manager}},
			auth.Powers{Roles: []authz.Role{authz.Manager, authz.Reader}},
		},
		{
			auth.Powers{Roles: []authz.Role{authz.Manager}, Modules: []string{"trees"}},
			auth.Powers{Roles: []authz.Role{authz.Manager, authz.Reader}},
		},
	}
	for i, step := range steps {
		_, err := s.Accept(s.as(t, s.actor(t, cookie)), s.invite(t, admin, theAgent, step.invited))
		require.NoError(t, err)
		got := s.actor(t, cookie).Towns[s.ales.ID]
		require.Equal(t, step.after.Roles, got.Roles, "step %d", i)
		require.Equal(t, len(step.after.Modules), len(got.Modules), "step %d: %v", i, got.Modules)
		require.Subset(t, got.Modules, step.after.Modules, "step %d", i)
	}
}

func TestWhatInvitesMustSay(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	admin := s.admin(t)
	past := s.idp.Clock.Now().Add(-time.Hour)
	tests := map[string]struct {
		invite auth.Invite
		field  string
	}{
		"no address":          {auth.Invite{Email: "agent", Powers: agent()}, "email"},
		"no role":             {auth.Invite{Email: theAgent}, "roles"},
		"a platform role":     {auth.Invite{Email: theAgent, Powers: auth.Powers{Roles: []authz.Role{authz.Operator}}}, "roles"},
		"an invented role":    {auth.Invite{Email: theAgent, Powers: auth.Powers{Roles: []authz.Role{"mayor"}}}, "roles"},
		"modules that are no": {auth.Invite{Email: theAgent, Powers: auth.Powers{Roles: []authz.Role{authz.Manager}, Modules: []string{" "}}}, "modules"},
		"an end in the past":  {auth.Invite{Email: theAgent, Powers: auth.Powers{Roles: []authz.Role{authz.Agent}, Until: past}}, "until"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := s.Invite(admin, s.ales, test.invite)
			wantFault(t, err, fault.Invalid, "auth.fault.bad_form")
			require.Len(t, fault.From(err).Fields, 1)
			require.Equal(t, test.field, fault.From(err).Fields[0].Name)
		})
	}
	require.Empty(t, s.letters.sent)
}

// Only administrators of the town give and take; nobody else, and no token.
func TestWhoManagesMembers(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	admin := s.admin(t)
	s.promise(t, s.ales, theAgent, authz.Agent, authz.Manager)
	s.promise(t, s.bayonne, "admin@bayonne.demo", authz.Admin)
	agentID := s.actor(t, s.signIn(t, theAgent)).AccountID
	asToken := authz.From(admin)
	asToken.Token = &authz.TokenInfo{}
	strangers := map[string]authz.Actor{
		"nobody":               {},
		"a manager":            s.actor(t, s.signIn(t, theAgent)),
		"another town's admin": s.actor(t, s.signIn(t, "admin@bayonne.demo")),
		"a supervisor":         {AccountID: uuid.New(), Platform: []authz.Role{authz.Supervisor}},
		"an admin's token":     asToken,
	}
	for name, actor := range strangers {
		t.Run(name, func(t *testing.T) {
			ctx := s.as(t, actor)
			for action, try := range map[string]func() error{
				"list":        func() error { _, err := s.Members(ctx, s.ales.ID); return err },
				"invitations": func() error { _, err := s.Invitations(ctx, s.ales.ID); return err },
				"tokens":      func() error { _, err := s.Tokens(ctx, s.ales.ID); return err },
				"invite": func() error {
					_, err := s.Invite(ctx, s.ales, auth.Invite{Email: theAgent, Powers: agent()})
					return err
				},
				"promise":  func() error { return s.Promise(ctx, s.ales.ID, auth.Invite{Email: theAgent, Powers: agent()}) },
				"change":   func() error { return s.ChangeMember(ctx, s.ales.ID, agentID, agent()) },
				"remove":   func() error { return s.RemoveMember(ctx, s.ales.ID, agentID) },
				"withdraw": func() error { return s.RevokeInvitation(ctx, s.ales.ID, uuid.New()) },
				"make token": func() error {
					_, _, err := s.CreateToken(ctx, s.ales.ID, auth.NewToken{Name: "x", Role: authz.Agent})
					return err
				},
				"revoke token": func() error { return s.RevokeToken(ctx, s.ales.ID, uuid.New()) },
			} {
				err := try()
				require.Error(t, err, action)
				require.Equal(t, "auth.fault.not_administrator", fault.From(err).Key, action)
			}
		})
	}
	members, err := s.Members(admin, s.ales.ID)
	require.NoError(t, err)
	require.Len(t, members, 2)
	require.Equal(t, "Claire Fabre", members[0].Name)
	require.Equal(t, []authz.Role{authz.Agent, authz.Manager}, members[1].Powers.Roles)
}

func TestATownKeepsAnAdministrator(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	admin := s.admin(t)
	me := authz.From(admin).AccountID
	until := s.idp.Clock.Now().Add(24 * time.Hour)
	for name, try := range map[string]func() error{
		"leaves":     func() error { return s.RemoveMember(admin, s.ales.ID, me) },
		"steps down": func() error { return s.ChangeMember(admin, s.ales.ID, me, agent()) },
		"for a while": func() error {
			return s.ChangeMember(admin, s.ales.ID, me, auth.Powers{Roles: []authz.Role{authz.Admin}, Until: until})
		},
	} {
		wantFault(t, try(), fault.Conflict, "auth.fault.last_administrator")
		members, err := s.Members(admin, s.ales.ID)
		require.NoError(t, err)
		require.Equal(t, []authz.Role{authz.Admin}, members[0].Powers.Roles, name)
	}
	s.promise(t, s.ales, "admin@vitre.demo", authz.Admin)
	s.signIn(t, "admin@vitre.demo")
	require.NoError(t, s.ChangeMember(admin, s.ales.ID, me, agent()))
	require.NoError(t, s.RemoveMember(s.operator(t), s.ales.ID, me), "an operator may clear up")
}

func TestTwoAdministratorsCannotRemoveEachOther(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	first := s.admin(t)
	s.promise(t, s.ales, "admin@vitre.demo", authz.Admin)
	second := s.as(t, s.actor(t, s.signIn(t, "admin@vitre.demo")))
	errs := make([]error, 2)
	s.meet(t, 2, `SELECT FROM platform.membership FOR UPDATE`, func(i int) {
		if i == 0 {
			errs[0] = s.RemoveMember(first, s.ales.ID, authz.From(second).AccountID)
		} else {
			errs[1] = s.RemoveMember(second, s.ales.ID, authz.From(first).AccountID)
		}
	})
	members, err := s.Members(s.operator(t), s.ales.ID)
	require.NoError(t, err)
	require.Len(t, members, 1, "%v", errs)
}

func TestMembershipsEnd(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	until := s.idp.Clock.Now().Add(time.Hour)
	require.NoError(t, s.Promise(s.operator(t), s.ales.ID, auth.Invite{
		Email: "elagueur@demo", Powers: auth.Powers{Roles: []authz.Role{authz.Contractor}, Until: until},
	}))
	cookie := s.signIn(t, "elagueur@demo")
	require.Len(t, s.actor(t, cookie).Towns, 1)
	s.idp.Clock.Advance(time.Hour)
	require.Empty(t, s.actor(t, cookie).Towns)
}

func TestChangesShowAtTheNextRequest(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	admin := s.admin(t)
	s.promise(t, s.ales, theAgent, authz.Agent)
	cookie := s.signIn(t, theAgent)
	id := s.actor(t, cookie).AccountID
	require.NoError(t, s.ChangeMember(admin, s.ales.ID, id, auth.Powers{Roles: []authz.Role{authz.Partner}, Sources: []string{"inventaire-2026"}}))
	require.Equal(t, []string{"inventaire-2026"}, s.actor(t, cookie).Towns[s.ales.ID].Sources)
	require.NoError(t, s.RemoveMember(admin, s.ales.ID, id))
	require.Empty(t, s.actor(t, cookie).Towns)
	wantFault(t, s.RemoveMember(admin, s.ales.ID, id), fault.NotFound, "auth.fault.no_member")
	wantFault(t, s.ChangeMember(admin, s.ales.ID, id, agent()), fault.NotFound, "auth.fault.no_member")
}
