package auth

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"acvdata/services/auth/provider"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
)

// touchEvery is how often a session's or a token's last use is written down.
const touchEvery = time.Minute

// Session is one browser somebody is signed in with.
type Session struct {
	ID         uuid.UUID
	Device     string // "Firefox · Windows", "" when unknown
	CreatedAt  time.Time
	LastSeenAt time.Time
	Current    bool
}

// openSession starts a session under a new name. The browser's former session
// ends, so a cookie planted before the sign-in opens nothing.
func (s *Service) openSession(ctx context.Context, a account, p *provider.Person, c Callback) (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	secret, now := newSecret(), s.now()
	row := sessionRow{
		tokenHash: hashOf(secret), id: id, account: a.id, created: now, lastSeen: now,
		expires: now.Add(s.settings.SessionAbsolute), device: device(c.UserAgent), acr: p.ACR, idToken: p.IDToken,
	}
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		if err := deleteSessions(ctx, tx, hashOf(c.Session), now); err != nil {
			return err
		}
		return insertSession(ctx, tx, row)
	})
	if err != nil {
		return "", err
	}
	slog.InfoContext(ctx, "signed in", "account", a.id.String(), "session", id.String(), "acr", p.ACR)
	return secret, nil
}

// Authenticate says who sends a request: the API token's, else the session's
// actor, else nobody. An ended session, and a wrong or ended token, are faults of
// code unauthenticated.
func (s *Service) Authenticate(ctx context.Context, cookie, bearer, ip string) (authz.Actor, error) {
	if bearer != "" {
		return s.byToken(ctx, bearer, ip)
	}
	if cookie == "" {
		return authz.Actor{}, nil
	}
	return s.bySession(ctx, cookie)
}

func (s *Service) bySession(ctx context.Context, cookie string) (authz.Actor, error) {
	hash, now := hashOf(cookie), s.now()
	var row sessionRow
	var actor authz.Actor
	err := s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) (err error) {
		row, actor, err = readSession(ctx, tx, hash, now)
		if err != nil || s.ended(row, now) || now.Sub(row.lastSeen) < touchEvery {
			return err
		}
		return touchSession(ctx, tx, hash, now)
	})
	if fault.Is(err, fault.NotFound) || err == nil && s.ended(row, now) {
		return authz.Actor{}, fault.New(fault.Unauthenticated, "auth.fault.session_ended", fault.Because(err))
	}
	if err != nil {
		return authz.Actor{}, err
	}
	return actor, nil
}

func (s *Service) ended(row sessionRow, now time.Time) bool {
	return !now.Before(row.expires) || now.Sub(row.lastSeen) >= s.settings.SessionIdle
}

// SignOut ends the session of the cookie and gives the address where the provider
// ends its own, "" when there is none to be had: the session here has ended
// whatever the provider does.
func (s *Service) SignOut(ctx context.Context, cookie string) (string, error) {
	var idToken string
	err := s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) (err error) {
		idToken, err = endSession(ctx, tx, hashOf(cookie))
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	address, err := s.provider.LogoutURL(ctx, idToken)
	if err != nil {
		slog.WarnContext(ctx, "the provider's session stays open", "error", err.Error())
		return "", nil
	}
	return address, nil
}

// Sessions lists where the context's person is signed in, newest first.
func (s *Service) Sessions(ctx context.Context) (list []Session, err error) {
	actor, err := person(ctx)
	if err != nil {
		return nil, err
	}
	now := s.now()
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) (err error) {
		list, err = listSessions(ctx, tx, actor.AccountID, now, now.Add(-s.settings.SessionIdle))
		return err
	})
	for i := range list {
		list[i].Current = list[i].ID == actor.SessionID
	}
	return list, err
}

// EndSession ends one session of the context's person.
func (s *Service) EndSession(ctx context.Context, id uuid.UUID) error {
	actor, err := person(ctx)
	if err != nil {
		return err
	}
	return s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		return endOwnSession(ctx, tx, actor.AccountID, id)
	})
}

// EndOtherSessions ends every session of the context's person but this one.
func (s *Service) EndOtherSessions(ctx context.Context) error {
	actor, err := person(ctx)
	if err != nil {
		return err
	}
	return s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		return endOtherSessions(ctx, tx, actor.AccountID, actor.SessionID)
	})
}

// person gives the actor when it is a person who has signed in.
func person(ctx context.Context) (authz.Actor, error) {
	actor := authz.From(ctx)
	if actor.AccountID == uuid.Nil || actor.Token != nil {
		return actor, fault.New(fault.Unauthenticated, "auth.fault.sign_in_again")
	}
	return actor, nil
}
