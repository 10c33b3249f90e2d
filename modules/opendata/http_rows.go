package opendata

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/rows"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/httpd"
)

// apiRows answers a question about the rows of a dataset.
func (m *Module) apiRows(c *fiber.Ctx) error {
	d, err := m.visible(c)
	if err != nil {
		return err
	}
	query, err := url.ParseQuery(string(c.Context().URI().QueryString()))
	if err != nil {
		return fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	source, err := m.Datasets.Source(ctx, town, d.Slug())
	if err != nil {
		return err
	}
	q, err := rows.Read(ctx, source.Describe(), query)
	if err != nil {
		return err
	}
	var body []byte
	etag := ""
	err = m.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		fresh, err := source.Changed(ctx, tx)
		if err != nil {
			return err
		}
		key := fmt.Sprintf("%s/%s/%d?%s", town.ID, d.Slug(), fresh.Version, query.Encode())
		if etag = tagOf(key); etag == c.Get(fiber.HeaderIfNoneMatch) {
			return nil
		}
		body, err = m.answer(ctx, tx, source, q, fresh.Version, question(town.ID.String(), d.Slug(), fresh.Version, query))
		return err
	})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*") // without credentials: what residents see
	if err := httpd.NotModified(c, etag); err != nil || c.Response().StatusCode() == fiber.StatusNotModified {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return c.Send(body)
}

func (m *Module) answer(ctx context.Context, tx *db.Tx, source datasets.Source, q *rows.Question, version int64, key string) ([]byte, error) {
	table, err := m.Columns.Table(ctx, tx, source, version)
	if err != nil {
		return nil, err
	}
	chosen, err := m.Columns.Rows(key, func() ([]uint32, error) { return q.Choose(table), nil })
	if err != nil {
		return nil, err
	}
	return q.Answer(table, chosen), nil
}

// question names the rows that are chosen, whatever the page.
func question(town, slug string, version int64, query url.Values) string {
	whole := url.Values{}
	maps.Copy(whole, query)
	whole.Del("limit")
	whole.Del("offset")
	return fmt.Sprintf("rows %s/%s/%d?%s", town, slug, version, whole.Encode())
}

func tagOf(key string) string {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(key))
	return `W/"` + strconv.FormatUint(sum.Sum64(), 36) + `"`
}
