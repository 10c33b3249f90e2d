package opendata

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/debates"
	"acvdata/modules/opendata/stories"
	"acvdata/modules/opendata/views"
	"acvdata/services/contributions"
	"acvdata/services/datasets"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// debateList is what the town asks, and is asked, together.
func (m *Module) debateList(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.Debates{Shell: m.shell(c, i18n.T(ctx, "opendata.debate.title")), Town: town.Name}
	view.Shell.Description = i18n.T(ctx, "opendata.debate.lead", i18n.V{"Town": town.Name})
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.title"), Href: town.Path("donnees")}, {Label: i18n.T(ctx, "opendata.debate.title")}}
	if m.Contribute.Takes(ctx, town, proposalKind) {
		view.Propose = contributions.FormAddress(town, proposalPath, proposalSubject, "")
	}
	if httpd.Allowed(c, ReadPermission) {
		view.Edit = town.Path("espace/" + debatesPath)
	}
	view.Shell.Head.Feeds = append(view.Shell.Head.Feeds, m.debatesFeed(ctx, town))
	cards, err := m.debateCards(ctx, town, "")
	view.Cards = cards
	if err != nil {
		return err
	}
	return httpd.Render(c, fiber.StatusOK, views.DebatesPage(view))
}

// debateCards are the published questions, of a theme or of all with "".
func (m *Module) debateCards(ctx context.Context, town *tenants.Tenant, theme datasets.Theme) (cards []views.DebateCard, err error) {
	return m.debateCardsOf(ctx, town, func(d *debates.Debate) bool { return theme == "" || d.Theme == theme })
}

// debateCardsOf are the published questions that are wanted.
func (m *Module) debateCardsOf(ctx context.Context, town *tenants.Tenant, wanted func(*debates.Debate) bool) (cards []views.DebateCard, err error) {
	list, err := m.debates.List(ctx, town, true)
	list = slices.DeleteFunc(list, func(d debates.Debate) bool { return !wanted(&d) })
	if err != nil || len(list) == 0 {
		return nil, err
	}
	arguments, err := m.shown(ctx, town, argumentKind, "", manyQuestions)
	if err != nil {
		return nil, err
	}
	said := map[string]int{}
	for i := range arguments {
		said[arguments[i].Subject]++
	}
	for i := range list {
		d := &list[i]
		card := views.DebateCard{
			Title: i18n.Typography(d.Title), Href: town.Path(debatePath(d.Slug)), Text: i18n.Typography(shorten(d.Lead, 180)),
			Said: i18n.T(ctx, "opendata.argument.count", i18n.N(said[d.Slug])), When: daysOf(ctx, d),
			Decision: i18n.Typography(shorten(d.Decision, 240)), Answer: i18n.Typography(shorten(d.Answer, 240)), DecidedOn: decidedOn(ctx, d),
		}
		card.State, card.Tone, card.Icon = debateState(ctx, d)
		cards = append(cards, card)
	}
	return cards, nil
}

func debateState(ctx context.Context, d *debates.Debate) (label string, tone components.Tone, icon string) {
	state := d.State(time.Now())
	label = i18n.T(ctx, state.LabelKey())
	switch state {
	case debates.Open:
		return label, components.Data, "messages-square" // icon
	case debates.Answered:
		return label, components.OK, "message-square-reply" // icon
	case debates.Decided:
		return label, components.OK, "landmark" // icon
	case debates.Coming, debates.Closed:
	}
	return label, components.Neutral, "clock" // icon
}

// daysOf says from when to when arguments are taken.
func daysOf(ctx context.Context, d *debates.Debate) string {
	words := i18n.V{"From": i18n.Date(d.Opens), "To": i18n.Date(d.Closes)}
	switch {
	case !d.Opens.IsZero() && !d.Closes.IsZero():
		return i18n.T(ctx, "opendata.debate.between", words)
	case !d.Closes.IsZero():
		return i18n.T(ctx, "opendata.debate.until", words)
	case !d.Opens.IsZero():
		return i18n.T(ctx, "opendata.debate.from", words)
	}
	return ""
}

// debate is the public page of a question.
func (m *Module) debate(c *fiber.Ctx) error {
	d, err := m.debates.Open(c.UserContext(), httpd.Scope(c).Town, c.Params("debate"))
	if err != nil {
		return err
	}
	return m.renderDebate(c, d, false)
}

// previewDebate shows staff a question as everybody will see it.
func (m *Module) previewDebate(c *fiber.Ctx) error {
	d, err := m.debates.Find(c.UserContext(), httpd.Scope(c).Town, c.Params("debate"))
	if err != nil {
		return err
	}
	return m.renderDebate(c, d, true)
}

func (m *Module) renderDebate(c *fiber.Ctx, d *debates.Debate, preview bool) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.Debate{
		Shell: m.shell(c, d.Title), Title: i18n.Typography(d.Title), Lead: i18n.Typography(d.Lead), Preview: preview, When: daysOf(ctx, d),
		Theme: i18n.T(ctx, "opendata.debate.title"), Icon: "scale", History: debateHistory(ctx, d),
	}
	view.Shell.Description = shorten(d.Lead, 160)
	view.Shell.Head.Feeds = append(view.Shell.Head.Feeds, m.debatesFeed(ctx, town))
	view.Shell.Crumbs = []components.Crumb{
		{Label: i18n.T(ctx, "opendata.title"), Href: town.Path("donnees")},
		{Label: i18n.T(ctx, "opendata.debate.title"), Href: town.Path(debatesPath)},
		{Label: d.Title},
	}
	if d.Theme != "" {
		view.Theme, view.Icon = i18n.T(ctx, d.Theme.LabelKey()), looks[d.Theme].Icon
	}
	view.State, view.Tone, view.StateIcon = debateState(ctx, d)
	if httpd.Allowed(c, ReadPermission) {
		view.Edit = town.Path("espace/" + debatePath(d.Slug))
	}
	if !preview && d.State(time.Now()) == debates.Open && m.Contribute.Takes(ctx, town, argumentKind) {
		view.Argue = contributions.FormAddress(town, argumentPath, d.Slug, "")
	}
	if err := m.debateParts(ctx, town, d, &view); err != nil {
		return err
	}
	return httpd.Render(c, fiber.StatusOK, views.DebatePage(view))
}

// debateParts are what a question rests on, what was said and what came of it.
func (m *Module) debateParts(ctx context.Context, town *tenants.Tenant, d *debates.Debate, view *views.Debate) error {
	for n, shown := range d.Shows {
		kind, ref, _ := strings.Cut(shown, ":")
		block, err := m.storyBlock(ctx, town, stories.Block{Type: stories.BlockType(kind), Ref: ref}, n, nil)
		if err != nil {
			return err
		}
		if block.Missing == "" {
			view.Blocks = append(view.Blocks, block)
		} else if set, err := m.Datasets.GetOpen(ctx, town, ref); kind == debates.Map && err == nil { // nothing to draw
			view.Datasets = append(view.Datasets, views.Link{Label: set.Title, Href: pageAddress(town, set)})
		}
	}
	list, err := m.shown(ctx, town, argumentKind, d.Slug, manyQuestions)
	if err != nil {
		return err
	}
	for i := range list {
		a := views.Argument{
			ID: "argument-" + list[i].ID.String(), Text: i18n.Typography(list[i].Body), Who: list[i].Signature(),
			Date: i18n.Date(list[i].CreatedAt), Machine: list[i].CreatedAt.Format(time.RFC3339),
		}
		if list[i].Choice == sideFor {
			view.For = append(view.For, a)
		} else {
			view.Against = append(view.Against, a)
		}
	}
	view.Answer, view.Decision, view.DecisionHref = i18n.Typography(d.Answer), i18n.Typography(d.Decision), d.DecisionHref
	if d.Answer != "" {
		view.AnsweredBy = i18n.T(ctx, "contributions.answered_by", i18n.V{"Who": d.AnsweredAs, "Date": i18n.Date(d.AnsweredAt)})
	}
	view.DecidedOn = decidedOn(ctx, d)
	return nil
}

// decidedOn says when a decision was taken, "" where that is not known.
func decidedOn(ctx context.Context, d *debates.Debate) string {
	if d.DecidedOn.IsZero() {
		return ""
	}
	return i18n.T(ctx, "opendata.debate.decided_on", i18n.V{"Date": i18n.Date(d.DecidedOn)})
}

// debateHistory tells what happened and what is to come, in the order of time.
func debateHistory(ctx context.Context, d *debates.Debate) (list []components.Event) {
	add := func(key string, at time.Time, who string, e components.Event) {
		if !at.IsZero() {
			e.Title, e.Date, e.Machine = i18n.T(ctx, "opendata.debate.event."+key, i18n.V{"Who": who}), i18n.Date(at), at.Format(time.DateOnly)
			list = append(list, e)
		}
	}
	published := "published"
	if d.ProposedBy != "" {
		published = "published_for"
	}
	add(published, d.At, d.ProposedBy, components.Event{Icon: "megaphone"})
	add("opens", d.Opens, "", components.Event{Icon: "messages-square"})
	add("closes", d.Closes, "", components.Event{Icon: "clock"})
	add("answered", d.AnsweredAt, d.AnsweredAs, components.Event{Icon: "message-square-reply"})
	decided := d.DecidedOn
	if decided.IsZero() {
		decided = d.DecidedAt
	}
	add("decided", decided, "", components.Event{Icon: "landmark"})
	slices.SortStableFunc(list, func(a, b components.Event) int { return strings.Compare(a.Machine, b.Machine) })
	return list
}
