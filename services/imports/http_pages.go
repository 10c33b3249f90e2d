package imports

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/imports/views"
	"acvdata/web/components"
)

// pages answers people, in the town's workspace.
type pages struct {
	service *Service
}

func (p *pages) index(c *fiber.Ctx) error { return p.renderIndex(c, nil, nil) }

// renderIndex shows the history and the forms, with why the last file, or the
// last address, was not taken if one was just refused.
func (p *pages) renderIndex(c *fiber.Ctx, refused, address *fault.Fault) error {
	before, _ := uuid.Parse(c.Query("avant"))
	list, more, err := p.service.List(c.UserContext(), caller(c), "", before)
	if err != nil {
		return err
	}
	d := drawer{c: c, service: p.service}
	watched, err := d.watched()
	if err != nil {
		return err
	}
	view := views.Index{
		Shell: httpd.Shell(c, i18n.T(c.UserContext(), "imports.title")), History: d.history(list), Watched: watched,
		Upload: d.uploadForm(refused), Address: d.addressForm(address),
	}
	if more {
		view.Next = d.path("") + "?avant=" + list[len(list)-1].ID.String()
	}
	status := fiber.StatusOK
	for _, f := range []*fault.Fault{refused, address} {
		if f != nil {
			status = httpd.Status(f)
		}
	}
	return httpd.Render(c, status, views.IndexPage(view))
}

// bring takes in the file at an address, and leads to its page.
func (p *pages) bring(c *fiber.Ctx) error {
	ctx, cancel := uploadContext(c)
	defer cancel()
	who := caller(c)
	if p.service.Reader == nil {
		return fault.New(fault.NotFound, "imports.fault.not_found")
	}
	code := p.service.only(who, c.FormValue("target"))
	_, err := p.service.allowed(who, code) // before anything is read
	var i *Import
	if err == nil {
		i, err = p.service.Bring(ctx, who, c.FormValue("address"))
	}
	if err == nil {
		i, err = p.analyse(ctx, who, i, code)
	}
	var refused *fault.Fault
	if errors.As(err, &refused) && refused.Code != fault.Forbidden {
		return p.renderIndex(c, nil, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, pageOf(who.Town, i.ID), components.Neutral, "")
}

// upload takes the file in, says at once whether it can be read, and leads to
// its page.
func (p *pages) upload(c *fiber.Ctx) error {
	ctx, cancel := uploadContext(c)
	defer cancel()
	who := caller(c)
	var i *Import
	fields, err := receiveForm(c, func(_ url.Values, name string, file io.Reader) (err error) {
		i, err = p.service.Upload(ctx, who, name, file)
		return err
	})
	if err != nil && i != nil {
		p.service.discard(ctx, i)
	}
	if err == nil {
		code := p.service.only(who, fields.Get("target"))
		i, err = p.analyse(ctx, who, i, code)
	}
	var refused *fault.Fault
	if errors.As(err, &refused) && refused.Code != fault.Forbidden {
		return p.renderIndex(c, refused, nil)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, pageOf(who.Town, i.ID), components.Neutral, "")
}

func (p *pages) analyse(ctx context.Context, who Caller, i *Import, code string) (*Import, error) {
	if _, err := p.service.allowed(who, code); err != nil {
		p.service.discard(ctx, i)
		return nil, err
	}
	return p.service.Analyse(ctx, who, i.ID, code)
}

func (p *pages) show(c *fiber.Ctx) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	i, err := p.service.Get(c.UserContext(), caller(c), id)
	if err != nil {
		return err
	}
	return p.render(c, fiber.StatusOK, i, nil)
}

// render shows an import at its step; refused is why the form just sent was not
// taken.
func (p *pages) render(c *fiber.Ctx, status int, i *Import, refused *fault.Fault) error {
	view, err := (&drawer{c: c, service: p.service}).page(i, refused)
	if err != nil {
		return err
	}
	return httpd.Render(c, status, views.ImportPage(*view))
}

// saveMapping takes the mapping form and has the file checked.
func (p *pages) saveMapping(c *fiber.Ctx) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	who := caller(c)
	i, err := p.service.Get(c.UserContext(), who, id)
	if err != nil {
		return err
	}
	about, known := p.service.about(i)
	if !known {
		return fault.New(fault.Conflict, "imports.fault.no_target")
	}
	mapping := mappingOf(c, about)
	if _, err = p.service.SetMapping(c.UserContext(), who, id, Changes{Mapping: mapping}); err == nil {
		_, err = p.service.Check(c.UserContext(), who, id)
	}
	var refused *fault.Fault
	if errors.As(err, &refused) && refused.Code == fault.Invalid {
		i.Mapping, i.State = mapping, Analysed
		return p.render(c, httpd.Status(refused), i, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, pageOf(who.Town, id), components.Neutral, "")
}

// chooseSheet reads another sheet of the workbook.
func (p *pages) chooseSheet(c *fiber.Ctx) error {
	sheet := c.FormValue("sheet")
	return p.act(c, func(ctx context.Context, who Caller, id uuid.UUID) error {
		_, err := p.service.ChooseSheet(ctx, who, id, sheet)
		return err
	})
}

func (p *pages) commit(c *fiber.Ctx) error {
	skip := c.FormValue("skip_rejected") != ""
	return p.act(c, func(ctx context.Context, who Caller, id uuid.UUID) error {
		_, err := p.service.Commit(ctx, who, id, skip)
		return err
	})
}

func (p *pages) cancel(c *fiber.Ctx) error {
	return p.act(c, func(ctx context.Context, who Caller, id uuid.UUID) error {
		_, err := p.service.Cancel(ctx, who, id)
		return err
	})
}

func (p *pages) undo(c *fiber.Ctx) error {
	return p.act(c, func(ctx context.Context, who Caller, id uuid.UUID) error {
		_, err := p.service.Undo(ctx, who, id)
		return err
	})
}

// act does something to an import and leads back to its page, which says what
// became of it or why it was refused.
func (p *pages) act(c *fiber.Ctx, do func(context.Context, Caller, uuid.UUID) error) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	who := caller(c)
	err = do(c.UserContext(), who, id)
	var refused *fault.Fault
	if errors.As(err, &refused) && refused.Code == fault.Conflict {
		i, err := p.service.Get(c.UserContext(), who, id)
		if err != nil {
			return err
		}
		return p.render(c, httpd.Status(refused), i, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, pageOf(who.Town, id), components.Neutral, "")
}

func (p *pages) confirmUndo(c *fiber.Ctx) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	i, err := p.service.Get(c.UserContext(), caller(c), id)
	if err != nil {
		return err
	}
	if !i.CanUndo(p.service.now()) {
		return httpd.Redirect(c, pageOf(caller(c).Town, id), components.Neutral, "")
	}
	d := drawer{c: c, service: p.service}
	return httpd.Render(c, fiber.StatusOK, views.UndoPage(d.undo(i)))
}

// template gives an empty file with the headings the target knows.
func (p *pages) template(c *fiber.Ctx) error {
	about, known := p.service.Describe(c.Query("cible"))
	if !known {
		return fault.New(fault.NotFound, "imports.fault.no_model")
	}
	var headings, examples []string
	if about.Position != PositionNone {
		headings, examples = []string{"longitude", "latitude"}, []string{"", ""}
		if town := httpd.Scope(c).Town; town != nil {
			examples = []string{i18n.Decimal(town.Center.Lon, 5), i18n.Decimal(town.Center.Lat, 5)}
		}
	}
	for _, column := range about.Columns {
		headings = append(headings, column.Name)
		examples = append(examples, column.Example)
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Attachment(strings.ReplaceAll(about.Code, "/", "-") + ".csv")
	return c.SendString(byteOrderMark + csvLine(headings) + csvLine(examples))
}

func (p *pages) points(c *fiber.Ctx) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	points, err := p.service.Points(c.UserContext(), caller(c), id)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/geo+json")
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	return c.Send(points)
}

func (p *pages) problems(c *fiber.Ctx) error { return sendProblems(c, p.service) }
