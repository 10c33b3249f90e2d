package apptest

import (
	"context"
	"io/fs"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/cql"
	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/services/fault"
	"acvdata/services/fetch"
	"acvdata/services/geo/crs"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/jobs"
	"acvdata/services/media"
	"acvdata/services/module"
	"acvdata/services/obs"
	"acvdata/services/privacy"
	"acvdata/services/tableschema"
	"acvdata/services/tabular"
	"acvdata/tenants"
	"acvdata/tenants/directory"
	"acvdata/web"
)

// BaseURL is the address the application believes it has.
const BaseURL = "http://acv.test"

// Kit is what modules are made from.
type Kit struct {
	DB      *db.DB
	AdminDB string // superuser's URL of the same database
	Jobs    *jobs.Service
	Blobs   blob.Store
	Towns   *directory.Directory
	Metrics *obs.Metrics
}

// App is the application under test.
type App struct {
	Kit
	Server   *httpd.Server
	Registry *module.Registry
	Context  context.Context //nolint:containedctx // carries the catalogue for services called directly
	t        testing.TB
	people   *people
	kinds    []jobs.Kind
	files    string // folder of Blobs
}

// New builds the application of the modules that build returns.
func New(t testing.TB, build func(Kit) []module.Module) *App {
	t.Helper()
	d, admin := dbtest.Pair(t)
	return NewOn(t, d, admin, build)
}

// NewOn is New on a database of the caller's own: one whose server is stopped
// under the application.
func NewOn(t testing.TB, d *db.DB, admin string, build func(Kit) []module.Module) *App {
	t.Helper()
	return newOn(t, d, admin, t.TempDir(), build)
}

func newOn(t testing.TB, d *db.DB, admin, files string, build func(Kit) []module.Module) *App {
	t.Helper()
	a := &App{t: t, people: &people{actors: map[string]authz.Actor{}}, files: files}
	a.Kit = newKit(t, d, admin, files)
	modules := build(a.Kit)
	catalogues := []fs.FS{web.Catalogue, httpd.Catalogue, authz.Catalogue, jobs.Catalogue, tabular.Catalogue, crs.Catalogue, media.Catalogue, cql.Catalogue, fetch.Catalogue, tableschema.Catalogue, privacy.Catalogue}
	for _, m := range modules {
		if l, ok := m.(module.Localized); ok {
			catalogues = append(catalogues, l.Locales())
		}
		if w, ok := m.(module.Worker); ok {
			a.kinds = append(a.kinds, w.Workers()...)
		}
	}
	bundle, err := i18n.NewBundle(catalogues...)
	must(t, err)
	a.Context = i18n.With(t.Context(), bundle.Localizer())
	must(t, a.Jobs.Register(a.kinds...))
	must(t, a.Jobs.Open())
	a.Registry, err = module.NewRegistry(modules...)
	must(t, err)
	a.Server, err = httpd.New(a.Registry, a.Towns, a.people, a.Metrics, bundle.Localizer(),
		httpd.Options{BaseURL: BaseURL, Ready: a.DB.Ping})
	must(t, err)
	t.Cleanup(func() { _ = a.Server.Stop(context.Background()) })
	return a
}

func newKit(t testing.TB, d *db.DB, admin, files string) Kit {
	t.Helper()
	store, err := blob.Open("file://" + files)
	must(t, err)
	towns, metrics := directory.New(d), obs.NewMetrics()
	queue := jobs.New(d, towns, metrics, jobs.Settings{ShortWorkers: 4, HeavyWorkers: 2, StopTimeout: 5 * time.Second})
	return Kit{DB: d, AdminDB: admin, Jobs: queue, Blobs: store, Towns: towns, Metrics: metrics}
}

// Town adds a town with every module of the application on.
func (a *App) Town(slug string) *tenants.Tenant {
	a.t.Helper()
	town := dbtest.Town(a.t, a.DB, slug)
	on := map[string]tenants.ModuleState{}
	for _, m := range a.Registry.Modules() {
		on[m.Manifest().Code] = tenants.ModuleState{On: true}
	}
	must(a.t, a.Towns.SetModules(a.t.Context(), town.ID, on))
	fresh, err := a.Towns.ByID(a.t.Context(), town.ID)
	must(a.t, err)
	return fresh
}

// Work starts the workers; they stop when the test ends.
func (a *App) Work() {
	a.t.Helper()
	must(a.t, a.Jobs.Start(a.Context))
	a.t.Cleanup(func() { _ = a.Jobs.Stop(context.Background()) })
}

// WaitFor returns the progress of a subject once its job is over.
func (a *App) WaitFor(town tenants.ID, subject string) *jobs.Progress {
	a.t.Helper()
	changed, stop := a.Jobs.Watch(town, subject)
	defer stop()
	deadline := time.After(time.Minute)
	for {
		p, err := a.Jobs.Progress(a.Context, town, subject)
		if err == nil && p.Over() {
			return p
		}
		select {
		case <-changed:
		case <-time.After(200 * time.Millisecond):
		case <-deadline:
			a.t.Fatalf("job of %s is not over after a minute: %+v (%v)", subject, p, err)
		}
	}
}

// Member makes an actor with roles in one town.
func Member(town *tenants.Tenant, roles ...authz.Role) authz.Actor {
	return authz.Actor{
		AccountID: uuid.New(), Name: "Camille Essai", Email: "camille@essai.test",
		Towns: map[uuid.UUID]authz.Membership{town.ID: {Roles: roles}},
	}
}

// people is the authenticator of tests: a session cookie names an actor.
type people struct {
	mu     sync.Mutex
	actors map[string]authz.Actor
}

func (p *people) CookieName() string { return "acv" }

func (p *people) Authenticate(_ context.Context, cookie, bearer, _ string) (authz.Actor, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := cookie
	if bearer != "" {
		key = bearer
	}
	if key == "" {
		return authz.Actor{}, nil
	}
	actor, ok := p.actors[key]
	if !ok {
		return authz.Actor{}, fault.New(fault.Unauthenticated, "httpd.fault.sign_in")
	}
	return actor, nil
}

func (p *people) add(a authz.Actor) (cookie string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	cookie = uuid.NewString()
	p.actors[cookie] = a
	return cookie
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
