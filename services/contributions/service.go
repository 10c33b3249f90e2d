package contributions

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"time"

	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/services/seal"
	"acvdata/tenants"
)

// Towns lists the towns, for what is done on a schedule.
type Towns interface {
	All(ctx context.Context) ([]*tenants.Tenant, error)
}

// Parts are what the service is made from.
type Parts struct {
	DB      *db.DB
	Blobs   blob.Store
	Towns   Towns
	BaseURL string           // of the installation, without a slash at the end
	Box     *seal.Box        // seals private links for later messages; nil keeps none
	Now     func() time.Time // the clock; nil for the machine's
}

// Service has the rules of contributions. It checks what is sent and where it
// stands, never who asks: routes do that with their rules. It is safe for
// concurrent use once its kinds are added.
type Service struct {
	Parts
	kinds   []Kind
	meters  *meters
	secrets sync.Map // by town: []byte
}

// New makes the service; it takes nothing in before Add.
func New(p Parts) *Service {
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Box == nil {
		p.Box = &seal.Box{}
	}
	return &Service{Parts: p, meters: newMeters(p.Now)}
}

// Add takes the kinds of the modules that offer some. Two of one code or of one
// address are a bug found at start.
func (s *Service) Add(modules ...module.Module) {
	for _, m := range modules {
		p, offers := m.(Provider)
		if !offers {
			continue
		}
		for _, k := range p.Contributions() {
			if slices.ContainsFunc(s.kinds, func(o Kind) bool { return o.Code == k.Code || o.Path == k.Path }) {
				panic(fmt.Sprintf("two kinds of contributions are %q or at %q", k.Code, k.Path))
			}
			s.kinds = append(s.kinds, k)
		}
	}
}

// Kinds lists what can be sent to a town: the kinds of the modules it has on.
func (s *Service) Kinds(town *tenants.Tenant) []Kind {
	return slices.DeleteFunc(slices.Clone(s.kinds), func(k Kind) bool { return !town.Has(k.Module()) })
}

// kindAt finds a kind by its address; a not_found fault when the town has none.
func (s *Service) kindAt(town *tenants.Tenant, path string) (*Kind, error) {
	return s.find(town, func(k *Kind) bool { return k.Path == path })
}

func (s *Service) kind(town *tenants.Tenant, code string) (*Kind, error) {
	return s.find(town, func(k *Kind) bool { return k.Code == code })
}

func (s *Service) find(town *tenants.Tenant, is func(*Kind) bool) (*Kind, error) {
	for i := range s.kinds {
		if is(&s.kinds[i]) && town.Has(s.kinds[i].Module()) {
			return &s.kinds[i], nil
		}
	}
	return nil, fault.New(fault.NotFound, "contributions.fault.no_kind")
}

// secret is what signs the town's forms; made at the first one.
func (s *Service) secret(ctx context.Context, tenant tenants.ID) ([]byte, error) {
	if known, ok := s.secrets.Load(tenant); ok {
		return known.([]byte), nil //nolint:forcetypeassert // nothing else is stored
	}
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // never fails: crypto/rand ends the program instead
	var kept []byte
	err := s.DB.InTenant(ctx, tenant, func(ctx context.Context, tx *db.Tx) (err error) {
		kept, err = keepSecret(ctx, tx, fresh)
		return err
	})
	if err == nil {
		s.secrets.Store(tenant, kept)
	}
	return kept, err
}

// Mode says how the town takes a kind in.
func (s *Service) Mode(ctx context.Context, town *tenants.Tenant, k *Kind) (mode Mode, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		mode, err = modeOf(ctx, tx, k)
		return err
	})
	return mode, err
}

// defaultMode is the kind's own.
func (k *Kind) defaultMode() Mode {
	if k.Mode == "" {
		return Before
	}
	return k.Mode
}
