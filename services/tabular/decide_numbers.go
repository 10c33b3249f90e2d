package tabular

import (
	"math"
	"slices"
)

// numbers recognises whole and decimal numbers, years and coordinates.
func (j *judge) numbers() bool {
	if !j.fits(j.count(isNumber)) || !j.oneUnit() {
		return false
	}
	accepts, ok := j.decimal()
	if !ok {
		return false
	}
	whole := j.countIf(func(e evidence) bool { return accepts(e) && e.has(isWhole) })
	j.column.Whole = whole == j.countIf(accepts)
	if !j.column.Whole && j.column.Unit == "" && j.hint.identifier() {
		j.forget()
		return false
	}
	switch {
	case j.years(accepts), j.coordinates(accepts):
	case j.column.Whole && j.count(isComma|isPoint) == 0:
		j.giveIf(Integer, accepts, append(j.column.Reasons, Reason{Code: "whole_numbers"})...)
	default:
		j.giveIf(Number, accepts, append(j.column.Reasons, Reason{Code: "numbers"})...)
	}
	return true
}

// oneUnit settles the unit; two of them in a column are no amounts to compare.
func (j *judge) oneUnit() bool {
	found := map[int]int{}
	for e, t := range j.tallies {
		if e.has(isNumber) {
			found[e.unit()] += t.count
		}
	}
	delete(found, 0)
	if len(found) > 1 {
		return false
	}
	for unit := range found {
		j.column.Unit = unitNames[unit]
		j.because(Reason{Code: "unit", Args: map[string]any{"Unit": unitNames[unit]}})
	}
	return true
}

// decimal settles the decimal mark. Cells that read under one mark only decide
// for those that read under both ("1,234").
func (j *judge) decimal() (accepts func(evidence) bool, ok bool) {
	comma := j.countIf(func(e evidence) bool { return e.has(isComma) && !e.has(isPoint) })
	point := j.countIf(func(e evidence) bool { return e.has(isPoint) && !e.has(isComma) })
	both := j.countIf(func(e evidence) bool { return e.has(isPoint) && e.has(isComma) })
	withComma := func(e evidence) bool { return e.has(isNumber) && (e.has(isComma) || !e.has(isPoint)) }
	withPoint := func(e evidence) bool { return e.has(isNumber) && (e.has(isPoint) || !e.has(isComma)) }
	switch {
	case comma+point+both == 0:
		return withPoint, true
	case j.word() == saidNumber:
		j.mark(Point, "decimal_point")
		return func(e evidence) bool { return e.has(isNumber) }, true
	case comma > 0 && j.fits(j.countIf(withComma)):
		j.mark(Comma, "decimal_comma")
		return withComma, true
	case point > 0 && j.fits(j.countIf(withPoint)):
		j.mark(Point, "decimal_point")
		return withPoint, true
	case comma > 0 && point > 0 && both == 0:
		// Typed by several hands, and no cell in doubt: each lone mark is the decimal one.
		j.mark(NoDecimal, "decimal_mixed")
		return func(e evidence) bool { return e.has(isNumber) }, true
	case comma > 0 || point > 0:
		return nil, false
	}
	return j.loneThrees()
}

// loneThrees are columns like 1,234 and 12,345 alone: decimals, most likely, but
// thousands cannot be ruled out.
func (j *judge) loneThrees() (accepts func(evidence) bool, ok bool) {
	mark, code := Point, "decimal_point"
	if j.commas() {
		mark, code = Comma, "decimal_comma"
	}
	j.mark(mark, code)
	if !j.hint.longitude() && !j.hint.latitude() {
		j.column.Ambiguous = true
		j.reason("decimal_or_thousands")
	}
	return func(e evidence) bool { return e.has(isNumber) }, true
}

// commas reports whether the marks are commas, by the examples kept.
func (j *judge) commas() bool {
	for e, t := range j.tallies {
		if e.has(isComma) && e.has(isPoint) {
			for _, m := range t.first {
				for i := range len(m.Value) {
					if m.Value[i] == ',' {
						return true
					}
				}
			}
		}
	}
	return false
}

// forget takes back what was settled of numbers.
func (j *judge) forget() {
	j.column.Decimal, j.column.Ambiguous, j.column.Reasons = NoDecimal, false, nil
}

// asOthers settles the lone threes of a file whose other columns have the same
// mark for decimals, and none the other: one hand wrote them all.
func asOthers(columns []Column) {
	marks := map[Decimal]int{}
	for i := range columns {
		if c := &columns[i]; !c.Ambiguous && c.Decimal != NoDecimal {
			marks[c.Decimal]++
		}
	}
	for i := range columns {
		if c := &columns[i]; c.Ambiguous && len(marks) == 1 && marks[c.Decimal] > 0 && c.settleThrees() {
			c.Confidence = math.Round(1000*c.Confidence/doubtful) / 1000
		}
	}
}

// settleThrees takes the doubt away, where that is what the doubt is about.
func (c *Column) settleThrees() bool {
	i := slices.IndexFunc(c.Reasons, func(r Reason) bool { return r.Code == "decimal_or_thousands" })
	if i < 0 {
		return false
	}
	c.Reasons[i], c.Ambiguous = Reason{Code: "decimal_as_others"}, false
	return true
}

func (j *judge) mark(d Decimal, reason string) {
	j.column.Decimal = d
	j.reason(reason)
}

// years are whole numbers that could be years, under a heading about time.
func (j *judge) years(accepts func(evidence) bool) bool {
	year := func(e evidence) bool { return accepts(e) && e.has(isYear) }
	if !j.hint.year() || !j.fits(j.countIf(year)) {
		return false
	}
	j.giveIf(Year, year, append(j.column.Reasons, Reason{Code: "years"})...)
	return true
}

// The middle of France, to ask of one axis at a time.
const (
	middleLongitude = 2.5
	middleLatitude  = 46.5
)

// coordinates are numbers whose heading names an axis and whose values stay in
// its range.
func (j *judge) coordinates(accepts func(evidence) bool) bool {
	if j.column.Unit != "" {
		return false
	}
	degrees := j.count(isFine) > 0 && j.min >= -180 && j.max <= 180
	upright := degrees && j.min >= -90 && j.max <= 90
	metres := j.max > 1000
	kind := Type("")
	switch {
	case j.hint.latitude() && upright:
		kind = Latitude
	case j.hint.longitude() && degrees:
		kind = Longitude
	case j.hint.easting() && !j.hint.northing() && degrees && inFrance(j.min, middleLatitude) && inFrance(j.max, middleLatitude):
		kind = Longitude
	case j.hint.northing() && !j.hint.easting() && upright && inFrance(middleLongitude, j.min) && inFrance(middleLongitude, j.max):
		kind = Latitude
	case j.hint.easting() && metres && !j.hint.northing():
		kind = Easting
	case j.hint.northing() && metres && !j.hint.easting():
		kind = Northing
	default:
		return false
	}
	j.giveIf(kind, accepts, append(j.column.Reasons, Reason{Code: "axis"})...)
	return true
}
