package auth

import (
	"github.com/gofiber/fiber/v2"

	"acvdata/services/auth/views"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// invitation shows what a link offers. Opening it takes nothing up: mail scanners
// open links too.
func (p *Pages) invitation(c *fiber.Ctx) error {
	ctx := c.UserContext()
	c.Set(fiber.HeaderReferrerPolicy, "same-origin") // the link must not leak to other sites
	offer, err := p.service.Look(ctx, c.Params("token"))
	if err != nil {
		return err
	}
	actor := httpd.Scope(c).Actor
	shell := p.shell(c, "auth.invitation.title")
	shell.Path = c.Path()
	return httpd.Render(c, fiber.StatusOK, views.Invitation(shell, views.InvitationView{
		Town: offer.Town.Name, Workspace: offer.Town.Path("espace/"), Roles: roleNames(ctx, offer.Invitation.Powers.Roles),
		InvitedBy: offer.Invitation.InvitedByName, Email: offer.Invitation.Email, Until: i18n.DateTime(offer.Invitation.ExpiresAt),
		Action: c.Path(), Provider: p.service.settings.ProviderName,
		SignedIn: !actor.Nobody(), Mine: offer.Mine, Matches: offer.Matches, SignedInAs: actor.Email,
	}))
}

func (p *Pages) accept(c *fiber.Ctx) error {
	town, err := p.service.Accept(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/"), components.OK, "auth.invitation.accepted")
}
