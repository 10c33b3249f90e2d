package heat

import (
	"time"

	"acvdata/services/fault"
)

// Parameters of a period in addresses.
const (
	paramSpan = "periode"
	paramFrom = "du"
	paramTo   = "au"
)

// Ready-made periods, back from the newest value.
const (
	spanDay   = "jour"
	spanWeek  = "semaine"
	spanMonth = "mois"
	spanYear  = "annee"
	spanOwn   = "dates" // from and to are given
)

var spanDays = map[string]int{spanDay: 1, spanWeek: 7, spanMonth: 30, spanYear: 365}

var readySpans = []string{spanDay, spanWeek, spanMonth, spanYear}

// longestPeriod bounds what may be asked for at once.
const longestPeriod = 50 * 366 * 24 * time.Hour

// period is what a chart covers: whole local days, to past the end.
type period struct {
	span     string
	from, to time.Time
}

// lastDay is the last day shown.
func (p period) lastDay() time.Time { return localDay(p.to.Add(-time.Second)) }

// parsePeriod reads a period. Ready-made ones end with the newest day known, so
// that last summer's campaign shows something in winter.
func parsePeriod(span, from, to string, newest, now time.Time) (p period, err error) {
	if newest.IsZero() || newest.After(now) {
		newest = now
	}
	end := localDay(newest)
	if from != "" || to != "" {
		return ownPeriod(from, to, end)
	}
	days, known := spanDays[span]
	if !known {
		if span != "" {
			return p, fault.New(fault.Invalid, "heat.fault.period", fault.On(paramSpan, "heat.fault.period", nil))
		}
		span, days = spanWeek, spanDays[spanWeek]
	}
	return period{span: span, from: dayStart(end.AddDate(0, 0, 1-days)), to: dayStart(end.AddDate(0, 0, 1))}, nil
}

func ownPeriod(from, to string, end time.Time) (p period, err error) {
	wrong := func(field string) error {
		return fault.New(fault.Invalid, "heat.fault.period", fault.On(field, "heat.fault.period", nil))
	}
	last := end
	if to != "" {
		if last, err = time.Parse(time.DateOnly, to); err != nil {
			return p, wrong(paramTo)
		}
	}
	first := last.AddDate(0, 0, 1-spanDays[spanWeek])
	if from != "" {
		if first, err = time.Parse(time.DateOnly, from); err != nil {
			return p, wrong(paramFrom)
		}
	}
	p = period{span: spanOwn, from: dayStart(first), to: dayStart(last.AddDate(0, 0, 1))}
	if !p.to.After(p.from) || p.to.Sub(p.from) > longestPeriod || p.from.Before(oldest) {
		return p, wrong(paramFrom)
	}
	return p, nil
}
