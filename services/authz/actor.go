package authz

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// Actor is who makes a request. The zero Actor is nobody: a resident without an
// account.
type Actor struct {
	AccountID uuid.UUID
	SessionID uuid.UUID // zero for a token
	Name      string
	Email     string
	Platform  []Role
	Towns     map[uuid.UUID]Membership
	Token     *TokenInfo // set when an API token speaks, which then has no platform role
}

// Membership is what a person is in one town.
type Membership struct {
	Roles   []Role
	Modules []string // modules a manager manages; empty means all
	Sources []string // sources a partner may touch
}

// TokenInfo says which token speaks and in which modules it may.
type TokenInfo struct {
	ID      uuid.UUID
	Modules []string // empty means all
}

// Nobody reports whether no one is signed in.
func (a Actor) Nobody() bool { return a.AccountID == uuid.Nil && a.Token == nil }

// Installation is whoever runs commands on the machine itself: no account, every
// right of an operator. Only command lines and start-up code may use it.
func Installation(name string) Actor {
	return Actor{Name: name, Platform: []Role{Operator}}
}

// Administers reports whether the actor may give and take roles in the town.
// Tokens never may: a leaked one must not be able to outlive its revocation.
func (a Actor) Administers(town uuid.UUID) bool {
	return a.Token == nil && (a.Is(Operator) || slices.Contains(a.Towns[town].Roles, Admin))
}

// Is reports whether the actor holds a platform role.
func (a Actor) Is(roles ...Role) bool {
	for _, r := range roles {
		if slices.Contains(a.Platform, r) {
			return true
		}
	}
	return false
}

type contextKey struct{}

// With returns a context that carries the actor.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, contextKey{}, a)
}

// From returns the context's actor, nobody when there is none.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(contextKey{}).(Actor)
	return a
}
