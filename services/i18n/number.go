package i18n

import (
	"math"
	"strconv"
	"strings"
)

// Number writes a whole number with French thousands: 12 400.
func Number[I Integer](n I) string {
	return group(strconv.FormatInt(int64(n), 10))
}

// Decimal writes a number with a decimal comma and that many decimals; -1 means
// as many as it takes, two at most. What is not a number shows as a dash.
func Decimal(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "–"
	}
	if decimals < 0 {
		x, decimals = math.Round(x*100)/100, -1
	}
	whole, fraction, has := strings.Cut(strconv.FormatFloat(x, 'f', decimals, 64), ".")
	if !has {
		return group(whole)
	}
	return group(whole) + "," + fraction
}

// Percent writes a share between 0 and 1 as a percentage: 0.125 is "12,5 %".
func Percent(share float64, decimals int) string {
	return Decimal(share*100, decimals) + NBSP + "%"
}

// group puts a non-breaking space between thousands; s is digits with a sign or none.
func group(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	var b strings.Builder
	for i, digit := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteString(NBSP)
		}
		b.WriteRune(digit)
	}
	return sign + b.String()
}

// Bytes writes a size in octets, ko, Mo, Go or To (powers of 1000).
func Bytes(n int64) string {
	if n < 1000 {
		unit := "octets"
		if n < 2 {
			unit = "octet"
		}
		return Number(n) + NBSP + unit
	}
	size, units := float64(n)/1000, []string{"ko", "Mo", "Go", "To"}
	for size >= 999.5 && len(units) > 1 {
		size, units = size/1000, units[1:]
	}
	decimals := 0
	if size < 10 {
		decimals = 1
	}
	return strings.TrimSuffix(Decimal(size, decimals), ",0") + NBSP + units[0]
}
