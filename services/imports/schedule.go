package imports

import (
	"time"

	"acvdata/services/fault"
	"acvdata/services/i18n"
)

// Schedule says when a watched address is read, in Paris time.
type Schedule struct {
	Every    Rhythm
	Hour     int // 0 to 23; not of the hourly rhythm
	Weekday  int // 1, Monday, to 7; of the weekly one
	MonthDay int // 1 to 28: every month has it
}

// Rhythm is how often.
type Rhythm string

// The rhythms.
const (
	Hourly  Rhythm = "hour"
	Daily   Rhythm = "day"
	Weekly  Rhythm = "week"
	Monthly Rhythm = "month"
)

func rhythms() []Rhythm { return []Rhythm{Hourly, Daily, Weekly, Monthly} }

// latestMonthDay is the last day that every month has.
const latestMonthDay = 28

// check refuses a schedule, naming every field at fault.
func (s Schedule) check() error {
	f := fault.New(fault.Invalid, "imports.watch.fault.schedule")
	refuse := func(wrong bool, field string) {
		if wrong {
			fault.On(field, "imports.watch.fault."+field, nil)(f)
		}
	}
	refuse(s.Every != Hourly && s.Every != Daily && s.Every != Weekly && s.Every != Monthly, "every")
	refuse(s.Hour < 0 || s.Hour > 23, "hour")
	refuse(s.Weekday < 1 || s.Weekday > 7, "weekday")
	refuse(s.MonthDay < 1 || s.MonthDay > latestMonthDay, "month_day")
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// Next is the first moment of the schedule after now. The hour that summer time
// skips is the one after it.
func (s Schedule) Next(now time.Time) time.Time {
	if s.Every == Hourly {
		return now.Add(time.Hour)
	}
	day := now.In(i18n.Paris)
	for n := 0; ; n++ { // within a month and a day
		at := time.Date(day.Year(), day.Month(), day.Day()+n, s.Hour, 0, 0, 0, i18n.Paris)
		if at.After(now) && s.falls(at) {
			return at
		}
	}
}

// falls reports whether the day of a moment is one of the schedule's.
func (s Schedule) falls(at time.Time) bool {
	switch s.Every {
	case Weekly:
		return (int(at.Weekday())+6)%7+1 == s.Weekday
	case Monthly:
		return at.Day() == s.MonthDay
	default:
		return true
	}
}
