package httpd

import (
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/tenants"
)

// enter opens a route: town, session, origin, module, rule. Nothing of the
// handler runs before all of them agree.
func (s *Server) enter(route module.Route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		scope := &RequestScope{RequestID: requestID(c), Route: route, server: s}
		c.Locals(scopeKey, scope)
		if route.Framed {
			c.Set(fiber.HeaderContentSecurityPolicy, framedPolicy)
		}
		if route.Audience != module.Platform {
			town, err := s.towns.BySlug(c.UserContext(), c.Params("town"))
			if err != nil {
				return err
			}
			scope.Town = town
		}
		if err := s.asker(c, scope, route); err != nil {
			return err
		}
		if !s.moduleOn(scope.Town, route.Owner) {
			return fault.New(fault.NotFound, "httpd.fault.module_off")
		}
		return s.allow(c, scope, route)
	}
}

// asker says who asks, and refuses what another site's page made a browser ask.
func (s *Server) asker(c *fiber.Ctx, scope *RequestScope, route module.Route) error {
	if route.Programs || route.Framed { // nobody's session is used, so nobody's can be abused
		scope.place(c)
		return nil
	}
	bearer := bearerToken(c)
	if err := s.identify(c, scope, bearer); err != nil {
		return err
	}
	scope.place(c)
	return s.sameOrigin(c, bearer)
}

// lost answers an address that is no route. Under a town's name it stays in the
// town, so that the way back leads to the town's home and not out of it.
func (s *Server) lost(c *fiber.Ctx) error {
	slug, _, _ := strings.Cut(strings.TrimPrefix(c.Path(), "/"), "/")
	town, err := s.towns.BySlug(c.UserContext(), slug)
	if err != nil {
		return fiber.ErrNotFound // also when the database is away: the page is missing either way
	}
	scope := &RequestScope{RequestID: requestID(c), Route: module.Route{Audience: module.Public}, Town: town, server: s}
	if err := s.identify(c, scope, ""); err != nil {
		return err
	}
	scope.place(c)
	return fiber.ErrNotFound
}

func bearerToken(c *fiber.Ctx) string {
	token, ok := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
	if !ok {
		return ""
	}
	return strings.TrimSpace(token)
}

// identify asks who it is. A page open to everybody is shown to a stranger with
// an ended session rather than refused.
func (s *Server) identify(c *fiber.Ctx, scope *RequestScope, bearer string) error {
	actor, err := s.auth.Authenticate(c.UserContext(), c.Cookies(s.auth.CookieName()), bearer, c.IP())
	if err != nil {
		if bearer == "" && fault.Is(err, fault.Unauthenticated) {
			return nil
		}
		return err
	}
	scope.Actor = actor
	return nil
}

// sameOrigin refuses a change that another site's page asked a browser for. A
// bearer token proves intent by itself: browsers never add one.
func (s *Server) sameOrigin(c *fiber.Ctx, bearer string) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return nil
	}
	if bearer != "" {
		return nil
	}
	switch c.Get("Sec-Fetch-Site") {
	case "same-origin":
		return nil
	case "":
		origin, err := url.Parse(c.Get(fiber.HeaderOrigin))
		if err == nil && origin.Host != "" && strings.EqualFold(origin.Host, string(c.Context().Host())) {
			return nil
		}
	}
	return fault.New(fault.Forbidden, "httpd.fault.other_origin")
}

func (s *Server) moduleOn(town *tenants.Tenant, owner string) bool {
	manifest, ok := s.registry.Manifest(owner)
	return town == nil || !ok || manifest.Core || town.Has(owner)
}

func (s *Server) allow(c *fiber.Ctx, scope *RequestScope, route module.Route) error {
	var town tenants.ID
	if scope.Town != nil {
		town = scope.Town.ID
	}
	switch route.Rule.Decide(scope.Actor, town, s.registry.Policy()) {
	case authz.Allow:
		return c.Next()
	case authz.AskSignIn:
		return fault.New(fault.Unauthenticated, "httpd.fault.sign_in")
	case authz.Forbid:
		return fault.New(fault.Forbidden, "httpd.fault.forbidden")
	}
	return fault.New(fault.Forbidden, "httpd.fault.forbidden")
}

// readForm takes an ordinary body into memory, up to the limit. Streaming lifts
// Fiber's own limit, so the bytes are counted here. A compressed one is refused:
// Fiber would inflate it without counting, and no browser sends any.
func (s *Server) readForm(c *fiber.Ctx) error {
	if coding := c.Get(fiber.HeaderContentEncoding); coding != "" && coding != "identity" {
		return errors.Join(fault.New(fault.Invalid, "httpd.fault.compressed"), fiber.ErrUnsupportedMediaType)
	}
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return c.Next()
	}
	body, err := io.ReadAll(io.LimitReader(stream, s.options.MaxForm+1))
	if err != nil {
		return fault.New(fault.Invalid, "httpd.fault.cut_off", fault.Because(err))
	}
	if int64(len(body)) > s.options.MaxForm {
		return fault.New(fault.TooLarge, "httpd.fault.form_too_large")
	}
	c.Request().SetBody(body)
	return c.Next()
}

// limitUploads slows down who sends file after file.
func (s *Server) limitUploads(c *fiber.Ctx) error {
	key := c.IP()
	switch scope := Scope(c); {
	case scope.Actor.Token != nil: // tokens made on the machine have no account
		key = scope.Actor.Token.ID.String()
	case scope.SignedIn():
		key = scope.Actor.AccountID.String()
	}
	if !s.uploads.allow(key) {
		c.Set(fiber.HeaderRetryAfter, "60")
		return fault.New(fault.TooMany, "httpd.fault.too_many_uploads")
	}
	return c.Next()
}
