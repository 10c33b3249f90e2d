package contributions

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/blob"
	"acvdata/services/contributions/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/media"
	"acvdata/tenants"
	"acvdata/web/components"
)

// pages are what everybody may open.
type pages struct{ *Service }

const (
	paramSubject = "sur"
	paramPart    = "ligne"
	receiveTime  = 5 * time.Minute // a photograph over a slow telephone
	// largestForm is the largest photograph with the texts around it.
	largestForm = 26 << 20
)

// FormAddress is where a kind is asked about a subject, part "" for the whole.
func FormAddress(town *tenants.Tenant, path, subject, part string) string {
	query := url.Values{paramSubject: {subject}}
	if part != "" {
		query.Set(paramPart, part)
	}
	return town.Path("contribuer/"+path) + "?" + query.Encode()
}

// ask shows an empty form.
func (p *pages) ask(c *fiber.Ctx) error {
	return p.renderForm(c, Sent{Subject: c.Query(paramSubject), Part: c.Query(paramPart)}, nil)
}

// receive takes a form in, and leads to the private page.
func (p *pages) receive(c *fiber.Ctx) error {
	if n := c.Request().Header.ContentLength(); n < 0 || n > largestForm {
		return fault.New(fault.TooLarge, "contributions.fault.large")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), receiveTime)
	defer cancel()
	town, token := httpd.Scope(c).Town, ""
	noPhoto := errors.New("no photograph")
	take := func(fields url.Values, photo io.Reader) (err error) {
		sent := sentOf(fields)
		sent.Trusted = p.trusts(c)
		token, err = p.Receive(ctx, town, c.Params("kind"), sent, c.IP(), photo)
		return err
	}
	fields, err := httpd.ReadFile(c, "file", noPhoto, take)
	if errors.Is(err, noPhoto) {
		err = take(fields, nil)
	}
	if f, ok := errors.AsType[*fault.Fault](err); ok && (f.Code == fault.Invalid || f.Code == fault.TooLarge || f.Code == fault.TooMany) {
		return p.renderForm(c, sentOf(fields), f)
	}
	if err != nil {
		return err
	}
	return c.Redirect(town.Path("contribution/"+token)+"?envoi=recu", fiber.StatusSeeOther)
}

// trusts reports whether who sends a form moderates its kind.
func (p *pages) trusts(c *fiber.Ctx) bool {
	k, err := p.kindAt(httpd.Scope(c).Town, c.Params("kind"))
	return err == nil && httpd.Allowed(c, ModeratePermission) && httpd.Allowed(c, k.Permission)
}

func sentOf(fields url.Values) Sent {
	return Sent{
		Subject: fields.Get(paramSubject), Part: fields.Get(paramPart), Ticket: fields.Get("billet"), Proof: fields.Get("preuve"),
		Trap: fields.Get("site_web"), Choice: fields.Get("choice"), Title: fields.Get("title"), URL: fields.Get("url"),
		Also: fields["also"], Body: fields.Get("body"), Name: fields.Get("name"), NamePublic: fields.Get("name_public") != "", Email: fields.Get("email"),
	}
}

// renderForm shows the form, again with what is wrong when it was refused.
func (p *pages) renderForm(c *fiber.Ctx, sent Sent, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	path := c.Params("kind")
	form, err := p.Ask(ctx, town, path, sent.Subject, sent.Part, c.IP())
	if err != nil {
		return err
	}
	ticket := form.Ticket
	if refused != nil && refused.Key == "contributions.fault.fast" {
		ticket = sent.Ticket // its age counts
	}
	k := form.Kind
	view := fieldsOf(ctx, k, &sent)
	view.Shell = httpd.Shell(c, i18n.T(ctx, k.Title))
	view.Shell.Head.NoIndex = true
	view.Shell.Crumbs = []components.Crumb{{Label: form.About.Title, Href: town.Path(form.About.Href)}, {Label: i18n.T(ctx, k.Title)}}
	view.Icon, view.Title, view.Lead = k.Icon, i18n.T(ctx, k.Title), i18n.T(ctx, k.Lead, i18n.V{"Town": town.Name})
	view.About, view.AboutLabel, view.Back = form.About.Title, form.About.Label, town.Path(form.About.Href)
	for _, fact := range form.About.Facts {
		view.Facts = append(view.Facts, components.Definition{Term: fact.Label, Value: fact.Value})
	}
	view.Also = alsoField(ctx, k, sent.Subject, form.Others, sent.Also)
	if k.Public && p.trusts(c) {
		view.Trusted = i18n.T(ctx, "contributions.trusted")
	}
	view.Action, view.Ticket, view.Bits = town.Path("contribuer/"+path), ticket, strconv.Itoa(form.Bits)
	view.Hidden = components.Hidden{paramSubject: sent.Subject, paramPart: sent.Part}
	view.Slowly = i18n.T(ctx, "contributions.slowly", i18n.V{"Seconds": form.Minimum})
	view.Privacy = i18n.T(ctx, "contributions.privacy", i18n.V{"Town": town.Name})
	status := fiber.StatusOK
	if refused != nil {
		status, view.Errors = httpd.Status(refused), refuse(c, &view, refused)
	}
	if err := httpd.Render(c, status, views.FormPage(view)); err != nil {
		return err
	}
	keepFrom(c)
	return nil
}

// keepFrom keeps a page out of every cache: its ticket, or its secret, is one
// person's.
func keepFrom(c *fiber.Ctx) {
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Response().Header.Del(fiber.HeaderETag)
}

// fieldsOf are the questions of a kind with what was answered.
func fieldsOf(ctx context.Context, k *Kind, sent *Sent) (v views.Form) {
	if k.Choice != "" {
		v.Choice = components.Field{Name: "choice", Label: i18n.T(ctx, k.Choice), Value: sent.Choice, Required: true}
		for _, o := range k.Choices {
			v.Choice.Choices = append(v.Choice.Choices, components.Choice{Value: o.Value, Label: i18n.T(ctx, o.Label)})
		}
	}
	if k.TitleAsk != "" {
		v.Short = components.Field{Name: "title", Label: i18n.T(ctx, k.TitleAsk), Value: sent.Title, Required: true, Attrs: most(longestTitle)}
	}
	if k.URLAsk != "" {
		v.Web = components.Field{Name: "url", Type: "url", Label: i18n.T(ctx, k.URLAsk), Value: sent.URL, Required: true, Attrs: most(longestURL)}
	}
	v.Body = components.Field{Name: "body", Label: i18n.T(ctx, k.BodyAsk), Value: sent.Body, Required: true, Rows: 5, Attrs: most(longestBody)}
	if k.BodyHint != "" {
		v.Body.Hint = i18n.T(ctx, k.BodyHint)
	}
	v.Email = components.Field{
		Name: "email", Type: "email", Autocomplete: "email", Label: i18n.T(ctx, "contributions.field.email"),
		Hint: i18n.T(ctx, "contributions.field.email_hint"), Value: sent.Email, Optional: true, Attrs: most(longestEmail),
	}
	v.Name = components.Field{
		Name: "name", Autocomplete: "name", Label: i18n.T(ctx, "contributions.field.name"), Value: sent.Name, Optional: true, Attrs: most(longestName),
	}
	v.NamePublic = components.Field{
		Name: "name_public", Label: i18n.T(ctx, "contributions.field.name_public"), Checked: sent.NamePublic,
	}
	if !k.Public {
		v.NamePublic.Label = i18n.T(ctx, "contributions.field.name_told")
	}
	if k.NameAsk != "" {
		v.Name.Label, v.Name.Optional, v.Name.Required, v.NamePublic.Name = i18n.T(ctx, k.NameAsk), false, true, ""
		v.Name.Autocomplete = "" // often a company or an association
	}
	if k.PhotoAsk != "" {
		v.File = components.Field{
			ID: "fichier", Name: "file", Label: i18n.T(ctx, k.PhotoAsk), Hint: i18n.T(ctx, "contributions.field.photo_hint"),
			Accept: "image/jpeg,image/png,image/webp", Optional: true,
		}
	}
	return v
}

// alsoField offers the other subjects of a kind that has several.
func alsoField(ctx context.Context, k *Kind, subject string, others []Other, chosen []string) components.Field {
	if len(others) == 0 {
		return components.Field{}
	}
	f := components.Field{Name: "also", Label: i18n.T(ctx, k.AlsoAsk)}
	if subject == "" && k.AloneAsk != "" {
		f.Label = i18n.T(ctx, k.AloneAsk)
	}
	for _, o := range others {
		f.Choices = append(f.Choices, components.Choice{Value: o.Subject, Label: o.Title, Selected: slices.Contains(chosen, o.Subject)})
	}
	return f
}

func most(n int) map[string]any { return map[string]any{"maxlength": strconv.Itoa(n)} }

// refuse puts what is wrong on its fields; what is wrong with the whole form comes
// first.
func refuse(c *fiber.Ctx, v *views.Form, refused *fault.Fault) (list []components.FieldError) {
	messages := httpd.FieldMessages(c, refused)
	if len(messages) == 0 {
		return []components.FieldError{{Message: httpd.Message(c, refused)}}
	}
	for _, f := range []*components.Field{&v.Choice, &v.Short, &v.Web, &v.Also, &v.Body, &v.Email, &v.Name, &v.File} {
		if f.Error = messages[f.Name]; f.Error != "" {
			list = append(list, components.FieldError{ID: cmp.Or(f.ID, f.Name), Message: f.Error})
		}
	}
	return list
}

// photo gives the photograph of what everybody may see.
func (p *pages) photo(c *fiber.Ctx) error {
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return unknown()
	}
	town := httpd.Scope(c).Town
	found, err := p.shownOne(c.UserContext(), town, id)
	if err != nil {
		return err
	}
	return p.sendPhoto(c, found, "public, max-age=300")
}

func (s *Service) sendPhoto(c *fiber.Ctx, found *Contribution, cache string) error {
	file, err := s.OpenPhoto(c.UserContext(), httpd.Scope(c).Town.ID, found, c.Query("petite") != "")
	if err != nil {
		return err
	}
	content, err := whole(file)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, cache)
	c.Set(fiber.HeaderContentType, "image/jpeg")
	return c.Send(content)
}

// whole reads a prepared photograph: a few hundred kilobytes.
func whole(file blob.File) ([]byte, error) {
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, media.DefaultLimits.Bytes))
}
