package atlas

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"acvdata/services/words"
)

// fold writes a name for comparing: without capitals and accents, single blanks,
// the sign of hybrids as "x".
func fold(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(words.Fold(s)), " "), "×", "x")
}

// wordsOf writes names for the search: letters and figures only, a blank before
// each word.
func wordsOf(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		for _, word := range strings.FieldsFunc(fold(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			b.WriteByte(' ')
			b.WriteString(word)
		}
	}
	return b.String()
}

// mend takes back text that was encoded twice: UTF-8 read as Windows-1252 or
// Latin-1 and written as UTF-8 again ("gÃ®te"). ok is false when there is
// nothing to mend.
func mend(s string) (mended string, ok bool) {
	if !strings.ContainsAny(s, "ÃÂâ") {
		return s, false
	}
	// "à" ends in a no-break space, which many tools turn into a plain one.
	for _, text := range []string{s, strings.ReplaceAll(s, "Ã ", "Ã\u00a0")} {
		for _, table := range []*charmap.Charmap{charmap.Windows1252, charmap.ISO8859_1} {
			raw, err := table.NewEncoder().String(text)
			if err == nil && raw != text && utf8.ValidString(raw) && utf8.RuneCountInString(raw) < utf8.RuneCountInString(text) {
				return raw, true
			}
		}
	}
	return s, false
}

// cut keeps the first most characters.
func cut(s string, most int) string {
	n := 0
	for i := range s {
		if n == most {
			return s[:i]
		}
		n++
	}
	return s
}
