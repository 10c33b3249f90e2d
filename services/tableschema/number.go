package tableschema

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// numberKind reads numbers and integers, in the writing the field announces.
func (d *fieldDescriptor) numberKind() *kind {
	n := numbers{decimal: ".", bare: true, whole: d.Type == "integer"}
	if d.DecimalChar != nil && *d.DecimalChar != "" {
		n.decimal = *d.DecimalChar
	}
	if d.GroupChar != nil {
		n.group = *d.GroupChar
	}
	if d.BareNumber != nil {
		n.bare = bool(*d.BareNumber)
	}
	k := &kind{read: n.read, key: "tableschema.type.number", args: map[string]any{"Example": "12" + n.decimal + "5", "Mark": n.decimal}}
	if n.whole {
		k.key = "tableschema.type.integer"
	}
	return k
}

// numbers is a way of writing numbers.
type numbers struct {
	decimal, group string
	bare           bool // nothing but the number stands in the cell
	whole          bool
}

func (n numbers) read(cell string) (value, bool) {
	raw := strings.TrimSpace(cell)
	if !n.bare {
		raw = strings.TrimFunc(raw, func(r rune) bool { return !strings.ContainsRune("0123456789+-", r) })
	}
	if n.group != "" {
		raw = strings.ReplaceAll(raw, n.group, "")
	}
	if !n.whole {
		if special, is := specialNumber(raw); is {
			return value{text: raw, number: special, order: byNumber}, true
		}
		if n.decimal != "." {
			if strings.Contains(raw, ".") {
				return value{}, false
			}
			raw = strings.Replace(raw, n.decimal, ".", 1)
		}
	}
	if !plain(raw, n.whole) {
		return value{}, false
	}
	number, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return value{}, false
	}
	return value{text: raw, number: number, order: byNumber}, true
}

// specialNumber reads what Table Schema allows besides figures.
func specialNumber(raw string) (float64, bool) {
	switch strings.ToUpper(raw) {
	case "NAN":
		return math.NaN(), true
	case "INF":
		return math.Inf(1), true
	case "-INF":
		return math.Inf(-1), true
	}
	return 0, false
}

// plain reports whether a text is a sign, figures, and for a number that need not
// be whole a fraction and an exponent: less than strconv takes ("0x1p-2", "1_000").
func plain(raw string, whole bool) bool {
	digits := strings.TrimLeft(raw, "+-")
	if len(raw)-len(digits) > 1 || digits == "" {
		return false
	}
	mantissa, exponent, has := strings.Cut(strings.ToLower(digits), "e")
	if has && (whole || !isDigits(strings.TrimLeft(exponent, "+-"))) {
		return false
	}
	units, tenths, broken := strings.Cut(mantissa, ".")
	if broken && whole {
		return false
	}
	return isDigits(units+tenths) && (!broken || units+tenths != "")
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// booleanKind reads yes and no in the words the field announces.
func (d *fieldDescriptor) booleanKind() *kind {
	yes, no := []string(d.True), []string(d.False)
	if yes == nil {
		yes = []string{"true", "True", "TRUE", "1"}
	}
	if no == nil {
		no = []string{"false", "False", "FALSE", "0"}
	}
	read := func(cell string) (value, bool) {
		switch {
		case slices.Contains(yes, cell):
			return value{text: "true"}, true
		case slices.Contains(no, cell):
			return value{text: "false"}, true
		}
		return value{}, false
	}
	return &kind{read: read, key: "tableschema.type.boolean", args: map[string]any{
		"True": excerpt(strings.Join(yes, ", ")), "False": excerpt(strings.Join(no, ", ")),
	}}
}

func readYear(cell string) (value, bool) {
	cell = strings.TrimSpace(cell)
	if len(cell) != 4 || !isDigits(cell) {
		return value{}, false
	}
	return numbers{whole: true, bare: true}.read(cell)
}
