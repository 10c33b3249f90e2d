package taxa

import (
	"strings"
	"unicode"

	"acvdata/services/words"
)

// Normal writes a name in the form in which names are compared: small letters
// and digits without accents, one space between words, no hybrid sign.
func Normal(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	gap := false
	for _, r := range words.Fold(text) {
		switch {
		case r == '\'':
			continue // around the name of a cultivar
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		default: // blanks, hyphens, ×
			gap = true
		}
	}
	return strings.TrimPrefix(strings.ReplaceAll(b.String(), " x ", " "), "x ")
}
