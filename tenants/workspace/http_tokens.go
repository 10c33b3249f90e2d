package workspace

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants/workspace/views"
	"acvdata/web/components"
)

// tokens lists the programs that speak for the town.
func (w *Workspace) tokens(c *fiber.Ctx) error {
	return w.showTokens(c, fiber.StatusOK, views.NewToken{Months: usualMonths}, "")
}

// Lives of a token that the form offers, in months.
var months = []int{1, 3, 6, 12, 24}

const usualMonths = "12"

func (w *Workspace) showTokens(c *fiber.Ctx, status int, filled views.NewToken, secret string) error {
	ctx, v := c.UserContext(), visitorOf(c)
	all, err := w.deps.Auth.Tokens(ctx, v.town.ID)
	if err != nil {
		return err
	}
	view := views.Tokens{Shell: shell(c, "workspace.tokens.title"), Here: v.town.Path("espace/jetons"), Secret: secret, New: filled}
	for _, r := range authz.TownRoles() {
		view.New.Roles = append(view.New.Roles, components.Choice{Value: string(r), Label: roleName(ctx, r)})
	}
	view.New.Modules = w.moduleChoices(ctx, v, filled.Chosen)
	for _, m := range months {
		view.New.Lives = append(view.New.Lives, components.Choice{Value: strconv.Itoa(m), Label: i18n.T(ctx, "workspace.tokens.months", i18n.N(m))})
	}
	now := w.deps.Now()
	for _, t := range all {
		view.Tokens = append(view.Tokens, views.Token{
			ID: t.ID.String(), Name: t.Name, Role: roleName(ctx, t.Role), Limits: w.limits(ctx, auth.Powers{Modules: t.Modules, Sources: t.Sources}),
			By: t.CreatedByName, Created: i18n.Date(t.CreatedAt), Expires: i18n.Date(t.ExpiresAt),
			LastUsed: i18n.DateTime(t.LastUsedAt), Alive: t.Alive(now), Revoked: !t.RevokedAt.IsZero(),
		})
	}
	return httpd.Render(c, status, views.TokensPage(view))
}

// createToken makes a token and shows its secret, once.
func (w *Workspace) createToken(c *fiber.Ctx) error {
	values, err := form(c)
	if err != nil {
		return err
	}
	life, err := strconv.Atoi(values.Get("months"))
	if err != nil {
		life = 12
	}
	wanted := auth.NewToken{
		Name: values.Get("name"), Role: authz.Role(values.Get("role")), Modules: values["modules"],
		Life: time.Duration(life) * 30 * 24 * time.Hour,
	}
	secret, err := w.tokenOnce(c.UserContext(), visitorOf(c), wanted)
	if err == nil {
		return w.showTokens(c, fiber.StatusOK, views.NewToken{Months: usualMonths}, secret)
	}
	f, again := correct(err)
	if !again {
		return err
	}
	return w.showTokens(c, fiber.StatusUnprocessableEntity, views.NewToken{
		Name: wanted.Name, Role: string(wanted.Role), Chosen: wanted.Modules, Months: values.Get("months"),
		Errors: httpd.FieldMessages(c, f), Summary: summary(c, f),
	}, "")
}

// revokeToken ends a token; ending one twice is done once.
func (w *Workspace) revokeToken(c *fiber.Ctx) error {
	id, err := paramID(c)
	if err != nil {
		return err
	}
	if err := w.revokeOnce(c.UserContext(), httpd.Scope(c).Town.ID, id); err != nil {
		return err
	}
	return done(c, "jetons", "workspace.tokens.revoked")
}
