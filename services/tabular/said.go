package tabular

// said is what a format that knows types says of a cell. Where it says the same
// of every value of a column, its word is taken rather than guessed again.
type said uint8

const (
	saidNothing said = iota
	saidText         // never a number, whatever its digits
	saidNumber       // with a decimal point
	saidBool
	saidDay
	saidMoment
	saidKinds
)

// word is what the format says of the whole column.
func (c *columnEvidence) word() said {
	for w := saidText; w < saidKinds; w++ {
		if c.said[w] > 0 && c.said[w] == c.values {
			return w
		}
	}
	return saidNothing
}

// tries lists the types a column may have, from the most to the least telling.
func (j *judge) tries() []func() bool {
	switch j.word() {
	case saidText:
		return []func() bool{j.geometry, j.dates, j.codes, j.pairs, j.booleans}
	case saidNumber:
		return []func() bool{j.numbers}
	case saidBool:
		return []func() bool{j.booleans}
	case saidDay, saidMoment:
		return []func() bool{j.dates}
	default:
		return []func() bool{j.geometry, j.dates, j.codes, j.pairs, j.booleans, j.numbers}
	}
}
