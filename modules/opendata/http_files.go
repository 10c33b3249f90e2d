package opendata

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/blob"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
)

// export gives the file of the newest version, or the rows of now that a filter
// lets through. Staff may export what is not published yet.
func (m *Module) export(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	mayPreview := d.Source.Permission != "" && httpd.Allowed(c, d.Source.Permission)
	if !d.Open() && !mayPreview {
		_, err := m.Datasets.GetOpen(ctx, town, d.Slug())
		return err
	}
	format, ok := datasets.FormatOf(d.Source, c.Params("format"))
	if !ok {
		return fault.New(fault.NotFound, "datasets.fault.format", fault.With(fault.Args{"Format": c.Params("format")}))
	}
	values, err := url.ParseQuery(string(c.Context().URI().QueryString()))
	if err != nil {
		return fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	filter, err := datasets.ParseFilter(d.Source, values)
	if err != nil {
		return err
	}
	if d.Open() && filter.Whole() {
		return m.send(c, d, d.Version, format, cacheShortly)
	}
	return m.stream(c, d, format, filter)
}

// What caches may do with a file: a version never changes, the newest one does.
const (
	cacheForever = "public, max-age=31536000, immutable"
	cacheShortly = "public, max-age=0, must-revalidate"
)

func (m *Module) stream(c *fiber.Ctx, d *datasets.Dataset, f datasets.Format, filter datasets.Filter) error {
	town, slug := httpd.Scope(c).Town, d.Slug()
	attach(c, d.Slug(), f)
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	if c.Method() == fiber.MethodHead {
		return nil
	}
	return httpd.Stream(c, func(ctx context.Context, w io.Writer) error {
		return m.Datasets.Stream(ctx, town, slug, f.Name, filter, w)
	})
}

// file gives a file of one version: /versions/3/arbres.csv.
func (m *Module) file(c *fiber.Ctx) error {
	d, v, err := m.versionOf(c)
	if err != nil {
		return err
	}
	name, ok := strings.CutPrefix(c.Params("file"), d.Slug()+".")
	if of, about := strings.CutSuffix(name, metadataSuffix); ok && about {
		return sendTableMetadata(c, d, of, d.Slug()+"."+of)
	}
	format, known := datasets.FormatOf(d.Source, name)
	if !ok || !known {
		return fault.New(fault.NotFound, "datasets.fault.format", fault.With(fault.Args{"Format": name}))
	}
	return m.send(c, d, v, format, cacheForever)
}

// versionOf finds the version an address names.
func (m *Module) versionOf(c *fiber.Ctx) (*datasets.Dataset, *datasets.Version, error) {
	d, err := m.dataset(c)
	if err != nil {
		return nil, nil, err
	}
	number, err := strconv.Atoi(c.Params("number"))
	if err != nil {
		return nil, nil, fault.New(fault.NotFound, "datasets.fault.unknown_version", fault.With(fault.Args{"Number": c.Params("number")}))
	}
	v, err := m.Datasets.Find(c.UserContext(), httpd.Scope(c).Town, d, number)
	return d, v, err
}

// send gives a file of a version, or the part of it that was asked for. Its
// checksum is its ETag.
func (m *Module) send(c *fiber.Ctx, d *datasets.Dataset, v *datasets.Version, f datasets.Format, cache string) error {
	opened, about, err := m.Datasets.OpenFile(c.UserContext(), httpd.Scope(c).Town, d, v, f.Name)
	if err != nil {
		return err
	}
	attach(c, d.Slug(), f)
	describedBy(c, f)
	c.Set(fiber.HeaderCacheControl, cache)
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	c.Set(fiber.HeaderLastModified, v.Published.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))
	c.Set("Repr-Digest", "sha-256=:"+base64Of(about.SHA256)+":")
	etag := `"` + hex.EncodeToString(about.SHA256[:16]) + `"`
	if err := httpd.NotModified(c, etag); err != nil || c.Response().StatusCode() == fiber.StatusNotModified {
		return closing(opened, err)
	}
	if c.Method() == fiber.MethodHead {
		c.Response().SkipBody = true
		c.Response().Header.SetContentLength(int(about.Size))
		return opened.Close()
	}
	return sendRange(c, opened, about.Size, etag)
}

func closing(f blob.File, err error) error {
	_ = f.Close()
	return err
}

// sendRange answers with one part when one was asked for, of the same file as
// before (If-Range), else with all of it.
func sendRange(c *fiber.Ctx, file blob.File, size int64, etag string) error {
	asked := c.Get(fiber.HeaderRange)
	if known := c.Get(fiber.HeaderIfRange); known != "" && known != etag {
		asked = ""
	}
	start, length, ok := parseRange(asked, size)
	if !ok {
		_ = file.Close()
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", size))
		return c.SendStatus(fiber.StatusRequestedRangeNotSatisfiable)
	}
	if length < size {
		c.Status(fiber.StatusPartialContent)
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", start, start+length-1, size))
	}
	c.Context().SetBodyStream(part{io.NewSectionReader(file, start, length), file}, int(length))
	return nil
}

// part reads a part of a file and closes the file: the server closes what it
// streams.
type part struct {
	io.Reader
	io.Closer
}

// parseRange reads "bytes=first-last". What is not one simple range is ignored,
// as the standard allows; ok is false for one beyond the end.
func parseRange(header string, size int64) (start, length int64, ok bool) {
	bounds, isBytes := strings.CutPrefix(header, "bytes=")
	first, last, isRange := strings.Cut(bounds, "-")
	if !isBytes || !isRange || strings.Contains(bounds, ",") {
		return 0, size, true
	}
	from, errFrom := strconv.ParseInt(first, 10, 64)
	to, errTo := strconv.ParseInt(last, 10, 64)
	switch {
	case first == "" && errTo == nil: // the last bytes
		to = min(to, size)
		return size - to, to, to > 0
	case errFrom != nil || from < 0 || last != "" && errTo != nil:
		return 0, size, true
	case last == "" || to >= size:
		to = size - 1
	}
	if from >= size || to < from {
		return 0, 0, false
	}
	return from, to - from + 1, true
}

// attach names the file for whoever saves it, and lets any site read it: the
// data is open.
func attach(c *fiber.Ctx, slug string, f datasets.Format) {
	c.Set(fiber.HeaderContentType, f.MediaType)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+httpd.Scope(c).Town.Slug+"-"+slug+"."+f.Name+`"`)
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
}
