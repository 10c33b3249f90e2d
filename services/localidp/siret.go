package localidp

import (
	"fmt"
	"strconv"
)

// siret completes a SIREN (9 digits) into a SIRET: the establishment's number on
// four digits and the digit that makes the whole satisfy Luhn's formula.
func siret(siren string, establishment int) string {
	base := fmt.Sprintf("%s%04d", siren, establishment)
	for digit := range 10 {
		if candidate := base + strconv.Itoa(digit); luhn(candidate) {
			return candidate
		}
	}
	return "" // not reached: one digit of ten always fits
}

// luhn reports whether a string of digits satisfies Luhn's formula, as every
// SIREN and SIRET does (La Poste's establishments apart).
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if d < 0 || d > 9 {
			return false
		}
		if i%2 == 1 {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0 && digits != ""
}
