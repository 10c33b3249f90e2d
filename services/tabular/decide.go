package tabular

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"acvdata/services/words"
)

const (
	// A type is given to a column when at least this share of its cells read as
	// it, and only for columns long enough that a slip of the pen is one.
	enoughShare = 0.98
	enoughCells = 50

	doubtful = 0.6 // confidence left when something cannot be told apart
)

// judge decides one column's type.
type judge struct {
	*columnEvidence
	hint     hint
	typed    int // cells that hold a value if the column is typed
	plain    int // … if it is text
	column   Column
	accepted func(evidence) bool
}

// column tells what the cells add up to.
func (c *columnEvidence) column() Column {
	j := judge{columnEvidence: c, hint: hintOf(c.heading)}
	j.plain = c.values - c.count(isAbsent)
	j.typed = j.plain - c.countIf(func(e evidence) bool { return e.has(isAbsentTyped) && !e.has(isAbsent) })
	j.column = Column{Index: c.index, Heading: c.heading, Examples: c.examples, Distinct: c.distinct}
	j.decide()
	j.finish()
	return j.column
}

// decide tries the types from the most to the least telling.
func (j *judge) decide() {
	if j.fixed == Geometry {
		j.give(Geometry, isGeometry, Reason{Code: "geometry"})
		return
	}
	if j.plain == 0 {
		j.give(Empty, isAbsent, Reason{Code: "no_value"})
		j.column.Confidence = 1
		return
	}
	for _, try := range j.tries() {
		if j.typed > 0 && try() {
			return
		}
	}
	j.giveIf(Text, func(evidence) bool { return true }, Reason{Code: "plain_text"})
}

// fits reports whether a number of cells makes a type for the column.
func (j *judge) fits(n int) bool {
	return n > 0 && (n == j.typed || j.typed >= enoughCells && float64(n) >= enoughShare*float64(j.typed))
}

// give settles the type; cells with any of the bits read as it.
func (j *judge) give(t Type, any evidence, reasons ...Reason) {
	j.giveIf(t, func(e evidence) bool { return e.has(any) }, reasons...)
}

func (j *judge) giveIf(t Type, accepts func(evidence) bool, reasons ...Reason) {
	j.column.Type, j.accepted, j.column.Reasons = t, accepts, reasons
}

func (j *judge) reason(code string) { j.because(Reason{Code: code}) }

func (j *judge) because(r Reason) { j.column.Reasons = append(j.column.Reasons, r) }

// finish counts what is missing and what does not fit.
func (j *judge) finish() {
	col := &j.column
	missing := isAbsent
	if col.Type != Text {
		missing |= isAbsentTyped
	}
	ignored := func(e evidence) bool {
		return e.has(missing) && (e.has(isAbsent) || col.Type == Empty || !j.accepted(e))
	}
	col.MissingCells = j.blank + j.countIf(ignored)
	col.Values = j.values - j.countIf(ignored)
	for word := range j.words {
		_, always, _ := absentWord(word)
		if always || col.Type != Text {
			col.MissingWords = append(col.MissingWords, word)
		}
	}
	slices.Sort(col.MissingWords)
	for _, found := range slices.Sorted(maps.Keys(j.tallies)) {
		if t := j.tallies[found]; !ignored(found) && !j.accepted(found) {
			col.MisfitCells += t.count
			col.Misfits = append(col.Misfits, t.first...)
		}
	}
	slices.SortFunc(col.Misfits, func(a, b Misfit) int { return cmp.Compare(a.Line, b.Line) })
	col.Misfits = col.Misfits[:min(len(col.Misfits), maxMisfits)]
	if col.MisfitCells > 0 {
		j.because(Reason{Code: "misfits", Args: map[string]any{"Count": col.MisfitCells}})
	}
	if col.Confidence == 0 {
		col.Confidence = j.confidence()
	}
}

// confidence is the share of cells that fit, less for few cells and for doubts.
func (j *judge) confidence() float64 {
	n := float64(j.column.Values)
	if n == 0 {
		return 0
	}
	share := 1 - float64(j.column.MisfitCells)/n
	if j.column.Type != Text {
		share *= 1 - 1/(n+4)
	}
	if j.column.Ambiguous {
		share *= doubtful
	}
	return math.Round(share*1000) / 1000
}

func (j *judge) geometry() bool {
	for _, kind := range []struct {
		t   Type
		bit evidence
	}{{Geometry, isGeometry}, {WKT, isWKT}, {EWKB, isEWKB}} {
		if j.fits(j.count(kind.bit)) {
			j.give(kind.t, kind.bit, Reason{Code: "geometry"})
			return true
		}
	}
	return false
}

// pairs recognises both coordinates in one cell and settles their order by the
// heading, else by where France lies, else says that it cannot be told.
func (j *judge) pairs() bool {
	lat, lon := j.count(isLatLon), j.count(isLonLat)
	if !j.fits(max(lat, lon)) || j.fits(j.count(isNumber)) {
		return false
	}
	saysLat, saysLon := j.count(saysLatLon), j.count(saysLonLat)
	order, why := LatLon, "pair_order_unknown"
	switch {
	case saysLat > saysLon || lat > lon:
		why = "pair_in_france"
	case saysLon > saysLat || lon > lat:
		order, why = LonLat, "pair_in_france"
	case j.hint.latitudeFirst():
		why = "heading"
	case j.hint.longitudeFirst():
		order, why = LonLat, "heading"
	default:
		j.column.Ambiguous = true
	}
	bit := isLatLon
	if order == LonLat {
		bit = isLonLat
	}
	j.give(order, bit, Reason{Code: why})
	return true
}

// booleans are columns of yes and no. A column of 0 and 1 is one only if its
// heading says so, one of single letters only if it has two of a pair.
func (j *judge) booleans() bool {
	switch {
	case j.fits(j.count(isWord)):
		j.give(Boolean, isWord, Reason{Code: "yes_no"})
	case j.fits(j.count(isLetter)) && j.twoLetters():
		j.give(Boolean, isLetter, Reason{Code: "yes_no"})
	case j.fits(j.count(isBit)) && j.hint.boolean():
		j.give(Boolean, isBit, Reason{Code: "yes_no"}, Reason{Code: "heading"})
	default:
		return false
	}
	return true
}

// twoLetters reports whether the letters are those of one pair.
func (j *judge) twoLetters() bool {
	seen := map[string]bool{}
	for value := range j.known {
		if found, _ := read(trim(value)); found.has(isLetter) {
			seen[words.Fold(trim(value))] = true
		}
	}
	for _, pair := range [][2]string{{"o", "n"}, {"t", "f"}, {"y", "n"}, {"v", "f"}} {
		if len(seen) == 2 && seen[pair[0]] && seen[pair[1]] {
			return true
		}
	}
	return false
}
