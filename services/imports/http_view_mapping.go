package imports

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/fault"
	"acvdata/services/geo/crs"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/imports/views"
	"acvdata/services/tabular"
	"acvdata/web/components"
)

// mappingOf reads the mapping form. What is not a number is an unknown column,
// refused by Mapping.check.
func mappingOf(c *fiber.Ctx, about Description) Mapping {
	number := func(name string) (int, bool) {
		value := c.FormValue(name)
		n, err := strconv.Atoi(value)
		if err != nil {
			n = -1
		}
		return n, value != ""
	}
	m := Mapping{Columns: map[string]int{}, Options: map[string]string{}, Dates: map[int]string{}}
	if about.Free {
		m.keepKinds(c, about)
	}
	for _, column := range about.Columns {
		if about.Free {
			break
		}
		if index, chosen := number("col." + column.Name); chosen {
			m.Columns[column.Name] = index
		}
	}
	m.Position = PositionMapping{Mode: PositionMode(cmp.Or(c.FormValue("position"), string(NoPosition))), Swapped: c.FormValue("swapped") != ""}
	m.Position.X, _ = number("position_x")
	m.Position.Y, _ = number("position_y")
	code, _ := number("crs")
	m.Position.CRS = crs.Code(code)
	for _, option := range about.Options {
		if value := c.FormValue("option." + option.Name); value != "" || option.Text {
			m.Options[option.Name] = strings.TrimSpace(value)
		}
	}
	form, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return m
	}
	for name := range form {
		if index, isDate := strings.CutPrefix(name, "date."); isDate {
			if n, err := strconv.Atoi(index); err == nil {
				m.Dates[n] = form.Get(name)
			}
		}
	}
	return m
}

// mapping draws the form.
func (d *drawer) mapping(i *Import, refused *fault.Fault) *views.Mapping {
	about, _ := d.service.about(i)
	faults := map[string]string{}
	if refused != nil {
		faults = httpd.FieldMessages(d.c, refused)
	}
	v := &views.Mapping{
		Action: d.at(i.ID, "/colonnes"), Known: i.Detection.Known, Free: about.Free,
		FileTitle: d.t("imports.mapping.file_text", i18n.N(len(i.Detection.Columns))), Columns: d.fileColumns(i, about),
	}
	if len(i.Detection.Sheets) > 1 {
		v.Sheets, v.SheetsSubmit, v.SheetsAt = d.sheets(i), d.t("imports.sheet.submit"), d.at(i.ID, "/feuille")
		if i.Detection.layered() {
			v.SheetsSubmit = d.t("imports.layer.submit")
		}
	}
	for _, column := range about.Columns {
		if about.Free {
			v.Fields = append(v.Fields, d.kindField(i, column, faults))
			continue
		}
		field := d.columnField(i, column, faults)
		if _, mapped := i.Mapping.Columns[column.Name]; mapped || column.Required {
			v.Fields = append(v.Fields, field)
		} else {
			v.Others, v.OthersOpen = append(v.Others, field), v.OthersOpen || field.Error != ""
		}
	}
	if about.Position != PositionNone {
		v.Position = d.position(i, about, faults)
	}
	v.Dates, v.Options = d.dates(i), d.options(i, about, faults)
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		v.Faults = append(v.Faults, components.FieldError{ID: fieldID(name, about), Message: d.faultLine(name, faults[name], about)})
	}
	return v
}

// fieldID is the control a fault's field leads to.
func fieldID(name string, about Description) string {
	if _, isColumn := about.column(name); isColumn {
		return "col." + name
	}
	return name
}

func (d *drawer) faultLine(name, message string, about Description) string {
	if column, isColumn := about.column(name); isColumn {
		return d.t(column.Label) + i18n.NBSP + ": " + message
	}
	return message
}

func (d *drawer) columnField(i *Import, column Column, faults map[string]string) components.Field {
	f := components.Field{
		Name: "col." + column.Name, Label: d.t(column.Label), Error: faults[column.Name],
		Required: column.Required, Blank: d.t("imports.mapping.none"),
	}
	if column.Unit != "" {
		f.Label += " (" + column.Unit + ")"
	}
	if column.Hint != "" {
		f.Hint = d.t(column.Hint)
	}
	at, mapped := i.Mapping.Columns[column.Name]
	f.Choices = d.fileChoices(i, at, mapped)
	return f
}

// fileChoices lists the file's columns, each with a value to recognise it by.
func (d *drawer) fileChoices(i *Import, chosen int, any bool) []components.Choice {
	choices := make([]components.Choice, len(i.Detection.Columns))
	for n, column := range i.Detection.Columns {
		label := d.headingOr(column.Heading, n)
		if len(column.Examples) > 0 {
			label += " (" + excerpt(column.Examples[0]) + ")"
		}
		choices[n] = components.Choice{Value: strconv.Itoa(n), Label: label, Selected: any && n == chosen}
	}
	return choices
}

func (d *drawer) headingOr(heading string, index int) string {
	if heading != "" {
		return heading
	}
	return d.t("imports.mapping.no_heading", i18n.V{"Number": index + 1})
}

func (d *drawer) position(i *Import, about Description, faults map[string]string) *views.Position {
	p := i.Mapping.Position
	uses := p.uses()
	v := &views.Position{
		Mode: components.Field{Name: "position", Label: d.t("imports.position.mode"), Error: faults["position"]},
		X: components.Field{
			Name: "position_x", Label: d.t("imports.position.x"), Hint: d.t("imports.position.x_hint"), Error: faults["position_x"],
			Blank: d.t("imports.mapping.none"), Choices: d.fileChoices(i, p.X, len(uses) > 0),
		},
		Y: components.Field{
			Name: "position_y", Label: d.t("imports.position.y"), Hint: d.t("imports.position.y_hint"), Error: faults["position_y"],
			Blank: d.t("imports.mapping.none"), Choices: d.fileChoices(i, p.Y, len(uses) > 1),
		},
		System: components.Field{Name: "crs", Label: d.t("imports.position.system"), Hint: d.t("imports.position.system_hint"), Error: faults["crs"]},
		Swapped: components.Field{
			Name: "swapped", Label: d.t("imports.position.swapped"), Hint: d.t("imports.position.swapped_hint"),
			Checked: p.Swapped,
		},
		Finding: d.finding(i),
	}
	for _, mode := range positionModes {
		if mode == NoPosition && about.Position == PositionRequired {
			continue
		}
		v.Mode.Choices = append(v.Mode.Choices, components.Choice{Value: string(mode), Label: d.t("imports.position." + string(mode)), Selected: mode == p.Mode})
	}
	for _, system := range crs.Systems() {
		v.System.Choices = append(v.System.Choices, components.Choice{
			Value: strconv.Itoa(int(system.Code)),
			Label: system.Name + " (EPSG:" + strconv.Itoa(int(system.Code)) + ")", Selected: system.Code == p.CRS,
		})
	}
	return v
}

// finding says what was understood of the positions.
func (d *drawer) finding(i *Import) components.AlertProps {
	p, systems := i.Mapping.Position, i.Detection.Systems
	switch {
	case p.Mode == NoPosition:
		return components.AlertProps{Tone: components.Warning, Message: d.t("imports.position.found_none")}
	case len(systems) == 0:
		return components.AlertProps{Tone: components.Warning, Message: d.t("imports.position.found_nowhere")}
	case systems[0].Swapped && !p.Swapped:
		return components.AlertProps{Tone: components.Warning, Message: d.t("imports.position.found_swapped", i18n.V{"System": systems[0].Name})}
	case i.Detection.Unlocated:
		return components.AlertProps{Tone: components.Warning, Message: d.t("imports.position.unlocated", i18n.V{"System": systems[0].Name})}
	}
	tone := components.OK
	if systems[0].Reason != crs.InTown {
		tone = components.Warning
	}
	return components.AlertProps{Tone: tone, Message: d.t("imports.position.found_"+string(systems[0].Reason),
		i18n.V{"System": systems[0].Name, "Share": i18n.Percent(systems[0].Town, 0)})}
}

// dates asks for the order of the columns whose dates read both ways.
func (d *drawer) dates(i *Import) (fields []components.Field) {
	for n, column := range i.Detection.Columns {
		if !column.Ambiguous || column.Type != tabular.Date && column.Type != tabular.DateTime {
			continue
		}
		order := cmp.Or(i.Mapping.Dates[n], column.Order, string(tabular.DMY))
		fields = append(fields, components.Field{
			Name: "date." + strconv.Itoa(n), Label: d.t("imports.mapping.date", i18n.V{"Heading": d.headingOr(column.Heading, n)}),
			Hint: strings.Join(column.Examples, ", "), Inline: true,
			Choices: []components.Choice{
				{Value: string(tabular.DMY), Label: d.t("imports.mapping.dmy"), Selected: order == string(tabular.DMY)},
				{Value: string(tabular.MDY), Label: d.t("imports.mapping.mdy"), Selected: order == string(tabular.MDY)},
			},
		})
	}
	return fields
}

func (d *drawer) options(i *Import, about Description, faults map[string]string) (fields []components.Field) {
	for _, option := range about.Options {
		f := components.Field{Name: "option." + option.Name, Label: d.t(option.Label), Error: faults["option."+option.Name]}
		if option.Hint != "" {
			f.Hint = d.t(option.Hint)
		}
		if option.Text {
			f.Value, f.Required, f.Optional, f.Rows = i.Mapping.Options[option.Name], option.Required, !option.Required, option.Rows
			fields = append(fields, f)
			continue
		}
		if advice, given := i.Detection.Advice[option.Name]; given {
			f.Hint = strings.TrimSpace(d.t(advice.Why) + " " + f.Hint)
		}
		for _, choice := range option.Choices {
			f.Choices = append(f.Choices, components.Choice{Value: choice.Value, Label: d.t(choice.Label), Selected: choice.Value == i.Mapping.Options[option.Name]})
		}
		fields = append(fields, f)
	}
	return fields
}

// fileColumns describes what is in the file and what it is used for.
func (d *drawer) fileColumns(i *Import, about Description) []views.FileColumn {
	uses := map[int]string{}
	for _, index := range i.Mapping.Position.uses() {
		uses[index] = d.t("imports.position.title")
	}
	for _, column := range about.Columns {
		if index, mapped := i.Mapping.Columns[column.Name]; mapped {
			uses[index] = d.t(column.Label)
		}
	}
	list := make([]views.FileColumn, len(i.Detection.Columns))
	for n, column := range i.Detection.Columns {
		list[n] = views.FileColumn{
			Heading: d.headingOr(column.Heading, n), Type: d.t("tabular.type." + string(column.Type)),
			Examples: excerpt(strings.Join(column.Examples, ", ")), UsedFor: cmp.Or(uses[n], d.t("imports.mapping.unused")),
		}
		if len(column.Reasons) > 0 {
			list[n].Why = d.t(column.Reasons[0].Key, i18n.V(column.Reasons[0].Args))
		}
	}
	return list
}
