package heat

import (
	"strings"
	"time"

	"acvdata/modules/heat/views"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// stats are what to keep from the page.
func (d *desk) stats(g *Glance, years []Year) []components.StatProps {
	var list []components.StatProps
	if night := g.Coolest(); len(night) > 1 {
		first, last := night[0], night[len(night)-1]
		list = append(list,
			components.StatProps{
				Label: d.t("heat.stat.coolest"), Value: degrees(first.Night.Low, 1), Sentence: first.Name, Icon: "moon", Tone: components.Data,
				Href: d.station(first.Code),
			},
			components.StatProps{
				Label: d.t("heat.stat.warmest"), Value: degrees(last.Night.Low, 1), Icon: "flame", Tone: components.Heat, Href: d.station(last.Code),
				Sentence: d.t("heat.stat.warmest_text", i18n.V{"Name": last.Name, "Excess": degrees(last.Night.Low-first.Night.Low, 1)}),
			})
	}
	if len(years) == 0 {
		return list
	}
	y := years[0]
	hot := components.StatProps{
		Label: d.t("heat.stat.hot", i18n.N(y.HotDays), i18n.V{"Year": i18n.Text(y.Year)}), Value: i18n.Number(y.HotDays),
		Sentence: d.t("heat.stat.hot_text", i18n.V{"Limit": degrees(d.rule.HotDay, 0)}), Icon: "sun", Tone: components.Heat,
	}
	nights := components.StatProps{
		Label: d.t("heat.stat.nights", i18n.N(y.Nights), i18n.V{"Year": i18n.Text(y.Year)}), Value: i18n.Number(y.Nights),
		Sentence: d.t("heat.stat.nights_text", i18n.V{"Limit": degrees(d.rule.TropicalNight, 0)}), Icon: "moon-star", Tone: components.Heat,
	}
	return append(list, hot, nights)
}

func (d *desk) nightText(g *Glance) string {
	if g.Morning.IsZero() {
		return ""
	}
	before := g.Morning.AddDate(0, 0, -1)
	return d.t("heat.night.text", i18n.V{"From": dayText(before), "To": dayText(g.Morning)})
}

// dayText writes a day that is a date, not a moment.
func dayText(day time.Time) string { return i18n.Date(dayStart(day).Add(12 * time.Hour)) }

// ranking lists the stations from the coolest night to the warmest.
func (d *desk) ranking(g *Glance) components.TableProps {
	t := components.TableProps{
		ID: "nuits", Caption: d.t("heat.night.caption"), CaptionHidden: true,
		Columns: []components.Column{
			{Label: d.t("heat.column.station")}, {Label: d.t("heat.column.night"), Numeric: true}, {Label: d.t("heat.column.now"), Numeric: true},
		},
	}
	for _, s := range g.Coolest() {
		present := noValue
		if s.Fresh(d.now) {
			present = degrees(s.Temperature.Value, 1)
		}
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: s.Name, Href: d.station(s.Code), Note: d.settingNote(&s.Site)},
			views.DegreeCell(degrees(s.Night.Low, 1), heatClass(s.Night.Low)),
			{Text: present},
		}})
	}
	return t
}

func (d *desk) settingNote(s *Site) string {
	switch {
	case s.Reference:
		return d.t("heat.setting.reference")
	case s.Setting == NoSetting:
		return ""
	}
	return d.t(s.Setting.LabelKey())
}

// yearsTable compares the years known.
func (d *desk) yearsTable(years []Year) components.TableProps {
	t := components.TableProps{
		ID: "annees", Caption: d.t("heat.summer.caption"), CaptionHidden: true,
		Columns: []components.Column{
			{Label: d.t("heat.column.year")},
			{Label: d.t("heat.column.hot"), Numeric: true},
			{Label: d.t("heat.column.tropical"), Numeric: true},
			{Label: d.t("heat.column.highest"), Numeric: true},
			{Label: d.t("heat.column.known"), Numeric: true},
		},
	}
	for _, y := range years {
		highest := components.Cell{Text: noValue}
		if !y.HighestDay.IsZero() {
			highest = components.Cell{Text: degrees(y.Highest, 1), Note: dayText(y.HighestDay)}
		}
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: i18n.Text(y.Year)}, {Text: i18n.Number(y.HotDays)}, {Text: i18n.Number(y.Nights)}, highest, {Text: i18n.Number(y.Days)},
		}})
	}
	return t
}

// fewDays is how many days of a summer (June to August) must be known before it
// is compared with another: the rest of the year says nothing of hot days.
const fewDays = 74

// summerText compares the newest year with the one before, when both are known
// well enough.
func (d *desk) summerText(years []Year) string {
	if len(years) == 0 {
		return ""
	}
	y := years[0]
	if len(years) < 2 || y.SummerDays < fewDays || years[1].SummerDays < fewDays {
		return d.t("heat.summer.alone", i18n.N(y.HotDays), i18n.V{"Year": i18n.Text(y.Year)})
	}
	key := "heat.summer.same"
	switch before := years[1].HotDays; {
	case y.HotDays > before:
		key = "heat.summer.more"
	case y.HotDays < before:
		key = "heat.summer.fewer"
	}
	return d.t(key, i18n.N(y.HotDays), i18n.V{
		"Year": i18n.Text(y.Year), "Before": i18n.Number(years[1].HotDays), "YearBefore": i18n.Text(years[1].Year),
	})
}

// ruleText says how days and nights are counted, with what is taken off.
func (d *desk) ruleText() string {
	r := d.rule
	key := "heat.rule.at_least"
	if r.Compare == above {
		key = "heat.rule.above"
	}
	parts := []string{d.t(key, i18n.V{
		"Day": degrees(r.HotDay, -1), "Night": degrees(r.TropicalNight, -1), "Coverage": decimal(r.Coverage, 0) + i18n.NBSP + "%",
	})}
	if r.BiasDay != 0 || r.BiasNight != 0 {
		parts = append(parts, d.t("heat.rule.bias", i18n.V{"Day": decimal(r.BiasDay, -1), "Night": decimal(r.BiasNight, -1)}))
	}
	return strings.Join(parts, " ")
}

// months draws the calendar of a year: its warm season, or the months known
// when it has no day of it.
func (d *desk) months(days []TownDay, year int) []views.Month {
	known := map[time.Time]TownDay{}
	warm := false
	for _, day := range days {
		if day.Day.Year() == year && (day.Highs > 0 || day.Lows > 0) {
			known[day.Day] = day
			warm = warm || day.Day.Month() >= time.May && day.Day.Month() <= time.September
		}
	}
	var list []views.Month
	for month := time.January; month <= time.December; month++ {
		inSeason := month >= time.May && month <= time.September
		if m, any := d.month(known, year, month); any && (inSeason || !warm) {
			list = append(list, m)
		}
	}
	return list
}

func (d *desk) month(known map[time.Time]TownDay, year int, month time.Month) (m views.Month, anyDay bool) {
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	m.Name = i18n.Month(first.Add(12 * time.Hour))
	week := make([]views.Cell, (int(first.Weekday())+6)%7, 7)
	hot, nights := 0, 0
	for day := first; day.Month() == month; day = day.AddDate(0, 0, 1) {
		t, has := known[day]
		anyDay = anyDay || has
		cell := d.cell(day, t)
		if cell.Hot {
			hot++
		}
		if cell.Night {
			nights++
		}
		if week = append(week, cell); len(week) == 7 {
			m.Weeks, week = append(m.Weeks, week), nil
		}
	}
	if len(week) > 0 {
		m.Weeks = append(m.Weeks, append(week, make([]views.Cell, 7-len(week))...))
	}
	if hot+nights > 0 {
		m.Note = d.t("heat.calendar.hot", i18n.N(hot)) + ", " + d.t("heat.calendar.nights", i18n.N(nights)) + "."
	}
	return m, anyDay
}

func (d *desk) cell(day time.Time, t TownDay) views.Cell {
	c := views.Cell{Day: day.Day(), Says: dayText(day) + i18n.NBSP + ": " + d.t("heat.calendar.unknown")}
	if t.Highs > 0 {
		c.Value, c.Class, c.Hot = decimal(t.High, 0)+"°", heatClass(t.High), d.rule.Hot(t.High)
		c.Says = dayText(day) + i18n.NBSP + ": " + d.t("heat.calendar.high", i18n.V{"Value": degrees(t.High, 1)})
	}
	if t.Lows > 0 {
		c.Night = d.rule.Tropical(t.Low)
		c.Says += ", " + d.t("heat.calendar.low", i18n.V{"Value": degrees(t.Low, 1)})
	}
	return c
}

// islandChart draws how much warmer the town is than its reference, hour by
// hour, with its warmest and coolest station.
func (d *desk) islandChart(list []Island, year int) components.Lines {
	l := components.Lines{
		ID: "ilot-heures", Title: d.t("heat.island.chart", i18n.V{"Year": i18n.Text(year)}), Heading: d.t("heat.column.hour"), Unit: "°C",
		Source: d.t("heat.source"), Empty: d.t("heat.island.none"),
	}
	byHour, known, peak := TownIsland(list)
	if peak < 0 {
		return l
	}
	for h := range byHour {
		l.Labels = append(l.Labels, d.t("heat.hour", i18n.V{"Hour": i18n.Text(h)}))
	}
	town := make([]float64, len(byHour))
	for h := range byHour {
		town[h] = nan
		if known[h] {
			town[h] = byHour[h]
		}
	}
	l.Series = append(l.Series, components.Series{Label: d.t("heat.island.town"), Values: town})
	l.Series = append(l.Series, extremes(list, peak)...)
	l.Finding = d.t("heat.island.finding", i18n.V{"Hour": i18n.Text(peak), "Excess": excess(byHour[peak])})
	return l
}

// extremes are the lines of the stations that are warmest and coolest at the
// hour of the peak.
func extremes(list []Island, peak int) []components.Series {
	of := map[string][]float64{}
	var warmest, coolest Island
	for _, i := range list {
		if !i.InTown {
			continue
		}
		if of[i.Code] == nil {
			of[i.Code] = make([]float64, hoursOfDay)
			for h := range of[i.Code] {
				of[i.Code][h] = nan
			}
		}
		of[i.Code][i.Hour] = i.Excess
		if i.Hour != peak {
			continue
		}
		if warmest.Code == "" || i.Excess > warmest.Excess {
			warmest = i
		}
		if coolest.Code == "" || i.Excess < coolest.Excess {
			coolest = i
		}
	}
	if warmest.Code == coolest.Code {
		return nil
	}
	return []components.Series{{Label: warmest.Name, Values: of[warmest.Code]}, {Label: coolest.Name, Values: of[coolest.Code]}}
}
