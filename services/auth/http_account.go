package auth

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/auth/views"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// account shows who one is, where one may go and where one is signed in.
func (p *Pages) account(c *fiber.Ctx) error {
	ctx, actor := c.UserContext(), httpd.Scope(c).Actor
	sessions, err := p.service.Sessions(ctx)
	if err != nil {
		return err
	}
	view := views.AccountView{
		Name: actor.Name, Email: actor.Email, Provider: p.service.settings.ProviderName,
		PlatformRoles: roleNames(ctx, actor.Platform), Towns: p.townsOf(c, actor),
	}
	now := p.service.now()
	for _, s := range sessions {
		view.Sessions = append(view.Sessions, views.SessionView{
			ID: s.ID.String(), Device: s.Device, Current: s.Current,
			Since: i18n.DateTime(s.CreatedAt), Machine: s.CreatedAt.Format(time.RFC3339), Seen: i18n.Relative(s.LastSeenAt, now),
		})
	}
	return httpd.Render(c, fiber.StatusOK, views.Account(p.shell(c, "auth.account.title"), view))
}

func (p *Pages) townsOf(c *fiber.Ctx, actor authz.Actor) (list []views.TownView) {
	for id, membership := range actor.Towns {
		town, err := p.service.towns.ByID(c.UserContext(), id)
		if err != nil {
			continue // deleted meanwhile
		}
		list = append(list, views.TownView{Name: town.Name, Href: town.Path("espace/"), Roles: roleNames(c.UserContext(), membership.Roles)})
	}
	slices.SortFunc(list, func(a, b views.TownView) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func (p *Pages) endOne(c *fiber.Ctx) error {
	id, err := uuid.Parse(c.Params("session"))
	if err != nil {
		return fault.New(fault.NotFound, "auth.fault.no_session", fault.Because(err))
	}
	if id == httpd.Scope(c).Actor.SessionID {
		return p.signOut(c)
	}
	err = p.service.EndSession(c.UserContext(), id)
	if err != nil && !fault.Is(err, fault.NotFound) { // ended already: what was wanted
		return err
	}
	return httpd.Redirect(c, "/compte", components.OK, "auth.account.ended_one")
}

func (p *Pages) endOthers(c *fiber.Ctx) error {
	if err := p.service.EndOtherSessions(c.UserContext()); err != nil {
		return err
	}
	return httpd.Redirect(c, "/compte", components.OK, "auth.account.ended_others")
}
