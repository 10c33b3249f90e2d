package httpd

import (
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/authz"
	"acvdata/services/module"
	"acvdata/services/obs"
	"acvdata/tenants"
)

// RequestScope is who asks for what, where. Town is nil on the platform's own
// pages; Actor is the zero Actor for nobody.
type RequestScope struct {
	RequestID string
	Town      *tenants.Tenant
	Actor     authz.Actor
	Route     module.Route
	server    *Server
}

type localKey int

const scopeKey localKey = 0

// Scope gives the request's scope; handlers of mounted routes always have one.
func Scope(c *fiber.Ctx) *RequestScope {
	s, _ := c.Locals(scopeKey).(*RequestScope)
	if s == nil {
		s = &RequestScope{}
	}
	return s
}

// Can reports whether the request's actor holds a permission in its town.
func (s *RequestScope) Can(p authz.Permission) bool {
	if s.Town == nil {
		return false
	}
	return s.server.registry.Policy().Can(s.Actor, s.Town.ID, p)
}

// Reach says which data of the town a permission opens to the request's actor.
func (s *RequestScope) Reach(p authz.Permission) authz.Reach {
	if s.Town == nil {
		return authz.Reach{}
	}
	return s.server.registry.Policy().Reach(s.Actor, s.Town.ID, p)
}

// SignedIn reports whether somebody is signed in.
func (s *RequestScope) SignedIn() bool { return !s.Actor.Nobody() }

// place puts town and actor where services and templates look for them.
func (s *RequestScope) place(c *fiber.Ctx) {
	ctx := c.UserContext()
	if s.Town != nil {
		ctx = tenants.With(ctx, s.Town)
		ctx = obs.With(ctx, slog.String("tenant", s.Town.Slug))
	}
	if !s.Actor.Nobody() {
		ctx = obs.With(ctx, slog.String("account", s.Actor.AccountID.String()))
	}
	c.SetUserContext(authz.With(ctx, s.Actor))
	c.Locals(scopeKey, s)
}
