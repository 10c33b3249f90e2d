package trees

import (
	"cmp"
	"context"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"acvdata/modules/trees/taxa"
	"acvdata/services/db"
	"acvdata/tenants"
)

// Service has the use cases of the trade; pages, API, imports and exports call
// it. It is safe for concurrent use.
type Service struct {
	db       *db.DB
	now      func() time.Time
	register atomic.Pointer[taxa.Register]
	cubes    *lru.Cache[tenants.ID, *Cube]
	totals   *lru.Cache[totalKey, int64]
}

// cubesKept bounds the towns whose counts stay in memory; each is checked
// against the town's version before it is used.
const cubesKept = 64

// totalsKept bounds the counted selections that stay in memory.
const totalsKept = 4096

// NewService makes a service. now tells the time ages are counted at.
func NewService(d *db.DB, now func() time.Time) *Service {
	cubes, err := lru.New[tenants.ID, *Cube](cubesKept)
	if err != nil {
		panic(err) // only a size of zero or less does that
	}
	totals, err := lru.New[totalKey, int64](totalsKept)
	if err != nil {
		panic(err)
	}
	return &Service{db: d, now: now, cubes: cubes, totals: totals}
}

// Register gives the species register. It changes with migrations only, so one
// reading serves the life of the process.
func (s *Service) Register(ctx context.Context, town tenants.ID) (*taxa.Register, error) {
	if r := s.register.Load(); r != nil {
		return r, nil
	}
	r, err := readRegister(ctx, s.db, town)
	if err != nil {
		return nil, err
	}
	s.register.Store(r)
	return r, nil
}

// cube gives the town's counts as the transaction sees them.
func (s *Service) cube(ctx context.Context, tx *db.Tx) (*Cube, error) {
	version, err := readVersion(ctx, tx)
	if err != nil {
		return nil, err
	}
	if known, ok := s.cubes.Get(tx.Tenant()); ok && known.Version == version {
		return known, nil
	}
	cube, err := readCube(ctx, tx, version)
	if err != nil {
		return nil, err
	}
	s.cubes.Add(tx.Tenant(), cube)
	return cube, nil
}

// List asks for a part of a sorted selection.
type List struct {
	Filter Filter
	Order  Order
	Size   int // rows a page; PageSize when 0
	After  string
	Before string

	from      *Cursor
	backwards bool
}

// PageSize is how many trees a page of a list shows.
const PageSize = 50

// MaxPageSize bounds what the API may ask for at once.
const MaxPageSize = 1000

func (l *List) prepare() {
	if l.Size <= 0 {
		l.Size = PageSize
	}
	l.Size = min(l.Size, MaxPageSize)
	l.Order = cmp.Or(l.Order, ByNumber)
	if c, ok := l.Order.ParseCursor(l.After); ok {
		l.from = &c
	} else if c, ok := l.Order.ParseCursor(l.Before); ok {
		l.from, l.backwards = &c, true
	}
}

// List gives a page of a selection, with the choices of the filters around it.
func (s *Service) List(ctx context.Context, town tenants.ID, l List) (page Page, facets Facets, err error) {
	register, err := s.Register(ctx, town)
	if err != nil {
		return page, facets, err
	}
	l.prepare()
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if err := s.understand(ctx, town, &l.Filter, register); err != nil {
			return err
		}
		cube, err := s.cube(ctx, tx)
		if err != nil {
			return err
		}
		facets = cube.Facets(l.Filter, register)
		if page.Total, err = s.total(ctx, tx, cube, register, l.Filter); err != nil {
			return err
		}
		items, more, err := listItems(ctx, tx, register, l)
		page.fill(items, more, l)
		return err
	})
	return page, facets, err
}

// fill adds the rows and the cursors around them.
func (p *Page) fill(items []Item, more bool, l List) {
	p.Items = items
	if len(items) == 0 {
		return
	}
	first, last := items[0].cursor.String(), items[len(items)-1].cursor.String()
	if more || l.backwards {
		p.Next = last
	}
	if l.from != nil && !l.backwards || l.backwards && more {
		p.Previous = first
	}
}

// Figures gives the figures of a town.
func (s *Service) Figures(ctx context.Context, town tenants.ID) (f Figures, err error) {
	register, err := s.Register(ctx, town)
	if err != nil {
		return f, err
	}
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		cube, err := s.cube(ctx, tx)
		if err != nil {
			return err
		}
		f = NewFigures(cube, register, s.now())
		freshness, err := dataset{s}.Changed(ctx, tx)
		f.Changed = freshness.At
		return err
	})
	return f, err
}

// registerOn gives the species register inside an open transaction.
func (s *Service) registerOn(ctx context.Context, tx *db.Tx) (*taxa.Register, error) {
	return s.Register(ctx, tx.Tenant())
}
