package opendata

import (
	"context"
	"maps"
	"math"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/tables"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/tenants"
	"acvdata/web/components"
)

// The parameters of a list of rows, beside its filters.
const (
	paramSort  = "tri"
	paramDown  = "sens"
	paramAfter = "apres"
	rowsOfPage = 50
	mostFacets = 3
)

// explore shows the rows of a table the town brought in.
func (m *Module) explore(c *fiber.Ctx) error {
	d, err := m.dataset(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	table, err := m.Tables.Find(ctx, town, d.Slug())
	if err != nil {
		return err
	}
	if table == nil { // its own module lists its rows
		return c.Redirect(listOf(town, d), fiber.StatusFound)
	}
	query, err := url.ParseQuery(string(c.Context().URI().QueryString()))
	if err != nil {
		return fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	order := tables.Order{Column: query.Get(paramSort), Down: query.Get(paramDown) == "desc", After: query.Get(paramAfter)}
	for _, name := range []string{paramSort, paramDown, paramAfter} {
		query.Del(name)
	}
	for name, values := range query {
		if len(values) == 1 && values[0] == "" {
			query.Del(name) // forms send every field
		}
	}
	filter, err := datasets.ParseFilter(d.Source, query)
	if err != nil {
		return err
	}
	page, err := m.Tables.Page(ctx, town, table, filter, order, rowsOfPage)
	if err != nil {
		return err
	}
	l := listing{ctx: ctx, town: town, dataset: d, table: table, query: query, order: order}
	view := views.Explore{
		Frame: m.frame(c, d, "rows"), Query: query.Get("q"), Table: l.rows(page.Rows), None: len(page.Rows) == 0,
		Matched: i18n.T(ctx, "opendata.rows.matched", i18n.N(page.Matched)), Pages: components.Pages{},
	}
	if view.Choices, err = m.facetsOf(ctx, town, table, query); err != nil {
		return err
	}
	m.flagged(ctx, town, d, &view.Table, page.Rows)
	view.Filter = l.filter(view.Matched)
	view.Frame.Shell.Wide = true
	if page.Next != "" {
		view.Pages.Next = l.address(order.Column, order.Down, page.Next)
	}
	view.Embeds = []components.EmbedProps{m.embedCode(ctx, town, tableFrame, d.Slug()+l.narrowed(), d.Title, l.address("", false, ""))}
	for _, f := range d.Version.Files {
		href := exportAddress(town, d, f.Format) + l.narrowed()
		view.Exports = append(view.Exports, views.Download{Format: f.Format.Label, Href: href, Main: f.Format.Main})
	}
	return httpd.Render(c, fiber.StatusOK, views.ExplorePage(view))
}

// listing is a list of rows on its way to a page.
type listing struct {
	ctx     context.Context
	town    *tenants.Tenant
	dataset *datasets.Dataset
	table   *tables.Table
	query   url.Values // filters only
	order   tables.Order
}

// listOf is where a module lists its dataset's rows.
func listOf(town *tenants.Tenant, d *datasets.Dataset) string {
	if d.Source.Page != "" {
		return town.Path(d.Source.Page)
	}
	return pageAddress(town, d) + "/apercu"
}

// narrowed is the filters as an address has them, "" for none.
func (l *listing) narrowed() string {
	if len(l.query) == 0 {
		return ""
	}
	return "?" + l.query.Encode()
}

// address is a page of the same list, sorted as said.
func (l *listing) address(column string, down bool, after string) string {
	query := url.Values{}
	maps.Copy(query, l.query)
	if column != "" {
		query.Set(paramSort, column)
	}
	if down {
		query.Set(paramDown, "desc")
	}
	if after != "" {
		query.Set(paramAfter, after)
	}
	address := pageAddress(l.town, l.dataset) + "/lignes"
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address
}

func (l *listing) filter(matched string) components.FilterProps {
	p := components.FilterProps{
		Label: i18n.T(l.ctx, "opendata.rows.filter"), Action: pageAddress(l.town, l.dataset) + "/lignes", Target: "#lignes",
		Active: len(l.query), Results: matched,
	}
	if p.Active > 0 {
		p.Reset = p.Action
	}
	if l.order.Column != "" {
		p.Hidden = components.Hidden{paramSort: l.order.Column}
		if l.order.Down {
			p.Hidden[paramDown] = "desc"
		}
	}
	return p
}

// rows is the table with headings that sort.
func (l *listing) rows(rows []datasets.Row) components.TableProps {
	t := components.TableProps{ID: "tableau-lignes", Caption: l.dataset.Title, CaptionHidden: true}
	for i, f := range l.dataset.Source.Fields {
		column := components.Column{Label: i18n.T(l.ctx, f.Label), Numeric: f.Type.Numeric()}
		if f.Unit != "" {
			column.Label += " (" + f.Unit + ")"
		}
		if i < len(l.table.Columns) && l.table.Columns[i].Sortable() {
			sorted := l.order.Column == f.Name
			column.Href = l.address(f.Name, sorted && !l.order.Down, "")
			if sorted {
				column.Sorted = components.Ascending
				if l.order.Down {
					column.Sorted = components.Descending
				}
			}
		}
		t.Columns = append(t.Columns, column)
	}
	for _, r := range rows {
		cells := make([]components.Cell, len(l.dataset.Source.Fields))
		for i, f := range l.dataset.Source.Fields {
			if i < len(r.Values) {
				cells[i].Text = shorten(datasets.Display(l.ctx, f, r.Values[i]), cellLength)
			}
		}
		t.Rows = append(t.Rows, components.Row{Cells: cells})
	}
	return t
}

// facetsOf offers the values of the first text columns that have few.
func (m *Module) facetsOf(ctx context.Context, town *tenants.Tenant, t *tables.Table, query url.Values) (fields []components.Field, err error) {
	for _, column := range t.Columns {
		if len(fields) == mostFacets {
			break
		}
		choices, err := m.Tables.Choices(ctx, town, t, column)
		if err != nil {
			return nil, err
		}
		if len(choices) == 0 || int64(len(choices)) == t.Rows {
			continue
		}
		f := components.Field{Name: column.Name, Label: column.Label, Blank: i18n.T(ctx, "opendata.rows.any")}
		for _, one := range choices {
			f.Choices = append(f.Choices, components.Choice{
				Value: one.Value, Selected: query.Get(column.Name) == one.Value,
				Label: i18n.T(ctx, "opendata.theme_count", i18n.V{"Theme": shorten(one.Value, cellLength), "Number": one.Count}),
			})
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// charts draws the charts kept with a table. One that cannot be drawn any more
// is left out: its column went away with an edition.
func (m *Module) charts(ctx context.Context, town *tenants.Tenant, t *tables.Table) (list []views.ChartView, err error) {
	for _, c := range t.Charts {
		view, err := m.drawChart(ctx, town, t, c)
		if fault.Is(err, fault.Invalid) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, view)
	}
	return list, nil
}

func (m *Module) drawChart(ctx context.Context, town *tenants.Tenant, t *tables.Table, c tables.Chart) (views.ChartView, error) {
	d, err := m.Tables.Draw(ctx, town, t, c)
	if err != nil {
		return views.ChartView{}, err
	}
	measure := i18n.T(ctx, "opendata.measure."+string(c.Measure))
	if c.Measure != tables.Count {
		measure += " – " + d.Of.Label
	}
	chart := &components.Chart{
		ID: "graphique-" + t.Slug + "-" + c.ID, Title: c.Title, Heading: d.By.Label, Measure: measure, Unit: d.Of.Unit, Source: t.Title,
		NoShare: c.Measure != tables.Count && c.Measure != tables.Sum,
	}
	for _, g := range d.Groups {
		label := g.Label
		if d.By.Kind == imports.KindBool {
			label = i18n.T(ctx, map[string]string{"true": "datasets.value.yes", "false": "datasets.value.no"}[g.Label])
		}
		chart.Data = append(chart.Data, components.Datum{Label: label, Value: g.Value, Shown: i18n.Decimal(rounded(g.Value), -1)})
	}
	chart.Finding = finding(ctx, d, chart.Data)
	page := town.Path("donnees/" + t.Slug)
	return views.ChartView{
		Bars: chart, Time: d.By.Dated(), Href: page, Label: i18n.T(ctx, "opendata.charts.data"),
		Embeds: []components.EmbedProps{m.embedCode(ctx, town, chartFrame, t.Slug+"/"+c.ID, c.Title, page)},
	}, nil
}

// rounded keeps what a reader of a chart needs: two decimals.
func rounded(x float64) float64 { return math.Round(x*100) / 100 }

// finding says what the chart shows first.
func finding(ctx context.Context, d tables.Drawn, data []components.Datum) string {
	if len(data) == 0 {
		return ""
	}
	top := slices.MaxFunc(data, func(a, b components.Datum) int {
		switch {
		case a.Value < b.Value:
			return -1
		case a.Value > b.Value:
			return 1
		}
		return 0
	})
	text := i18n.T(ctx, "opendata.charts.finding", i18n.V{"Label": top.Label, "Value": top.Shown, "Measure": i18n.T(ctx, "opendata.measure."+string(d.Measure))})
	if d.Others > 0 {
		text += " " + i18n.T(ctx, "opendata.charts.others", i18n.N(d.Others))
	}
	return text
}
