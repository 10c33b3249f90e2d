package xlsx

import (
	"math"
	"strconv"
	"time"
)

// value writes a stored value as text.
func (b *Book) value(kind string, style int, raw string) string {
	switch kind {
	case "s":
		i, err := strconv.Atoi(raw)
		if err != nil || i < 0 || i >= len(b.strings) {
			return ""
		}
		return b.strings[i]
	case "str", "d":
		return raw
	case "b":
		return strconv.FormatBool(raw == "1")
	case "e":
		return ""
	}
	number, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return ""
	}
	if style >= 0 && style < len(b.dates) && b.dates[style] {
		return b.date(number)
	}
	return plain(number)
}

// plain writes a number with the fifteen digits Excel keeps: 7.1, where the file
// says 7.0999999999999996.
func plain(number float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(number, 'g', 15, 64), 64)
	if err != nil {
		rounded = number
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

const secondsOfDay = 86_400

// lastDay is the serial number of 9999-12-31.
const lastDay = 2_958_465

// date writes a serial number. Excel counts from 1899-12-30 and believes in 29
// February 1900; days before March 1900 are one less. A part of a day alone is
// an hour.
func (b *Book) date(serial float64) string {
	if serial < 0 || serial > lastDay {
		return plain(serial)
	}
	days, part := math.Modf(serial)
	seconds := math.Round(part * secondsOfDay)
	origin := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case b.from04:
		origin = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	case days < 1:
		return origin.Add(time.Duration(seconds) * time.Second).Format("15:04:05")
	case days < 61:
		origin = origin.AddDate(0, 0, 1)
	}
	at := origin.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return at.Format(time.DateOnly)
	}
	return at.Format("2006-01-02T15:04:05")
}
