package opendata

import (
	"encoding/json"
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/datasets/changes"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// restoreAddress is the page that goes back to a version.
func restoreAddress(town *tenants.Tenant, d *datasets.Dataset, number int) string {
	return editAddress(town, d) + "/versions/" + strconv.Itoa(number) + "/revenir"
}

// versionNumber reads the number of a version in an address.
func versionNumber(c *fiber.Ctx) (int, error) {
	number, err := strconv.Atoi(c.Params("number"))
	if err != nil {
		return 0, fault.New(fault.NotFound, "datasets.fault.unknown_version", fault.With(fault.Args{"Number": c.Params("number")}))
	}
	return number, nil
}

// restoration says what going back to a version does, and asks why.
func (m *Module) restoration(c *fiber.Ctx) error { return m.renderRestoration(c, nil) }

func (m *Module) renderRestoration(c *fiber.Ctx, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	number, err := versionNumber(c)
	if err != nil {
		return err
	}
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "opendata.restore.title", i18n.V{"Number": number})
	view := views.Restoration{
		Shell: httpd.Shell(c, title), Title: title, Lead: d.Title, Back: editAddress(town, d), Action: restoreAddress(town, d, number),
		Restored: title,
		Reason: components.Field{
			Name: "reason", Label: i18n.T(ctx, "opendata.restore.reason"), Hint: i18n.T(ctx, "opendata.restore.reason_hint"),
			Value: c.FormValue("reason"), Required: true, Rows: 2,
		},
	}
	view.Shell.Crumbs = []components.Crumb{
		{Label: i18n.T(ctx, "opendata.overview.title"), Href: town.Path("espace/donnees")}, {Label: d.Title, Href: editAddress(town, d)}, {Label: title},
	}
	status := fiber.StatusOK
	if _, _, err := m.Datasets.Restorable(ctx, town, d.Slug(), number); err != nil {
		f, isFault := errors.AsType[*fault.Fault](err)
		if !isFault || f.Code != fault.Conflict {
			return err
		}
		view.Refused, status = httpd.Message(c, f), httpd.Status(f)
	} else {
		view.Compare = components.LinkProps{
			Label: i18n.T(ctx, "opendata.restore.compare", i18n.V{"Number": number, "Latest": d.Latest}),
			Href:  differencesAddress(town, d, d.Latest) + "?" + paramSince + "=" + strconv.Itoa(number), Icon: "eye",
		}
		for _, key := range []string{"new", "live", "next"} {
			view.Effects = append(view.Effects, i18n.T(ctx, "opendata.restore.effect_"+key, i18n.V{"Number": number, "New": d.Latest + 1, "Latest": d.Latest}))
		}
	}
	if refused != nil {
		status = httpd.Status(refused)
		view.Reason.Error = httpd.FieldMessages(c, refused)[view.Reason.Name]
		view.Errors = []components.FieldError{{ID: view.Reason.Name, Message: view.Reason.Error}}
		if view.Reason.Error == "" {
			view.Errors = []components.FieldError{{Message: httpd.Message(c, refused)}}
		}
	}
	return httpd.Render(c, status, views.RestorationPage(view))
}

// restore starts the new version; its page then follows it as any publication.
func (m *Module) restore(c *fiber.Ctx) error {
	number, err := versionNumber(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	_, err = m.Datasets.Restore(ctx, town, c.Params("dataset"), number, c.FormValue("reason"))
	var refused *fault.Fault
	if errors.As(err, &refused) && (refused.Code == fault.Invalid || refused.Code == fault.Conflict) {
		return m.renderRestoration(c, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/donnees/"+c.Params("dataset")+"/publier"), components.Neutral, "")
}

// apiRestore goes back to a version: {"reason": "colonne hauteur fausse"}.
func (m *Module) apiRestore(c *fiber.Ctx) error {
	number, err := versionNumber(c)
	if err != nil {
		return err
	}
	var in struct {
		Reason string `json:"reason"`
	}
	if err := json.Unmarshal(c.Body(), &in); err != nil {
		return fault.New(fault.Invalid, "opendata.fault.json", fault.Because(err))
	}
	town := httpd.Scope(c).Town
	p, err := m.Datasets.Restore(c.UserContext(), town, c.Params("dataset"), number, in.Reason)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, m.BaseURL+"/api/v1/"+town.Slug+"/donnees/"+c.Params("dataset")+"/publications")
	return c.Status(fiber.StatusAccepted).JSON(fiber.Map{"version": p.Number, "restores": number, "state": "queued"})
}

// comparedAtOnce is how many rows are compared while the page that publishes loads.
const comparedAtOnce = 20_000

// foretell adds to the page that publishes what that would change. The page lives
// without it.
func (m *Module) foretell(c *fiber.Ctx, d *datasets.Dataset, view *views.Publication) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	if d.Version == nil {
		return nil
	}
	view.Upcoming = publishAddress(town, d) + "/changements"
	u, err := m.Datasets.Upcoming(ctx, town, d, comparedAtOnce)
	if err != nil || u.TooMany {
		return ctx.Err()
	}
	view.Changes = i18n.T(ctx, "opendata.upcoming.summary", i18n.V{"Counts": counts(ctx, u.Summary), "Number": u.Older})
	return nil
}

// upcoming tells row by row what a publication would change.
func (m *Module) upcoming(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "opendata.upcoming.title")
	view := views.Upcoming{Shell: httpd.Shell(c, title), Title: title, Publish: publishAddress(town, d)}
	view.Shell.Crumbs = []components.Crumb{
		{Label: i18n.T(ctx, "opendata.overview.title"), Href: town.Path("espace/donnees")},
		{Label: d.Title, Href: editAddress(town, d)},
		{Label: i18n.T(ctx, "opendata.publish.title"), Href: view.Publish},
		{Label: title},
	}
	u, err := m.Datasets.Upcoming(ctx, town, d, datasets.MostUpcoming)
	if err != nil {
		return err
	}
	switch {
	case u == nil:
		view.Empty = i18n.T(ctx, "opendata.upcoming.first")
	case u.TooMany:
		view.Empty = i18n.T(ctx, "opendata.upcoming.too_many", i18n.V{
			"Was": rowCount(ctx, d.Version.Rows), "Now": rowCount(ctx, u.Now), "Most": i18n.Number(datasets.MostUpcoming),
		})
	default:
		t := telling{ctx: ctx, dataset: d, summary: u.Summary}
		view.Overview = t.overall(func(changes.Filter) string { return "" })
		for i := range u.First {
			view.List = append(view.List, t.change(&u.First[i]))
		}
		view.Shown = i18n.T(ctx, "opendata.upcoming.shown", i18n.V{"Number": len(u.First), "Total": i18n.Number(u.Total())})
	}
	return httpd.Render(c, fiber.StatusOK, views.UpcomingPage(view))
}
