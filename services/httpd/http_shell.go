package httpd

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/authz"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/web/layout"
)

// Shell prepares the frame of a page for the request's audience: town,
// navigation of the modules that are on and open to the actor, account. title
// is the page's own, already in French.
func Shell(c *fiber.Ctx, title string) layout.Shell {
	scope := Scope(c)
	shell := layout.Shell{Title: title, Town: scope.Town, Path: c.OriginalURL(), Audience: layout.Platform}
	shell.Flash = takeFlash(c)
	if scope.server == nil {
		return shell
	}
	shell.BaseMapOrigin = scope.server.options.BaseMap.Origin()
	shell.User = scope.user(c)
	audience := scope.Route.Audience
	if scope.Town == nil {
		shell.Nav = scope.navigation(c, module.Platform)
		return shell
	}
	shell.Illustrative = scope.Town.Illustrative
	shell.AccessibilityHref = scope.Town.Path("accessibilite")
	shell.Head.Manifest = scope.Town.Path("manifest.webmanifest")
	shell.Audience = layout.Public
	if audience == module.Workspace {
		shell.Audience = layout.Workspace
		shell.Head.NoIndex = true
	} else {
		audience = module.Public
		shell.Head.Canonical = scope.server.options.BaseURL + c.Path()
	}
	shell.Nav = scope.navigation(c, audience)
	return shell
}

// navigation lists the entries of an audience, in the modules' order.
func (s *RequestScope) navigation(c *fiber.Ctx, audience module.Audience) []layout.NavItem {
	type ordered struct {
		order int
		item  layout.NavItem
	}
	var entries []ordered
	for _, m := range s.server.registry.Modules() {
		manifest := m.Manifest()
		if s.Town != nil && !manifest.Core && !s.Town.Has(manifest.Code) {
			continue
		}
		for _, e := range manifest.Nav {
			if e.Audience != audience || !s.opens(manifest.Code, e) {
				continue
			}
			entries = append(entries, ordered{e.Order, s.item(c, e)})
		}
	}
	slices.SortStableFunc(entries, func(a, b ordered) int { return a.order - b.order })
	items := make([]layout.NavItem, len(entries))
	for i, e := range entries {
		items[i] = e.item
	}
	return items
}

// opens reports whether the actor may follow an entry. In a town its permission
// says so; the platform's pages are opened by roles, which their routes name.
func (s *RequestScope) opens(owner string, e module.NavEntry) bool {
	if e.Audience != module.Platform {
		return e.Permission == "" || s.Can(e.Permission)
	}
	return slices.ContainsFunc(s.server.registry.Routes(), func(r module.Route) bool {
		return r.Owner == owner && r.Audience == module.Platform && r.Path == e.Path && r.Method == fiber.MethodGet &&
			r.Rule.Decide(s.Actor, tenants.ID{}, s.server.registry.Policy()) == authz.Allow
	})
}

func (s *RequestScope) item(c *fiber.Ctx, e module.NavEntry) layout.NavItem {
	href := e.Path
	if s.Town != nil {
		href = strings.Replace(e.Audience.Prefix(), ":town", s.Town.Slug, 1) + e.Path
	}
	here := c.Path()
	current := here == href || e.Path != "/" && strings.HasPrefix(here, href+"/")
	return layout.NavItem{Label: i18n.T(c.UserContext(), e.Label), Href: href, Icon: e.Icon, Current: current}
}

// user is the account shown in the frame, nil for nobody.
func (s *RequestScope) user(c *fiber.Ctx) *layout.User {
	if s.Actor.Nobody() {
		return nil
	}
	u := &layout.User{Name: s.Actor.Name, Email: s.Actor.Email, Initials: initials(s.Actor.Name)}
	for id := range s.Actor.Towns {
		if town, err := s.server.towns.ByID(c.UserContext(), id); err == nil {
			u.Towns = append(u.Towns, link(town, s.Town))
		}
	}
	slices.SortFunc(u.Towns, func(a, b layout.TownLink) int { return strings.Compare(a.Name, b.Name) })
	return u
}

func link(town, current *tenants.Tenant) layout.TownLink {
	return layout.TownLink{Name: town.Name, Href: town.Path("espace/"), Current: current != nil && current.ID == town.ID}
}

// initials gives "CR" for "Camille Roux".
func initials(name string) string {
	var out strings.Builder
	for word := range strings.FieldsSeq(name) {
		r, _ := utf8.DecodeRuneInString(word)
		out.WriteString(strings.ToUpper(string(r)))
		if utf8.RuneCountInString(out.String()) == 2 {
			break
		}
	}
	return out.String()
}

// Allowed reports whether the request's actor holds a permission in the town of
// the request; for buttons that only some may press.
func Allowed(c *fiber.Ctx, p authz.Permission) bool { return Scope(c).Can(p) }
