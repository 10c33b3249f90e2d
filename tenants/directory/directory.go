package directory

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

const (
	// freshness is how long another process's change may go unseen.
	freshness = 5 * time.Second
	// While the database is away the towns known last keep their addresses and
	// their pages' frame; it is asked again this often, for so long.
	outage   = time.Second
	patience = 2 * time.Second
)

// Directory finds towns. It is safe for concurrent use.
type Directory struct {
	db *db.DB

	mu     sync.Mutex
	loaded time.Time
	all    []*tenants.Tenant
	bySlug map[string]*tenants.Tenant
	byID   map[tenants.ID]*tenants.Tenant
	byHost map[string]*tenants.Tenant
}

// New makes a directory over the database.
func New(d *db.DB) *Directory { return &Directory{db: d} }

// All lists the towns by slug.
func (d *Directory) All(ctx context.Context) ([]*tenants.Tenant, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.refresh(ctx); err != nil {
		return nil, err
	}
	return d.all, nil
}

// BySlug finds a town by the first segment of its addresses.
func (d *Directory) BySlug(ctx context.Context, slug string) (*tenants.Tenant, error) {
	return find(ctx, d, func() *tenants.Tenant { return d.bySlug[slug] })
}

// ByID finds a town by its identifier.
func (d *Directory) ByID(ctx context.Context, id tenants.ID) (*tenants.Tenant, error) {
	return find(ctx, d, func() *tenants.Tenant { return d.byID[id] })
}

// ByHost finds a town by its own host name, without port.
func (d *Directory) ByHost(ctx context.Context, host string) (*tenants.Tenant, error) {
	return find(ctx, d, func() *tenants.Tenant { return d.byHost[strings.ToLower(host)] })
}

func find(ctx context.Context, d *Directory, lookup func() *tenants.Tenant) (*tenants.Tenant, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.refresh(ctx); err != nil {
		return nil, err
	}
	if t := lookup(); t != nil {
		return t, nil
	}
	return nil, fault.New(fault.NotFound, "tenants.fault.unknown_town")
}

// refresh reloads the towns when they are stale; those known stay when the
// database is away. A few thousand rows of a few
// kilobytes at most every five seconds cost less than a query per request.
func (d *Directory) refresh(ctx context.Context) error {
	if time.Since(d.loaded) < freshness {
		return nil
	}
	known := d.all != nil
	if known {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	var all []*tenants.Tenant
	err := d.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) (err error) {
		all, err = list(ctx, tx)
		return err
	})
	switch {
	case err == nil:
		d.index(all)
	case known:
		slog.WarnContext(ctx, "towns not read again", "error", err.Error())
		d.loaded = time.Now().Add(outage - freshness)
	default:
		return err
	}
	return nil
}

func (d *Directory) index(all []*tenants.Tenant) {
	d.all, d.loaded = all, time.Now()
	d.bySlug = make(map[string]*tenants.Tenant, len(all))
	d.byID = make(map[tenants.ID]*tenants.Tenant, len(all))
	d.byHost = map[string]*tenants.Tenant{}
	for _, t := range all {
		d.bySlug[t.Slug], d.byID[t.ID] = t, t
		if t.Host != "" {
			d.byHost[strings.ToLower(t.Host)] = t
		}
	}
}

// Forget drops the cache after a change made by this process.
func (d *Directory) Forget() {
	d.mu.Lock()
	d.loaded = time.Time{}
	d.mu.Unlock()
}

// Save creates the town, or refreshes its official facts when its slug exists;
// what the town chose for itself since is kept. t.ID is set.
func (d *Directory) Save(ctx context.Context, t *tenants.Tenant) (created bool, err error) {
	if t.ID == (tenants.ID{}) {
		if t.ID, err = uuid.NewV7(); err != nil {
			return false, err
		}
	}
	err = d.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) (err error) {
		created, err = save(ctx, tx, t)
		return err
	})
	d.Forget()
	return created, err
}

// SetModules says which modules are on in a town, with their settings. Data of
// a module that goes off is kept.
func (d *Directory) SetModules(ctx context.Context, id tenants.ID, modules map[string]tenants.ModuleState) error {
	defer d.Forget()
	return d.db.InTenant(ctx, id, func(ctx context.Context, tx *db.Tx) error {
		return setModules(ctx, tx, modules)
	})
}
