package tabular

import (
	"cmp"
	"slices"
	"strings"
)

// Wanted is a field that a column may feed.
type Wanted struct {
	Name    string   // as the caller knows it; compared with headings too
	Aliases []string // other ways it is called in files
	Type    Type     // what it should hold, "" when anything will do
}

// MatchReason is the stable code of why a column was suggested. Its message
// key is "tabular.match." + code.
type MatchReason string

// The reasons, from the surest.
const (
	SameName   MatchReason = "same_name"   // the heading is the name or an alias
	SameWords  MatchReason = "same_words"  // the same words in another order
	MoreWords  MatchReason = "more_words"  // the heading says it, and more
	FewerWords MatchReason = "fewer_words" // the heading says part of it
	AlikeWords MatchReason = "alike_words" // shortened words
)

// Key is the reason's message key.
func (r MatchReason) Key() string { return "tabular.match." + string(r) }

// Suggestion is the column that best feeds a field.
type Suggestion struct {
	Column int // index of the column
	Score  float64
	Reason MatchReason
	Rivals []int // other columns that would do exactly as well: ask
}

// leastScore is what a suggestion must reach to be made.
const leastScore = 0.5

// Match suggests at most one column for each wanted field and one field for each
// column, by their headings; case, accents, punctuation and plurals do not
// count. Columns that are equally good are all told, one as Column, the others
// as Rivals. Fields without a suggestion are absent from the result.
func Match(headings []string, wanted []Wanted) map[string]Suggestion {
	columns := make([]Column, len(headings))
	for i, h := range headings {
		columns[i] = Column{Index: i, Heading: h}
	}
	return MatchColumns(columns, wanted)
}

// MatchColumns is Match with the columns' types taken into account: a column
// that does not hold what a field needs scores half.
func MatchColumns(columns []Column, wanted []Wanted) map[string]Suggestion {
	pairs := scorePairs(columns, wanted)
	found := map[string]Suggestion{}
	taken := map[int]bool{}
	for _, p := range pairs {
		name := wanted[p.field].Name
		if _, settled := found[name]; settled || taken[p.column] {
			continue
		}
		taken[p.column] = true
		s := Suggestion{Column: columns[p.column].Index, Score: p.score, Reason: p.reason}
		for _, other := range pairs {
			if other.field == p.field && other.column != p.column && other.score == p.score && !taken[other.column] {
				s.Rivals = append(s.Rivals, columns[other.column].Index)
			}
		}
		found[name] = s
	}
	return found
}

// pairing is how well a column suits a field.
type pairing struct {
	field, column int
	score         float64
	reason        MatchReason
}

// scorePairs lists the pairings worth making, best first.
func scorePairs(columns []Column, wanted []Wanted) []pairing {
	names := make([][][]string, len(wanted))
	for i, w := range wanted {
		for _, alias := range append([]string{w.Name}, w.Aliases...) {
			names[i] = append(names[i], tokens(alias))
		}
	}
	var pairs []pairing
	for c := range columns {
		heading := tokens(columns[c].Heading)
		for f, w := range wanted {
			p := pairing{field: f, column: c}
			for _, name := range names[f] {
				if score, reason := compare(heading, name); score > p.score {
					p.score, p.reason = score, reason
				}
			}
			if !suits(&columns[c], w.Type) {
				p.score /= 2
			}
			if p.score >= leastScore {
				pairs = append(pairs, p)
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pairing) int { return cmp.Compare(b.score, a.score) })
	return pairs
}

// suits reports whether a column can feed a field of that type.
func suits(c *Column, t Type) bool {
	if t == "" || t == Text || c.Type == "" || c.Type == Empty || c.Type == t {
		return true
	}
	numeric := []Type{Integer, Number, Year, Longitude, Latitude, Easting, Northing}
	dated := []Type{Date, DateTime, Year}
	switch t {
	case Number, Longitude, Latitude, Easting, Northing:
		return slices.Contains(numeric, c.Type)
	case Integer:
		return c.Type == Integer || c.Type == Year || c.Type == Number && c.Whole
	case Date, DateTime:
		return slices.Contains(dated, c.Type)
	case Year:
		return slices.Contains(dated, c.Type) || c.Type == Integer
	case Boolean:
		return c.Type == Integer && c.Distinct <= 2
	default:
		return false
	}
}

// fillers say nothing of what a column holds.
var fillers = map[string]bool{
	"de": true, "du": true, "des": true, "d": true, "la": true, "le": true, "les": true, "l": true,
	"en": true, "au": true, "a": true, "et": true, "of": true, "the": true, "fk": true, "clc": true,
}

// units that headings add: "hauteur (m)".
var headingUnits = map[string]bool{"cm": true, "m": true, "mm": true, "m2": true, "km": true, "ha": true, "kg": true}

// compare scores a heading against one name of a field.
func compare(heading, name []string) (float64, MatchReason) {
	if len(heading) == 0 || len(name) == 0 {
		return 0, ""
	}
	if strings.Join(heading, "") == strings.Join(name, "") {
		return 1, SameName
	}
	heading, name = telling(heading), telling(name)
	common, alike := 0.0, false
	for _, n := range name {
		if slices.Contains(heading, n) {
			common++
		} else if slices.ContainsFunc(heading, func(h string) bool { return shortened(h, n) }) {
			common += 0.9
			alike = true
		}
	}
	ofName, ofHeading := common/float64(len(name)), common/float64(len(heading))
	const whole = 0.85 // every word of one is in the other, some shortened
	switch {
	case ofName == 1 && len(heading) == len(name):
		return 0.95, SameWords
	case alike && ofName >= whole && len(heading) == len(name):
		return 0.8, AlikeWords
	case ofName >= whole:
		return 0.5 + 0.35*ofHeading*ofName, MoreWords
	case ofHeading >= whole:
		return 0.3 + 0.4*ofName, FewerWords
	}
	return 0, ""
}

// telling leaves out the words that say nothing, unless they are all there is.
func telling(words []string) []string {
	kept := make([]string, 0, len(words))
	for _, w := range words {
		if !fillers[w] && !headingUnits[w] {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return words
	}
	return kept
}

// shortened reports whether one word is the other cut short: "haut" for
// "hauteur", "circonf" for "circonference".
func shortened(a, b string) bool {
	const shortest = 4
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(a) >= shortest && len(a) < len(b) && strings.HasPrefix(b, a)
}
