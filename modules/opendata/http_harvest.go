package opendata

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/harvest"
	"acvdata/modules/opendata/views"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/web/components"
)

// mountHarvest registers the pages about catalogues of others; before the pages
// of datasets, whose addresses would take theirs.
func (m *Module) mountHarvest(r module.Router) {
	read, edit, publish := authz.Can(ReadPermission), authz.Can(EditPermission), authz.Can(PublishPermission)

	r.Workspace.Get("/donnees/catalogues", read, m.sourceList)
	r.Workspace.Get("/donnees/catalogues/nouveau", edit, m.newSource)
	r.Workspace.Post("/donnees/catalogues/nouveau", edit, m.addSource)
	r.Workspace.Get("/donnees/catalogues/:source", read, m.source)
	r.Workspace.Post("/donnees/catalogues/:source", edit, m.changeSource)
	r.Workspace.Get("/donnees/catalogues/:source/suivi", read, m.followHarvest)
	r.Workspace.Post("/donnees/catalogues/:source/moissonner", edit, m.startHarvest)
	r.Workspace.Post("/donnees/catalogues/:source/arreter", edit, m.stopHarvest)
	r.Workspace.Post("/donnees/catalogues/:source/jeux", publish, m.decideHarvested)
	r.Workspace.Post("/donnees/catalogues/:source/supprimer", publish, m.dropSource)
	r.Workspace.Get("/donnees/catalogues/:source/passages/:run", read, m.harvestReport)
}

func sourcePath(town *tenants.Tenant, id string) string {
	return town.Path("espace/donnees/catalogues/" + id)
}

// sourceList lists the catalogues the town reads, with how each stands.
func (m *Module) sourceList(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	list, err := m.harvest.Sources(ctx, town)
	if err != nil {
		return err
	}
	view := views.SourceList{Shell: httpd.Shell(c, i18n.T(ctx, "opendata.harvest.title")), Tabs: m.workspaceTabs(c, "catalogues"), Empty: len(list) == 0}
	if httpd.Allowed(c, EditPermission) {
		view.Add = sourcePath(town, "nouveau")
	}
	view.Table = components.TableProps{ID: "catalogues", Caption: i18n.T(ctx, "opendata.harvest.title"), CaptionHidden: true, Stack: true}
	for _, key := range []string{"name", "kind", "schedule", "datasets", "last"} {
		view.Table.Columns = append(view.Table.Columns, components.Column{Label: i18n.T(ctx, "opendata.harvest.column."+key)})
	}
	for i := range list {
		s := &list[i]
		tone, state, icon := runState(ctx, s.Last)
		view.Table.Rows = append(view.Table.Rows, components.Row{Cells: []components.Cell{
			{Text: s.Name, Href: sourcePath(town, s.ID.String()), Note: hostOf(s.URL)},
			{Text: i18n.T(ctx, s.Kind.LabelKey())},
			{Text: i18n.T(ctx, s.Schedule.LabelKey())},
			{Text: i18n.T(ctx, "opendata.harvest.brought", i18n.N(s.Count.All())), Note: i18n.T(ctx, "opendata.harvest.brought_published", i18n.N(s.Count.Published))},
			{Node: views.RunChip(state, tone, icon, runDate(s.Last))},
		}})
	}
	return httpd.Render(c, fiber.StatusOK, views.SourceListPage(view))
}

func runDate(r *harvest.Run) string {
	if r == nil {
		return ""
	}
	return i18n.DateTime(r.Began)
}

func runState(ctx context.Context, r *harvest.Run) (tone components.Tone, label, icon string) {
	if r == nil {
		return components.Neutral, i18n.T(ctx, "opendata.harvest.state.never"), "clock" // icon
	}
	label = i18n.T(ctx, r.State.LabelKey())
	switch r.State {
	case harvest.Done:
		if r.Refused > 0 || r.Note == "opendata.harvest.note.round" {
			return components.Warning, i18n.T(ctx, "opendata.harvest.state.partly"), "triangle-alert" // icon
		}
		return components.OK, label, "check" // icon
	case harvest.Failed:
		return components.Danger, label, "triangle-alert" // icon
	case harvest.Stopped:
		return components.Warning, label, "ban" // icon
	case harvest.Running:
	}
	return components.Data, label, "clock" // icon
}

// newSource asks for an address.
func (m *Module) newSource(c *fiber.Ctx) error {
	fresh := harvest.Source{Schedule: harvest.Weekly, Adopt: harvest.Kept, Grace: 7}
	return m.renderNewSource(c, fresh, nil, nil)
}

// addSource shows what a catalogue would bring, then keeps it: nobody keeps one
// they have not seen.
func (m *Module) addSource(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	form, err := formValues(c)
	if err != nil {
		return err
	}
	s := sourceFrom(form)
	if form.Get("do") == "add" && form.Get("seen") == s.URL {
		s.Kind = harvest.Kind(form.Get("found"))
		id, err := m.harvest.Add(ctx, town, s)
		if err == nil {
			return httpd.Redirect(c, sourcePath(town, id.String()), components.OK, "opendata.harvest.added")
		}
		if f := refusalOf(err); f != nil {
			return m.renderNewSource(c, s, nil, f)
		}
		return err
	}
	preview, err := m.harvest.Try(ctx, town, s)
	if f := refusalOf(err); f != nil {
		return m.renderNewSource(c, s, nil, f)
	}
	if err != nil {
		return err
	}
	if s.Name == "" {
		s.Name = hostOf(s.URL)
	}
	return m.renderNewSource(c, s, preview, nil)
}

// refusalOf is what the person can do something about; nil for the rest. A portal
// that does not answer, or answers too much, is no trouble of this installation
// nor of the request.
func refusalOf(err error) *fault.Fault {
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code == fault.NotFound || f.Code == fault.Internal || f.Key == "fault.database_away" {
		return nil
	}
	if f.Code == fault.Unavailable || f.Code == fault.TooLarge {
		told := *f
		told.Code = fault.Invalid
		return &told
	}
	return f
}

func sourceFrom(form url.Values) harvest.Source {
	s := harvest.Source{
		Name: strings.TrimSpace(form.Get("name")), URL: strings.TrimSpace(form.Get("url")), Kind: harvest.Kind(form.Get("kind")),
		Schedule: harvest.Schedule(form.Get("schedule")), Adopt: harvest.Decision(form.Get("adopt")),
	}
	s.Revision, _ = strconv.Atoi(form.Get("revision"))
	grace, err := strconv.Atoi(strings.TrimSpace(form.Get("grace")))
	if s.Grace = grace; err != nil {
		s.Grace = -1
	}
	return s
}

func (m *Module) renderNewSource(c *fiber.Ctx, s harvest.Source, p *harvest.Preview, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	title := i18n.T(ctx, "opendata.harvest.new")
	view := views.NewSource{Shell: httpd.Shell(c, title), Title: title, Action: sourcePath(town, "nouveau")}
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.harvest.title"), Href: town.Path("espace/donnees/catalogues")}, {Label: title}}
	status, messages := fiber.StatusOK, map[string]string{}
	if refused != nil {
		status, messages = httpd.Status(refused), httpd.FieldMessages(c, refused)
		if len(messages) == 0 {
			messages["url"] = httpd.Message(c, refused)
		}
		for _, name := range []string{"url", "kind", "name", "schedule", "adopt", "grace"} {
			if messages[name] != "" {
				view.Errors = append(view.Errors, components.FieldError{ID: name, Message: messages[name]})
			}
		}
	}
	view.URL = components.Field{Name: "url", Label: i18n.T(ctx, "opendata.harvest.url"), Hint: i18n.T(ctx, "opendata.harvest.url_hint"), Value: s.URL, Type: "url", Required: true, Error: messages["url"]}
	view.Kind = components.Field{Name: "kind", Label: i18n.T(ctx, "opendata.harvest.kind"), Blank: i18n.T(ctx, "opendata.harvest.kind.auto"), Error: messages["kind"]}
	for _, k := range harvest.Kinds() {
		view.Kind.Choices = append(view.Kind.Choices, components.Choice{Value: string(k), Label: i18n.T(ctx, k.LabelKey()), Selected: k == s.Kind})
	}
	view.Settings = sourceFields(ctx, s, messages)
	if p != nil {
		view.Preview = previewView(ctx, p)
		view.Seen, view.Found = s.URL, string(p.Kind)
	} else if len(messages) > 0 && messages["url"] == "" {
		view.Seen, view.Found, view.Again = s.URL, string(s.Kind), true // only the settings are at fault
	}
	return httpd.Render(c, status, views.NewSourcePage(view))
}

func sourceFields(ctx context.Context, s harvest.Source, messages map[string]string) (f views.SourceFields) {
	f.Name = components.Field{Name: "name", Label: i18n.T(ctx, "opendata.harvest.name"), Hint: i18n.T(ctx, "opendata.harvest.name_hint"), Value: s.Name, Error: messages["name"], Required: true}
	f.Schedule = components.Field{Name: "schedule", Label: i18n.T(ctx, "opendata.harvest.schedule"), Error: messages["schedule"]}
	for _, one := range harvest.Schedules() {
		f.Schedule.Choices = append(f.Schedule.Choices, components.Choice{Value: string(one), Label: i18n.T(ctx, one.LabelKey()), Selected: one == s.Schedule})
	}
	f.Adopt = components.Field{Name: "adopt", Label: i18n.T(ctx, "opendata.harvest.adopt"), Error: messages["adopt"]}
	for _, one := range harvest.Decisions() {
		f.Adopt.Choices = append(f.Adopt.Choices, components.Choice{
			Value: string(one), Label: i18n.T(ctx, "opendata.harvest.adopt."+string(one)), Hint: i18n.T(ctx, "opendata.harvest.adopt_hint."+string(one)), Selected: one == s.Adopt,
		})
	}
	f.Grace = components.Field{Name: "grace", Label: i18n.T(ctx, "opendata.harvest.grace"), Hint: i18n.T(ctx, "opendata.harvest.grace_hint"), InputMode: "numeric", Suffix: i18n.T(ctx, "opendata.harvest.days"), Error: messages["grace"]}
	if s.Grace >= 0 {
		f.Grace.Value = strconv.Itoa(s.Grace)
	}
	return f
}

// previewLines is how many datasets a preview names.
const previewLines = 15

func previewView(ctx context.Context, p *harvest.Preview) *views.HarvestPreview {
	v := &views.HarvestPreview{Found: i18n.T(ctx, "opendata.harvest.preview.found", i18n.V{"Kind": i18n.T(ctx, p.Kind.LabelKey())}), Stats: tallies(ctx, p.Tally, true)}
	v.Stats = append([]components.StatProps{{Label: i18n.T(ctx, "opendata.harvest.preview.total"), Value: i18n.Number(p.Total)}}, v.Stats...)
	v.Stats = append(v.Stats, components.StatProps{Label: i18n.T(ctx, "opendata.harvest.preview.files"), Value: i18n.Number(p.Files)})
	if p.More {
		v.Notes = append(v.Notes, i18n.T(ctx, "opendata.harvest.preview.more", i18n.V{"Read": p.Read, "Total": p.Total}))
	}
	if p.Other > 0 {
		v.Notes = append(v.Notes, i18n.T(ctx, "opendata.harvest.preview.other", i18n.N(p.Other)))
	}
	v.Table = linesTable(ctx, nil, p.Lines[:min(len(p.Lines), previewLines)])
	v.Table.Caption = i18n.T(ctx, "opendata.harvest.preview.first")
	return v
}

// tallies are the counts of a reading, those of nothing left out.
func tallies(ctx context.Context, t harvest.Tally, future bool) (list []components.StatProps) {
	counts := map[harvest.Outcome]int{
		harvest.Added: t.Added, harvest.Updated: t.Updated, harvest.Unchanged: t.Unchanged, harvest.Refused: t.Refused,
		harvest.Missing: t.Missing, harvest.Archived: t.Archived,
	}
	for _, o := range []harvest.Outcome{harvest.Added, harvest.Updated, harvest.Unchanged, harvest.Refused, harvest.Missing, harvest.Archived} {
		key := "opendata.harvest.tally." + string(o)
		if future && o == harvest.Added {
			key = "opendata.harvest.preview.added"
		}
		if counts[o] > 0 || o == harvest.Added {
			list = append(list, components.StatProps{Label: i18n.T(ctx, key), Value: i18n.Number(counts[o])})
		}
	}
	return list
}

// linesTable shows what became of datasets; town is nil where they have no page.
func linesTable(ctx context.Context, town *tenants.Tenant, lines []harvest.Line) components.TableProps {
	t := components.TableProps{ID: "rapport", Caption: i18n.T(ctx, "opendata.harvest.report"), Stack: true}
	for _, key := range []string{"title", "outcome", "identifier"} {
		t.Columns = append(t.Columns, components.Column{Label: i18n.T(ctx, "opendata.harvest.column."+key)})
	}
	for _, l := range lines {
		title := components.Cell{Text: l.Title}
		if title.Text == "" {
			title.Text = i18n.T(ctx, "opendata.harvest.untitled")
		}
		if town != nil && l.Slug != "" {
			title.Href = harvestedAddress(town, l.Slug)
		}
		outcome := components.Cell{Text: i18n.T(ctx, l.Outcome.LabelKey())}
		if l.Reason != "" {
			outcome.Note = i18n.T(ctx, l.Reason, i18n.V(l.Args))
		}
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{title, outcome, {Text: l.Identifier}}})
	}
	return t
}
