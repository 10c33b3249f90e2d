package opendata

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/errgroup"

	"acvdata/modules/opendata/dcat"
	"acvdata/modules/opendata/rdf"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/tenants"
)

// syntax is a way to write the catalogue.
type syntax struct {
	extension string
	media     string
	label     string
	write     func(*rdf.Graph, io.Writer) error
}

var syntaxes = []syntax{
	{"ttl", "text/turtle; charset=utf-8", "Turtle", (*rdf.Graph).WriteTurtle},
	{"jsonld", "application/ld+json; charset=utf-8", "JSON-LD", (*rdf.Graph).WriteJSONLD},
	{"rdf", "application/rdf+xml; charset=utf-8", "RDF/XML", (*rdf.Graph).WriteXML},
	{"nt", "application/n-triples; charset=utf-8", "N-Triples", (*rdf.Graph).WriteNTriples},
}

// catalog answers with a page of the town's catalogue, or of the platform's
// where there is no town. It never redirects: harvesters refuse that.
func (m *Module) catalog(s syntax) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, town := c.UserContext(), httpd.Scope(c).Town
		page, err := m.catalogPage(ctx, town, s, c.Query("after"))
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderCacheControl, "public, max-age=300")
		if err := httpd.NotModified(c, etagOf(&page, s)); err != nil || c.Response().StatusCode() == fiber.StatusNotModified {
			return err
		}
		if err := m.addFiles(ctx, town, page.Entries); err != nil {
			return err
		}
		var body bytes.Buffer
		if err := s.write(dcat.Build(ctx, page), &body); err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, s.media)
		c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
		return c.Send(body.Bytes())
	}
}

// etagOf names what a page is made from, so that who has it is told without
// writing it: the program, the town, and all that is said of each dataset.
func etagOf(page *dcat.Catalogue, s syntax) string {
	sum := fnv.New64a()
	_, _ = fmt.Fprintln(sum, builtFrom(), s.extension, page.Self, page.Next, page.Paged, page.Issued, page.Modified, page.Bounds)
	for _, e := range page.Entries {
		d := e.Dataset
		_, _ = fmt.Fprintf(sum, "%s %v %q %q %v %v %d %q\n", e.Key(), e.Town.Changed, d.Metadata, d.Own.Producer, d.Issued, d.Modified, d.Latest, e.Cited)
		if d.Version != nil { // a version's files never change
			_, _ = fmt.Fprintln(sum, d.Version.Number, d.Version.Published)
		}
	}
	if page.Town != nil {
		_, _ = fmt.Fprintln(sum, page.Town.Changed)
	}
	return fmt.Sprintf(`W/"%x"`, sum.Sum64())
}

// builtFrom is the revision of the program: another one may say things otherwise.
var builtFrom = sync.OnceValue(func() string {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return ""
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return info.Main.Version
})

// catalogPage gathers a page: the entries that follow the one named by after, in
// the order of keys that never change, so that nothing moves between pages while
// a harvester reads them.
func (m *Module) catalogPage(ctx context.Context, town *tenants.Tenant, s syntax, after string) (dcat.Catalogue, error) {
	entries, err := m.entries(ctx, town)
	if err != nil {
		return dcat.Catalogue{}, err
	}
	root := m.BaseURL + "/catalog." + s.extension
	if town != nil {
		root = m.BaseURL + town.Path("catalog."+s.extension)
	}
	page := dcat.Catalogue{Base: m.BaseURL, Town: town, Self: root, First: root, Paged: len(entries) > dcat.PageSize}
	page.Issued, page.Modified, page.Bounds = oldest(entries), newest(entries), around(entries)
	if after != "" {
		page.Self = root + "?after=" + url.QueryEscape(after)
		start := slices.IndexFunc(entries, func(e dcat.Entry) bool { return e.Key() > after })
		if start < 0 {
			return page, fault.New(fault.NotFound, "opendata.fault.no_page")
		}
		entries = entries[start:]
	}
	if len(entries) > dcat.PageSize {
		entries = entries[:dcat.PageSize]
		page.Next = root + "?after=" + url.QueryEscape(entries[dcat.PageSize-1].Key())
	}
	page.Entries = entries
	return page, nil
}

// entries lists what everybody may have, in one town or in all, by key.
func (m *Module) entries(ctx context.Context, town *tenants.Tenant) (entries []dcat.Entry, err error) {
	if town == nil {
		return m.platform.entries(ctx, m.entriesOfAll)
	}
	if entries, err = m.entriesOf(ctx, town, m.Datasets.Outline); err != nil {
		return nil, err
	}
	return byKey(entries), nil
}

// addFiles completes a page of a town's catalogue; the platform's is kept whole.
func (m *Module) addFiles(ctx context.Context, town *tenants.Tenant, page []dcat.Entry) error {
	if town == nil {
		return nil
	}
	var own []*datasets.Dataset
	for _, e := range page {
		if e.Foreign == nil { // those of others name their files themselves
			own = append(own, e.Dataset)
		}
	}
	return m.Datasets.AddFiles(ctx, town, own)
}

func (m *Module) entriesOfAll(ctx context.Context) ([]dcat.Entry, error) {
	towns, err := m.Towns.All(ctx)
	if err != nil {
		return nil, err
	}
	perTown := make([][]dcat.Entry, len(towns))
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(townsAtOnce)
	for i, t := range towns {
		group.Go(func() (err error) {
			perTown[i], err = m.entriesOf(within, t, m.Datasets.Open)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return byKey(slices.Concat(perTown...)), nil
}

func byKey(entries []dcat.Entry) []dcat.Entry {
	slices.SortFunc(entries, func(a, b dcat.Entry) int { return strings.Compare(a.Key(), b.Key()) })
	return entries
}

// townsAtOnce bounds the connections one reading of the platform's catalogue
// takes.
const townsAtOnce = 4

// reading is Open or Outline of services/datasets.
type reading func(context.Context, *tenants.Tenant) ([]datasets.Dataset, error)

func (m *Module) entriesOf(ctx context.Context, town *tenants.Tenant, read reading) ([]dcat.Entry, error) {
	if !town.Has("opendata") {
		return nil, nil
	}
	open, err := read(tenants.With(ctx, town), town)
	if err != nil {
		return nil, err
	}
	cited, err := m.referencesOf(ctx, town)
	if err != nil {
		return nil, err
	}
	entries := make([]dcat.Entry, len(open))
	for i := range open {
		entries[i] = dcat.Entry{Town: town, Dataset: &open[i], Cited: cited[open[i].Slug()]}
	}
	others, err := m.foreignEntries(ctx, town)
	return append(entries, others...), err
}

// oldest is over all pages: a reader puts them together, and the catalogue has one
// date.
func oldest(entries []dcat.Entry) (at time.Time) {
	for _, e := range entries {
		if at.IsZero() || e.Dataset.Issued.Before(at) {
			at = e.Dataset.Issued
		}
	}
	return at
}

func newest(entries []dcat.Entry) (at time.Time) {
	for _, e := range entries {
		if e.Dataset.Modified.After(at) {
			at = e.Dataset.Modified
		}
	}
	return at
}

// around is the box of every town with an entry.
func around(entries []dcat.Entry) (box tenants.Bounds) {
	for i, e := range entries {
		b := e.Town.Bounds
		if i == 0 {
			box = b
		}
		box.West, box.South = min(box.West, b.West), min(box.South, b.South)
		box.East, box.North = max(box.East, b.East), max(box.North, b.North)
	}
	return box
}

// dataset finds what the address names, when everybody may have it.
func (m *Module) dataset(c *fiber.Ctx) (*datasets.Dataset, error) {
	return m.Datasets.GetOpen(c.UserContext(), httpd.Scope(c).Town, c.Params("dataset"))
}
