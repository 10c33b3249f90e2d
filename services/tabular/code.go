package tabular

import "strings"

// codeOf tells which French codes a cell may be. The cell is trimmed.
func codeOf(cell string) evidence {
	switch {
	case len(cell) == 5:
		return communeCode(cell)
	case len(cell) >= 9 && len(cell) <= 18:
		return companyCode(cell) | phoneNumber(cell)
	}
	return 0
}

// communeCode recognises the shapes of INSEE codes and postcodes.
func communeCode(cell string) evidence {
	letter := cell[1] | 0x20
	corsica := cell[0] == '2' && (letter == 'a' || letter == 'b')
	if !corsica && !digit(cell[0]) || !corsica && !digit(cell[1]) || !digit(cell[2]) || !digit(cell[3]) || !digit(cell[4]) {
		return 0
	}
	if corsica {
		return isINSEE | isCorsica
	}
	found := evidence(0)
	department := cell[:2]
	if department != "00" && department != "20" && department != "96" && department != "99" {
		found |= isINSEE
	}
	if department != "00" && department != "96" && department != "99" {
		found |= isPostcode
	}
	return found
}

// companyCode recognises SIREN and SIRET by their length and key.
func companyCode(cell string) evidence {
	digits, ok := withoutSpaces(cell, 14)
	switch {
	case !ok:
		return 0
	case len(digits) == 9 && luhn(digits):
		return isSIREN
	case len(digits) == 14 && (luhn(digits) || laPoste(digits)):
		return isSIRET
	}
	return 0
}

// withoutSpaces takes the spaces out of a number of at most most digits; false
// when there is anything else.
func withoutSpaces(cell string, most int) (string, bool) {
	digits := strings.ReplaceAll(cell, " ", "")
	if len(digits) > most {
		return "", false
	}
	for i := range len(digits) {
		if !digit(digits[i]) {
			return "", false
		}
	}
	return digits, true
}

// luhn checks the key of SIREN and SIRET numbers.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0 && sum > 0
}

// laPoste is the exception INSEE made: the digits of its establishments add up
// to a multiple of five.
func laPoste(siret string) bool {
	if !strings.HasPrefix(siret, "356000000") {
		return false
	}
	sum := 0
	for i := range len(siret) {
		sum += int(siret[i] - '0')
	}
	return sum%5 == 0
}

// phoneNumber recognises French numbers: ten digits from 01 to 09, in pairs or
// not, or +33 and nine.
func phoneNumber(cell string) evidence {
	digits := make([]byte, 0, 16)
	plus := strings.HasPrefix(cell, "+")
	for i := range len(cell) {
		switch c := cell[i]; {
		case digit(c):
			digits = append(digits, c)
		case i == 0 && plus:
		case !strings.ContainsRune(" .-/()", rune(c)):
			return 0
		}
	}
	switch n := len(digits); {
	case !plus && n == 10 && digits[0] == '0' && digits[1] != '0':
		return isPhone
	case plus && (n == 11 || n == 12) && digits[0] == '3' && digits[1] == '3':
		return isPhone
	}
	return 0
}

func digit(b byte) bool { return b >= '0' && b <= '9' }
