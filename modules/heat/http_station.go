package heat

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/heat/thermal"
	"acvdata/modules/heat/views"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

func readPeriod(c *fiber.Ctx, newest, now time.Time) (period, error) {
	return parsePeriod(c.Query(paramSpan), c.Query(paramFrom), c.Query(paramTo), newest, now)
}

func (m *Module) publicStation(c *fiber.Ctx) error {
	d := m.newDesk(c, false)
	v, _, err := m.stationView(d, c.Params(paramStation))
	if err != nil {
		return err
	}
	return httpd.Render(c, fiber.StatusOK, views.StationPage(v))
}

// stationView is what both audiences see of a station.
func (m *Module) stationView(d *desk, code string) (v views.Station, sheet *StationSheet, err error) {
	sheet, err = m.service.Sheet(d.ctx, d.town.ID, code, !d.staff)
	if err != nil {
		return v, nil, err
	}
	v.Shell = httpd.Shell(d.c, sheet.Name)
	v.Shell.Crumbs = []components.Crumb{{Label: d.t("heat.module.title"), Href: d.path("")}, {Label: sheet.Name}}
	v.Head = components.HeadProps{
		Eyebrow: d.t("heat.station.eyebrow"), Icon: "thermometer", Title: sheet.Name, Lead: d.settingNote(&sheet.Site), Tone: components.Heat,
	}
	v.Stats, v.Facts, v.Rule = d.stationStats(sheet), d.facts(sheet), d.ruleText()
	v.Map = d.placeMap(m, &sheet.Site)
	if err := m.curves(d, &v, sheet); err != nil {
		return v, nil, err
	}
	v.Counts, err = m.countsTable(d, sheet)
	return v, sheet, err
}

// stationStats are the newest values and how the air feels with them.
func (d *desk) stationStats(s *StationSheet) (list []components.StatProps) {
	t, hasT := s.Of(Temperature)
	h, hasH := s.Of(Humidity)
	if hasT && !t.ValueAt.IsZero() {
		list = append(list, components.StatProps{
			Label: d.t("heat.station.temperature"), Value: degrees(t.Value, 1), Icon: "thermometer", Tone: components.Heat, Date: i18n.DateTime(t.ValueAt),
		})
	}
	if !hasH || h.ValueAt.IsZero() {
		return list
	}
	list = append(list, components.StatProps{
		Label: d.t("heat.station.humidity"), Value: decimal(h.Value, 0), Unit: "%", Icon: "droplets", Tone: components.Data, Date: i18n.DateTime(h.ValueAt),
	})
	apart := t.ValueAt.Sub(h.ValueAt).Abs()
	if !hasT || apart > time.Hour || t.Value < 20 {
		return list // the indices are made for heat
	}
	humidex := thermal.Humidex(t.Value, h.Value)
	list = append(list, components.StatProps{
		Label: d.t("heat.station.humidex"), Value: decimal(humidex, 0), Icon: "person-standing",
		Sentence: d.t(thermal.ComfortOf(humidex).LabelKey()),
	})
	if index, ok := thermal.HeatIndex(t.Value, h.Value); ok {
		list = append(list, components.StatProps{
			Label: d.t("heat.station.heat_index"), Value: degrees(index, 0), Icon: "sun", Sentence: d.t("heat.station.heat_index_text"),
		})
	}
	return list
}

func (d *desk) facts(s *StationSheet) []components.Definition {
	list := []components.Definition{
		{Term: d.t("heat.import.column.station"), Value: s.Code},
		{Term: d.t("heat.import.column.setting"), Value: d.t(s.Setting.LabelKey())},
	}
	if s.AltitudeM != nil {
		list = append(list, components.Definition{Term: d.t("heat.import.column.altitude"), Value: decimal(*s.AltitudeM, 0) + i18n.NBSP + "m"})
	}
	if s.Reference {
		list = append(list, components.Definition{Term: d.t("heat.station.role"), Value: d.t("heat.setting.reference")})
	}
	for _, x := range s.Series {
		if !x.First.IsZero() {
			list = append(list, components.Definition{
				Term: d.t(x.Quantity.LabelKey()), Value: d.t("heat.station.since", i18n.V{"From": i18n.Date(x.First), "To": i18n.Date(x.Last)}),
			})
		}
	}
	return list
}

func (d *desk) placeMap(m *Module, s *Site) *components.MapProps {
	if s.Position == nil {
		return nil
	}
	return &components.MapProps{
		Title: d.t("heat.station.map"), TitleHidden: true, Level: 3, Bounds: widen(d.town.Bounds, *s.Position),
		Places: []components.MapPlace{components.TownPlace(d.town)}, BaseMap: m.background, Compact: true,
		ListHref: d.path(""), ListLabel: d.t("heat.night.list"), Marker: s.Position, MarkerLabel: s.Name,
	}
}

// curves draws the station's series over the period asked for.
func (m *Module) curves(d *desk, v *views.Station, s *StationSheet) error {
	var newest time.Time
	for _, x := range s.Series {
		if x.Last.After(newest) {
			newest = x.Last
		}
	}
	if newest.IsZero() {
		return nil
	}
	p, err := readPeriod(d.c, newest, d.now)
	if err != nil {
		return err
	}
	d.period(v, p, s.Code)
	for _, x := range s.Series {
		curve, err := m.service.Curve(d.ctx, d.town.ID, x.Number, x.Quantity, p.from, p.to)
		if err != nil {
			return err
		}
		v.Charts = append(v.Charts, d.band(curve, p))
		if curve.Doubtful > 0 {
			v.Doubts = d.t("heat.station.doubts", i18n.N(curve.Doubtful))
		}
	}
	return nil
}

// period draws the choice of a period.
func (d *desk) period(v *views.Station, p period, code string) {
	for _, span := range readySpans {
		v.Spans = append(v.Spans, components.Tab{
			Label: d.t("heat.span." + span), Href: d.station(code) + "?" + url.Values{paramSpan: {span}}.Encode(), Current: p.span == span,
		})
	}
	day := func(name, key string, value time.Time) components.Field {
		return components.Field{Name: name, Type: "date", Label: d.t(key), Value: value.Format(time.DateOnly)}
	}
	v.Form = views.PeriodForm{
		Action: d.station(code), From: day(paramFrom, "heat.station.from", localDay(p.from)), To: day(paramTo, "heat.station.to", p.lastDay()),
	}
}

// band puts a curve into the terms of a chart.
func (d *desk) band(c Curve, p period) components.Band {
	b := components.Band{
		ID: "courbe-" + string(c.Quantity), Title: d.t(c.Quantity.LabelKey()), Unit: c.Quantity.Unit(), Heading: d.t("heat.step_of." + string(c.Step)),
		Source: d.t("heat.source"), Tone: components.Heat, Empty: d.t("heat.station.no_curve"), Ticks: d.ticks(p),
	}
	switch c.Quantity {
	case Humidity:
		b.Tone = components.Data
	case Temperature:
		b.Limits = []components.BandLimit{
			{Value: d.rule.HotDay + d.rule.BiasDay, Label: d.t("heat.limit.hot", i18n.V{"Value": degrees(d.rule.HotDay, -1)})},
			{Value: d.rule.TropicalNight + d.rule.BiasNight, Label: d.t("heat.limit.tropical", i18n.V{"Value": degrees(d.rule.TropicalNight, -1)})},
		}
	}
	whole := p.to.Sub(p.from).Seconds()
	var before time.Time
	var low, high *Point
	for i := range c.Points {
		q := &c.Points[i]
		b.Points = append(b.Points, components.BandPoint{
			X: min(1, max(0, q.At.Sub(p.from).Seconds()/whole)), Low: q.Low, High: q.High, Mean: q.Mean, Label: d.pointLabel(c.Step, q.At),
			Gap: !before.IsZero() && q.At.Sub(before) > gapAfter(c.Step, p), Doubtful: q.Flags != 0,
		})
		before = q.At
		if q.Flags != 0 {
			continue
		}
		if low == nil || q.Low < low.Low {
			low = q
		}
		if high == nil || q.High > high.High {
			high = q
		}
	}
	if low != nil && high != nil {
		b.Finding = d.t("heat.station.finding", i18n.V{
			"Low": decimal(low.Low, 1), "LowAt": d.pointLabel(c.Step, low.At), "High": decimal(high.High, 1), "HighAt": d.pointLabel(c.Step, high.At),
			"Unit": i18n.NBSP + c.Quantity.Unit(),
		})
	}
	return b
}

// gapAfter is how long nothing may be known before the line is cut.
func gapAfter(step Step, p period) time.Duration {
	switch step {
	case EachReading:
		return 90 * time.Minute
	case EachHour:
		return 3 * time.Hour
	case EachDay:
		return 50 * time.Hour
	case Several:
	}
	return p.to.Sub(p.from) / mostPoints * 3
}

func (d *desk) pointLabel(step Step, at time.Time) string {
	switch step {
	case EachReading, EachHour:
		return i18n.DateTime(at)
	case EachDay, Several:
	}
	return i18n.DateShort(at.Add(12 * time.Hour))
}

// mostTicks is how many marks the horizontal axis holds at most; every second one
// on a phone.
const mostTicks = 8

// ticks are marks at whole hours, days or months of the period.
func (d *desk) ticks(p period) (list []components.BandTick) {
	whole := p.to.Sub(p.from)
	at, label := p.from.In(paris), "02/01"
	next := func(t time.Time) time.Time { return t.Add(3 * time.Hour) }
	switch days := int(whole.Hours()/hoursOfDay + 0.5); {
	case days <= 1:
		label = "15:04"
	case days <= 120:
		step := (days + mostTicks - 1) / mostTicks
		next = func(t time.Time) time.Time { return t.AddDate(0, 0, step) }
	default:
		step := (days/30 + mostTicks - 1) / mostTicks
		if at.Day() > 1 {
			at = time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, paris)
		}
		label = "01/2006"
		next = func(t time.Time) time.Time { return t.AddDate(0, step, 0) }
	}
	for ; at.Before(p.to); at = next(at) {
		text := at.Format(label)
		if label == "15:04" {
			text = strconv.Itoa(at.Hour()) + i18n.NBSP + "h"
		}
		list = append(list, components.BandTick{X: at.Sub(p.from).Seconds() / whole.Seconds(), Label: text, Minor: len(list)%2 == 1})
	}
	return list
}

// countsTable lists a station's hot days and tropical nights by year.
func (m *Module) countsTable(d *desk, s *StationSheet) (t components.TableProps, err error) {
	all, err := m.service.Counts(d.ctx, d.town, oldest, d.now, !d.staff)
	if err != nil {
		return t, err
	}
	all = slices.DeleteFunc(all, func(c Count) bool { return c.Code != s.Code })
	t = components.TableProps{
		ID: "comptes-annees", Caption: d.t("heat.station.counts"), CaptionHidden: true,
		Columns: []components.Column{
			{Label: d.t("heat.column.year")},
			{Label: d.t("heat.column.hot"), Numeric: true},
			{Label: d.t("heat.column.tropical"), Numeric: true},
			{Label: d.t("heat.column.highest"), Numeric: true},
			{Label: d.t("heat.column.known"), Numeric: true},
		},
	}
	for _, c := range all {
		highest := noValue
		if c.Highest != nil {
			highest = degrees(*c.Highest, 1)
		}
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: i18n.Text(c.Year)}, {Text: i18n.Number(c.HotDays)}, {Text: i18n.Number(c.Nights)}, {Text: highest}, {Text: i18n.Number(c.KnownDays)},
		}})
	}
	return t, nil
}
