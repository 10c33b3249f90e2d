package contributions

import (
	"cmp"
	"context"
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/contributions/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// refusal is what the person can mend; nil for the rest.
func refusal(err error) *fault.Fault {
	if f, ok := errors.AsType[*fault.Fault](err); ok && (f.Code == fault.Invalid || f.Code == fault.Conflict) {
		return f
	}
	return nil
}

func flashOf(c *fiber.Ctx, f *fault.Fault) *layout.Flash {
	return &layout.Flash{Kind: components.Danger, Message: httpd.Message(c, f)}
}

// sheet shows a contribution with what can be decided.
func (d *desk) sheet(c *fiber.Ctx) error { return d.renderSheet(c, Decision{}, nil) }

func (d *desk) chosen(c *fiber.Ctx) (*Contribution, []Deed, *Kind, error) {
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return nil, nil, nil, unknown()
	}
	town := httpd.Scope(c).Town
	_, codes := d.mine(c)
	found, history, err := d.Get(c.UserContext(), town, codes, id)
	if err != nil {
		return nil, nil, nil, err
	}
	k, err := d.kind(town, found.Kind)
	return found, history, k, err
}

func (d *desk) renderSheet(c *fiber.Ctx, tried Decision, refused *fault.Fault) error {
	found, history, k, err := d.chosen(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	here := town.Path("espace/contributions/" + found.ID.String())
	title := i18n.T(ctx, k.Title)
	others, err := k.others(ctx, town, found.Subject)
	if err != nil {
		return err
	}
	view := views.Sheet{
		Shell: httpd.Shell(c, title), Kind: title, About: found.About.Title, Label: found.About.Label, Page: town.Path(found.About.Href),
		Said: saidOf(ctx, k, found, others, true), Action: here, History: events(ctx, history, true),
	}
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "contributions.queue.title"), Href: town.Path("espace/contributions")}, {Label: title}}
	view.State, view.Tone, view.StateIcon = stateOf(ctx, k, found)
	if found.Slow {
		view.Slow = i18n.T(ctx, "contributions.slow_long")
	}
	if found.Photo != uuid.Nil {
		view.Photo, view.PhotoFull = here+"/photo?petite=1", here+"/photo"
	}
	if err := d.compare(ctx, town, k, found, &view); err != nil {
		return err
	}
	possible(ctx, k, found, tried, &view)
	if err := sign(ctx, town, k, found, tried, &view); err != nil {
		return err
	}
	if batch, err := uuid.Parse(c.Query(paramBatch)); err == nil {
		view.Undo = town.Path("espace/contributions/lots/" + batch.String() + "/annuler")
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Errors = httpd.Status(refused), refuseDecision(c, &view, refused)
	}
	return httpd.Render(c, status, views.SheetPage(view))
}

// compare shows the subject as it was and as it is.
func (d *desk) compare(ctx context.Context, town *tenants.Tenant, k *Kind, c *Contribution, view *views.Sheet) error {
	if k.Now == nil || len(c.About.Facts) == 0 {
		return nil
	}
	now, err := k.Now(ctx, town, c)
	if err != nil {
		return err
	}
	current := make(map[string]string, len(now))
	for _, f := range now {
		current[f.Name] = f.Value
	}
	t := &components.TableProps{ID: "comparaison", Caption: i18n.T(ctx, "contributions.sheet.compare"), CaptionHidden: true, Stack: true}
	for _, key := range []string{"field", "then", "now"} {
		t.Columns = append(t.Columns, components.Column{Label: i18n.T(ctx, "contributions.compare."+key)})
	}
	changed := 0
	for _, f := range c.About.Facts {
		cell := components.Cell{Text: current[f.Name]}
		if current[f.Name] != f.Value && now != nil {
			changed++
			cell.Node = views.Changed(current[f.Name])
		}
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{{Text: f.Label}, {Text: f.Value}, cell}})
	}
	view.Compare, view.Changed = t, i18n.T(ctx, "contributions.compare.changed", i18n.N(changed))
	switch {
	case now == nil:
		view.Changed = i18n.T(ctx, "contributions.compare.gone")
	case changed == 0:
		view.Changed = i18n.T(ctx, "contributions.compare.same")
	}
	return nil
}

// possible prepares the forms of the decisions that can be taken.
func possible(ctx context.Context, k *Kind, c *Contribution, tried Decision, v *views.Sheet) {
	if c.State == Withdrawn || c.State == Erased {
		v.Over = i18n.T(ctx, "contributions.over."+string(c.State))
		return
	}
	v.MayAccept = c.State != Accepted || !c.Reviewed
	v.MayRefuse = c.State != Refused
	v.MayReopen = c.State == Accepted && c.Outcome != "" && c.Outcome != Kept
	v.MayUse = c.State == Accepted
	v.Reason, v.Note = reasonField(ctx, true), noteField(ctx)
	v.Reason.Value, v.Note.Value = tried.Reason, tried.Note
	if k.AnswerAsk != "" {
		v.Answer = components.Field{
			Name: "answer", Label: i18n.T(ctx, k.AnswerAsk), Value: c.Answer, Rows: 5, Attrs: most(longestBody),
			Required: len(k.Outcomes) == 0, Optional: len(k.Outcomes) > 0,
		}
		if tried.Answer != "" {
			v.Answer.Value = tried.Answer
		}
	}
	if len(k.Outcomes) > 0 {
		v.Outcome = components.Field{Name: "outcome", Label: i18n.T(ctx, "contributions.outcome_label"), Value: c.Outcome, Required: true}
		for _, o := range k.Outcomes {
			v.Outcome.Choices = append(v.Outcome.Choices, components.Choice{Value: o.Value, Label: i18n.T(ctx, o.Label)})
		}
	}
	v.UsedIn = components.Field{Name: "used_in", Label: i18n.T(ctx, "contributions.used_in"), Value: c.UsedIn, Attrs: most(longestTitle)}
	v.UsedHref = components.Field{Name: "used_href", Type: "url", Label: i18n.T(ctx, "contributions.used_href"), Value: c.UsedHref, Optional: true}
}

// sign asks what the answer is signed with, with a proposal.
func sign(ctx context.Context, town *tenants.Tenant, k *Kind, c *Contribution, tried Decision, v *views.Sheet) error {
	if !k.Signed || v.Answer.Name == "" {
		return nil
	}
	v.As = components.Field{
		Name: "as", Label: i18n.T(ctx, "contributions.as"), Hint: i18n.T(ctx, "contributions.as_hint"), Required: true,
		Value: cmp.Or(tried.As, c.AnsweredAs), Attrs: most(longestTitle),
	}
	if v.As.Value == "" && k.Signature != nil {
		proposed, err := k.Signature(ctx, town, c)
		if err != nil {
			return err
		}
		v.As.Value = proposed
	}
	v.As.Value = cmp.Or(v.As.Value, authz.From(ctx).Name)
	return nil
}

func refuseDecision(c *fiber.Ctx, v *views.Sheet, refused *fault.Fault) (list []components.FieldError) {
	messages := httpd.FieldMessages(c, refused)
	for _, f := range []*components.Field{&v.Outcome, &v.Answer, &v.As, &v.Reason, &v.UsedIn, &v.UsedHref} {
		if f.Error = messages[f.Name]; f.Error != "" {
			list = append(list, components.FieldError{ID: f.Name, Message: f.Error})
		}
	}
	if len(list) == 0 {
		list = []components.FieldError{{Message: httpd.Message(c, refused)}}
	}
	return list
}

// decide takes a decision on one contribution.
func (d *desk) decide(c *fiber.Ctx) error {
	form, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return unknown()
	}
	decision := decisionOf(form)
	_, codes := d.mine(c)
	town := httpd.Scope(c).Town
	batch, done, err := d.Decide(c.UserContext(), town, codes, []uuid.UUID{id}, decision)
	if f := refusal(err); f != nil {
		return d.renderSheet(c, decision, f)
	}
	if err != nil {
		return err
	}
	to := town.Path("espace/contributions/" + id.String())
	if done > 0 {
		to += "?" + paramBatch + "=" + batch.String()
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

func (d *desk) photo(c *fiber.Ctx) error {
	found, _, _, err := d.chosen(c)
	if err != nil {
		return err
	}
	return d.sendPhoto(c, found, "private, no-store")
}
