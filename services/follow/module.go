package follow

import (
	"embed"
	"io/fs"

	"acvdata/services/authz"
	"acvdata/services/module"
)

//go:embed locales
var catalogue embed.FS

// Compile-time checks of what the service offers as a module.
var (
	_ module.Module    = (*Service)(nil)
	_ module.Worker    = (*Service)(nil)
	_ module.Localized = (*Service)(nil)
)

// Manifest makes the service a part of the platform.
func (s *Service) Manifest() module.Manifest {
	return module.Manifest{Code: "follow", Core: true, Title: "follow.title", Summary: "follow.summary", Icon: "bell"}
}

// Locales is the service's catalogue.
func (s *Service) Locales() fs.FS { return catalogue }

// Mount registers the addresses. Stopping is open to programs: mailboxes do it
// for their owners (RFC 8058), and the address holds the proof.
func (s *Service) Mount(r module.Router) {
	p := &pages{s}
	open := authz.Public()
	r.Public.Get("/suivre", open, p.ask)
	r.Public.Post("/suivre", open, p.receive)
	r.Public.Get("/suivre/envoye", open, p.sent)
	r.Public.Get("/suivi/:token", open, p.own)
	r.Public.PostByPrograms("/suivi/:token", open, p.stop)
	r.Public.Post("/suivi/:token/confirmer", open, p.confirm)
	r.Public.Post("/suivi/:token/retirer", open, p.leave)
}
