package opendata

import (
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/ckan"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
)

// ckanHelp is the "help" of every answer: where the action is explained.
const ckanHelp = "donnees/catalogue/moissonner"

// ckanAction answers a read action as CKAN does: what was asked for under
// "result", and errors with CKAN's own kinds and statuses.
func (m *Module) ckanAction(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	action := c.Params("action")
	if !ckan.Known(action) {
		return c.Status(fiber.StatusBadRequest).JSON(i18n.T(ctx, "opendata.ckan.no_action", i18n.V{"Action": action}))
	}
	asked, err := url.ParseQuery(string(c.Context().URI().QueryString()))
	if err != nil {
		return m.ckanError(c, fault.New(fault.Invalid, "httpd.fault.bad_request"))
	}
	open, err := m.openData(c)
	if err != nil {
		return err
	}
	site := ckan.Site{Base: m.BaseURL, Town: town, Datasets: open, Context: ctx}
	result, err := site.Act(action, asked)
	if err != nil {
		return m.ckanError(c, err)
	}
	return sendJSON(c, fiber.Map{"help": m.BaseURL + town.Path(ckanHelp), "success": true, "result": result})
}

// sendJSON answers with JSON that a cache may ask about again.
func sendJSON(c *fiber.Ctx, body any) error {
	if err := c.JSON(body); err != nil {
		return err
	}
	sum := fnv.New64a()
	_, _ = sum.Write(c.Response().Body())
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	return httpd.NotModified(c, fmt.Sprintf(`W/"%x"`, sum.Sum64()))
}

// ckanError says a fault in CKAN's words: clients look at the type and the status.
func (m *Module) ckanError(c *fiber.Ctx, err error) error {
	f := new(fault.Fault)
	if !errors.As(err, &f) || f.Code != fault.NotFound && f.Code != fault.Invalid {
		return err
	}
	status, said := fiber.StatusNotFound, fiber.Map{"__type": "Not Found Error", "message": httpd.Message(c, f)}
	if f.Code == fault.Invalid {
		status, said["__type"] = fiber.StatusConflict, "Validation Error"
		for name, message := range httpd.FieldMessages(c, f) {
			said[name] = []string{message}
		}
	}
	help := m.BaseURL + httpd.Scope(c).Town.Path(ckanHelp)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(status).JSON(fiber.Map{"help": help, "success": false, "error": said})
}
