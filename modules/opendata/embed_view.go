package opendata

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"acvdata/modules/opendata/figures"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
	"acvdata/web/layout"
)

const (
	framedRows  = 50  // of a table in a frame
	framedSpots = 420 // of a map drawn on the server
)

func framedBy(d *datasets.Dataset) layout.Framed {
	return layout.Framed{
		Title: d.Title, Source: d.Producer, Updated: i18n.Date(d.Modified), Licence: d.Licence.Name(), LicenceHref: d.Licence.URL(),
	}
}

func (m *Module) framedDataset(ctx context.Context, town *tenants.Tenant, kind, slug string, query url.Values) (s framedPage, err error) {
	d, err := m.Datasets.GetOpen(ctx, town, slug)
	if err != nil {
		return s, err
	}
	s = framedPage{page: pageAddress(town, d), view: views.Embedded{Frame: framedBy(d)}}
	switch kind {
	case mapFrame.path:
		s.kind, s.view.Frame.Title = mapFrame, i18n.T(ctx, "opendata.embed.map_of", i18n.V{"Title": d.Title})
		s.view.Map, err = m.spotsOf(ctx, town, d)
		if err == nil && s.view.Map == nil {
			err = noFrame()
		}
		s.view.AsTable = tableFrame.address(town, slug)
	case tableFrame.path:
		s.kind, s.page = tableFrame, s.page+"/apercu"
		err = m.framedTable(ctx, town, d, query, &s)
	default:
		s.kind = datasetFrame
		s.view.Lead = shorten(d.Summary, 320)
		s.view.Rows = rowCount(ctx, d.Version.Rows)
		s.view.Downloads = slices.DeleteFunc(downloads(ctx, d.Version, func(f datasets.Format) string { return exportAddress(town, d, f) }),
			func(f views.Download) bool { return !f.Main })
		s.view.Map, err = m.spotsOf(ctx, town, d)
		s.view.AsTable = tableFrame.address(town, slug)
	}
	return s, err
}

// spotsOf draws where a dataset's things are, nil for one that has no place.
func (m *Module) spotsOf(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) (*components.PointMap, error) {
	if !m.drawn(ctx, town, d) {
		return nil, nil //nolint:nilnil // nothing to draw
	}
	spots, err := m.Layers.Spots(ctx, town.ID, d.Slug(), town.Bounds, framedSpots)
	if err != nil {
		return nil, err
	}
	drawn := &components.PointMap{Outline: town.Boundary, Bounds: town.Bounds}
	total := int64(0)
	for _, spot := range spots {
		drawn.Spots = append(drawn.Spots, components.Spot{Lon: spot.Lon, Lat: spot.Lat, Count: spot.Count})
		total += spot.Count
	}
	drawn.Label = i18n.T(ctx, "opendata.embed.map_label", i18n.N(total), i18n.V{"Town": town.Name, "Title": d.Title})
	return drawn, nil
}

// framedTable shows the first rows that a filter keeps, withheld columns left out.
func (m *Module) framedTable(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, query url.Values, s *framedPage) error {
	filter, err := datasets.ParseFilter(d.Source, query)
	if err != nil {
		return err
	}
	filter.Limit = framedRows + 1 // one more tells whether there are others
	rows, err := m.Datasets.Sample(ctx, town, d.Slug(), filter)
	if err != nil {
		return err
	}
	more := len(rows) > framedRows
	rows = rows[:min(len(rows), framedRows)]
	table := sampleTable(ctx, d, rows)
	for i, f := range d.Source.Fields {
		table.Columns[i].Label = i18n.T(ctx, f.Label)
		if f.Unit != "" {
			table.Columns[i].Label += " (" + f.Unit + ")"
		}
	}
	table.Caption = d.Title
	s.view.Table = &table
	switch {
	case len(rows) == 0:
		s.view.Lead = i18n.T(ctx, "opendata.rows.none")
	case more:
		s.view.Lead = i18n.T(ctx, "opendata.embed.first_rows", i18n.V{"Number": len(rows)})
	default:
		s.view.Lead = rowCount(ctx, int64(len(rows)))
	}
	if kept := filterText(ctx, d, query); kept != "" {
		s.view.Lead += i18n.NBSP + ": " + kept
	}
	return nil
}

// filterText says what rows were kept.
func filterText(ctx context.Context, d *datasets.Dataset, query url.Values) string {
	var parts []string
	for _, f := range d.Source.Fields {
		if value := query.Get(f.Name); value != "" {
			parts = append(parts, i18n.T(ctx, f.Label)+" = "+value)
		}
	}
	if words := query.Get("q"); words != "" {
		parts = append(parts, words)
	}
	return strings.Join(parts, ", ")
}

func (m *Module) framedChart(ctx context.Context, town *tenants.Tenant, ref string) (s framedPage, err error) {
	slug, _, _ := strings.Cut(ref, "/")
	d, err := m.Datasets.GetOpen(ctx, town, slug)
	if err != nil {
		return s, err
	}
	chart, err := m.chartBlock(ctx, town, ref)
	if err == nil && chart == nil {
		err = noFrame()
	}
	if err != nil {
		return s, err
	}
	s = framedPage{kind: chartFrame, page: pageAddress(town, d) + "#" + chart.Bars.ID + "-titre", view: views.Embedded{Frame: framedBy(d), Chart: chart}}
	s.view.Frame.Title = chart.Bars.Title
	chart.Bars.Level, chart.Bars.Source = 2, ""
	return s, nil
}

func (m *Module) framedIndicator(ctx context.Context, town *tenants.Tenant, slug string) (s framedPage, err error) {
	i, err := m.figures.Find(ctx, town, slug)
	if err == nil && !i.Published {
		err = fault.New(fault.NotFound, "opendata.fault.no_indicator")
	}
	if err != nil {
		return s, err
	}
	h, err := m.figures.History(ctx, town, i)
	if err != nil && !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound) {
		return s, err // as on the page: what it is computed from may have gone away
	}
	stat := tileOf(ctx, town, i, h)
	s = m.framedStat(ctx, town, stat, i)
	s.kind, s.view.Goal = indicatorFrame, goalOf(ctx, i, h)
	s.view.Figure.Target, s.view.Figure.Series = "", nil // the bar and the curve below say it
	lines := lineOf(ctx, i, h)
	lines.Source = ""
	s.view.Chart = &views.ChartView{Lines: lines}
	return s, nil
}

// framedFigure shows a figure alone, the town's own or another module's.
func (m *Module) framedFigure(ctx context.Context, town *tenants.Tenant, key string) (s framedPage, err error) {
	stat, goal := m.figureBlock(ctx, town, key)
	if stat == nil {
		return s, fault.New(fault.NotFound, "opendata.fault.no_indicator")
	}
	var own *figures.Indicator
	if slug, is := strings.CutPrefix(key, figures.KeyPrefix); is {
		if own, err = m.figures.Find(ctx, town, slug); err != nil {
			return s, err
		}
	}
	s = m.framedStat(ctx, town, *stat, own)
	s.kind, s.view.Goal = figureFrame, goal
	return s, nil
}

// framedStat puts a figure's source and day where all frames have them. i is nil for
// a figure of another module.
func (m *Module) framedStat(ctx context.Context, town *tenants.Tenant, stat components.StatProps, i *figures.Indicator) framedPage {
	licence := TownWords(town).Licence
	if i != nil && i.Kind == figures.Column {
		if d, err := m.Datasets.GetOpen(ctx, town, i.Reference); err == nil {
			licence = d.Licence
		}
	}
	s := framedPage{page: stat.Href, view: views.Embedded{Frame: layout.Framed{
		Title: stat.Label, Source: stat.Source, Updated: stat.Date, Licence: licence.Name(), LicenceHref: licence.URL(),
	}}}
	if s.page == "" {
		s.page = town.Path("donnees")
	}
	stat.Source, stat.Date, stat.Href = "", "", ""
	s.view.Figure = &stat
	return s
}
