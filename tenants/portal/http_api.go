package portal

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants/portal/views"
	"acvdata/web/components"
	"acvdata/web/gallery"
)

// apiDocument is the machines' description of the API.
func (p *Portal) apiDocument(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	return c.JSON(document(c.UserContext(), p.deps.BaseURL, endpoints(c.UserContext(), p.deps.Registry())))
}

// apiPage is the people's.
func (p *Portal) apiPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	towns, err := p.deps.Towns.All(ctx)
	if err != nil {
		return err
	}
	example := "{town}"
	if len(towns) > 0 {
		example = towns[0].Slug
	}
	view := views.API{Shell: shell(c, "portal.api.title", "portal.api.description"), Document: "/api/openapi.json"}
	for _, e := range endpoints(ctx, p.deps.Registry()) {
		call := views.Call{
			Method: e.Method, Path: e.Path, Summary: e.Summary, Permission: e.Permission, Open: e.Open,
			Example: curl(p.deps.BaseURL, example, e),
		}
		for _, q := range e.Query {
			call.Query = append(call.Query, components.Definition{Term: q.Name, Value: i18n.T(ctx, q.About)})
		}
		view.Add(i18n.T(ctx, e.Owner.Title), e.Owner.Icon, call)
	}
	return httpd.Render(c, fiber.StatusOK, views.APIPage(view))
}

// gallery shows every part of the design system on one page.
func (p *Portal) gallery(c *fiber.Ctx) error {
	return httpd.Render(c, fiber.StatusOK, gallery.Page(gallery.Frame(c.Query("cadre"))))
}

// curl is a request to try in a terminal.
func curl(baseURL, town string, e endpoint) string {
	address := baseURL + strings.ReplaceAll(e.Path, "{town}", town)
	words := []string{"curl"}
	if e.Method != fiber.MethodGet {
		words = append(words, "-X", e.Method)
	}
	if !e.Open {
		words = append(words, `-H "Authorization: Bearer $ACV_TOKEN"`)
	}
	switch e.BodyType {
	case "":
	case fiber.MIMEMultipartForm:
		words = append(words, "-F file=@fichier.csv")
	default:
		words = append(words, `-H "Content-Type: `+e.BodyType+`"`, "-d @-")
	}
	return strings.Join(append(words, `"`+address+`"`), " ")
}
