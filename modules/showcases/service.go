package showcases

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/indicators"
	"acvdata/services/words"
	"acvdata/tenants"
)

// Towns finds the towns pieces speak of; tenants/directory does.
type Towns interface {
	All(ctx context.Context) ([]*tenants.Tenant, error)
	BySlug(ctx context.Context, slug string) (*tenants.Tenant, error)
}

// Service is what may be done with pieces. Who may call what is the routes'
// rule, but for what depends on the piece: nobody publishes what they wrote.
type Service struct {
	db         *db.DB
	towns      Towns
	blobs      blob.Store
	indicators *indicators.Service
	now        func() time.Time
}

func (s *Service) me(ctx context.Context) Person {
	a := authz.From(ctx)
	return Person{ID: a.AccountID, Name: a.Name}
}

// Create starts a piece.
func (s *Service) Create(ctx context.Context, kind Kind, c Content) (*Piece, error) {
	if !kind.known() {
		return nil, fault.New(fault.Invalid, "showcases.fault.form", fault.On("kind", "showcases.fault.required", nil))
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	p := &Piece{ID: id, Kind: kind, State: Draft, Version: 1, Content: c, ChangedAt: s.now(), Author: s.me(ctx)}
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		if p.Slug, err = freeSlug(ctx, tx, kind, slugOf(c.Title)); err != nil {
			return err
		}
		if err := insert(ctx, tx, p); err != nil {
			return err
		}
		return s.note(ctx, tx, p, Created, "", "")
	})
	return p, err
}

// freeSlug adds a number to an address that is taken.
func freeSlug(ctx context.Context, tx *db.PlatformTx, kind Kind, wanted string) (string, error) {
	const query = `SELECT slug FROM showcases.piece WHERE kind = $1 AND (slug = $2 OR slug LIKE $2 || '-%')`
	rows, err := tx.Query(ctx, query, kind, wanted)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	taken := map[string]bool{}
	for rows.Next() {
		var slug string
		if err := rows.Scan(&slug); err != nil {
			return "", err
		}
		taken[slug] = true
	}
	free := wanted
	for n := 2; taken[free]; n++ {
		free = wanted + "-" + strconv.Itoa(n)
	}
	return free, rows.Err()
}

// slugOf makes the last segment of an address of a title.
func slugOf(title string) string {
	if slug := words.Slug(title, "-"); slug != "" {
		return slug
	}
	return "sans-titre"
}

// Get reads a piece for those who write.
func (s *Service) Get(ctx context.Context, id uuid.UUID) (p *Piece, err error) {
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		p, err = one(ctx, tx, `id = $1`, id)
		return err
	})
	return p, err
}

// Pieces lists every piece for those who write, last changed first.
func (s *Service) Pieces(ctx context.Context) (all []Piece, err error) {
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		all, err = list(ctx, tx, `true ORDER BY changed_at DESC, id LIMIT $1`, mostPieces)
		return err
	})
	return all, err
}

// OpenPieces lists what everybody may read, newest first; of one kind, or of all
// when kind is "".
func (s *Service) OpenPieces(ctx context.Context, kind Kind) (all []Piece, err error) {
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		all, err = list(ctx, tx, `public IS NOT NULL AND archive_reason = '' AND ($1 = '' OR kind = $1)
ORDER BY refreshed_at DESC, id LIMIT $2`, string(kind), mostPieces)
		return err
	})
	return all, err
}

// OpenPiece reads what everybody may read. What was withdrawn is gone, and says
// why.
func (s *Service) OpenPiece(ctx context.Context, kind Kind, slug string) (p *Piece, err error) {
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		p, err = one(ctx, tx, `kind = $1 AND slug = $2 AND public IS NOT NULL`, kind, slug)
		return err
	})
	if err == nil && !p.Open() {
		return nil, fault.New(fault.Gone, "showcases.fault.archived", fault.With(fault.Args{"Reason": p.ArchiveReason}))
	}
	return p, err
}

// OfTown lists the pieces a town is asked about or is shown in, whatever their
// state but a draft that nobody handed over yet.
func (s *Service) OfTown(ctx context.Context, town *tenants.Tenant) ([]Piece, error) {
	all, err := s.Pieces(ctx)
	return slices.DeleteFunc(all, func(p Piece) bool { return !forTown(&p, town.Slug) }), err
}

// forTown reports whether a town's staff may read a piece before everybody.
func forTown(p *Piece, slug string) bool {
	return slices.Contains(p.Content.Towns, slug) && p.State != Draft || p.Open() && slices.Contains(p.Public.Towns, slug)
}

// TownPiece reads a piece for a town's staff; one that is not for them is not
// found.
func (s *Service) TownPiece(ctx context.Context, town *tenants.Tenant, id uuid.UUID) (*Piece, error) {
	p, err := s.Get(ctx, id)
	if err == nil && !forTown(p, town.Slug) {
		return nil, fault.New(fault.NotFound, "showcases.fault.not_found")
	}
	return p, err
}

// History reads what became of a piece and its saves, newest first.
func (s *Service) History(ctx context.Context, id uuid.UUID) (done []Event, saves []Version, err error) {
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		if done, err = events(ctx, tx, id); err != nil {
			return err
		}
		saves, err = versions(ctx, tx, id, 0)
		return err
	})
	return done, saves, err
}

// Edit changes what a draft says, as a new version; a published piece becomes a
// draft again and stays as it is for everybody. seen is the version the person
// had before them: another save in between is a conflict.
func (s *Service) Edit(ctx context.Context, id uuid.UUID, seen int, change func(*Piece) error) (p *Piece, err error) {
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		if p, err = locked(ctx, tx, id); err != nil {
			return err
		}
		if p.Version != seen {
			return fault.New(fault.Conflict, "showcases.fault.changed_meanwhile")
		}
		if p.State != Draft && p.State != Published {
			return fault.New(fault.Conflict, "showcases.fault.not_a_draft")
		}
		if err := change(p); err != nil {
			return err
		}
		if err := p.Content.check(); err != nil {
			return err
		}
		p.State, p.Version, p.ChangedAt, p.Author = Draft, p.Version+1, s.now(), s.me(ctx)
		return save(ctx, tx, p)
	})
	return p, err
}

// approvals say yes to a text: the very version that was read.
var approvals = []Action{Submitted, Validated, Issued}

// Act makes something become of a piece. seen is the version the person read: to
// approve another is a conflict. town is the town that speaks, nil for an editor.
// Declining, returning and archiving take a reason.
func (s *Service) Act(ctx context.Context, id uuid.UUID, seen int, a Action, town *tenants.Tenant, reason string) (p *Piece, err error) {
	reason = strings.TrimSpace(reason)
	if slices.Contains(reasoned, a) && (reason == "" || utf8.RuneCountInString(reason) > 2000) {
		return nil, fault.New(fault.Invalid, "showcases.fault.reason", fault.On("reason", "showcases.fault.reason", nil))
	}
	var frozen map[string]Figure
	if a == Issued {
		if frozen, err = s.readFigures(ctx, id); err != nil {
			return nil, err
		}
	}
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		if p, err = locked(ctx, tx, id); err != nil {
			return err
		}
		// Whoever it is not for learns nothing of it, a version neither.
		if slices.Contains(approvals, a) && p.Version != seen && (town == nil || slices.Contains(p.Content.Towns, town.Slug)) {
			return fault.New(fault.Conflict, "showcases.fault.changed_since_read")
		}
		return s.act(ctx, tx, p, a, town, reason, frozen)
	})
	return p, err
}

func (s *Service) act(ctx context.Context, tx *db.PlatformTx, p *Piece, a Action, town *tenants.Tenant, reason string, frozen map[string]Figure) error {
	slug := ""
	if town != nil {
		if slug = town.Slug; !slices.Contains(p.Content.Towns, slug) {
			return fault.New(fault.NotFound, "showcases.fault.not_found")
		}
	}
	done, err := events(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	waiting := slices.DeleteFunc(p.waiting(done), func(w string) bool { return w == slug && a == Validated })
	if p.State, err = p.next(a, waiting); err != nil {
		return err
	}
	switch a {
	case Issued:
		if err := s.issue(ctx, tx, p, frozen); err != nil {
			return err
		}
	case Withdrawn:
		p.ArchiveReason = reason
	case Created, Submitted, Validated, Declined, Resumed, Returned:
	}
	if err := move(ctx, tx, p); err != nil {
		return err
	}
	return s.note(ctx, tx, p, a, slug, reason)
}

// issue makes what was saved public, by somebody who had no hand in it.
func (s *Service) issue(ctx context.Context, tx *db.PlatformTx, p *Piece, frozen map[string]Figure) error {
	saves, err := versions(ctx, tx, p.ID, p.approved())
	if err != nil {
		return err
	}
	if p.wrote(s.me(ctx).ID, saves) {
		return fault.New(fault.Conflict, "showcases.fault.two_people")
	}
	public, err := p.Content.freeze(frozen)
	if err != nil {
		return err
	}
	p.Public, p.PublicVersion, p.RefreshedAt, p.ArchiveReason = &public, p.Version, s.now(), ""
	if p.PublishedAt.IsZero() {
		p.PublishedAt = p.RefreshedAt
	}
	return nil
}

func (s *Service) note(ctx context.Context, tx *db.PlatformTx, p *Piece, a Action, town, reason string) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	return addEvent(ctx, tx, p, Event{ID: id, Version: p.Version, Action: a, Town: town, Note: reason, By: s.me(ctx), At: s.now()})
}
