package opendata

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/harvest"
	"acvdata/modules/opendata/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// harvestPage is how many datasets, or lines of a report, a page shows.
const harvestPage = 50

// source shows a catalogue: how it stands, what it brought, what may be changed.
func (m *Module) source(c *fiber.Ctx) error { return m.renderSource(c, nil, nil) }

func (m *Module) renderSource(c *fiber.Ctx, given *harvest.Source, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	s, err := m.harvest.Source(ctx, town, c.Params("source"))
	if err != nil {
		return err
	}
	page := sourcePath(town, s.ID.String())
	view := views.SourcePage{
		Shell: httpd.Shell(c, s.Name), Title: s.Name, Action: page, Facts: sourceFacts(ctx, s), Revision: strconv.Itoa(s.Revision),
		MayEdit: httpd.Allowed(c, EditPermission), MayDecide: httpd.Allowed(c, PublishPermission),
	}
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.harvest.title"), Href: town.Path("espace/donnees/catalogues")}, {Label: s.Name}}
	status, messages := fiber.StatusOK, map[string]string{}
	shown := *s
	if refused != nil {
		status, messages, shown = httpd.Status(refused), httpd.FieldMessages(c, refused), *given
		for name, text := range messages {
			view.Errors = append(view.Errors, components.FieldError{ID: name, Message: text})
		}
		if len(messages) == 0 {
			view.Errors = []components.FieldError{{Message: httpd.Message(c, refused)}}
		}
	}
	view.Settings = sourceFields(ctx, shown, messages)
	m.showRun(c, s, &view)
	if err := m.showDatasets(c, s, &view); err != nil {
		return err
	}
	if view.Runs, err = m.runsTable(ctx, town, s); err != nil {
		return err
	}
	if view.MayDecide {
		view.Drop = &components.ConfirmProps{
			ID: "supprimer", Open: i18n.T(ctx, "opendata.harvest.drop"), Icon: "trash-2", Kind: components.Destructive,
			Title: i18n.T(ctx, "opendata.harvest.drop_title", i18n.V{"Name": s.Name}), Text: i18n.T(ctx, "opendata.harvest.drop_text", i18n.N(s.Count.All())),
			Action: page + "/supprimer", Accept: i18n.T(ctx, "opendata.harvest.drop"),
		}
	}
	return httpd.Render(c, status, views.SourcePageView(view))
}

func sourceFacts(ctx context.Context, s *harvest.Source) []components.Definition {
	next := i18n.T(ctx, "opendata.harvest.next_by_hand")
	if !s.Next.IsZero() {
		next = i18n.Date(s.Next)
	}
	return []components.Definition{
		{Term: i18n.T(ctx, "opendata.harvest.fact.address"), Value: shorten(s.URL, 90), Href: s.URL},
		{Term: i18n.T(ctx, "opendata.harvest.column.kind"), Value: i18n.T(ctx, s.Kind.LabelKey())},
		{Term: i18n.T(ctx, "opendata.harvest.column.schedule"), Value: i18n.T(ctx, s.Schedule.LabelKey())},
		{Term: i18n.T(ctx, "opendata.harvest.fact.next"), Value: next},
		{Term: i18n.T(ctx, "opendata.harvest.fact.added"), Value: i18n.Date(s.Created), Note: s.Author},
	}
}

// showRun says how the last reading stands.
func (m *Module) showRun(c *fiber.Ctx, s *harvest.Source, view *views.SourcePage) {
	ctx := c.UserContext()
	r := s.Last
	view.State, view.StateLabel, view.StateIcon = runState(ctx, r)
	if view.MayEdit && (r == nil || r.State != harvest.Running) {
		view.Start = view.Action + "/moissonner"
	}
	if r == nil {
		return
	}
	switch r.State {
	case harvest.Running:
		view.Stream = &components.ProgressStreamProps{Stream: view.Action + "/suivi", Close: lastEvent, Done: view.Action, Reload: view.Action}
		view.Bar = m.harvestBar(ctx, httpd.Scope(c).Town, s)
		if view.MayEdit {
			view.Stop = view.Action + "/arreter"
		}
		return
	case harvest.Failed:
		view.Notices = append(view.Notices, components.AlertProps{Tone: components.Danger, Title: i18n.T(ctx, "opendata.harvest.failed"), Message: httpd.Message(c, r.Fault)})
	case harvest.Stopped:
		view.Notices = append(view.Notices, components.AlertProps{Tone: components.Warning, Message: i18n.T(ctx, "opendata.harvest.stopped")})
	case harvest.Done:
	}
	if r.Note != "" {
		tone := components.Neutral
		if r.Note == "opendata.harvest.note.round" {
			tone = components.Warning
		}
		view.Notices = append(view.Notices, components.AlertProps{Tone: tone, Message: i18n.T(ctx, r.Note)})
	}
	if s.Count.Missing > 0 {
		view.Notices = append(view.Notices, components.AlertProps{Message: i18n.T(ctx, "opendata.harvest.missing", i18n.N(s.Count.Missing), i18n.V{"Days": s.Grace})})
	}
	view.Stats = tallies(ctx, r.Tally, false)
	view.Report = view.Action + "/passages/" + r.ID.String()
	view.When = i18n.T(ctx, "opendata.harvest.when", i18n.V{"Date": i18n.DateTime(r.Began)})
}

func (m *Module) harvestBar(ctx context.Context, town *tenants.Tenant, s *harvest.Source) components.ProgressProps {
	b := components.ProgressProps{Label: i18n.T(ctx, "opendata.harvest.running"), Message: i18n.T(ctx, "opendata.harvest.phase.queued")}
	if p, err := m.Jobs.Progress(ctx, town.ID, harvest.Subject(s.ID)); err == nil && p.Phase != "" {
		b.Message, b.Done, b.Total = i18n.T(ctx, p.Phase), p.Done, p.Total
	}
	return b
}

// followHarvest sends the bar anew at each step, then the last event.
func (m *Module) followHarvest(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	s, err := m.harvest.Source(c.UserContext(), town, c.Params("source"))
	if err != nil {
		return err
	}
	first := true
	return httpd.Events(c, func(ctx context.Context) (*httpd.Event, bool) {
		if !first {
			m.waitHarvest(ctx, town.ID, s)
		}
		first = false
		p, err := m.Jobs.Progress(ctx, town.ID, harvest.Subject(s.ID))
		if err != nil || p.Over() {
			return &httpd.Event{Name: lastEvent, Data: " "}, false
		}
		var html bytes.Buffer
		if views.Bar(m.harvestBar(ctx, town, s)).Render(ctx, &html) != nil { //nolint:contextcheck // templ takes it in Render
			return nil, true
		}
		return &httpd.Event{Data: html.String()}, true
	})
}

// waitHarvest waits for news of a reading, a second at most.
func (m *Module) waitHarvest(ctx context.Context, town tenants.ID, s *harvest.Source) {
	changed, stop := m.Jobs.Watch(town, harvest.Subject(s.ID)) //nolint:contextcheck // the listener outlives whoever came first
	defer stop()
	select {
	case <-changed:
	case <-time.After(time.Second):
	case <-ctx.Done():
	}
}

// showDatasets lists what the catalogue brought, with a box to tick each.
func (m *Module) showDatasets(c *fiber.Ctx, s *harvest.Source, view *views.SourcePage) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	q := harvest.Search{Text: c.Query("q"), Status: harvest.Decision(c.Query("etat")), Size: harvestPage}
	q.Page, _ = strconv.Atoi(c.Query("page"))
	list, total, err := m.harvest.Datasets(ctx, town, s.ID, q)
	if err != nil {
		return err
	}
	view.Total = s.Count.All() + s.Count.Archived
	view.Filter = components.FilterProps{
		Label: i18n.T(ctx, "opendata.harvest.filter"), Action: view.Action, Target: "#jeux-moissonnes", Open: true,
		Results: i18n.T(ctx, "opendata.found", i18n.N(total)),
	}
	if q.Text != "" || q.Status != harvest.Follow {
		view.Filter.Active, view.Filter.Reset = 1, view.Action
	}
	view.Found = i18n.T(ctx, "opendata.found", i18n.N(total))
	view.Query = components.Field{Name: "q", Type: "search", Label: i18n.T(ctx, "opendata.search"), Value: q.Text}
	view.Status = components.Field{Name: "etat", Label: i18n.T(ctx, "opendata.harvest.column.decision"), Blank: i18n.T(ctx, "opendata.harvest.decision.all")}
	for _, d := range harvest.Decisions() {
		view.Status.Choices = append(view.Status.Choices, components.Choice{Value: string(d), Label: i18n.T(ctx, d.LabelKey()), Selected: d == q.Status})
	}
	view.Datasets = datasetsTable(ctx, town, list, view.MayDecide)
	for _, d := range []harvest.Decision{harvest.Published, harvest.Kept, harvest.Left} {
		view.Decisions = append(view.Decisions, views.Link{Label: i18n.T(ctx, "opendata.harvest.decide."+string(d)), Href: string(d)})
	}
	view.Pages = turning(ctx, view.Action, url.Values{"q": {q.Text}, "etat": {string(q.Status)}}, q.Page, len(list), total)
	return nil
}

// turning leads from page to page of a list.
func turning(ctx context.Context, address string, kept url.Values, page, shown, total int) components.Pages {
	page = max(page, 0)
	if total <= harvestPage {
		return components.Pages{}
	}
	at := func(n int) string {
		q := url.Values{}
		for name, values := range kept {
			if values[0] != "" {
				q.Set(name, values[0])
			}
		}
		if n > 0 {
			q.Set("page", strconv.Itoa(n))
		}
		if len(q) == 0 {
			return address
		}
		return address + "?" + q.Encode()
	}
	p := components.Pages{Summary: i18n.T(ctx, "opendata.harvest.pages", i18n.V{"From": page*harvestPage + min(1, shown), "To": page*harvestPage + shown, "Total": total})}
	if page > 0 {
		p.Previous = at(page - 1)
	}
	if page*harvestPage+shown < total {
		p.Next = at(page + 1)
	}
	return p
}

func datasetsTable(ctx context.Context, town *tenants.Tenant, list []harvest.Dataset, mayDecide bool) components.TableProps {
	t := components.TableProps{ID: "jeux", Caption: i18n.T(ctx, "opendata.harvest.datasets"), CaptionHidden: true, Stack: true}
	for _, key := range []string{"title", "publisher", "licence", "decision"} {
		t.Columns = append(t.Columns, components.Column{Label: i18n.T(ctx, "opendata.harvest.column."+key)})
	}
	for i := range list {
		d := &list[i]
		licence := components.Cell{Text: d.Licensed()}
		switch {
		case licence.Text == "":
			licence.Text = i18n.T(ctx, "opendata.harvest.no_licence")
		case !d.Open():
			licence.Note = i18n.T(ctx, "opendata.harvest.other_licence")
		}
		tone, label := decisionOf(ctx, d)
		title := components.Cell{Node: views.Pick(views.PickProps{Slug: d.Slug, Title: d.Title, Href: harvestedAddress(town, d.Slug), Box: mayDecide && d.State != "archived"})} //nolint:contextcheck // templ gives the context when it draws
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			title, {Text: d.Publisher}, licence, {Node: views.RunChip(label, tone, "", missingSince(ctx, d))}, //nolint:contextcheck // as above
		}})
	}
	return t
}

func decisionOf(ctx context.Context, d *harvest.Dataset) (components.Tone, string) {
	if d.State == "archived" {
		return components.Warning, i18n.T(ctx, "opendata.harvest.outcome.archived")
	}
	tone := components.Neutral
	if d.Effective == harvest.Published {
		tone = components.OK
	}
	return tone, i18n.T(ctx, d.Effective.LabelKey())
}

func missingSince(ctx context.Context, d *harvest.Dataset) string {
	if d.State == "listed" || d.Since.IsZero() || d.Since.Year() < 2 {
		return ""
	}
	return i18n.T(ctx, "opendata.harvest.missing_since", i18n.V{"Date": i18n.DateShort(d.Since)})
}

func (m *Module) runsTable(ctx context.Context, town *tenants.Tenant, s *harvest.Source) (components.TableProps, error) {
	runs, err := m.harvest.Runs(ctx, town, s.ID)
	t := components.TableProps{ID: "passages", Caption: i18n.T(ctx, "opendata.harvest.history"), CaptionHidden: true, Stack: true}
	for _, key := range []string{"date", "state", "added", "updated", "unchanged", "refused", "archived"} {
		t.Columns = append(t.Columns, components.Column{Label: i18n.T(ctx, "opendata.harvest.column."+key), Numeric: key != "date" && key != "state"})
	}
	for i := range runs {
		r := &runs[i]
		who := i18n.T(ctx, "opendata.harvest.by_schedule")
		if r.Author != "" {
			who = r.Author
		}
		tone, state, icon := runState(ctx, r)
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: i18n.DateTime(r.Began), Href: sourcePath(town, s.ID.String()) + "/passages/" + r.ID.String(), Note: who},
			{Node: views.RunChip(state, tone, icon, "")}, //nolint:contextcheck // templ gives the context when it draws
			{Text: i18n.Number(r.Added)},
			{Text: i18n.Number(r.Updated)},
			{Text: i18n.Number(r.Unchanged)},
			{Text: i18n.Number(r.Refused)},
			{Text: i18n.Number(r.Archived)},
		}})
	}
	return t, err
}

func (m *Module) changeSource(c *fiber.Ctx) error {
	form, err := formValues(c)
	if err != nil {
		return err
	}
	s := sourceFrom(form)
	err = m.harvest.Change(c.UserContext(), httpd.Scope(c).Town, c.Params("source"), s)
	var refused *fault.Fault
	if errors.As(err, &refused) && (refused.Code == fault.Invalid || refused.Code == fault.Conflict) {
		return m.renderSource(c, &s, refused)
	}
	return m.back(c, err, "opendata.harvest.changed")
}

// back returns to the catalogue's page with a word.
func (m *Module) back(c *fiber.Ctx, err error, key string) error {
	if err != nil {
		return err
	}
	return httpd.Redirect(c, sourcePath(httpd.Scope(c).Town, c.Params("source")), components.OK, key)
}

func (m *Module) startHarvest(c *fiber.Ctx) error {
	return m.back(c, m.harvest.Start(c.UserContext(), httpd.Scope(c).Town, c.Params("source")), "opendata.harvest.started")
}

func (m *Module) stopHarvest(c *fiber.Ctx) error {
	return m.back(c, m.harvest.Stop(c.UserContext(), httpd.Scope(c).Town, c.Params("source")), "opendata.harvest.stopping")
}

// decideHarvested says what becomes of the datasets that were ticked.
func (m *Module) decideHarvested(c *fiber.Ctx) error {
	form, err := formValues(c)
	if err != nil {
		return err
	}
	slugs := form["jeu"]
	if len(slugs) == 0 {
		return httpd.Redirect(c, sourcePath(httpd.Scope(c).Town, c.Params("source")), components.Warning, "opendata.harvest.nothing_ticked")
	}
	_, err = m.harvest.Decide(c.UserContext(), httpd.Scope(c).Town, c.Params("source"), slugs, harvest.Decision(form.Get("decision")))
	return m.back(c, err, "opendata.harvest.decided")
}

func (m *Module) dropSource(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	if err := m.harvest.Drop(c.UserContext(), town, c.Params("source")); err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/donnees/catalogues"), components.OK, "opendata.harvest.dropped")
}

// harvestReport says what became of each dataset in a reading.
func (m *Module) harvestReport(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	s, err := m.harvest.Source(ctx, town, c.Params("source"))
	if err != nil {
		return err
	}
	page, _ := strconv.Atoi(c.Query("page"))
	outcome := harvest.Outcome(c.Query("resultat"))
	r, lines, err := m.harvest.Report(ctx, town, s.ID, c.Params("run"), outcome, page, harvestPage)
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "opendata.harvest.report_of", i18n.V{"Date": i18n.DateTime(r.Began)})
	address := sourcePath(town, s.ID.String())
	view := views.HarvestReport{Shell: httpd.Shell(c, title), Title: title, Eyebrow: s.Name, Stats: tallies(ctx, r.Tally, false), Table: linesTable(ctx, town, lines), Empty: len(lines) == 0}
	view.Shell.Crumbs = []components.Crumb{
		{Label: i18n.T(ctx, "opendata.harvest.title"), Href: town.Path("espace/donnees/catalogues")}, {Label: s.Name, Href: address}, {Label: title},
	}
	view.State, view.StateLabel, view.StateIcon = runState(ctx, r)
	if r.Fault != nil {
		view.Notices = append(view.Notices, components.AlertProps{Tone: components.Danger, Title: i18n.T(ctx, "opendata.harvest.failed"), Message: httpd.Message(c, r.Fault)})
	}
	if r.Note != "" {
		view.Notices = append(view.Notices, components.AlertProps{Message: i18n.T(ctx, r.Note)})
	}
	here := address + "/passages/" + r.ID.String()
	view.Outcome = components.Field{Name: "resultat", Label: i18n.T(ctx, "opendata.harvest.column.outcome"), Blank: i18n.T(ctx, "opendata.harvest.outcome.all")}
	totals := map[harvest.Outcome]int{
		"": r.Read + r.Missing + r.Archived, harvest.Added: r.Added, harvest.Updated: r.Updated, harvest.Unchanged: r.Unchanged,
		harvest.Refused: r.Refused, harvest.Missing: r.Missing, harvest.Archived: r.Archived,
	}
	view.Filter = components.FilterProps{
		Label: i18n.T(ctx, "opendata.harvest.filter"), Action: here, Target: "#lignes", Open: true, Results: i18n.T(ctx, "opendata.found", i18n.N(totals[outcome])),
	}
	for _, o := range harvest.Outcomes() {
		if totals[o] > 0 || o == outcome {
			view.Outcome.Choices = append(view.Outcome.Choices, components.Choice{Value: string(o), Label: i18n.T(ctx, o.LabelKey()), Selected: o == outcome})
		}
	}
	view.Pages = turning(ctx, here, url.Values{"resultat": {string(outcome)}}, page, len(lines), totals[outcome])
	return httpd.Render(c, fiber.StatusOK, views.HarvestReportPage(view))
}
