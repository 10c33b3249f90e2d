package atlas

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/modules/atlas/views"
	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/media"
	"acvdata/services/module"
	"acvdata/web/components"
)

const paramPhoto = "photo"

// mountPhotos registers photographs: files for everybody and for staff, and what
// staff does with them.
func (m *Module) mountPhotos(r module.Router) {
	r.Public.Get("/"+LayerID+"/photos/:"+paramPhoto, authz.Public(), m.shownPhotoFile)
	r.Workspace.Get("/"+LayerID+"/photos/:"+paramPhoto, authz.Can(PermissionRead), m.photoFile)
	r.Workspace.Upload("/"+LayerID+"/:"+paramNumber+"/photo", authz.Can(PermissionEdit), m.addPhoto)
	r.Workspace.Post("/"+LayerID+"/:"+paramNumber+"/photo/:"+paramPhoto+"/supprimer", authz.Can(PermissionEdit), m.removePhoto)
}

// shownPhotoFile gives a photograph that everybody may see.
func (m *Module) shownPhotoFile(c *fiber.Ctx) error {
	return sendPhoto(c, func(id uuid.UUID, small bool) (blob.File, error) {
		return m.service.OpenShownPhoto(c.UserContext(), httpd.Scope(c).Town.ID, id, small)
	})
}

// photoFile gives a photograph to the town's staff.
func (m *Module) photoFile(c *fiber.Ctx) error {
	return sendPhoto(c, func(id uuid.UUID, small bool) (blob.File, error) {
		scope := httpd.Scope(c)
		return m.service.OpenPhoto(c.UserContext(), scope.Town.ID, scope.Reach(PermissionRead), id, small)
	})
}

// sendPhoto gives a photograph: small with ?petite. Each address is one picture
// for ever; whether it may still be seen is asked every time.
func sendPhoto(c *fiber.Ctx, open func(id uuid.UUID, small bool) (blob.File, error)) error {
	id, err := uuid.Parse(c.Params(paramPhoto))
	if err != nil {
		return fault.New(fault.NotFound, "fault.not_found", fault.Because(err))
	}
	file, err := open(id, c.Query("petite") != "")
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	c.Set(fiber.HeaderContentType, "image/jpeg")
	c.Set(fiber.HeaderCacheControl, "private, max-age=300")
	return sendWhole(c, file)
}

func sendWhole(c *fiber.Ctx, file blob.File) error {
	content, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	return c.Send(content)
}

// addPhoto takes the form of a photograph: words first, the picture last.
func (m *Module) addPhoto(c *fiber.Ctx) error {
	g := newGuide(c)
	o, err := m.recordOf(c, PermissionEdit)
	if err != nil {
		return err
	}
	photo, picture, err := readPhoto(c)
	if err == nil {
		err = m.service.AddPhoto(g.ctx, g.town.ID, httpd.Scope(c).Reach(PermissionEdit), o.Number, photo, picture)
	}
	if refused := fault.From(err); refused != nil && (refused.Code == fault.Invalid || refused.Code == fault.TooLarge) {
		return m.showRecord(c, o, refused, photo)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, g.numbered(o.Number, ""), components.OK, "atlas.photo.saved")
}

// longestField bounds the words of the form.
const longestField = 4 << 10

func readPhoto(c *fiber.Ctx) (p Photo, picture media.Picture, err error) {
	form, err := multipartOf(c)
	if err != nil {
		return p, picture, err
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return p, picture, noPicture(nil)
		}
		if err != nil {
			return p, picture, noPicture(err)
		}
		if part.FormName() == fieldPhoto {
			if part.FileName() == "" {
				return p, picture, noPicture(nil)
			}
			picture, err = media.Prepare(part, media.Limits{})
			return p, picture, err
		}
		value, err := io.ReadAll(io.LimitReader(part, longestField))
		if err != nil {
			return p, picture, noPicture(err)
		}
		text := strings.TrimSpace(string(value))
		switch part.FormName() {
		case fieldAlt:
			p.Alt = text
		case fieldCredit:
			p.Credit = text
		case fieldPublic:
			p.Public = text == yes
		}
	}
}

func noPicture(cause error) error {
	return fault.New(fault.Invalid, "atlas.fault.photo", fault.On(fieldPhoto, "atlas.fault.field_photo", nil), fault.Because(cause))
}

func multipartOf(c *fiber.Ctx) (*multipart.Reader, error) {
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEMultipartForm || params["boundary"] == "" {
		return nil, noPicture(err)
	}
	body := c.Context().RequestBodyStream()
	if body == nil { // small bodies may have been read already
		body = bytes.NewReader(c.Body())
	}
	return multipart.NewReader(body, params["boundary"]), nil
}

func (m *Module) removePhoto(c *fiber.Ctx) error {
	g := newGuide(c)
	o, err := m.recordOf(c, PermissionEdit)
	if err != nil {
		return err
	}
	id, err := uuid.Parse(c.Params(paramPhoto))
	if err != nil {
		return fault.New(fault.NotFound, "fault.not_found", fault.Because(err))
	}
	if err := m.service.RemovePhoto(g.ctx, g.town.ID, httpd.Scope(c).Reach(PermissionEdit), o.Number, id); err != nil {
		return err
	}
	return httpd.Redirect(c, g.numbered(o.Number, ""), components.OK, "atlas.photo.removed")
}

// photos draws photographs; base is where their files are.
func (g *guide) photos(list []Photo, base string) []views.Photo {
	out := make([]views.Photo, len(list))
	for i, p := range list {
		out[i] = views.Photo{
			Small: g.town.Path(base + "/photos/" + p.ID.String() + "?petite=1"), Full: g.town.Path(base + "/photos/" + p.ID.String()),
			Alt: p.Alt, Credit: g.t("atlas.photo.credit", i18n.V{"Name": p.Credit}), Width: itoa(p.Width), Height: itoa(p.Height), Private: !p.Public,
		}
	}
	return out
}

// photoForm draws the form of a photograph, with what is wrong with it.
func (g *guide) photoForm(number int64, typed Photo, refused *fault.Fault) *views.PhotoForm {
	wrong := map[string]string{}
	f := &views.PhotoForm{Action: g.numbered(number, "/photo")}
	if refused != nil {
		wrong = httpd.FieldMessages(g.c, refused)
		if len(wrong) == 0 { // the picture itself
			wrong[fieldPhoto] = httpd.Message(g.c, refused)
		}
		for _, field := range []string{fieldAlt, fieldCredit, fieldPhoto} {
			if wrong[field] != "" {
				f.Faults = append(f.Faults, components.FieldError{ID: field, Message: wrong[field]})
			}
		}
	}
	f.Alt = components.Field{Name: fieldAlt, Label: g.t("atlas.photo.alt"), Hint: g.t("atlas.photo.alt_hint"), Required: true, Value: typed.Alt, Error: wrong[fieldAlt]}
	f.Credit = components.Field{Name: fieldCredit, Label: g.t("atlas.photo.author"), Required: true, Value: typed.Credit, Error: wrong[fieldCredit]}
	f.Public = components.Field{Name: fieldPublic, Label: g.t("atlas.photo.public"), Hint: g.t("atlas.photo.public_hint"), Value: yes, Checked: typed.Public}
	f.File = components.Field{Name: fieldPhoto, Label: g.t("atlas.photo.file"), Hint: g.t("atlas.photo.file_hint"), Accept: "image/jpeg,image/png,image/webp", Required: true, Error: wrong[fieldPhoto]}
	return f
}
