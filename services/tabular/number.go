package tabular

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// units are what people write behind numbers. Taken off only where a whole
// column carries the same one.
// Single letters are left out where they end codes and house numbers as well.
var units = []string{
	"", "%", "€", "eur", "m", "cm", "mm", "km", "m²", "m2", "ha", "kg", "t", "°c", "°", "an", "ans",
	"m³", "m3", "m³/s", "m3/s", "kwh", "mwh", "kw", "kwc", "mg/l", "µg/l", "mg/kg", "µg/m³", "µg/m3", "km/h", "m/s", "hpa", "ppm", "db", "db(a)",
}

// unitNames is how they are shown.
var unitNames = []string{
	"", "%", "€", "€", "m", "cm", "mm", "km", "m²", "m²", "ha", "kg", "t", "°C", "°", "an", "an",
	"m³", "m³", "m³/s", "m³/s", "kWh", "MWh", "kW", "kWc", "mg/l", "µg/l", "mg/kg", "µg/m³", "µg/m³", "km/h", "m/s", "hPa", "ppm", "dB", "dB(A)",
}

// longestUnit is that of the units above, in bytes, with the space before it.
const longestUnit = 9

// numeral is a cell that reads as a number, before its decimal mark is known.
type numeral struct {
	body   string // sign, digits, marks and exponent
	comma  bool   // reads as a number with a decimal comma
	point  bool   // reads as a number with a decimal point
	marked bool   // has a mark of either kind
	whole  bool   // has no fraction, or one of zeros
	zeros  bool   // starts with a zero that a number would not have
	digits int    // how many, when there is nothing but digits, else 0
	unit   int    // rank in units
}

// scanNumeral recognises numbers: sign, digits in plain or in threes parted by
// spaces (also U+00A0 and U+202F), points, commas or apostrophes, exponent, unit.
func scanNumeral(cell string) (numeral, bool) {
	body, unit, ok := cutUnit(cell)
	if !ok {
		return numeral{}, false
	}
	n := numeral{body: body, unit: unit}
	shape, ok := measure(body)
	if !ok || !n.read(shape) {
		return numeral{}, false
	}
	plain := shape.marks == 0 && !shape.spaced && !shape.signed && !shape.exponent
	if plain {
		n.digits = shape.lengths[0]
		n.zeros = n.digits > 1 && shape.zeroFirst
	}
	return n, true
}

// cutUnit parts a number from the unit behind it.
func cutUnit(cell string) (body string, unit int, ok bool) {
	end := len(cell)
	if raised := strings.HasSuffix(cell, "m2") || strings.HasSuffix(cell, "m3"); raised {
		end-- // its digit is not the number's
	}
	for end > 0 {
		r, size := utf8.DecodeLastRuneInString(cell[:end])
		if r >= '0' && r <= '9' || r == '.' || r == ',' {
			break
		}
		if len(cell)-end > longestUnit {
			return "", 0, false
		}
		end -= size
	}
	if end == len(cell) {
		return cell, 0, end > 0
	}
	suffix := strings.ToLower(strings.Trim(cell[end:], spaces))
	if suffix == "2" || end == 0 {
		return "", 0, false
	}
	for i, u := range units {
		if u == suffix {
			return cell[:end], i, true
		}
	}
	return "", 0, false
}

// shape is where the digits and marks of a number lie.
type shape struct {
	groups    int     // runs of digits parted by marks or spaces
	lengths   [12]int // digits in each
	marks     int     // points and commas
	points    int
	last      byte // the last mark
	spaced    bool
	signed    bool
	exponent  bool
	zeroFirst bool
	onlyZero  bool // the digits after the last mark are zeros
	lastGroup int  // group that follows the last mark
	spaceAt   int  // last group that a space precedes
}

// measure walks over a number once; false when it is none.
func measure(body string) (shape, bool) {
	s := shape{onlyZero: true}
	i := 0
	if i < len(body) && (body[i] == '-' || body[i] == '+') {
		s.signed = true
		i++
	} else if strings.HasPrefix(body, "−") {
		s.signed = true
		i += len("−")
	}
	s.zeroFirst = i < len(body) && body[i] == '0'
	digits := 0
	for i < len(body) {
		c := body[i]
		switch {
		case c >= '0' && c <= '9':
			s.lengths[s.groups]++
			digits++
			s.onlyZero = s.onlyZero && c == '0'
			i++
			continue
		case c == '.' || c == ',':
			s.marks++
			if c == '.' {
				s.points++
			}
			s.last, s.onlyZero = c, true
			i++
		case c == 'e' || c == 'E':
			s.exponent = true
			return s, digits > 0 && isExponent(body[i+1:]) && s.close()
		default:
			width := spaceWidth(body[i:])
			if width == 0 || s.lengths[s.groups] == 0 {
				return s, false
			}
			s.spaced = true
			s.spaceAt = s.groups + 1
			i += width
		}
		if s.groups++; s.groups == len(s.lengths) {
			return s, false
		}
		if s.spaceAt != s.groups {
			s.lastGroup = s.groups
		}
	}
	return s, digits > 0 && s.close()
}

// close refuses spaces after the decimals and groups that are not threes.
func (s *shape) close() bool {
	if !s.spaced {
		return true
	}
	if s.marks > 1 || s.marks == 1 && s.spaceAt > s.lastGroup {
		return false
	}
	whole := s.groups
	if s.marks == 1 {
		whole = s.lastGroup - 1
	}
	return s.threes(whole)
}

// threes reports whether groups 1 to last have three digits and group 0 one to three.
func (s *shape) threes(last int) bool {
	for g := 1; g <= last; g++ {
		if s.lengths[g] != 3 {
			return false
		}
	}
	return s.lengths[0] >= 1 && s.lengths[0] <= 3
}

func isExponent(s string) bool {
	s = strings.TrimLeft(s, "+-")
	return s != "" && len(s) <= 3 && strings.Trim(s, "0123456789") == ""
}

// read decides which marks the number can be read with.
func (n *numeral) read(s shape) bool {
	commas := s.marks - s.points
	n.marked, n.whole = s.marks > 0, s.marks == 0 && !s.exponent || s.onlyZero && !s.exponent
	switch {
	case s.marks == 0:
		n.comma, n.point = true, true
	case s.marks == 1:
		// Three digits behind a lone mark may be thousands: 1,234 or 1.234.
		thousands := !s.spaced && !s.exponent && s.threes(1) && !s.zeroFirst
		n.comma = s.last == ',' || thousands
		n.point = s.last == '.' || thousands
	case commas == 0:
		n.comma = s.threes(s.groups)
	case s.points == 0:
		n.point = s.threes(s.groups)
	case s.last == ',':
		n.comma = commas == 1 && s.threes(s.groups-1)
	default:
		n.point = s.points == 1 && s.threes(s.groups-1)
	}
	return n.comma || n.point
}

// value is the number under a decimal mark it can be read with.
func (n *numeral) value(d Decimal) (float64, bool) {
	if !n.marked && n.digits > 0 {
		v, err := strconv.ParseFloat(n.body, 64)
		return v, err == nil
	}
	var buf [48]byte
	b := buf[:0]
	for _, r := range n.body {
		switch {
		case r >= '0' && r <= '9', r == 'e', r == 'E', r == '+', r == '-':
			b = append(b, byte(r))
		case r == '−':
			b = append(b, '-')
		case r == rune(d):
			b = append(b, '.')
		}
	}
	v, err := strconv.ParseFloat(string(b), 64)
	return v, err == nil && !math.IsInf(v, 0)
}

// best is the number under the mark it most likely has.
func (n *numeral) best() (float64, bool) {
	d := Point
	if i := strings.LastIndexAny(n.body, ".,"); i >= 0 {
		d = Decimal(n.body[i])
	}
	if d == Comma && !n.comma || d == Point && !n.point {
		d = Comma + Point - d
	}
	return n.value(d)
}

// ParseNumber reads a number the way people write it: "3,14", "1 234,56",
// "-12.5", "1.2E-3", "12 %". With Comma or Point the other mark parts
// thousands; with NoDecimal a lone mark is the decimal one. A unit is taken off.
// False when the cell is not such a number.
func ParseNumber(cell string, d Decimal) (float64, bool) {
	cell = trim(cell)
	if plainNumber(cell, d) {
		v, err := strconv.ParseFloat(cell, 64)
		return v, err == nil
	}
	n, ok := scanNumeral(cell)
	switch {
	case !ok, d == Comma && !n.comma, d == Point && !n.point:
		return 0, false
	case d == NoDecimal:
		return n.best()
	}
	return n.value(d)
}

// plainNumber recognises what needs no thought: digits and at most one point,
// where it is the decimal mark.
func plainNumber(cell string, d Decimal) bool {
	points := 0
	for i := range len(cell) {
		switch c := cell[i]; {
		case c == '.' && d != Comma:
			points++
		case c == '-' && i == 0:
		case !digit(c):
			return false
		}
	}
	return points <= 1 && len(cell) > points && cell != "-" && cell != "-."
}

// ParseInt reads a whole number: "15", "1 234", and "15.0" or "15,00" as
// spreadsheets and scripts write them. False for anything else, a fraction and
// what does not fit 64 bits included.
func ParseInt(cell string) (int64, bool) {
	cell = trim(cell)
	if v, err := strconv.ParseInt(cell, 10, 64); err == nil {
		return v, true
	}
	n, ok := scanNumeral(cell)
	if !ok {
		return 0, false
	}
	return wholeNumber(n.best())
}

// wholeNumber keeps the numbers that are whole and exact.
func wholeNumber(v float64, ok bool) (int64, bool) {
	const exact = 1 << 53
	if !ok || v != math.Trunc(v) || math.Abs(v) > exact {
		return 0, false
	}
	return int64(v), true
}

// spaces are the blanks met around and inside cells.
const spaces = " \t\r\n\u00a0\u202f\u2007\u2009\ufeff"

// spaceWidth is the length in bytes of the space (or thousands apostrophe) that
// s starts with, 0 when it does not.
func spaceWidth(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	switch r {
	case ' ', '\u00a0', '\u202f', '\u2007', '\u2009', '\'', '’':
		return size
	}
	return 0
}
