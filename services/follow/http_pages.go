package follow

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/contributions"
	"acvdata/services/fault"
	"acvdata/services/follow/views"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// pages are what everybody may open.
type pages struct{ *Service }

const paramTopic = "sur"

// ask shows an empty form.
func (p *pages) ask(c *fiber.Ctx) error {
	return p.renderAsk(c, contributions.Sent{Subject: c.Query(paramTopic)}, "", nil)
}

// receive takes a form in; the answer is the same for every address.
func (p *pages) receive(c *fiber.Ctx) error {
	fields, err := fieldsOf(c)
	if err != nil {
		return err
	}
	sent := contributions.Sent{
		Subject: fields.Get(paramTopic), Ticket: fields.Get("billet"), Proof: fields.Get("preuve"), Trap: fields.Get("site_web"),
	}
	err = p.Ask(c.UserContext(), httpd.Scope(c).Town, fields.Get("email"), sent, c.IP())
	if f, ok := errors.AsType[*fault.Fault](err); ok && (f.Code == fault.Invalid || f.Code == fault.TooMany) {
		return p.renderAsk(c, sent, fields.Get("email"), f)
	}
	if err != nil {
		return err
	}
	return c.Redirect(httpd.Scope(c).Town.Path("suivre/envoye"), fiber.StatusSeeOther)
}

// fieldsOf reads an ordinary form.
func fieldsOf(c *fiber.Ctx) (url.Values, error) {
	fields, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return nil, fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	return fields, nil
}

func (p *pages) renderAsk(c *fiber.Ctx, sent contributions.Sent, email string, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	about, err := p.Topic(ctx, town, sent.Subject)
	if err != nil {
		return err
	}
	f, err := p.Gate.Hand(ctx, town, form, sent.Subject, c.IP())
	if err != nil {
		return err
	}
	if refused != nil && refused.Key == "contributions.fault.fast" {
		f.Ticket = sent.Ticket // its age counts
	}
	view := views.Ask{
		Shell: httpd.Shell(c, i18n.T(ctx, "follow.ask.title")), About: about.Title, Action: town.Path("suivre"), Back: town.Path(about.Href),
		Topic: sent.Subject, Ticket: f.Ticket, Bits: strconv.Itoa(f.Bits), Slowly: i18n.T(ctx, "follow.slowly", i18n.V{"Seconds": f.Minimum}),
		Privacy: i18n.T(ctx, "follow.privacy", i18n.V{"Town": town.Name, "Days": ConfirmDays}),
		Email: components.Field{
			Name: "email", Type: "email", Autocomplete: "email", Label: i18n.T(ctx, "follow.field.email"), Value: email, Required: true,
			Attrs: map[string]any{"maxlength": strconv.Itoa(longestEmail)},
		},
	}
	view.Shell.Head.NoIndex = true
	view.Shell.Crumbs = []components.Crumb{{Label: about.Title, Href: view.Back}, {Label: i18n.T(ctx, "follow.ask.title")}}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Errors = httpd.Status(refused), refuse(c, &view, refused)
	}
	if err := httpd.Render(c, status, views.AskPage(view)); err != nil {
		return err
	}
	keepFrom(c)
	return nil
}

func refuse(c *fiber.Ctx, v *views.Ask, refused *fault.Fault) []components.FieldError {
	if v.Email.Error = httpd.FieldMessages(c, refused)["email"]; v.Email.Error != "" {
		return []components.FieldError{{ID: "email", Message: v.Email.Error}}
	}
	return []components.FieldError{{Message: httpd.Message(c, refused)}}
}

// keepFrom keeps a page out of every cache: its ticket, or its secret, is one
// person's.
func keepFrom(c *fiber.Ctx) {
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Response().Header.Del(fiber.HeaderETag)
}

// sent says what comes next, to everybody the same.
func (p *pages) sent(c *fiber.Ctx) error {
	ctx := c.UserContext()
	view := views.Sent{
		Shell: httpd.Shell(c, i18n.T(ctx, "follow.sent.title")), Text: i18n.T(ctx, "follow.sent.text", i18n.V{"Days": ConfirmDays}),
		Back: httpd.Scope(c).Town.Path(""),
	}
	view.Shell.Head.NoIndex = true
	return httpd.Render(c, fiber.StatusOK, views.SentPage(view))
}

// own shows the holder of a link what they follow.
func (p *pages) own(c *fiber.Ctx) error {
	found, err := p.Own(c.UserContext(), httpd.Scope(c).Town, c.Params("token"))
	if err != nil {
		return err
	}
	return p.renderOwn(c, found, false)
}

func (p *pages) renderOwn(c *fiber.Ctx, found Following, stopped bool) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	link := town.Path("suivi/" + c.Params("token"))
	view := views.Own{
		Shell: httpd.Shell(c, i18n.T(ctx, "follow.own.title")), Email: found.Email, Stop: link, Leave: link + "/retirer",
		Confirm: link + "/confirmer", Home: town.Path(""), Stopped: stopped,
	}
	view.Shell.Head.NoIndex, view.Shell.Head.Canonical = true, ""
	for _, f := range found.List {
		one := views.Topic{Code: f.Code, Title: f.Topic.Title}
		if f.Topic.Title == "" {
			one.Title = i18n.T(ctx, "follow.own.gone")
		} else {
			one.Href = town.Path(f.Topic.Href)
		}
		if f.Confirmed {
			view.Active = append(view.Active, one)
		} else {
			view.Pending = append(view.Pending, one)
		}
	}
	if err := httpd.Render(c, fiber.StatusOK, views.OwnPage(view)); err != nil {
		return err
	}
	keepFrom(c)
	return nil
}

// stop erases everything, for a person's button and for a mailbox's request alike;
// a second time changes nothing and says the same.
func (p *pages) stop(c *fiber.Ctx) error {
	if err := p.Stop(c.UserContext(), httpd.Scope(c).Town, c.Params("token")); err != nil {
		return err
	}
	return p.renderOwn(c, Following{}, true)
}

func (p *pages) confirm(c *fiber.Ctx) error {
	fields, err := fieldsOf(c)
	if err != nil {
		return err
	}
	return p.back(c, "follow.own.confirmed", func(ctx context.Context) error {
		return p.Confirm(ctx, httpd.Scope(c).Town, c.Params("token"), fields["topic"])
	})
}

func (p *pages) leave(c *fiber.Ctx) error {
	fields, err := fieldsOf(c)
	if err != nil {
		return err
	}
	return p.back(c, "follow.own.left", func(ctx context.Context) error {
		return p.Leave(ctx, httpd.Scope(c).Town, c.Params("token"), fields.Get("topic"))
	})
}

// back shows the page of the link again, with what was done.
func (p *pages) back(c *fiber.Ctx, key string, do func(context.Context) error) error {
	if err := do(c.UserContext()); err != nil {
		return err
	}
	return httpd.Redirect(c, httpd.Scope(c).Town.Path("suivi/"+c.Params("token")), components.OK, key)
}
