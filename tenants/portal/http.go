package portal

import (
	"context"
	"encoding/xml"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/tenants/branding"
	"acvdata/web"
	"acvdata/web/layout"
)

// shell is the frame of a page of the portal.
func shell(c *fiber.Ctx, titleKey, descriptionKey string, args ...i18n.Arg) layout.Shell {
	s := httpd.Shell(c, i18n.T(c.UserContext(), titleKey, args...))
	s.Description = i18n.T(c.UserContext(), descriptionKey, args...)
	return s
}

// addSlash sends "/ales" to "/ales/"; anything that is no town is somebody
// else's address.
func (p *Portal) addSlash(c *fiber.Ctx) error {
	if httpd.Scope(c).Town == nil {
		all, err := p.deps.Towns.All(c.UserContext())
		if err != nil {
			return err
		}
		slug := c.Params("town")
		if !slices.ContainsFunc(all, func(t *tenants.Tenant) bool { return t.Slug == slug }) {
			return c.Next()
		}
	}
	return c.Redirect(c.Path()+"/", fiber.StatusMovedPermanently)
}

// logo is the town's own, kept for ever under the address of its content.
func (p *Portal) logo(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	if town.Logo == "" {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	picture, err := p.deps.Logos.Read(c.UserContext(), town.ID, town.Logo)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, branding.Type)
	cache := "public, max-age=0, must-revalidate"
	if town.LogoPath() == c.OriginalURL() {
		cache = "public, max-age=31536000, immutable"
	}
	c.Set(fiber.HeaderCacheControl, cache)
	return c.Send(picture)
}

// webManifest lets a phone install the town's portal.
func (p *Portal) webManifest(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	name := i18n.T(c.UserContext(), "web.product") + " – " + town.Called()
	body, err := web.Assets().WebManifest(web.App{
		Name: name, ShortName: town.Name, Start: town.Path(""), Scope: town.Path(""), ThemeColor: "#FAF9F5",
	})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/manifest+json")
	c.Set(fiber.HeaderCacheControl, "public, max-age=0, must-revalidate")
	return c.Send(body)
}

type urlSet struct {
	XMLName   xml.Name  `xml:"urlset"`
	Namespace string    `xml:"xmlns,attr"`
	URLs      []address `xml:"url"`
}

type address struct {
	Location string `xml:"loc"`
	Changed  string `xml:"lastmod,omitempty"` // RFC 3339
}

// sitemap lists the pages of the platform and of every town that search engines
// may show: those a navigation leads to.
func (p *Portal) sitemap(c *fiber.Ctx) error {
	all, err := p.deps.Towns.All(c.UserContext())
	if err != nil {
		return err
	}
	set := urlSet{Namespace: "http://www.sitemaps.org/schemas/sitemap/0.9"}
	for _, path := range append([]string{"/", "/aide", "/api"}, p.townPaths(all)...) {
		set.URLs = append(set.URLs, address{Location: p.deps.BaseURL + path})
	}
	own, err := p.ownPages(c.UserContext())
	if err != nil {
		return err
	}
	set.URLs = append(set.URLs, own...)
	body, err := xml.Marshal(set)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/xml; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "public, max-age=0, must-revalidate")
	return c.Send(append([]byte(xml.Header), body...))
}

// ownPages are the pages that modules name themselves.
func (p *Portal) ownPages(ctx context.Context) (list []address, err error) {
	for _, m := range p.deps.Registry().Modules() {
		mapped, is := m.(module.Mapped)
		if !is {
			continue
		}
		pages, err := mapped.Pages(ctx)
		if err != nil {
			return nil, err
		}
		for _, page := range pages {
			a := address{Location: p.deps.BaseURL + page.Path}
			if !page.Changed.IsZero() {
				a.Changed = page.Changed.UTC().Format(time.RFC3339)
			}
			list = append(list, a)
		}
	}
	return list, nil
}

func (p *Portal) townPaths(all []*tenants.Tenant) []string {
	var paths []string
	for _, town := range all {
		paths = append(paths, town.Path(""))
		for _, m := range p.deps.Registry().Modules() {
			manifest := m.Manifest()
			if !manifest.Core && !town.Has(manifest.Code) {
				continue
			}
			for _, e := range manifest.Nav {
				if e.Audience == module.Public && e.Path != "/" {
					paths = append(paths, town.Path(e.Path[1:]))
				}
			}
		}
	}
	return paths
}
