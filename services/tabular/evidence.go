package tabular

import (
	"math"
	"strings"
)

// evidence is all that one cell may be, as bits. The eight highest bits are the
// rank of its unit.
type evidence uint64

const (
	isAbsent      evidence = 1 << iota // a word that says "no value" anywhere
	isAbsentTyped                      // … in typed columns only

	isNumber
	isComma // has a mark, reads with a decimal comma
	isPoint // has a mark, reads with a decimal point
	isWhole // no fraction, or of zeros
	isPlain // digits only, behind a sign at most
	isFine  // three decimals or more
	hasZeros
	isYear

	isWord   // oui, non, vrai, faux…
	isLetter // o, n, t, f…
	isBit    // 0, 1

	isDate
	isDMY
	isMDY
	isCompact
	isTimed
	isZoned

	isINSEE
	isCorsica
	isPostcode
	isSIREN
	isSIRET
	isPhone
	isShort // four digits: what is left of five without its zero

	isLatLon
	isLonLat
	saysLatLon
	saysLonLat
	isWKT
	isEWKB
	isGeometry
)

const unitShift = 56

func (e evidence) has(any evidence) bool { return e&any != 0 }

func (e evidence) unit() int { return int(e >> unitShift) }

// read tells all that a trimmed, non-empty cell may be, and its value when it
// reads as a number.
func read(cell string) (evidence, float64) {
	const longestTyped = 64
	found, value := evidence(0), math.NaN()
	if len(cell) <= longestTyped {
		found, value = readShort(cell)
	}
	return found | geometryOf(cell), value
}

func readShort(cell string) (evidence, float64) {
	found := evidence(0)
	if _, always, typed := absentWord(cell); always {
		return isAbsent, math.NaN()
	} else if typed {
		found |= isAbsentTyped
	}
	value := math.NaN()
	if n, ok := scanNumeral(cell); ok {
		number, v := readNumber(&n)
		found, value = found|number, v
	}
	return found | readWord(cell) | readDay(cell) | codeOf(cell) | pairOf(cell), value
}

func readNumber(n *numeral) (evidence, float64) {
	value, ok := n.best()
	if !ok {
		return 0, math.NaN()
	}
	found := isNumber | evidence(n.unit)<<unitShift
	if n.marked && n.comma {
		found |= isComma
	}
	if n.marked && n.point {
		found |= isPoint
	}
	if n.whole {
		found |= isWhole
	}
	if !n.marked && n.whole && n.unit == 0 {
		found |= isPlain
	}
	if n.zeros {
		found |= hasZeros
	}
	if n.digits == 4 {
		found |= isShort
	}
	if i := strings.LastIndexAny(n.body, ".,"); i >= 0 && len(n.body)-i > 3 {
		found |= isFine
	}
	if n.whole && n.unit == 0 && value >= 1500 && value <= 2100 {
		found |= isYear
	}
	return found, value
}

func readWord(cell string) evidence {
	if _, ok := ParseBool(cell); !ok {
		return 0
	}
	switch {
	case len(cell) > 1:
		return isWord
	case digit(cell[0]):
		return isBit
	}
	return isLetter
}

func readDay(cell string) evidence {
	c, ok := readCalendar(cell)
	if !ok {
		return 0
	}
	found := isDate
	if c.rest != "" {
		t, ok := readClock(c.rest)
		if !ok {
			return 0
		}
		found |= isTimed
		if t.zoned {
			found |= isZoned
		}
	}
	if c.dmy {
		found |= isDMY
	}
	if c.mdy {
		found |= isMDY
	}
	if c.compact {
		found |= isCompact
	}
	return found
}
