package opendata

import (
	"context"
	"math"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/figures"
	"acvdata/modules/opendata/views"
	"acvdata/services/embeds"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// indicatorPath is an indicator's public page, below the town.
func indicatorPath(slug string) string { return "donnees/indicateurs/" + slug }

// ownKey reports whether a figure is one of the town's own indicators.
func ownKey(key string) bool { return strings.HasPrefix(key, figures.KeyPrefix) }

// indicator is the public page of an indicator; staff see it before it is
// published.
func (m *Module) indicator(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	i, err := m.figures.Find(ctx, town, c.Params("indicator"))
	if err != nil {
		return err
	}
	staff := httpd.Allowed(c, ReadPermission)
	if !i.Published && !staff {
		return fault.New(fault.NotFound, "opendata.fault.no_indicator")
	}
	h, err := m.figures.History(ctx, town, i)
	if err != nil && !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound) {
		return err // a table or a module that went away leaves an indicator without a value
	}
	view := views.IndicatorView{Shell: m.shell(c, i.Title), Title: i.Title, Icon: "target", Draft: !i.Published, Goal: goalOf(ctx, i, h)}
	view.Shell.Description = shorten(i.Method, 160)
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.title"), Href: town.Path("donnees")}}
	if i.Theme != "" {
		view.Theme, view.Icon = i18n.T(ctx, i.Theme.LabelKey()), looks[i.Theme].Icon
		view.Shell.Crumbs = append(view.Shell.Crumbs, components.Crumb{Label: view.Theme, Href: town.Path("donnees/themes/" + string(i.Theme))})
	}
	view.Shell.Crumbs = append(view.Shell.Crumbs, components.Crumb{Label: i.Title})
	if staff {
		view.Edit = town.Path("espace/" + indicatorPath(i.Slug))
	}
	view.Value = tileOf(ctx, town, i, h)
	view.Value.Href, view.Value.Target = "", "" // the bar below says it
	view.Chart = views.ChartView{Lines: lineOf(ctx, i, h)}
	view.History, view.Facts = historyTable(ctx, i, h), m.indicatorFacts(ctx, town, i)
	if i.Published {
		view.Embeds, view.Shell.Head.OEmbed = m.indicatorEmbeds(ctx, town, i), embeds.Discovery(m.BaseURL, town.Path(indicatorPath(i.Slug)))
	}
	return httpd.Render(c, fiber.StatusOK, views.IndicatorPage(view))
}

// statOf is an indicator as a tile; known is false when it has no value yet.
func (m *Module) statOf(ctx context.Context, town *tenants.Tenant, i *figures.Indicator) (components.StatProps, bool, error) {
	h, err := m.figures.History(ctx, town, i)
	if err != nil {
		return components.StatProps{}, false, err
	}
	_, known := h.Last()
	return tileOf(ctx, town, i, h), known, nil
}

func tileOf(ctx context.Context, town *tenants.Tenant, i *figures.Indicator, h figures.History) components.StatProps {
	stat := components.StatProps{Label: i.Title, Unit: i.Unit, Source: i.Source, Href: town.Path(indicatorPath(i.Slug)), Icon: "target", Value: "–"}
	if i.Theme != "" {
		stat.Icon, stat.Tone = looks[i.Theme].Icon, looks[i.Theme].Tone
	}
	last, any := h.Last()
	if !any {
		stat.Sentence = i18n.T(ctx, "opendata.indicator.no_value")
		return stat
	}
	stat.Value, stat.Date = i18n.Decimal(last.Value, i.Decimals), i18n.Date(last.Day)
	for _, v := range h {
		stat.Series = append(stat.Series, v.Value)
	}
	if len(h) > 1 {
		stat.Trend = trendOf(ctx, i, h)
	}
	if g := goalOf(ctx, i, h); g != nil {
		stat.Target = g.Text
	}
	return stat
}

// trendOf compares the last value with the one before.
func trendOf(ctx context.Context, i *figures.Indicator, h figures.History) *components.Trend {
	before, last := h[len(h)-2], h[len(h)-1]
	change := last.Value - before.Value
	t := &components.Trend{Direction: components.Steady, Text: i18n.T(ctx, "opendata.indicator.steady", i18n.V{"Date": i18n.Date(before.Day)})}
	if math.Abs(change) < math.Pow(10, -float64(i.Decimals))/2 {
		return t
	}
	key := "opendata.indicator.up"
	t.Direction = components.Up
	if change < 0 {
		key, t.Direction = "opendata.indicator.down", components.Down
	}
	t.Text = i18n.T(ctx, key, i18n.V{"Change": i18n.Decimal(math.Abs(change), i.Decimals), "Unit": i.Unit, "Date": i18n.Date(before.Day)})
	if i.Goal != nil {
		t.Tone = components.Warning
		if (change < 0) == i.Lower {
			t.Tone = components.OK
		}
	}
	return t
}

// goalOf says how far the goal is, nil without one.
func goalOf(ctx context.Context, i *figures.Indicator, h figures.History) *views.Goal {
	share, known := figures.Progress(h, i.Goal, i.Lower)
	if i.Goal == nil {
		return nil
	}
	aim := i18n.T(ctx, "opendata.goal.aim", i18n.V{"Goal": i18n.Decimal(*i.Goal, i.Decimals), "Unit": i.Unit})
	if !i.GoalOn.IsZero() {
		aim = i18n.T(ctx, "opendata.goal.aim_on", i18n.V{"Goal": i18n.Decimal(*i.Goal, i.Decimals), "Unit": i.Unit, "Date": i18n.Date(i.GoalOn)})
	}
	g := &views.Goal{ID: "objectif-" + i.Slug, Text: aim, Percent: int(share*100 + 0.5), Reached: known && share == 1}
	switch {
	case g.Reached:
		g.Text = i18n.T(ctx, "opendata.goal.reached", i18n.V{"Aim": aim})
	case known:
		g.Text = i18n.T(ctx, "opendata.goal.way", i18n.V{"Aim": aim, "Share": i18n.Percent(share, 0)})
	}
	return g
}

func lineOf(ctx context.Context, i *figures.Indicator, h figures.History) *components.Lines {
	l := &components.Lines{
		ID: "evolution-" + i.Slug, Title: i18n.T(ctx, "opendata.indicator.evolution"), Heading: i18n.T(ctx, "opendata.measures.day"),
		Unit: i.Unit, Source: i.Source, Level: 2, Empty: i18n.T(ctx, "opendata.indicator.one_value"),
	}
	one := components.Series{Label: i.Title}
	goal := components.Series{Label: i18n.T(ctx, "opendata.indicator.goal")}
	for _, v := range h {
		l.Labels = append(l.Labels, i18n.DateShort(v.Day))
		one.Values = append(one.Values, rounded(v.Value))
		if i.Goal != nil {
			goal.Values = append(goal.Values, *i.Goal)
		}
	}
	l.Series = append(l.Series, one)
	if i.Goal != nil {
		l.Series = append(l.Series, goal)
	}
	if len(h) > 1 {
		l.Finding = trendOf(ctx, i, h).Text
	}
	return l
}

func historyTable(ctx context.Context, i *figures.Indicator, h figures.History) components.TableProps {
	t := components.TableProps{ID: "valeurs", Caption: i18n.T(ctx, "opendata.indicator.history"), CaptionHidden: true, Columns: []components.Column{
		{Label: i18n.T(ctx, "opendata.measures.day")}, {Label: i18n.T(ctx, "opendata.measures.value"), Numeric: true},
	}}
	for n := len(h) - 1; n >= 0 && len(t.Rows) < 60; n-- {
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: i18n.Date(h[n].Day)}, {Text: strings.TrimSpace(i18n.Decimal(h[n].Value, i.Decimals) + i18n.NBSP + i.Unit)},
		}})
	}
	return t
}

func (m *Module) indicatorFacts(ctx context.Context, town *tenants.Tenant, i *figures.Indicator) []components.Definition {
	facts := []components.Definition{
		{Term: i18n.T(ctx, "opendata.indicator.method"), Value: i.Method},
		{Term: i18n.T(ctx, "opendata.indicator.source"), Value: i.Source},
		{Term: i18n.T(ctx, "opendata.indicator.origin"), Value: i18n.T(ctx, "opendata.indicator.origin_"+string(i.Kind))},
		{Term: i18n.T(ctx, "opendata.fact.updated"), Value: i18n.Date(i.Updated)},
	}
	if i.Kind == figures.Column {
		if d, err := m.Datasets.GetOpen(ctx, town, i.Reference); err == nil {
			facts = append(facts, components.Definition{Term: i18n.T(ctx, "opendata.indicator.table"), Value: d.Title, Href: pageAddress(town, d)})
		}
	}
	return facts
}
