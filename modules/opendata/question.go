package opendata

import (
	"context"

	"acvdata/modules/opendata/desks"
	"acvdata/services/contributions"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// The kind of a question about a dataset; its subject is the dataset's slug.
const (
	questionKind = "opendata.question"
	questionPath = "question"
)

// asking asks the town something about a dataset; everybody reads the
// answer, and who gave it.
func (m *Module) asking() contributions.Kind {
	return contributions.Kind{
		Code: questionKind, Path: questionPath, Icon: "message-circle-question-mark", Permission: ModeratePermission,
		Title: "opendata.question.title", Lead: "opendata.question.lead", Public: true,
		TitleAsk: "opendata.question.short", BodyAsk: "opendata.question.body", BodyHint: "opendata.question.body_hint",
		AnswerAsk: "opendata.question.answer", Signed: true, Signature: m.signature, Find: m.findQuestioned,
	}
}

// findQuestioned finds a dataset everybody may have, about which the town answers.
func (m *Module) findQuestioned(ctx context.Context, town *tenants.Tenant, slug, part string) (s contributions.Subject, err error) {
	d, err := m.Datasets.GetOpen(ctx, town, slug)
	if err != nil {
		return s, err
	}
	desk, err := m.desks.Of(ctx, town, slug)
	if err != nil {
		return s, err
	}
	if desk.Closed || part != "" {
		return s, fault.New(fault.NotFound, "opendata.fault.questions_closed")
	}
	return contributions.Subject{Title: d.Title, Href: "donnees/" + slug + "/questions", Label: answererText(ctx, town, desk)}, nil
}

// signature proposes who answers about the dataset.
func (m *Module) signature(ctx context.Context, town *tenants.Tenant, c *contributions.Contribution) (string, error) {
	desk, err := m.desks.Of(ctx, town, c.Subject)
	return answererOf(town, desk), err
}

// answererOf is who answers: about this dataset, else about all; "" when the town
// named nobody.
func answererOf(town *tenants.Tenant, desk desks.Desk) string {
	if desk.Who != "" {
		return desk.Who
	}
	return settings.Of(town, code).Text(settingAnswerer)
}

// answererText says who answers.
func answererText(ctx context.Context, town *tenants.Tenant, desk desks.Desk) string {
	if who := answererOf(town, desk); who != "" {
		return i18n.T(ctx, "opendata.question.who", i18n.V{"Who": who})
	}
	return i18n.T(ctx, "opendata.question.town", i18n.V{"Town": town.Name})
}
