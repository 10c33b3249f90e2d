package httpd

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/fault"
)

// longestField bounds a text beside a file, in bytes.
const longestField = 8 << 10

// ReadFile reads the multipart body of an Upload route as it arrives: texts
// first, as forms send them, then the file of the field named file, which accept
// reads as far as it wants. It gives the texts that came before the file, even
// with an error. Without a file the error is none; a body cut short is an
// invalid fault.
func ReadFile(c *fiber.Ctx, file string, none error, accept func(url.Values, io.Reader) error) (url.Values, error) {
	fields := url.Values{}
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEMultipartForm || params["boundary"] == "" {
		return fields, none
	}
	body := c.Context().RequestBodyStream()
	if body == nil { // small bodies may have been read already
		body = bytes.NewReader(c.Body())
	}
	parts := multipart.NewReader(body, params["boundary"])
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return fields, none
		case err != nil:
			return fields, fault.New(fault.Invalid, "httpd.fault.cut_off", fault.Because(err))
		case part.FormName() == file && part.FileName() == "":
			return fields, none
		case part.FormName() == file:
			return fields, accept(fields, part)
		}
		value, err := io.ReadAll(io.LimitReader(part, longestField))
		if err != nil {
			return fields, fault.New(fault.Invalid, "httpd.fault.cut_off", fault.Because(err))
		}
		fields.Add(part.FormName(), strings.TrimSpace(string(value)))
	}
}
