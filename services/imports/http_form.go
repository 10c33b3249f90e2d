package imports

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/httpd"
)

// uploadTime is how long a file may take to arrive: half a gigabyte over a slow
// line. The request's own deadline is for pages.
const uploadTime = 30 * time.Minute

// longestField bounds a field beside the file.
const longestField = 64 << 10

// caller is on whose behalf the request is.
func caller(c *fiber.Ctx) Caller {
	scope := httpd.Scope(c)
	return Caller{Town: scope.Town, Can: scope.Can, Reach: scope.Reach}
}

// importID reads the import of the address; one that is no identifier is not
// found like any other.
func importID(c *fiber.Ctx) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return id, fault.New(fault.NotFound, "imports.fault.not_found", fault.Because(err))
	}
	return id, nil
}

// uploadContext keeps the request's values with an upload's time.
func uploadContext(c *fiber.Ctx) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(c.UserContext()), uploadTime)
}

// receiveForm reads a multipart body as it arrives. accept is called with the
// fields that came before the file and the file itself, which it must read;
// fields holds them all afterwards.
func receiveForm(c *fiber.Ctx, accept func(fields url.Values, name string, file io.Reader) error) (url.Values, error) {
	parts, err := parts(c)
	if err != nil {
		return nil, err
	}
	fields, seen := url.Values{}, false
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fields, cutOff(err)
		}
		if part.FormName() == "file" && !seen {
			seen = true
			if err := accept(fields, part.FileName(), part); err != nil {
				return fields, err
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(part, longestField))
		if err != nil {
			return fields, cutOff(err)
		}
		fields.Add(part.FormName(), string(value))
	}
	if !seen {
		return fields, fault.New(fault.Invalid, "imports.fault.no_file", fault.On("file", "imports.fault.no_file", nil))
	}
	return fields, nil
}

func parts(c *fiber.Ctx) (*multipart.Reader, error) {
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEMultipartForm || params["boundary"] == "" {
		return nil, fault.New(fault.Invalid, "imports.fault.no_file", fault.On("file", "imports.fault.no_file", nil))
	}
	body := c.Context().RequestBodyStream()
	if body == nil { // small bodies may have been read already
		body = bytes.NewReader(c.Body())
	}
	return multipart.NewReader(body, params["boundary"]), nil
}

func cutOff(err error) error {
	return fault.New(fault.Invalid, "imports.fault.cut_off", fault.Because(err))
}
