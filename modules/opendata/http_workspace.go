package opendata

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/tables"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// overview lists what the town's modules offer, with where each stands.
func (m *Module) overview(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	all, err := m.Datasets.List(ctx, town)
	if err != nil {
		return err
	}
	waiting, err := m.Datasets.Waiting(ctx, town)
	if err != nil {
		return err
	}
	view := views.Overview{Shell: httpd.Shell(c, i18n.T(ctx, "opendata.overview.title")), Tabs: m.workspaceTabs(c, "datasets")}
	if httpd.Allowed(c, EditPermission) {
		view.Import = town.Path("espace/imports?cible=" + url.QueryEscape(tables.TargetCode))
	}
	for i := range all {
		row := m.overviewRow(ctx, town, &all[i], httpd.Allowed(c, PublishPermission))
		if waiting[all[i].Source.ID] > 0 {
			row.Waiting = i18n.T(ctx, "opendata.personal.waits")
		}
		view.Rows = append(view.Rows, row)
	}
	return httpd.Render(c, fiber.StatusOK, views.OverviewPage(view))
}

func (m *Module) overviewRow(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, mayPublish bool) views.OverviewRow {
	row := views.OverviewRow{
		Title: d.Title, Href: editAddress(town, d), Publishing: m.running(ctx, town, d) != nil,
		Quality: m.score(ctx, town, d).brief(ctx, ""),
	}
	row.State, row.StateLabel, row.StateIcon = stateOf(ctx, d)
	if d.Latest > 0 {
		row.Version, row.Updated = i18n.Number(d.Latest), i18n.DateShort(d.Modified)
	}
	if late := lateDays(d, time.Now()); late > 0 {
		row.Late = i18n.T(ctx, "opendata.rhythm.late", i18n.N(late))
	}
	if mayPublish {
		row.Publish = publishAddress(town, d)
	}
	if d.Open() {
		row.Public = pageAddress(town, d)
	}
	return row
}

func stateOf(ctx context.Context, d *datasets.Dataset) (tone components.Tone, label, icon string) {
	label = i18n.T(ctx, d.State.LabelKey())
	switch d.State {
	case datasets.Published:
		return components.OK, label, "check" // icon
	case datasets.Withdrawn:
		return components.Danger, label, "ban" // icon
	case datasets.Draft:
	}
	return components.Neutral, label, "pencil-line" // icon
}

// edit shows the form about a dataset.
func (m *Module) edit(c *fiber.Ctx) error {
	d, err := m.Datasets.Get(c.UserContext(), httpd.Scope(c).Town, c.Params("dataset"))
	if err != nil {
		return err
	}
	return m.renderEdit(c, d, editing{given: d.Metadata})
}

// try scores what the form holds, and keeps nothing: the score follows the keys
// pressed, and a button does without JavaScript.
func (m *Module) try(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	given, err := metadataOf(c.Body())
	if f := fault.From(err); f != nil && len(f.Fields) == 0 {
		return err
	} // a day half typed is no day yet
	return m.renderEdit(c, d, editing{given: given, tried: true})
}

// save keeps what the town says of a dataset, or shows the form again with what
// is wrong.
func (m *Module) save(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	given, err := metadataOf(c.Body())
	if err == nil {
		err = m.describe(ctx, town, d.Slug(), given)
	}
	var refused *fault.Fault
	if errors.As(err, &refused) && refused.Code == fault.Invalid {
		return m.renderEdit(c, d, editing{given: given, tried: true, refused: refused})
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, editAddress(town, d), components.OK, "opendata.edit.saved")
}

// describe keeps what the town says of a dataset, here and on data.gouv.fr.
func (m *Module) describe(ctx context.Context, town *tenants.Tenant, slug string, given datasets.Metadata) error {
	return m.DB.InTenant(ctx, town.ID, func(ctx context.Context, _ *db.Tx) error {
		if err := m.Datasets.Describe(ctx, town, slug, given); err != nil {
			return err
		}
		return m.push.Again(ctx, town, slug)
	})
}

// editing is what the forms of a dataset's page hold.
type editing struct {
	given   datasets.Metadata
	tried   bool         // given is not kept
	refused *fault.Fault // why it was not
	chart   *chartAttempt
	desk    *deskAttempt
}

// renderEdit shows a dataset in the workspace.
func (m *Module) renderEdit(c *fiber.Ctx, d *datasets.Dataset, e editing) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.Edit{
		Shell: httpd.Shell(c, d.Title), Title: d.Title, MayEdit: httpd.Allowed(c, EditPermission),
		Action: editAddress(town, d), Fields: formOf(ctx, town, d, e.given), Score: editAddress(town, d) + "/qualite",
	}
	waiting, err := m.Datasets.Waiting(ctx, town)
	if err != nil {
		return err
	}
	if n := waiting[d.Source.ID]; n > 0 {
		view.Waiting, view.Decide = i18n.T(ctx, "opendata.personal.notice", i18n.N(n)), publishAddress(town, d)+"#donnees-personnelles"
	}
	view.Quality, view.Brief = m.qualityOf(c, d, e)
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.overview.title"), Href: town.Path("espace/donnees")}, {Label: d.Title}}
	view.State, view.StateLabel, view.StateIcon = stateOf(ctx, d)
	if d.State == datasets.Withdrawn {
		view.StateText = i18n.T(ctx, "opendata.edit.withdrawn", i18n.V{"Date": i18n.Date(d.Withdrawn), "Reason": d.Reason})
	}
	if d.Open() {
		view.Public = pageAddress(town, d)
	}
	if httpd.Allowed(c, PublishPermission) {
		view.Publish = publishAddress(town, d)
		if d.Open() {
			view.Withdraw, view.Reason = withdrawForm(ctx, town, d)
		}
	}
	status := fiber.StatusOK
	if e.refused != nil {
		status = httpd.Status(e.refused)
		view.Errors = view.Fields.Refuse(httpd.FieldMessages(c, e.refused), httpd.Message(c, e.refused))
	}
	attempt := chartAttempt{}
	if e.chart != nil {
		attempt, status = *e.chart, httpd.Status(e.chart.refused)
	}
	forms, err := m.tableForms(c, d, attempt.chart, attempt.refused)
	if err != nil {
		return err
	}
	view.Table = forms
	if view.Push, err = m.pushPanel(c, d); err != nil {
		return err
	}
	if err := m.residents(c, d, e.desk, &view); err != nil {
		return err
	}
	if e.desk != nil {
		status = httpd.Status(e.desk.refused)
	}
	if view.Versions, err = m.versionsForStaff(c, d); err != nil {
		return err
	}
	return httpd.Render(c, status, views.EditPage(view))
}

// residents are what they wait for, and who answers them.
func (m *Module) residents(c *fiber.Ctx, d *datasets.Dataset, tried *deskAttempt, view *views.Edit) (err error) {
	if view.ToDo, err = m.toDo(c, d); err != nil {
		return err
	}
	view.Desk, err = m.deskForm(c, d, tried)
	return err
}

// versionsForStaff lists the publications, each with the way back to it.
func (m *Module) versionsForStaff(c *fiber.Ctx, d *datasets.Dataset) ([]views.Version, error) {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	versions, err := m.Datasets.Versions(ctx, town, d)
	list := make([]views.Version, len(versions))
	for i := range versions {
		list[i] = versionView(ctx, town, d, &versions[i])
		if d.Open() && !list[i].Current && !d.Source.Screened && httpd.Allowed(c, PublishPermission) {
			list[i].Restore = restoreAddress(town, d, versions[i].Number)
		}
	}
	return list, err
}

// qualityOf scores what the form holds.
func (m *Module) qualityOf(c *fiber.Ctx, d *datasets.Dataset, e editing) (views.Quality, views.Brief) {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	if e.tried {
		d = m.Datasets.Try(ctx, town, d, e.given)
	}
	s := m.score(ctx, town, d)
	s.mayEdit, s.mayPublish = httpd.Allowed(c, EditPermission), httpd.Allowed(c, PublishPermission)
	view, brief := s.view(ctx, false), s.brief(ctx, "#qualite")
	if e.tried {
		view.Tried, view.News = i18n.T(ctx, "opendata.quality.tried"), s.news(ctx)
	}
	return view, brief
}

// withdrawForm asks why before a dataset is taken back.
func withdrawForm(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) (*components.ConfirmProps, components.Field) {
	reason := components.Field{
		Name: "reason", Label: i18n.T(ctx, "opendata.withdraw.reason"), Hint: i18n.T(ctx, "opendata.withdraw.reason_hint"), Required: true, Rows: 3,
	}
	ask := &components.ConfirmProps{
		ID: "retirer", Open: i18n.T(ctx, "opendata.withdraw.open"), Icon: "ban", Kind: components.Destructive,
		Title: i18n.T(ctx, "opendata.withdraw.confirm", i18n.V{"Title": d.Title}), Text: i18n.T(ctx, "opendata.withdraw.effect"),
		Action: editAddress(town, d) + "/retirer", Accept: i18n.T(ctx, "opendata.withdraw.accept"),
	}
	return ask, reason
}

// withdraw takes a dataset back.
func (m *Module) withdraw(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	if err := m.Datasets.Withdraw(ctx, town, d.Slug(), c.FormValue("reason")); err != nil {
		return err
	}
	return httpd.Redirect(c, editAddress(town, d), components.OK, "opendata.withdraw.done")
}
