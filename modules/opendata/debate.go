package opendata

import (
	"context"
	"time"

	"acvdata/modules/opendata/debates"
	"acvdata/services/contributions"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// The kinds of contributions about collective questions: arguments, whose subject
// is a question's address, and proposals of questions, whose subject is "".
const (
	argumentKind = "opendata.argument"
	argumentPath = "argument"
	proposalKind = "opendata.proposal"
	proposalPath = "question-collective"
	debatesPath  = "donnees/questions-collectives"
	// The two sides of a question.
	sideFor     = "for"
	sideAgainst = "against"
)

// debatePath is a question's public page, below the town.
func debatePath(slug string) string { return debatesPath + "/" + slug }

// arguing is the kind of arguments: read by the town, then shown to everybody.
func (m *Module) arguing() contributions.Kind {
	return contributions.Kind{
		Code: argumentKind, Path: argumentPath, Icon: "scale", Permission: ModeratePermission, Public: true,
		Title: "opendata.argument.title", Lead: "opendata.argument.lead", Choice: "opendata.argument.side",
		Choices: []contributions.Option{option(sideFor, "opendata.argument.for"), option(sideAgainst, "opendata.argument.against")},
		BodyAsk: "opendata.argument.body", BodyHint: "opendata.argument.body_hint", Find: m.findArgued,
	}
}

// findArgued finds a question that takes arguments.
func (m *Module) findArgued(ctx context.Context, town *tenants.Tenant, slug, part string) (s contributions.Subject, err error) {
	d, err := m.debates.Open(ctx, town, slug)
	if err != nil {
		return s, err
	}
	if d.State(time.Now()) != debates.Open || part != "" {
		return s, fault.New(fault.NotFound, "opendata.fault.debate_closed")
	}
	return contributions.Subject{Title: d.Title, Href: debatePath(slug)}, nil
}

// proposing is the kind of proposals; accepted, one becomes a draft that staff
// complete and publish.
func (m *Module) proposing() contributions.Kind {
	return contributions.Kind{
		Code: proposalKind, Path: proposalPath, Icon: "lightbulb", Permission: ModeratePermission,
		Title: "opendata.proposal.title", Lead: "opendata.proposal.lead",
		TitleAsk: "opendata.proposal.short", BodyAsk: "opendata.proposal.body", BodyHint: "opendata.proposal.body_hint",
		AlsoAsk: "opendata.proposal.also", Others: m.otherDatasets, Find: m.findProposed, Accepted: m.adopt, Undone: m.unadopt,
	}
}

// findProposed is the page of all questions: a proposal is about no other subject.
func (m *Module) findProposed(ctx context.Context, town *tenants.Tenant, subject, part string) (s contributions.Subject, err error) {
	if subject != proposalSubject || part != "" {
		return s, fault.New(fault.NotFound, "opendata.fault.no_debate")
	}
	return contributions.Subject{Title: i18n.T(ctx, "opendata.debate.all_of", i18n.V{"Town": town.Name}), Href: debatesPath}, nil
}

// proposalSubject stands for the questions to come: naming datasets is optional.
const proposalSubject = "nouvelle"

// adopt makes a draft of an accepted proposal.
func (m *Module) adopt(ctx context.Context, tx *db.Tx, c *contributions.Contribution) error {
	d := debates.Debate{Title: c.Title, Lead: c.Body, Contribution: c.ID, ProposedBy: c.Signature()}
	for _, slug := range c.Also {
		d.Shows = append(d.Shows, debates.Map+":"+slug)
	}
	d.Shows = d.Shows[:min(len(d.Shows), debates.MostShows)]
	return m.debates.Propose(ctx, tx, d)
}

// unadopt takes the draft back.
func (m *Module) unadopt(ctx context.Context, tx *db.Tx, c *contributions.Contribution) error {
	return m.debates.Unpropose(ctx, tx, c.ID)
}
