package contributions

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/contributions/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// own shows a contribution to the holder of its private link.
func (p *pages) own(c *fiber.Ctx) error {
	return p.renderOwn(c, nil, nil)
}

func (p *pages) renderOwn(c *fiber.Ctx, tried *Sent, refused *fault.Fault) error {
	ctx, town, token := c.UserContext(), httpd.Scope(c).Town, c.Params("token")
	found, history, err := p.Own(ctx, town, token)
	if err != nil {
		return err
	}
	k, err := p.kind(town, found.Kind)
	if err != nil {
		return err
	}
	others, err := k.others(ctx, town, found.Subject)
	if err != nil {
		return err
	}
	link := town.Path("contribution/" + token)
	view := views.Own{
		Shell: httpd.Shell(c, i18n.T(ctx, "contributions.own.title")), Title: i18n.T(ctx, k.Title), About: found.About.Title,
		Page: town.Path(found.About.Href), Link: p.BaseURL + link, Sent: c.Query("envoi") == "recu" && found.Revision == 1,
		Answer: answerOf(ctx, k, found), Said: saidOf(ctx, k, found, others, false), History: events(ctx, history, false),
	}
	view.Shell.Head.NoIndex, view.Shell.Head.Canonical = true, ""
	view.State, view.Tone, view.StateIcon = stateOf(ctx, k, found)
	view.Text = p.stands(ctx, k, found, view.Sent)
	if found.State == Refused {
		view.Reason = reasonOf(ctx, found)
	}
	if found.Photo != uuid.Nil {
		view.Photo = link + "/photo?petite=1"
	}
	status := fiber.StatusOK
	if found.Mutable() {
		sent := sentBack(found)
		if tried != nil {
			sent = *tried
		}
		form := fieldsOf(ctx, k, &sent)
		form.Also = alsoField(ctx, k, found.Subject, others, sent.Also)
		form.Action, form.Privacy, form.File = link, i18n.T(ctx, "contributions.own.again"), components.Field{}
		if refused != nil {
			status, form.Errors = httpd.Status(refused), refuse(c, &form, refused)
		}
		view.Correct = &form
	}
	view.Withdraw, view.Erase = taking(ctx, link, found)
	if err := httpd.Render(c, status, views.OwnPage(view)); err != nil {
		return err
	}
	keepFrom(c)
	return nil
}

func sentBack(c *Contribution) Sent {
	return Sent{Also: c.Also, Choice: c.Choice, Title: c.Title, URL: c.URL, Body: c.Body, Name: c.Name, NamePublic: c.NamePublic, Email: c.Email}
}

// stands says where a contribution is and what comes next.
func (p *pages) stands(ctx context.Context, k *Kind, c *Contribution, sent bool) string {
	switch {
	case sent && c.Email != "":
		return i18n.T(ctx, "contributions.sent.mailed")
	case sent:
		return i18n.T(ctx, "contributions.sent.text")
	case c.State == Waiting:
		return i18n.T(ctx, "contributions.stands.waiting")
	case c.State == Refused:
		return i18n.T(ctx, "contributions.stands.refused")
	case c.State == Withdrawn:
		return i18n.T(ctx, "contributions.stands.withdrawn")
	case c.State == Erased:
		return i18n.T(ctx, "contributions.stands.erased")
	case k.Public:
		return i18n.T(ctx, "contributions.stands.shown")
	case c.Outcome == "":
		return i18n.T(ctx, "contributions.stands.taken")
	}
	return ""
}

func taking(ctx context.Context, link string, c *Contribution) (withdraw, erase *components.ConfirmProps) {
	if c.State == Erased {
		return nil, nil
	}
	erase = &components.ConfirmProps{
		ID: "effacer", Open: i18n.T(ctx, "contributions.own.erase"), Icon: "trash-2", Kind: components.Destructive,
		Title: i18n.T(ctx, "contributions.own.erase_title"), Text: i18n.T(ctx, "contributions.own.erase_text"),
		Action: link + "/effacer", Accept: i18n.T(ctx, "contributions.own.erase_do"),
	}
	if c.State == Withdrawn {
		return nil, erase
	}
	withdraw = &components.ConfirmProps{
		ID: "retirer", Open: i18n.T(ctx, "contributions.own.withdraw"), Icon: "undo-2",
		Title: i18n.T(ctx, "contributions.own.withdraw_title"), Text: i18n.T(ctx, "contributions.own.withdraw_text"),
		Action: link + "/retirer", Accept: i18n.T(ctx, "contributions.own.withdraw_do"),
	}
	return withdraw, erase
}

func (p *pages) correct(c *fiber.Ctx) error {
	fields, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	sent := sentOf(fields)
	err = p.Correct(c.UserContext(), httpd.Scope(c).Town, c.Params("token"), sent)
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Code == fault.Invalid {
		return p.renderOwn(c, &sent, f)
	}
	return p.back(c, err, "contributions.own.corrected")
}

func (p *pages) withdraw(c *fiber.Ctx) error {
	return p.back(c, p.Withdraw(c.UserContext(), httpd.Scope(c).Town, c.Params("token")), "contributions.own.withdrawn")
}

func (p *pages) erase(c *fiber.Ctx) error {
	return p.back(c, p.Erase(c.UserContext(), httpd.Scope(c).Town, c.Params("token")), "contributions.own.erased")
}

// back shows the private page again with what was done.
func (p *pages) back(c *fiber.Ctx, err error, key string) error {
	if err != nil {
		return err
	}
	return httpd.Redirect(c, httpd.Scope(c).Town.Path("contribution/"+c.Params("token")), components.OK, key)
}

func (p *pages) ownPhoto(c *fiber.Ctx) error {
	found, _, err := p.Own(c.UserContext(), httpd.Scope(c).Town, c.Params("token"))
	if err != nil {
		return err
	}
	return p.sendPhoto(c, found, "private, no-store")
}

// stateOf names where a contribution stands.
func stateOf(ctx context.Context, k *Kind, c *Contribution) (label string, tone components.Tone, icon string) {
	label = i18n.T(ctx, c.State.LabelKey())
	switch c.State {
	case Waiting:
		return label, components.Warning, "clock" // icon
	case Refused:
		return label, components.Danger, "ban" // icon
	case Withdrawn, Erased:
		return label, components.Neutral, "undo-2" // icon
	case Accepted:
	}
	if outcome := outcomeOf(ctx, k, c); outcome != "" {
		return outcome, components.OK, "check" // icon
	}
	if k.Public {
		label = i18n.T(ctx, "contributions.state.shown")
	}
	return label, components.Data, "check" // icon
}

// outcomeOf says how a contribution was closed, "" while it is open or when there
// is nothing to say.
func outcomeOf(ctx context.Context, k *Kind, c *Contribution) string {
	if key := labelOf(k.Outcomes, c.Outcome); key != "" {
		return i18n.T(ctx, key)
	}
	if c.Outcome == Answered {
		return i18n.T(ctx, "contributions.state.answered")
	}
	return ""
}

func reasonOf(ctx context.Context, c *Contribution) string {
	text := ""
	if key := labelOf(Reasons(), c.Reason); key != "" {
		text = i18n.T(ctx, key)
	}
	if c.Note != "" {
		text += " " + c.Note
	}
	return text
}

// answeredBy says who answered, where that is shown, and when.
func answeredBy(ctx context.Context, c *Contribution) string {
	words := i18n.V{"Date": i18n.Date(c.AnsweredAt), "Who": c.AnsweredAs}
	if c.AnsweredAs == "" {
		return i18n.T(ctx, "contributions.answered_on", words)
	}
	return i18n.T(ctx, "contributions.answered_by", words)
}

// AnswerOf is what everybody reads of the town's answer, nil before; for the pages
// of modules.
func (s *Service) AnswerOf(ctx context.Context, town *tenants.Tenant, c *Contribution) *views.Answer {
	k, err := s.kind(town, c.Kind)
	if err != nil {
		return nil
	}
	return answerOf(ctx, k, c)
}

// answerOf is what the town said, nil before.
func answerOf(ctx context.Context, k *Kind, c *Contribution) *views.Answer {
	if c.AnsweredAt.IsZero() && c.UsedIn == "" {
		return nil
	}
	a := &views.Answer{Text: c.Answer, Outcome: outcomeOf(ctx, k, c), UsedIn: c.UsedIn, UsedHref: c.UsedHref}
	if !c.AnsweredAt.IsZero() {
		a.Date = i18n.Date(c.AnsweredAt)
		a.Who = answeredBy(ctx, c)
	}
	return a
}

// saidOf are the answers to a kind's questions; staff see who wrote.
func saidOf(ctx context.Context, k *Kind, c *Contribution, others []Other, staff bool) []components.Definition {
	list := []components.Definition{
		{Term: i18n.T(ctx, "contributions.said.date"), Value: i18n.DateTime(c.CreatedAt)},
	}
	add := func(key, value, href string) {
		if key != "" {
			list = append(list, components.Definition{Term: i18n.T(ctx, key), Value: value, Href: href})
		}
	}
	if c.About.Label != "" {
		add("contributions.said.about", c.About.Label, "")
	}
	if label := labelOf(k.Choices, c.Choice); label != "" {
		add(k.Choice, i18n.T(ctx, label), "")
	}
	add(k.TitleAsk, c.Title, "")
	add(k.URLAsk, c.URL, c.URL)
	add(k.BodyAsk, c.Body, "")
	name := c.Name
	if name != "" && !c.NamePublic {
		name = i18n.T(ctx, "contributions.said.name_hidden", i18n.V{"Name": name})
	}
	add("contributions.said.name", name, "")
	if staff && c.Email != "" {
		add("contributions.said.email", c.Email, "mailto:"+c.Email)
	} else {
		add("contributions.said.email", c.Email, "")
	}
	add(k.AlsoAsk, strings.Join(titlesOf(others, c.Also), ", "), "")
	return list
}

// titlesOf names other subjects; one that cannot be chosen any more keeps its
// address.
func titlesOf(others []Other, chosen []string) (titles []string) {
	for _, subject := range chosen {
		title := subject
		for _, o := range others {
			if o.Subject == subject {
				title = o.Title
			}
		}
		titles = append(titles, title)
	}
	return titles
}

// events tell a history; names of staff stay in the workspace.
func events(ctx context.Context, history []Deed, staff bool) (list []components.Event) {
	for _, d := range history {
		e := components.Event{
			Title: i18n.T(ctx, "contributions.deed."+d.Deed), Date: i18n.DateTime(d.At), Machine: d.At.Format(time.RFC3339),
		}
		if staff {
			e.Who, e.Text = d.Who, d.Note
		}
		list = append(list, e)
	}
	return list
}
