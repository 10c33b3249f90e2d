package modules

import (
	"context"
	"io/fs"
	"slices"
	"time"

	"acvdata/modules/atlas"
	"acvdata/modules/heat"
	"acvdata/modules/opendata"
	"acvdata/modules/opendata/datagouv"
	"acvdata/modules/opendata/harvest"
	"acvdata/modules/opendata/tables"
	"acvdata/modules/programme"
	"acvdata/modules/showcases"
	"acvdata/modules/trees"
	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/config"
	"acvdata/services/contributions"
	"acvdata/services/cql"
	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/db"
	"acvdata/services/embeds"
	"acvdata/services/fetch"
	"acvdata/services/follow"
	"acvdata/services/geo/crs"
	"acvdata/services/httpd"
	"acvdata/services/imports"
	"acvdata/services/indicators"
	"acvdata/services/jobs"
	"acvdata/services/media"
	"acvdata/services/module"
	"acvdata/services/obs"
	"acvdata/services/ogc"
	"acvdata/services/privacy"
	"acvdata/services/seal"
	"acvdata/services/tableschema"
	"acvdata/services/tabular"
	"acvdata/services/webhooks"
	"acvdata/tenants"
	"acvdata/tenants/branding"
	"acvdata/tenants/directory"
	"acvdata/tenants/portal"
	"acvdata/tenants/workspace"
)

// Deps is what the modules are made from.
type Deps struct {
	Config   *config.Config
	DB       *db.DB
	Towns    *directory.Directory
	Jobs     *jobs.Service
	Blobs    blob.Store
	Metrics  *obs.Metrics
	Registry func() *module.Registry // known once every module is made
}

// Parts are the modules in the order of registration, and the services that
// commands call directly.
type Parts struct {
	Modules    []module.Module
	Auth       *auth.Service
	Imports    *imports.Service
	Datasets   *datasets.Service
	OGC        *ogc.Service
	Indicators *indicators.Service
	Webhooks   *webhooks.Service
	Contribute *contributions.Service
	Follow     *follow.Service
	Atlas      *atlas.Module
}

// All makes every module of the platform and wires them to each other: first
// the trades that hold data, then the services that read what they offer, then
// the modules that show it.
func All(d Deps) (p Parts, err error) {
	p.Atlas = atlas.New(atlas.Deps{DB: d.DB, Blobs: d.Blobs, BaseMap: httpd.BaseMap(d.Config.BaseMap)})
	// In the order towns present them: the rarer trade is what a town came for.
	holders := []module.Module{
		newHeat(d),
		p.Atlas,
		trees.New(trees.Deps{DB: d.DB, BaseMap: httpd.BaseMap(d.Config.BaseMap)}),
	}
	p.Auth = newAuth(d)
	p.Webhooks = newWebhooks(d)
	box, err := seal.New(d.Config.SecretKey)
	if err != nil {
		return p, err
	}
	p.Contribute = newContributions(d, box)
	p.Follow = newFollow(d, p.Contribute)
	p.Indicators = indicators.New(holders...)
	own := tables.New(d.DB, d.Config.TableCache)
	p.Imports = imports.New(imports.Parts{
		DB: d.DB, Blobs: d.Blobs, Jobs: d.Jobs, Metrics: d.Metrics,
		Limits: imports.Limits{Bytes: d.Config.MaxUpload, Rows: int(d.Config.MaxRows)}, Announce: p.Webhooks.Announce,
		Reader: fetch.New(fetch.Settings{
			BaseURL: d.Config.BaseURL, AllowPrivate: d.Config.FetchPrivate, Limits: fetch.Limits{Bytes: d.Config.MaxUpload, Whole: 10 * time.Minute},
		}),
		Policy: func() *authz.Policy { return d.Registry().Policy() }, Towns: d.Towns, BaseURL: d.Config.BaseURL,
		Published: func(ctx context.Context, town *tenants.Tenant, module, slug string) ([]imports.Publication, error) {
			return published(ctx, p.Datasets, town, module, slug)
		},
	}, append(imports.Targets(holders...), own.Target())...)
	p.Datasets = datasets.New(datasets.Parts{DB: d.DB, Blobs: d.Blobs, Jobs: d.Jobs, Town: opendata.TownWords, Announce: datagouv.Follow(p.Webhooks.Announce), Tables: own}, datasets.Offered(holders...)...)
	own.Bind(p.Datasets)
	p.OGC, err = ogc.New(ogc.Parts{
		DB: d.DB, Datasets: p.Datasets, BaseURL: d.Config.BaseURL, Tables: own, Columns: columns.New(d.Config.ColumnCache),
		Memory: ogc.Memory{Tiles: d.Config.TileCache, Points: d.Config.PointCache},
	}, ogc.Offered(holders...)...)
	if err != nil {
		return p, err
	}
	// Sections of the platform come before the towns' pages: "/dossiers/arbres" is
	// no page of a town named "dossiers".
	p.Modules = append(p.Modules, auth.NewPages(p.Auth), p.programme(d), p.showcases(d), p.portal(d), p.workspace(d))
	p.Modules = append(p.Modules, holders...)
	portal := p.opendata(d, own, box)
	p.Indicators.Add(portal)
	p.Contribute.Add(append(slices.Clip(holders), portal)...)
	p.OGC.Bind(portal)
	p.Follow.Add(append(slices.Clip(holders), portal)...)
	if d.Jobs != nil { // nil where only routes and rules are asked for
		d.Jobs.Every(opendata.SnapshotEvery, opendata.SnapshotJob{})
		d.Jobs.Every(imports.WatchEvery, imports.WatchSweep{})
		d.Jobs.Every(harvest.SweepEvery, harvest.SweepJob{})
		d.Jobs.Every(datagouv.SweepEvery, datagouv.SweepJob{})
	}
	frames := embeds.New(d.Towns, d.Config.BaseURL)
	frames.Add(append(slices.Clip(holders), portal)...)
	p.Modules = append(p.Modules, portal, imports.NewModule(p.Imports), p.Datasets, p.OGC, p.Webhooks, p.Contribute, p.Follow, frames)
	return p, nil
}

// published lists the datasets of a module that everybody may have, or the one
// with the address given.
func published(ctx context.Context, all *datasets.Service, town *tenants.Tenant, module, slug string) (list []imports.Publication, err error) {
	open, err := all.Open(ctx, town)
	for i := range open {
		d := &open[i]
		if d.Source.Module() == module && (slug == "" || slug == d.Slug()) {
			list = append(list, imports.Publication{Title: d.Title, Href: town.Path("espace/donnees/" + d.Slug()), At: d.Modified})
		}
	}
	return list, err
}

// newHeat also sets the module's periodic jobs going, wherever jobs are worked.
func newHeat(d Deps) *heat.Module {
	if d.Jobs != nil {
		d.Jobs.Every(heat.WatchEvery, heat.WatchJob{})
		d.Jobs.Every(heat.KeepEvery, heat.KeepJob{})
	}
	return heat.New(heat.Deps{DB: d.DB, Towns: d.Towns, BaseURL: d.Config.BaseURL, BaseMap: httpd.BaseMap(d.Config.BaseMap)})
}

func newAuth(d Deps) *auth.Service {
	c := d.Config
	return auth.New(d.DB, d.Towns, auth.Settings{
		BaseURL: c.BaseURL, Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: c.OIDCClientSecret,
		Scopes: c.OIDCScopes, ACR: c.OIDCACR, SignedUserinfo: c.OIDCSignedUserinfo,
		SessionIdle: c.SessionIdle, SessionAbsolute: c.SessionAbsolute, Timeout: 10 * time.Second,
	})
}

// newWebhooks knows the events of every service that announces.
func newWebhooks(d Deps) *webhooks.Service {
	if d.Jobs != nil {
		d.Jobs.Every(webhooks.SweepEvery, webhooks.SweepJob{})
	}
	return webhooks.Make(webhooks.Parts{DB: d.DB, Towns: d.Towns, BaseURL: d.Config.BaseURL, AllowPrivate: d.Config.WebhookPrivate},
		slices.Concat(imports.Events(), datasets.Events())...)
}

// newContributions also has authors told and old things erased on a schedule.
func newContributions(d Deps, box *seal.Box) *contributions.Service {
	if d.Jobs != nil {
		d.Jobs.Every(contributions.SweepEvery, contributions.SweepJob{})
	}
	return contributions.New(contributions.Parts{DB: d.DB, Blobs: d.Blobs, Towns: d.Towns, BaseURL: d.Config.BaseURL, Box: box})
}

// newFollow also has followers told on a schedule.
func newFollow(d Deps, gate *contributions.Service) *follow.Service {
	if d.Jobs != nil {
		d.Jobs.Every(follow.SweepEvery, follow.SweepJob{})
	}
	return follow.New(follow.Parts{DB: d.DB, Gate: gate, Towns: d.Towns, BaseURL: d.Config.BaseURL})
}

func (p Parts) portal(d Deps) module.Module {
	return portal.New(portal.Deps{
		Towns: d.Towns, Registry: d.Registry, Datasets: p.Datasets, Logos: branding.NewLogos(d.Blobs), BaseURL: d.Config.BaseURL,
		BaseMap: httpd.BaseMap(d.Config.BaseMap), Gallery: !d.Config.Secure(),
		Legal: portal.Legal{Publisher: d.Config.LegalPublisher, Contact: d.Config.LegalContact, Host: d.Config.LegalHost},
	})
}

func (p Parts) workspace(d Deps) module.Module {
	return workspace.New(workspace.Deps{
		DB: d.DB, Towns: d.Towns, Registry: d.Registry, Auth: p.Auth, Imports: p.Imports, Datasets: p.Datasets,
		Logos: branding.NewLogos(d.Blobs), Webhooks: p.Webhooks,
	})
}

// programme reads the towns' signals on a schedule, where jobs are run.
func (p Parts) programme(d Deps) module.Module {
	if d.Jobs != nil {
		d.Jobs.Every(programme.WatchEvery, programme.WatchJob{})
	}
	return programme.New(programme.Deps{DB: d.DB, Towns: d.Towns, Datasets: p.Datasets})
}

func (p Parts) showcases(d Deps) module.Module {
	return showcases.New(showcases.Deps{
		DB: d.DB, Towns: d.Towns, Blobs: d.Blobs, Indicators: p.Indicators,
		BaseURL: d.Config.BaseURL, BaseMap: httpd.BaseMap(d.Config.BaseMap),
	})
}

func (p Parts) opendata(d Deps, own *tables.Service, box *seal.Box) *opendata.Module {
	return opendata.New(opendata.Parts{
		Datasets: p.Datasets, Layers: p.OGC.Tileset(), Jobs: d.Jobs, Towns: d.Towns,
		Tables: own, Live: p.Indicators, DB: d.DB, Blobs: d.Blobs, Contribute: p.Contribute,
		BaseURL: d.Config.BaseURL, BaseMap: httpd.BaseMap(d.Config.BaseMap), Columns: p.OGC.Columns,
		Reader: fetch.New(fetch.Settings{BaseURL: d.Config.BaseURL, AllowPrivate: d.Config.FetchPrivate}),
		Portal: datagouv.NewClient(datagouv.Settings{Portal: d.Config.DataGouvURL, BaseURL: d.Config.BaseURL, AllowPrivate: d.Config.FetchPrivate}),
		Box:    box,
	})
}

// Catalogues are the texts of parts that are no module.
func Catalogues() []fs.FS {
	return []fs.FS{tabular.Catalogue, crs.Catalogue, media.Catalogue, cql.Catalogue, fetch.Catalogue, tableschema.Catalogue, privacy.Catalogue}
}
