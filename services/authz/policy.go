package authz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Permission is one thing that may be done; it starts with its module's code:
// "trees.import".
type Permission string

// Module is the code of the module the permission belongs to.
func (p Permission) Module() string {
	code, _, _ := strings.Cut(string(p), ".")
	return code
}

// Grant gives a permission to the town roles named. Admins hold every
// permission of their town without being named.
type Grant struct {
	Permission Permission
	Roles      []Role
	// Read permissions only show, and show nothing personal: supervisors and
	// operators hold them in every town, facilitators in the towns that
	// delegated to them.
	Read bool
	// Shared permissions belong to no trade (bringing a file in): the modules of a
	// membership or of a token do not narrow them.
	Shared bool
}

// Policy answers who may do what. It is immutable.
type Policy struct {
	grants map[Permission]Grant
}

// NewPolicy joins the grants of all modules; a permission granted twice or to a
// role no town gives is a bug.
func NewPolicy(grants ...Grant) (*Policy, error) {
	p := &Policy{grants: make(map[Permission]Grant, len(grants))}
	for _, g := range grants {
		if _, twice := p.grants[g.Permission]; twice {
			return nil, fmt.Errorf("permission %q is declared twice", g.Permission)
		}
		for _, r := range g.Roles {
			if !r.InTown() {
				return nil, fmt.Errorf("permission %q is given to %q, which is no role of a town", g.Permission, r)
			}
		}
		p.grants[g.Permission] = g
	}
	return p, nil
}

// Can reports whether the actor holds the permission in the town. A permission
// nobody declared is held by nobody.
func (p *Policy) Can(a Actor, town uuid.UUID, permission Permission) bool {
	grant, known := p.grants[permission]
	if !known || !tokenCovers(a.Token, grant) {
		return false
	}
	if grant.Read && a.Token == nil && a.Is(Supervisor, Operator) {
		return true
	}
	m, member := a.Towns[town]
	return member && holds(m, grant)
}

// Reach is which part of a town's data a permission opens: everything, or what
// came from some sources. The zero Reach opens nothing.
type Reach struct {
	everything bool
	sources    []string
}

// Everything reaches all data of a town.
func Everything() Reach { return Reach{everything: true} }

// SourcesOnly reaches what came from the sources named.
func SourcesOnly(sources ...string) Reach { return Reach{sources: sources} }

// Sources lists the codes of the sources reached; nil, and only then, is all, so
// that a query reads "$1::text[] IS NULL OR source = ANY ($1)".
func (r Reach) Sources() []string {
	if r.everything {
		return nil
	}
	return append([]string{}, r.sources...)
}

// Covers reports whether data of a source is reached.
func (r Reach) Covers(source string) bool {
	return r.everything || source != "" && slices.Contains(r.sources, source)
}

// Reach says which data the permission opens to the actor in the town: those of
// a partner's own sources when nothing but being a partner gives it.
func (p *Policy) Reach(a Actor, town uuid.UUID, permission Permission) Reach {
	if !p.Can(a, town, permission) {
		return Reach{}
	}
	m := a.Towns[town]
	without := a
	without.Towns = map[uuid.UUID]Membership{town: {
		Roles: slices.DeleteFunc(slices.Clone(m.Roles), func(r Role) bool { return r == Partner }), Modules: m.Modules,
	}}
	if p.Can(without, town, permission) {
		return Everything()
	}
	return SourcesOnly(m.Sources...)
}

func tokenCovers(t *TokenInfo, g Grant) bool {
	return t == nil || len(t.Modules) == 0 || g.Shared || slices.Contains(t.Modules, g.Permission.Module())
}

func holds(m Membership, g Grant) bool {
	for _, role := range m.Roles {
		switch {
		case role == Admin, role == Facilitator && g.Read:
			return true
		case role == Manager && len(m.Modules) > 0 && !g.Read && !g.Shared && !slices.Contains(m.Modules, g.Permission.Module()):
			continue
		case slices.Contains(g.Roles, role):
			return true
		}
	}
	return false
}

// Permissions lists every declared permission, sorted.
func (p *Policy) Permissions() []Permission {
	list := make([]Permission, 0, len(p.grants))
	for permission := range p.grants {
		list = append(list, permission)
	}
	slices.Sort(list)
	return list
}
