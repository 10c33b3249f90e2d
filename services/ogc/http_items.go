package ogc

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/tenants"
)

// Pages of items.
const (
	defaultLimit   = 10
	maxLimit       = 10_000
	parameterAfter = "after"
	parameterLimit = "limit"
)

// page is a page of items on its way out.
type page struct {
	dataset *datasets.Dataset
	town    *tenants.Tenant
	query   url.Values // as asked, without f
	filter  datasets.Filter
	asked   asked
	fresh   datasets.Freshness
	matched int64 // rows on all pages, or uncounted
	form    *datasets.Features
	body    []byte         // the features as JSON, separated by commas
	rows    []datasets.Row // the rows, for a page for people
	people  bool
	count   int
	next    string // cursor of the next page, "" on the last
}

func (s *Service) listItems(c *fiber.Ctx) error {
	form, query, err := representation(c)
	if err != nil {
		return err
	}
	r, p := readerOf(c), &page{query: query, people: form == asHTML}
	etag := ""
	// One transaction for all of it: what is asked may not be withdrawn meanwhile.
	err = s.DB.ReadTenant(c.UserContext(), r.town.ID, func(ctx context.Context, tx *db.Tx) error {
		d, source, err := s.features(ctx, r, c.Params("collection"))
		if err != nil {
			return err
		}
		p.dataset, p.town, p.form = d, r.town, datasets.NewFeatures(d.Source)
		if err := p.parse(ctx, d.Source); err != nil {
			return err
		}
		known := c.Get(fiber.HeaderIfNoneMatch)
		if p.people {
			known = "" // its words may have changed
		}
		etag, err = s.readItems(ctx, tx, source, p, known)
		return err
	})
	if err != nil {
		return badRequest(err)
	}
	if form == asHTML {
		return s.itemsPage(c, p)
	}
	keep(c, p.dataset.Open())
	if err := httpd.NotModified(c, etag); err != nil || c.Response().StatusCode() == fiber.StatusNotModified {
		return err
	}
	c.Set(fiber.HeaderContentType, mediaGeoJSON)
	c.Set(headerCRS, "<"+p.asked.crs.uri+">")
	return c.Send(s.collectionOf(p))
}

// parse reads limit, after, what asked holds and the fields by their names, and
// leaves the rest to the dataset's filter.
func (p *page) parse(ctx context.Context, d datasets.Description) (err error) {
	rest := url.Values{}
	maps.Copy(rest, p.query)
	for _, name := range append([]string{parameterLimit, parameterAfter}, askedParameters...) {
		if len(rest[name]) > 1 {
			return refused("datasets.fault.repeated_parameter", name)
		}
	}
	fields := columns.Fields(d)
	if p.asked, err = readAsked(ctx, fields, func(name string) bool { return columns.Sortable(fields, name) }, rest); err != nil {
		return err
	}
	if d.Geometry == datasets.Point {
		if err := p.asked.place(rest); err != nil {
			return err
		}
	}
	for _, name := range append([]string{parameterLimit, parameterAfter}, askedParameters...) {
		rest.Del(name)
	}
	named, err := narrow(d, rest)
	if err != nil {
		return err
	}
	p.asked.filter = every(p.asked.filter, named)
	if p.filter, err = datasets.ParseFilter(d, rest); err != nil {
		return err
	}
	p.filter.After, p.filter.Limit = p.query.Get(parameterAfter), defaultLimit
	if given, present := p.query[parameterLimit]; present {
		p.filter.Limit, err = limitOf(given[0])
	}
	return err
}

func limitOf(said string) (int, error) {
	n, err := strconv.Atoi(said)
	if err != nil || n < 1 {
		return 0, refused("ogc.fault.limit", parameterLimit)
	}
	return min(n, maxLimit), nil
}

// readItems fills the page, unless the client already has it.
func (s *Service) readItems(ctx context.Context, tx *db.Tx, o datasets.Source, p *page, known string) (etag string, err error) {
	if p.fresh, err = o.Changed(ctx, tx); err != nil {
		return "", err
	}
	if etag = p.etag(); known == etag {
		return etag, nil
	}
	if p.asked.ofColumns() {
		return etag, s.readChosen(ctx, tx, o, p)
	}
	more, cursor := p.filter, ""
	more.Limit++ // one more row tells whether there is a next page
	err = o.Rows(ctx, tx, more, func(r datasets.Row) error {
		if p.count == p.filter.Limit {
			p.next = cursor
			return nil
		}
		cursor = r.Cursor
		return p.add(r)
	})
	if err != nil {
		return "", err
	}
	p.matched, err = s.count(ctx, tx, o, p)
	return etag, err
}

// add puts a row into the page.
func (p *page) add(r datasets.Row) error {
	p.count++
	if p.people {
		r.Values = slices.Clone(r.Values)
		p.rows = append(p.rows, r)
		return nil
	}
	r, err := p.asked.crs.write(r)
	if err != nil {
		return err
	}
	if p.count > 1 {
		p.body = append(p.body, ',', '\n')
	}
	p.body = p.form.Append(p.body, r)
	return nil
}

// The rows of a box are counted no further than mostCounted: beyond, counting would
// cost more than the page, and the page tells no total (uncounted).
const (
	mostCounted = 300
	uncounted   = -1
)

// count is how many rows the filter matches. It is asked once per filter and
// version of the data: on a million rows it costs more than the page.
func (s *Service) count(ctx context.Context, tx *db.Tx, o datasets.Source, p *page) (int64, error) {
	if p.filter.After == "" && p.next == "" {
		return int64(p.count), nil
	}
	key := p.key()
	if n, known := s.counts.Get(key); known {
		return n, nil
	}
	whole := p.filter
	whole.After, whole.Limit = "", 0
	if whole.BBox != nil {
		whole.Limit = mostCounted + 1
	}
	n, err := o.Count(ctx, tx, whole)
	if err != nil {
		return 0, err
	}
	if whole.BBox != nil && n == mostCounted+1 {
		n = uncounted
	}
	s.counts.Add(key, n)
	return n, nil
}

// key names what the page is cut from: what is asked, whatever the page.
func (p *page) key() string {
	whole := url.Values{}
	for name, values := range p.query {
		if name != parameterLimit && name != parameterAfter && name != parameterCRS {
			whole[name] = values
		}
	}
	return fmt.Sprintf("%s/%s/%d?%s", p.town.ID, p.dataset.Slug(), p.fresh.Version, whole.Encode())
}

func (p *page) etag() string {
	sum := fnv.New64a()
	_, _ = fmt.Fprintf(sum, "%s/%s/%d/%s?%s", p.town.ID, p.dataset.Slug(), p.fresh.Version, p.dataset.Source.Shape(), p.query.Encode())
	return `W/"` + strconv.FormatUint(sum.Sum64(), 36) + `"`
}

// collectionOf writes the FeatureCollection around the page's features.
func (s *Service) collectionOf(p *page) []byte {
	b := make([]byte, 0, len(p.body)+1024)
	b = append(b, `{"type":"FeatureCollection","timeStamp":"`...)
	b = time.Now().UTC().AppendFormat(b, time.RFC3339)
	b = append(b, `","numberReturned":`...)
	b = strconv.AppendInt(b, int64(p.count), 10)
	if p.matched != uncounted {
		b = append(b, `,"numberMatched":`...)
		b = strconv.AppendInt(b, p.matched, 10)
	}
	b = append(b, `,"links":`...)
	b = appendLinks(b, s.pageLinks(p))
	b = append(b, ",\"features\":[\n"...)
	b = append(b, p.body...)
	return append(b, "\n]}\n"...)
}

func (s *Service) pageLinks(p *page) []link {
	return linksOf(s.address(p.town), p.dataset.Slug(), p.query, p.next)
}

// linksOf leads from a page of items to its other form, to its collection and on.
func linksOf(a address, collection string, query url.Values, next string) []link {
	at := func(query url.Values, form string) string {
		given := url.Values{parameterForm: {form}}
		maps.Copy(given, query)
		return a.items(collection) + "?" + given.Encode()
	}
	links := []link{
		{Href: at(query, asJSON), Rel: "self", Type: mediaGeoJSON},
		{Href: at(query, asHTML), Rel: "alternate", Type: mediaHTML},
		{Href: a.collection(collection), Rel: "collection", Type: mediaJSON},
	}
	if next != "" {
		links = append(links, link{Href: at(following(query, next), asJSON), Rel: "next", Type: mediaGeoJSON})
	}
	return links
}

// following is the query of the next page.
func following(query url.Values, next string) url.Values {
	further := url.Values{}
	maps.Copy(further, query)
	further.Set(parameterAfter, next)
	return further
}

func (s *Service) showItem(c *fiber.Ctx) error {
	form, rest, err := representation(c)
	if err == nil {
		err = only(rest)
	}
	if err != nil {
		return err
	}
	ctx, r := c.UserContext(), readerOf(c)
	d, _, err := s.features(ctx, r, c.Params("collection"))
	if err != nil {
		return err
	}
	id := c.Params("item")
	rows, err := s.Datasets.Sample(ctx, r.town, d.Slug(), datasets.Filter{ID: id, Limit: 1})
	if err != nil && !fault.Is(err, fault.Invalid) {
		return err
	}
	if len(rows) == 0 { // an identifier of another shape is no identifier of ours
		return fault.New(fault.NotFound, "ogc.fault.no_item", fault.With(fault.Args{"ID": id}), fault.Because(err))
	}
	keep(c, d.Open())
	if form == asHTML {
		return s.itemPage(c, d, rows[0])
	}
	a := s.address(r.town)
	b := datasets.NewFeatures(d.Source).Append(nil, rows[0])
	b = append(b[:len(b)-1], `,"links":`...)
	b = appendLinks(b, append(both(a.item(d.Slug(), id), asJSON, mediaGeoJSON, ""),
		link{Href: a.collection(d.Slug()), Rel: "collection", Type: mediaJSON}))
	c.Set(fiber.HeaderContentType, mediaGeoJSON)
	return c.Send(append(b, '}'))
}
