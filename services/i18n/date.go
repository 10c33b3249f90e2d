package i18n

import (
	"fmt"
	"math"
	"strconv"
	"time"
	_ "time/tzdata" // a bare machine may have no zone files
)

var months = [...]string{
	"janvier", "février", "mars", "avril", "mai", "juin",
	"juillet", "août", "septembre", "octobre", "novembre", "décembre",
}

// Paris is the zone every date of the product is shown in.
var Paris = mustLoad("Europe/Paris")

func mustLoad(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the zone is embedded above
	}
	return zone
}

// Date writes a day: "1er mars 2026". The zero time gives "".
func Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(Paris)
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return day + NBSP + months[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// DateShort writes a day in figures: "01/03/2026".
func DateShort(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(Paris).Format("02/01/2006")
}

// Month writes a month: "mars 2026".
func Month(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(Paris)
	return months[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// Clock writes a time of day: "14 h 05".
func Clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(Paris)
	return fmt.Sprintf("%d%sh%s%02d", t.Hour(), NBSP, NBSP, t.Minute())
}

// DateTime writes a moment: "1er mars 2026 à 14 h 05".
func DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Date(t) + " à" + NBSP + Clock(t)
}

// Relative says how far t is from now: "il y a 3 minutes", "hier", "dans 2 jours";
// the date itself beyond 30 days.
func Relative(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	gap := now.Sub(t)
	days := calendarDays(t, now)
	switch {
	case gap.Abs() < 45*time.Second:
		return "à l’instant"
	case gap.Abs() < time.Hour:
		return direction(gap, plural(int(math.Max(1, math.Round(gap.Abs().Minutes()))), "minute"))
	case days == 0 || gap.Abs() < 6*time.Hour:
		return direction(gap, plural(int(math.Round(gap.Abs().Hours())), "heure"))
	case days == 1:
		return "hier"
	case days == -1:
		return "demain"
	case days > 30 || days < -30:
		return "le " + Date(t)
	}
	return direction(gap, plural(max(days, -days), "jour"))
}

// calendarDays counts the midnights of Paris between t and now.
func calendarDays(t, now time.Time) int {
	return int(midnight(now).Sub(midnight(t)).Hours()) / 24
}

// midnight maps a Paris day to UTC, where every day has 24 hours.
func midnight(t time.Time) time.Time {
	y, m, d := t.In(Paris).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func direction(gap time.Duration, amount string) string {
	if gap < 0 {
		return "dans " + amount
	}
	return "il y a " + amount
}

func plural(n int, unit string) string {
	if n > 1 {
		unit += "s"
	}
	return Number(n) + NBSP + unit
}

// Duration writes how long something takes: "45 s", "2 min 05 s", "1 h 20 min", "3 j 4 h".
func Duration(d time.Duration) string {
	s := int(math.Round(d.Seconds()))
	switch {
	case s < 60:
		return Number(s) + NBSP + "s"
	case s < 3600:
		return twoUnits(Number(s/60)+NBSP+"min", s%60, "%02d", "s")
	case s < 86400:
		return twoUnits(Number(s/3600)+NBSP+"h", s%3600/60, "%02d", "min")
	}
	return twoUnits(Number(s/86400)+NBSP+"j", s%86400/3600, "%d", "h")
}

// twoUnits leaves the second unit out when it is nought.
func twoUnits(first string, small int, format, unit string) string {
	if small == 0 {
		return first
	}
	return first + NBSP + fmt.Sprintf(format, small) + NBSP + unit
}
