package portal

import (
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/markdown"
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
		town := httpd.Scope(c).Town
		body, err := markdown.Article(i18n.T(ctx, key+".text", p.parties(town)))
		if err != nil {
			return err
		}
		view := views.Article{Shell: shell(c, key+".title", key+".description"), Title: i18n.T(ctx, key+".title"), HTML: body.HTML}
		if view.More, err = markdown.Written(added(which, town), 3); err != nil {
			return err
		}
		return httpd.Render(c, fiber.StatusOK, views.ArticlePage(view))
	}
}

// added is what the town itself adds to a page, "" for nothing.
func added(which page, town *tenants.Tenant) string {
	switch {
	case town != nil && which == legal:
		return town.Legal
	case town != nil && which == privacy:
		return town.Privacy
	}
	return ""
}

var mailbox = regexp.MustCompile(`^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+$`)

// contact writes an e-mail address as a link, anything else as plain text.
func contact(value string) string {
	if mailbox.MatchString(value) {
		return "<" + value + ">"
	}
	return markdown.Escape(value)
}

// parties names who is answerable, escaped for Markdown. An empty value is
// somebody the installation does not name.
func (p *Portal) parties(town *tenants.Tenant) i18n.V {
	values := i18n.V{
		"Address": p.deps.BaseURL + "/", "Publisher": markdown.Escape(p.deps.Legal.Publisher), "Contact": contact(p.deps.Legal.Contact),
		"Host": markdown.Escape(p.deps.Legal.Host), "OfTown": "", "SIREN": "", "IGN": "", "Phone": "", "Postal": "",
	}
	if p.deps.BaseMap == httpd.BaseMapIGN {
		values["IGN"] = "oui"
	}
	if town != nil {
		values["Address"], values["OfTown"], values["SIREN"] = p.deps.BaseURL+town.Path(""), markdown.Escape(i18n.Of(town.Name)), town.SIREN
		values["Phone"], values["Postal"] = markdown.Escape(town.Phone), markdown.Escape(strings.ReplaceAll(town.Postal, "\n", ", "))
		if town.Contact != "" {
			values["Contact"] = contact(town.Contact)
		}
	}
	return values
}

// helpHome introduces the platform and lists the modules that explain
// themselves.
func (p *Portal) helpHome(c *fiber.Ctx) error {
	body, err := markdown.Article(help)
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
	body, err := markdown.Article(topics[i].(module.Helper).Help())
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
