package opendata

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/debates"
	"acvdata/services/feed"
	"acvdata/services/follow"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/layout"
)

// debateJSON is a collective question in the API.
type debateJSON struct {
	Slug        string     `json:"slug"`
	Title       string     `json:"title"`
	Lead        string     `json:"lead"`
	State       string     `json:"state"`
	Theme       string     `json:"theme"`
	Page        string     `json:"page"`
	Shows       []string   `json:"shows"` // "map:dataset", "chart:dataset/id", "figure:key"
	Opens       string     `json:"opens_on"`
	Closes      string     `json:"closes_on"`
	Published   time.Time  `json:"published"`
	Answer      string     `json:"answer"`
	AnsweredAs  string     `json:"answered_as"`
	AnsweredAt  *time.Time `json:"answered_at"`
	Decision    string     `json:"decision"`
	DecidedOn   string     `json:"decided_on"`
	DecisionURL string     `json:"decision_url"`
	// Arguments are those of one question asked for alone.
	Arguments []argumentJSON `json:"arguments,omitempty"`
}

// argumentJSON is what somebody thinks of a question.
type argumentJSON struct {
	Side string    `json:"side"` // "for" or "against"
	Text string    `json:"text"`
	Name string    `json:"name"` // "" for who wants not to be named
	At   time.Time `json:"at"`
}

func (m *Module) debateJSON(town *tenants.Tenant, d *debates.Debate) debateJSON {
	out := debateJSON{
		Slug: d.Slug, Title: d.Title, Lead: d.Lead, State: string(d.State(time.Now())), Theme: string(d.Theme),
		Page: m.BaseURL + town.Path(debatePath(d.Slug)), Shows: append([]string{}, d.Shows...), Opens: dayText(d.Opens), Closes: dayText(d.Closes),
		Published: d.At, Answer: d.Answer, AnsweredAs: d.AnsweredAs, Decision: d.Decision, DecidedOn: dayText(d.DecidedOn), DecisionURL: d.DecisionHref,
	}
	if !d.AnsweredAt.IsZero() {
		out.AnsweredAt = &d.AnsweredAt
	}
	return out
}

// apiDebates lists the questions everybody may read.
func (m *Module) apiDebates(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	all, err := m.debates.List(c.UserContext(), town, true)
	if err != nil {
		return err
	}
	list := make([]debateJSON, len(all))
	for i := range all {
		list[i] = m.debateJSON(town, &all[i])
	}
	return c.JSON(fiber.Map{"questions": list})
}

// apiDebate is one question with its arguments.
func (m *Module) apiDebate(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.debates.Open(ctx, town, c.Params("debate"))
	if err != nil {
		return err
	}
	said, err := m.shown(ctx, town, argumentKind, d.Slug, manyQuestions)
	if err != nil {
		return err
	}
	out := m.debateJSON(town, d)
	for i := range said {
		out.Arguments = append(out.Arguments, argumentJSON{Side: said[i].Choice, Text: said[i].Body, Name: said[i].Signature(), At: said[i].CreatedAt})
	}
	return c.JSON(out)
}

// debatesFeed names the feed of collective questions.
func (m *Module) debatesFeed(ctx context.Context, town *tenants.Tenant) layout.Feed {
	return layout.Feed{Title: i18n.T(ctx, "opendata.feed.debates", i18n.V{"Town": town.Name}), Href: town.Path(debatesPath + "/flux.atom")}
}

// debateFeed tells of questions asked, answered and decided.
func (m *Module) debateFeed(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	news, err := m.debateNews(ctx, town)
	if err != nil {
		return err
	}
	slices.SortStableFunc(news, func(a, b follow.News) int { return b.At.Compare(a.At) })
	about := m.debatesFeed(ctx, town)
	f := feed.Feed{ID: m.BaseURL + town.Path(debatesPath), Self: m.BaseURL + about.Href, Title: about.Title, Author: town.Name}
	for _, n := range news[:min(len(news), feedLength)] {
		f.Entries = append(f.Entries, feed.Entry{
			Href: m.BaseURL + town.Path(n.Href), Title: i18n.T(ctx, "opendata.feed.debate", i18n.V{"Kind": n.Kind, "Title": n.Title}),
			Summary: n.Text, Published: n.At, Updated: n.At,
		})
	}
	return sendAtom(c, f)
}
