package showcases

import (
	"github.com/gofiber/fiber/v2"

	"acvdata/modules/showcases/views"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// townPath is where a town reads what is written of it.
const townPath = "espace/cas-usages"

// townPieces lists the pieces of a town.
func (m *Module) townPieces(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	all, err := m.OfTown(ctx, town)
	if err != nil {
		return err
	}
	towns, err := m.townsBySlug(ctx)
	if err != nil {
		return err
	}
	v := views.TownPieces{Shell: httpd.Shell(c, i18n.T(ctx, "showcases.town_list.title"))}
	for i := range all {
		v.Rows = append(v.Rows, row(ctx, &all[i], town.Path(townPath)+"/"+all[i].ID.String(), towns))
	}
	return httpd.Render(c, fiber.StatusOK, views.TownPiecesPage(v))
}

// townPiece shows a piece to a town's staff as everybody would see it, with the
// town's answers when it is asked.
func (m *Module) townPiece(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	id, err := pieceID(c)
	if err != nil {
		return err
	}
	p, err := m.TownPiece(ctx, town, id)
	if err != nil {
		return err
	}
	v, err := m.draft(c, p)
	if err != nil {
		return err
	}
	address := town.Path(townPath)
	v.Back, v.BackLabel = address, i18n.T(ctx, "showcases.town_list.title")
	if p.State == InTown && httpd.Allowed(c, ValidatePermission) {
		v.Banner.Message = i18n.T(ctx, "showcases.validate.text", i18n.V{"Town": town.Name})
		v.Validate = &components.ConfirmProps{
			ID: "valider", Open: i18n.T(ctx, "showcases.validate.open"), Icon: "check", Kind: components.Primary,
			Title: i18n.T(ctx, "showcases.validate.title"), Text: i18n.T(ctx, "showcases.validate.effect"),
			Action: address + "/" + id.String() + "/valider", Accept: i18n.T(ctx, "showcases.validate.open"), Hidden: asRead(p),
		}
		v.Decline = &components.ConfirmProps{
			ID: "refuser", Open: i18n.T(ctx, "showcases.decline.open"), Icon: "undo-2",
			Title: i18n.T(ctx, "showcases.decline.title"), Text: i18n.T(ctx, "showcases.decline.effect"),
			Action: address + "/" + id.String() + "/refuser", Accept: i18n.T(ctx, "showcases.decline.open"),
		}
		v.Reason = components.Field{Name: "reason", Label: i18n.T(ctx, "showcases.reason"), Hint: i18n.T(ctx, "showcases.reason_hint"), Required: true, Rows: 4}
	}
	return httpd.Render(c, fiber.StatusOK, views.ArticlePage(v))
}

// townAct takes the town's answer.
func (m *Module) townAct(a Action) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := pieceID(c)
		if err != nil {
			return err
		}
		town := httpd.Scope(c).Town
		if _, err := m.Act(c.UserContext(), id, seen(c), a, town, c.FormValue("reason")); err != nil {
			return err
		}
		return httpd.Redirect(c, town.Path(townPath), components.OK, "showcases.done."+string(a))
	}
}
