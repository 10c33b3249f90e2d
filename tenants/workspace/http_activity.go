package workspace

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/httpd"
	"acvdata/tenants/workspace/views"
	"acvdata/web/components"
)

// deedsPerPage is how much of the log one page shows.
const deedsPerPage = 50

// activity shows the town's log, newest first.
func (w *Workspace) activity(c *fiber.Ctx) error {
	ctx, v := c.UserContext(), visitorOf(c)
	view := views.Activity{
		Shell: shell(c, "workspace.activity.title"), Here: v.town.Path("espace/activite"),
		Text: strings.TrimSpace(c.Query("q")), Action: c.Query("action"), Names: v.member(),
	}
	var actions []string
	err := w.deps.DB.ReadTenant(ctx, v.town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		actions, err = audit.Actions(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, action := range actions {
		view.Actions = append(view.Actions, components.Choice{Value: action, Label: actionName(ctx, action)})
	}
	before, _ := uuid.Parse(c.Query("avant")) // what is no place in the log is its beginning
	view.First = before == uuid.Nil
	view.Events, view.Next, err = w.deeds(ctx, v, audit.Search{
		Text: view.Text, Known: named(ctx, actions, view.Text), Action: view.Action, Before: before, Limit: deedsPerPage,
	})
	if err != nil {
		return err
	}
	return httpd.Render(c, fiber.StatusOK, views.ActivityPage(view))
}
