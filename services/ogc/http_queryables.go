package ogc

import (
	"github.com/gofiber/fiber/v2"

	"acvdata/services/cql"
	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/ogc/views"
	"acvdata/web/components"
)

// mediaSchema is that of JSON Schema.
const mediaSchema = "application/schema+json"

// showQueryables tells which names filters may use.
func (s *Service) showQueryables(c *fiber.Ctx) error {
	return s.showFields(c, "queryables", func(cql.Fields, string) bool { return true })
}

// showSortables tells which fields a list can be sorted by.
func (s *Service) showSortables(c *fiber.Ctx) error {
	return s.showFields(c, "sortables", columns.Sortable)
}

// showFields describes the fields of a collection as a JSON Schema, or as a page.
func (s *Service) showFields(c *fiber.Ctx, kind string, with func(cql.Fields, string) bool) error {
	form, rest, err := representation(c)
	if err == nil {
		err = only(rest)
	}
	if err != nil {
		return err
	}
	ctx, r := c.UserContext(), readerOf(c)
	d, source, err := s.features(ctx, r, c.Params("collection"))
	if err != nil {
		return err
	}
	keep(c, d.Open())
	about := source.Describe()
	fields := columns.Fields(about)
	properties := object{}
	title := i18n.T(ctx, "ogc.link."+kind)
	page := views.Resource{Shell: s.shell(c, title), Title: title, Lead: i18n.T(ctx, "ogc.page."+kind)}
	for _, f := range about.Fields {
		if !with(fields, f.Name) {
			continue
		}
		label := i18n.T(ctx, f.Label)
		properties[f.Name] = property(f, label)
		page.Facts = append(page.Facts, components.Definition{Term: f.Name, Value: label})
	}
	if _, known := fields[columns.Geometry]; known && with(fields, columns.Geometry) {
		properties[columns.Geometry] = object{"title": i18n.T(ctx, "ogc.page.map"), "format": "geometry-" + shapeFormats[about.Geometry]}
		page.Facts = append(page.Facts, components.Definition{Term: columns.Geometry, Value: i18n.T(ctx, "ogc.page.map")})
	}
	if form == asHTML {
		return httpd.Render(c, fiber.StatusOK, views.ResourcePage(page))
	}
	a := s.address(r.town)
	err = c.JSON(object{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": a.collection(d.Slug()) + "/" + kind, "type": "object",
		"title": d.Title, "properties": properties, "additionalProperties": false,
	})
	c.Set(fiber.HeaderContentType, mediaSchema)
	return err
}

var shapeFormats = map[datasets.Geometry]string{datasets.Point: "point", datasets.Line: "linestring", datasets.Polygon: "polygon"}

// property is a field in JSON Schema.
func property(f datasets.Field, label string) object {
	o := object{"title": label, "type": "string"}
	switch f.Type {
	case datasets.Integer, datasets.Year:
		o["type"] = "integer"
	case datasets.Number:
		o["type"] = "number"
	case datasets.Boolean:
		o["type"] = "boolean"
	case datasets.Date:
		o["format"] = "date"
	case datasets.DateTime:
		o["format"] = "date-time"
	case datasets.GeoPoint:
		o = object{"title": label, "format": "geometry-point"}
	case datasets.Text:
	}
	if f.Unit != "" {
		o["x-ogc-unit"] = f.Unit
	}
	return o
}
