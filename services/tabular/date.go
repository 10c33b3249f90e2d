package tabular

import (
	"strings"
	"time"

	"acvdata/services/words"
)

// months are the names of months and their usual short forms, in French and
// in English, without accents or points. A name matches from its first letters.
var months = map[string]time.Month{
	"janvier": 1, "janv": 1, "jan": 1, "january": 1,
	"fevrier": 2, "fevr": 2, "fev": 2, "february": 2, "feb": 2,
	"mars": 3, "mar": 3, "march": 3,
	"avril": 4, "avr": 4, "april": 4, "apr": 4,
	"mai": 5, "may": 5,
	"juin": 6, "june": 6, "jun": 6,
	"juillet": 7, "juil": 7, "july": 7, "jul": 7,
	"aout": 8, "aou": 8, "august": 8, "aug": 8,
	"septembre": 9, "sept": 9, "sep": 9, "september": 9,
	"octobre": 10, "oct": 10, "october": 10,
	"novembre": 11, "nov": 11, "november": 11,
	"decembre": 12, "dec": 12, "december": 12,
}

var weekdays = map[string]bool{
	"lundi": true, "mardi": true, "mercredi": true, "jeudi": true, "vendredi": true, "samedi": true, "dimanche": true,
	"lun": true, "mer": true, "jeu": true, "ven": true, "sam": true, "dim": true,
}

// The years that are taken for years. Before and after, numbers are numbers.
const (
	firstYear = 1000
	lastYear  = 2200
	// An eight-digit number is taken for a date only within these.
	firstCompact = 1700
	lastCompact  = 2100
)

// calendar is a day as a cell writes it.
type calendar struct {
	year, month, day int
	dmy, mdy         bool // readable in that order; both false when the order is plain
	compact          bool // 20141028
	rest             string
}

// readCalendar reads the date a cell starts with; rest is what follows it.
func readCalendar(cell string) (calendar, bool) {
	if c, ok := readNumeric(cell); ok {
		return c, true
	}
	return readWritten(cell)
}

// readNumeric reads dates made of digits: 2018-06-30, 30/06/2018, 30.06.18,
// 20180630.
func readNumeric(cell string) (calendar, bool) {
	a, n1, i := digitsAt(cell, 0)
	if n1 == 8 {
		return compactDate(a, cell[i:])
	}
	if n1 == 0 || n1 == 3 || n1 > 4 || i >= len(cell) {
		return calendar{}, false
	}
	sep := cell[i]
	if sep != '-' && sep != '/' && sep != '.' {
		return calendar{}, false
	}
	b, n2, i := digitsAt(cell, i+1)
	if n2 == 0 || n2 > 2 || i >= len(cell) || cell[i] != sep {
		return calendar{}, false
	}
	c, n3, i := digitsAt(cell, i+1)
	switch {
	case n1 == 4 && (n3 == 1 || n3 == 2):
		return calendar{year: a, month: b, day: c, rest: cell[i:]}, valid(a, b, c)
	case n1 <= 2 && (n3 == 4 || n3 == 2):
		if n3 == 2 {
			c = century(c)
		}
		d := calendar{year: c, day: a, month: b, rest: cell[i:], dmy: valid(c, b, a), mdy: valid(c, a, b)}
		return d, d.dmy || d.mdy
	}
	return calendar{}, false
}

func compactDate(v int, rest string) (calendar, bool) {
	c := calendar{year: v / 10000, month: v / 100 % 100, day: v % 100, compact: true, rest: rest}
	return c, c.year >= firstCompact && c.year <= lastCompact && valid(c.year, c.month, c.day)
}

// century places a year of two digits, as spreadsheets do: up to 29 is ours.
func century(year int) int {
	if year < 30 {
		return 2000 + year
	}
	return 1900 + year
}

func digitsAt(s string, from int) (value, count, end int) {
	end = from
	for end < len(s) && end-from < 9 && s[end] >= '0' && s[end] <= '9' {
		value = value*10 + int(s[end]-'0')
		end++
	}
	return value, end - from, end
}

func valid(year, month, day int) bool {
	if year < firstYear || year > lastYear || month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
}

// readWritten reads dates that name their month: "1er mars 2021", "lundi 3 mai
// 2021", "12-févr.-20".
func readWritten(cell string) (calendar, bool) {
	const longest = 40 // "mercredi 30 septembre 2021", accents and spaces apart
	if len(cell) == 0 || len(cell) > longest || !digit(cell[len(cell)-1]) {
		return calendar{}, false
	}
	words := strings.FieldsFunc(words.Fold(cell), func(r rune) bool {
		return strings.ContainsRune(" -/.,\u00a0\u202f", r)
	})
	if len(words) > 0 && weekdays[words[0]] {
		words = words[1:]
	}
	if len(words) != 3 {
		return calendar{}, false
	}
	day, n, i := digitsAt(words[0], 0)
	if n == 0 || n > 2 || words[0][i:] != "" && words[0][i:] != "er" {
		return calendar{}, false
	}
	month, known := months[words[1]]
	year, n, i := digitsAt(words[2], 0)
	if !known || i != len(words[2]) || n != 4 && n != 2 {
		return calendar{}, false
	}
	if n == 2 {
		year = century(year)
	}
	return calendar{year: year, month: int(month), day: day}, valid(year, int(month), day)
}

// in gives the day under an order; false when the cell cannot be read so.
func (c calendar) in(o DateOrder) (year, month, day int, ok bool) {
	switch {
	case !c.dmy && !c.mdy:
		return c.year, c.month, c.day, true
	case o == MDY:
		return c.year, c.day, c.month, c.mdy
	case o == YMD:
		return 0, 0, 0, false
	}
	return c.year, c.month, c.day, c.dmy
}

// ParseDate reads a day: 2018-06-30, 30/06/2018 under DMY, 06/30/2018 under
// MDY, 20180630, "30 juin 2018". NoOrder reads as DMY. A time that follows is
// left out. The result is midnight UTC. False when the cell is no date of that
// order.
func ParseDate(cell string, o DateOrder) (time.Time, bool) {
	c, ok := readCalendar(trim(cell))
	if !ok {
		return time.Time{}, false
	}
	if _, ok := readClock(c.rest); c.rest != "" && !ok {
		return time.Time{}, false
	}
	year, month, day, ok := c.in(o)
	if !ok {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), true
}

// ParseDateTime reads a date and the time behind it; without a time it is
// midnight. loc is where times without an offset are: nil is UTC.
func ParseDateTime(cell string, o DateOrder, loc *time.Location) (time.Time, bool) {
	c, ok := readCalendar(trim(cell))
	if !ok {
		return time.Time{}, false
	}
	year, month, day, ok := c.in(o)
	if !ok {
		return time.Time{}, false
	}
	if loc == nil {
		loc = time.UTC
	}
	var t clock
	if c.rest != "" {
		if t, ok = readClock(c.rest); !ok {
			return time.Time{}, false
		}
	}
	if t.zoned {
		loc = time.FixedZone("", t.offset)
		if t.offset == 0 {
			loc = time.UTC
		}
	}
	return time.Date(year, time.Month(month), day, t.hour, t.minute, t.second, t.nano, loc), true
}

// clock is a time of day.
type clock struct {
	hour, minute, second, nano int
	zoned                      bool
	offset                     int // seconds east
}

// readClock reads what follows a date: "T15:27:50Z", " 15:27:50.123+02:00",
// " à 14h30", " 3:27:50 PM".
func readClock(s string) (clock, bool) {
	var t clock
	s = strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(s, spaces), "T"), spaces)
	s = strings.TrimLeft(strings.TrimPrefix(s, "à"), spaces)
	hour, n, i := digitsAt(s, 0)
	if n == 0 || n > 2 || hour > 23 || i >= len(s) || s[i] != ':' && s[i]|0x20 != 'h' {
		return t, false
	}
	french := s[i] != ':'
	t.hour = hour
	minute, n, j := digitsAt(s, i+1)
	full := n == 2 || french && n == 0
	if !full || minute > 59 {
		return t, false
	}
	t.minute = minute
	s = s[j:]
	if strings.HasPrefix(s, ":") {
		second, n, j := digitsAt(s, 1)
		if n != 2 || second > 59 {
			return t, false
		}
		t.second = second
		s = t.fraction(s[j:])
	}
	return t, t.half(&s) && t.zone(trim(s))
}

// half reads AM or PM, as exports of English software write them; false for an
// hour that no half of a day has.
func (t *clock) half(s *string) bool {
	rest := strings.TrimLeft(*s, spaces)
	if len(rest) < 2 || rest[1]|0x20 != 'm' || rest[0]|0x20 != 'a' && rest[0]|0x20 != 'p' {
		return true
	}
	if t.hour < 1 || t.hour > 12 {
		return false
	}
	t.hour %= 12
	if rest[0]|0x20 == 'p' {
		t.hour += 12
	}
	*s = rest[2:]
	return true
}

// fraction reads tenths of a second and beyond.
func (t *clock) fraction(s string) string {
	if s == "" || s[0] != '.' && s[0] != ',' {
		return s
	}
	v, n, i := digitsAt(s, 1)
	for ; n > 0 && n < 9; n++ {
		v *= 10
	}
	t.nano = v
	return s[i:]
}

// zone reads Z, UTC, +02, +0200 or +02:00; nothing is fine too.
func (t *clock) zone(s string) bool {
	switch s {
	case "":
		return true
	case "Z", "z", "UTC", "GMT":
		t.zoned = true
		return true
	}
	if s[0] != '+' && s[0] != '-' {
		return false
	}
	hours, n, i := digitsAt(s, 1)
	minutes := 0
	switch {
	case n == 4:
		hours, minutes = hours/100, hours%100
	case n == 2 && i < len(s) && s[i] == ':':
		minutes, n, i = digitsAt(s, i+1)
		if n != 2 {
			return false
		}
	case n != 2:
		return false
	}
	if i != len(s) || hours > 14 || minutes > 59 {
		return false
	}
	t.zoned, t.offset = true, hours*3600+minutes*60
	if s[0] == '-' {
		t.offset = -t.offset
	}
	return true
}
