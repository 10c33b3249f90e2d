package opendata

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/datagouv"
	"acvdata/modules/opendata/views"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/web/components"
)

// mountPush registers what is about data.gouv.fr; before the pages of datasets,
// whose addresses would take its own.
func (m *Module) mountPush(r module.Router) {
	read, publish := authz.Can(ReadPermission), authz.Can(PublishPermission)

	r.Workspace.Get("/donnees/data-gouv", read, m.pushes)
	r.Workspace.Post("/donnees/data-gouv", publish, m.giveKey)
	r.Workspace.Post("/donnees/data-gouv/organisation", publish, m.chooseOrganization)
	r.Workspace.Post("/donnees/data-gouv/oublier", publish, m.forgetKey)
	r.Workspace.Post("/donnees/:dataset/data-gouv", publish, m.wantPush)
}

func pushPath(town *tenants.Tenant) string { return town.Path("espace/donnees/data-gouv") }

// pushes shows the town's account there, and how each dataset stands.
func (m *Module) pushes(c *fiber.Ctx) error { return m.renderPushes(c, nil) }

func (m *Module) renderPushes(c *fiber.Ctx, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	account, err := m.push.Account(ctx, town)
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "opendata.push.title")
	view := views.Pushes{
		Shell: httpd.Shell(c, title), Tabs: m.workspaceTabs(c, "push"), Portal: m.push.Portal(), Able: m.push.Able(),
		MayPublish: httpd.Allowed(c, PublishPermission), Action: pushPath(town),
	}
	status, messages := fiber.StatusOK, map[string]string{}
	if refused != nil {
		status, messages = httpd.Status(refused), httpd.FieldMessages(c, refused)
		view.Errors = fieldErrors(messages, httpd.Message(c, refused))
	}
	m.showAccount(ctx, account, messages, &view)
	if err := m.pushTable(c, account, &view); err != nil {
		return err
	}
	return httpd.Render(c, status, views.PushesPage(view))
}

func fieldErrors(messages map[string]string, whole string) (list []components.FieldError) {
	for name, text := range messages {
		list = append(list, components.FieldError{ID: name, Message: text})
	}
	if len(list) == 0 {
		list = append(list, components.FieldError{Message: whole})
	}
	return list
}

// showAccount says whose key the town gave and in whose name it publishes, with
// the forms that change both. The key itself is never shown.
func (m *Module) showAccount(ctx context.Context, a *datagouv.Account, messages map[string]string, view *views.Pushes) {
	view.Key = components.Field{
		Name: "key", Type: "password", Label: i18n.T(ctx, "opendata.push.key"), Hint: i18n.T(ctx, "opendata.push.key_hint"),
		Autocomplete: "off", Required: true, Error: messages["key"], Attrs: map[string]any{"spellcheck": "false"},
	}
	if a == nil {
		return
	}
	view.Given = true
	organization := components.Definition{Term: i18n.T(ctx, "opendata.push.organization"), Value: i18n.T(ctx, "opendata.push.organization_none")}
	if a.Ready() {
		organization.Value, organization.Href = a.Organization.Name, m.push.Portal()+"/organizations/"+url.PathEscape(a.Organization.ID)+"/"
	}
	view.Facts = []components.Definition{
		organization,
		{Term: i18n.T(ctx, "opendata.push.holder"), Value: a.Holder},
		{Term: i18n.T(ctx, "opendata.push.given"), Value: i18n.Date(a.Given), Note: a.Author},
	}
	if len(a.Choices) > 1 {
		view.Organization = &components.Field{
			Name: "organization", Label: i18n.T(ctx, "opendata.push.organization"), Hint: i18n.T(ctx, "opendata.push.organization_hint"),
			Value: a.Organization.ID, Error: messages["organization"], Required: true,
		}
		if !a.Ready() {
			view.Organization.Blank = i18n.T(ctx, "opendata.push.organization_choose")
		}
		for _, o := range a.Choices {
			view.Organization.Choices = append(view.Organization.Choices, components.Choice{Value: o.ID, Label: o.Name})
		}
	}
	view.Forget = &components.ConfirmProps{
		ID: "oublier", Open: i18n.T(ctx, "opendata.push.forget"), Icon: "trash-2", Kind: components.Destructive,
		Title: i18n.T(ctx, "opendata.push.forget_title"), Text: i18n.T(ctx, "opendata.push.forget_text"),
		Action: view.Action + "/oublier", Accept: i18n.T(ctx, "opendata.push.forget"),
	}
}

// pushTable lists what is published here, and what is there still.
func (m *Module) pushTable(c *fiber.Ctx, account *datagouv.Account, view *views.Pushes) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	all, err := m.Datasets.List(ctx, town)
	if err != nil {
		return err
	}
	there, err := m.push.Pushes(ctx, town)
	if err != nil {
		return err
	}
	view.Table = components.TableProps{ID: "envois", Caption: i18n.T(ctx, "opendata.push.table"), CaptionHidden: true, Stack: true}
	for _, key := range []string{"dataset", "state", "version", "action"} {
		view.Table.Columns = append(view.Table.Columns, components.Column{Label: i18n.T(ctx, "opendata.push.column."+key)})
	}
	for i := range all {
		d := &all[i]
		p, known := there[d.Slug()]
		if !d.Open() && !known {
			continue
		}
		panel := m.panel(c, d, p, account)
		version := components.Cell{Text: i18n.T(ctx, "opendata.push.none")}
		if p.Version > 0 {
			version = components.Cell{Text: i18n.Number(p.Version), Note: i18n.DateTime(p.Sent)}
		}
		view.Waiting = view.Waiting || p.State == datagouv.Waiting
		view.Table.Rows = append(view.Table.Rows, components.Row{Cells: []components.Cell{
			{Text: d.Title, Href: editAddress(town, d)},
			{Node: views.PushState(panel, true)},
			version,
			{Node: views.PushButtons(panel, true)},
		}})
	}
	return nil
}

// panel says how a dataset stands there, and what may be done about it.
func (m *Module) panel(c *fiber.Ctx, d *datasets.Dataset, p datagouv.Push, account *datagouv.Account) views.PushPanel {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.PushPanel{
		Label: i18n.T(ctx, p.State.LabelKey()), Page: p.Page, Waiting: p.State == datagouv.Waiting, Settings: pushPath(town), Title: d.Title,
	}
	view.Tone, view.Icon = pushTone(p.State)
	switch p.State {
	case datagouv.Sent:
		view.Label = i18n.T(ctx, "opendata.push.state.sent_on", i18n.V{"Date": i18n.DateShort(p.Sent)})
		view.About = i18n.T(ctx, "opendata.push.sent_version", i18n.V{"Number": p.Version})
	case datagouv.Refused, datagouv.Waiting:
		if p.Fault != nil {
			view.Text = httpd.Message(c, p.Fault)
		}
	case datagouv.Retired:
		view.Text = i18n.T(ctx, "opendata.push.retired_text")
	}
	if p.Fault != nil && p.State == datagouv.Waiting {
		view.Text += " " + i18n.T(ctx, "opendata.push.again_alone")
	}
	if !httpd.Allowed(c, PublishPermission) {
		return view
	}
	view.Action = editAddress(town, d) + "/data-gouv"
	view.Setup = !account.Ready() && !p.Wanted
	view.On = account.Ready() && d.Open() && !p.Wanted
	view.Again = p.Wanted && p.State != datagouv.Waiting
	if p.Wanted || p.State == datagouv.Refused {
		view.Off = &components.ConfirmProps{
			ID: "retirer-data-gouv", Open: i18n.T(ctx, "opendata.push.off"), Icon: "x", Kind: components.Quiet,
			Title: i18n.T(ctx, "opendata.push.off_title", i18n.V{"Title": d.Title}), Text: i18n.T(ctx, "opendata.push.off_text"),
			Action: view.Action, Accept: i18n.T(ctx, "opendata.push.off"), Hidden: components.Hidden{"do": "off"},
		}
	}
	return view
}

func pushTone(s datagouv.State) (components.Tone, string) {
	switch s {
	case datagouv.Sent:
		return components.OK, "check" // icon
	case datagouv.Waiting:
		return components.Data, "clock" // icon
	case datagouv.Refused:
		return components.Danger, "triangle-alert" // icon
	case datagouv.Retired:
		return components.Neutral, "ban" // icon
	}
	return components.Neutral, ""
}

// pushPanel is the part of a dataset's page about data.gouv.fr.
func (m *Module) pushPanel(c *fiber.Ctx, d *datasets.Dataset) (*views.PushPanel, error) {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	p, err := m.push.Push(ctx, town, d.Slug())
	if err != nil || p.State == "" && !d.Open() {
		return nil, err
	}
	account, err := m.push.Account(ctx, town)
	if err != nil {
		return nil, err
	}
	view := m.panel(c, d, p, account)
	return &view, nil
}

// giveKey keeps the town's key, or shows the form again, without it, with what is
// wrong.
func (m *Module) giveKey(c *fiber.Ctx) error {
	return m.settle(c, m.push.Give(c.UserContext(), httpd.Scope(c).Town, c.FormValue("key")), "opendata.push.key_kept")
}

func (m *Module) chooseOrganization(c *fiber.Ctx) error {
	return m.settle(c, m.push.Choose(c.UserContext(), httpd.Scope(c).Town, c.FormValue("organization")), "opendata.push.organization_kept")
}

func (m *Module) forgetKey(c *fiber.Ctx) error {
	return m.settle(c, m.push.Forget(c.UserContext(), httpd.Scope(c).Town), "opendata.push.forgotten")
}

func (m *Module) settle(c *fiber.Ctx, err error, done string) error {
	if refused := refusalOf(err); refused != nil {
		return m.renderPushes(c, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, pushPath(httpd.Scope(c).Town), components.OK, done)
}

// wantPush says that a dataset is to be there ("on"), no more ("off"), or once
// more ("again").
func (m *Module) wantPush(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	said := "opendata.push.asked"
	switch c.FormValue("do") {
	case "on":
		err = m.push.Want(ctx, town, d, true)
	case "off":
		err, said = m.push.Want(ctx, town, d, false), "opendata.push.asked_off"
	case "again":
		err = m.push.Again(ctx, town, d.Slug())
	default:
		err = fault.New(fault.Invalid, "opendata.fault.choice")
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, editAddress(town, d)+"#data-gouv", components.Neutral, said)
}
