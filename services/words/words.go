package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold writes a text in small letters without accents, ligatures and the two
// typographic apostrophes, for comparing: "L’Œuf" gives "l'oeuf". It is
// idempotent.
func Fold(s string) string {
	lower := strings.ToLower(s)
	if isASCII(lower) {
		return lower
	}
	var b strings.Builder
	b.Grow(len(lower))
	// Compatible forms too: a no-break space is a space, "m²" is found by "m2".
	for _, r := range norm.NFKD.String(lower) {
		r = unicode.ToLower(r)
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		case r == '’' || r == '‘':
			b.WriteByte('\'')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Of lists the words of a text, folded: letters a to z and figures only, so that
// they can stand in an address. "Parcs & jardins" gives "parcs", "jardins".
func Of(s string) []string {
	return strings.FieldsFunc(Fold(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

// mostSlug keeps addresses readable, in bytes.
const mostSlug = 60

// Slug writes a text for an address: its words parted by sep, cut at 60 letters.
// It is empty when the text has no word.
func Slug(s, sep string) string {
	slug := strings.Join(Of(s), sep)
	if len(slug) > mostSlug {
		slug = strings.Trim(slug[:mostSlug], sep)
	}
	return slug
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
