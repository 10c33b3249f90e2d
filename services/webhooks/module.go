package webhooks

import (
	"embed"
	"io/fs"

	"acvdata/services/module"
)

//go:embed locales
var locales embed.FS

// Compile-time checks of what the service offers as a module.
var (
	_ module.Module    = (*Service)(nil)
	_ module.Worker    = (*Service)(nil)
	_ module.Localized = (*Service)(nil)
)

// Manifest makes the service a part of the platform. Its pages are
// tenants/workspace's.
func (s *Service) Manifest() module.Manifest {
	return module.Manifest{Code: "webhooks", Core: true, Title: "webhooks.title", Summary: "webhooks.summary", Icon: "webhook"}
}

// Mount registers nothing.
func (s *Service) Mount(module.Router) {}

// Locales is the service's catalogue.
func (s *Service) Locales() fs.FS { return locales }
