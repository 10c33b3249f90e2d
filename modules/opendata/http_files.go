package opendata

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/blob"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/tenants"
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

// stream gives the rows of now, as one file of a known tag: the same question to
// the same rows makes the same bytes.
func (m *Module) stream(c *fiber.Ctx, d *datasets.Dataset, f datasets.Format, filter datasets.Filter) error {
	ctx, town, slug := c.UserContext(), httpd.Scope(c).Town, d.Slug()
	source, err := m.Datasets.Source(ctx, town, slug)
	if err != nil {
		return err
	}
	var fresh datasets.Freshness
	err = m.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		fresh, err = source.Changed(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	attach(c, slug, f)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	etag := exportTag(town, d, fresh.Version, f, string(c.Context().URI().QueryString()))
	return httpd.Resume(c, etag, func(ctx context.Context, w io.Writer) error {
		return m.Datasets.Stream(ctx, town, slug, f.Name, filter, w)
	})
}

// release tells builds of the program apart.
var release = func() string {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" || s.Key == "vcs.time" {
			return info.Main.Version + s.Value
		}
	}
	return info.Main.Version
}()

// exportTag names the bytes of an export. What is written about the dataset may
// change without its rows, and the program that writes with a release.
func exportTag(town *tenants.Tenant, d *datasets.Dataset, version int64, f datasets.Format, question string) string {
	about := fmt.Sprintf("%s/%s/%d/%s.%s?%s %v %s", town.ID, d.Slug(), version, d.Source.Shape(), f.Name, question, d.Metadata, release)
	return strings.TrimPrefix(tagOf(about), "W/")
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
	return httpd.SendRange(c, opened, about.Size, etag)
}

func closing(f blob.File, err error) error {
	_ = f.Close()
	return err
}

// attach names the file for whoever saves it, and lets any site read it: the
// data is open.
func attach(c *fiber.Ctx, slug string, f datasets.Format) {
	c.Set(fiber.HeaderContentType, f.MediaType)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+httpd.Scope(c).Town.Slug+"-"+slug+"."+f.Name+`"`)
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
}
