package tabular

import (
	"bytes"
	"context"
	"io"
)

const (
	// A plain file up to this size is sampled whole; of a larger one, the start
	// and pieces spread over it are.
	sampleWhole = 4 << 20
	sampleStart = 1 << 20
	samplePiece = 128 << 10
	samplePlace = 24
)

// openText settles the dialect, the headings and the columns of a delimited file.
func (f *File) openText(ctx context.Context, head []byte, chosen *Dialect) error {
	f.eol = '\n'
	if !f.isSheet() {
		f.format, f.eol = CSV, lineEnd(head)
	}
	head = wholeLines(head, f.eol, int64(len(head)) < headSize)
	if len(head) > f.limits.Record && bytes.IndexByte(head, f.eol) < 0 {
		return refuse("no_lines", f.name)
	}
	if err := f.settleEncoding(head, chosen); err != nil {
		return err
	}
	if chosen != nil {
		f.dialect.Separator, f.dialect.Quote = chosen.Separator, chosen.Quote
		f.dialect.HeaderLine, f.dialect.Preamble = chosen.HeaderLine, chosen.Preamble
		f.dialect.Confidence = 1
		f.dialect.Reasons = []Reason{{Code: "chosen"}}
	} else {
		f.settleDialect(head)
	}
	return f.settleColumns(ctx)
}

// wholeLines cuts off the line that the end of the head breaks.
func wholeLines(head []byte, eol byte, all bool) []byte {
	if all {
		return head
	}
	if i := bytes.LastIndexByte(head, eol); i > 0 {
		return head[:i+1]
	}
	return head
}

// settleEncoding finds the encoding from the start and, where the file can be
// read anywhere, from pieces spread over it.
func (f *File) settleEncoding(head []byte, chosen *Dialect) error {
	f.single = Windows1252
	if f.dialect.Encoding != "" { // UTF-16 is UTF-8 by now
		return nil
	}
	var sample encodingSample
	sample.add(head)
	if !f.dialect.Gzip {
		for _, at := range f.places() {
			piece, err := f.piece(at)
			if err != nil {
				return err
			}
			sample.add(piece)
		}
	}
	encoding, share := sample.decide()
	f.dialect.Encoding, f.single = encoding, sample.single()
	if share < 1 {
		f.dialect.Reasons = append(f.dialect.Reasons, Reason{Code: "mixed_encodings", Args: map[string]any{"Encoding": string(encoding)}})
	}
	if chosen != nil && chosen.Encoding != "" {
		f.dialect.Encoding = chosen.Encoding
		if chosen.Encoding != UTF8 {
			f.single = chosen.Encoding
		}
	}
	return nil
}

// settleDialect finds separator, quote, preamble and headings.
func (f *File) settleDialect(head []byte) {
	a, confidence := sniff(head, f.limits.Record)
	if f.isSheet() {
		a, confidence = try(head, '\t', '"', f.limits.Record), 1
	}
	d := &f.dialect
	d.Separator, d.Quote, d.Confidence = rune(a.sep), rune(a.quote), confidence
	found := findHeadings(a)
	if found.record >= 0 {
		d.HeaderLine = a.lines[found.record]
	}
	if found.first > 0 || found.record >= 0 {
		d.Preamble = a.lines[max(found.record, 0)] - 1
	}
	if found.record < 0 && found.first < len(a.lines) {
		d.Preamble = a.lines[found.first] - 1
	}
	d.Reasons = append(d.Reasons, Reason{Code: found.reason})
	if bytes.IndexByte(head, byte(d.Quote)) < 0 {
		d.Quote = '"' // none seen yet: the usual one, for what comes later
	}
}

// places are the offsets of the pieces sampled from a large plain file.
func (f *File) places() []int64 {
	if f.size <= sampleWhole {
		return nil
	}
	at := make([]int64, 0, samplePlace)
	step := (f.size - sampleStart - samplePiece) / (samplePlace - 1)
	for i := range int64(samplePlace) {
		at = append(at, sampleStart+i*step)
	}
	return at
}

// piece reads whole lines from about an offset on.
func (f *File) piece(at int64) ([]byte, error) {
	raw, err := peek(io.NewSectionReader(f.source, at, min(samplePiece, f.size-at)), samplePiece)
	if err != nil {
		return nil, err
	}
	_, lines, _ := bytes.Cut(raw, []byte{f.eol})
	return wholeLines(lines, f.eol, at+samplePiece >= f.size), nil
}

// settleColumns reads the headings and decides the columns on a sample.
func (f *File) settleColumns(ctx context.Context) error {
	names, lines, err := f.readHeadings(ctx)
	if err != nil {
		return err
	}
	if len(names) > f.limits.Columns {
		return f.tooManyColumns(len(names))
	}
	if lines == 0 {
		return refuse("header_only", f.name)
	}
	sample, err := f.sample(ctx, names)
	if err != nil {
		return err
	}
	if sample.rows == 0 {
		return refuse("header_only", f.name)
	}
	f.columns = withoutTrailing(sample.columns())
	f.sampled, f.whole = sample.rows, sample.whole
	f.settleDecimal()
	return nil
}

// withoutTrailing leaves out the nameless empty columns that separators at the
// end of every line make.
func withoutTrailing(columns []Column) []Column {
	for len(columns) > 1 {
		last := columns[len(columns)-1]
		if last.Heading != "" || last.Type != Empty {
			break
		}
		columns = columns[:len(columns)-1]
	}
	return columns
}

// settleDecimal gives the file the decimal mark most of its columns have.
func (f *File) settleDecimal() {
	commas, points := 0, 0
	for i := range f.columns {
		switch f.columns[i].Decimal {
		case Comma:
			commas++
		case Point:
			points++
		case NoDecimal:
		}
	}
	switch {
	case commas > points:
		f.dialect.Decimal = Comma
	case points > 0:
		f.dialect.Decimal = Point
	}
}
