package auth_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/tenants"
)

// reachable asks on a transaction of the town, as a module does.
func (s *stage) reachable(t *testing.T, town *tenants.Tenant, module string, roles ...authz.Role) (people []string) {
	t.Helper()
	err := s.db.ReadTenant(t.Context(), town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		people, err = auth.Reachable(ctx, tx, module, roles...)
		return err
	})
	require.NoError(t, err)
	return people
}

// join makes somebody a member of a town as they are really made one: promised,
// then signed in.
func (s *stage) join(t *testing.T, town *tenants.Tenant, email string, powers auth.Powers) {
	t.Helper()
	require.NoError(t, s.Promise(s.operator(t), town.ID, auth.Invite{Email: email, Powers: powers}))
	s.signIn(t, email)
}

func TestReachableAreTheMembersInCharge(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const heat, trees, every, gone, reader, elsewhere = "lpo@demo", "elagueur@demo", "operator@demo", "odf@demo", "odf2@demo", "agent@bayonne.demo"
	manager := func(modules ...string) auth.Powers {
		return auth.Powers{Roles: []authz.Role{authz.Manager}, Modules: modules}
	}
	s.join(t, s.ales, theAdmin, auth.Powers{Roles: []authz.Role{authz.Admin}})
	s.join(t, s.ales, theAgent, agent())
	s.join(t, s.ales, heat, manager("heat"))
	s.join(t, s.ales, trees, manager("atlas", "trees"))
	s.join(t, s.ales, every, manager())
	s.join(t, s.ales, gone, agent())
	s.join(t, s.ales, reader, auth.Powers{Roles: []authz.Role{authz.Reader}})
	s.join(t, s.bayonne, elsewhere, agent())
	s.join(t, s.bayonne, theAgent, manager("heat")) // of both towns
	s.ends(t, gone, "now() - interval '1 second'")
	s.ends(t, reader, "now() + interval '1 hour'")
	require.NoError(t, s.Promise(s.operator(t), s.ales.ID, auth.Invite{Email: "bdt@demo", Powers: agent()})) // invited, not come yet

	for name, c := range map[string]struct {
		town   *tenants.Tenant
		module string
		roles  []authz.Role
		want   []string
	}{
		"a manager of other modules is left out": {s.ales, "heat", []authz.Role{authz.Manager}, []string{heat, every}},
		"one of several modules is not":          {s.ales, "atlas", []authz.Role{authz.Manager}, []string{trees, every}},
		"no module asks for every manager":       {s.ales, "", []authz.Role{authz.Manager}, []string{trees, heat, every}},
		"several roles, each person once":        {s.ales, "heat", []authz.Role{authz.Manager, authz.Agent, authz.Admin}, []string{theAdmin, theAgent, heat, every}},
		"who left is not, who leaves later is":   {s.ales, "heat", []authz.Role{authz.Agent, authz.Reader}, []string{theAgent, reader}},
		"of one town, not of the other":          {s.bayonne, "heat", []authz.Role{authz.Agent, authz.Manager}, []string{elsewhere, theAgent}},
		"nobody has the role":                    {s.ales, "heat", []authz.Role{authz.Moderator}, nil},
		"no role asked for":                      {s.ales, "heat", nil, nil},
	} {
		got := s.reachable(t, c.town, c.module, c.roles...)
		require.ElementsMatch(t, c.want, got, name)
		require.IsIncreasing(t, append([]string{""}, got...), name)
	}
}

// ends sets, in the database's own time, until when somebody is a member.
func (s *stage) ends(t *testing.T, email, moment string) {
	t.Helper()
	err := s.db.InTenant(t.Context(), s.ales.ID, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE platform.membership SET ends_at = `+moment+` WHERE tenant_id = $1 AND email = $2`, tx.Tenant(), email)
		return err
	})
	require.NoError(t, err)
}
