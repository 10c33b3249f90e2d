package i18n

import (
	"regexp"
	"strings"
)

// NBSP is the non-breaking space of French punctuation, numbers and units.
const NBSP = "\u00a0"

var (
	spaceBefore = regexp.MustCompile(`[ \x{202f}]([;:!?»%€])`)
	spaceAfter  = regexp.MustCompile(`«[ \x{202f}]`)
	placeholder = regexp.MustCompile(`\{\{.*?\}\}`)
)

// Typography makes the space before ; : ! ? » % € and after « non-breaking. It
// adds no space of its own (times and web addresses hold colons too) and leaves
// {{placeholders}} alone.
func Typography(s string) string {
	var b strings.Builder
	last := 0
	for _, at := range placeholder.FindAllStringIndex(s, -1) {
		b.WriteString(unbroken(s[last:at[0]]))
		b.WriteString(s[at[0]:at[1]])
		last = at[1]
	}
	b.WriteString(unbroken(s[last:]))
	return b.String()
}

func unbroken(s string) string {
	s = spaceBefore.ReplaceAllString(s, NBSP+"$1")
	return spaceAfter.ReplaceAllString(s, "«"+NBSP)
}
