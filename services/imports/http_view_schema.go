package imports

import (
	"strconv"
	"strings"

	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/imports/views"
	"acvdata/services/tableschema"
	"acvdata/web/components"
)

// schemaForm asks which schema the file should respect, if any.
func (d *drawer) schemaForm(i *Import, refused *fault.Fault) (*views.SchemaForm, error) {
	chosen, err := d.service.SchemaOf(d.ctx(), i)
	if err != nil {
		return nil, err
	}
	known, err := d.service.Schemas(d.ctx(), caller(d.c))
	if err != nil {
		return nil, err
	}
	form := &views.SchemaForm{
		Action: d.at(i.ID, "/schema"),
		Address: components.Field{
			Name: "address", Type: "url", Label: d.t("imports.schema.address"), Hint: d.t("imports.schema.address_hint"), Optional: true,
		},
		File: components.Field{
			ID: "schema-fichier", Name: "file", Label: d.t("imports.schema.file"), Hint: d.t("imports.schema.file_hint"), Accept: ".json,application/json", Optional: true,
		},
	}
	if chosen != nil {
		form.Chosen, form.ChosenAt, form.Drop = d.schemaName(chosen), chosen.Address, d.at(i.ID, "/schema/retirer")
	}
	if len(known) > 0 {
		form.Known = &components.Field{Name: "known", Label: d.t("imports.schema.known"), Blank: d.t("imports.schema.known_none"), Optional: true}
		for n := range known {
			form.Known.Choices = append(form.Known.Choices, components.Choice{Value: known[n].ID.String(), Label: d.schemaName(&known[n])})
		}
	}
	if refused != nil {
		faults := httpd.FieldMessages(d.c, refused)
		form.Address.Error, form.File.Error = faults["address"], faults["schema"]
		if form.Known != nil {
			form.Known.Error = faults["known"]
		}
		form.Open = form.Address.Error != "" || form.File.Error != ""
		if form.Address.Error != "" {
			form.Address.Value = d.c.FormValue("address")
		}
	}
	return form, nil
}

func (d *drawer) schemaName(s *Schema) string {
	if s.Version == "" {
		return s.Label
	}
	return d.t("imports.schema.name", i18n.V{"Label": s.Label, "Version": strings.TrimPrefix(s.Version, "v")})
}

// shownErrors is how many errors a page lists by line; the downloads have more.
const shownErrors = 50

// schemaReport draws what the check found of the schema, nil where there is
// nothing to show.
func (d *drawer) schemaReport(i *Import) (*views.SchemaReport, error) {
	chosen, err := d.service.SchemaOf(d.ctx(), i)
	if err != nil || chosen == nil || i.Respected == nil {
		return nil, err
	}
	report, err := d.service.Report(d.ctx(), caller(d.c), i.ID)
	if fault.Is(err, fault.NotFound) {
		return nil, nil //nolint:nilnil // the file's time is over, and its report's
	}
	if err != nil {
		return nil, err
	}
	v := &views.SchemaReport{Name: d.schemaName(chosen), Address: chosen.Address, Verdict: d.schemaVerdict(i, report)}
	for _, w := range report.Warnings {
		v.Notices = append(v.Notices, d.t(w.Key, i18n.V(w.Args)))
	}
	if report.Valid() {
		return v, nil
	}
	v.JSON, v.CSV = d.at(i.ID, "/schema.json"), d.at(i.ID, "/schema.csv")
	for n := range report.Groups {
		v.Groups = append(v.Groups, d.schemaGroup(&report.Groups[n]))
	}
	shown := min(shownErrors, len(report.Errors))
	for _, e := range report.Errors[:shown] {
		v.Lines = append(v.Lines, views.SchemaLine{Line: lineText(e.Row), Column: e.Field, Cell: e.Cell, Text: d.t(e.Key, i18n.V(e.Args))})
	}
	v.LinesTitle = d.t("imports.schema.by_line", i18n.N(shown))
	return v, nil
}

func lineText(row int) string {
	if row == 0 {
		return ""
	}
	return strconv.Itoa(row)
}

func (d *drawer) schemaVerdict(i *Import, report *tableschema.Report) components.AlertProps {
	if report.Valid() {
		return components.AlertProps{Tone: components.OK, Message: d.t("imports.schema.respected", i18n.N(report.Rows))}
	}
	verdict := components.AlertProps{Tone: components.Warning, Title: d.t("imports.schema.broken", i18n.N(report.Total)), Message: d.t("imports.schema.broken_text")}
	if i.State == Committed {
		verdict.Message = d.t("imports.schema.broken_loaded")
	}
	return verdict
}

func (d *drawer) schemaGroup(g *tableschema.Group) views.SchemaGroup {
	lines := make([]string, len(g.Rows))
	for n, row := range g.Rows {
		lines[n] = strconv.Itoa(row)
	}
	if int(g.Count) > len(lines) && len(lines) > 0 {
		lines = append(lines, "…")
	}
	column := g.Field
	if column == "" {
		column = d.t("imports.schema.whole")
	}
	return views.SchemaGroup{
		Column: column, Text: d.t(g.Key, i18n.V(g.Args)), Count: i18n.Number(g.Count),
		Lines: strings.Join(lines, ", "), Cells: strings.Join(g.Cells, " · "),
	}
}
