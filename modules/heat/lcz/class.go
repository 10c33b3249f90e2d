package lcz

import (
	"strconv"
	"strings"
)

// Class is a local climate zone: 1 to 10 are built, 11 to 17 are land covers,
// written A to G. 0 is none.
type Class int

// The ends of the two families.
const (
	FirstBuilt Class = 1
	LastBuilt  Class = 10
	FirstLand  Class = 11
	LastLand   Class = 17
)

// All lists the classes in their order.
func All() []Class {
	list := make([]Class, 0, LastLand)
	for c := FirstBuilt; c <= LastLand; c++ {
		list = append(list, c)
	}
	return list
}

// Code is the canonical code: "1" to "10", "A" to "G".
func (c Class) Code() string {
	if c >= FirstLand && c <= LastLand {
		return string(rune('A' + c - FirstLand))
	}
	return strconv.Itoa(int(c))
}

// Built reports whether the class is one of buildings.
func (c Class) Built() bool { return c >= FirstBuilt && c <= LastBuilt }

// LabelKey is the message key of the class's name.
func (c Class) LabelKey() string { return "heat.lcz." + strings.ToLower(c.Code()) }

// Slug names the class in style sheets: "lcz-2", "lcz-a".
func (c Class) Slug() string { return "lcz-" + strings.ToLower(c.Code()) }

// geoClimate is added to the rank of a land cover in GeoClimate's files.
const geoClimate = 100

// Parse reads a class as any of the four families writes it, "LCZ 2" and "lcz_a"
// included; ok is false for anything else.
func Parse(text string) (c Class, ok bool) {
	text = strings.ToUpper(strings.TrimSpace(text))
	if rest, named := strings.CutPrefix(text, "LCZ"); named {
		text = strings.TrimLeft(rest, " _-")
	}
	if len(text) == 1 && text[0] >= 'A' && text[0] <= 'G' {
		return FirstLand + Class(text[0]-'A'), true
	}
	if whole, fraction, has := strings.Cut(text, "."); has && strings.Trim(fraction, "0") == "" {
		text = whole // 101.0, as spreadsheets write it
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return 0, false
	case n >= int(FirstBuilt) && n <= int(LastLand):
		return Class(n), true
	case n > geoClimate && n <= geoClimate+7:
		return LastBuilt + Class(n-geoClimate), true
	}
	return 0, false
}

// Level is how strongly a zone tends to heat the air, for towns without a
// sensor; by the classes' morphology, after the grouping of reference maps.
type Level string

// The levels.
const (
	Strong Level = "strong"
	Medium Level = "medium"
	Weak   Level = "weak"
	Cool   Level = "cool"
)

var levels = map[Class]Level{
	1: Strong, 2: Strong, 3: Strong, 8: Strong, 10: Strong, 15: Strong,
	4: Medium, 5: Medium, 7: Medium, 6: Weak, 9: Weak,
	11: Cool, 12: Cool, 13: Cool, 14: Cool, 16: Weak, 17: Cool,
}

// Level is the class's level.
func (c Class) Level() Level { return levels[c] }

// LabelKey is the message key of the level's name.
func (l Level) LabelKey() string { return "heat.level." + string(l) }

// Levels lists the levels, the hottest first.
func Levels() []Level { return []Level{Strong, Medium, Weak, Cool} }
