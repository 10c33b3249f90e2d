package tabular

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxExamples = 5
	maxMisfits  = 10 // kept per kind of cell
	// cacheCells bounds the distinct values remembered over all columns.
	cacheCells  = 100_000
	cacheLength = 64
)

// tally counts the cells of a column that may be exactly the same things.
type tally struct {
	count int
	first []Misfit
}

// evidenceOf a column: what its cells may be, gathered cell by cell.
type columnEvidence struct {
	heading  string
	index    int
	fixed    Type // known beforehand, "" when it is to be found
	tallies  map[evidence]*tally
	known    map[string]*tally // values met before, with what they are
	room     int               // values still remembered
	blank    int
	values   int
	min, max float64
	examples []string
	words    map[string]int // words that say "no value", as folded
	distinct int
	said     [saidKinds]int // the format's word, in cells that hold a value
}

func newColumnEvidence(index int, heading string, columns int) *columnEvidence {
	return &columnEvidence{
		heading: heading, index: index,
		tallies: map[evidence]*tally{}, known: map[string]*tally{}, words: map[string]int{},
		room: max(20, min(5000, cacheCells/max(columns, 1))),
		min:  math.Inf(1), max: math.Inf(-1),
	}
}

// add takes one cell into account. line is 0 when it is not known.
func (c *columnEvidence) add(cell string, line int) {
	if t, ok := c.known[cell]; ok {
		c.values++
		t.count++
		return
	}
	trimmed := trim(cell)
	if trimmed == "" {
		c.blank++
		return
	}
	c.values++
	found, value := read(trimmed)
	t := c.tallies[found]
	if t == nil {
		t = &tally{}
		c.tallies[found] = t
	}
	t.count++
	if len(t.first) < maxMisfits {
		t.first = append(t.first, Misfit{Line: line, Value: excerpt(trimmed)})
	}
	if !math.IsNaN(value) {
		c.min, c.max = min(c.min, value), max(c.max, value)
	}
	if found.has(isAbsent | isAbsentTyped) {
		word, _, _ := absentWord(trimmed)
		c.words[word]++
	}
	c.remember(cell, trimmed, t)
}

// remember keeps a value that may come again.
func (c *columnEvidence) remember(cell, trimmed string, t *tally) {
	if c.distinct < DistinctCap {
		c.distinct++
	}
	if len(c.examples) < maxExamples && !slices.Contains(c.examples, excerpt(trimmed)) {
		c.examples = append(c.examples, excerpt(trimmed))
	}
	if c.room > 0 && len(cell) <= cacheLength {
		c.room--
		c.known[strings.Clone(cell)] = t
	}
}

// count adds up the cells with any of the bits.
func (c *columnEvidence) count(any evidence) int {
	n := 0
	for found, t := range c.tallies {
		if found.has(any) {
			n += t.count
		}
	}
	return n
}

// countIf adds up the cells whose evidence the predicate accepts.
func (c *columnEvidence) countIf(accepts func(evidence) bool) int {
	n := 0
	for found, t := range c.tallies {
		if accepts(found) {
			n += t.count
		}
	}
	return n
}

// excerptLength is the longest text shown of a cell, in characters.
const excerptLength = 80

// excerpt makes a cell safe and short enough to show: control characters and
// the marks that turn text around become a visible sign.
func excerpt(cell string) string {
	const hidden = '␣'
	short, kept := strings.Builder{}, 0
	for _, r := range cell {
		if kept == excerptLength-1 {
			short.WriteRune('…')
			break
		}
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r == utf8.RuneError || r >= 0x200b && r <= 0x200f ||
			r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff {
			r = hidden
		}
		short.WriteRune(r)
		kept++
	}
	return short.String()
}
