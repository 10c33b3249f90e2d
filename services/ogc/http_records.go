package ogc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/cql"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/ogc/records"
	"acvdata/tenants"
)

// Parameters of OGC API Records (OGC 20-004r1, record-core-query-parameters)
// besides those of Features.
const (
	parameterWords    = "q"
	parameterType     = "type"
	parameterIDs      = "ids"
	parameterExternal = "externalIds"
)

var recordParameters = []string{parameterWords, parameterType, parameterIDs, parameterExternal}

// recordPage is a page of records on its way out.
type recordPage struct {
	records.Page
	town  *tenants.Tenant // nil on the platform
	query url.Values      // as asked, without f
	asked asked
	terms records.Query
}

func (s *Service) listRecords(c *fiber.Ctx) error {
	form, query, err := representation(c)
	if err != nil {
		return err
	}
	p, err := s.findRecords(c.UserContext(), httpd.Scope(c).Town, query)
	if err != nil {
		return badRequest(err)
	}
	keep(c, true)
	if form == asHTML {
		return s.recordsPage(c, p)
	}
	return s.sendRecords(c, p)
}

func (s *Service) findRecords(ctx context.Context, town *tenants.Tenant, query url.Values) (*recordPage, error) {
	all, err := s.records(ctx, town)
	if err != nil {
		return nil, err
	}
	p := &recordPage{town: town, query: query}
	if err := p.parse(ctx); err != nil {
		return nil, err
	}
	p.Page, err = records.Select(all, p.terms)
	if errors.Is(err, records.ErrAfter) {
		err = refused("ogc.fault.after", parameterAfter)
	}
	return p, err
}

// parse reads the parameters; those without a value count for nothing.
func (p *recordPage) parse(ctx context.Context) (err error) {
	rest := url.Values{}
	for name, given := range p.query {
		if len(given) > 1 {
			return refused("datasets.fault.repeated_parameter", name)
		}
		if given[0] != "" {
			rest.Set(name, given[0])
		} else if !isRecordParameter(name) {
			return refused("datasets.fault.unknown_parameter", name)
		}
	}
	if p.asked, err = readAsked(ctx, records.Fields(), records.Sortable, rest); err != nil {
		return err
	}
	around := url.Values{}
	for _, name := range []string{parameterBox, parameterTime} {
		if said := rest.Get(name); said != "" {
			around.Set(name, said)
		}
	}
	place, err := datasets.ParseFilter(datasets.Description{DateField: parameterTime}, around)
	if err != nil {
		return err
	}
	p.terms = records.Query{
		Box: place.BBox, From: place.From, To: place.To, Terms: records.Terms(rest.Get(parameterWords)),
		Types: records.List(rest.Get(parameterType)), IDs: records.List(rest.Get(parameterIDs)),
		External: records.List(rest.Get(parameterExternal)), Order: p.asked.sort, After: rest.Get(parameterAfter), Limit: defaultLimit,
	}
	if said := rest.Get(parameterLimit); said != "" {
		if p.terms.Limit, err = limitOf(said); err != nil {
			return err
		}
	}
	p.terms.Filter, err = p.named(rest)
	return err
}

// isRecordParameter reports whether records can be asked for by a name.
func isRecordParameter(name string) bool {
	if slices.Contains(reserved, name) || slices.Contains(recordParameters, name) {
		return true
	}
	field, known := records.Fields()[name]
	return known && isParameter(name, field.Type)
}

// named is the filter of the request, and of the queryables it names.
func (p *recordPage) named(rest url.Values) (cql.Filter, error) {
	all := []cql.Filter{p.asked.filter}
	for name := range rest {
		switch {
		case !isRecordParameter(name):
			return nil, refused("datasets.fault.unknown_parameter", name)
		case slices.Contains(reserved, name) || slices.Contains(recordParameters, name):
			continue
		}
		filter, err := equal(records.Fields(), name, rest.Get(name))
		if err != nil {
			return nil, err
		}
		all = append(all, filter)
	}
	return every(all...), nil
}

// recordCollection is a page of records as GeoJSON.
type recordCollection struct {
	Type     string            `json:"type"`
	At       string            `json:"timeStamp"`
	Matched  int               `json:"numberMatched"`
	Returned int               `json:"numberReturned"`
	Links    []link            `json:"links"`
	Features []records.Feature `json:"features"`
}

func (s *Service) sendRecords(c *fiber.Ctx, p *recordPage) error {
	a := s.address(p.town)
	doc := recordCollection{
		Type: "FeatureCollection", Matched: p.Matched, Returned: len(p.Records), Links: linksOf(a, catalogueID, p.query, p.Next),
		Features: []records.Feature{},
	}
	for _, r := range p.Records {
		f, err := s.featureOf(p.town, r, p.asked.crs)
		if err != nil {
			return badRequest(outside(err))
		}
		doc.Features = append(doc.Features, f)
	}
	unstamped, err := written(doc)
	if err != nil {
		return err
	}
	c.Set(headerCRS, "<"+p.asked.crs.uri+">")
	if err := notModified(c, unstamped); err != nil || c.Response().StatusCode() == fiber.StatusNotModified {
		return err
	}
	doc.At = time.Now().UTC().Format(time.RFC3339)
	body, err := written(doc)
	c.Set(fiber.HeaderContentType, mediaGeoJSON)
	c.Context().SetBody(body)
	return err
}

// notModified tells whoever has the same content already.
func notModified(c *fiber.Ctx, content []byte) error {
	sum := fnv.New64a()
	_, _ = sum.Write(content)
	return httpd.NotModified(c, fmt.Sprintf(`W/"%x"`, sum.Sum64()))
}

// written is JSON with addresses as they are.
func written(doc any) ([]byte, error) {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	err := out.Encode(doc)
	return b.Bytes(), err
}

// featureOf is a record with its own links, in a coordinate system.
func (s *Service) featureOf(town *tenants.Tenant, r *records.Record, in system) (records.Feature, error) {
	a := s.address(town)
	links := []records.Link{{Href: a.collection(catalogueID), Rel: "collection", Type: mediaJSON}}
	for _, l := range both(a.item(catalogueID, r.ID), asJSON, mediaGeoJSON, r.Title) {
		links = append(links, records.Link{Href: l.Href, Rel: l.Rel, Type: l.Type, Title: l.Title, Hreflang: l.Hreflang})
	}
	f, err := r.Feature(links...)
	if err != nil || r.Bounds == nil {
		return f, err
	}
	f.Geometry, err = in.writeShape(f.Geometry)
	return f, err
}

func (s *Service) showRecord(c *fiber.Ctx) error {
	form, rest, err := representation(c)
	if err == nil {
		err = only(rest)
	}
	if err != nil {
		return err
	}
	ctx, town, id := c.UserContext(), httpd.Scope(c).Town, c.Params("record")
	all, err := s.records(ctx, town)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(r records.Record) bool { return r.ID == id })
	if at < 0 {
		return fault.New(fault.NotFound, "ogc.fault.no_item", fault.With(fault.Args{"ID": id}))
	}
	keep(c, true)
	if form == asHTML {
		return s.recordPage(c, town, &all[at])
	}
	f, err := s.featureOf(town, &all[at], systems[0])
	if err != nil {
		return err
	}
	body, err := written(f)
	if err != nil {
		return err
	}
	if err := notModified(c, body); err != nil || c.Response().StatusCode() == fiber.StatusNotModified {
		return err
	}
	c.Set(fiber.HeaderContentType, mediaGeoJSON)
	c.Context().SetBody(body)
	return nil
}
