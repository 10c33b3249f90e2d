package trees

import (
	"math"
	"slices"
	"strconv"
)

// Heights at which trunks are measured, in centimetres from the ground.
const (
	BreastHeight = 130 // foresters, carbon equations, VIE
	SchemaHeight = 150 // the national schema "Arbres urbains"
)

// Diameter gives a trunk's diameter from its circumference, same unit.
func Diameter(circumference float64) float64 { return circumference / math.Pi }

// Circumference gives a trunk's circumference from its diameter, same unit.
func Circumference(diameter float64) float64 { return diameter * math.Pi }

// diameterBounds separates the classes of diameters, in centimetres. The
// database has the same list in trees.tree.diameter_class.
var diameterBounds = []float64{7.5, 15, 30, 45, 60, 75}

// UnknownDiameter is the class of trees that were not measured.
const UnknownDiameter = -1

// DiameterClasses is the number of classes: 0 below 7.5 cm, the last from 75 cm.
const DiameterClasses = 7

// DiameterClass puts a diameter in centimetres in its class.
func DiameterClass(cm float64) int {
	class := 0
	for _, bound := range diameterBounds {
		if cm >= bound {
			class++
		}
	}
	return class
}

// diameterKey is the class in addresses: "0" to "6", "inconnu".
func diameterKey(class int) string {
	if class == UnknownDiameter {
		return unknownKey
	}
	return strconv.Itoa(class)
}

const unknownKey = "inconnu"

// diameterLabelKey is the message key of the class's name.
func diameterLabelKey(class int) string { return "trees.diameter." + diameterKey(class) }

// What no tree of a French town exceeds: beyond, a unit or a column is wrong.
const (
	maxHeightM         = 60
	maxCircumferenceCm = 1500
	maxCrownM          = 60
)

// Trunk is what a column measures of a trunk.
type Trunk string

// What a column headed "tronc" may measure.
const (
	TrunkCircumference Trunk = "circumference"
	TrunkDiameter      Trunk = "diameter"
)

// SuggestTrunk says what the values of a column, in centimetres, more likely
// are, from the trees' heights in metres (0 for unknown). Half of a town's trees
// have less than about 3 cm of diameter per metre of height, or 9 of
// circumference (medians of Saint-Quentin's and Saint-Germain-en-Laye's open
// inventories: 2.7 and 3.2, 8.3 and 10); the border lies between. ok is false
// below 20 usable pairs: ask.
func SuggestTrunk(values, heights []float64) (t Trunk, ok bool) {
	const fewest, border = 20, 5
	var ratios []float64
	for i, v := range values {
		if i < len(heights) && v > 0 && heights[i] > 0 {
			ratios = append(ratios, v/heights[i])
		}
	}
	if len(ratios) < fewest {
		return "", false
	}
	slices.Sort(ratios)
	if ratios[len(ratios)/2] > border {
		return TrunkCircumference, true
	}
	return TrunkDiameter, true
}
