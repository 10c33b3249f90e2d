package tabular

import (
	"slices"
	"strings"
	"unicode"
)

// preambleLines bounds how far down the headings are looked for.
const preambleLines = 20

// headings is where a table's column headings are among its first records.
type headings struct {
	record int // rank of the record that holds them, -1 when there is none
	first  int // rank of the first record of data
	reason string
}

// findHeadings tells the headings from titles above and data below.
func findHeadings(a attempt) headings {
	top := slices.IndexFunc(a.records[:min(len(a.records), preambleLines)], func(r []string) bool {
		return len(r) == a.width && !isTitle(r)
	})
	if top < 0 {
		top = max(0, slices.IndexFunc(a.records, func(r []string) bool { return len(r) == a.width }))
	}
	if len(a.records) == 0 {
		return headings{record: -1, reason: "no_headings"}
	}
	if looksData(a.records[top], a.records[top+1:]) {
		if top > 0 && fewHeadings(a.records[top-1], a.width) {
			return headings{record: top - 1, first: top, reason: "headings"}
		}
		return headings{record: -1, first: top, reason: "no_headings"}
	}
	return headings{record: top, first: top + 1, reason: "headings"}
}

// fewHeadings recognises headings that leave the last columns without a name.
func fewHeadings(cells []string, width int) bool {
	if len(cells) < 2 || len(cells) >= width || 2*len(cells) < width {
		return false
	}
	return !slices.ContainsFunc(cells, func(c string) bool {
		found, _ := read(trim(c))
		return !looksName(c) || found.has(isNumber|isDate)
	})
}

// isTitle recognises a title or a note spread over a row of separators.
func isTitle(cells []string) bool {
	const wide = 4
	filled := 0
	for _, c := range cells {
		if trim(c) != "" {
			filled++
		}
	}
	return len(cells) >= wide && filled*5 <= len(cells)
}

// looksData reports whether a first record reads like the rows below it rather
// than like headings.
func looksData(top []string, below [][]string) bool {
	vote := 0
	for i, cell := range top {
		vote += headingVote(trim(cell), i, below)
	}
	return vote < 0
}

// headingVote is positive when a cell of the first record names its column,
// negative when it is one more value of it.
func headingVote(cell string, column int, below [][]string) int {
	if cell == "" {
		return 0
	}
	found, _ := read(cell)
	kind := found & (isNumber | isDate | isWKT | isGeometry | isEWKB | isLatLon)
	same, typed, values := 0, 0, 0
	for _, r := range below {
		if column >= len(r) || trim(r[column]) == "" {
			continue
		}
		value := trim(r[column])
		values++
		if value == cell {
			same++
		}
		if e, _ := read(value); e.has(isNumber | isDate | isWKT | isGeometry | isEWKB | isLatLon) {
			typed++
		}
	}
	switch {
	case kind != 0 && found.has(isYear):
		return 0 // years are headings of many a table
	case kind != 0:
		return -2
	case typed*2 > values:
		return 2
	case same > 0:
		return -1
	case looksName(cell):
		return 1
	}
	return 0
}

// looksName recognises what headings are written like: letters, at most a few words.
func looksName(cell string) bool {
	const longest = 60
	return len(cell) <= longest && strings.IndexFunc(cell, unicode.IsLetter) >= 0
}

// clean takes marks, blanks and line ends out of headings.
func clean(cells []string) []string {
	names := make([]string, len(cells))
	for i, c := range cells {
		names[i] = strings.Join(strings.FieldsFunc(c, func(r rune) bool {
			return strings.ContainsRune(spaces, r) || unicode.IsControl(r)
		}), " ")
	}
	return names
}
