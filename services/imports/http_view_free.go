package imports

import (
	"github.com/gofiber/fiber/v2"

	"acvdata/services/i18n"
	"acvdata/web/components"
)

// keepKinds reads the form of a free target: each column's kind, "" for one that
// is left out.
func (m *Mapping) keepKinds(c *fiber.Ctx, about Description) {
	m.Kinds = map[int]Kind{}
	for n, column := range about.Columns {
		if kind := c.FormValue("col." + column.Name); kind != "" {
			m.Columns[column.Name], m.Kinds[n] = n, Kind(kind)
		}
	}
}

// kindField asks what a column of the file is, with values to recognise it by.
func (d *drawer) kindField(i *Import, column Column, faults map[string]string) components.Field {
	f := components.Field{
		Name: "col." + column.Name, Label: d.t(column.Label), Error: faults[column.Name], Blank: d.t("imports.kind.none"),
	}
	at, kept := i.Mapping.Columns[column.Name]
	for n := range i.Detection.Columns {
		if freeName(n) == column.Name && len(i.Detection.Columns[n].Examples) > 0 {
			f.Hint = d.t("imports.kind.example", i18n.V{"Value": excerpt(i.Detection.Columns[n].Examples[0])})
		}
	}
	for _, kind := range kinds {
		f.Choices = append(f.Choices, components.Choice{
			Value: string(kind), Label: d.t("imports.kind." + string(kind)), Selected: kept && at >= 0 && kind == column.Kind,
		})
	}
	return f
}

// sheets asks which sheet of a workbook, or layer, to read.
func (d *drawer) sheets(i *Import) *components.Field {
	f := &components.Field{Name: "sheet", Label: d.t("imports.sheet.label"), Hint: d.t("imports.sheet.hint")}
	if i.Detection.layered() {
		f.Label, f.Hint = d.t("imports.layer.label"), d.t("imports.layer.hint")
	}
	for _, name := range i.Detection.Sheets {
		f.Choices = append(f.Choices, components.Choice{Value: name, Label: name, Selected: name == i.Detection.Sheet})
	}
	return f
}
