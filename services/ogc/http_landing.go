package ogc

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/ogc/views"
	"acvdata/tenants"
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
	doc := landingDocument{}
	doc.Title, doc.Description, doc.Attribution = s.words(ctx, town)
	doc.Links = both(a.landing(), form, mediaJSON, doc.Title)
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
	if s.catalogued(town) {
		doc.Links = append(doc.Links, link{Href: a.items(catalogueID), Rel: relCatalogue, Type: mediaGeoJSON, Title: i18n.T(ctx, "ogc.records.title")})
	}
	keep(c, true)
	if form == asJSON {
		return c.JSON(doc)
	}
	return s.landingPage(c, a, doc)
}

// words are the title, the description and the author of an API.
func (s *Service) words(ctx context.Context, town *tenants.Tenant) (title, text, author string) {
	if town == nil {
		return i18n.T(ctx, "ogc.landing.platform"), i18n.T(ctx, "ogc.landing.platform_text"), i18n.T(ctx, "web.product")
	}
	name := i18n.V{"Town": town.Name}
	return i18n.T(ctx, "ogc.landing.title", name), i18n.T(ctx, "ogc.landing.description", name), town.Name
}

func (s *Service) landingPage(c *fiber.Ctx, a address, doc landingDocument) error {
	ctx := c.UserContext()
	cards := []components.CardProps{
		{Title: i18n.T(ctx, "ogc.link.collections"), Text: i18n.T(ctx, "ogc.page.collections"), Href: a.to("collections"), Icon: "database"},
		{Title: i18n.T(ctx, "ogc.link.api"), Text: i18n.T(ctx, "ogc.page.api"), Href: a.to("api"), Icon: "braces"},
		{Title: i18n.T(ctx, "ogc.link.conformance"), Text: i18n.T(ctx, "ogc.page.conformance"), Href: a.to("conformance"), Icon: "badge-check"},
	}
	if s.catalogued(httpd.Scope(c).Town) {
		cards = slices.Insert(cards, 1, components.CardProps{
			Title: i18n.T(ctx, "ogc.records.title"), Text: i18n.T(ctx, "ogc.records.lead"), Href: a.items(catalogueID), Icon: "list",
		})
	}
	return httpd.Render(c, fiber.StatusOK, views.ResourcePage(views.Resource{
		Shell: httpd.Shell(c, doc.Title), Title: doc.Title, Lead: doc.Description, Cards: cards,
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
	conformsTo := s.classes(httpd.Scope(c).Town)
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
	if err := c.JSON(s.openAPI(c.UserContext(), r.town, list)); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, mediaOpenAPI)
	return nil
}
