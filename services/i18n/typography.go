package i18n

import (
	"regexp"
	"strings"
	"unicode"
)

// NBSP is the non-breaking space of French punctuation, numbers and units.
const NBSP = "\u00a0"

var (
	spaceBefore = regexp.MustCompile(`[ \x{202f}]([;:!?»%€])`)
	spaceAfter  = regexp.MustCompile(`«[ \x{202f}]`)
	counted     = regexp.MustCompile(`(^|\d)[ \x{202f}]((?:mm|cm|m|km|ha|mg|kg|µg|ko|Mo|Go|h|min|ans?)\b|°C)`)
	grouped     = regexp.MustCompile(`\b\d{1,3}(?:[ \x{202f}]\d{3})+\b`)
	placeholder = regexp.MustCompile(`\{\{.*?\}\}`)
)

// Typography makes the space before ; : ! ? » % € and after « non-breaking, and
// the one between a number and its unit or its thousands. It adds no space of its
// own (times and web addresses hold colons too) and leaves {{placeholders}} alone.
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
	s = grouped.ReplaceAllStringFunc(s, func(n string) string { return strings.Join(strings.FieldsFunc(n, unicode.IsSpace), NBSP) })
	s = counted.ReplaceAllString(s, "${1}"+NBSP+"${2}")
	return spaceAfter.ReplaceAllString(s, "«"+NBSP)
}
