package debates

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/words"
	"acvdata/tenants"
)

// Service has the rules of collective questions. It is safe for concurrent use.
type Service struct {
	db  *db.DB
	now func() time.Time
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{d, time.Now} }

// At is the service as of another moment: demonstrations have a past.
func (s *Service) At(now time.Time) *Service {
	return &Service{s.db, func() time.Time { return now }}
}

// reserved is an address the workspace needs for itself.
const reserved = "nouvelle"

// List gives the town's questions, the newest first; published narrows them to
// those everybody may read.
func (s *Service) List(ctx context.Context, town *tenants.Tenant, published bool) (list []Debate, err error) {
	err = s.db.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = selectAll(ctx, tx, "")
		return err
	})
	if published {
		list = slices.DeleteFunc(list, func(d Debate) bool { return !d.Published })
	}
	return list, err
}

// Find gives a question; a not_found fault when there is none.
func (s *Service) Find(ctx context.Context, town *tenants.Tenant, slug string) (found *Debate, err error) {
	err = s.db.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		found, err = find(ctx, tx, slug)
		return err
	})
	return found, err
}

// Open is Find for questions everybody may read.
func (s *Service) Open(ctx context.Context, town *tenants.Tenant, slug string) (*Debate, error) {
	d, err := s.Find(ctx, town, slug)
	if err == nil && !d.Published {
		return nil, unknown()
	}
	return d, err
}

func unknown() error { return fault.New(fault.NotFound, "opendata.fault.no_debate") }

// Create starts a draft and gives its address.
func (s *Service) Create(ctx context.Context, town *tenants.Tenant, d Debate) (slug string, err error) {
	if err := d.check(); err != nil {
		return "", err
	}
	err = s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		slug, err = s.create(ctx, tx, &d)
		return err
	})
	return slug, err
}

func (s *Service) create(ctx context.Context, tx *db.Tx, d *Debate) (slug string, err error) {
	if d.ID, err = uuid.NewV7(); err != nil {
		return "", err
	}
	s.stamp(d, &Debate{})
	d.Author = authz.From(ctx).Name
	base := words.Slug(d.Title, "-")
	for n := 1; n <= 50; n++ {
		if d.Slug = base; n > 1 {
			d.Slug = base + "-" + strconv.Itoa(n)
		}
		if d.Slug == reserved {
			continue
		}
		added, err := insert(ctx, tx, d)
		if err != nil {
			return "", err
		}
		if added {
			return d.Slug, audit.Record(ctx, tx, "opendata.debate_added", "debate/"+d.Slug, map[string]any{"title": d.Title})
		}
	}
	return "", fault.New(fault.Conflict, "opendata.fault.same_title")
}

// stamp notes when the town answered and decided.
func (s *Service) stamp(d, before *Debate) {
	d.AnsweredAt, d.DecidedAt = before.AnsweredAt, before.DecidedAt
	if d.Answer == "" {
		d.AnsweredAt = time.Time{}
	} else if d.AnsweredAt.IsZero() {
		d.AnsweredAt = s.now()
	}
	if d.Decision == "" {
		d.DecidedAt = time.Time{}
	} else if d.DecidedAt.IsZero() {
		d.DecidedAt = s.now()
	}
}

// Save writes a question; a conflict fault when somebody changed it since
// (Revision).
func (s *Service) Save(ctx context.Context, town *tenants.Tenant, slug string, d Debate) error {
	if err := d.check(); err != nil {
		return err
	}
	return s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		known, err := find(ctx, tx, slug)
		if err != nil {
			return err
		}
		s.stamp(&d, known)
		kept, err := update(ctx, tx, slug, &d)
		if err != nil {
			return err
		}
		if !kept {
			return fault.New(fault.Conflict, "opendata.fault.changed_since")
		}
		return audit.Record(ctx, tx, "opendata.debate_changed", "debate/"+slug, map[string]any{"title": d.Title})
	})
}

// Publish shows a question to everybody, or takes it back.
func (s *Service) Publish(ctx context.Context, town *tenants.Tenant, slug string, shown bool) error {
	return s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		d, err := find(ctx, tx, slug)
		if err != nil {
			return err
		}
		if err := publish(ctx, tx, slug, shown, s.now()); err != nil {
			return err
		}
		deed := map[bool]string{true: "opendata.debate_published", false: "opendata.debate_withdrawn"}[shown]
		return audit.Record(ctx, tx, deed, "debate/"+slug, map[string]any{"title": d.Title})
	})
}

// Delete forgets a question.
func (s *Service) Delete(ctx context.Context, town *tenants.Tenant, slug string) error {
	return s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if err := drop(ctx, tx, slug); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "opendata.debate_dropped", "debate/"+slug, nil)
	})
}

// Propose makes a draft of what a resident proposed and the town accepted.
func (s *Service) Propose(ctx context.Context, tx *db.Tx, d Debate) error {
	if err := d.check(); err != nil {
		return err
	}
	known, err := proposed(ctx, tx, d.Contribution)
	if err != nil {
		return err
	}
	if known { // accepted again, of a question that staff work on or everybody reads
		return sign(ctx, tx, d.Contribution, d.ProposedBy)
	}
	_, err = s.create(ctx, tx, &d)
	return err
}

// Unpropose takes the draft of a proposal back, unless staff worked on it or it was
// published meanwhile: that is not undone by a decision about its origin, but names
// its author no more, who may have erased what they sent.
func (s *Service) Unpropose(ctx context.Context, tx *db.Tx, contribution uuid.UUID) error {
	if err := dropDraft(ctx, tx, contribution); err != nil {
		return err
	}
	return sign(ctx, tx, contribution, "")
}
