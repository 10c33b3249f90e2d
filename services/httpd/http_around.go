package httpd

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/obs"
)

// around registers what surrounds every request, outermost first.
func (s *Server) around() {
	s.app.Use(s.begin, s.observe, s.recover, s.headers, s.canonical)
}

const requestIDKey localKey = 1

// begin names the request, and gives it its language and its deadline. A stop of
// the server does not end it: only streams are tied to that.
func (s *Server) begin(c *fiber.Ctx) error {
	id := uuid.NewString()
	c.Locals(requestIDKey, id)
	c.Set(fiber.HeaderXRequestID, id)
	ctx, cancel := context.WithTimeout(context.Background(), s.options.RequestTimeout)
	defer cancel()
	ctx = i18n.With(ctx, s.localize)
	ctx = obs.With(ctx, slog.String("request", id))
	c.SetUserContext(ctx)
	err := c.Next()
	// What nobody read of a body would be taken for the next request of the
	// connection, whoever's that is behind a proxy.
	if c.Context().RequestBodyStream() != nil {
		c.Context().SetConnectionClose()
	}
	return err
}

func requestID(c *fiber.Ctx) string {
	id, _ := c.Locals(requestIDKey).(string)
	return id
}

// observe logs and measures the answer. Paths and queries stay out of the log:
// a search box may hold a name.
func (s *Server) observe(c *fiber.Ctx) error {
	start := time.Now()
	err := c.Next()
	if err != nil {
		// Translated here so that the log sees the status people see.
		err = s.fail(c, err)
	}
	route, status := c.Route().Path, c.Response().StatusCode()
	if status == fiber.StatusNotFound && route == "/" {
		route = "none"
	}
	took := time.Since(start)
	s.metrics.Request(c.Method(), route, status, took)
	if !strings.HasPrefix(route, "/assets") {
		slog.InfoContext(c.UserContext(), "request", "method", c.Method(), "route", route,
			"status", status, "ms", float64(took.Microseconds())/1000)
	}
	return err
}

// recover turns a panic into an internal error; one request never ends the
// process.
func (s *Server) recover(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.ErrorContext(c.UserContext(), "panic", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = fault.New(fault.Internal, "fault.internal", fault.Because(fmt.Errorf("panic: %v", p)))
		}
	}()
	return c.Next()
}

// headers sets the security headers of every answer. Scripts and styles come
// from the platform alone, never from inside a page.
func (s *Server) headers(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentSecurityPolicy, s.policy())
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "strict-origin-when-cross-origin")
	c.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	if strings.HasPrefix(s.options.BaseURL, "https://") {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000; includeSubDomains")
	}
	return c.Next()
}

func (s *Server) policy() string {
	mapOrigin := s.options.BaseMap.Origin()
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"font-src 'self'",
		strings.TrimSpace("img-src 'self' blob: data: " + mapOrigin),
		strings.TrimSpace("connect-src 'self' " + mapOrigin),
		"worker-src 'self'",
		"manifest-src 'self'",
		strings.TrimSpace("form-action 'self' " + strings.Join(s.options.FormTargets, " ")),
		"base-uri 'none'",
		"frame-ancestors 'none'",
		"object-src 'none'",
	}, "; ")
}

// framedPolicy is that of pages shown inside other sites': anybody may frame them,
// and they can do nothing there but be read.
const framedPolicy = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
	"form-action 'none'; base-uri 'none'; frame-ancestors *"

// canonical finds the town of a town's own host name, and forgives capitals in
// a typed address: phones put them there by themselves.
func (s *Server) canonical(c *fiber.Ctx) error {
	path := c.Path()
	first, rest := firstSegment(path)
	if lower := strings.ToLower(first); lower != first && c.Method() == fiber.MethodGet {
		if _, err := s.towns.BySlug(c.UserContext(), lower); err == nil {
			return c.Redirect("/"+lower+strings.ToLower(rest)+query(c), fiber.StatusMovedPermanently)
		}
	}
	if s.ownHost(c) || shared[first] {
		return c.Next()
	}
	town, err := s.towns.ByHost(c.UserContext(), hostname(c))
	if err != nil {
		return c.Next() // an unknown name shows the platform itself
	}
	if first != town.Slug {
		c.Path("/" + town.Slug + path)
	}
	return c.Next()
}

// nowhere answers what no route does. A page typed in capitals leads to the one
// in small letters, where there is one.
func (s *Server) nowhere(c *fiber.Ctx) error {
	lower := strings.ToLower(c.Path())
	if c.Method() != fiber.MethodGet || lower == c.Path() || strings.HasPrefix(lower, "//") {
		return s.lost(c)
	}
	for _, route := range s.registry.Routes() {
		if route.Method == fiber.MethodGet && fiber.RoutePatternMatch(lower, route.Pattern(), s.app.Config()) {
			return c.Redirect(lower+query(c), fiber.StatusMovedPermanently)
		}
	}
	return s.lost(c)
}

// shared are the first segments that mean the same on every host name.
var shared = map[string]bool{
	"assets": true, "sw.js": true, "connexion": true, "auth": true, "deconnexion": true,
	"compte": true, "invitation": true, "api": true, "healthz": true, "readyz": true, "hors-ligne": true, "oembed": true,
}

func firstSegment(path string) (first, rest string) {
	trimmed := strings.TrimPrefix(path, "/")
	if i := strings.IndexByte(trimmed, '/'); i >= 0 {
		return trimmed[:i], trimmed[i:]
	}
	return trimmed, ""
}

func query(c *fiber.Ctx) string {
	if q := c.Context().QueryArgs().String(); q != "" {
		return "?" + q
	}
	return ""
}
