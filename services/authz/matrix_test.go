package authz

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// The permissions a role may meet: shown or changing, named for it or not.
const (
	readNamed   Permission = "trees.read_named"
	readOther   Permission = "trees.read_other"
	changeNamed Permission = "trees.change_named"
	changeOther Permission = "trees.change_other"
)

// powers is what each role may do at home with readNamed, readOther,
// changeNamed, changeOther, in that order.
var powers = map[Role][4]bool{
	Admin:      {true, true, true, true},
	Manager:    {true, false, true, false},
	Agent:      {true, false, true, false},
	Moderator:  {true, false, true, false},
	Reader:     {true, false, true, false},
	Partner:    {true, false, true, false},
	Contractor: {true, false, true, false},
}

func matrixPolicy(t *testing.T) *Policy {
	t.Helper()
	all := TownRoles()
	p, err := NewPolicy(
		Grant{Permission: readNamed, Roles: all, Read: true},
		Grant{Permission: readOther, Read: true},
		Grant{Permission: changeNamed, Roles: all},
		Grant{Permission: changeOther},
	)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryTownRoleAtHomeAndElsewhere(t *testing.T) {
	p := matrixPolicy(t)
	for _, role := range TownRoles() {
		actor := member(ales, Membership{Roles: []Role{role}})
		for i, permission := range []Permission{readNamed, readOther, changeNamed, changeOther} {
			t.Run(fmt.Sprintf("%s %s", role, permission), func(t *testing.T) {
				if got := p.Can(actor, ales, permission); got != powers[role][i] {
					t.Errorf("at home: %v", got)
				}
				if p.Can(actor, bayonne, permission) || p.Can(actor, uuid.Nil, permission) {
					t.Error("allowed in another town or in none")
				}
			})
		}
	}
}

// Each permission is named for one role only: nobody else gets it by accident.
func TestAPermissionReachesOnlyTheRolesNamed(t *testing.T) {
	for _, named := range TownRoles() {
		p, err := NewPolicy(Grant{Permission: changeNamed, Roles: []Role{named}})
		if err != nil {
			t.Fatal(err)
		}
		for _, held := range append(TownRoles(), PlatformRoles()...) {
			want := held == named || held == Admin
			actor := member(ales, Membership{Roles: []Role{held}})
			actor.Platform = []Role{held}
			if got := p.Can(actor, ales, changeNamed); got != want {
				t.Errorf("named %s, held %s: %v", named, held, got)
			}
		}
	}
}

func TestPlatformRolesInTowns(t *testing.T) {
	p := matrixPolicy(t)
	for _, role := range PlatformRoles() {
		actor := Actor{AccountID: uuid.New(), Platform: []Role{role}}
		reads := role == Supervisor || role == Operator
		for _, town := range []uuid.UUID{ales, bayonne} {
			for _, permission := range []Permission{readNamed, readOther} {
				if got := p.Can(actor, town, permission); got != reads {
					t.Errorf("%s %s: %v", role, permission, got)
				}
			}
			if p.Can(actor, town, changeNamed) || p.Can(actor, town, changeOther) {
				t.Errorf("%s changes something in a town", role)
			}
		}
	}
}

func TestAFacilitatorSeesTheTownsThatDelegated(t *testing.T) {
	p := matrixPolicy(t)
	actor := member(ales, Membership{Roles: []Role{Facilitator}})
	actor.Platform = []Role{Facilitator}
	if !p.Can(actor, ales, readNamed) || !p.Can(actor, ales, readOther) {
		t.Error("sees not everything in the town that delegated")
	}
	if p.Can(actor, bayonne, readNamed) {
		t.Error("sees a town that did not delegate")
	}
	if p.Can(actor, ales, changeNamed) {
		t.Error("changes something by delegation alone")
	}
	actor.Towns[ales] = Membership{Roles: []Role{Facilitator, Manager}, Modules: []string{"trees"}}
	if !p.Can(actor, ales, changeNamed) {
		t.Error("the town's own role beside the delegation gives nothing")
	}
}

func TestRulesForEveryKindOfActor(t *testing.T) {
	p := matrixPolicy(t)
	person := member(ales, Membership{Roles: []Role{Agent}})
	operator := Actor{AccountID: uuid.New(), Platform: []Role{Operator}}
	token := person
	token.Token = &TokenInfo{}
	token.Platform = []Role{Operator}
	actors := []struct {
		name  string
		actor Actor
	}{{"nobody", Actor{}}, {"agent", person}, {"operator", operator}, {"token", token}}
	tests := []struct {
		rule Rule
		want [4]Decision // nobody, agent, operator, token
		text string
	}{
		{Rule{}, [4]Decision{AskSignIn, Forbid, Forbid, Forbid}, "nobody"},
		{Public(), [4]Decision{Allow, Allow, Allow, Allow}, "public"},
		{SignedIn(), [4]Decision{AskSignIn, Allow, Allow, Forbid}, "signed-in"},
		{Can(changeNamed), [4]Decision{AskSignIn, Allow, Forbid, Allow}, "can:trees.change_named"},
		{Can(readOther), [4]Decision{AskSignIn, Forbid, Allow, Forbid}, "can:trees.read_other"},
		{PlatformRole(Operator, Editor), [4]Decision{AskSignIn, Forbid, Allow, Forbid}, "role:operator|editor"},
	}
	for _, test := range tests {
		if test.rule.String() != test.text {
			t.Errorf("rule %q prints %q", test.text, test.rule)
		}
		for i, a := range actors {
			if got := test.rule.Decide(a.actor, ales, p); got != test.want[i] {
				t.Errorf("%s to %s: %v, want %v", test.rule, a.name, got, test.want[i])
			}
		}
	}
}

func TestWhoAdministersATown(t *testing.T) {
	admin := member(ales, Membership{Roles: []Role{Admin}})
	token := admin
	token.Token = &TokenInfo{}
	tests := map[string]struct {
		actor Actor
		want  bool
	}{
		"nobody":             {Actor{}, false},
		"its admin":          {admin, true},
		"a manager":          {member(ales, Membership{Roles: []Role{Manager}}), false},
		"another town's":     {member(bayonne, Membership{Roles: []Role{Admin}}), false},
		"a token of admin's": {token, false},
		"a supervisor":       {Actor{Platform: []Role{Supervisor}}, false},
		"an operator":        {Actor{Platform: []Role{Operator}}, true},
		"the command line":   {Installation("acvdata"), true},
	}
	for name, test := range tests {
		if got := test.actor.Administers(ales); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestEveryRoleHasOneHomeAndALabel(t *testing.T) {
	catalogue, err := Catalogue.ReadFile("locales/fr.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := append(TownRoles(), PlatformRoles()...)
	for i, role := range all {
		if role.InTown() == role.OnPlatform() || slices.Contains(all[:i], role) {
			t.Errorf("role %s has two homes or none", role)
		}
		if !slices.Contains(keys(string(catalogue)), role.LabelKey()) {
			t.Errorf("role %s has no label", role)
		}
		if role.GivenByTown() != (role.InTown() || role == Facilitator) {
			t.Errorf("role %s: wrong giver", role)
		}
	}
	if Role("mayor").InTown() || Role("mayor").OnPlatform() {
		t.Error("an unknown role is known")
	}
}

// keys gives the keys of a flat catalogue.
func keys(text string) (all []string) {
	for line := range strings.Lines(text) {
		key, _, _ := strings.Cut(line, ":")
		all = append(all, key)
	}
	return all
}
