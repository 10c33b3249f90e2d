package datasets

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"acvdata/services/i18n"
)

// appendValue writes a value that is not text in the form shared by CSV and
// JSON strings: decimal point, ISO dates. nil and zero times write nothing.
func appendValue(b []byte, t FieldType, v any) []byte {
	switch x := v.(type) {
	case nil:
		return b
	case string:
		return append(b, x...)
	case int64:
		return strconv.AppendInt(b, x, 10)
	case int32:
		return strconv.AppendInt(b, int64(x), 10)
	case int:
		return strconv.AppendInt(b, int64(x), 10)
	case float64:
		return strconv.AppendFloat(b, x, 'f', -1, 64)
	case bool:
		return strconv.AppendBool(b, x)
	case time.Time:
		return appendTime(b, t, x)
	case Position:
		b = appendDegrees(b, x.Lon)
		return appendDegrees(append(b, ','), x.Lat)
	}
	// A source that gives anything else breaks its contract; its own tests see it.
	return fmt.Append(b, v)
}

func appendTime(b []byte, t FieldType, x time.Time) []byte {
	switch {
	case x.IsZero():
		return b
	case t == DateTime:
		x = x.UTC()
		hour, minute, second := x.Clock()
		b = appendTwo(append(appendDay(b, x), 'T'), hour)
		b = appendTwo(append(b, ':'), minute)
		return append(appendTwo(append(b, ':'), second), 'Z')
	}
	return appendDay(b, x)
}

// appendDay writes 2006-01-02, several times faster than a layout that is read for
// each value.
func appendDay(b []byte, x time.Time) []byte {
	year, month, day := x.Date()
	if year < 0 || year > 9999 {
		return x.AppendFormat(b, time.DateOnly)
	}
	b = appendTwo(appendTwo(b, year/100), year%100)
	b = appendTwo(append(b, '-'), int(month))
	return appendTwo(append(b, '-'), day)
}

func appendTwo(b []byte, n int) []byte { return append(b, '0'+byte(n/10), '0'+byte(n%10)) }

const (
	degreeUnits    = 10_000_000 // of the seventh decimal
	degreeDecimals = 7
)

// appendDegrees keeps seven decimals, about a centimetre, and one at least. It
// counts in whole units: strconv writes a given number of decimals by long
// division.
func appendDegrees(b []byte, degrees float64) []byte {
	if !(math.Abs(degrees) < 1000) { // no degrees, or not a number
		return strconv.AppendFloat(b, degrees, 'f', -1, 64)
	}
	units := int64(math.Round(degrees * degreeUnits))
	if units < 0 || units == 0 && math.Signbit(degrees) {
		b, units = append(b, '-'), -units
	}
	b = append(strconv.AppendInt(b, units/degreeUnits, 10), '.')
	rest, decimals := units%degreeUnits, degreeDecimals
	for decimals > 1 && rest%10 == 0 {
		rest, decimals = rest/10, decimals-1
	}
	from := len(b)
	b = append(b, "0000000"[:decimals]...)
	for i := decimals - 1; rest > 0; i-- {
		b[from+i] = '0' + byte(rest%10)
		rest /= 10
	}
	return b
}

// AppendJSON writes a value as JSON; what is missing is null.
func AppendJSON(b []byte, t FieldType, v any) []byte {
	switch x := v.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendJSONText(b, x)
	case int64, int32, int, bool:
		return appendValue(b, t, v)
	case float64:
		if x-x != 0 { // NaN and infinities have no JSON
			return append(b, "null"...)
		}
		return appendValue(b, t, v)
	case time.Time:
		if x.IsZero() {
			return append(b, "null"...)
		}
	}
	b = append(b, '"')
	b = appendValue(b, t, v)
	return append(b, '"')
}

const hexDigits = "0123456789abcdef"

// appendJSONText quotes a text. Line separators that JavaScript takes for line
// ends and the characters of HTML are escaped, so that the text may stand in a
// page.
func appendJSONText(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < 0x80 {
			if escape := escapeOf(c); escape != "" {
				b = append(append(b, s[from:i]...), escape...)
				from = i + 1
			}
			i++
			continue
		}
		size, escape := wide(s[i:])
		if escape != "" {
			b = append(append(b, s[from:i]...), escape...)
			from = i + size
		}
		i += size
	}
	return append(append(b, s[from:]...), '"')
}

// Numeric reports whether values are read as quantities.
func (t FieldType) Numeric() bool { return t == Integer || t == Number }

// Display writes a row's value for people, in the language of the context.
func Display(ctx context.Context, f Field, v any) string {
	switch x := v.(type) {
	case int64:
		return quantity(f, x)
	case int32:
		return quantity(f, int64(x))
	case int:
		return quantity(f, int64(x))
	case float64:
		// All its digits: whoever looks at data wants what the file says.
		return strings.Replace(strconv.FormatFloat(x, 'f', -1, 64), ".", ",", 1)
	case bool:
		if x {
			return i18n.T(ctx, "datasets.value.yes")
		}
		return i18n.T(ctx, "datasets.value.no")
	case time.Time:
		if x.IsZero() {
			return ""
		}
		return i18n.DateShort(x)
	}
	return string(appendValue(nil, f.Type, v))
}

// quantity leaves years as they are written.
func quantity(f Field, n int64) string {
	if f.Type == Year {
		return i18n.Text(n)
	}
	return i18n.Number(n)
}
