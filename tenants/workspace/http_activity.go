package workspace

import (
	"context"
	"encoding/csv"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants/workspace/views"
	"acvdata/web/components"
)

// deedsPerPage is how much of the log one page shows.
const deedsPerPage = 50

// activity shows the town's log, newest first.
func (w *Workspace) activity(c *fiber.Ctx) error {
	ctx, v := c.UserContext(), visitorOf(c)
	asked := logQuery(c)
	actions, people, err := w.logWords(ctx, v)
	if err != nil {
		return err
	}
	view := views.Activity{
		Shell: shell(c, "workspace.activity.title"), Here: v.town.Path("espace/activite"), Names: v.member(),
		Text: asked.Get("q"), Action: asked.Get("action"), Person: asked.Get("qui"), From: asked.Get("du"), To: asked.Get("au"),
	}
	for _, action := range actions {
		view.Actions = append(view.Actions, components.Choice{Value: action, Label: actionName(ctx, action)})
	}
	for _, p := range people {
		view.People = append(view.People, components.Choice{Value: p.ID.String(), Label: p.Name})
	}
	search := searchOf(ctx, v, asked, actions)
	search.Before, _ = uuid.Parse(c.Query("avant")) // what is no place in the log is its beginning
	search.Limit = deedsPerPage
	view.First = search.Before == uuid.Nil
	if view.Events, view.Next, err = w.deeds(ctx, v, search); err != nil {
		return err
	}
	return httpd.Render(c, fiber.StatusOK, views.ActivityPage(view))
}

// logFilters are the parameters that narrow the log.
var logFilters = []string{"q", "action", "qui", "du", "au"}

func logQuery(c *fiber.Ctx) url.Values {
	asked := url.Values{}
	for _, name := range logFilters {
		if value := strings.TrimSpace(c.Query(name)); value != "" {
			asked.Set(name, value)
		}
	}
	return asked
}

// logWords are the actions and, for who may know them, the people to choose from.
func (w *Workspace) logWords(ctx context.Context, v visitor) (actions []string, people []audit.Person, err error) {
	err = w.deps.DB.ReadTenant(ctx, v.town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		if actions, err = audit.Actions(ctx, tx); err != nil || !v.member() {
			return err
		}
		people, err = audit.People(ctx, tx)
		return err
	})
	return actions, people, err
}

// searchOf reads the filters; one that cannot be read narrows nothing.
func searchOf(ctx context.Context, v visitor, asked url.Values, actions []string) audit.Search {
	s := audit.Search{Text: asked.Get("q"), Known: named(ctx, actions, asked.Get("q")), Action: asked.Get("action"), Nameless: !v.member()}
	s.Actor, _ = uuid.Parse(asked.Get("qui"))
	s.From, _ = time.ParseInLocation(time.DateOnly, asked.Get("du"), i18n.Paris)
	if last, err := time.ParseInLocation(time.DateOnly, asked.Get("au"), i18n.Paris); err == nil {
		s.To = last.AddDate(0, 0, 1) // the day named is the last one
	}
	return s
}

const (
	exportBatch = 1000
	exportMost  = 100_000
)

// exportActivity writes the log as it is filtered, for a spreadsheet: UTF-8 with
// its mark, semicolons, as French ones expect.
func (w *Workspace) exportActivity(c *fiber.Ctx) error {
	ctx, v := c.UserContext(), visitorOf(c)
	actions, _, err := w.logWords(ctx, v)
	if err != nil {
		return err
	}
	search := searchOf(ctx, v, logQuery(c), actions)
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="activite-`+v.town.Slug+`.csv"`)
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	return httpd.Stream(c, func(ctx context.Context, out io.Writer) error { return w.writeLog(ctx, v, search, out) })
}

func (w *Workspace) writeLog(ctx context.Context, v visitor, search audit.Search, out io.Writer) error {
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return err
	}
	sheet := csv.NewWriter(out)
	sheet.Comma, sheet.UseCRLF = ';', true
	var heads []string
	for _, column := range []string{"date", "who", "action", "subject", "details"} {
		heads = append(heads, i18n.T(ctx, "workspace.activity.column."+column))
	}
	if err := sheet.Write(heads); err != nil {
		return err
	}
	search.Limit = exportBatch
	for written := 0; written < exportMost; {
		events, err := w.readLog(ctx, v, search)
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := sheet.Write(cells(e.At.In(i18n.Paris).Format("2006-01-02 15:04:05"), who(ctx, e), actionName(ctx, e.Action), e.Subject, details(ctx, e, v.member()))); err != nil {
				return err
			}
			search.Before = e.ID
		}
		if written += len(events); len(events) < exportBatch {
			break
		}
	}
	sheet.Flush()
	return sheet.Error()
}

func (w *Workspace) readLog(ctx context.Context, v visitor, s audit.Search) (events []audit.Event, err error) {
	err = w.deps.DB.ReadTenant(ctx, v.town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		events, err = audit.List(ctx, tx, s)
		return err
	})
	return events, err
}

// cells makes texts harmless to spreadsheets, which run what looks like a formula.
func cells(texts ...string) []string {
	for i, text := range texts {
		if text != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(text)[0]) {
			texts[i] = "'" + text
		}
	}
	return texts
}
