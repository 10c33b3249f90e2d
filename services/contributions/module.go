package contributions

import (
	"embed"
	"io/fs"

	"acvdata/services/authz"
	"acvdata/services/module"
)

//go:embed locales
var catalogue embed.FS

//go:embed help/fr.md
var help string

// The service's permissions. Moderating a kind takes the kind's own permission
// too: a manager of one module moderates that one.
const (
	ModeratePermission authz.Permission = "contributions.moderate"
	SettingsPermission authz.Permission = "contributions.settings"
)

// Compile-time checks of what the service offers as a module.
var (
	_ module.Module    = (*Service)(nil)
	_ module.Worker    = (*Service)(nil)
	_ module.Localized = (*Service)(nil)
	_ module.Helper    = (*Service)(nil)
)

// Manifest makes the service a part of the platform.
func (s *Service) Manifest() module.Manifest {
	return module.Manifest{
		Code: "contributions", Core: true, Title: "contributions.title", Summary: "contributions.summary", Icon: "inbox",
		Nav: []module.NavEntry{{
			Audience: module.Workspace, Label: "contributions.title", Path: "/contributions", Icon: "inbox",
			Permission: ModeratePermission, Order: 75,
		}},
		Permissions: []authz.Grant{
			// Not Read: what people send may name them, which is nobody's business outside the town.
			{Permission: ModeratePermission, Roles: []authz.Role{authz.Moderator, authz.Manager, authz.Agent}, Shared: true},
			{Permission: SettingsPermission, Roles: []authz.Role{authz.Moderator, authz.Manager}, Shared: true},
		},
	}
}

// Locales is the service's catalogue.
func (s *Service) Locales() fs.FS { return catalogue }

// Help is the page for the town's staff.
func (s *Service) Help() string { return help }

// Mount registers the addresses.
func (s *Service) Mount(r module.Router) {
	p, d := &pages{s}, &desk{s}
	open := authz.Public()
	moderate, settings := authz.Can(ModeratePermission), authz.Can(SettingsPermission)

	r.Public.Get("/contribuer/:kind", open, p.ask)
	r.Public.Upload("/contribuer/:kind", open, p.receive)
	r.Public.Get("/contribution/:token", open, p.own)
	r.Public.Post("/contribution/:token", open, p.correct)
	r.Public.Post("/contribution/:token/retirer", open, p.withdraw)
	r.Public.Post("/contribution/:token/effacer", open, p.erase)
	r.Public.Get("/contribution/:token/photo", open, p.ownPhoto)
	r.Public.Get("/contributions/:id/photo", open, p.photo)

	r.Workspace.Get("/contributions", moderate, d.queue)
	r.Workspace.Post("/contributions", moderate, d.bulk)
	r.Workspace.Post("/contributions/lots/:batch/annuler", moderate, d.undo)
	r.Workspace.Get("/contributions/reglages", settings, d.settings)
	r.Workspace.Post("/contributions/reglages/:kind", settings, d.saveMode)
	r.Workspace.Get("/contributions/:id", moderate, d.sheet)
	r.Workspace.Post("/contributions/:id", moderate, d.decide)
	r.Workspace.Get("/contributions/:id/photo", moderate, d.photo)
}
