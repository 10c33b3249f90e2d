package opendata

import (
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/debates"
	"acvdata/modules/opendata/stories"
	"acvdata/modules/opendata/views"
	"acvdata/services/contributions"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// debateOverview lists the town's questions, published or not.
func (m *Module) debateOverview(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	list, err := m.debates.List(ctx, town, false)
	if err != nil {
		return err
	}
	view := views.DebateOverview{Shell: httpd.Shell(c, i18n.T(ctx, "opendata.debate.title")), Tabs: m.workspaceTabs(c, "debates"), Empty: len(list) == 0}
	if httpd.Allowed(c, EditPermission) {
		view.Add = town.Path("espace/" + debatesPath + "/nouvelle")
	}
	if httpd.Allowed(c, ModeratePermission) && httpd.Allowed(c, contributions.ModeratePermission) {
		view.Queue = town.Path("espace/contributions") + "?" + url.Values{"type": {proposalKind}}.Encode()
	}
	view.Table = components.TableProps{ID: "questions", Caption: i18n.T(ctx, "opendata.debate.title"), CaptionHidden: true, Stack: true}
	for _, key := range []string{"name", "state", "updated", "author"} {
		view.Table.Columns = append(view.Table.Columns, components.Column{Label: i18n.T(ctx, "opendata.stories."+key)})
	}
	for i := range list {
		d := &list[i]
		state := i18n.T(ctx, storyState(false))
		if d.Published {
			state, _, _ = debateState(ctx, d)
		}
		view.Table.Rows = append(view.Table.Rows, components.Row{Cells: []components.Cell{
			{Text: d.Title, Href: town.Path("espace/" + debatePath(d.Slug))}, {Text: state}, {Text: i18n.DateShort(d.Updated)}, {Text: d.Author},
		}})
	}
	return httpd.Render(c, fiber.StatusOK, views.DebateOverviewPage(view))
}

func (m *Module) newDebate(c *fiber.Ctx) error {
	return m.renderDebateForm(c, "", &debates.Debate{}, nil)
}

func (m *Module) editDebate(c *fiber.Ctx) error {
	d, err := m.debates.Find(c.UserContext(), httpd.Scope(c).Town, c.Params("debate"))
	if err != nil {
		return err
	}
	return m.renderDebateForm(c, d.Slug, d, nil)
}

// saveDebate keeps what was written, or shows the form again with what is wrong.
func (m *Module) saveDebate(c *fiber.Ctx) error {
	ctx, town, slug := c.UserContext(), httpd.Scope(c).Town, c.Params("debate")
	form, err := formValues(c)
	if err != nil {
		return err
	}
	d, refused := debateOf(form)
	if refused != nil {
		err = refused
	} else if slug == "" {
		slug, err = m.debates.Create(ctx, town, *d)
	} else {
		err = m.debates.Save(ctx, town, slug, *d)
	}
	if errors.As(err, &refused) && (refused.Code == fault.Invalid || refused.Code == fault.Conflict) {
		return m.renderDebateForm(c, c.Params("debate"), d, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/"+debatePath(slug)), components.OK, "opendata.debate.saved")
}

func debateOf(form url.Values) (*debates.Debate, *fault.Fault) {
	f := fault.New(fault.Invalid, "opendata.fault.debate")
	d := &debates.Debate{
		Title: form.Get("title"), Lead: form.Get("lead"), Theme: datasets.Theme(form.Get("theme")), Shows: form["shows"],
		Answer: form.Get("answer"), AnsweredAs: form.Get("answered_as"), Decision: form.Get("decision"), DecisionHref: form.Get("decision_href"),
		Opens: dayOf(form.Get("opens_on"), "opens_on", f), Closes: dayOf(form.Get("closes_on"), "closes_on", f),
		DecidedOn: dayOf(form.Get("decided_on"), "decided_on", f),
	}
	d.Revision, _ = strconv.Atoi(form.Get("revision"))
	if len(f.Fields) > 0 {
		return d, f
	}
	return d, nil
}

func (m *Module) renderDebateForm(c *fiber.Ctx, slug string, d *debates.Debate, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	title := i18n.T(ctx, "opendata.debate.new")
	if slug != "" && d.Title != "" {
		title = d.Title
	}
	view := views.DebateForm{
		Shell: httpd.Shell(c, title), Title: title, Action: town.Path("espace/" + debatesPath + "/nouvelle"), Revision: strconv.Itoa(d.Revision),
	}
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.debate.title"), Href: town.Path("espace/" + debatesPath)}, {Label: title}}
	status, messages := fiber.StatusOK, map[string]string{}
	if refused != nil {
		status, messages = httpd.Status(refused), httpd.FieldMessages(c, refused)
		if len(messages) == 0 {
			view.Errors = []components.FieldError{{Message: httpd.Message(c, refused)}}
		}
	}
	if err := m.debateFields(c, &view, d, messages); err != nil {
		return err
	}
	if slug != "" {
		known, err := m.debates.Find(ctx, town, slug)
		if err != nil {
			return err
		}
		m.debateActions(c, &view, known)
	}
	return httpd.Render(c, status, views.DebateFormPage(view))
}

func (m *Module) debateFields(c *fiber.Ctx, v *views.DebateForm, d *debates.Debate, messages map[string]string) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	field := func(name, value string) components.Field {
		if messages[name] != "" {
			v.Errors = append(v.Errors, components.FieldError{ID: name, Message: messages[name]})
		}
		return components.Field{Name: name, Label: i18n.T(ctx, "opendata.debate.field."+name), Value: value, Error: messages[name]}
	}
	v.Name, v.Lead, v.Theme = field("title", d.Title), field("lead", d.Lead), field("theme", "")
	v.Opens, v.Closes, v.DecidedOn = field("opens_on", dayText(d.Opens)), field("closes_on", dayText(d.Closes)), field("decided_on", dayText(d.DecidedOn))
	v.Shows, v.Answer, v.AnsweredAs = field("shows", ""), field("answer", d.Answer), field("answered_as", d.AnsweredAs)
	v.Decision, v.DecisionHref = field("decision", d.Decision), field("decision_href", d.DecisionHref)
	v.Name.Required, v.Lead.Rows, v.Answer.Rows, v.Decision.Rows = true, 6, 6, 4
	v.Opens.Type, v.Closes.Type, v.DecidedOn.Type, v.DecisionHref.Type = "date", "date", "date", "url"
	v.Opens.Optional, v.Closes.Optional, v.DecidedOn.Optional, v.DecisionHref.Optional = true, true, true, true
	v.Lead.Hint, v.AnsweredAs.Hint = i18n.T(ctx, "opendata.debate.lead_hint"), i18n.T(ctx, "contributions.as_hint")
	v.Theme.Blank = i18n.T(ctx, "opendata.indicator.no_theme")
	for _, t := range datasets.Themes() {
		v.Theme.Choices = append(v.Theme.Choices, components.Choice{Value: string(t), Label: i18n.T(ctx, t.LabelKey()), Selected: t == d.Theme})
	}
	choices, err := m.blockChoices(ctx, town)
	for _, kind := range []stories.BlockType{stories.Figure, stories.Chart, stories.Map} {
		for _, one := range choices[kind] {
			one.Value = string(kind) + ":" + one.Value
			one.Hint, one.Selected = i18n.T(ctx, "opendata.block."+string(kind)), slices.Contains(d.Shows, one.Value)
			v.Shows.Choices = append(v.Shows.Choices, one)
		}
	}
	return err
}

func (m *Module) debateActions(c *fiber.Ctx, v *views.DebateForm, d *debates.Debate) {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	v.Action = town.Path("espace/" + debatePath(d.Slug))
	v.Preview, v.StateLabel, v.State = v.Action+"/apercu", i18n.T(ctx, storyState(d.Published)), components.Neutral
	if d.ProposedBy != "" {
		v.Proposed = i18n.T(ctx, "opendata.debate.proposed_by", i18n.V{"Who": d.ProposedBy})
	}
	if d.Published {
		v.StateLabel, v.State, _ = debateState(ctx, d)
		v.Public, v.Take = town.Path(debatePath(d.Slug)), v.Action+"/retirer"
	} else {
		v.Publish = v.Action + "/publier"
	}
	if !httpd.Allowed(c, PublishPermission) {
		v.Publish, v.Take = "", ""
	}
	v.Drop = &components.ConfirmProps{
		ID: "supprimer", Open: i18n.T(ctx, "opendata.debate.drop"), Icon: "trash-2", Kind: components.Destructive,
		Title: i18n.T(ctx, "opendata.debate.drop_title"), Text: i18n.T(ctx, "opendata.debate.drop_text"),
		Action: v.Action + "/supprimer", Accept: i18n.T(ctx, "opendata.debate.drop"),
	}
}

func (m *Module) publishDebate(c *fiber.Ctx) error {
	return m.showDebate(c, true, "opendata.debate.published")
}

func (m *Module) takeDebate(c *fiber.Ctx) error {
	return m.showDebate(c, false, "opendata.debate.taken")
}

func (m *Module) showDebate(c *fiber.Ctx, shown bool, said string) error {
	town, slug := httpd.Scope(c).Town, c.Params("debate")
	if err := m.debates.Publish(c.UserContext(), town, slug, shown); err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/"+debatePath(slug)), components.OK, said)
}

func (m *Module) deleteDebate(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	if err := m.debates.Delete(c.UserContext(), town, c.Params("debate")); err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/"+debatesPath), components.OK, "opendata.debate.dropped")
}
