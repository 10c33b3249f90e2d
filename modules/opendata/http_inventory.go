package opendata

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/scdl"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// openData lists what everybody may have in the town of the request.
func (m *Module) openData(c *fiber.Ctx) ([]datasets.Dataset, error) {
	return m.Datasets.Open(c.UserContext(), httpd.Scope(c).Town)
}

// inventory gives the town's catalogue as the inventory of the Socle commun des
// données locales.
func (m *Module) inventory(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	open, err := m.openData(c)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := (scdl.Inventory{Base: m.BaseURL, Town: town, SIRET: siretOf(town), Datasets: open}).Write(ctx, &body); err != nil {
		return err
	}
	sum := fnv.New64a()
	_, _ = sum.Write(body.Bytes())
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Append(fiber.HeaderLink, "<"+scdl.Schema+`>; rel="describedby"; type="application/json"`)
	if err := httpd.NotModified(c, fmt.Sprintf(`W/"%x"`, sum.Sum64())); err != nil || c.Response().StatusCode() == fiber.StatusNotModified {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8; header=present")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+town.Slug+`-catalogue.csv"`)
	return c.Send(body.Bytes())
}

// reuse shows every address of the catalogue with what it is for.
func (m *Module) reuse(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	root := m.BaseURL + town.Path("")
	view := views.Reuse{Shell: m.shell(c, i18n.T(ctx, "opendata.reuse.title"))}
	view.Shell.Description = i18n.T(ctx, "opendata.reuse.lead", i18n.V{"Town": town.Name})
	view.Shell.Crumbs = []components.Crumb{
		{Label: i18n.T(ctx, "opendata.title"), Href: town.Path("donnees")}, {Label: i18n.T(ctx, "opendata.reuse.title")},
	}
	section := func(key string, addresses ...string) {
		s := views.ReuseSection{ID: key, Title: i18n.T(ctx, "opendata.reuse."+key), Text: i18n.T(ctx, "opendata.reuse."+key+"_text")}
		for i := 0; i < len(addresses); i += 2 {
			s.Addresses = append(s.Addresses, views.Example{Label: i18n.T(ctx, "opendata.reuse."+addresses[i]), Text: root + addresses[i+1]})
		}
		view.Sections = append(view.Sections, s)
	}
	root = strings.TrimSuffix(root, "/") + "/"
	section("datagouv", "rdf", "catalog.rdf")
	section("dcat", "ttl", "catalog.ttl", "jsonld", "catalog.jsonld", "nt", "catalog.nt")
	section("ckan", "ckan_list", "api/3/action/package_list", "ckan_search", "api/3/action/package_search?q=arbres&rows=10",
		"ckan_tags", "api/3/action/tag_list")
	section("scdl", "scdl_file", "donnees/catalogue.csv")
	section("follow", "atom", "donnees/flux.atom", "ogc", "ogc/",
		"records", "ogc/collections/catalogue/items")
	return httpd.Render(c, fiber.StatusOK, views.ReusePage(view))
}
