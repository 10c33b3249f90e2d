package tableschema

import (
	"regexp"
	"strings"
	"time"

	"acvdata/services/i18n"
)

// layouts of the default formats, and of "any": ISO first, then what French
// hands write.
var layouts = map[string]struct {
	key        string
	usual, any []string
}{
	"date": {
		"tableschema.type.date",
		[]string{"2006-01-02"},
		[]string{"2006-01-02", "02/01/2006", "2/1/2006", "02-01-2006", "02.01.2006", "2006/01/02", "20060102", time.RFC3339},
	},
	"time": {
		"tableschema.type.time",
		[]string{"15:04:05"},
		[]string{"15:04:05", "15:04", "15:04:05.999999999", "15:04:05Z07:00", "15h04"},
	},
	"datetime": {
		"tableschema.type.datetime",
		[]string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04:05Z0700"},
		[]string{
			"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04",
			"02/01/2006 15:04:05", "02/01/2006 15:04", "2006-01-02 15:04:05Z07:00", "2006-01-02",
		},
	},
}

// momentKind reads dates and hours in the default format, in any, or by a pattern
// of strptime ("%d/%m/%Y", or "fmt:%d/%m/%Y" in old schemas).
func momentKind(kindName, format string) *kind {
	k := &kind{key: layouts[kindName].key}
	switch format {
	case "default":
		k.read = anyOf(layouts[kindName].usual)
	case "any":
		k.read, k.key = anyOf(layouts[kindName].any), "tableschema.type.any_moment"
	default:
		pattern := strings.TrimPrefix(format, "fmt:")
		k.read = strptime(pattern).reading()
		k.key, k.args = "tableschema.type.pattern", map[string]any{"Pattern": excerpt(inFrench(pattern)), "Example": excerpt(strptime(pattern).example())}
	}
	return k
}

func anyOf(layouts []string) reader {
	return func(cell string) (value, bool) {
		for _, layout := range layouts {
			if at, err := time.Parse(layout, cell); err == nil {
				return value{text: cell, when: at, order: byTime}, true
			}
		}
		return value{}, false
	}
}

func readYearMonth(cell string) (value, bool) {
	at, err := time.Parse("2006-01", cell)
	return value{text: cell, when: at, order: byTime}, err == nil
}

var durationForm = regexp.MustCompile(`^-?P(\d+W|(\d+(\.\d+)?Y)?(\d+(\.\d+)?M)?(\d+(\.\d+)?D)?(T(\d+(\.\d+)?H)?(\d+(\.\d+)?M)?(\d+(\.\d+)?S)?)?)$`)

// readDuration reads a duration of ISO 8601: "P1Y2M", "PT30M".
func readDuration(cell string) (value, bool) {
	good := durationForm.MatchString(cell) && !strings.HasSuffix(cell, "P") && !strings.HasSuffix(cell, "T")
	return value{text: cell}, good
}

// strptime is a pattern of dates in the writing of the C library and Python.
type strptime string

// directives are those of Python; what stands for no part of a date is checked and passed over.
var directives = map[byte]struct {
	form    string // regular expression of what it reads
	layout  string // the same for package time
	written string // in French, for messages
}{
	'Y': {`\d{4}`, "2006", "AAAA"}, 'y': {`\d{2}`, "06", "AA"}, 'm': {`\d{1,2}`, "1", "MM"}, 'd': {`\d{1,2}`, "2", "JJ"},
	'H': {`\d{1,2}`, "15", "hh"}, 'I': {`\d{1,2}`, "3", "hh"}, 'M': {`\d{1,2}`, "4", "mm"}, 'S': {`\d{1,2}`, "5", "ss"},
	'f': {`\d{1,6}`, "", "ffffff"}, 'p': {`(?i:am|pm)`, "PM", "AM/PM"}, 'j': {`\d{1,3}`, "", "JJJ"},
	'b': {`(?i:[a-z]{3})`, "Jan", "MMM"}, 'B': {`(?i:[a-z]{3,9})`, "January", "MMMM"},
	'a': {`(?i:[a-z]{3})`, "", "JJJ"}, 'A': {`(?i:[a-z]{6,9})`, "", "JJJJ"},
	'z': {`Z|[+-]\d{2}:?\d{2}`, "", "±hhmm"}, 'Z': {`[A-Za-z]*`, "", "fuseau"}, '%': {`%`, "%", "%"},
}

// compiled is a pattern as an expression whose groups are the directives.
func (p strptime) compiled() (form *regexp.Regexp, order []byte) {
	var b strings.Builder
	b.WriteString("^")
	for i := 0; i < len(p); i++ {
		d, known := directives[at(p, i+1)]
		switch {
		case p[i] == '%' && known:
			b.WriteString("(" + d.form + ")")
			order = append(order, p[i+1])
			i++
		case p[i] == ' ':
			b.WriteString(`\s+`)
		default:
			b.WriteString(regexp.QuoteMeta(string(p[i])))
		}
	}
	form, err := regexp.Compile(b.String() + "$")
	if err != nil {
		return nil, nil
	}
	return form, order
}

func at(p strptime, i int) byte {
	if i < len(p) {
		return p[i]
	}
	return 0
}

// reading takes the pattern's pieces out of a cell and has package time put them
// together, which knows how long months are.
func (p strptime) reading() reader {
	form, order := p.compiled()
	return func(cell string) (value, bool) {
		if form == nil {
			return value{}, false
		}
		found := form.FindStringSubmatch(cell)
		if found == nil {
			return value{}, false
		}
		layout, text := "", ""
		for i, directive := range order {
			if piece := directives[directive].layout; piece != "" && directive != '%' {
				layout, text = layout+piece+"|", text+found[i+1]+"|"
			}
		}
		when, err := time.Parse(layout, text)
		return value{text: cell, when: when, order: byTime}, err == nil
	}
}

// inFrench writes a pattern for people: "%d/%m/%Y" is "JJ/MM/AAAA".
func inFrench(pattern string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		if d, known := directives[at(strptime(pattern), i+1)]; pattern[i] == '%' && known {
			b.WriteString(d.written)
			i++
			continue
		}
		b.WriteByte(pattern[i])
	}
	return b.String()
}

// example is a day in the pattern's writing.
func (p strptime) example() string {
	day := time.Date(2024, time.March, 21, 14, 30, 0, 0, i18n.Paris)
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		d, known := directives[at(p, i+1)]
		if p[i] != '%' || !known {
			b.WriteByte(p[i])
			continue
		}
		layout := map[string]string{"1": "01", "2": "02", "4": "04", "5": "05", "3": "03"}[d.layout]
		if layout == "" {
			layout = d.layout
		}
		b.WriteString(day.Format(layout))
		i++
	}
	return b.String()
}
