package auth

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

const (
	tokenPrefix      = "acv_" // scanners of leaked secrets look for it
	usualTokenLife   = 365 * 24 * time.Hour
	longestTokenLife = 2 * 365 * 24 * time.Hour
	longestTokenName = 100
)

// NewToken is an API token to make.
type NewToken struct {
	Name    string
	Role    authz.Role
	Modules []string      // the only ones it may use; empty means all its role opens
	Sources []string      // of a partner
	Life    time.Duration // 0 means a year
}

// Token is an API token as the town sees it.
type Token struct {
	ID            uuid.UUID
	Name          string
	Role          authz.Role
	Modules       []string
	Sources       []string
	CreatedByName string
	CreatedAt     time.Time
	ExpiresAt     time.Time
	LastUsedAt    time.Time // zero: never; within a minute otherwise
	RevokedAt     time.Time
	createdBy     uuid.UUID
	secretHash    []byte
}

// Alive reports whether the token opens anything at that time.
func (t Token) Alive(now time.Time) bool { return t.RevokedAt.IsZero() && now.Before(t.ExpiresAt) }

func (n NewToken) check() (NewToken, error) {
	var wrong []fault.Option
	if blank(n.Modules) {
		wrong = append(wrong, fault.On("modules", "auth.fault.bad_modules", nil))
	}
	n.Name = strings.TrimSpace(n.Name)
	n.Modules, n.Sources = tidy(n.Modules), tidy(n.Sources)
	if n.Life == 0 {
		n.Life = usualTokenLife
	}
	if n.Name == "" || utf8.RuneCountInString(n.Name) > longestTokenName {
		wrong = append(wrong, fault.On("name", "auth.fault.bad_token_name", fault.Args{"Max": longestTokenName}))
	}
	if !n.Role.InTown() {
		wrong = append(wrong, fault.On("role", "auth.fault.bad_role", nil))
	}
	if n.Life < 0 || n.Life > longestTokenLife {
		wrong = append(wrong, fault.On("life", "auth.fault.bad_token_life", nil))
	}
	if len(wrong) > 0 {
		return n, fault.New(fault.Invalid, "auth.fault.bad_form", wrong...)
	}
	return n, nil
}

// CreateToken makes a token and returns its secret, which is shown once and kept
// nowhere.
func (s *Service) CreateToken(ctx context.Context, town tenants.ID, n NewToken) (secret string, t Token, err error) {
	if err := administrator(ctx, town); err != nil {
		return "", t, err
	}
	if n, err = n.check(); err != nil {
		return "", t, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return "", t, err
	}
	actor, now, key := authz.From(ctx), s.now(), newTicket(town, id)
	t = Token{
		ID: id, Name: n.Name, Role: n.Role, Modules: n.Modules, Sources: n.Sources, createdBy: actor.AccountID,
		CreatedByName: actor.Name, CreatedAt: now, ExpiresAt: now.Add(n.Life), secretHash: hashOf(key.secret),
	}
	err = s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if err := insertToken(ctx, tx, t); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "auth.token_create", "token/"+id.String(), map[string]any{"name": t.Name, "role": t.Role})
	})
	return tokenPrefix + key.String(), t, err
}

// Tokens lists a town's tokens, newest first.
func (s *Service) Tokens(ctx context.Context, town tenants.ID) (list []Token, err error) {
	if err := administrator(ctx, town); err != nil {
		return nil, err
	}
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = listTokens(ctx, tx)
		return err
	})
	return list, err
}

// RevokeToken ends a token at once.
func (s *Service) RevokeToken(ctx context.Context, town tenants.ID, id uuid.UUID) error {
	if err := administrator(ctx, town); err != nil {
		return err
	}
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if err := revokeToken(ctx, tx, id, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "auth.token_revoke", "token/"+id.String(), nil)
	})
}

// byToken gives the actor of an API token. Only wrong tokens count against the
// address: a program may be as busy as it likes.
func (s *Service) byToken(ctx context.Context, bearer, ip string) (authz.Actor, error) {
	if err := s.limits.tokens.check(ip); err != nil {
		return authz.Actor{}, err
	}
	actor, err := s.readToken(ctx, bearer)
	if fault.Is(err, fault.Unauthenticated) {
		_ = s.limits.tokens.spend(ip) // counts; the answer is the same
	}
	return actor, err
}

func (s *Service) readToken(ctx context.Context, bearer string) (authz.Actor, error) {
	bare, ours := strings.CutPrefix(bearer, tokenPrefix)
	key, ok := parseTicket(bare)
	if !ours || !ok {
		return authz.Actor{}, badToken()
	}
	t, err := queryToken(ctx, s.db, key.town, key.id)
	switch now := s.now(); {
	case fault.Is(err, fault.NotFound):
		return authz.Actor{}, badToken()
	case err != nil:
		return authz.Actor{}, err
	case subtle.ConstantTimeCompare(t.secretHash, hashOf(key.secret)) != 1:
		return authz.Actor{}, badToken()
	case !t.Alive(now):
		return authz.Actor{}, fault.New(fault.Unauthenticated, "auth.fault.token_ended")
	case now.Sub(t.LastUsedAt) >= touchEvery:
		if err := s.db.InTenant(ctx, key.town, func(ctx context.Context, tx *db.Tx) error {
			return touchToken(ctx, tx, t.ID, now)
		}); err != nil {
			return authz.Actor{}, err
		}
	}
	return t.actor(key.town), nil
}

func badToken() error { return fault.New(fault.Unauthenticated, "auth.fault.bad_token") }

// actor speaks for one town, under the name of the token; the account is that of
// whoever made it, for the log.
func (t Token) actor(town tenants.ID) authz.Actor {
	return authz.Actor{
		AccountID: t.createdBy, Name: t.Name,
		Towns: map[tenants.ID]authz.Membership{town: {Roles: []authz.Role{t.Role}, Sources: t.Sources}},
		Token: &authz.TokenInfo{ID: t.ID, Modules: slices.Clone(t.Modules)},
	}
}
