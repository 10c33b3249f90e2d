package workspace_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/apptest"
	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/imports"
	"acvdata/services/mail"
	"acvdata/services/module"
	"acvdata/services/webhooks"
	"acvdata/tenants"
	"acvdata/tenants/branding"
	"acvdata/tenants/workspace"
)

// trade is a module that towns may switch.
type trade struct {
	code     string
	needs    []string
	settings module.Settings
	figures  []module.Highlight
}

func (t trade) Manifest() module.Manifest {
	return module.Manifest{
		Code: t.code, Title: t.code + ".title", Summary: t.code + ".summary", Icon: "trees", Needs: t.needs, Settings: t.settings,
		Nav: []module.NavEntry{{Audience: module.Workspace, Label: t.code + ".title", Path: "/" + t.code, Permission: t.read()}},
		Permissions: []authz.Grant{
			{Permission: t.read(), Roles: []authz.Role{authz.Agent}, Read: true},
		},
	}
}

func (t trade) read() authz.Permission { return authz.Permission(t.code + ".read") }

func (t trade) Mount(r module.Router) {
	page := func(c *fiber.Ctx) error { return c.SendString(t.code) }
	r.Workspace.Get("/"+t.code, authz.Can(t.read()), page)
	r.Public.Get("/"+t.code, authz.Public(), page)
}

func (t trade) Locales() fs.FS {
	text, err := json.Marshal(map[string]string{
		t.code + ".title": "Le " + t.code, t.code + ".summary": "Un module.",
		t.code + ".limit": "Seuil", t.code + ".open": "Ouvert", t.code + ".pace": "Rythme", t.code + ".pace_slow": "Lent", t.code + ".note": "Note",
	})
	if err != nil {
		panic(err) // a map of strings is always JSON
	}
	return fstest.MapFS{"locales/fr.yaml": {Data: text}}
}

func (t trade) Highlights(context.Context, *tenants.Tenant) ([]module.Highlight, error) {
	return t.figures, nil
}

// post carries the letters of invitations.
type post struct{ *mail.Sender }

func (post) Manifest() module.Manifest { return module.Manifest{Code: "mail", Core: true} }
func (post) Mount(module.Router)       {}

// files is the history of imports, two a page, and the addresses followed.
type files struct {
	list    []*imports.Import
	watched []*imports.Watch
}

func (f files) List(_ context.Context, _ imports.Caller, _ string, before uuid.UUID) ([]*imports.Import, bool, error) {
	rest := f.list[1+slices.IndexFunc(f.list, func(i *imports.Import) bool { return before != uuid.Nil && i.ID == before }):]
	return rest[:min(2, len(rest))], len(rest) > 2, nil
}

func (f files) Watches(context.Context, imports.Caller) ([]*imports.Watch, error) {
	return f.watched, nil
}

func (files) Describe(string) (imports.Description, bool) { return imports.Description{}, false }

// importing declares the permission to see imports, and their page.
type importing struct{}

func (importing) Manifest() module.Manifest {
	return module.Manifest{Code: "imports", Core: true, Title: "imports.title", Summary: "imports.title", Permissions: []authz.Grant{
		{Permission: imports.ReadPermission, Roles: []authz.Role{authz.Manager, authz.Agent}, Read: true},
	}}
}

func (importing) Mount(r module.Router) {
	r.Workspace.Get("/imports", authz.Can(imports.ReadPermission), func(c *fiber.Ctx) error { return c.SendString("imports") })
}

func (importing) Locales() fs.FS {
	return fstest.MapFS{"locales/fr.yaml": {Data: []byte(`{"imports.title": "Imports", "imports.state.ready": "À valider", "imports.state.committed": "Chargé"}`)}}
}

// shelf is what the town could publish.
type shelf struct {
	list  []datasets.Dataset
	fresh map[string]time.Time // by source
}

func (s shelf) List(context.Context, *tenants.Tenant) ([]datasets.Dataset, error) { return s.list, nil }

func (s shelf) Sources(context.Context, *tenants.Tenant) ([]datasets.Source, error) {
	sources := make([]datasets.Source, len(s.list))
	for i, d := range s.list {
		sources[i] = source{d.Source, s.fresh[d.Source.ID]}
	}
	return sources, nil
}

type source struct {
	about datasets.Description
	at    time.Time
}

func (s source) Describe() datasets.Description { return s.about }

func (s source) Changed(context.Context, *db.Tx) (datasets.Freshness, error) {
	return datasets.Freshness{At: s.at}, nil
}

func (source) Rows(context.Context, *db.Tx, datasets.Filter, func(datasets.Row) error) error {
	return errors.New("the workspace reads no row")
}

func (source) Count(context.Context, *db.Tx, datasets.Filter) (int64, error) {
	return 0, errors.New("the workspace counts no row")
}

// stage is the workspace with two towns.
type stage struct {
	*apptest.App
	auth          *auth.Service
	hooks         *webhooks.Service
	ales, bayonne *tenants.Tenant
	t             *testing.T
}

// orchard and well are the modules of most tests: the well is needed.
var (
	orchard = trade{code: "verger", needs: []string{"puits"}, settings: module.Settings{
		Fields: []module.SettingField{
			{Name: "limit", Label: "verger.limit", Kind: module.SettingNumber, Default: 2.5, Min: 0.5, Max: 500, Unit: "m"},
			{Name: "open", Label: "verger.open", Kind: module.SettingSwitch, Default: true},
			{Name: "pace", Label: "verger.pace", Kind: module.SettingChoice, Default: "slow", Choices: []string{"slow", "fast"}},
			{Name: "note", Label: "verger.note", Kind: module.SettingText, Default: ""},
		},
		Validate: func(raw json.RawMessage) error {
			var s struct{ Limit float64 }
			if err := json.Unmarshal(raw, &s); err != nil || s.Limit <= 100 {
				return err
			}
			return fault.New(fault.Invalid, "workspace.fault.form", fault.On("limit", "workspace.fault.number", nil))
		},
	}}
	well = trade{code: "puits"}
)

type parts struct {
	files   []*imports.Import
	watched []*imports.Watch
	shelf   shelf
	figures []module.Highlight
	// privateHooks lets webhooks reach a server of the test.
	privateHooks bool
}

func start(t *testing.T, p parts) *stage {
	t.Helper()
	s := &stage{t: t}
	bearing := orchard
	bearing.figures = p.figures
	s.App = apptest.New(t, func(k apptest.Kit) []module.Module {
		s.auth = auth.New(k.DB, k.Towns, auth.Settings{BaseURL: apptest.BaseURL})
		sender, err := mail.Open("", "essai@acv.test")
		if err != nil {
			t.Fatal(err)
		}
		s.hooks = webhooks.Make(webhooks.Parts{DB: k.DB, Towns: k.Towns, BaseURL: apptest.BaseURL, AllowPrivate: p.privateHooks},
			webhooks.Kind{Name: "verger.recolte", Label: "verger.title"})
		return []module.Module{bearing, well, importing{}, post{sender}, auth.NewPages(s.auth), s.hooks, workspace.New(workspace.Deps{
			DB: k.DB, Towns: k.Towns, Registry: func() *module.Registry { return s.Registry }, Auth: s.auth,
			Imports: files{p.files, p.watched}, Datasets: p.shelf, Logos: branding.NewLogos(k.Blobs), Webhooks: s.hooks,
		})}
	})
	s.ales, s.bayonne = s.Town("ales"), s.Town("bayonne")
	return s
}

// join makes a real member of a town, whom the tables know.
func (s *stage) join(town *tenants.Tenant, name, email string, roles ...authz.Role) authz.Actor {
	s.t.Helper()
	actor := apptest.Member(town, roles...)
	actor.Name, actor.Email = name, email
	conn, err := pgx.Connect(s.t.Context(), s.AdminDB)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	_, err = conn.Exec(s.t.Context(), `INSERT INTO platform.account (id, name, email, created_at, last_sign_in_at) VALUES ($1, $2, $3, now(), now())`,
		actor.AccountID, name, email)
	if err != nil {
		s.t.Fatal(err)
	}
	_, err = conn.Exec(s.t.Context(), `
INSERT INTO platform.membership (tenant_id, account_id, name, email, roles, created_at, last_sign_in_at)
VALUES ($1, $2, $3, $4, $5, now(), now())`, town.ID, actor.AccountID, name, email, roles)
	if err != nil {
		s.t.Fatal(err)
	}
	return actor
}

// seen is the version that the forms of a page carry.
func (s *stage) seen(c *apptest.Client, path string) string {
	s.t.Helper()
	value, found := c.Get(path).Want(200).Page().Find(`input[name="vu"]`).First().Attr("value")
	if !found {
		s.t.Fatalf("%s has no version", path)
	}
	return value
}

func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}
