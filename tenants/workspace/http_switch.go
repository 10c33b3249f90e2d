package workspace

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants/directory"
	"acvdata/tenants/workspace/views"
	"acvdata/web/components"
)

// confirmSwitch says what turning a module on or off changes, before anything is.
func (w *Workspace) confirmSwitch(c *fiber.Ctx) error {
	m, err := w.trade(c)
	if err != nil {
		return err
	}
	ctx, v := c.UserContext(), visitorOf(c)
	e, err := w.effects(ctx, v, m)
	if err != nil {
		return err
	}
	title := "workspace.switch.on_title"
	if e.on {
		title = "workspace.switch.off_title"
	}
	above := components.Crumb{Label: i18n.T(ctx, "workspace.settings.title"), Href: v.town.Path("espace/" + settingsPath)}
	view := views.Switch{
		Shell: titled(c, i18n.T(ctx, title, i18n.V{"Title": i18n.T(ctx, m.Title)}), above), Icon: m.Icon, Off: e.on,
		Action: v.town.Path("espace/" + settingsPath + "/modules/" + m.Code), Back: v.town.Path("espace/" + settingsPath), Seen: version(v.town.Changed),
		Pages: e.pages, Datasets: e.datasets, Figures: e.figures, API: e.calls, Pending: e.pending, Watched: e.watched, Managers: e.managers,
	}
	if e.lacks != nil {
		view.Obstacle = i18n.T(ctx, "workspace.fault.needs", i18n.V{"Needy": i18n.T(ctx, e.lacks.needy.Title), "Needed": i18n.T(ctx, e.lacks.needed.Title)})
	}
	return httpd.Render(c, fiber.StatusOK, views.SwitchPage(view))
}

// switchModule turns a module on or off. Asking for what is already so changes
// nothing, however often.
func (w *Workspace) switchModule(c *fiber.Ctx) error {
	m, err := w.trade(c)
	if err != nil {
		return err
	}
	values, err := form(c)
	if err != nil {
		return err
	}
	town, on := httpd.Scope(c).Town, values.Get("on") == "oui"
	action, said := "workspace.module_off", "workspace.settings.module_off"
	if on {
		action, said = "workspace.module_on", "workspace.settings.module_on"
	}
	if town.Has(m.Code) == on {
		return done(c, settingsPath, said)
	}
	err = w.settle(c, values, settingsPath, said, func(ctx context.Context, tx *db.Tx, choices *directory.Choices) error {
		if err := w.switchOn(choices, m, on); err != nil {
			return err
		}
		return audit.Record(ctx, tx, action, subject(c), map[string]any{"module": i18n.T(ctx, m.Title)})
	})
	return w.refuseSwitch(c, err)
}

func (w *Workspace) refuseSwitch(c *fiber.Ctx, err error) error {
	var lack *missing
	if !errors.As(err, &lack) {
		return err
	}
	ctx := c.UserContext()
	return fault.New(fault.Conflict, "workspace.fault.needs", fault.Because(err), fault.With(fault.Args{
		"Needy": i18n.T(ctx, lack.needy.Title), "Needed": i18n.T(ctx, lack.needed.Title),
	}))
}
