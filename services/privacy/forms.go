package privacy

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

var (
	emailForm = regexp.MustCompile(`[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}`)

	// Numbers of the French plan written as telephones are: by pairs, or with the
	// country's code. Ten bare figures may be any code.
	writtenPhone = regexp.MustCompile(`(?:^|[^\p{L}\p{N}+])(?:(?:\+|00)33[ .\x{a0}-]?(?:\(0\))?[ .\x{a0}-]?[1-9](?:[ .\x{a0}-]?\d{2}){4}|0[1-9](?:[ .\x{a0}-]\d{2}){4})(?:[^\p{L}\p{N}]|$)`)
	barePhone    = regexp.MustCompile(`^0[1-9]\d{8}$`)

	// Plates since 2009 (SIV): no I, O, U; SS and WW are not given to vehicles
	// (arrêté du 9 février 2009). Those before (FNI): number, letters, department.
	sivPlate  = regexp.MustCompile(`(?:^|[^\p{L}\p{N}-])([A-HJ-NP-TV-Z]{2})[- ]\d{3}[- ]([A-HJ-NP-TV-Z]{2})(?:[^\p{L}\p{N}-]|$)`)
	barePlate = regexp.MustCompile(`^[A-HJ-NP-TV-Z]{2}\d{3}[A-HJ-NP-TV-Z]{2}$`)
	oldPlate  = regexp.MustCompile(`^\d{1,4}[ -]?[A-HJ-NP-TV-Z]{2,3}[ -]?(?:0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-6])$`)

	streetForm = regexp.MustCompile(`^\d{1,4}(?:\s?(?:bis|ter|quater|[a-d]))?,?\s+(?:rue|avenue|av\.?|bd|boulevard|chemin|impasse|allees?|place|route|quai|cours|square|passage|venelle|lotissement|hameau|residence|faubourg|fg|sente|sentier)\s`)
)

func hasWrittenPhone(cell string) bool { return writtenPhone.MatchString(cell) }

func hasPlate(cell string) bool {
	found := sivPlate.FindStringSubmatch(strings.ToUpper(cell))
	return found != nil && found[1] != "SS" && found[1] != "WW" && found[2] != "SS"
}

// compact takes blanks and points out, as people write numbers by groups.
func compact(cell string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == '\u00a0' || r == '\u202f' || r == '-' {
			return -1
		}
		return r
	}, cell)
}

// nirForm is the number of the national register with its key: sex, year, month,
// department, commune, order, key.
var nirForm = regexp.MustCompile(`^[1-478]\d{2}(?:0[1-9]|1[0-2]|[2-4]\d|[5-9]\d)(?:\d{2}|2[AB])\d{6}\d{2}$`)

// isNIR checks form and key: 97 less the remainder of the number by 97, Corsica's
// letters counting as 19 and 18 (INSEE, décret 82-103).
func isNIR(digits string) bool {
	digits = strings.ToUpper(digits)
	if len(digits) != 15 || !nirForm.MatchString(digits) {
		return false
	}
	body := strings.NewReplacer("2A", "19", "2B", "18").Replace(digits[5:7])
	number, err := strconv.ParseInt(digits[:5]+body+digits[7:13], 10, 64)
	if err != nil {
		return false
	}
	key, err := strconv.ParseInt(digits[13:], 10, 64)
	return err == nil && key == 97-number%97
}

// Mask hides most of a value, and leaves enough for whoever knows the file to
// find it: "m•••••.d•••••@vitre.fr".
func Mask(cell string) string {
	const most = 40
	var b strings.Builder
	inside, after := false, false
	n := 0
	for _, r := range cell {
		if n++; n > most {
			b.WriteRune('…')
			break
		}
		switch letter := unicode.IsLetter(r) || unicode.IsDigit(r); {
		case r == '@':
			after = true
			b.WriteRune(r)
		case after && r == ' ':
			after, inside = false, false
			b.WriteRune(r)
		case !letter:
			inside = false
			b.WriteRune(r)
		case inside && !after:
			b.WriteRune('•')
		default:
			inside = true
			b.WriteRune(r)
		}
	}
	return b.String()
}
