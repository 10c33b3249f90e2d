package workspace

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
	"acvdata/web/layout"
)

func visitorOf(c *fiber.Ctx) visitor {
	scope := httpd.Scope(c)
	return visitor{town: scope.Town, actor: scope.Actor, can: scope.Can, reach: scope.Reach}
}

// shell is the frame of a page of the workspace, with the way to it.
func shell(c *fiber.Ctx, titleKey string) layout.Shell {
	return titled(c, i18n.T(c.UserContext(), titleKey))
}

// titled is shell for a title that is no message, below other pages.
func titled(c *fiber.Ctx, title string, above ...components.Crumb) layout.Shell {
	s := httpd.Shell(c, title)
	s.Crumbs = append([]components.Crumb{{
		Label: i18n.T(c.UserContext(), "workspace.title"), Href: httpd.Scope(c).Town.Path("espace/"),
	}}, above...)
	s.Crumbs = append(s.Crumbs, components.Crumb{Label: title})
	return s
}

// form reads a form whose fields may have several values.
func form(c *fiber.Ctx) (url.Values, error) {
	values, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return nil, fault.New(fault.Invalid, "workspace.fault.form", fault.Because(err))
	}
	return values, nil
}

// seenAt reads the version of the town that the form was filled from.
func seenAt(values url.Values) (time.Time, error) {
	seen, err := time.Parse(time.RFC3339Nano, values.Get("vu"))
	if err != nil {
		return seen, fault.New(fault.Invalid, "workspace.fault.form", fault.Because(err))
	}
	return seen, nil
}

// version writes what seenAt reads.
func version(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// paramID reads an identifier of the address; one that is none is not found like
// any other.
func paramID(c *fiber.Ctx) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return id, fault.New(fault.NotFound, "fault.not_found", fault.Because(err))
	}
	return id, nil
}

// done sends back to a page of the workspace that says what was done.
func done(c *fiber.Ctx, path, key string) error {
	return httpd.Redirect(c, httpd.Scope(c).Town.Path("espace/"+path), components.OK, key)
}

// correct reports whether an error is an invalid form to show again, as opposed
// to one that a page of its own says.
func correct(err error) (*fault.Fault, bool) {
	f := fault.From(err)
	return f, f != nil && f.Code == fault.Invalid && len(f.Fields) > 0
}

// summary lists the faults of a form above it.
func summary(c *fiber.Ctx, f *fault.Fault) []components.FieldError {
	list := make([]components.FieldError, 0, len(f.Fields))
	for _, field := range f.Fields {
		list = append(list, components.FieldError{ID: field.Name, Message: i18n.T(c.UserContext(), field.Key, i18n.V(field.Args))})
	}
	return list
}
