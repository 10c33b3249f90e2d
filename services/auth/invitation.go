package auth

import (
	"context"
	"crypto/subtle"
	"time"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/auth/provider"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/mail"
	"acvdata/tenants"
)

const (
	invitationLife = 7 * 24 * time.Hour
	promiseLife    = 365 * 24 * time.Hour
)

// Invite is a person to invite.
type Invite struct {
	Email  string
	Powers Powers
}

func (i Invite) check(now time.Time) (Invite, error) {
	powers, wrong := i.Powers.check(now)
	i.Powers = powers
	address := provider.NormalEmail(i.Email)
	if address == "" {
		wrong = append(wrong, fault.On("email", "auth.fault.bad_email", nil))
	}
	i.Email = address
	if len(wrong) > 0 {
		return i, fault.New(fault.Invalid, "auth.fault.bad_form", wrong...)
	}
	return i, nil
}

// Invitation is an invitation as the town sees it.
type Invitation struct {
	ID            uuid.UUID
	Email         string
	Powers        Powers
	Promised      bool // by a pack or the operator: no link, taken up at sign-in
	InvitedByName string
	CreatedAt     time.Time
	ExpiresAt     time.Time
	AcceptedAt    time.Time // zero: not yet
	AcceptedBy    uuid.UUID
	RevokedAt     time.Time
	tokenHash     []byte
}

// InvitationState is what has become of an invitation.
type InvitationState string

// The states of an invitation.
const (
	Pending  InvitationState = "pending"
	Accepted InvitationState = "accepted"
	Revoked  InvitationState = "revoked"
	Expired  InvitationState = "expired"
)

// State says what has become of the invitation at that time.
func (i Invitation) State(now time.Time) InvitationState {
	switch {
	case !i.AcceptedAt.IsZero():
		return Accepted
	case !i.RevokedAt.IsZero():
		return Revoked
	case !now.Before(i.ExpiresAt):
		return Expired
	}
	return Pending
}

// Invite writes an invitation and sends its link, which is also returned: it is
// shown once, for the administrator to pass on, and kept nowhere.
func (s *Service) Invite(ctx context.Context, town *tenants.Tenant, who Invite) (link string, err error) {
	if err := administrator(ctx, town.ID); err != nil {
		return "", err
	}
	who, err = who.check(s.now())
	if err != nil {
		return "", err
	}
	row, err := s.invitation(ctx, who, invitationLife)
	if err != nil {
		return "", err
	}
	key := newTicket(town.ID, row.ID)
	row.tokenHash = hashOf(key.secret)
	link = s.settings.BaseURL + "/invitation/" + key.String()
	return link, s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if err := insertInvitation(ctx, tx, row, authz.From(ctx).AccountID); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, "auth.invite", "invitation/"+row.ID.String(), map[string]any{"email": row.Email, "roles": row.Powers.Roles}); err != nil {
			return err
		}
		_, err := tx.Enqueue(ctx, s.letter(ctx, town, row, link))
		return err
	})
}

func (s *Service) invitation(ctx context.Context, who Invite, life time.Duration) (Invitation, error) {
	id, err := uuid.NewV7()
	now := s.now()
	return Invitation{
		ID: id, Email: who.Email, Powers: who.Powers, InvitedByName: authz.From(ctx).Name,
		CreatedAt: now, ExpiresAt: now.Add(life),
	}, err
}

// letter is the message that carries the link. Who gets hold of it gets nothing:
// the account that accepts must have the invited e-mail.
func (s *Service) letter(ctx context.Context, town *tenants.Tenant, i Invitation, link string) mail.Message {
	values := i18n.V{
		"Town": town.Name, "Link": link, "By": i.InvitedByName, "Roles": roleNames(ctx, i.Powers.Roles),
		"Provider": s.settings.ProviderName, "Until": i18n.Date(i.ExpiresAt), "Email": i.Email,
	}
	return mail.Message{
		To: i.Email, Subject: i18n.T(ctx, "auth.mail.invitation.subject", values), Text: i18n.T(ctx, "auth.mail.invitation.text", values),
	}
}

// Invitations lists a town's invitations, newest first.
func (s *Service) Invitations(ctx context.Context, town tenants.ID) (list []Invitation, err error) {
	if err := administrator(ctx, town); err != nil {
		return nil, err
	}
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = listInvitations(ctx, tx)
		return err
	})
	return list, err
}

// RevokeInvitation withdraws an invitation nobody has accepted yet.
func (s *Service) RevokeInvitation(ctx context.Context, town tenants.ID, id uuid.UUID) error {
	if err := administrator(ctx, town); err != nil {
		return err
	}
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if err := revokeInvitation(ctx, tx, id, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "auth.invitation_revoke", "invitation/"+id.String(), nil)
	})
}

// Promise gives powers in a town to the account that first signs in with the
// e-mail, without a link: see the package comment for why and when. It may be
// called at every start: an e-mail that has a promise waiting, or has taken one
// up, gets no other.
func (s *Service) Promise(ctx context.Context, town tenants.ID, who Invite) error {
	if err := administrator(ctx, town); err != nil {
		return err
	}
	who, err := who.check(s.now())
	if err != nil {
		return err
	}
	row, err := s.invitation(ctx, who, promiseLife)
	if err != nil {
		return err
	}
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		made, err := promisedBefore(ctx, tx, row.Email, s.now())
		if err != nil || made {
			return err
		}
		if err := insertInvitation(ctx, tx, row, authz.From(ctx).AccountID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "auth.promise", "invitation/"+row.ID.String(), map[string]any{"email": row.Email, "roles": row.Powers.Roles})
	})
}

// Offer is an invitation as its link shows it.
type Offer struct {
	Town       *tenants.Tenant
	Invitation Invitation
	Mine       bool // accepted by the context's person already
	Matches    bool // the context's person has the invited e-mail
}

// Look opens an invitation's link. A link that opens nothing any more is a fault
// that does not say why: it may be anybody's guess.
func (s *Service) Look(ctx context.Context, link string) (*Offer, error) {
	key, ok := parseTicket(link)
	if !ok {
		return nil, invitationGone()
	}
	var row Invitation
	err := s.db.ReadTenant(ctx, key.town, func(ctx context.Context, tx *db.Tx) (err error) {
		row, err = readInvitation(ctx, tx, key.id, false)
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && !opens(row, key.secret) {
		return nil, invitationGone()
	}
	if err != nil {
		return nil, err
	}
	actor := authz.From(ctx)
	offer := &Offer{Invitation: row, Mine: row.AcceptedBy != uuid.Nil && row.AcceptedBy == actor.AccountID, Matches: row.Email == actor.Email}
	if !offer.Mine && row.State(s.now()) != Pending {
		return nil, invitationGone()
	}
	offer.Town, err = s.towns.ByID(ctx, key.town)
	return offer, err
}

func invitationGone() error { return fault.New(fault.NotFound, "auth.fault.invitation_gone") }

func opens(i Invitation, secret string) bool {
	return len(i.tokenHash) > 0 && subtle.ConstantTimeCompare(i.tokenHash, hashOf(secret)) == 1
}

// Accept takes up an invitation for the context's person, whose e-mail must be
// the invited one.
func (s *Service) Accept(ctx context.Context, link string) (*tenants.Tenant, error) {
	actor, err := person(ctx)
	if err != nil {
		return nil, err
	}
	offer, err := s.Look(ctx, link)
	if err != nil {
		return nil, err
	}
	if offer.Mine {
		return offer.Town, nil
	}
	a := account{id: actor.AccountID, name: actor.Name, email: actor.Email}
	err = s.db.InTenant(ctx, offer.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		return s.join(ctx, tx, a, offer.Invitation.ID)
	})
	return offer.Town, err
}

// join turns a pending invitation of the account's e-mail into membership. It is
// the only place where one is made.
func (s *Service) join(ctx context.Context, tx *db.Tx, a account, id uuid.UUID) error {
	row, err := readInvitation(ctx, tx, id, true)
	if err != nil {
		return err
	}
	if row.State(s.now()) != Pending {
		return invitationGone()
	}
	if row.Email != a.email {
		return fault.New(fault.Forbidden, "auth.fault.other_email", fault.With(fault.Args{"Email": row.Email}))
	}
	if err := markAccepted(ctx, tx, id, a.id, s.now()); err != nil {
		return err
	}
	powers := row.Powers
	switch before, err := lockMember(ctx, tx, a.id); {
	case err == nil:
		powers = before.join(powers)
	case !fault.Is(err, fault.NotFound):
		return err
	}
	if err := upsertMember(ctx, tx, a, powers, s.now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, "auth.join", "account/"+a.id.String(), map[string]any{"roles": row.Powers.Roles, "invitation": id})
}
