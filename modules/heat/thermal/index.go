package thermal

import "math"

// Humidex is the Canadian index of Masterson and Richardson (1979): air at t
// (°C) and relative humidity rh (%) bothers people like dry air at that
// temperature. It has no unit. It means something from about 20 °C on.
func Humidex(t, rh float64) float64 {
	vapour := 6.112 * math.Pow(10, 7.5*t/(237.7+t)) * rh / 100 // hPa
	return t + 5.0/9*(vapour-10)
}

// HeatIndexFloor is the temperature (°C) from which the heat index is defined: 80 °F.
const HeatIndexFloor = (80.0 - 32) * 5 / 9

// HeatIndex is the American one of Steadman (1979), by the regression of
// Rothfusz (1990) with the two adjustments of the National Weather Service; t
// and the result in °C, rh in %. ok is false below HeatIndexFloor, where it is
// not defined.
func HeatIndex(t, rh float64) (index float64, ok bool) {
	if t < HeatIndexFloor {
		return 0, false
	}
	f := t*9/5 + 32
	simple := 0.5 * (f + 61 + (f-68)*1.2 + rh*0.094)
	hi := (simple + f) / 2
	if hi >= 80 {
		hi = rothfusz(f, rh) + adjustment(f, rh)
	}
	return (hi - 32) * 5 / 9, true
}

// rothfusz is in °F.
func rothfusz(f, rh float64) float64 {
	return -42.379 + 2.04901523*f + 10.14333127*rh - 0.22475541*f*rh - 6.83783e-3*f*f - 5.481717e-2*rh*rh +
		1.22874e-3*f*f*rh + 8.5282e-4*f*rh*rh - 1.99e-6*f*f*rh*rh
}

// adjustment corrects very dry and very humid air, in °F.
func adjustment(f, rh float64) float64 {
	switch {
	case rh < 13 && f >= 80 && f <= 112:
		return -(13 - rh) / 4 * math.Sqrt((17-math.Abs(f-95))/17)
	case rh > 85 && f >= 80 && f <= 87:
		return (rh - 85) / 10 * (87 - f) / 5
	}
	return 0
}

// Comfort is a class of humidex, as Environment Canada words them.
type Comfort string

// The classes: below 30, from 30, 40 and 45 on.
const (
	Fine      Comfort = "fine"
	Some      Comfort = "some"
	Great     Comfort = "great"
	Dangerous Comfort = "dangerous"
)

// ComfortOf classifies a humidex.
func ComfortOf(humidex float64) Comfort {
	switch {
	case humidex < 30:
		return Fine
	case humidex < 40:
		return Some
	case humidex < 45:
		return Great
	}
	return Dangerous
}

// LabelKey is the message key of the class.
func (c Comfort) LabelKey() string { return "heat.comfort." + string(c) }
