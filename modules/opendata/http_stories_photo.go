package opendata

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/stories"
	"acvdata/modules/opendata/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/web/components"
)

// photoTime is how long a photograph may take to arrive.
const photoTime = 10 * time.Minute

// paramBlock is the rank of the block a photograph goes into.
const paramBlock = "bloc"

// photoFile gives a photograph of a story: small with ?petite. An address is one
// picture for ever; whether it may still be seen is asked every time.
func (m *Module) photoFile(c *fiber.Ctx) error {
	scope := httpd.Scope(c)
	staff := scope.Route.Audience == module.Workspace
	file, err := m.stories.OpenPhoto(c.UserContext(), scope.Town, c.Params("story"), c.Params("photo"), c.Query("petite") != "", staff)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(file) // at most a few hundred kilobytes: prepared by services/media
	if err != nil {
		return err
	}
	cache := "public, max-age=300"
	if staff {
		cache = "private, max-age=300"
	}
	c.Set(fiber.HeaderCacheControl, cache)
	c.Set(fiber.HeaderContentType, "image/jpeg")
	return c.Send(content)
}

// photoOf is a block's photograph for a page, nil when it has none.
func photoOf(ctx context.Context, town *tenants.Tenant, slug string, b stories.Block, staff bool) *views.Photo {
	if b.Type != stories.Photo || b.Ref == "" {
		return nil
	}
	base := storyPath(slug) + "/photos/" + b.Ref
	if staff {
		base = "espace/" + base
	}
	return &views.Photo{
		Full: town.Path(base), Small: town.Path(base) + "?petite=1", Alt: b.Alt, Width: strconv.Itoa(b.Width), Height: strconv.Itoa(b.Height),
		Credit: i18n.T(ctx, "opendata.photo.credit_line", i18n.V{"Name": b.Credit}),
	}
}

// choosePhoto asks for the photograph of a block and its words.
func (m *Module) choosePhoto(c *fiber.Ctx) error {
	s, err := m.stories.Find(c.UserContext(), httpd.Scope(c).Town, c.Params("story"))
	if err != nil {
		return err
	}
	rank := c.QueryInt(paramBlock, -1)
	if rank < 0 || rank >= len(s.Blocks) || s.Blocks[rank].Type != stories.Photo {
		return fault.New(fault.NotFound, "opendata.fault.no_photo")
	}
	b := s.Blocks[rank]
	return m.renderPhotoForm(c, s, stories.Sent{Revision: s.Revision, Rank: rank, Alt: b.Alt, Credit: b.Credit, Caption: b.Text}, nil)
}

// addPhoto takes the form in: words first, the picture last.
func (m *Module) addPhoto(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), photoTime)
	defer cancel()
	town, slug := httpd.Scope(c).Town, c.Params("story")
	s, err := m.stories.Find(ctx, town, slug)
	if err != nil {
		return err
	}
	none := fault.New(fault.Invalid, "opendata.fault.story", fault.On("file", "opendata.fault.photo_file", nil))
	fields, err := httpd.ReadFile(c, "file", none, func(fields url.Values, r io.Reader) error {
		return m.stories.AddPhoto(ctx, town, slug, sentOf(fields), r)
	})
	var refused *fault.Fault
	if errors.As(err, &refused) && (refused.Code == fault.Invalid || refused.Code == fault.TooLarge || refused.Code == fault.Conflict) {
		return m.renderPhotoForm(c, s, sentOf(fields), refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/"+storyPath(slug)), components.OK, "opendata.photo.added")
}

func sentOf(fields url.Values) stories.Sent {
	p := stories.Sent{Alt: fields.Get("alt"), Credit: fields.Get("credit"), Caption: fields.Get("caption"), Rank: -1}
	p.Revision, _ = strconv.Atoi(fields.Get("revision")) // no number is no revision
	if rank, err := strconv.Atoi(fields.Get(paramBlock)); err == nil {
		p.Rank = rank
	}
	return p
}

func (m *Module) renderPhotoForm(c *fiber.Ctx, s *stories.Story, p stories.Sent, refused *fault.Fault) error {
	ctx, back := c.UserContext(), httpd.Scope(c).Town.Path("espace/"+storyPath(s.Slug))
	title := i18n.T(ctx, "opendata.photo.title")
	view := views.PhotoForm{
		Shell: httpd.Shell(c, title), Title: title, Action: back + "/photo", Back: back,
		Hidden:  components.Hidden{"revision": strconv.Itoa(p.Revision), paramBlock: strconv.Itoa(p.Rank)},
		Alt:     components.Field{Name: "alt", Label: i18n.T(ctx, "opendata.photo.alt"), Hint: i18n.T(ctx, "opendata.photo.alt_hint"), Value: p.Alt, Required: true},
		Credit:  components.Field{Name: "credit", Label: i18n.T(ctx, "opendata.photo.credit"), Hint: i18n.T(ctx, "opendata.photo.credit_hint"), Value: p.Credit, Required: true},
		Caption: components.Field{Name: "caption", Label: i18n.T(ctx, "opendata.story.caption"), Value: p.Caption, Optional: true},
		File: components.Field{
			ID: "fichier", Name: "file", Label: i18n.T(ctx, "opendata.photo.file"), Hint: i18n.T(ctx, "opendata.photo.file_hint"),
			Accept: "image/jpeg,image/png,image/webp", Required: true,
		},
	}
	view.Shell.Crumbs = []components.Crumb{
		{Label: i18n.T(ctx, "opendata.stories.title"), Href: httpd.Scope(c).Town.Path("espace/donnees/recits")}, {Label: s.Title, Href: back}, {Label: title},
	}
	status := fiber.StatusOK
	if refused != nil {
		status = httpd.Status(refused)
		view.Errors = photoErrors(c, &view, refused)
	}
	return httpd.Render(c, status, views.PhotoFormPage(view))
}

// photoErrors puts what is wrong on its field: what is said of the picture as a
// whole belongs to the file.
func photoErrors(c *fiber.Ctx, view *views.PhotoForm, refused *fault.Fault) (list []components.FieldError) {
	messages := httpd.FieldMessages(c, refused)
	if len(messages) == 0 && refused.Code == fault.Conflict {
		return []components.FieldError{{Message: httpd.Message(c, refused)}}
	}
	if len(messages) == 0 {
		messages = map[string]string{"file": httpd.Message(c, refused)}
	}
	for _, f := range []*components.Field{&view.Alt, &view.Credit, &view.File} {
		if f.Error = messages[f.Name]; f.Error != "" {
			list = append(list, components.FieldError{ID: cmp.Or(f.ID, f.Name), Message: f.Error})
		}
	}
	return list
}
