package heat

import (
	"math"

	"acvdata/services/i18n"
)

const noValue = "–"

// degrees writes a temperature the French way: "27,4 °C".
func degrees(v float64, decimals int) string { return decimal(v, decimals) + i18n.NBSP + "°C" }

// excess writes a difference of temperature with its sign: "+2,1 °C".
func excess(v float64) string {
	v = math.Round(v*10) / 10
	switch {
	case v > 0:
		return "+" + degrees(v, 1)
	case v < 0:
		return "−" + degrees(-v, 1)
	}
	return degrees(0, 1)
}

// decimal writes a number with a true minus sign, never "-0".
func decimal(v float64, decimals int) string {
	scale := math.Pow(10, float64(decimals))
	if v = math.Round(v*scale) / scale; v == 0 {
		v = 0 // takes the sign off
	}
	if v < 0 {
		return "−" + i18n.Decimal(-v, decimals)
	}
	return i18n.Decimal(v, decimals)
}

// heatClasses are the limits of the scale "chaleur", in °C: below the first is
// class 1, from the last on class 7.
var heatClasses = [...]float64{10, 15, 20, 25, 30, 35}

// heatClass is a temperature's class on the scale, 1 to 7.
func heatClass(v float64) int {
	for i, limit := range heatClasses {
		if v < limit {
			return i + 1
		}
	}
	return len(heatClasses) + 1
}

// nan is a gap in a line.
var nan = math.NaN()
