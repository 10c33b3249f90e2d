package authz

import (
	"strings"

	"github.com/google/uuid"
)

// Rule is what opens a route. The set is closed: Public, SignedIn, Can and
// PlatformRole. The zero Rule opens to nobody.
type Rule struct {
	kind       ruleKind
	permission Permission
	roles      []Role
}

type ruleKind int

const (
	toNobody ruleKind = iota
	toEverybody
	toSignedIn
	toPermission
	toPlatform
)

// Public opens to everybody.
func Public() Rule { return Rule{kind: toEverybody} }

// SignedIn opens to every person who has signed in, whatever their towns. An API
// token has not: it must never manage its creator's account.
func SignedIn() Rule { return Rule{kind: toSignedIn} }

// Can opens to holders of a permission in the route's town.
func Can(p Permission) Rule { return Rule{kind: toPermission, permission: p} }

// PlatformRole opens to holders of any of the platform roles.
func PlatformRole(roles ...Role) Rule { return Rule{kind: toPlatform, roles: roles} }

// Permission is the permission the rule asks for, "" when it asks for none.
func (r Rule) Permission() Permission { return r.permission }

// IsPublic reports whether the rule opens to everybody.
func (r Rule) IsPublic() bool { return r.kind == toEverybody }

// String is the rule's form in `acvdata routes`.
func (r Rule) String() string {
	switch r.kind {
	case toEverybody:
		return "public"
	case toSignedIn:
		return "signed-in"
	case toPermission:
		return "can:" + string(r.permission)
	case toPlatform:
		names := make([]string, len(r.roles))
		for i, role := range r.roles {
			names[i] = string(role)
		}
		return "role:" + strings.Join(names, "|")
	case toNobody:
	}
	return "nobody"
}

// Decision is the answer of a rule.
type Decision int

// The answers.
const (
	Forbid Decision = iota
	Allow
	AskSignIn
)

// Decide answers for an actor in a town (zero on the platform's own pages).
func (r Rule) Decide(a Actor, town uuid.UUID, p *Policy) Decision {
	allowed := false
	switch r.kind {
	case toEverybody:
		return Allow
	case toSignedIn:
		allowed = !a.Nobody() && a.Token == nil
	case toPermission:
		allowed = p.Can(a, town, r.permission)
	case toPlatform:
		allowed = a.Token == nil && a.Is(r.roles...)
	case toNobody:
	}
	if allowed {
		return Allow
	}
	if a.Nobody() {
		return AskSignIn
	}
	return Forbid
}
