package datasets

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

// Manifest makes the service a part of the platform. Its pages belong to the
// modules that show datasets.
func (s *Service) Manifest() module.Manifest {
	return module.Manifest{Code: "datasets", Core: true, Title: "datasets.manifest.title", Summary: "datasets.manifest.summary", Icon: "database"}
}

// Mount registers nothing.
func (s *Service) Mount(module.Router) {}

// Locales is the service's catalogue.
func (s *Service) Locales() fs.FS { return locales }

// Offered collects the sources of the modules, in their order.
func Offered(modules ...module.Module) []Source {
	var all []Source
	for _, m := range modules {
		if provider, ok := m.(Provider); ok {
			all = append(all, provider.Datasets()...)
		}
	}
	return all
}
