package opendata

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/rows"
	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/httpd"
)

// asked is a question with what it is asked of.
type asked struct {
	*rows.Question
	dataset *datasets.Dataset
	source  datasets.Source
	query   url.Values
}

// ask reads the question of a request.
func (m *Module) ask(ctx context.Context, c *fiber.Ctx, read func(context.Context, datasets.Description, url.Values) (*rows.Question, error)) (a asked, err error) {
	if a.dataset, a.source, err = m.Datasets.Reach(ctx, httpd.Scope(c).Town, c.Params("dataset")); err != nil {
		return a, err
	}
	if !httpd.Allowed(c, ReadPermission) {
		if err := a.dataset.Closed(); err != nil {
			return a, err
		}
	}
	if a.query, err = url.ParseQuery(string(c.Context().URI().QueryString())); err != nil {
		return a, fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	a.Question, err = read(ctx, a.dataset.Source, a.query)
	return a, err
}

// apiRows answers a question about the rows of a dataset. One transaction for all
// of it: what is asked may not be withdrawn meanwhile.
func (m *Module) apiRows(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	var body []byte
	etag := ""
	err := m.DB.ReadTenant(c.UserContext(), town.ID, func(ctx context.Context, tx *db.Tx) error {
		q, err := m.ask(ctx, c, rows.Read)
		if err != nil {
			return err
		}
		fresh, err := q.source.Changed(ctx, tx)
		if err != nil {
			return err
		}
		key := fmt.Sprintf("%s/%s/%d/%s?%s", town.ID, q.dataset.Slug(), fresh.Version, q.dataset.Source.Shape(), q.query.Encode())
		if etag = tagOf(key); etag == c.Get(fiber.HeaderIfNoneMatch) {
			return nil
		}
		table, chosen, err := m.choose(ctx, tx, q, fresh.Version)
		if err == nil {
			body = q.Answer(table, chosen)
		}
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

// apiFile gives the answer as a file of any format, without a limit.
func (m *Module) apiFile(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	q, err := m.ask(ctx, c, rows.ReadFile)
	if err != nil {
		return err
	}
	format, ok := datasets.FormatOf(q.Describe(q.source.Describe()), c.Params("format"))
	if !ok {
		return fault.New(fault.NotFound, "datasets.fault.format", fault.With(fault.Args{"Format": c.Params("format")}))
	}
	var d datasets.Description
	var table *columns.Table
	var chosen []uint32
	etag := ""
	err = m.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		fresh, err := q.source.Changed(ctx, tx)
		if err != nil {
			return err
		}
		etag = exportTag(town, q.dataset, fresh.Version, format, q.query.Encode())
		if d, err = m.Datasets.Described(ctx, tx, town, q.source); err == nil {
			table, chosen, err = m.choose(ctx, tx, q, fresh.Version)
		}
		return err
	})
	if err != nil {
		return err
	}
	attach(c, q.dataset.Slug(), format)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	return httpd.Resume(c, etag, func(_ context.Context, w io.Writer) error {
		return datasets.Write(w, format, q.Describe(d), func(yield func(datasets.Row) error) error {
			return q.File(table, chosen, yield)
		})
	})
}

// choose gives the rows of a version that a question is about.
func (m *Module) choose(ctx context.Context, tx *db.Tx, q asked, version int64) (*columns.Table, []uint32, error) {
	table, err := m.Columns.Table(ctx, tx, q.source, version)
	if err != nil {
		return nil, nil, err
	}
	key := question(tx.Tenant().String(), q.dataset.Slug(), version, q.query)
	chosen, err := m.Columns.Rows(key, func() ([]uint32, error) { return q.Choose(table), nil })
	return table, chosen, err
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
