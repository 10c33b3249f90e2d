package ogc

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/cql"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/ogc/records"
	"acvdata/services/ogc/views"
	"acvdata/tenants"
	"acvdata/web/components"
)

// showCatalogue describes the collection of records.
func (s *Service) showCatalogue(c *fiber.Ctx) error {
	form, rest, err := representation(c)
	if err == nil {
		err = only(rest)
	}
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	all, err := s.records(ctx, town)
	if err != nil {
		return err
	}
	keep(c, true)
	doc := s.catalogueDocument(ctx, town, all, form)
	if form == asJSON {
		return c.JSON(doc)
	}
	a := s.address(town)
	return httpd.Render(c, fiber.StatusOK, views.ResourcePage(views.Resource{
		Shell: s.shell(c, doc.Title), Title: doc.Title, Lead: doc.Description,
		Cards: []components.CardProps{
			{Title: i18n.T(ctx, "ogc.records.all"), Text: i18n.T(ctx, "ogc.records.found", i18n.N(len(all))), Href: a.items(catalogueID), Icon: "list"},
			{Title: i18n.T(ctx, "ogc.link.queryables"), Text: i18n.T(ctx, "ogc.records.queryables"), Href: a.queryables(catalogueID), Icon: "filter"},
		},
		Code: []views.Example{{Label: i18n.T(ctx, "ogc.records.json"), Text: in(a.items(catalogueID), asJSON)}},
	}))
}

// catalogueDocument is the catalogue as machines read it: a collection of Features
// with the members of OGC 20-004r1, table 10.
func (s *Service) catalogueDocument(ctx context.Context, town *tenants.Tenant, all []records.Record, form string) collectionDocument {
	a := s.address(town)
	title, text, publisher := s.catalogueWords(ctx, town)
	doc := collectionDocument{
		ID: catalogueID, Title: title, Description: text, Type: "Catalog", ItemType: "record", License: openLicence,
		Extent: extent{Spatial: spatialExtent{BBox: [][4]float64{aroundOf(town, all)}, CRS: crs84}},
		CRS:    systemNames(), StorageCRS: crs84, Language: &records.French, RecordLanguages: []records.Language{records.French},
		Contacts:     []records.Contact{{Organization: publisher, Roles: []string{"publisher"}}},
		DefaultOrder: []sortOrder{{Field: "id", Direction: "asc"}},
		ConformsTo:   []string{records.Class},
		Links:        both(a.collection(catalogueID), form, mediaJSON, title),
	}
	for i := range all {
		if at := all[i].Updated; at.Year() > 1 {
			if text := at.UTC().Format(time.RFC3339); text > doc.Updated {
				doc.Updated = text
			}
		}
	}
	items := i18n.T(ctx, "ogc.records.all")
	doc.Links = append(doc.Links,
		link{Href: in(a.items(catalogueID), asJSON), Rel: "items", Type: mediaGeoJSON, Title: items},
		link{Href: in(a.items(catalogueID), asHTML), Rel: "items", Type: mediaHTML, Title: items},
		link{Href: a.queryables(catalogueID), Rel: relQueryables, Type: mediaSchema, Title: i18n.T(ctx, "ogc.link.queryables")},
		link{Href: a.sortables(catalogueID), Rel: relSortables, Type: mediaSchema, Title: i18n.T(ctx, "ogc.link.sortables")})
	return doc
}

// openLicence is the SPDX identifier of the Licence Ouverte 2.0, under which the
// catalogue itself is given.
const openLicence = "etalab-2.0"

func (s *Service) catalogueWords(ctx context.Context, town *tenants.Tenant) (title, text, publisher string) {
	if town == nil {
		return i18n.T(ctx, "ogc.records.platform"), i18n.T(ctx, "ogc.records.platform_text"), i18n.T(ctx, "web.product")
	}
	name := i18n.V{"Town": town.Name}
	return i18n.T(ctx, "ogc.records.town", name), i18n.T(ctx, "ogc.records.town_text", name), town.Name
}

// aroundOf is the box of the town, or that of every record on the platform.
func aroundOf(town *tenants.Tenant, all []records.Record) [4]float64 {
	if town != nil {
		return boxOf(town)
	}
	var box *tenants.Bounds
	for i := range all {
		b := all[i].Bounds
		switch {
		case b == nil:
		case box == nil:
			box = &tenants.Bounds{West: b.West, South: b.South, East: b.East, North: b.North}
		default:
			box.West, box.South = min(box.West, b.West), min(box.South, b.South)
			box.East, box.North = max(box.East, b.East), max(box.North, b.North)
		}
	}
	if box == nil {
		return [4]float64{-180, -90, 180, 90}
	}
	return [4]float64{box.West, box.South, box.East, box.North}
}

// recordQueryables and recordSortables tell which properties of records filters
// and orders may name.
func (s *Service) recordQueryables(c *fiber.Ctx) error {
	return s.recordFields(c, "queryables", func(records.Queryable) bool { return true })
}

func (s *Service) recordSortables(c *fiber.Ctx) error {
	return s.recordFields(c, "sortables", func(q records.Queryable) bool { return q.Sortable })
}

func (s *Service) recordFields(c *fiber.Ctx, kind string, with func(records.Queryable) bool) error {
	form, rest, err := representation(c)
	if err == nil {
		err = only(rest)
	}
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	if !s.catalogued(town) {
		return unknownCollection(catalogueID)
	}
	keep(c, true)
	title := i18n.T(ctx, "ogc.link."+kind)
	page := views.Resource{Shell: s.shell(c, title), Title: title, Lead: i18n.T(ctx, "ogc.records."+kind)}
	fields := object{}
	for _, q := range records.Queryables() {
		if !with(q) {
			continue
		}
		label := i18n.T(ctx, "ogc.records.field."+q.Name)
		fields[q.Name] = recordProperty(q, label)
		page.Facts = append(page.Facts, components.Definition{Term: q.Name, Value: label})
	}
	if form == asHTML {
		return httpd.Render(c, fiber.StatusOK, views.ResourcePage(page))
	}
	catalogue, _, _ := s.catalogueWords(ctx, town)
	err = c.JSON(object{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": s.address(town).collection(catalogueID) + "/" + kind, "type": "object",
		"title": catalogue, "properties": fields, "additionalProperties": false,
	})
	c.Set(fiber.HeaderContentType, mediaSchema)
	return err
}

// recordProperty is a property of records in JSON Schema.
func recordProperty(q records.Queryable, label string) object {
	o := object{"title": label, "type": "string"}
	switch q.Type { //nolint:exhaustive // the others are texts
	case cql.Time:
		o["format"] = "date-time"
	case cql.List:
		o["type"], o["items"] = "array", object{"type": "string"}
	case cql.Span:
		o["type"], o["format"] = "array", "time-interval"
		o["items"] = object{"type": "string"}
	case cql.Shape:
		o = object{"title": label, "format": "geometry-any"}
	}
	return o
}
