package portal

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/tenants/portal/views"
	"acvdata/web/components"
)

// page is one of the pages the law asks for; its text is the Markdown message
// portal.<page>.text.
type page string

const (
	accessibility page = "accessibility"
	legal         page = "legal"
	privacy       page = "privacy"
)

// statement shows a legal page, the town's own on a town's portal.
func (p *Portal) statement(which page) fiber.Handler {
	key := "portal." + string(which)
	return func(c *fiber.Ctx) error {
		ctx := c.UserContext()
		body, err := render(i18n.T(ctx, key+".text", p.parties(httpd.Scope(c).Town)))
		if err != nil {
			return err
		}
		view := views.Article{Shell: shell(c, key+".title", key+".description"), Title: i18n.T(ctx, key+".title"), HTML: body.HTML}
		return httpd.Render(c, fiber.StatusOK, views.ArticlePage(view))
	}
}

// parties names who is answerable, escaped for Markdown. An empty value is
// somebody the installation does not name.
func (p *Portal) parties(town *tenants.Tenant) i18n.V {
	values := i18n.V{
		"Address": p.deps.BaseURL + "/", "Publisher": escape(p.deps.Legal.Publisher), "Contact": contact(p.deps.Legal.Contact),
		"Host": escape(p.deps.Legal.Host), "OfTown": "", "SIREN": "", "IGN": "",
	}
	if p.deps.BaseMap == httpd.BaseMapIGN {
		values["IGN"] = "oui"
	}
	if town != nil {
		values["Address"], values["OfTown"], values["SIREN"] = p.deps.BaseURL+town.Path(""), escape(i18n.Of(town.Name)), town.SIREN
		if town.Contact != "" {
			values["Contact"] = contact(town.Contact)
		}
	}
	return values
}

// helpHome introduces the platform and lists the modules that explain
// themselves.
func (p *Portal) helpHome(c *fiber.Ctx) error {
	body, err := render(help)
	if err != nil {
		return err
	}
	view := views.Help{
		Shell: shell(c, "portal.help.title", "portal.help.description"),
		Title: i18n.T(c.UserContext(), "portal.help.title"), HTML: body.HTML,
	}
	for _, m := range p.explained(httpd.Scope(c).Town) {
		manifest := m.Manifest()
		view.Topics = append(view.Topics, views.Door{
			Title: i18n.T(c.UserContext(), manifest.Title), Text: i18n.T(c.UserContext(), manifest.Summary),
			Href: helpPath(httpd.Scope(c).Town, manifest.Code), Icon: manifest.Icon,
		})
	}
	return httpd.Render(c, fiber.StatusOK, views.HelpPage(view))
}

// helpPage is the help of one module.
func (p *Portal) helpPage(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	topics := p.explained(town)
	i := slices.IndexFunc(topics, func(m module.Module) bool { return m.Manifest().Code == c.Params("module") })
	if i < 0 {
		return fault.New(fault.NotFound, "portal.fault.no_help")
	}
	body, err := render(topics[i].(module.Helper).Help())
	if err != nil {
		return err
	}
	ctx, title := c.UserContext(), body.Title
	if title == "" {
		title = i18n.T(c.UserContext(), topics[i].Manifest().Title)
	}
	view := views.Article{Shell: httpd.Shell(c, title), Title: title, HTML: body.HTML}
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "portal.help.title"), Href: helpPath(town, "")}, {Label: title}}
	return httpd.Render(c, fiber.StatusOK, views.ArticlePage(view))
}

// explained lists the modules with a help page, those of the town when there
// is one; the portal's own opens the help.
func (p *Portal) explained(town *tenants.Tenant) []module.Module {
	var list []module.Module
	for _, m := range p.deps.Registry().Modules() {
		manifest := m.Manifest()
		_, explains := m.(module.Helper)
		if explains && m != module.Module(p) && (town == nil || manifest.Core || town.Has(manifest.Code)) {
			list = append(list, m)
		}
	}
	return list
}

func helpPath(town *tenants.Tenant, code string) string {
	path := "/aide"
	if town != nil {
		path = town.Path("aide")
	}
	if code != "" {
		path += "/" + code
	}
	return path
}
