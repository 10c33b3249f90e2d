package workspace

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants/workspace/views"
	"acvdata/web/components"
)

// members lists who is in the town, and who is invited.
func (w *Workspace) members(c *fiber.Ctx) error {
	return w.showMembers(c, fiber.StatusOK, views.Invite{}, "")
}

func (w *Workspace) showMembers(c *fiber.Ctx, status int, filled views.Invite, link string) error {
	ctx, v := c.UserContext(), visitorOf(c)
	people, err := w.deps.Auth.Members(ctx, v.town.ID)
	if err != nil {
		return err
	}
	invited, err := w.deps.Auth.Invitations(ctx, v.town.ID)
	if err != nil {
		return err
	}
	view := views.Members{Shell: shell(c, "workspace.members.title"), Here: v.town.Path("espace/membres"), Link: link, Invite: filled}
	view.Invite.Roles = w.roleChoices(ctx, filled.Chosen)
	view.Invite.Modules = w.moduleChoices(ctx, v, filled.ChosenModules)
	for _, m := range people {
		view.Members = append(view.Members, views.Member{
			Name: m.Name, Email: m.Email, Href: v.town.Path("espace/membres/" + m.AccountID.String()),
			Roles: roleNames(ctx, m.Powers.Roles), Limits: w.limits(ctx, m.Powers), Until: i18n.Date(m.Powers.Until),
			Since: i18n.Date(m.JoinedAt), LastSeen: i18n.DateTime(m.LastSignInAt), Self: m.AccountID == v.actor.AccountID,
		})
	}
	now := w.deps.Now()
	for _, i := range invited {
		state := i.State(now)
		if state == auth.Accepted {
			continue // they are in the list of members
		}
		by := i.InvitedByName
		if i.Promised {
			by = i18n.T(ctx, "workspace.platform")
		}
		view.Invitations = append(view.Invitations, views.Invitation{
			ID: i.ID.String(), Email: i.Email, Roles: roleNames(ctx, i.Powers.Roles), By: by,
			State: i18n.T(ctx, "workspace.members.state."+string(state)), Tone: invitationTones[state],
			Until: i18n.Date(i.ExpiresAt), Pending: state == auth.Pending,
		})
	}
	return httpd.Render(c, status, views.MembersPage(view))
}

var invitationTones = map[auth.InvitationState]components.Tone{
	auth.Pending: components.Data, auth.Revoked: components.Neutral, auth.Expired: components.Warning,
}

// invite sends an invitation and shows its link, once.
func (w *Workspace) invite(c *fiber.Ctx) error {
	values, err := form(c)
	if err != nil {
		return err
	}
	ctx, v := c.UserContext(), visitorOf(c)
	powers, err := readPowers(values)
	if err == nil {
		var link string
		if link, err = w.inviteOnce(ctx, v, auth.Invite{Email: values.Get("email"), Powers: powers}); err == nil {
			return w.showMembers(c, fiber.StatusOK, views.Invite{Sent: strings.TrimSpace(values.Get("email"))}, link)
		}
	}
	f, again := correct(err)
	if !again {
		return err
	}
	return w.showMembers(c, fiber.StatusUnprocessableEntity, views.Invite{
		Email: values.Get("email"), Chosen: values["roles"], ChosenModules: values["modules"], Sources: values.Get("sources"), Until: values.Get("until"),
		Errors: httpd.FieldMessages(c, f), Summary: summary(c, f),
	}, "")
}

// withdraw takes an invitation back.
func (w *Workspace) withdraw(c *fiber.Ctx) error {
	id, err := paramID(c)
	if err != nil {
		return err
	}
	if err := w.withdrawOnce(c.UserContext(), httpd.Scope(c).Town.ID, id); err != nil {
		return err
	}
	return done(c, "membres", "workspace.members.withdrawn")
}

// member shows what one person may do, as a form.
func (w *Workspace) member(c *fiber.Ctx) error {
	m, err := w.findMember(c)
	if err != nil {
		return err
	}
	return w.showMember(c, fiber.StatusOK, m, m.Powers, nil)
}

func (w *Workspace) findMember(c *fiber.Ctx) (m auth.Member, err error) {
	id, err := paramID(c)
	if err != nil {
		return m, err
	}
	return w.memberByID(c.UserContext(), httpd.Scope(c).Town.ID, id)
}

func (w *Workspace) memberByID(ctx context.Context, town, id uuid.UUID) (m auth.Member, err error) {
	people, err := w.deps.Auth.Members(ctx, town)
	if err != nil {
		return m, err
	}
	i := slices.IndexFunc(people, func(m auth.Member) bool { return m.AccountID == id })
	if i < 0 {
		return m, fault.New(fault.NotFound, "auth.fault.no_member")
	}
	return people[i], nil
}

func (w *Workspace) showMember(c *fiber.Ctx, status int, m auth.Member, shown auth.Powers, f *fault.Fault) error {
	ctx, v := c.UserContext(), visitorOf(c)
	above := components.Crumb{Label: i18n.T(ctx, "workspace.members.title"), Href: v.town.Path("espace/membres")}
	view := views.MemberForm{
		Shell: titled(c, m.Name, above), Name: m.Name, Email: m.Email, Seen: fingerprint(m.Powers), Sources: strings.Join(shown.Sources, "\n"),
		Here: v.town.Path("espace/membres/" + m.AccountID.String()), Back: v.town.Path("espace/membres"),
		Roles: w.roleChoices(ctx, strs(shown.Roles)), Modules: w.moduleChoices(ctx, v, shown.Modules),
		Until: dateValue(shown.Until), Self: m.AccountID == v.actor.AccountID,
	}
	if f != nil {
		view.Errors, view.Summary = httpd.FieldMessages(c, f), summary(c, f)
	}
	return httpd.Render(c, status, views.MemberPage(view))
}

// changeMember replaces what a person may do.
func (w *Workspace) changeMember(c *fiber.Ctx) error {
	m, err := w.findMember(c)
	if err != nil {
		return err
	}
	values, err := form(c)
	if err != nil {
		return err
	}
	powers, err := readPowers(values)
	if err == nil {
		err = w.changePowers(c.UserContext(), httpd.Scope(c).Town.ID, m.AccountID, values.Get("vu"), powers)
	}
	if f, again := correct(err); again {
		return w.showMember(c, fiber.StatusUnprocessableEntity, m, powers, f)
	}
	if err != nil {
		return err
	}
	return done(c, "membres", "workspace.members.changed")
}

// removeMember ends a membership. Sent twice, the second answer says that the
// person is not, or no longer, in the town.
func (w *Workspace) removeMember(c *fiber.Ctx) error {
	id, err := paramID(c)
	if err != nil {
		return err
	}
	if err := w.deps.Auth.RemoveMember(c.UserContext(), httpd.Scope(c).Town.ID, id); err != nil {
		return err
	}
	return done(c, "membres", "workspace.members.removed")
}

// readPowers reads roles, modules, sources and end from a form. A date that
// cannot be read is a fault of its field.
func readPowers(values url.Values) (auth.Powers, error) {
	p := auth.Powers{Modules: values["modules"], Sources: strings.Split(values.Get("sources"), "\n")}
	for _, r := range values["roles"] {
		p.Roles = append(p.Roles, authz.Role(r))
	}
	if until := values.Get("until"); until != "" {
		day, err := time.ParseInLocation(time.DateOnly, until, i18n.Paris)
		if err != nil {
			return p, fault.New(fault.Invalid, "auth.fault.bad_form", fault.On("until", "workspace.fault.date", nil))
		}
		p.Until = day.AddDate(0, 0, 1) // the day named is the last one
	}
	return p, nil
}

// dateValue is the last day of powers as a date field takes it.
func dateValue(until time.Time) string {
	if until.IsZero() {
		return ""
	}
	return until.In(i18n.Paris).Add(-time.Second).Format(time.DateOnly)
}
