package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Powers are what somebody gets in a town.
type Powers struct {
	Roles   []authz.Role
	Modules []string  // of a manager; empty means all
	Sources []string  // of a partner
	Until   time.Time // zero means without end
}

// check refuses powers that a town cannot give, field by field, and drops what
// the roles make no use of.
func (p Powers) check(now time.Time) (Powers, []fault.Option) {
	var wrong []fault.Option
	for _, role := range p.Roles {
		if !role.GivenByTown() {
			wrong = append(wrong, fault.On("roles", "auth.fault.bad_role", nil))
			break
		}
	}
	if len(p.Roles) == 0 {
		wrong = append(wrong, fault.On("roles", "auth.fault.no_role", nil))
	}
	if !p.Until.IsZero() && !p.Until.After(now) {
		wrong = append(wrong, fault.On("until", "auth.fault.past", nil))
	}
	if !slices.Contains(p.Roles, authz.Manager) {
		p.Modules = nil
	}
	if !slices.Contains(p.Roles, authz.Partner) {
		p.Sources = nil
	}
	if blank(p.Modules) {
		wrong = append(wrong, fault.On("modules", "auth.fault.bad_modules", nil))
	}
	p.Roles = tidy(p.Roles)
	p.Modules, p.Sources = tidy(p.Modules), tidy(p.Sources)
	return p, wrong
}

// blank reports a list that names nothing: tidied, it would mean everything.
func blank(list []string) bool { return len(list) > 0 && len(tidy(list)) == 0 }

func tidy[T ~string](list []T) []T {
	clean := []T{} // never nil: the columns are NOT NULL
	for _, item := range list {
		if item = T(strings.TrimSpace(string(item))); item != "" {
			clean = append(clean, item)
		}
	}
	slices.Sort(clean)
	return slices.Compact(clean)
}

// join adds powers to those somebody has already, and never takes any away: a
// manager of some modules who is made manager of all manages all.
func (p Powers) join(more Powers) Powers {
	both := Powers{
		Roles:   tidy(slices.Concat(p.Roles, more.Roles)),
		Sources: tidy(slices.Concat(p.Sources, more.Sources)),
		Until:   later(p.Until, more.Until),
	}
	was, is := slices.Contains(p.Roles, authz.Manager), slices.Contains(more.Roles, authz.Manager)
	switch {
	case was && is && (len(p.Modules) == 0 || len(more.Modules) == 0):
		both.Modules = []string{}
	case was && is:
		both.Modules = tidy(slices.Concat(p.Modules, more.Modules))
	case was:
		both.Modules = tidy(p.Modules)
	default:
		both.Modules = tidy(more.Modules)
	}
	return both
}

// later is the later end of two, where zero means without end.
func later(a, b time.Time) time.Time {
	if a.IsZero() || b.IsZero() {
		return time.Time{}
	}
	if a.After(b) {
		return a
	}
	return b
}

// Member is somebody of a town.
type Member struct {
	AccountID    uuid.UUID
	Name         string // as at the last sign-in
	Email        string
	Powers       Powers
	JoinedAt     time.Time
	LastSignInAt time.Time
}

// Members lists a town's members by name. The caller's route says who may see
// them; here nobody without a place in the town may.
func (s *Service) Members(ctx context.Context, town tenants.ID) (list []Member, err error) {
	if err := administrator(ctx, town); err != nil {
		return nil, err
	}
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = listMembers(ctx, tx)
		return err
	})
	return list, err
}

// ChangeMember replaces what a member may do. The API tokens of somebody who
// ceases to be an administrator end with it: they know the secrets.
func (s *Service) ChangeMember(ctx context.Context, town tenants.ID, account uuid.UUID, p Powers) error {
	if err := administrator(ctx, town); err != nil {
		return err
	}
	p, wrong := p.check(s.now())
	if len(wrong) > 0 {
		return fault.New(fault.Invalid, "auth.fault.bad_form", wrong...)
	}
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		before, err := lockMember(ctx, tx, account)
		if err != nil {
			return err
		}
		if err := saveMember(ctx, tx, account, p); err != nil {
			return err
		}
		if err := s.afterLoss(ctx, tx, account, before, p); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "auth.member_change", "account/"+account.String(), map[string]any{"roles": p.Roles, "modules": p.Modules})
	})
}

// RemoveMember ends a membership, and the API tokens the person made.
func (s *Service) RemoveMember(ctx context.Context, town tenants.ID, account uuid.UUID) error {
	if err := administrator(ctx, town); err != nil {
		return err
	}
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		before, err := lockMember(ctx, tx, account)
		if err != nil {
			return err
		}
		if err := deleteMember(ctx, tx, account); err != nil {
			return err
		}
		if err := s.afterLoss(ctx, tx, account, before, Powers{}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "auth.member_remove", "account/"+account.String(), nil)
	})
}

// afterLoss deals with an administrator who is none any more. A town keeps at
// least one, unless an operator steps in.
func (s *Service) afterLoss(ctx context.Context, tx *db.Tx, account uuid.UUID, before, after Powers) error {
	if !slices.Contains(before.Roles, authz.Admin) || slices.Contains(after.Roles, authz.Admin) && after.Until.IsZero() {
		return nil
	}
	if !authz.From(ctx).Is(authz.Operator) {
		left, err := countAdmins(ctx, tx)
		if err != nil {
			return err
		}
		if left == 0 {
			return fault.New(fault.Conflict, "auth.fault.last_administrator")
		}
	}
	if slices.Contains(after.Roles, authz.Admin) {
		return nil
	}
	return revokeTokensOf(ctx, tx, account, s.now())
}
