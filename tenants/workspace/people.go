package workspace

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// alone runs fn in a transaction that no other change of the town's people
// overlaps: of two forms sent at once, the second sees what the first did.
func (w *Workspace) alone(ctx context.Context, town uuid.UUID, fn func(context.Context) error) error {
	return w.deps.DB.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		const lock = `SELECT pg_advisory_xact_lock(hashtextextended('workspace.people/' || $1::text, 0))`
		if _, err := tx.Exec(ctx, lock, tx.Tenant()); err != nil {
			return err
		}
		return fn(ctx)
	})
}

// inviteOnce invites unless an invitation to that address is waiting already: a
// form sent twice invites once.
func (w *Workspace) inviteOnce(ctx context.Context, v visitor, who auth.Invite) (link string, err error) {
	err = w.alone(ctx, v.town.ID, func(ctx context.Context) error {
		invited, err := w.deps.Auth.Invitations(ctx, v.town.ID)
		if err != nil {
			return err
		}
		waiting := slices.ContainsFunc(invited, func(i auth.Invitation) bool {
			return strings.EqualFold(i.Email, strings.TrimSpace(who.Email)) && i.State(w.deps.Now()) == auth.Pending
		})
		if waiting {
			return fault.New(fault.Conflict, "workspace.fault.invited_already", fault.With(fault.Args{"Email": strings.TrimSpace(who.Email)}))
		}
		link, err = w.deps.Auth.Invite(ctx, v.town, who)
		return err
	})
	return link, err
}

// changePowers replaces a member's powers if they are still those the person saw.
func (w *Workspace) changePowers(ctx context.Context, town, account uuid.UUID, seen string, p auth.Powers) error {
	return w.alone(ctx, town, func(ctx context.Context) error {
		m, err := w.memberByID(ctx, town, account)
		if err != nil {
			return err
		}
		if fingerprint(m.Powers) != seen {
			return fault.New(fault.Conflict, "tenants.fault.changed_meanwhile")
		}
		return w.deps.Auth.ChangeMember(ctx, town, account, p)
	})
}

// tokenOnce makes a token unless one of that name is alive: a form sent twice
// makes one, and people can tell their tokens apart.
func (w *Workspace) tokenOnce(ctx context.Context, v visitor, n auth.NewToken) (secret string, err error) {
	err = w.alone(ctx, v.town.ID, func(ctx context.Context) error {
		all, err := w.deps.Auth.Tokens(ctx, v.town.ID)
		if err != nil {
			return err
		}
		taken := slices.ContainsFunc(all, func(t auth.Token) bool {
			return strings.EqualFold(t.Name, strings.TrimSpace(n.Name)) && t.Alive(w.deps.Now())
		})
		if taken {
			return fault.New(fault.Conflict, "workspace.fault.token_exists", fault.With(fault.Args{"Name": strings.TrimSpace(n.Name)}))
		}
		secret, _, err = w.deps.Auth.CreateToken(ctx, v.town.ID, n)
		return err
	})
	return secret, err
}

// revokeOnce ends a token of the town that may have ended already.
func (w *Workspace) revokeOnce(ctx context.Context, town, id uuid.UUID) error {
	err := w.deps.Auth.RevokeToken(ctx, town, id)
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	all, listing := w.deps.Auth.Tokens(ctx, town)
	if slices.ContainsFunc(all, func(t auth.Token) bool { return t.ID == id }) {
		return nil
	}
	return errors.Join(err, listing)
}

// withdrawOnce takes back an invitation of the town that may have been taken
// back already; one that was accepted is a conflict.
func (w *Workspace) withdrawOnce(ctx context.Context, town, id uuid.UUID) error {
	err := w.deps.Auth.RevokeInvitation(ctx, town, id)
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	all, listing := w.deps.Auth.Invitations(ctx, town)
	i := slices.IndexFunc(all, func(i auth.Invitation) bool { return i.ID == id })
	switch {
	case i < 0:
		return errors.Join(err, listing)
	case all[i].State(w.deps.Now()) == auth.Accepted:
		return fault.New(fault.Conflict, "workspace.fault.accepted_already")
	}
	return nil
}

// fingerprint names a state of somebody's powers.
func fingerprint(p auth.Powers) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %d", p.Roles, p.Modules, p.Sources, p.Until.Unix()))
	return hex.EncodeToString(sum[:12])
}

func strs(roles []authz.Role) []string {
	list := make([]string, len(roles))
	for i, r := range roles {
		list[i] = string(r)
	}
	return list
}

func roleNames(ctx context.Context, roles []authz.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = roleName(ctx, r)
	}
	return strings.Join(names, ", ")
}

// roleChoices are the roles a town may give, with what each opens.
func (w *Workspace) roleChoices(ctx context.Context, chosen []string) []components.Choice {
	var list []components.Choice
	for _, r := range append(authz.TownRoles(), authz.Facilitator) {
		list = append(list, components.Choice{
			Value: string(r), Label: roleName(ctx, r), Hint: i18n.T(ctx, "workspace.role."+string(r)),
			Selected: slices.Contains(chosen, string(r)),
		})
	}
	return list
}

// moduleChoices are the town's modules, to narrow a role with.
func (w *Workspace) moduleChoices(ctx context.Context, v visitor, chosen []string) []components.Choice {
	var list []components.Choice
	for _, m := range w.trades(v.town, true) {
		list = append(list, components.Choice{Value: m.Code, Label: i18n.T(ctx, m.Title), Selected: slices.Contains(chosen, m.Code)})
	}
	return list
}

// limits says what narrows somebody's powers, "" for nothing.
func (w *Workspace) limits(ctx context.Context, p auth.Powers) string {
	names := make([]string, 0, len(p.Modules)+len(p.Sources))
	for _, code := range p.Modules {
		if m, known := w.deps.Registry().Manifest(code); known {
			code = i18n.T(ctx, m.Title)
		}
		names = append(names, code)
	}
	names = append(names, p.Sources...)
	if len(names) == 0 {
		return ""
	}
	return i18n.T(ctx, "workspace.members.only", i18n.V{"List": strings.Join(names, ", ")})
}
