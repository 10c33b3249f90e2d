package tabular

import (
	"bytes"
	"errors"
	"io"
)

// span is a cell's place in the bytes of a record.
type span struct{ from, to int }

// trouble is what the scanner had to put up with in a record.
type trouble uint8

const (
	strayQuote trouble = 1 << iota
	unclosedQuote
)

// errRecordTooLong is returned when no record ends within the limit.
var errRecordTooLong = errors.New("tabular: record too long")

// errUnclosedQuotes is returned when too many records open a quote for nothing:
// each costs reading on to the limit.
var errUnclosedQuotes = errors.New("tabular: too many unclosed quotes")

const (
	scanBuffer   = 256 << 10
	maxUnclosed  = 100
	innerSuspect = 3 // whole lines inside a cell from which it is doubted
	// maxCells bounds the cells told apart in a record; the last one holds the
	// rest of it.
	maxCells = 16 << 10
)

// scanner cuts bytes into records and cells. It works on bytes, in any encoding
// that agrees with ASCII, so that each record can be decoded on its own. After
// next, the record's cells are data[cells[i].from:cells[i].to].
type scanner struct {
	r     io.Reader
	sep   byte // 0 for a single column
	quote byte // 0 when nothing is quoted
	eol   byte
	width int // cells of a sound record, 0 when not known yet
	limit int // bytes of one record

	buf        []byte
	start, end int // unread bytes of buf
	eof        bool
	line       int // line that the record starts on
	following  int // line that the next one starts on
	unclosed   int

	data    []byte
	cells   []span
	scratch []byte
	trouble trouble
}

func newScanner(r io.Reader, d Dialect, width, limit int) *scanner {
	s := &scanner{r: r, sep: byte(d.Separator), quote: byte(d.Quote), eol: '\n', width: width, limit: limit, following: 1}
	s.buf = make([]byte, min(scanBuffer, limit))
	return s
}

// skipLines passes over whole lines, whatever they hold.
func (s *scanner) skipLines(n int) error {
	for range n {
		length, err := s.lineLength()
		if err != nil {
			return err
		}
		s.start += min(length+1, s.end-s.start)
		s.following++
	}
	return nil
}

// next reads a record; false at the end. Empty lines are passed over.
func (s *scanner) next() (bool, error) {
	for {
		length, err := s.lineLength()
		if err != nil {
			return false, err
		}
		if s.start == s.end {
			return false, nil
		}
		line := s.buf[s.start : s.start+length]
		s.line, s.trouble = s.following, 0
		if s.quote != 0 && bytes.IndexByte(line, s.quote) >= 0 {
			return s.quoted()
		}
		s.consumeLine(length)
		if line = chomp(line); len(line) > 0 {
			s.split(line)
			return true, nil
		}
	}
}

// consumeLine passes over a line and its end.
func (s *scanner) consumeLine(length int) {
	s.start += min(length+1, s.end-s.start)
	s.following++
}

func chomp(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// lineLength finds the end of the current line, without its end mark, reading
// on as needed.
func (s *scanner) lineLength() (int, error) {
	searched := 0
	for {
		if i := bytes.IndexByte(s.buf[s.start+searched:s.end], s.eol); i >= 0 {
			return searched + i, nil
		}
		searched = s.end - s.start
		if s.eof {
			return searched, nil
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// fill reads more bytes behind those unread, moving or growing the buffer.
func (s *scanner) fill() error {
	if s.start > 0 {
		s.end = copy(s.buf, s.buf[s.start:s.end])
		s.start = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= s.limit {
			return errRecordTooLong
		}
		grown := make([]byte, min(2*len(s.buf), s.limit))
		copy(grown, s.buf)
		s.buf = grown
	}
	// To the brim: a record is cut again from its start after every filling.
	n, err := readUp(s.r, s.buf[s.end:])
	s.end += n
	if errors.Is(err, io.EOF) {
		s.eof = true
		return nil
	}
	return err
}

// split cuts a line at every separator.
func (s *scanner) split(line []byte) {
	s.data, s.cells = line, s.cells[:0]
	from := 0
	if s.sep != 0 {
		for i, b := range line {
			if b == s.sep && len(s.cells) < maxCells-1 {
				s.cells = append(s.cells, span{from, i})
				from = i + 1
			}
		}
	}
	s.cells = append(s.cells, span{from, len(line)})
}

// quoted reads a record with quotes in it, over several lines if need be. A
// quote that is never closed, or that swallows what are plainly whole rows, is
// taken as text and the record ends with its line.
func (s *scanner) quoted() (bool, error) {
	for {
		consumed, done := s.parse()
		if done && !s.swallows(consumed) {
			s.following += 1 + bytes.Count(s.buf[s.start:s.start+consumed], []byte{s.eol})
			s.start += min(consumed+1, s.end-s.start)
			return true, nil
		}
		if done || s.eof {
			return s.literal()
		}
		switch err := s.fill(); {
		case errors.Is(err, errRecordTooLong):
			return s.literal()
		case err != nil:
			return false, err
		}
	}
}

// literal takes the quotes of the current line as text.
func (s *scanner) literal() (bool, error) {
	if s.unclosed++; s.unclosed > maxUnclosed {
		return false, errUnclosedQuotes
	}
	length, err := s.lineLength()
	if err != nil {
		return false, err
	}
	line := s.buf[s.start : s.start+length]
	s.consumeLine(length)
	s.split(chomp(line))
	s.trouble = unclosedQuote
	return true, nil
}

// swallows reports whether the parsed record holds whole rows inside a cell:
// it has several lines and a wrong width, or its inner lines all have the
// separators of a row.
func (s *scanner) swallows(consumed int) bool {
	raw := s.buf[s.start : s.start+consumed]
	lines := bytes.Count(raw, []byte{s.eol})
	if lines == 0 || s.width < 3 {
		return false
	}
	first := raw[:bytes.IndexByte(raw, s.eol)]
	if len(s.cells) != s.width && bytes.Count(first, []byte{s.sep}) == s.width-1 {
		return true
	}
	if lines-1 < innerSuspect {
		return false
	}
	inner := raw[len(first)+1 : bytes.LastIndexByte(raw, s.eol)]
	for line := range bytes.SplitSeq(inner, []byte{s.eol}) {
		if bytes.Count(line, []byte{s.sep}) != s.width-1 {
			return false
		}
	}
	return true
}

// parse cuts the unread bytes into one record with quotes. It returns the bytes
// the record takes, its end mark apart; done is false when more are needed.
func (s *scanner) parse() (consumed int, done bool) {
	raw := s.buf[s.start:s.end]
	s.cells, s.scratch, s.trouble = s.cells[:0], s.scratch[:0], 0
	at := 0
	for {
		from := len(s.scratch)
		if len(s.cells) == maxCells-1 {
			return s.rest(raw, at)
		}
		end, closed := s.cell(raw, at)
		if !closed {
			return 0, false
		}
		s.cells = append(s.cells, span{from, len(s.scratch)})
		if end == len(raw) || raw[end] == s.eol {
			s.data = s.scratch
			return end, end < len(raw) || s.eof
		}
		at = end + 1
	}
}

// rest makes what is left of the line the record's last cell.
func (s *scanner) rest(raw []byte, at int) (consumed int, done bool) {
	end := bytes.IndexByte(raw[at:], s.eol)
	if end < 0 {
		if !s.eof {
			return 0, false
		}
		end = len(raw) - at
	}
	from := len(s.scratch)
	s.scratch = append(s.scratch, chomp(raw[at:at+end])...)
	s.cells = append(s.cells, span{from, len(s.scratch)})
	s.data = s.scratch
	return at + end, true
}

// cell appends the text of the cell at raw[at:] to scratch and returns where it
// ends: at a separator, an end of line or the end of raw. closed is false when
// its quote is not closed within raw.
func (s *scanner) cell(raw []byte, at int) (end int, closed bool) {
	open := at
	for open < len(raw) && raw[open] == ' ' {
		open++
	}
	if open == len(raw) || raw[open] != s.quote {
		end = at + s.bare(raw[at:])
		text := raw[at:end]
		if end == len(raw) || raw[end] == s.eol {
			text = chomp(text)
		}
		s.scratch = append(s.scratch, text...)
		return end, true
	}
	return s.inQuotes(raw, open+1)
}

// bare is the length of an unquoted cell.
func (s *scanner) bare(raw []byte) int {
	for i, b := range raw {
		if b == s.eol || b == s.sep && s.sep != 0 {
			return i
		}
	}
	return len(raw)
}

// inQuotes reads a quoted cell from after its opening quote.
func (s *scanner) inQuotes(raw []byte, at int) (end int, closed bool) {
	for {
		i := bytes.IndexByte(raw[at:], s.quote)
		if i < 0 {
			return 0, false
		}
		s.scratch = append(s.scratch, raw[at:at+i]...)
		at += i + 1
		if at < len(raw) && raw[at] == s.quote {
			s.scratch = append(s.scratch, s.quote)
			at++
			continue
		}
		if end, ok := s.afterQuote(raw, at); ok {
			return end, true
		}
		s.scratch = append(s.scratch, s.quote)
		s.trouble |= strayQuote
	}
}

// afterQuote reports whether a quote at raw[at-1] closes its cell: only blanks
// follow, up to a separator or the end of the line.
func (s *scanner) afterQuote(raw []byte, at int) (end int, ok bool) {
	for at < len(raw) && (raw[at] == ' ' || raw[at] == '\r' && s.eol != '\r') {
		at++
	}
	return at, at == len(raw) || raw[at] == s.eol || raw[at] == s.sep && s.sep != 0
}
