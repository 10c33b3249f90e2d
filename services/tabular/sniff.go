package tabular

import (
	"bytes"
	"slices"
	"strings"
)

const (
	sniffRecords = 200 // records looked at to find the separator
	sniffAtomic  = 60  // … and their cells looked at one by one
)

// separators are tried in this order; the first of equals wins.
var separators = []byte{';', ',', '\t', '|'}

// attempt is the start of a file cut with one separator.
type attempt struct {
	sep, quote byte
	records    [][]string
	lines      []int // line each record starts on
	width      int   // most frequent number of cells
	score      float64
}

// lineEnd is '\r' for files of old Macintoshes, '\n' for all others.
func lineEnd(head []byte) byte {
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		return '\r'
	}
	return '\n'
}

// declaredSeparator reads the "sep=;" line that spreadsheets understand.
func declaredSeparator(head []byte) (byte, bool) {
	line, _, _ := bytes.Cut(head, []byte{lineEnd(head)})
	line = bytes.Trim(line, "\" \r")
	if len(line) == 5 && strings.EqualFold(string(line[:4]), "sep=") && bytes.IndexByte(separators, line[4]) >= 0 {
		return line[4], true
	}
	return 0, false
}

// sniff finds the separator and the quote of a text by cutting its start in
// every way and keeping the most regular one. head ends with a whole line.
func sniff(head []byte, limit int) (best attempt, confidence float64) {
	quote := likelyQuote(head)
	if sep, ok := declaredSeparator(head); ok {
		best = try(head, sep, quote, limit)
		skip := min(1, len(best.records))
		best.records, best.lines = best.records[skip:], best.lines[skip:]
		best.width = usualWidth(best.records)
		return best, 1
	}
	var attempts []attempt
	for _, sep := range separators {
		attempts = append(attempts, try(head, sep, quote, limit))
	}
	slices.SortStableFunc(attempts, func(a, b attempt) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	best = attempts[0]
	if best.width <= 1 {
		return try(head, 0, quote, limit), 0.9
	}
	return best, best.score / (best.score + attempts[1].score)
}

// likelyQuote is ' when cells are plainly wrapped in it and none in ".
func likelyQuote(head []byte) byte {
	double, single := 0, 0
	for _, sep := range []string{";", ",", "\t", "|", "\n"} {
		double += bytes.Count(head, []byte("\""+sep)) + bytes.Count(head, []byte(sep+"\""))
		single += bytes.Count(head, []byte("'"+sep)) + bytes.Count(head, []byte(sep+"'"))
	}
	if single > 2*bytes.Count(head, []byte("\n")) && double == 0 {
		return '\''
	}
	return '"'
}

// try cuts the text with one separator and says how regular the result is.
func try(head []byte, sep, quote byte, limit int) attempt {
	a := attempt{sep: sep, quote: quote}
	s := newScanner(bytes.NewReader(head), Dialect{Separator: rune(sep), Quote: rune(quote)}, 0, max(limit, len(head)+1))
	s.eol = lineEnd(head)
	for len(a.records) < sniffRecords {
		more, err := s.next()
		if err != nil || !more {
			break
		}
		cells := make([]string, len(s.cells))
		for i, c := range s.cells {
			cells[i] = string(s.data[c.from:c.to])
		}
		a.records, a.lines = append(a.records, cells), append(a.lines, s.line)
	}
	a.width = usualWidth(a.records)
	a.score = a.regular() * a.atomic() * richness(a.width)
	return a
}

// usualWidth is the number of cells most records have; of equals, the larger.
func usualWidth(records [][]string) int {
	widths := map[int]int{}
	best := 0
	for _, r := range records {
		widths[len(r)]++
	}
	for w, n := range widths {
		if n > widths[best] || n == widths[best] && w > best {
			best = w
		}
	}
	return best
}

// regular is the share of records of the usual width from the first such one on.
func (a *attempt) regular() float64 {
	first := slices.IndexFunc(a.records, func(r []string) bool { return len(r) == a.width })
	if first < 0 {
		return 0
	}
	n := 0
	for _, r := range a.records[first:] {
		if len(r) == a.width {
			n++
		}
	}
	share := float64(n) / float64(len(a.records)-first)
	if first > 0 {
		const titled = 0.7 // lines above the table are the rarer explanation
		share *= titled
	}
	return share
}

// atomic is the share of cells that hold one thing, not several that another
// separator would part.
func (a *attempt) atomic() float64 {
	cells, sound := 0, 0.0
	for _, r := range a.records[:min(len(a.records), sniffAtomic)] {
		for _, cell := range r {
			cells++
			sound += soundness(trim(cell), a.sep)
		}
	}
	if cells == 0 {
		return 0
	}
	return sound / float64(cells)
}

func soundness(cell string, sep byte) float64 {
	const partly, hardly = 0.8, 0.1
	if cell == "" {
		return partly
	}
	if !strings.ContainsAny(cell, ";,\t|") {
		return 1
	}
	if _, ok := scanNumeral(cell); ok || len(cell) > 1 && geometryOf(cell) != 0 {
		return 1
	}
	for _, other := range separators {
		if other == sep || strings.IndexByte(cell, other) < 0 {
			continue
		}
		if other != ',' || strings.Count(cell, ",") > strings.Count(cell, ", ") {
			return hardly
		}
	}
	return partly
}

// richness prefers more columns when all else is equal.
func richness(width int) float64 {
	if width <= 1 {
		return 0.01
	}
	return 1 - 1/float64(width+2)
}
