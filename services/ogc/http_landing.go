package ogc

import (
	"github.com/gofiber/fiber/v2"

	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/ogc/views"
	"acvdata/web/components"
)

func (s *Service) landing(c *fiber.Ctx) error {
	form, rest, err := representation(c)
	if err == nil {
		err = only(rest)
	}
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	a := s.address(town)
	name := i18n.V{"Town": town.Name}
	doc := landingDocument{
		Title:       i18n.T(ctx, "ogc.landing.title", name),
		Description: i18n.T(ctx, "ogc.landing.description", name),
		Attribution: town.Name,
		Links:       both(a.landing(), form, mediaJSON, i18n.T(ctx, "ogc.landing.title", name)),
	}
	entries := []struct{ path, rel, media, key string }{
		{"api", "service-desc", mediaOpenAPI, "ogc.link.api"},
		{"conformance", "conformance", mediaJSON, "ogc.link.conformance"},
		{"conformance", relConformance, mediaJSON, "ogc.link.conformance"},
		{"collections", "data", mediaJSON, "ogc.link.collections"},
		{"collections", relData, mediaJSON, "ogc.link.collections"},
	}
	for _, e := range entries {
		doc.Links = append(doc.Links, link{Href: a.to(e.path), Rel: e.rel, Type: e.media, Title: i18n.T(ctx, e.key)})
	}
	keep(c, true)
	if form == asJSON {
		return c.JSON(doc)
	}
	return s.landingPage(c, a, doc)
}

func (s *Service) landingPage(c *fiber.Ctx, a address, doc landingDocument) error {
	ctx := c.UserContext()
	return httpd.Render(c, fiber.StatusOK, views.ResourcePage(views.Resource{
		Shell: httpd.Shell(c, doc.Title), Title: doc.Title, Lead: doc.Description,
		Cards: []components.CardProps{
			{Title: i18n.T(ctx, "ogc.link.collections"), Text: i18n.T(ctx, "ogc.page.collections"), Href: a.to("collections"), Icon: "database"},
			{Title: i18n.T(ctx, "ogc.link.api"), Text: i18n.T(ctx, "ogc.page.api"), Href: a.to("api"), Icon: "braces"},
			{Title: i18n.T(ctx, "ogc.link.conformance"), Text: i18n.T(ctx, "ogc.page.conformance"), Href: a.to("conformance"), Icon: "badge-check"},
		},
		Code: []views.Example{{Label: i18n.T(ctx, "ogc.page.qgis"), Text: a.landing()}},
	}))
}

func (s *Service) conformance(c *fiber.Ctx) error {
	form, rest, err := representation(c)
	if err == nil {
		err = only(rest)
	}
	if err != nil {
		return err
	}
	keep(c, true)
	if form == asJSON {
		return c.JSON(conformanceDocument{ConformsTo: conformsTo})
	}
	title := i18n.T(c.UserContext(), "ogc.link.conformance")
	facts := make([]components.Definition, len(conformsTo))
	for i, class := range conformsTo {
		facts[i] = components.Definition{Term: i18n.Number(i + 1), Value: class, Href: class}
	}
	return httpd.Render(c, fiber.StatusOK, views.ResourcePage(views.Resource{
		Shell: s.shell(c, title), Title: title, Lead: i18n.T(c.UserContext(), "ogc.page.conformance"), Facts: facts,
	}))
}

// api gives the OpenAPI 3.0 description of what this reader may see.
func (s *Service) api(c *fiber.Ctx) error {
	rest, err := parameters(c)
	if err == nil {
		err = only(rest, parameterForm)
	}
	if err != nil {
		return err
	}
	r := readerOf(c)
	list, err := s.collections(c.UserContext(), r)
	if err != nil {
		return err
	}
	keep(c, true)
	c.Vary(fiber.HeaderCookie)
	if err := c.JSON(openAPI(c.UserContext(), s.address(r.town), r.town, list)); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, mediaOpenAPI)
	return nil
}
