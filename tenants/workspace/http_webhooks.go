package workspace

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/webhooks"
	"acvdata/tenants/workspace/views"
	"acvdata/web/components"
)

// webhooks lists the programs that are told what happens in the town.
func (w *Workspace) webhooks(c *fiber.Ctx) error {
	return w.showWebhooks(c, fiber.StatusOK, webhooks.New{}, nil)
}

func (w *Workspace) showWebhooks(c *fiber.Ctx, status int, typed webhooks.New, f *fault.Fault) error {
	ctx, v := c.UserContext(), visitorOf(c)
	all, err := w.deps.Webhooks.List(ctx, v.town.ID)
	if err != nil {
		return err
	}
	view := views.Webhooks{Shell: shell(c, "workspace.webhooks.title"), Here: v.town.Path("espace/webhooks"), Form: w.webhookForm(c, typed, f)}
	for _, h := range all {
		view.List = append(view.List, views.Webhook{
			Name: h.Name, URL: h.URL, Href: view.Here + "/" + h.ID.String(), Events: w.eventNames(ctx, h.Events),
			Active: h.Active, Failures: h.Failures, Created: i18n.Date(h.CreatedAt), By: h.CreatedName,
		})
	}
	return httpd.Render(c, status, views.WebhooksPage(view))
}

// webhookForm is the form of one program, filled.
func (w *Workspace) webhookForm(c *fiber.Ctx, typed webhooks.New, f *fault.Fault) views.WebhookForm {
	form := views.WebhookForm{Name: typed.Name, URL: typed.URL}
	for _, k := range w.deps.Webhooks.Kinds() {
		form.Events = append(form.Events, components.Choice{
			Value: k.Name, Label: i18n.T(c.UserContext(), k.Label), Selected: slices.Contains(typed.Events, k.Name),
		})
	}
	if f != nil {
		form.Errors, form.Summary = httpd.FieldMessages(c, f), summary(c, f)
	}
	return form
}

func (w *Workspace) eventNames(ctx context.Context, events []string) string {
	names := make([]string, len(events))
	for i, event := range events {
		names[i] = w.eventName(ctx, event)
	}
	return strings.Join(names, ", ")
}

// eventName says an event in French; one that is announced no more stays as it
// is written.
func (w *Workspace) eventName(ctx context.Context, event string) string {
	if event == webhooks.Ping {
		return i18n.T(ctx, "webhooks.ping")
	}
	for _, k := range w.deps.Webhooks.Kinds() {
		if k.Name == event {
			return i18n.T(ctx, k.Label)
		}
	}
	return event
}

func webhookOf(values url.Values) webhooks.New {
	return webhooks.New{Name: values.Get("name"), URL: values.Get("url"), Events: values["events"]}
}

// createWebhook keeps a program and shows its secret, once.
func (w *Workspace) createWebhook(c *fiber.Ctx) error {
	values, err := form(c)
	if err != nil {
		return err
	}
	typed := webhookOf(values)
	secret, id, err := w.deps.Webhooks.Create(c.UserContext(), httpd.Scope(c).Town.ID, typed)
	if f, again := correct(err); again {
		return w.showWebhooks(c, fiber.StatusUnprocessableEntity, typed, f)
	}
	if err != nil {
		return err
	}
	return w.showWebhook(c, fiber.StatusOK, id, secret, nil, nil)
}

// webhook shows a program and what was sent to it.
func (w *Workspace) webhook(c *fiber.Ctx) error {
	id, err := paramID(c)
	if err != nil {
		return err
	}
	return w.showWebhook(c, fiber.StatusOK, id, "", nil, nil)
}

func (w *Workspace) showWebhook(c *fiber.Ctx, status int, id uuid.UUID, secret string, typed *webhooks.New, f *fault.Fault) error {
	ctx, v := c.UserContext(), visitorOf(c)
	h, sent, err := w.deps.Webhooks.Get(ctx, v.town.ID, id)
	if err != nil {
		return err
	}
	if typed == nil {
		typed = &webhooks.New{Name: h.Name, URL: h.URL, Events: h.Events}
	}
	above := components.Crumb{Label: i18n.T(ctx, "workspace.webhooks.title"), Href: v.town.Path("espace/webhooks")}
	view := views.WebhookDetail{
		Shell: titled(c, h.Name, above), Here: v.town.Path("espace/webhooks/" + id.String()), Name: h.Name, URL: h.URL,
		Active: h.Active, Secret: secret, Form: w.webhookForm(c, *typed, f),
	}
	for _, d := range sent {
		view.Deliveries = append(view.Deliveries, w.deliveryLine(ctx, d))
	}
	return httpd.Render(c, status, views.WebhookPage(view))
}

var deliveryTones = map[webhooks.State]components.Tone{
	webhooks.Queued: components.Data, webhooks.Delivered: components.OK, webhooks.Failed: components.Danger,
}

func (w *Workspace) deliveryLine(ctx context.Context, d webhooks.Delivery) views.Delivery {
	line := views.Delivery{
		ID: d.ID.String(), Event: w.eventName(ctx, d.Event), State: i18n.T(ctx, "workspace.webhooks.state."+string(d.State)),
		Tone: deliveryTones[d.State], When: i18n.DateTime(d.CreatedAt), Payload: d.Payload, Failed: d.State == webhooks.Failed,
		Attempts: i18n.T(ctx, "workspace.webhooks.attempts", i18n.N(d.Attempts)),
	}
	if d.Attempts == 0 {
		line.Attempts = ""
	}
	var answer []string
	if d.Status > 0 {
		answer = append(answer, i18n.T(ctx, "workspace.webhooks.answer", i18n.V{"Status": i18n.Text(d.Status), "Milliseconds": d.Took.Round(time.Millisecond).Milliseconds()}))
	}
	if d.Problem != "" {
		answer = append(answer, i18n.T(ctx, d.Problem))
	}
	line.Answer = strings.Join(answer, " ")
	return line
}

// changeWebhook replaces a program's name, address and events.
func (w *Workspace) changeWebhook(c *fiber.Ctx) error {
	id, err := paramID(c)
	if err != nil {
		return err
	}
	values, err := form(c)
	if err != nil {
		return err
	}
	typed := webhookOf(values)
	err = w.deps.Webhooks.Change(c.UserContext(), httpd.Scope(c).Town.ID, id, typed)
	if f, again := correct(err); again {
		return w.showWebhook(c, fiber.StatusUnprocessableEntity, id, "", &typed, f)
	}
	if err != nil {
		return err
	}
	return done(c, "webhooks/"+id.String(), "workspace.webhooks.saved")
}

// renewWebhook draws another secret and shows it, once.
func (w *Workspace) renewWebhook(c *fiber.Ctx) error {
	id, err := paramID(c)
	if err != nil {
		return err
	}
	secret, err := w.deps.Webhooks.Renew(c.UserContext(), httpd.Scope(c).Town.ID, id)
	if err != nil {
		return err
	}
	return w.showWebhook(c, fiber.StatusOK, id, secret, nil, nil)
}

// onWebhook does something to the program of the address and comes back to it.
func onWebhook(c *fiber.Ctx, back, said string, do func(ctx context.Context, town, id uuid.UUID) error) error {
	id, err := paramID(c)
	if err != nil {
		return err
	}
	if err := do(c.UserContext(), httpd.Scope(c).Town.ID, id); err != nil {
		return err
	}
	if back == "" {
		back = "webhooks/" + id.String()
	}
	return done(c, back, said)
}

func (w *Workspace) tryWebhook(c *fiber.Ctx) error {
	return onWebhook(c, "", "workspace.webhooks.tried", w.deps.Webhooks.Try)
}

func (w *Workspace) deleteWebhook(c *fiber.Ctx) error {
	return onWebhook(c, "webhooks", "workspace.webhooks.deleted", w.deps.Webhooks.Delete)
}

func (w *Workspace) activateWebhook(c *fiber.Ctx) error {
	values, err := form(c)
	if err != nil {
		return err
	}
	on, said := values.Get("on") == "oui", "workspace.webhooks.paused"
	if on {
		said = "workspace.webhooks.resumed"
	}
	return onWebhook(c, "", said, func(ctx context.Context, town, id uuid.UUID) error {
		return w.deps.Webhooks.Activate(ctx, town, id, on)
	})
}

// sendAgain sends a message that was given up once more.
func (w *Workspace) sendAgain(c *fiber.Ctx) error {
	message, err := uuid.Parse(c.Params("envoi"))
	if err != nil {
		return fault.New(fault.NotFound, "fault.not_found", fault.Because(err))
	}
	return onWebhook(c, "", "workspace.webhooks.tried", func(ctx context.Context, town, _ uuid.UUID) error {
		return w.deps.Webhooks.Again(ctx, town, message)
	})
}
