package tabular

import (
	"context"
	"errors"
	"io"

	"acvdata/services/fault"
)

// csvSource reads the records of a delimited file.
type csvSource struct {
	scanner  *scanner
	decoder  decoder
	headings []string
	limits   Limits
	name     string
	repeats  bool // the file has headings, which may come again
}

// csvSource starts reading after the headings.
func (f *File) csvSource(ctx context.Context, headings []string) (*csvSource, error) {
	text, err := f.stream(ctx)
	if err != nil {
		return nil, err
	}
	s := f.newCSVSource(text, headings)
	if err := s.fault(s.scanner.skipLines(f.skipped())); err != nil {
		return nil, err
	}
	if f.dialect.HeaderLine > 0 {
		if _, err := s.scanner.next(); err != nil {
			return nil, s.fault(err)
		}
	}
	return s, nil
}

// newCSVSource reads records from text that starts with one.
func (f *File) newCSVSource(text io.Reader, headings []string) *csvSource {
	s := &csvSource{
		scanner:  newScanner(text, f.dialect, len(headings), f.limits.Record),
		headings: headings, limits: f.limits, name: f.name, repeats: f.dialect.HeaderLine > 0,
	}
	s.scanner.eol = f.eol
	switch f.dialect.Encoding {
	case UTF8, UTF16LE, UTF16BE:
		s.decoder = decoder{utf8: true, page: pageOf(f.single)}
	default:
		s.decoder = decoder{page: pageOf(f.dialect.Encoding)}
	}
	return s
}

// skipped is the number of lines above the headings, or above the first row.
func (f *File) skipped() int {
	if f.dialect.HeaderLine > 0 {
		return f.dialect.HeaderLine - 1
	}
	return f.dialect.Preamble
}

// fault turns what stops the scanner into a fault for people.
func (s *csvSource) fault(err error) error {
	args := fault.Args{"Name": s.name, "Line": s.scanner.following, "LimitKB": s.limits.Record >> 10}
	switch {
	case errors.Is(err, errRecordTooLong):
		return overLimit("line_too_long", args)
	case errors.Is(err, errUnclosedQuotes):
		return fault.New(fault.Invalid, "tabular.refused.unclosed_quotes", fault.With(args))
	}
	return err
}

// next reads one row into r; false at the end.
func (s *csvSource) next(r *Record) (bool, error) {
	more, err := s.scanner.next()
	if err != nil || !more {
		return false, s.fault(err)
	}
	r.reset(s.scanner.line)
	text, places, repaired := s.decoder.text(s.scanner.data, s.scanner.cells)
	if repaired != "" {
		severity := Notice
		if repaired == OtherEncoding {
			severity = Warning
		}
		r.problem(Problem{Code: repaired, Severity: severity, Column: -1, Value: excerpt(text)})
	}
	s.fill(r, text, places)
	if s.scanner.trouble != 0 {
		s.quotes(r, text)
	}
	if len(text) > s.limits.Cell {
		s.shorten(r)
	}
	r.Blank = blank(r.Cells)
	if s.repeats && !r.Blank && s.again(r) {
		r.Heading = true
		r.problem(Problem{Code: RepeatedHeading, Severity: Notice, Column: -1})
	}
	if r.Blank && len(r.Extra) == 0 {
		r.Problems = r.Problems[:0]
		r.problem(Problem{Code: BlankRow, Severity: Notice, Column: -1})
	}
	return true, nil
}

// fill gives the record one cell per column and says when the row's width differs.
func (s *csvSource) fill(r *Record, text string, places []span) {
	width := len(s.headings)
	for _, p := range places[:min(len(places), width)] {
		r.Cells = append(r.Cells, text[p.from:p.to])
	}
	if len(places) < width {
		for len(r.Cells) < width {
			r.Cells = append(r.Cells, "")
		}
		r.problem(Problem{
			Code: MissingCells, Severity: Warning, Column: -1,
			Args: map[string]any{"Count": width - len(places), "Found": len(places), "Wanted": width},
		})
		return
	}
	beyond := places[width:]
	for len(beyond) > 0 && trim(text[beyond[len(beyond)-1].from:beyond[len(beyond)-1].to]) == "" {
		beyond = beyond[:len(beyond)-1]
	}
	if len(beyond) == 0 {
		return
	}
	for _, p := range beyond {
		r.Extra = append(r.Extra, text[p.from:p.to])
	}
	r.problem(Problem{
		Code: ExtraCells, Severity: Severe, Column: -1, Value: excerpt(r.Extra[0]),
		Args: map[string]any{"Count": len(r.Extra), "Found": len(places), "Wanted": width},
	})
}

func (s *csvSource) quotes(r *Record, text string) {
	if s.scanner.trouble&unclosedQuote != 0 {
		r.problem(Problem{Code: UnclosedQuote, Severity: Warning, Column: -1, Value: excerpt(text)})
	}
	if s.scanner.trouble&strayQuote != 0 {
		r.problem(Problem{Code: StrayQuote, Severity: Notice, Column: -1, Value: excerpt(text)})
	}
}

// shorten empties the cells over the limit; the row cannot be used.
func (s *csvSource) shorten(r *Record) {
	for i, cell := range r.Cells {
		if len(cell) > s.limits.Cell {
			r.problem(Problem{
				Code: CellTooLong, Severity: Severe, Column: i, Heading: s.headings[i], Value: excerpt(cell),
				Args: map[string]any{"LimitKB": s.limits.Cell >> 10},
			})
			r.Cells[i] = ""
		}
	}
}

// again reports whether a row repeats the headings.
func (s *csvSource) again(r *Record) bool {
	for i, cell := range r.Cells {
		if cell != s.headings[i] && trim(cell) != s.headings[i] {
			return false
		}
	}
	return true
}

func blank(cells []string) bool {
	for _, c := range cells {
		if c != "" && trim(c) != "" {
			return false
		}
	}
	return true
}

func (r *Record) reset(line int) {
	r.Line, r.Blank, r.Heading = line, false, false
	r.Cells, r.Extra, r.Problems, r.said = r.Cells[:0], nil, r.Problems[:0], r.said[:0]
}

// maxProblems bounds what is said of one row.
const maxProblems = 100

func (r *Record) problem(p Problem) {
	if len(r.Problems) == maxProblems {
		return
	}
	p.Line = r.Line
	r.Problems = append(r.Problems, p)
}
