package trees

import "strconv"

// ageBounds separates the classes of ages, in years: those of
// Saint-Germain-en-Laye's dictionary (young, young adult, adult, mature), its
// gap between 40 and 50 closed.
var ageBounds = []int{10, 20, 40, 70}

// AgeClasses is the number of classes of ages.
const AgeClasses = 5

// UnknownAge is the class of trees of unknown age.
const UnknownAge = -1

// AgeClass puts an age in years in its class. A tree to be planted next year
// counts as young.
func AgeClass(years int) int {
	class := 0
	for _, bound := range ageBounds {
		if years >= bound {
			class++
		}
	}
	return class
}

// ageLabelKey is the message key of the class's name.
func ageLabelKey(class int) string {
	if class == UnknownAge {
		return "trees.age." + unknownKey
	}
	return "trees.age." + strconv.Itoa(class)
}
