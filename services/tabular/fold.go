package tabular

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold writes a word in small letters without accents, for comparing.
func fold(s string) string {
	lower := strings.ToLower(s)
	if isASCII(lower) {
		return lower
	}
	var b strings.Builder
	b.Grow(len(lower))
	for _, r := range norm.NFD.String(lower) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// trim takes off the blanks around a cell. Most cells have none.
func trim(cell string) string {
	if n := len(cell); n == 0 || tight(cell[0]) && tight(cell[n-1]) {
		return cell
	}
	return strings.Trim(cell, spaces)
}

func tight(b byte) bool { return b > ' ' && b < utf8.RuneSelf }
