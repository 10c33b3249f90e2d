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
	"acvdata/tenants"
)

// account is a person who has signed in.
type account struct {
	id    uuid.UUID
	name  string
	email string
}

// recognise finds or makes the account of a person, refreshes what the provider
// says of them, and takes up what was promised to their e-mail.
func (s *Service) recognise(ctx context.Context, p *provider.Person) (account, error) {
	var a account
	var promises []promise
	err := s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) (err error) {
		if a, err = saveIdentity(ctx, tx, p, s.now()); err != nil || a.email == "" {
			return err
		}
		if err := bindStaff(ctx, tx, a, s.now()); err != nil {
			return err
		}
		promises, err = pendingPromises(ctx, tx, a.email, s.now())
		return err
	})
	if err != nil {
		return a, err
	}
	for _, promised := range promises {
		if err := s.takeUp(ctx, a, promised); err != nil {
			return a, err
		}
	}
	return a, nil
}

// takeUp turns a promise into a membership, in the town's own transaction.
func (s *Service) takeUp(ctx context.Context, a account, p promise) error {
	ctx = authz.With(ctx, authz.Actor{AccountID: a.id, Name: a.name, Email: a.email})
	err := s.db.InTenant(ctx, p.town, func(ctx context.Context, tx *db.Tx) error {
		return s.join(ctx, tx, a, p.id)
	})
	if fault.Is(err, fault.NotFound) { // withdrawn meanwhile
		slog.InfoContext(ctx, "promise withdrawn before it was taken up", "tenant", p.town.String())
		return nil
	}
	return err
}

// promise is an invitation without a link.
type promise struct {
	town tenants.ID
	id   uuid.UUID
}

// Staff is a role on the platform, promised to an e-mail.
type Staff struct {
	Email    string
	Role     authz.Role
	JoinedAt time.Time // zero until somebody signs in with the e-mail
}

// PromiseStaff gives a role on the platform to the first account that signs in
// with the e-mail. It does nothing when the role was promised already. Only an
// operator may.
func (s *Service) PromiseStaff(ctx context.Context, email string, role authz.Role) error {
	if !authz.From(ctx).Is(authz.Operator) || authz.From(ctx).Token != nil {
		return fault.New(fault.Forbidden, "auth.fault.not_operator")
	}
	address := provider.NormalEmail(email)
	if address == "" {
		return fault.New(fault.Invalid, "auth.fault.bad_form", fault.On("email", "auth.fault.bad_email", nil))
	}
	if !role.OnPlatform() {
		return fault.New(fault.Invalid, "auth.fault.bad_form", fault.On("role", "auth.fault.bad_role", nil))
	}
	return s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		return promiseStaff(ctx, tx, address, role, s.now())
	})
}

// KeepLocalAccounts tells that the demonstration's provider answers on another
// port of this machine than when its people last signed in: their accounts go
// on under the new issuer. Issuers elsewhere are left alone: an account is an
// issuer and a subject. Only an operator may.
func (s *Service) KeepLocalAccounts(ctx context.Context, issuer string) error {
	if !authz.From(ctx).Is(authz.Operator) || authz.From(ctx).Token != nil {
		return fault.New(fault.Forbidden, "auth.fault.not_operator")
	}
	return s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		return moveLocalIdentities(ctx, tx, issuer)
	})
}
