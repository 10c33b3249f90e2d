package imports

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/tableschema"
	"acvdata/web/components"
)

// chooseSchema takes the form that says which schema the file is checked against:
// a file, an address, or one that the town knows, in that order.
func (p *pages) chooseSchema(c *fiber.Ctx) error {
	ctx, cancel := uploadContext(c)
	defer cancel()
	id, err := importID(c)
	if err != nil {
		return err
	}
	var sent []byte
	fields, err := receiveForm(c, func(_ url.Values, _ string, file io.Reader) (err error) {
		sent, err = io.ReadAll(io.LimitReader(file, tableschema.MostBytes+1))
		return err
	})
	if err != nil && fault.From(err).Key != "imports.fault.no_file" {
		return err
	}
	who := caller(c)
	err = p.takeSchema(ctx, who, id, sent, fields)
	var refused *fault.Fault
	if errors.As(err, &refused) && (refused.Code == fault.Invalid || refused.Code == fault.Conflict) {
		i, err := p.service.Get(ctx, who, id)
		if err != nil {
			return err
		}
		return p.render(c, httpd.Status(refused), i, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, pageOf(who.Town, id)+"?etape=colonnes#schema", components.Neutral, "")
}

func (p *pages) takeSchema(ctx context.Context, who Caller, id uuid.UUID, sent []byte, fields url.Values) error {
	address := strings.TrimSpace(fields.Get("address"))
	var err error
	switch known := fields.Get("known"); {
	case len(sent) > 0:
		_, err = p.service.SchemaFromFile(ctx, who, id, sent)
	case address != "":
		_, err = p.service.SchemaFromAddress(ctx, who, id, address)
	case known != "":
		chosen, bad := uuid.Parse(known)
		if bad != nil {
			return fault.New(fault.Invalid, "imports.fault.no_schema", fault.On("known", "imports.fault.no_schema", nil), fault.Because(bad))
		}
		_, err = p.service.KnownSchema(ctx, who, id, chosen)
	default:
		return fault.New(fault.Invalid, "imports.fault.schema_missing", fault.On("address", "imports.fault.schema_missing", nil))
	}
	return err
}

// dropSchema has the file checked against no schema.
func (p *pages) dropSchema(c *fiber.Ctx) error {
	return p.act(c, func(ctx context.Context, who Caller, id uuid.UUID) error {
		_, err := p.service.KnownSchema(ctx, who, id, uuid.Nil)
		return err
	})
}

func (p *pages) rejected(c *fiber.Ctx) error { return sendRejected(c, p.service) }

func (a *api) rejected(c *fiber.Ctx) error { return sendRejected(c, a.service) }

func (p *pages) reportJSON(c *fiber.Ctx) error { return sendReport(c, p.service) }

func (a *api) report(c *fiber.Ctx) error { return sendReport(c, a.service) }

// say writes messages in the language of the request.
func say(ctx context.Context) tableschema.Translate {
	return func(key string, args map[string]any) string { return i18n.T(ctx, key, i18n.V(args)) }
}

// sendReport gives the report in Validata's shape.
func sendReport(c *fiber.Ctx, s *Service) error {
	_, report, err := reportOf(c, s)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(report.Document(say(c.UserContext())), "", "  ")
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	return c.Send(text)
}

func reportOf(c *fiber.Ctx, s *Service) (*Import, *tableschema.Report, error) {
	id, err := importID(c)
	if err != nil {
		return nil, nil, err
	}
	i, err := s.Get(c.UserContext(), caller(c), id)
	if err != nil {
		return nil, nil, err
	}
	report, err := s.Report(c.UserContext(), caller(c), id)
	return i, report, err
}

// reportCSV gives the errors listed as a table for spreadsheets.
func (p *pages) reportCSV(c *fiber.Ctx) error {
	i, report, err := reportOf(c, p.service)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	t := func(key string) string { return i18n.T(ctx, key) }
	var b strings.Builder
	b.WriteString(byteOrderMark)
	b.WriteString(csvLine([]string{t("imports.csv.line"), t("imports.csv.column"), t("imports.csv.value"), t("imports.csv.type"), t("imports.csv.problem")}))
	for _, e := range report.Errors {
		line := ""
		if e.Row > 0 {
			line = strconv.Itoa(e.Row)
		}
		b.WriteString(csvLine([]string{line, e.Field, e.Cell, e.Type, i18n.T(ctx, e.Key, i18n.V(e.Args))}))
	}
	sendsCSV(c, "schema-"+i.File.Name)
	return c.SendString(b.String())
}
