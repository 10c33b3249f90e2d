package authz

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var (
	ales    = uuid.MustParse("00000000-0000-7000-8000-000000000001")
	bayonne = uuid.MustParse("00000000-0000-7000-8000-000000000002")
)

func policy(t *testing.T) *Policy {
	t.Helper()
	p, err := NewPolicy(
		Grant{Permission: "trees.read", Roles: []Role{Manager, Agent, Reader}, Read: true},
		Grant{Permission: "trees.edit", Roles: []Role{Manager, Agent}},
		Grant{Permission: "opendata.publish", Roles: []Role{Manager}},
		Grant{Permission: "imports.run", Roles: []Role{Manager}, Shared: true},
	)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func member(town uuid.UUID, m Membership) Actor {
	return Actor{AccountID: uuid.New(), Towns: map[uuid.UUID]Membership{town: m}}
}

func TestCan(t *testing.T) {
	token := member(ales, Membership{Roles: []Role{Manager}})
	token.Token = &TokenInfo{Modules: []string{"trees"}}
	supervisorToken := Actor{AccountID: uuid.New(), Platform: []Role{Supervisor}, Token: &TokenInfo{}}
	tests := map[string]struct {
		actor      Actor
		town       uuid.UUID
		permission Permission
		want       bool
	}{
		"nobody":                              {Actor{}, ales, "trees.read", false},
		"agent edits at home":                 {member(ales, Membership{Roles: []Role{Agent}}), ales, "trees.edit", true},
		"agent of another town":               {member(bayonne, Membership{Roles: []Role{Agent}}), ales, "trees.read", false},
		"agent does not publish":              {member(ales, Membership{Roles: []Role{Agent}}), ales, "opendata.publish", false},
		"admin without being named":           {member(ales, Membership{Roles: []Role{Admin}}), ales, "opendata.publish", true},
		"admin elsewhere":                     {member(bayonne, Membership{Roles: []Role{Admin}}), ales, "trees.read", false},
		"manager of trees publishes nothing":  {member(ales, Membership{Roles: []Role{Manager}, Modules: []string{"trees"}}), ales, "opendata.publish", false},
		"manager of trees edits trees":        {member(ales, Membership{Roles: []Role{Manager}, Modules: []string{"trees"}}), ales, "trees.edit", true},
		"reader reads":                        {member(ales, Membership{Roles: []Role{Reader}}), ales, "trees.read", true},
		"reader edits nothing":                {member(ales, Membership{Roles: []Role{Reader}}), ales, "trees.edit", false},
		"supervisor reads any town":           {Actor{AccountID: uuid.New(), Platform: []Role{Supervisor}}, ales, "trees.read", true},
		"supervisor edits nothing":            {Actor{AccountID: uuid.New(), Platform: []Role{Supervisor}}, ales, "trees.edit", false},
		"facilitator without delegation":      {Actor{AccountID: uuid.New(), Platform: []Role{Facilitator}}, ales, "trees.read", false},
		"undeclared permission":               {member(ales, Membership{Roles: []Role{Admin}}), ales, "trees.burn", false},
		"token inside its modules":            {token, ales, "trees.edit", true},
		"token outside its modules":           {token, ales, "opendata.publish", false},
		"manager of trees brings files in":    {member(ales, Membership{Roles: []Role{Manager}, Modules: []string{"trees"}}), ales, "imports.run", true},
		"reader brings no file in":            {member(ales, Membership{Roles: []Role{Reader}}), ales, "imports.run", false},
		"token for trees brings files in":     {token, ales, "imports.run", true},
		"token never carries a platform role": {supervisorToken, ales, "trees.read", false},
	}
	p := policy(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := p.Can(test.actor, test.town, test.permission); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestDecide(t *testing.T) {
	supervisor := Actor{AccountID: uuid.New(), Platform: []Role{Supervisor}}
	agent := member(ales, Membership{Roles: []Role{Agent}})
	tests := map[string]struct {
		rule  Rule
		actor Actor
		want  Decision
	}{
		"zero rule":                  {Rule{}, agent, Forbid},
		"public to nobody":           {Public(), Actor{}, Allow},
		"signed in, nobody":          {SignedIn(), Actor{}, AskSignIn},
		"signed in, agent":           {SignedIn(), agent, Allow},
		"permission, nobody":         {Can("trees.edit"), Actor{}, AskSignIn},
		"permission, held":           {Can("trees.edit"), agent, Allow},
		"permission, not held":       {Can("opendata.publish"), agent, Forbid},
		"platform role, held":        {PlatformRole(Supervisor), supervisor, Allow},
		"platform role, another one": {PlatformRole(Operator), supervisor, Forbid},
	}
	p := policy(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.rule.Decide(test.actor, ales, p); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestNewPolicyRefusesBugs(t *testing.T) {
	if _, err := NewPolicy(Grant{Permission: "a.b"}, Grant{Permission: "a.b"}); err == nil {
		t.Error("a permission declared twice is accepted")
	}
	if _, err := NewPolicy(Grant{Permission: "a.b", Roles: []Role{Supervisor}}); err == nil {
		t.Error("a platform role in a town's grant is accepted")
	}
}

// TestPartnersReachTheirSourcesOnly unless another role of theirs gives the same
// permission.
func TestPartnersReachTheirSourcesOnly(t *testing.T) {
	t.Parallel()
	policy, err := NewPolicy(
		Grant{Permission: "atlas.read", Roles: []Role{Moderator, Partner}},
		Grant{Permission: "atlas.edit", Roles: []Role{Agent, Partner}},
	)
	require.NoError(t, err)
	town := uuid.New()
	actor := func(roles ...Role) Actor {
		return Actor{AccountID: uuid.New(), Towns: map[uuid.UUID]Membership{town: {Roles: roles, Sources: []string{"Mares"}}}}
	}
	require.Equal(t, SourcesOnly("Mares"), policy.Reach(actor(Partner), town, "atlas.edit"))
	require.Equal(t, Everything(), policy.Reach(actor(Partner, Moderator), town, "atlas.read"))
	require.Equal(t, SourcesOnly("Mares"), policy.Reach(actor(Partner, Moderator), town, "atlas.edit"))
	require.Equal(t, Everything(), policy.Reach(actor(Admin), town, "atlas.edit"))
	for _, none := range []Reach{{}, policy.Reach(actor(Reader), town, "atlas.edit"), policy.Reach(actor(Partner), uuid.New(), "atlas.edit")} {
		require.Equal(t, []string{}, none.Sources())
		require.False(t, none.Covers("Mares"))
		require.False(t, none.Covers(""))
	}
	require.Nil(t, Everything().Sources())
	require.True(t, Everything().Covers(""))
}
