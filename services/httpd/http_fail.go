package httpd

import (
	"errors"
	"log/slog"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/module"
)

// statuses is the one place where codes become HTTP.
var statuses = map[fault.Code]int{
	fault.Invalid:         fiber.StatusUnprocessableEntity,
	fault.Unauthenticated: fiber.StatusUnauthorized,
	fault.Forbidden:       fiber.StatusForbidden,
	fault.NotFound:        fiber.StatusNotFound,
	fault.Gone:            fiber.StatusGone,
	fault.Conflict:        fiber.StatusConflict,
	fault.TooLarge:        fiber.StatusRequestEntityTooLarge,
	fault.TooMany:         fiber.StatusTooManyRequests,
	fault.Unavailable:     fiber.StatusServiceUnavailable,
	fault.Internal:        fiber.StatusInternalServerError,
}

// fail answers an error: a page, JSON or a fragment, whatever was asked for.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	f := s.faultOf(err)
	status, ok := statuses[f.Code]
	if !ok {
		status = fiber.StatusInternalServerError
	}
	if fiberError := new(fiber.Error); errors.As(err, &fiberError) {
		status = fiberError.Code
	}
	if status >= fiber.StatusInternalServerError {
		slog.ErrorContext(c.UserContext(), "request failed", "code", string(f.Code), "error", err.Error())
	}
	c.Status(status)
	c.Set(fiber.HeaderCacheControl, "no-store")
	if status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "30")
	}
	if wantsJSON(c) {
		return c.JSON(s.problem(c, f))
	}
	if f.Code == fault.Unauthenticated && c.Method() == fiber.MethodGet && !isFragment(c) {
		return c.Redirect("/connexion?retour="+url.QueryEscape(c.OriginalURL()), fiber.StatusSeeOther)
	}
	return s.failPage(c, status, f)
}

// faultOf reads the fault inside an error, Fiber's own included. A fault joined
// with a Fiber error gives the message, the Fiber error the status: machines'
// protocols have statuses of their own.
func (s *Server) faultOf(err error) *fault.Fault {
	fiberError, own := new(fiber.Error), new(fault.Fault)
	if errors.As(err, &own) || !errors.As(err, &fiberError) {
		return fault.From(err)
	}
	switch fiberError.Code {
	case fiber.StatusNotFound:
		return fault.New(fault.NotFound, "httpd.fault.no_page", fault.Because(err))
	case fiber.StatusMethodNotAllowed:
		return fault.New(fault.Invalid, "httpd.fault.method", fault.Because(err))
	case fiber.StatusRequestEntityTooLarge:
		return fault.New(fault.TooLarge, "httpd.fault.form_too_large", fault.Because(err))
	case fiber.StatusBadRequest:
		return fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	return fault.From(err)
}

func wantsJSON(c *fiber.Ctx) bool {
	if Scope(c).Route.Audience == module.API || strings.HasPrefix(c.Path(), "/api/") {
		return true
	}
	accept := c.Get(fiber.HeaderAccept)
	return strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}

// isFragment reports whether htmx asked for a part of a page.
func isFragment(c *fiber.Ctx) bool { return c.Get("HX-Request") == "true" }

// Problem is the JSON form of a fault.
type Problem struct {
	Code      fault.Code     `json:"code"`
	Message   string         `json:"message"`
	Fields    []ProblemField `json:"fields,omitempty"`
	RequestID string         `json:"request_id"`
}

// ProblemField is one input at fault.
type ProblemField struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

func (s *Server) problem(c *fiber.Ctx, f *fault.Fault) Problem {
	p := Problem{Code: f.Code, Message: Message(c, f), RequestID: requestID(c)}
	for _, field := range f.Fields {
		text := i18n.T(c.UserContext(), field.Key, i18n.V(field.Args))
		p.Fields = append(p.Fields, ProblemField{Name: field.Name, Message: text})
	}
	return p
}

// Message says a fault in the language of the request.
func Message(c *fiber.Ctx, f *fault.Fault) string {
	return i18n.T(c.UserContext(), f.Key, i18n.V(f.Args))
}

// FieldMessages says a fault's fields by name, for a form shown again.
func FieldMessages(c *fiber.Ctx, f *fault.Fault) map[string]string {
	messages := make(map[string]string, len(f.Fields))
	for _, field := range f.Fields {
		messages[field.Name] = i18n.T(c.UserContext(), field.Key, i18n.V(field.Args))
	}
	return messages
}
