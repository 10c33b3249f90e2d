package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"acvdata/modules"
	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/config"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/jobs"
	"acvdata/services/mail"
	"acvdata/services/module"
	"acvdata/services/obs"
	"acvdata/tenants"
	"acvdata/tenants/directory"
	"acvdata/tenants/packs"
	"acvdata/web"
)

// platform is an installation, wired.
type platform struct {
	config   *config.Config
	db       *db.DB
	towns    *directory.Directory
	metrics  *obs.Metrics
	blobs    blob.Store
	jobs     *jobs.Service
	mail     *mail.Sender
	parts    modules.Parts
	registry *module.Registry
	catalog  *i18n.Bundle
	web      *httpd.Server
}

// withPlatform loads the configuration, opens an installation, runs fn as the
// installation itself and closes it.
func withPlatform(ctx context.Context, fn func(*platform) error) error {
	c, err := config.Load()
	if err != nil {
		return err
	}
	slog.SetDefault(obs.NewLogger(os.Stderr, c.LogLevel, c.LogFormat))
	if err := resolveDatabase(ctx, c); err != nil {
		return err
	}
	p, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer p.db.Close()
	return fn(p)
}

// open connects and wires. It migrates first where it may, so that one command
// is enough to start.
func open(ctx context.Context, c *config.Config) (p *platform, err error) {
	if err := migrate(ctx, c); err != nil {
		return nil, err
	}
	p = &platform{config: c, metrics: obs.NewMetrics()}
	if p.db, err = db.Open(ctx, db.Options{URL: c.DatabaseURL, MaxConns: c.DatabaseConns}); err != nil {
		return nil, err
	}
	if err := errors.Join(p.openStores(), p.wire()); err != nil { //nolint:contextcheck // requests bring their own
		p.db.Close()
		return nil, err
	}
	return p, nil
}

func (p *platform) openStores() (err error) {
	p.towns = directory.New(p.db)
	p.jobs = jobs.New(p.db, p.towns, p.metrics, jobs.Settings{
		ShortWorkers: p.config.JobWorkers, HeavyWorkers: p.config.HeavyWorkers, StopTimeout: p.config.ShutdownGrace / 2,
	})
	if p.mail, err = mail.Open(p.config.SMTPURL, p.config.MailFrom); err != nil {
		return err
	}
	location := p.config.BlobURL
	if location == "" {
		dir, err := filepath.Abs(filepath.Join(p.config.DataDir, "blobs"))
		if err != nil {
			return err
		}
		location = "file://" + dir
	}
	p.blobs, err = blob.Open(location)
	return err
}

// wire makes the modules, the registry, the queue and the web application.
func (p *platform) wire() (err error) {
	if p.parts, err = modules.All(p.deps()); err != nil {
		return err
	}
	if p.catalog, err = i18n.NewBundle(catalogues(p.parts.Modules)...); err != nil {
		return err
	}
	if p.registry, err = module.NewRegistry(p.parts.Modules...); err != nil {
		return err
	}
	if err := p.wireJobs(); err != nil {
		return err
	}
	p.web, err = httpd.New(p.registry, p.towns, p.parts.Auth, p.metrics, p.catalog.Localizer(), httpd.Options{
		BaseURL: p.config.BaseURL, TrustedProxies: p.config.TrustedProxies, RequestTimeout: p.config.RequestTimeout,
		FormTargets: p.parts.Auth.FormTargets(), BaseMap: httpd.BaseMap(p.config.BaseMap), Ready: p.db.Ping,
	})
	p.poolMetrics()
	return err
}

func (p *platform) deps() modules.Deps {
	return modules.Deps{
		Config: p.config, DB: p.db, Towns: p.towns, Jobs: p.jobs, Blobs: p.blobs, Metrics: p.metrics,
		Registry: func() *module.Registry { return p.registry },
	}
}

func (p *platform) wireJobs() error {
	kinds := p.mail.Workers()
	for _, m := range p.parts.Modules {
		if w, ok := m.(module.Worker); ok {
			kinds = append(kinds, w.Workers()...)
		}
	}
	if err := p.jobs.Register(kinds...); err != nil {
		return err
	}
	return p.jobs.Open()
}

// catalogues gathers the texts of everything that speaks.
func catalogues(all []module.Module) []fs.FS {
	list := []fs.FS{web.Catalogue, httpd.Catalogue, authz.Catalogue, jobs.Catalogue, mail.Catalogue}
	list = append(list, modules.Catalogues()...)
	for _, m := range all {
		if l, ok := m.(module.Localized); ok {
			list = append(list, l.Locales())
		}
	}
	return list
}

func (p *platform) poolMetrics() {
	stat := func(read func() int32) func() float64 { return func() float64 { return float64(read()) } }
	pool := p.db.Pool()
	p.metrics.Gauge("acv_db_pool_used", "Connections in use.", stat(func() int32 { return pool.Stat().AcquiredConns() }))
	p.metrics.Gauge("acv_db_pool_idle", "Idle connections.", stat(func() int32 { return pool.Stat().IdleConns() }))
	p.metrics.Gauge("acv_db_pool_max", "Most connections.", stat(func() int32 { return pool.Stat().MaxConns() }))
}

// context carries the catalogue and the installation's own rights, for what
// commands call directly.
func (p *platform) context(ctx context.Context) context.Context {
	ctx = i18n.With(ctx, p.catalog.Localizer())
	return authz.With(ctx, authz.Installation("acvdata"))
}

// town finds a town by slug and enters it.
func (p *platform) town(ctx context.Context, slug string) (context.Context, *tenants.Tenant, error) {
	t, err := p.towns.BySlug(ctx, slug)
	if err != nil {
		return nil, nil, err
	}
	return tenants.With(p.context(ctx), t), t, nil
}

func (p *platform) saveTown(ctx context.Context, pack *packs.Pack) (town *tenants.Tenant, created bool, err error) {
	if town, err = pack.Tenant(); err != nil {
		return nil, false, err
	}
	for code := range town.Modules {
		if _, known := p.registry.Manifest(code); !known {
			return nil, false, fmt.Errorf("the pack switches on module %q, which does not exist", code)
		}
	}
	if created, err = p.towns.Save(ctx, town); err != nil {
		return nil, false, err
	}
	if town, err = p.towns.BySlug(ctx, town.Slug); err != nil {
		return nil, false, err
	}
	for _, m := range pack.Members {
		if err := p.parts.Auth.Promise(ctx, town.ID, auth.Invite{Email: m.Email, Powers: auth.Powers{Roles: []authz.Role{m.Role}}}); err != nil {
			return nil, false, fault.Wrap(err, "promise a role to", m.Email)
		}
	}
	return town, created, nil
}

// frenchFault says a fault on the terminal, where the catalogue of the parts
// that have no page is enough.
func frenchFault(f *fault.Fault) (string, bool) {
	all, err := bareParts()
	if err != nil {
		return "", false
	}
	bundle, err := i18n.NewBundle(catalogues(all.Modules)...)
	if err != nil || !bundle.Has(f.Key) {
		return "", false
	}
	text, err := bundle.Localizer().Lookup(f.Key, i18n.V(f.Args))
	return text, err == nil
}
