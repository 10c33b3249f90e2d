package opendata

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/figures"
	"acvdata/modules/opendata/tables"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// indicatorList lists what the town follows, published or not.
func (m *Module) indicatorList(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	list, err := m.figures.List(ctx, town, false)
	if err != nil {
		return err
	}
	view := views.IndicatorList{Shell: httpd.Shell(c, i18n.T(ctx, "opendata.indicators.title")), Tabs: m.workspaceTabs(c, "indicators"), Empty: len(list) == 0}
	if httpd.Allowed(c, EditPermission) {
		view.Add = town.Path("espace/donnees/indicateurs/nouveau")
	}
	view.Table = components.TableProps{ID: "indicateurs", Caption: i18n.T(ctx, "opendata.indicators.title"), CaptionHidden: true, Stack: true}
	for _, key := range []string{"name", "value", "goal", "state"} {
		view.Table.Columns = append(view.Table.Columns, components.Column{Label: i18n.T(ctx, "opendata.indicators."+key)})
	}
	for n := range list {
		i := &list[n]
		stat, _, err := m.statOf(ctx, town, i)
		if err != nil {
			stat.Value = "–" // the table or the module behind it went away
		}
		state := i18n.T(ctx, "datasets.state.draft")
		if i.Published {
			state = i18n.T(ctx, "datasets.state.published")
		}
		view.Table.Rows = append(view.Table.Rows, components.Row{Cells: []components.Cell{
			{Text: i.Title, Href: town.Path("espace/" + indicatorPath(i.Slug)), Note: i18n.T(ctx, "opendata.indicator.origin_"+string(i.Kind))},
			{Text: strings.TrimSpace(stat.Value + i18n.NBSP + i.Unit), Note: stat.Date},
			{Text: stat.Target},
			{Text: state},
		}})
	}
	return httpd.Render(c, fiber.StatusOK, views.IndicatorListPage(view))
}

// newIndicator shows an empty form.
func (m *Module) newIndicator(c *fiber.Ctx) error {
	return m.renderIndicator(c, "", &figures.Indicator{Kind: figures.Typed, Published: true}, nil)
}

func (m *Module) editIndicator(c *fiber.Ctx) error {
	i, err := m.figures.Find(c.UserContext(), httpd.Scope(c).Town, c.Params("indicator"))
	if err != nil {
		return err
	}
	return m.renderIndicator(c, i.Slug, i, nil)
}

// saveIndicator adds or changes an indicator.
func (m *Module) saveIndicator(c *fiber.Ctx) error {
	ctx, town, slug := c.UserContext(), httpd.Scope(c).Town, c.Params("indicator")
	i, err := indicatorOf(c)
	switch {
	case err != nil:
	case slug == "":
		slug, err = m.figures.Create(ctx, town, *i)
	default:
		err = m.figures.Save(ctx, town, slug, *i)
	}
	var refused *fault.Fault
	if errors.As(err, &refused) && (refused.Code == fault.Invalid || refused.Code == fault.Conflict) {
		return m.renderIndicator(c, c.Params("indicator"), i, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/"+indicatorPath(slug)), components.OK, "opendata.indicator.saved")
}

// indicatorOf reads the form.
func indicatorOf(c *fiber.Ctx) (*figures.Indicator, error) {
	f := fault.New(fault.Invalid, "opendata.fault.indicator")
	i := &figures.Indicator{
		Title: c.FormValue("title"), Unit: c.FormValue("unit"), Method: c.FormValue("method"), Source: c.FormValue("source"),
		Theme: datasets.Theme(c.FormValue("theme")), Kind: figures.Kind(c.FormValue("kind")), Lower: c.FormValue("lower") != "",
		Published: c.FormValue("published") != "", ValueColumn: c.FormValue("value_column"), DateColumn: c.FormValue("date_column"),
		Aggregate: tables.Measure(c.FormValue("aggregate")), GoalOn: dayOf(c.FormValue("goal_on"), "goal_on", f),
	}
	i.Revision, _ = strconv.Atoi(c.FormValue("revision"))
	if text := strings.TrimSpace(c.FormValue("decimals")); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			fault.On("decimals", "opendata.fault.decimals", nil)(f)
		}
		i.Decimals = n
	}
	if text := strings.TrimSpace(c.FormValue("goal")); text != "" {
		v, ok := numberOf(text)
		if !ok {
			fault.On("goal", "opendata.fault.number", nil)(f)
		}
		i.Goal = &v
	}
	i.Reference = map[figures.Kind]string{figures.Column: c.FormValue("table"), figures.Live: c.FormValue("live")}[i.Kind]
	if i.Kind == figures.Column {
		// Columns are chosen as "table:column": a form without script cannot follow
		// the choice of the table.
		for _, column := range []*string{&i.ValueColumn, &i.DateColumn} {
			table, name, _ := strings.Cut(*column, ":")
			if *column != "" && table != i.Reference {
				fault.On("value_column", "opendata.fault.other_table", nil)(f)
			}
			*column = name
		}
	}
	if len(f.Fields) > 0 {
		return i, f
	}
	return i, nil
}

// numberOf reads a number as people type it: "1 234,5".
func numberOf(text string) (float64, bool) {
	plain := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(text)
	v, err := strconv.ParseFloat(plain, 64)
	return v, err == nil
}

// renderIndicator shows the form; refused is why the one just sent was not taken.
func (m *Module) renderIndicator(c *fiber.Ctx, slug string, i *figures.Indicator, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	title := i18n.T(ctx, "opendata.indicators.new")
	if slug != "" {
		title = i.Title
	}
	view := views.IndicatorForm{Shell: httpd.Shell(c, title), Title: title, Action: town.Path("espace/donnees/indicateurs/nouveau"), Revision: strconv.Itoa(i.Revision)}
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.indicators.title"), Href: town.Path("espace/donnees/indicateurs")}, {Label: title}}
	form := indicatorForm{ctx: ctx, messages: map[string]string{}}
	status := fiber.StatusOK
	if refused != nil {
		status, form.messages = httpd.Status(refused), httpd.FieldMessages(c, refused)
		if len(form.messages) == 0 {
			view.Errors = []components.FieldError{{Message: httpd.Message(c, refused)}}
		}
	}
	if err := m.indicatorFields(&form, town, i); err != nil {
		return err
	}
	view.Fields, view.Errors = form.fields, append(view.Errors, form.faults...)
	if slug != "" {
		view.Action, view.Public = town.Path("espace/"+indicatorPath(slug)), town.Path(indicatorPath(slug))
		view.Drop = &components.ConfirmProps{
			ID: "supprimer", Open: i18n.T(ctx, "opendata.indicator.drop"), Icon: "trash-2", Kind: components.Destructive,
			Title: i18n.T(ctx, "opendata.indicator.drop_title", i18n.V{"Title": i.Title}), Text: i18n.T(ctx, "opendata.indicator.drop_text"),
			Action: view.Action + "/supprimer", Accept: i18n.T(ctx, "opendata.indicator.drop"),
		}
		if i.Kind == figures.Typed && refused == nil {
			h, err := m.figures.History(ctx, town, i)
			if err != nil {
				return err
			}
			view.Measures = measuresOf(ctx, view.Action, i, h)
		}
	}
	return httpd.Render(c, status, views.IndicatorFormPage(view))
}

// indicatorForm gathers the fields of the form with what is wrong with them.
type indicatorForm struct {
	ctx      context.Context
	messages map[string]string
	faults   []components.FieldError
	fields   views.IndicatorFields
}

func (f *indicatorForm) field(name, value string) components.Field {
	if text := f.messages[name]; text != "" {
		f.faults = append(f.faults, components.FieldError{ID: name, Message: text})
	}
	return components.Field{Name: name, Label: i18n.T(f.ctx, "opendata.indicator.field."+name), Value: value, Error: f.messages[name]}
}

func (m *Module) indicatorFields(f *indicatorForm, town *tenants.Tenant, i *figures.Indicator) error {
	v, ctx := &f.fields, f.ctx
	v.Title, v.Unit, v.Decimals = f.field("title", i.Title), f.field("unit", i.Unit), f.field("decimals", strconv.Itoa(i.Decimals))
	v.Method, v.Source = f.field("method", i.Method), f.field("source", i.Source)
	v.Title.Required, v.Unit.Optional, v.Decimals.InputMode = true, true, "numeric"
	v.Theme = f.field("theme", "")
	v.Theme.Blank = i18n.T(ctx, "opendata.indicator.no_theme")
	for _, t := range datasets.Themes() {
		v.Theme.Choices = append(v.Theme.Choices, components.Choice{Value: string(t), Label: i18n.T(ctx, t.LabelKey()), Selected: t == i.Theme})
	}
	v.Kind = f.field("kind", "")
	for _, k := range figures.Kinds() {
		v.Kind.Choices = append(v.Kind.Choices, components.Choice{
			Value: string(k), Label: i18n.T(ctx, "opendata.indicator.origin_"+string(k)), Hint: i18n.T(ctx, "opendata.indicator.origin_hint_"+string(k)), Selected: k == i.Kind,
		})
	}
	goal := ""
	if i.Goal != nil {
		goal = i18n.Decimal(*i.Goal, -1)
	}
	v.Goal, v.GoalOn = f.field("goal", goal), f.field("goal_on", dayText(i.GoalOn))
	v.Goal.Optional, v.GoalOn.Optional, v.GoalOn.Type, v.Goal.InputMode = true, true, "date", "decimal"
	v.Lower, v.Published = f.field("lower", ""), f.field("published", "")
	v.Lower.Checked, v.Published.Checked = i.Lower, i.Published
	if err := m.liveField(f, town, i); err != nil {
		return err
	}
	return m.columnFields(f, town, i)
}

// liveField offers the figures of other modules.
func (m *Module) liveField(f *indicatorForm, town *tenants.Tenant, i *figures.Indicator) error {
	all, err := m.Live.Of(f.ctx, town)
	if err != nil {
		return err
	}
	v := &f.fields
	v.Live = f.field("live", "")
	v.Live.Blank = i18n.T(f.ctx, "opendata.indicator.choose")
	for _, one := range all {
		if !ownKey(one.Key) {
			v.Live.Choices = append(v.Live.Choices, components.Choice{Value: one.Key, Label: one.Title, Selected: one.Key == i.Reference})
		}
	}
	return nil
}

// columnFields offers the town's tables and their columns.
func (m *Module) columnFields(f *indicatorForm, town *tenants.Tenant, i *figures.Indicator) error {
	all, err := m.Tables.List(f.ctx, town)
	if err != nil {
		return err
	}
	v, ctx := &f.fields, f.ctx
	v.Table, v.Aggregate, v.Value, v.Date = f.field("table", ""), f.field("aggregate", ""), f.field("value_column", ""), f.field("date_column", "")
	v.Table.Blank, v.Value.Blank, v.Date.Blank = i18n.T(ctx, "opendata.indicator.choose"), i18n.T(ctx, "opendata.charts.no_value"), i18n.T(ctx, "opendata.indicator.no_date")
	for _, measure := range tables.Measures() {
		v.Aggregate.Choices = append(v.Aggregate.Choices, components.Choice{
			Value: string(measure), Label: i18n.T(ctx, "opendata.measure."+string(measure)), Selected: measure == i.Aggregate,
		})
	}
	for _, t := range all {
		if t.Edition == 0 {
			continue
		}
		mine := t.Slug == i.Reference
		v.Table.Choices = append(v.Table.Choices, components.Choice{Value: t.Slug, Label: t.Title, Selected: mine})
		for _, c := range t.Columns {
			one := components.Choice{Value: t.Slug + ":" + c.Name, Label: t.Title + " – " + c.Label}
			if c.Numeric() && c.Slot != "" {
				one.Selected = mine && c.Name == i.ValueColumn
				v.Value.Choices = append(v.Value.Choices, one)
			}
			if c.Dated() && c.Slot != "" {
				one.Selected = mine && c.Name == i.DateColumn
				v.Date.Choices = append(v.Date.Choices, one)
			}
		}
	}
	return nil
}

func measuresOf(ctx context.Context, action string, i *figures.Indicator, h figures.History) *views.Measures {
	v := &views.Measures{
		Action: action + "/valeurs", Any: len(h) > 0, Table: historyTable(ctx, i, h),
		Day:   components.Field{Name: "day", Label: i18n.T(ctx, "opendata.measures.day"), Type: "date", Value: time.Now().In(i18n.Paris).Format(time.DateOnly), Required: true},
		Value: components.Field{Name: "value", Label: i18n.T(ctx, "opendata.measures.value"), InputMode: "decimal", Suffix: i.Unit, Required: true},
	}
	v.Table.Columns = append(v.Table.Columns, components.Column{Label: i18n.T(ctx, "opendata.measures.drop"), Hidden: true})
	for n := range v.Table.Rows {
		day := h[len(h)-1-n].Day
		label := i18n.T(ctx, "opendata.measures.drop_one", i18n.V{"Date": i18n.Date(day)})
		v.Table.Rows[n].Cells = append(v.Table.Rows[n].Cells, components.Cell{Node: views.DropMeasure(v.Action+"/retirer", day.Format(time.DateOnly), label)}) //nolint:contextcheck // templ gives the context when it draws
	}
	return v
}

// addMeasure types a value in.
func (m *Module) addMeasure(c *fiber.Ctx) error {
	ctx, town, slug := c.UserContext(), httpd.Scope(c).Town, c.Params("indicator")
	f := fault.New(fault.Invalid, "opendata.fault.measure")
	one := tables.Dated{Day: dayOf(c.FormValue("day"), "day", f)}
	v, ok := numberOf(c.FormValue("value"))
	if one.Value = v; !ok {
		fault.On("value", "opendata.fault.number", nil)(f)
	}
	if len(f.Fields) > 0 {
		return f
	}
	if err := m.figures.AddMeasure(ctx, town, slug, one, ""); err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/"+indicatorPath(slug)), components.OK, "opendata.measures.added")
}

func (m *Module) dropMeasure(c *fiber.Ctx) error {
	ctx, town, slug := c.UserContext(), httpd.Scope(c).Town, c.Params("indicator")
	day, err := time.Parse(time.DateOnly, c.FormValue("day"))
	if err != nil {
		return fault.New(fault.Invalid, "opendata.fault.day", fault.Because(err))
	}
	if err := m.figures.DropMeasure(ctx, town, slug, day); err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/"+indicatorPath(slug)), components.OK, "opendata.measures.dropped")
}

func (m *Module) deleteIndicator(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	if err := m.figures.Delete(c.UserContext(), town, c.Params("indicator")); err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/donnees/indicateurs"), components.OK, "opendata.indicator.dropped")
}

// formValues reads a form whose fields have names made on the way.
func formValues(c *fiber.Ctx) (url.Values, error) {
	form, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return nil, fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	return form, nil
}
