package opendata

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// metadataSuffix is what CSV on the Web adds to a file's address for what is said
// of it (W3C, Model for Tabular Data, § 5.3).
const metadataSuffix = "-metadata.json"

// tableMetadata says of the newest CSV what its columns are (CSV on the Web).
func (m *Module) tableMetadata(c *fiber.Ctx) error {
	d, err := m.dataset(c)
	if err != nil {
		return err
	}
	name := c.Params("format")
	return sendTableMetadata(c, d, name, "export."+name)
}

func sendTableMetadata(c *fiber.Ctx, d *datasets.Dataset, format, file string) error {
	f, ok := datasets.FormatOf(d.Source, format)
	if !ok || f.FileType != "CSV" {
		return fault.New(fault.NotFound, "datasets.fault.format", fault.With(fault.Args{"Format": format + metadataSuffix}))
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	if err := sendJSON(c, csvw(c.UserContext(), httpd.Scope(c).Town, d, f, file)); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/csvm+json")
	return nil
}

func csvw(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, f datasets.Format, file string) object {
	french := strings.HasPrefix(f.Name, "excel")
	columns := make([]object, len(d.Source.Fields))
	for i, field := range d.Source.Fields {
		columns[i] = column(ctx, field, french)
	}
	dialect := object{"encoding": "utf-8", "delimiter": ",", "header": true, "quoteChar": `"`, "doubleQuote": true}
	if french {
		dialect["delimiter"] = ";"
	}
	return object{
		"@context": []any{"http://www.w3.org/ns/csvw", object{"@language": "fr"}},
		"url":      file, "dialect": dialect, "tableSchema": object{"columns": columns},
		"dc:title": d.Title, "dc:description": plainSummary(ctx, town, d), "dc:license": object{"@id": d.Licence.URL()}, "dc:publisher": d.Producer,
	}
}

func column(ctx context.Context, f datasets.Field, french bool) object {
	out := object{"titles": f.Name, "name": columnName(f.Name), "datatype": datatype(f.Type, french), "rdfs:label": i18n.T(ctx, f.Label)}
	if f.Required {
		out["required"] = true
	}
	if f.Description != "" {
		out["dc:description"] = i18n.T(ctx, f.Description)
	}
	if f.Unit != "" {
		out["schema:unitText"] = f.Unit
	}
	if f.Term != "" {
		out["propertyUrl"] = f.Term
	}
	return out
}

// columnName keeps to what a name of a column may hold: letters, digits and "_",
// the rest percent-encoded, and no "_" in front.
func columnName(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_' && b.Len() > 0, c == '.':
			b.WriteByte(c)
		default:
			b.WriteString("%" + string("0123456789ABCDEF"[c>>4]) + string("0123456789ABCDEF"[c&15]))
		}
	}
	return b.String()
}

// datatype is how the values are written, in the dialect of a French spreadsheet
// or in the usual one.
func datatype(t datasets.FieldType, french bool) any {
	local := map[datasets.FieldType]object{
		datasets.Number:   {"base": "number", "format": object{"decimalChar": ","}},
		datasets.Date:     {"base": "date", "format": "dd/MM/yyyy"},
		datasets.DateTime: {"base": "dateTime", "format": "dd/MM/yyyy HH:mm:ss"},
		datasets.Boolean:  {"base": "boolean", "format": "VRAI|FAUX"},
	}
	if french && local[t] != nil {
		return local[t]
	}
	switch t {
	case datasets.Integer, datasets.Number, datasets.Date, datasets.Boolean:
		return string(t)
	case datasets.DateTime:
		return "dateTime"
	case datasets.Year:
		return "gYear"
	case datasets.Text, datasets.GeoPoint:
	}
	return "string"
}

// describedBy leads from a CSV to what is said of it.
func describedBy(c *fiber.Ctx, f datasets.Format) {
	if f.FileType != "CSV" {
		return
	}
	path := string(c.Request().URI().Path())
	c.Append(fiber.HeaderLink, "<"+path[strings.LastIndexByte(path, '/')+1:]+metadataSuffix+`>; rel="describedby"; type="application/csvm+json"`)
}
