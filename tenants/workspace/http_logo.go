package workspace

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/tenants/branding"
	"acvdata/tenants/directory"
)

// saveLogo takes a picture in and shows it as the town's logo from then on.
func (w *Workspace) saveLogo(c *fiber.Ctx) error {
	values, file, err := receivePicture(c)
	if err != nil {
		return w.refuseLogo(c, err)
	}
	town := httpd.Scope(c).Town
	name, err := w.deps.Logos.Keep(c.UserContext(), town.ID, bytes.NewReader(file))
	if err != nil {
		return w.refuseLogo(c, err)
	}
	return w.changeLogo(c, values, name)
}

// refuseLogo shows the page again with what is wrong with the picture.
func (w *Workspace) refuseLogo(c *fiber.Ctx, err error) error {
	f := fault.From(err)
	if f.Code != fault.Invalid && f.Code != fault.TooLarge {
		return err
	}
	return w.showPortal(c, httpd.Status(f), directory.ChoicesOf(httpd.Scope(c).Town), f)
}

// dropLogo takes the logo off the portal.
func (w *Workspace) dropLogo(c *fiber.Ctx) error {
	values, err := form(c)
	if err != nil {
		return err
	}
	return w.changeLogo(c, values, "")
}

func (w *Workspace) changeLogo(c *fiber.Ctx, values url.Values, name string) error {
	var before string
	err := w.settle(c, values, portalPath, "workspace.settings.saved", func(ctx context.Context, tx *db.Tx, choices *directory.Choices) error {
		before, choices.Logo = choices.Logo, name
		if before == name {
			return nil
		}
		return audit.Record(ctx, tx, "workspace.texts", subject(c), map[string]any{"texts": []string{"logo"}})
	})
	unused := before
	if err != nil {
		unused = name // somebody else was faster: what was sent is shown nowhere
	}
	if unused == "" || unused == before && before == name || err != nil && name == httpd.Scope(c).Town.Logo {
		return err
	}
	return errors.Join(err, w.deps.Logos.Drop(c.UserContext(), httpd.Scope(c).Town.ID, unused))
}

// receivePicture reads a multipart form of a few fields and one small file. Its
// body is refused as soon as it is too heavy.
func receivePicture(c *fiber.Ctx) (url.Values, []byte, error) {
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEMultipartForm {
		return nil, nil, fault.New(fault.Invalid, "workspace.fault.form", fault.Because(err))
	}
	body := c.Context().RequestBodyStream()
	if body == nil { // small bodies may have been read already
		body = bytes.NewReader(c.Body())
	}
	values, file := url.Values{}, []byte(nil)
	parts := multipart.NewReader(io.LimitReader(body, branding.LogoBytes+1<<20), params["boundary"])
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return values, file, nil
		case err != nil:
			return nil, nil, fault.New(fault.Invalid, "workspace.fault.form", fault.Because(err))
		}
		content, err := readPart(part)
		if err != nil {
			return nil, nil, err
		}
		if part.FormName() == "file" {
			if file = content; len(file) > branding.LogoBytes {
				return values, file, nil // refused for its weight: the rest is not worth reading
			}
			continue
		}
		values.Add(part.FormName(), strings.TrimSpace(string(content)))
	}
}

// readPart reads one byte more than a logo may have, for who measures it.
func readPart(part *multipart.Part) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(part, branding.LogoBytes+1))
	if err != nil {
		return nil, fault.New(fault.Invalid, "workspace.fault.form", fault.Because(err))
	}
	return content, nil
}
