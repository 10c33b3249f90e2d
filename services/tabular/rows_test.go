package tabular_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"acvdata/services/fault"
	"acvdata/services/tabular"
)

func TestRowsKeepEverythingAndSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	const head = "a;b;c\n"
	sound := strings.Repeat("1;2;3\n", 10)
	for _, c := range []struct {
		name, lines string // after head and the sound rows, from line 12 on
		want        []row
	}{
		{"a sound row", "x;y;z\n", []row{{line: 12, cells: "x¦y¦z"}}},
		{"quotes", "\"x;1\";\"say \"\"hi\"\"\";\"\"\n", []row{{line: 12, cells: `x;1¦say "hi"¦`}}},
		{"a line break in quotes", "\"x\ny\";2;3\nlast;5;6\n", []row{{line: 12, cells: "x\ny¦2¦3"}, {line: 14, cells: "last¦5¦6"}}},
		{"a Windows line break in quotes", "\"x\r\ny\";2;3\n", []row{{line: 12, cells: "x\r\ny¦2¦3"}}},
		{"blanks around quotes", " \"x;y\" ;2;3\n", []row{{line: 12, cells: "x;y¦2¦3"}}},
		{"blanks are kept", " x ;2;3\n", []row{{line: 12, cells: " x ¦2¦3"}}},
		{"an inch mark", "12\" de haut;2;3\n", []row{{line: 12, cells: "12\" de haut¦2¦3"}}},
		{"empty lines are no rows", "\n\r\n1;2;4\n", []row{{line: 14, cells: "1¦2¦4"}}},
		{"a missing cell", "1;2\n", []row{{line: 12, cells: "1¦2¦", problems: codes(tabular.MissingCells)}}},
		{"an extra cell", "1;2;3;4\n", []row{{line: 12, cells: "1¦2¦3", extra: "4", problems: codes(tabular.ExtraCells), unusable: true}}},
		{"extra separators alone", "1;2;3;;;\n", []row{{line: 12, cells: "1¦2¦3"}}},
		{"separators only", ";;\n", []row{{line: 12, cells: "¦¦", problems: codes(tabular.BlankRow), blank: true, unusable: true}}},
		{"the headings again", "a;b;c\n1;2;4\n", []row{
			{line: 12, cells: "a¦b¦c", problems: codes(tabular.RepeatedHeading), heading: true, unusable: true},
			{line: 13, cells: "1¦2¦4"},
		}},
		{"a NUL byte", "x\x00y;2;3\n", []row{{line: 12, cells: "xy¦2¦3", problems: codes(tabular.NulBytes)}}},
		{"a stray quote", "\"x \"y\" z\";2;3\n", []row{{line: 12, cells: "x \"y\" z¦2¦3", problems: codes(tabular.StrayQuote)}}},
		{"a quote never closed", "\"x;2;3\n4;5;6\n", []row{
			{line: 12, cells: "\"x¦2¦3", problems: codes(tabular.UnclosedQuote)},
			{line: 13, cells: "4¦5¦6"},
		}},
		{"a quote closed rows later in another column", "\"x;2;3\n4;5;6\n7;8;y\"\n", []row{
			{line: 12, cells: "\"x¦2¦3", problems: codes(tabular.UnclosedQuote)},
			{line: 13, cells: "4¦5¦6"},
			{line: 14, cells: "7¦8¦y\""},
		}},
		{"a quote closed rows later in the same column", "\"x;1;1\n2;2;2\n3;3;3\n4;4;4\ny\";5;5\n", []row{
			{line: 12, cells: "\"x¦1¦1", problems: codes(tabular.UnclosedQuote)},
			{line: 13, cells: "2¦2¦2"},
			{line: 14, cells: "3¦3¦3"},
			{line: 15, cells: "4¦4¦4"},
			{line: 16, cells: "y\"¦5¦5"},
		}},
		{"no end of line at the end", "x;y;z", []row{{line: 12, cells: "x¦y¦z"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := rows(t, open(t, "a.csv", head+sound+c.lines))[10:]
			if len(got) != len(c.want) {
				t.Fatalf("got %d rows: %+v", len(got), got)
			}
			for i, want := range c.want {
				g := got[i]
				if g.line != want.line || g.cells != want.cells || g.extra != want.extra || g.codes() != want.codes() ||
					g.blank != want.blank || g.heading != want.heading || g.unusable != want.unusable {
					t.Errorf("row %d: got %+v, want %+v", i, g, want)
				}
				for _, p := range g.problems {
					if p.Line != g.line {
						t.Errorf("problem %s is on line %d, its row on %d", p.Code, p.Line, g.line)
					}
				}
			}
		})
	}
}

func codes(all ...tabular.ProblemCode) []tabular.Problem {
	var problems []tabular.Problem
	for _, c := range all {
		problems = append(problems, tabular.Problem{Code: c})
	}
	return problems
}

func TestACellTooLongSetsItsRowAside(t *testing.T) {
	t.Parallel()
	content := "a;b\n1;" + strings.Repeat("x", 2000) + "\n2;ok\n"
	got := rows(t, open(t, "a.csv", content, tabular.WithLimits(tabular.Limits{Cell: 1000})))
	if got[0].cells != "1¦" || got[0].codes() != "cell_too_long" || !got[0].unusable || got[0].problems[0].Heading != "b" {
		t.Errorf("got %+v", got[0])
	}
	if got[1].cells != "2¦ok" || got[1].unusable {
		t.Errorf("got %+v", got[1])
	}
}

func TestTooManyUnclosedQuotesEndTheReading(t *testing.T) {
	t.Parallel()
	content := "a;b;c\n" + strings.Repeat("1;2;3\n", 300) + strings.Repeat("\"x;2;3\n4;5;6\n7;8;9\n1;1;1\n", 120)
	_, err := tryOpen(t, "a.csv", content)
	if got := fault.From(err); got == nil || got.Code != fault.Invalid || got.Key != "tabular.refused.unclosed_quotes" {
		t.Errorf("got %v", err)
	}
}

func TestAWideTableIsRead(t *testing.T) {
	t.Parallel()
	line := func(cell string) string { return strings.Repeat(cell+";", 399) + cell + "\n" }
	f := open(t, "a.csv", line("nom")+strings.Repeat(line("12,5"), 30))
	if got := rows(t, f); len(f.Columns()) != 400 || len(got) != 30 || got[0].codes() != "" {
		t.Errorf("got %d columns, %d rows", len(f.Columns()), len(got))
	}
}

// TestSeparatorsWithoutEndStayInBounds keeps a line of a million separators
// from becoming a million cells, and loses none of it.
func TestSeparatorsWithoutEndStayInBounds(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]string{"plain": "x", "quoted": "\"x\""} {
		content := "a;b\n1;2\n1;3\n" + start + strings.Repeat(";1", 1_000_000) + "\n5;6\n"
		got := rows(t, open(t, "a.csv", content))
		if len(got) != 4 || !got[2].unusable || got[2].codes() != "extra_cells" || got[3].cells != "5¦6" {
			t.Fatalf("%s: got %d rows", name, len(got))
		}
		if n := strings.Count(got[2].extra, "1"); n != 999_999 {
			t.Errorf("%s: %d of 999,999 extra cells are kept", name, n)
		}
	}
}

// TestProblemsAreSafeToShow puts control and direction characters in the faults.
func TestProblemsAreSafeToShow(t *testing.T) {
	t.Parallel()
	content := "a;b\n1;2\n3;4;\x1b[31mred\u202e\x07" + strings.Repeat("é", 100) + "\n"
	got := rows(t, open(t, "a.csv", content))[1]
	value := got.problems[0].Value
	if n := len([]rune(value)); n > 80 {
		t.Errorf("%d characters", n)
	}
	if strings.ContainsAny(value, "\x1b\x07\u202e") || !strings.Contains(value, "red") || !strings.HasSuffix(value, "…") {
		t.Errorf("got %q", value)
	}
}

func TestProfileCountsWhatRowsGives(t *testing.T) {
	t.Parallel()
	content := "a;b\n1;x\n;;\na;b\n2;y;z\n3\n"
	f := open(t, "a.csv", content)
	var calls []int
	p, err := f.Profile(t.Context(), func(n int) { calls = append(calls, n) })
	if err != nil {
		t.Fatal(err)
	}
	if !p.Complete || p.Rows != 3 || p.Blank != 1 || p.Headings != 1 {
		t.Errorf("got %+v", p)
	}
	if got := fmt.Sprint(p.Problems); got != "map[blank_row:1 extra_cells:1 missing_cells:1 repeated_heading:1]" {
		t.Errorf("got %s", got)
	}
	if p.Columns[0].Type != tabular.Integer || len(p.First) != 4 || !slices.Contains(calls, 3) && len(calls) > 0 {
		t.Errorf("got %+v, first %+v, progress %v", p.Columns, p.First, calls)
	}
}

// endless is a file of any size made up as it is read.
type endless struct {
	head, line string
	size       int64
}

func (e endless) ReadAt(p []byte, at int64) (int, error) {
	n := int64(len(p))
	if at+n > e.size {
		n = e.size - at
	}
	for i := int64(0); i < n; i++ {
		if pos := at + i; pos < int64(len(e.head)) {
			p[i] = e.head[pos]
		} else {
			p[i] = e.line[(pos-int64(len(e.head)))%int64(len(e.line))]
		}
	}
	return int(n), nil
}

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	source := endless{head: "id;nom;hauteur;date;note\n", line: "00123;Tilia cordata;12,5;30/06/2018;" + strings.Repeat("x", 200) + "\n"}
	source.size = int64(len(source.head) + 400_000*len(source.line)) // about 95 MB
	f, err := tabular.Open(t.Context(), source, source.size, "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	count, peak := 0, uint64(0)
	for _, err := range f.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if count++; count%50_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc)
		}
	}
	if count != 400_000 {
		t.Errorf("got %d rows", count)
	}
	const most = 8 << 20
	if peak > before.HeapAlloc+most {
		t.Errorf("reading holds %d bytes more", peak-before.HeapAlloc)
	}
	if c := f.Columns(); c[0].Type != tabular.Code || c[3].Type != tabular.Date || c[2].Decimal != tabular.Comma {
		t.Errorf("got %v, %v, %v", c[0].Type, c[3].Type, c[2].Decimal)
	}
}

func TestTheSampleSeesTheWholeFile(t *testing.T) {
	t.Parallel()
	// Zeros and a day over twelve only past the first megabytes.
	content := "code;jour\n" + strings.Repeat("12345;01/02/2020\n", 250_000) + strings.Repeat("01234;25/02/2020\n", 250_000)
	f := open(t, "a.csv", content)
	if rows, whole := f.Sampled(); whole || rows < 10_000 {
		t.Errorf("sampled %d rows, whole %v", rows, whole)
	}
	c := f.Columns()
	if c[0].Type != tabular.Code || c[1].Type != tabular.Date || c[1].DateOrder != tabular.DMY || c[1].Ambiguous {
		t.Errorf("got %+v", c)
	}
}

func TestColumnsReadTheirCells(t *testing.T) {
	t.Parallel()
	f := open(t, "a.csv", "n;jour;oui;où\n1 234,5;03/04/2020;oui;\"48.85, 2.35\"\n2,5;25/04/2020;non;\"48.86, 2.36\"\n")
	c := f.Columns()
	if v, ok := c[0].Number("1\u202f234,5"); !ok || v != 1234.5 {
		t.Errorf("number: got %v, %v", v, ok)
	}
	if _, ok := c[0].Int("2,5"); ok {
		t.Error("2,5 is no whole number")
	}
	if v, ok := c[0].Int("1 234,0"); !ok || v != 1234 {
		t.Errorf("int: got %v, %v", v, ok)
	}
	if d, ok := c[1].Date("03/04/2020"); !ok || d.Month() != time.April {
		t.Errorf("date: got %v, %v", d, ok)
	}
	if v, ok := c[2].Bool("OUI"); !ok || !v {
		t.Errorf("bool: got %v, %v", v, ok)
	}
	if x, y, ok := c[3].Position("48.85, 2.35"); !ok || x != 2.35 || y != 48.85 {
		t.Errorf("position: got %v, %v, %v", x, y, ok)
	}
}
