package opendata

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/desks"
	"acvdata/modules/opendata/views"
	"acvdata/services/contributions"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

const (
	questionsPage = 20
	manyQuestions = 1000
	fewQuestions  = 3 // on the page of the dataset
	mostUses      = 3
)

// participation is what residents asked and made of a dataset, and the ways to do
// so.
func (m *Module) participation(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, view *views.About) error {
	desk, err := m.desks.Of(ctx, town, d.Slug())
	if err != nil {
		return err
	}
	view.TakePart = m.takePart(ctx, town, d, desk)
	if m.Contribute.Takes(ctx, town, questionKind) && !desk.Closed {
		view.Answerer = answererText(ctx, town, desk)
	}
	list, err := m.shown(ctx, town, questionKind, d.Slug(), fewQuestions)
	if err != nil {
		return err
	}
	view.AllAsked = pageAddress(town, d) + "/questions"
	for i := range list {
		q := m.questionView(ctx, town, &list[i])
		view.Questions = append(view.Questions, views.QuestionLink{
			Title: q.Title, Href: view.AllAsked + "#" + q.ID, State: q.State, Tone: q.Tone, Icon: q.Icon,
		})
	}
	view.Uses, err = m.useCards(ctx, town, d.Slug(), mostUses)
	view.AllUses = town.Path(usesPath) + "?jeu=" + d.Slug()
	return err
}

// questions is what was asked about a dataset, and answered.
func (m *Module) questions(c *fiber.Ctx) error {
	d, err := m.dataset(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	desk, err := m.desks.Of(ctx, town, d.Slug())
	if err != nil {
		return err
	}
	list, err := m.shown(ctx, town, questionKind, d.Slug(), manyQuestions)
	if err != nil {
		return err
	}
	view := views.Questions{Frame: m.frame(c, d, "questions"), Who: answererText(ctx, town, desk)}
	if m.Contribute.Takes(ctx, town, questionKind) && !desk.Closed {
		view.Ask = contributions.FormAddress(town, questionPath, d.Slug(), "")
	} else {
		view.Who = i18n.T(ctx, "opendata.question.closed")
	}
	start, end, pages := paged(ctx, c, len(list), questionsPage, "donnees/"+d.Slug()+"/questions", "")
	view.Pages = pages
	for i := range list[start:end] {
		view.List = append(view.List, m.questionView(ctx, town, &list[start+i]))
	}
	if view.Rate, err = m.rate(ctx, town, d.Slug()); err != nil {
		return err
	}
	return httpd.Render(c, fiber.StatusOK, views.QuestionsPage(view))
}

func (m *Module) questionView(ctx context.Context, town *tenants.Tenant, c *contributions.Contribution) views.Question {
	q := views.Question{
		ID: "question-" + c.ID.String(), Title: i18n.Typography(c.Title), Text: i18n.Typography(c.Body), Machine: c.CreatedAt.Format(time.RFC3339),
		Date: i18n.T(ctx, "opendata.question.asked", i18n.V{"Date": i18n.Date(c.CreatedAt)}), Who: c.Signature(),
		State: i18n.T(ctx, "opendata.question.waiting"), Tone: components.Warning, Icon: "clock",
	}
	if q.Answer = m.Contribute.AnswerOf(ctx, town, c); q.Answer != nil && !c.AnsweredAt.IsZero() {
		q.Answer.Outcome, q.Answer.Text = i18n.T(ctx, "opendata.question.answered_head"), i18n.Typography(q.Answer.Text)
		q.State, q.Tone, q.Icon = i18n.T(ctx, "opendata.question.answered"), components.OK, "check"
	}
	return q
}

// rate says how the town answers: about the dataset, and about all of them.
func (m *Module) rate(ctx context.Context, town *tenants.Tenant, slug string) (list []components.Definition, err error) {
	for _, of := range []struct{ term, subject string }{{"opendata.question.rate_here", slug}, {"opendata.question.rate_all", ""}} {
		asked, answered, err := m.Contribute.Answered(ctx, town, questionKind, of.subject)
		if err != nil {
			return nil, err
		}
		if asked > 0 {
			list = append(list, components.Definition{
				Term: i18n.T(ctx, of.term), Value: i18n.T(ctx, "opendata.question.rate", i18n.N(asked), i18n.V{"Answered": answered}),
			})
		}
	}
	pace, known, err := m.Contribute.Pace(ctx, town, questionKind, "")
	if err != nil || !known {
		return list, err
	}
	days := max(1, int((pace+24*time.Hour-1)/(24*time.Hour)))
	return append(list, components.Definition{
		Term: i18n.T(ctx, "opendata.question.pace"), Value: i18n.T(ctx, "opendata.question.days", i18n.N(days)),
	}), nil
}

// deskAttempt is a form about who answers that was refused.
type deskAttempt struct {
	desk    desks.Desk
	refused *fault.Fault
}

// deskForm asks who answers about a dataset; nil for who may not say.
func (m *Module) deskForm(c *fiber.Ctx, d *datasets.Dataset, tried *deskAttempt) (*views.DeskForm, error) {
	if !httpd.Allowed(c, EditPermission) {
		return nil, nil
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	desk, err := m.desks.Of(ctx, town, d.Slug())
	if err != nil {
		return nil, err
	}
	message := ""
	if tried != nil {
		desk, message = tried.desk, httpd.FieldMessages(c, tried.refused)["who"]
	}
	form := &views.DeskForm{Action: editAddress(town, d) + "/questions"}
	form.Who = components.Field{
		ID: "qui-repond", Name: "who", Label: i18n.T(ctx, "opendata.desk.who"), Hint: i18n.T(ctx, "opendata.desk.who_hint"), Optional: true,
		Value: desk.Who, Error: message, Attrs: map[string]any{"maxlength": desks.LongestWho},
	}
	if all := settings.Of(town, code).Text(settingAnswerer); all != "" {
		form.Who.Hint = i18n.T(ctx, "opendata.desk.who_default", i18n.V{"Who": all})
	}
	form.Closed = components.Field{Name: "closed", Label: i18n.T(ctx, "opendata.desk.closed"), Checked: desk.Closed}
	return form, nil
}

// saveDesk keeps who answers about a dataset.
func (m *Module) saveDesk(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	desk := desks.Desk{Who: c.FormValue("who"), Closed: c.FormValue("closed") != ""}
	err = m.desks.Save(ctx, town, d.Slug(), desk)
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Code == fault.Invalid {
		return m.renderEdit(c, d, editing{given: d.Metadata, desk: &deskAttempt{desk, f}})
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, editAddress(town, d), components.OK, "opendata.desk.saved")
}
