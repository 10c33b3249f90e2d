package auth

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"time"

	"acvdata/services/auth/provider"
	"acvdata/services/db"
	"acvdata/services/fault"
)

// attemptLife is how long a person may take at the provider.
const attemptLife = 15 * time.Minute

// Start is a person who wants to sign in.
type Start struct {
	ReturnTo string // path on this site; anything else becomes "/"
	Browser  string // value of the attempt cookie, "" when there is none
	IP       string
	Hint     string // e-mail to sign in with, "" for any
}

// Departure is where to send them.
type Departure struct {
	URL     string
	Browser string // value for the attempt cookie
}

// Begin opens an attempt and gives the provider's address. The state, the nonce,
// the verifier and the path to come back to stay here; the browser gets a cookie
// that proves it is the one that started.
func (s *Service) Begin(ctx context.Context, start Start) (Departure, error) {
	if err := s.limits.departures.spend(start.IP); err != nil {
		return Departure{}, err
	}
	a := provider.NewAttempt()
	address, err := s.provider.AuthURL(ctx, a, start.Hint)
	if err != nil {
		return Departure{}, err
	}
	browser := start.Browser
	if len(browser) != len(newSecret()) { // several tabs may share one cookie
		browser = newSecret()
	}
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		return saveAttempt(ctx, tx, s.now(), attempt{
			stateHash: hashOf(a.State), browserHash: hashOf(browser), nonce: a.Nonce, verifier: a.Verifier,
			returnTo: ReturnPath(start.ReturnTo), expires: s.now().Add(attemptLife),
		})
	})
	return Departure{URL: address, Browser: browser}, err
}

// Callback is what comes back from the provider.
type Callback struct {
	State     string
	Answer    provider.Answer
	Browser   string // value of the attempt cookie
	Session   string // value of the session cookie, if any: it ends
	UserAgent string
	IP        string
}

// Arrival is a person who has signed in. ReturnTo is set as soon as the attempt
// is recognised, even when the sign-in then fails.
type Arrival struct {
	Session  string // value for the session cookie
	ReturnTo string
}

// Finish turns a callback into a session, or into a fault that says what to do.
// The attempt is spent whatever happens.
func (s *Service) Finish(ctx context.Context, c Callback) (Arrival, error) {
	if err := s.limits.arrivals.spend(c.IP); err != nil {
		return Arrival{}, err
	}
	a, err := s.takeAttempt(ctx, c)
	if err != nil {
		return Arrival{}, err
	}
	arrival := Arrival{ReturnTo: a.returnTo}
	person, err := s.provider.Redeem(ctx, provider.Attempt{Nonce: a.nonce, Verifier: a.verifier}, c.Answer)
	if err != nil {
		slog.WarnContext(ctx, "sign-in refused", "fault", fault.From(err).Key, "error", err.Error())
		return arrival, err
	}
	if err := s.limits.persons.spend(person.Issuer + " " + person.Subject); err != nil {
		return arrival, err
	}
	account, err := s.recognise(ctx, person)
	if err != nil {
		return arrival, err
	}
	arrival.Session, err = s.openSession(ctx, account, person, c)
	return arrival, err
}

// takeAttempt finds the attempt of a callback, once. A callback that another
// browser started is refused: else an attacker could sign somebody in to the
// attacker's own account and read what they then type.
func (s *Service) takeAttempt(ctx context.Context, c Callback) (a attempt, err error) {
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) (err error) {
		a, err = takeAttempt(ctx, tx, hashOf(c.State))
		return err
	})
	switch {
	case fault.Is(err, fault.NotFound):
		return a, fault.New(fault.Invalid, "auth.fault.unknown_attempt", fault.Because(err))
	case err != nil:
		return a, err
	case s.now().After(a.expires):
		return a, fault.New(fault.Invalid, "auth.fault.unknown_attempt")
	case c.Browser == "" || subtle.ConstantTimeCompare(a.browserHash, hashOf(c.Browser)) != 1:
		return a, fault.New(fault.Invalid, "auth.fault.other_browser")
	}
	return a, nil
}
