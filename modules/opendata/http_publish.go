package opendata

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/jobs"
	"acvdata/tenants"
	"acvdata/web/components"
)

// lastEvent is the one the page closes its stream on.
const lastEvent = "fin"

func publishAddress(town *tenants.Tenant, d *datasets.Dataset) string {
	return editAddress(town, d) + "/publier"
}

// running is the publication of a dataset under way, nil for none.
func (m *Module) running(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) *jobs.Progress {
	p := m.last(ctx, town, d)
	if p == nil || p.Over() {
		return nil
	}
	return p
}

// last is the newest publication of a dataset, nil before the first.
func (m *Module) last(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) *jobs.Progress {
	p, err := m.Jobs.Progress(ctx, town.ID, datasets.Subject(d.ID))
	if err != nil {
		return nil // nothing to show of it
	}
	return p
}

// publication shows the form that publishes, the bar while it runs, and the
// result.
func (m *Module) publication(c *fiber.Ctx) error { return m.renderPublication(c, nil) }

func (m *Module) renderPublication(c *fiber.Ctx, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "opendata.publish.head", i18n.V{"Title": d.Title})
	view := views.Publication{Shell: httpd.Shell(c, title), Title: title, Edit: editAddress(town, d)}
	view.Shell.Crumbs = []components.Crumb{
		{Label: i18n.T(ctx, "opendata.overview.title"), Href: town.Path("espace/donnees")},
		{Label: d.Title, Href: editAddress(town, d)},
		{Label: i18n.T(ctx, "opendata.publish.title")},
	}
	if d.Open() {
		view.Public = pageAddress(town, d)
		view.Files = downloads(ctx, d.Version, func(f datasets.Format) string { return exportAddress(town, d, f) })
	}
	if p := m.last(ctx, town, d); p != nil {
		m.showProgress(c, d, p, &view)
	}
	if view.Personal, err = m.personal(c, d); err != nil {
		return err
	}
	status := fiber.StatusOK
	if refused != nil {
		status = httpd.Status(refused)
		view.Notices = append(view.Notices, components.AlertProps{Tone: components.Danger, Message: httpd.Message(c, refused), Live: true})
	}
	if view.Stream == nil && httpd.Allowed(c, PublishPermission) {
		view.Action, view.Rows = publishAddress(town, d), i18n.T(ctx, "opendata.publish.text")
		if lacking := m.score(ctx, town, d).unsaid(ctx); len(lacking) > 0 {
			view.Lacking = i18n.T(ctx, "opendata.quality.before", i18n.V{"List": strings.Join(lacking, ", ")})
		}
		if err := m.foretell(c, d, &view); err != nil {
			return err
		}
		view.Note = components.Field{
			Name: "note", Label: i18n.T(ctx, "opendata.publish.note"), Hint: i18n.T(ctx, "opendata.publish.note_hint"), Optional: true, Rows: 2,
		}
	}
	return httpd.Render(c, status, views.PublicationPage(view))
}

// showProgress adds what the newest publication has to say: its bar while it
// runs, how it ended afterwards.
func (m *Module) showProgress(c *fiber.Ctx, d *datasets.Dataset, p *jobs.Progress, view *views.Publication) {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	page := publishAddress(town, d)
	switch {
	case !p.Over():
		view.Stream = &components.ProgressStreamProps{Stream: page + "/suivi", Close: lastEvent, Done: page, Reload: page}
		view.Bar = bar(ctx, p)
		if httpd.Allowed(c, PublishPermission) {
			view.Stop = &components.ConfirmProps{
				ID: "arreter", Open: i18n.T(ctx, "opendata.publish.stop"), Icon: "x", Title: i18n.T(ctx, "opendata.publish.stop_title"),
				Text: i18n.T(ctx, "opendata.publish.stop_text"), Action: page + "/arreter", Accept: i18n.T(ctx, "opendata.publish.stop"),
			}
		}
	case p.Failed() && p.Fault.Key == datasets.FaultPersonal:
		// The columns below say it, as long as one waits.
	case p.Failed():
		view.Notices = append(view.Notices, components.AlertProps{
			Tone: components.Danger, Title: i18n.T(ctx, "opendata.publish.failed"), Message: httpd.Message(c, p.Fault),
		})
	case p.State == "cancelled":
		view.Notices = append(view.Notices, components.AlertProps{Tone: components.Warning, Message: i18n.T(ctx, "opendata.publish.cancelled")})
	case d.Open():
		view.Notices = append(view.Notices, components.AlertProps{Tone: components.OK, Message: i18n.T(ctx, "opendata.publish.done", i18n.V{
			"Number": d.Latest, "Rows": rowCount(ctx, d.Version.Rows), "Date": i18n.DateTime(d.Modified),
		})})
	}
}

// bar says how far a publication is.
func bar(ctx context.Context, p *jobs.Progress) components.ProgressProps {
	b := components.ProgressProps{Label: i18n.T(ctx, "opendata.publish.running"), Message: i18n.T(ctx, "opendata.publish.queued")}
	if p.Phase != "" {
		b.Message, b.Done, b.Total = i18n.T(ctx, p.Phase), p.Done, p.Total
	}
	if p.Rate >= 1 {
		b.Rate = i18n.T(ctx, "opendata.publish.rate", i18n.N(int64(p.Rate)))
	}
	if p.Left > 0 {
		b.Left = i18n.T(ctx, "opendata.publish.left", i18n.V{"Duration": i18n.Duration(p.Left)})
	}
	return b
}

// publish starts a publication.
func (m *Module) publish(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	_, err := m.Datasets.Publish(ctx, town, c.Params("dataset"), c.FormValue("note"))
	var refused *fault.Fault
	if errors.As(err, &refused) && (refused.Code == fault.Invalid || refused.Code == fault.Conflict) {
		return m.renderPublication(c, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, c.Path(), components.Neutral, "")
}

// stop asks a running publication to end.
func (m *Module) stop(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err == nil {
		err = m.Jobs.Cancel(ctx, town.ID, datasets.Subject(d.ID))
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, publishAddress(town, d), components.Neutral, "opendata.publish.stopping")
}

// follow sends the bar anew at each step, then the last event.
func (m *Module) follow(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	d, err := m.Datasets.Get(c.UserContext(), town, c.Params("dataset"))
	if err != nil {
		return err
	}
	first := true
	return httpd.Events(c, func(ctx context.Context) (*httpd.Event, bool) {
		if !first {
			m.nextChange(ctx, town.ID, d)
		}
		first = false
		p := m.running(ctx, town, d)
		if p == nil {
			return &httpd.Event{Name: lastEvent, Data: " "}, false
		}
		var html bytes.Buffer
		if views.Bar(bar(ctx, p)).Render(ctx, &html) != nil { //nolint:contextcheck // templ takes it in Render
			return nil, true
		}
		return &httpd.Event{Data: html.String()}, true
	})
}

// nextChange waits for news of a publication, a second at most: nothing is held
// between two events.
func (m *Module) nextChange(ctx context.Context, town tenants.ID, d *datasets.Dataset) {
	changed, stop := m.Jobs.Watch(town, datasets.Subject(d.ID)) //nolint:contextcheck // the listener outlives whoever came first
	defer stop()
	select {
	case <-changed:
	case <-time.After(time.Second):
	case <-ctx.Done():
	}
}
