package showcases

import (
	"context"
	"embed"
	"io/fs"
	"time"

	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/httpd"
	"acvdata/services/indicators"
	"acvdata/services/module"
)

//go:embed locales
var locales embed.FS

//go:embed help/fr.md
var help string

// The module's permissions in a town.
const (
	ReadPermission     authz.Permission = "showcases.read"     // pieces about the town, before everybody
	ValidatePermission authz.Permission = "showcases.validate" // in the town's name: administrators
)

// Deps is what the module is made from.
type Deps struct {
	DB         *db.DB
	Towns      Towns
	Blobs      blob.Store
	Indicators *indicators.Service
	BaseURL    string // of the installation, without a slash at the end
	BaseMap    httpd.BaseMap
}

// Module is the showcases.
type Module struct {
	*Service
	baseURL string
	baseMap httpd.BaseMap
}

// New makes the module; it reads nothing yet.
func New(d Deps) *Module {
	return &Module{
		Service: &Service{db: d.DB, towns: d.Towns, blobs: d.Blobs, indicators: d.Indicators, now: time.Now},
		baseURL: d.BaseURL, baseMap: d.BaseMap,
	}
}

// Compile-time checks of what the module offers.
var (
	_ module.Module    = (*Module)(nil)
	_ module.Localized = (*Module)(nil)
	_ module.Helper    = (*Module)(nil)
	_ module.Mapped    = (*Module)(nil)
	_ module.Seeder    = (*Module)(nil)
)

// Manifest says that the module is part of the platform: pieces belong to the
// programme, no town switches them off.
func (m *Module) Manifest() module.Manifest {
	return module.Manifest{
		Code: "showcases", Core: true, Title: "showcases.title", Summary: "showcases.summary", Icon: "newspaper",
		Nav: []module.NavEntry{
			{Audience: module.Platform, Label: "showcases.nav.sheet", Path: "/cas-usages", Icon: "lightbulb", Order: 10},
			{Audience: module.Platform, Label: "showcases.nav.dossier", Path: "/dossiers", Icon: "library", Order: 20},
			{Audience: module.Platform, Label: "showcases.nav.interview", Path: "/entretiens", Icon: "messages-square", Order: 30},
			{Audience: module.Platform, Label: "showcases.nav.newsroom", Path: "/redaction", Icon: "pencil-line", Order: 40},
			{Audience: module.Workspace, Label: "showcases.nav.town", Path: "/cas-usages", Icon: "newspaper", Permission: ReadPermission, Order: 85},
		},
		Permissions: []authz.Grant{
			{Permission: ReadPermission, Roles: []authz.Role{authz.Manager, authz.Agent, authz.Reader}},
			{Permission: ValidatePermission},
		},
	}
}

// Locales is the module's catalogue of texts.
func (m *Module) Locales() fs.FS { return locales }

// Help is the module's help page.
func (m *Module) Help() string { return help }

// Pages implements module.Mapped: the lists and every open piece.
func (m *Module) Pages(ctx context.Context) ([]module.Page, error) {
	open, err := m.OpenPieces(ctx, "")
	if err != nil {
		return nil, err
	}
	var pages []module.Page
	for _, k := range kinds {
		pages = append(pages, module.Page{Path: "/" + k.Section()})
	}
	for i := range open {
		pages = append(pages, module.Page{Path: open[i].Path(), Changed: open[i].RefreshedAt})
	}
	return pages, nil
}

// Mount registers the addresses.
func (m *Module) Mount(r module.Router) {
	open := authz.Public()
	editor := authz.PlatformRole(authz.Editor, authz.Publisher)
	publisher := authz.PlatformRole(authz.Publisher)
	for _, k := range kinds {
		r.Platform.Get("/"+k.Section(), open, m.index(k))
		r.Platform.Get("/"+k.Section()+"/flux.atom", open, m.feed(k))
		r.Platform.Get("/"+k.Section()+"/:piece", open, m.page(k))
	}
	r.Platform.Get("/cas-usages/images/:picture/:size", open, m.pictureFile)

	r.Platform.Get("/redaction", editor, m.newsroom)
	r.Platform.Post("/redaction", editor, m.create)
	r.Platform.Get("/redaction/:piece", editor, m.edit)
	r.Platform.Post("/redaction/:piece", editor, m.saveHead)
	r.Platform.Get("/redaction/:piece/apercu", editor, m.preview)
	r.Platform.Get("/redaction/:piece/versions", editor, m.versionsPage)
	r.Platform.Get("/redaction/:piece/versions/:number", editor, m.difference)
	r.Platform.Post("/redaction/:piece/blocs", editor, m.addBlock)
	r.Platform.Get("/redaction/:piece/blocs/:block", editor, m.editBlock)
	r.Platform.Post("/redaction/:piece/blocs/:block", editor, m.saveBlock)
	r.Platform.Post("/redaction/:piece/blocs/:block/deplacer", editor, m.moveBlock)
	r.Platform.Post("/redaction/:piece/blocs/:block/supprimer", editor, m.removeBlock)
	r.Platform.Upload("/redaction/:piece/blocs/:block/image", editor, m.uploadPicture)
	r.Platform.Post("/redaction/:piece/soumettre", editor, m.act(Submitted))
	r.Platform.Post("/redaction/:piece/reprendre", editor, m.act(Resumed))
	r.Platform.Post("/redaction/:piece/renvoyer", editor, m.act(Returned))
	r.Platform.Post("/redaction/:piece/publier", publisher, m.act(Issued))
	r.Platform.Post("/redaction/:piece/archiver", publisher, m.act(Withdrawn))

	read, validate := authz.Can(ReadPermission), authz.Can(ValidatePermission)
	r.Workspace.Get("/cas-usages", read, m.townPieces)
	r.Workspace.Get("/cas-usages/:piece", read, m.townPiece)
	r.Workspace.Post("/cas-usages/:piece/valider", validate, m.townAct(Validated))
	r.Workspace.Post("/cas-usages/:piece/refuser", validate, m.townAct(Declined))
}
