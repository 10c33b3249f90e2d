package tabular_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"acvdata/services/tabular"
)

// label is a column of the corpus: its heading, how its cells are made, and what
// a person says it is. Codes that have no type of their own may be text as well:
// both keep them as they are.
type label struct {
	heading string
	cells   maker
	is      []tabular.Type
	doubt   bool // day and month cannot be told apart: asked of a person
}

func col(heading string, cells maker, is ...tabular.Type) label {
	return label{heading, cells, is, false}
}

func doubtful(heading string, cells maker, is tabular.Type) label {
	return label{heading, cells, []tabular.Type{is}, true}
}

// sheet is a file of the corpus and how it is written.
type sheet struct {
	name      string
	columns   []label
	separator rune // ';' unless said
	encoding  tabular.Encoding
	marks     int
	end       string // of lines, "\n" unless said
	above     string // lines above the headings
	below     string // lines under the last row, which are listed, or read as misfits
	quoted    bool   // every cell
	repeat    int    // the headings come again every so many rows
	blank     int    // a row of separators every so many rows
	short     int    // the last cell is missing every so many rows
	trailing  bool   // a separator ends each line
	rows      int    // 120 unless said
}

// write makes the file, and the truth of its rows.
func (s *sheet) write() (content []byte, truth [][]cell) {
	r := rand.New(rand.NewPCG(2026, uint64(len(s.name)*31+int(s.name[0]))))
	var b strings.Builder
	b.WriteString(s.above)
	headings := make([]string, len(s.columns))
	for i, c := range s.columns {
		headings[i] = c.heading
	}
	s.line(&b, headings)
	for row := range s.rows {
		cells, texts := make([]cell, len(s.columns)), make([]string, len(s.columns))
		for i, c := range s.columns {
			cells[i] = c.cells(r, row)
			texts[i] = cells[i].text
		}
		if s.short > 0 && row%s.short == s.short-1 {
			cells[len(cells)-1], texts = cell{}, texts[:len(texts)-1]
		}
		s.line(&b, texts)
		truth = append(truth, cells)
		if s.repeat > 0 && row%s.repeat == s.repeat-1 {
			s.line(&b, headings)
		}
		if s.blank > 0 && row%s.blank == s.blank-1 {
			s.line(&b, make([]string, len(headings)))
		}
	}
	b.WriteString(s.below)
	return s.encode(b.String()), truth
}

func (s *sheet) line(b *strings.Builder, cells []string) {
	for i, c := range cells {
		if i > 0 {
			b.WriteRune(s.separator)
		}
		if s.quoted || strings.ContainsAny(c, "\"\n\r"+string(s.separator)) {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		b.WriteString(c)
	}
	if s.trailing {
		b.WriteRune(s.separator)
	}
	b.WriteString(s.end)
}

func (s *sheet) encode(text string) []byte {
	text = strings.Repeat("\ufeff", s.marks) + text
	var to encoding.Encoding
	switch s.encoding {
	case tabular.Windows1252:
		to = charmap.Windows1252
	case tabular.ISO885915:
		to = charmap.ISO8859_15
	case tabular.MacRoman:
		to = charmap.Macintosh
	case tabular.CodePage850:
		to = charmap.CodePage850
	case tabular.UTF16LE:
		to = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case tabular.UTF16BE:
		to = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	default:
		return []byte(text)
	}
	raw, err := to.NewEncoder().Bytes([]byte(text))
	if err != nil {
		panic(s.name + ": " + err.Error())
	}
	return raw
}

// found is what the corpus says of the reader.
type found struct {
	columns, right             int
	zeros, swaps, lost, misuse []string // the faults, by name
	wrong                      []string
	cells                      int
}

func (f *found) add(other found) {
	f.columns, f.right, f.cells = f.columns+other.columns, f.right+other.right, f.cells+other.cells
	f.zeros, f.swaps, f.lost = append(f.zeros, other.zeros...), append(f.swaps, other.swaps...), append(f.lost, other.lost...)
	f.misuse, f.wrong = append(f.misuse, other.misuse...), append(f.wrong, other.wrong...)
}

// TestTheCorpusIsReadAsPeopleReadIt goes through more than three hundred labelled
// columns with the traps of real files. At least 99 % of the types are right, and no
// zero is lost, no day swapped with a month, no row lost unseen, no value read as
// another.
func TestTheCorpusIsReadAsPeopleReadIt(t *testing.T) {
	t.Parallel()
	var all found
	files := slices.Concat(natureSheets(), townSheets(), measureSheets(), registerSheets())
	for i := range files {
		all.add(files[i].read(t))
	}
	share := float64(all.right) / float64(all.columns)
	t.Logf("%d files, %d columns, %d cells: %.2f %% of the types right", len(files), all.columns, all.cells, 100*share)
	for _, w := range all.wrong {
		t.Logf("not as labelled: %s", w)
	}
	if len(files) < 30 || all.columns < 300 {
		t.Errorf("the corpus has %d files and %d columns", len(files), all.columns)
	}
	if share < 0.99 {
		t.Errorf("got %.2f %% of the types right", 100*share)
	}
	for name, faults := range map[string][]string{"zeros lost": all.zeros, "days swapped": all.swaps, "rows lost": all.lost, "values changed": all.misuse} {
		if len(faults) > 0 {
			t.Errorf("%s: %d, first %q", name, len(faults), faults[:min(8, len(faults))])
		}
	}
}

// read opens a file of the corpus and compares it, cell by cell, with its truth.
func (s *sheet) read(t *testing.T) (all found) {
	t.Helper()
	s.settle()
	content, truth := s.write()
	f := open(t, s.name, string(content))
	profile, err := f.Profile(t.Context(), nil)
	if err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	if len(profile.Columns) < len(s.columns) {
		t.Fatalf("%s: %d columns, want %d", s.name, len(profile.Columns), len(s.columns))
	}
	for i, want := range s.columns {
		got := profile.Columns[i]
		all.columns++
		if got.Heading == strings.Join(strings.Fields(want.heading), " ") && slices.Contains(want.is, got.Type) && got.Ambiguous == want.doubt {
			all.right++
		} else {
			all.wrong = append(all.wrong, fmt.Sprintf("%s %q: %s (doubt %v), want %v", s.name, want.heading, got.Type, got.Ambiguous, want.is))
		}
	}
	s.compare(t, f, profile, truth, &all)
	return all
}

// settle fills what a file does not say.
func (s *sheet) settle() {
	if s.separator == 0 {
		s.separator = ';'
	}
	if s.end == "" {
		s.end = "\n"
	}
	if s.rows == 0 {
		s.rows = 120
	}
}

// compare reads every row: each of the truth must come, in its order; others must
// be listed as what they are.
func (s *sheet) compare(t *testing.T, f *tabular.File, p *tabular.Profile, truth [][]cell, all *found) {
	t.Helper()
	next := 0
	for r, err := range f.Rows(t.Context()) {
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if next == len(truth) || r.Blank || r.Heading {
			continue // under the table, or listed
		}
		row := truth[next]
		next++
		for i, c := range row {
			all.cells++
			s.judge(&p.Columns[i], c, r.Cells[i], fmt.Sprintf("%s, %s, row %d: %q", s.name, s.columns[i].heading, next, r.Cells[i]), all)
		}
	}
	if next != len(truth) {
		all.lost = append(all.lost, fmt.Sprintf("%s: %d rows of %d", s.name, next, len(truth)))
	}
	listed := 0
	if s.repeat > 0 {
		listed += s.rows / s.repeat
	}
	if p.Headings != listed {
		all.lost = append(all.lost, fmt.Sprintf("%s: %d repeated headings listed, want %d", s.name, p.Headings, listed))
	}
	if s.short > 0 && p.Problems[tabular.MissingCells] != s.rows/s.short {
		all.lost = append(all.lost, fmt.Sprintf("%s: %d short rows listed, want %d", s.name, p.Problems[tabular.MissingCells], s.rows/s.short))
	}
}

// judge compares a cell, read by the rules of its column, with what it says.
func (s *sheet) judge(c *tabular.Column, want cell, got, where string, all *found) {
	switch truth := want.truth.(type) {
	case nil:
		if !c.IsMissing(got) && c.Type != tabular.Text && c.Type != tabular.Code {
			all.misuse = append(all.misuse, where+" is no value")
		}
	case string:
		if strings.TrimSpace(got) != strings.TrimSpace(truth) && (truth != "" || !c.IsMissing(got)) {
			all.misuse = append(all.misuse, where+" want "+truth)
		}
		if len(truth) > 1 && truth[0] == '0' && strings.Trim(truth, "0123456789") == "" && (c.Type == tabular.Integer || c.Type == tabular.Number || c.Type == tabular.Year) {
			all.zeros = append(all.zeros, where)
		}
	case float64:
		if v, ok := c.Number(got); c.Type != tabular.Text && c.Type != tabular.Boolean && (!ok || math.Abs(v-truth) > 1e-9*math.Max(1, math.Abs(truth))) {
			all.misuse = append(all.misuse, fmt.Sprintf("%s read as %v, want %v", where, v, truth))
		}
	case bool:
		if v, ok := c.Bool(got); c.Type == tabular.Boolean && (!ok || v != truth) {
			all.misuse = append(all.misuse, where)
		}
	case time.Time:
		s.judgeDay(c, truth, got, where, all)
	case place:
		if x, y, ok := c.Position(got); c.Type != tabular.Text && (!ok || math.Abs(x-truth[0]) > 1e-9 || math.Abs(y-truth[1]) > 1e-9) {
			all.misuse = append(all.misuse, where)
		}
	}
}

// judgeDay: a column in doubt is asked of a person, and swaps nothing by itself.
func (s *sheet) judgeDay(c *tabular.Column, truth time.Time, got, where string, all *found) {
	switch {
	case c.Ambiguous:
	case c.Type == tabular.Date:
		if d, ok := c.Date(got); !ok || !d.Equal(truth) {
			all.swaps = append(all.swaps, where)
		}
	case c.Type == tabular.DateTime:
		if d, ok := c.DateTime(got, paris); !ok || !d.Equal(truth) {
			all.swaps = append(all.swaps, where)
		}
	}
}
