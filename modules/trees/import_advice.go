package trees

import (
	"math"
	"slices"

	"acvdata/services/imports"
)

var _ imports.Adviser = inventoryTarget{}

// Advise implements imports.Adviser: units and what a trunk column measures show
// in the values.
func (inventoryTarget) Advise(s imports.Sample) map[string]imports.Advice {
	advice := map[string]imports.Advice{}
	heights := s.Numbers(colHeight)
	if middle, ok := middleOf(heights); ok && middle > maxHeightM {
		advice[optionHeight] = imports.Advice{Value: choiceCm, Why: "trees.import.advice.height_cm"}
	}
	for i, v := range heights {
		if v > maxHeightM {
			heights[i] = v / 100
		}
	}
	trunks := s.Numbers(colTrunk)
	for _, column := range []string{colTrunk, colCircumference, colDiameter} {
		if middle, ok := middleOf(s.Numbers(column)); ok && middle < thinMedian {
			advice[optionTrunkUnit] = imports.Advice{Value: choiceM, Why: "trees.import.advice.trunk_m"}
			return advice
		}
	}
	if measure, sure := SuggestTrunk(trunks, heights); sure {
		advice[optionTrunk] = imports.Advice{Value: string(measure), Why: whyTrunk[measure]}
	}
	return advice
}

var whyTrunk = map[Trunk]string{
	TrunkCircumference: "trees.import.advice.trunk_circumference",
	TrunkDiameter:      "trees.import.advice.trunk_diameter",
}

// thinMedian is the median, in centimetres, below which a town's trunks are in
// metres: half of its trees would be thinner than a broomstick.
const thinMedian = 3

// middleOf is the median of the positive numbers; ok is false for few of them.
func middleOf(values []float64) (middle float64, ok bool) {
	const fewest = 20
	known := slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return math.IsNaN(v) || v <= 0 })
	if len(known) < fewest {
		return 0, false
	}
	slices.Sort(known)
	return known[len(known)/2], true
}
