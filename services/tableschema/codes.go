package tableschema

import (
	"regexp"
	"slices"
	"strings"

	"acvdata/services/words"
)

// isSIREN checks length and key of a SIREN; spaces are allowed, as people write
// them.
func isSIREN(cell string) bool {
	digits := strings.ReplaceAll(cell, " ", "")
	return len(digits) == 9 && isDigits(digits) && luhn(digits)
}

// isSIRET checks length and keys of a SIRET. Establishments of La Poste but the
// first follow a rule of their own: the sum of their figures is a multiple of 5
// (INSEE).
func isSIRET(cell string) bool {
	digits := strings.ReplaceAll(cell, " ", "")
	if len(digits) != 14 || !isDigits(digits) || !luhn(digits[:9]) {
		return false
	}
	if luhn(digits) {
		return true
	}
	sum := 0
	for _, d := range digits {
		sum += int(d - '0')
	}
	return digits[:9] == "356000000" && sum%5 == 0
}

// luhn is the key of SIREN and SIRET (ISO/IEC 7812-1, annex B).
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		n := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			n *= 2
		}
		sum += n/10 + n%10
	}
	return sum%10 == 0
}

var (
	// French numbers, metropolitan or overseas, with or without the country's code
	// (ARCEP, plan de numérotation), and short numbers.
	frenchPhone = regexp.MustCompile(`^(?:(?:\+|00)(?:33|262|508|590|594|596|687|689)0?|0)[1-9]\d{5,8}$`)
	shortPhone  = regexp.MustCompile(`^(?:1[578]|11[0-9]|116\d{3}|118\d{3}|10\d\d|3\d{3})$`)
	// Any other country: E.164 has 15 figures at most.
	foreignPhone = regexp.MustCompile(`^(?:\+|00)[1-9]\d{6,14}$`)
	phoneMarks   = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ".", "", "-", "", "(0)", "", "(", "", ")", "")
)

// isPhone reports whether a cell is a French or an international number.
func isPhone(cell string) bool {
	n := phoneMarks.Replace(cell)
	switch {
	case strings.HasPrefix(n, "+33"), strings.HasPrefix(n, "0033"):
		rest := strings.TrimPrefix(strings.TrimPrefix(n, "+33"), "0033")
		rest = strings.TrimPrefix(rest, "0")
		return len(rest) == 9 && isDigits(rest) && rest[0] != '0'
	case strings.HasPrefix(n, "+"), strings.HasPrefix(n, "00"):
		return frenchPhone.MatchString(n) || foreignPhone.MatchString(n)
	}
	return len(n) == 10 && frenchPhone.MatchString(n) || shortPhone.MatchString(n)
}

// acts are the subjects of the nomenclature of acts sent to the prefect: what
// stands before the slash (SCDL, "Délibérations").
var acts = []string{
	"commande publique", "urbanisme", "domaine et patrimoine", "fonction publique", "institutions et vie politique",
	"libertes publiques et pouvoirs de police", "finances locales", "domaines de competences par themes", "autres domaines de competences",
}

// isAct reports whether a cell starts with a subject of the nomenclature, whatever
// its capitals and accents.
func isAct(cell string) bool {
	subject, _, found := strings.Cut(cell, "/")
	return found && slices.Contains(acts, strings.TrimSpace(words.Fold(subject)))
}
