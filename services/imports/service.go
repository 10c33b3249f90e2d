package imports

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/services/obs"
	"acvdata/services/webhooks"
	"acvdata/tenants"
)

// The pipeline's permissions. Importing takes RunPermission and the target's own.
const (
	ReadPermission authz.Permission = "imports.read"
	RunPermission  authz.Permission = "imports.run"
)

// Limits of an installation.
type Limits struct {
	Bytes int64 // of a file; 0 means 512 MiB
	Rows  int   // of a file; 0 means 2,000,000
}

// Parts are what the service is made from.
type Parts struct {
	DB      *db.DB
	Blobs   blob.Store
	Jobs    *jobs.Service
	Metrics *obs.Metrics
	Limits  Limits
	Reader  Reader // of files and schemas at addresses; nil reads none
	// Announce tells other programs of the town what was loaded; nil tells nobody.
	Announce webhooks.Announce
	// Policy says what the owner of a watched address may still do; nil follows none.
	Policy  func() *authz.Policy
	Towns   Towns  // whose watched addresses are read
	BaseURL string // of links in messages
	// Published lists the published datasets of a module, or the one with the
	// address given; nil tells of none.
	Published func(ctx context.Context, town *tenants.Tenant, module, slug string) ([]Publication, error)
}

// Publication is a dataset that everybody may have.
type Publication struct {
	Title, Href string // Href leads to where it is published again
	At          time.Time
}

// Service has the rules of imports. The pages, the API and the command line go
// through it. It is safe for concurrent use.
type Service struct {
	Parts
	store   store
	targets []Target
	now     func() time.Time
}

// New makes the service; targets are what files can be imported into.
func New(p Parts, targets ...Target) *Service {
	if p.Limits.Bytes == 0 {
		p.Limits.Bytes = 512 << 20
	}
	if p.Limits.Rows == 0 {
		p.Limits.Rows = 2_000_000
	}
	return &Service{Parts: p, targets: targets, now: time.Now}
}

// Caller is on whose behalf something is done: a town and what may be done
// there. Who it is comes from the context (services/authz).
type Caller struct {
	Town *tenants.Tenant
	Can  func(authz.Permission) bool
	// Reach says which data a permission opens; nil is everything.
	Reach func(authz.Permission) authz.Reach
}

func (c Caller) reach(p authz.Permission) authz.Reach {
	if c.Reach == nil {
		return authz.Everything()
	}
	return c.Reach(p)
}

// author is whose imports alone the caller sees; nil sees them all. Files of
// others hold what a partner may not read.
func (c Caller) author(ctx context.Context) *Deed {
	if c.reach(ReadPermission).Sources() == nil {
		return nil
	}
	actor := authz.From(ctx)
	return &Deed{By: actor.AccountID, Name: actor.Name} // a token has the account of who made it, and its own name
}

func (c Caller) sees(ctx context.Context, i *Import) bool {
	author := c.author(ctx)
	return author == nil || author.By == i.Created.By && author.Name == i.Created.Name
}

// Targets lists what the caller may import into, in the order of the modules.
func (s *Service) Targets(c Caller) []Description {
	var list []Description
	for _, t := range s.targets {
		d := t.Describe()
		if c.Town.Has(d.Module()) && c.Can(d.Permission) {
			list = append(list, d)
		}
	}
	return list
}

// Describe finds a target by its code, whatever the caller may do with it.
func (s *Service) Describe(code string) (Description, bool) {
	t := s.target(code)
	if t == nil {
		return Description{}, false
	}
	return t.Describe(), true
}

func (s *Service) target(code string) Target {
	for _, t := range s.targets {
		if t.Describe().Code == code {
			return t
		}
	}
	return nil
}

// allowed finds a target the caller may import into.
func (s *Service) allowed(c Caller, code string) (Target, error) {
	t := s.target(code)
	if t == nil || !c.Town.Has(t.Describe().Module()) {
		return nil, fault.New(fault.Invalid, "imports.fault.no_target",
			fault.With(fault.Args{"Targets": strings.Join(s.codes(c), ", ")}),
			fault.On("target", "imports.fault.choose_target", nil))
	}
	if !c.Can(RunPermission) || !c.Can(t.Describe().Permission) {
		return nil, fault.New(fault.Forbidden, "imports.fault.forbidden")
	}
	return t, nil
}

func (s *Service) codes(c Caller) []string {
	var codes []string
	for _, d := range s.Targets(c) {
		codes = append(codes, d.Code)
	}
	slices.Sort(codes)
	return codes
}

// Get reads an import.
func (s *Service) Get(ctx context.Context, c Caller, id uuid.UUID) (found *Import, err error) {
	if !c.Can(ReadPermission) {
		return nil, fault.New(fault.Forbidden, "imports.fault.forbidden")
	}
	err = s.DB.ReadTenant(ctx, c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		found, err = s.store.get(ctx, tx, id)
		return err
	})
	if err == nil && !c.sees(ctx, found) {
		return nil, fault.New(fault.NotFound, "imports.fault.not_found")
	}
	return found, err
}

// HistoryPage is how many imports a page of the history lists.
const HistoryPage = 20

// List reads the history, newest first: of one target, or of all when target is
// "". before is the last import of the page before, zero for the first page.
func (s *Service) List(ctx context.Context, c Caller, target string, before uuid.UUID) (list []*Import, more bool, err error) {
	if !c.Can(ReadPermission) {
		return nil, false, fault.New(fault.Forbidden, "imports.fault.forbidden")
	}
	err = s.DB.ReadTenant(ctx, c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = s.store.history(ctx, tx, c.author(ctx), target, before, HistoryPage+1)
		return err
	})
	if len(list) > HistoryPage {
		return list[:HistoryPage], true, err
	}
	return list, false, err
}

// Twin finds the last committed import of the same file into the same target of
// the same town; nil when there is none.
func (s *Service) Twin(ctx context.Context, c Caller, i *Import) (twin *Import, err error) {
	err = s.DB.ReadTenant(ctx, c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		twin, err = s.store.twin(ctx, tx, i)
		return err
	})
	if twin != nil && !c.sees(ctx, twin) {
		return nil, err
	}
	return twin, err
}

// Preview reads what the last check found; a not_found fault before any check.
func (s *Service) Preview(ctx context.Context, c Caller, id uuid.UUID) (p *Preview, err error) {
	if _, err := s.Get(ctx, c, id); err != nil {
		return nil, err
	}
	err = s.DB.ReadTenant(ctx, c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		p, err = s.store.preview(ctx, tx, id)
		return err
	})
	if err == nil && p == nil {
		err = fault.New(fault.NotFound, "imports.fault.not_checked")
	}
	return p, err
}

// change reads an import the caller may work on, has fn change it, and saves it,
// in one transaction. While another transaction works on the same import it is a
// conflict, at once: a commit may take minutes.
func (s *Service) change(ctx context.Context, c Caller, id uuid.UUID, fn func(context.Context, *db.Tx, *Import) error) (*Import, error) {
	var changed *Import
	err := s.DB.InTenant(ctx, c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		i, err := s.store.claim(ctx, tx, id)
		if err != nil {
			return err
		}
		if !c.sees(ctx, i) {
			return fault.New(fault.NotFound, "imports.fault.not_found")
		}
		if _, err := s.allowed(c, i.Target); i.Target != "" && err != nil {
			return err
		}
		if err := fn(ctx, tx, i); err != nil {
			return err
		}
		if i.Target != "" {
			// The job works for whoever asked last, and goes no further than they may.
			i.Mapping.Sources = c.reach(s.target(i.Target).Describe().Permission).Sources()
		}
		changed = i
		return s.store.save(ctx, tx, i)
	})
	return changed, err
}

func (s *Service) deed(ctx context.Context) Deed {
	actor := authz.From(ctx)
	return Deed{By: actor.AccountID, Name: actor.Name, At: s.now()}
}
