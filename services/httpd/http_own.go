package httpd

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/web"
	"acvdata/web/layout"
)

// Catalogue holds locales/fr.yaml: faults and titles of error pages.
//
//go:embed locales
var Catalogue embed.FS

// own registers the addresses that belong to no module.
func (s *Server) own() {
	s.app.Get("/assets/*", serveAsset)
	s.app.Get(web.ServiceWorkerPath, serveAsset)
	s.app.Get("/healthz", func(c *fiber.Ctx) error { return c.SendString("ok\n") })
	s.app.Get("/readyz", s.ready)
	s.app.Get("/hors-ligne", s.offline)
	s.app.Get("/robots.txt", s.robots)
}

func serveAsset(c *fiber.Ctx) error {
	body, headers, ok := web.Assets().Lookup(c.Path(), c.Get(fiber.HeaderAcceptEncoding))
	if !ok {
		return fiber.ErrNotFound
	}
	for _, h := range headers {
		c.Set(h.Name, h.Value)
	}
	return c.Send(body)
}

// ready answers 200 when the platform can serve, 503 with the reason's code
// otherwise.
func (s *Server) ready(c *fiber.Ctx) error {
	if s.options.Ready != nil {
		if err := s.options.Ready(c.UserContext()); err != nil {
			return err
		}
	}
	return c.SendString("ready\n")
}

func (s *Server) offline(c *fiber.Ctx) error {
	c.Locals(scopeKey, &RequestScope{RequestID: requestID(c), Route: module.Route{Audience: module.Platform}, server: s})
	return Render(c, fiber.StatusOK, layout.Offline(Shell(c, i18n.T(c.UserContext(), "web.offline.title"))))
}

func (s *Server) robots(c *fiber.Ctx) error {
	return c.SendString("User-agent: *\nDisallow: /*/espace/\nDisallow: /connexion\nDisallow: /compte\n\nSitemap: " + s.options.BaseURL + "/sitemap.xml\n")
}
