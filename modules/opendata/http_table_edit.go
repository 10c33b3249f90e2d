package opendata

import (
	"context"
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/tables"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// tableForms are what staff decide of a table; nil for other datasets.
func (m *Module) tableForms(c *fiber.Ctx, d *datasets.Dataset, given tables.Chart, refused *fault.Fault) (*views.TableForms, error) {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	t, err := m.Tables.Find(ctx, town, d.Slug())
	if err != nil || t == nil || !httpd.Allowed(c, EditPermission) {
		return nil, err
	}
	page := editAddress(town, d)
	v := &views.TableForms{Action: page + "/colonnes", ChartsAt: page + "/graphiques", Update: town.Path("espace/imports?cible=" + url.QueryEscape(tables.TargetCode))}
	if v.Charts, err = m.charts(ctx, town, t); err != nil {
		return nil, err
	}
	for i := range v.Charts {
		v.Charts[i].Href = ""
		v.Charts[i].Drop = &components.ConfirmProps{
			ID: "retirer-" + t.Charts[i].ID, Open: i18n.T(ctx, "opendata.charts.drop"), Icon: "trash-2", Kind: components.Quiet,
			Title: i18n.T(ctx, "opendata.charts.drop_title", i18n.V{"Title": t.Charts[i].Title}), Text: i18n.T(ctx, "opendata.charts.drop_text"),
			Action: page + "/graphiques/retirer", Accept: i18n.T(ctx, "opendata.charts.drop"), Hidden: components.Hidden{"id": t.Charts[i].ID},
		}
	}
	messages := map[string]string{}
	if refused != nil {
		messages = httpd.FieldMessages(c, refused)
	}
	chartFields(ctx, v, t, given, messages)
	columnFields(ctx, v, t)
	return v, nil
}

// chartFields asks what a new chart shows.
func chartFields(ctx context.Context, v *views.TableForms, t *tables.Table, given tables.Chart, messages map[string]string) {
	field := func(name, label string) components.Field {
		if messages[name] != "" {
			v.Errors = append(v.Errors, components.FieldError{ID: name, Message: messages[name]})
		}
		return components.Field{Name: name, Label: i18n.T(ctx, label), Error: messages[name]}
	}
	v.Title, v.By = field("title", "opendata.charts.name"), field("by", "opendata.charts.by")
	v.Measure, v.Value = field("measure", "opendata.charts.measure"), field("value", "opendata.charts.value")
	v.Title.ID, v.Title.Value = "title", given.Title
	if len(messages) == 0 {
		v.Title.ID = "titre-graphique" // the form about the dataset has a title too
	}
	v.Value.Blank, v.Value.Hint = i18n.T(ctx, "opendata.charts.no_value"), i18n.T(ctx, "opendata.charts.value_hint")
	for _, c := range t.Groupable() {
		v.By.Choices = append(v.By.Choices, components.Choice{Value: c.Name, Label: c.Label, Selected: c.Name == given.By})
	}
	for _, measure := range tables.Measures() {
		v.Measure.Choices = append(v.Measure.Choices, components.Choice{
			Value: string(measure), Label: i18n.T(ctx, "opendata.measure."+string(measure)), Selected: measure == given.Measure,
		})
	}
	for _, c := range t.Columns {
		if c.Numeric() && c.Slot != "" {
			v.Value.Choices = append(v.Value.Choices, components.Choice{Value: c.Name, Label: c.Label, Selected: c.Name == given.Value})
		}
	}
}

// columnFields asks what each column means.
func columnFields(ctx context.Context, v *views.TableForms, t *tables.Table) {
	for _, c := range t.Columns {
		field := func(part, value string) components.Field {
			return components.Field{Name: "c." + c.Name + "." + part, Label: i18n.T(ctx, "opendata.columns."+part), Value: value}
		}
		v.Columns = append(v.Columns, views.ColumnForm{
			Name: c.Name, Kind: i18n.T(ctx, "imports.kind."+string(c.Kind)),
			Label: field("label", c.Label), Unit: field("unit", c.Unit), About: field("about", c.About),
		})
	}
}

// saveColumns takes what the town says of a table's columns.
func (m *Module) saveColumns(c *fiber.Ctx) error {
	ctx, town, slug := c.UserContext(), httpd.Scope(c).Town, c.Params("dataset")
	form, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	t, err := m.Tables.Find(ctx, town, slug)
	if err != nil {
		return err
	}
	var said []tables.Column
	if t != nil {
		for _, column := range t.Columns {
			at := "c." + column.Name + "."
			if form.Has(at + "label") {
				said = append(said, tables.Column{Name: column.Name, Label: form.Get(at + "label"), Unit: form.Get(at + "unit"), About: form.Get(at + "about")})
			}
		}
	}
	if err := m.Tables.Describe(ctx, town, slug, said); err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/donnees/"+slug)+"#colonnes", components.OK, "opendata.columns.saved")
}

// addChart keeps a chart with a table.
func (m *Module) addChart(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	chart := tables.Chart{
		Title: c.FormValue("title"), By: c.FormValue("by"), Measure: tables.Measure(c.FormValue("measure")), Value: c.FormValue("value"),
	}
	if chart.Measure == tables.Count {
		chart.Value = ""
	}
	err := m.Tables.AddChart(ctx, town, c.Params("dataset"), chart)
	var refused *fault.Fault
	if errors.As(err, &refused) && refused.Code == fault.Invalid {
		d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
		if err != nil {
			return err
		}
		return m.renderEdit(c, d, editing{given: d.Metadata, chart: &chartAttempt{chart, refused}})
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/donnees/"+c.Params("dataset"))+"#graphiques", components.OK, "opendata.charts.added")
}

// chartAttempt is a chart that was refused, for the form to show.
type chartAttempt struct {
	chart   tables.Chart
	refused *fault.Fault
}

// dropChart forgets a chart.
func (m *Module) dropChart(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	if err := m.Tables.DropChart(c.UserContext(), town, c.Params("dataset"), c.FormValue("id")); err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/donnees/"+c.Params("dataset"))+"#graphiques", components.OK, "opendata.charts.dropped")
}
