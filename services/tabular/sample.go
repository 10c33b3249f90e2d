package tabular

import (
	"bytes"
	"context"
)

// sample gathers what the cells of some rows may be.
type sample struct {
	evidence []*columnEvidence
	rows     int
	whole    bool // the rows are all those of the file
}

func newSample(headings []string) *sample {
	s := &sample{}
	for i, h := range headings {
		s.evidence = append(s.evidence, newColumnEvidence(i, h, len(headings)))
	}
	return s
}

// add takes a row into account; line 0 when it is not known.
func (s *sample) add(r *Record, line int) {
	if r.Blank || r.Heading {
		return
	}
	s.rows++
	for i, cell := range r.Cells[:min(len(r.Cells), len(s.evidence))] {
		s.evidence[i].add(cell, line)
		if i < len(r.said) && cell != "" {
			s.evidence[i].said[r.said[i]]++
		}
	}
}

func (s *sample) columns() []Column {
	columns := make([]Column, len(s.evidence))
	for i, e := range s.evidence {
		columns[i] = e.column()
	}
	asOthers(columns)
	return columns
}

// readHeadings returns the name of every column, and how many rows follow them
// among the first.
func (f *File) readHeadings(ctx context.Context) (names []string, rows int, err error) {
	text, err := f.stream(ctx)
	if err != nil {
		return nil, 0, err
	}
	s := f.newCSVSource(text, nil)
	if err := s.fault(s.scanner.skipLines(f.skipped())); err != nil {
		return nil, 0, err
	}
	var records [][]string
	for read := 0; len(records) < sniffRecords && read < headSize; read += len(s.scanner.data) {
		more, err := s.scanner.next()
		if err != nil {
			return nil, 0, s.fault(err)
		}
		if !more {
			break
		}
		text, places, _ := s.decoder.text(s.scanner.data, s.scanner.cells)
		cells := make([]string, len(places))
		for i, p := range places {
			cells[i] = text[p.from:p.to]
		}
		records = append(records, cells)
	}
	if f.dialect.HeaderLine > 0 && len(records) > 0 {
		names, records = clean(records[0]), records[1:]
	}
	width := usualWidth(records)
	if f.dialect.HeaderLine > 0 && 2*wider(records, len(names)) <= len(records) {
		width = len(names)
	}
	for len(names) < width {
		names = append(names, "")
	}
	return names, len(records), nil
}

// wider counts the records with more cells than that.
func wider(records [][]string, width int) int {
	n := 0
	for _, r := range records {
		if len(r) > width {
			n++
		}
	}
	return n
}

// sample reads rows enough to decide the columns: all of a small file, the
// start and spread pieces of a large one.
func (f *File) sample(ctx context.Context, headings []string) (*sample, error) {
	s := newSample(headings)
	rows, err := f.csvSource(ctx, headings)
	if err != nil {
		return nil, err
	}
	budget := sampleWhole
	anywhere := !f.dialect.Gzip && f.dialect.Encoding != UTF16LE && f.dialect.Encoding != UTF16BE
	if anywhere && f.size > sampleWhole {
		budget = sampleStart
	}
	var r Record
	for read := 0; read < budget; read += len(rows.scanner.data) {
		more, err := rows.next(&r)
		if err != nil {
			return nil, err
		}
		if !more {
			s.whole = true
			return s, nil
		}
		s.add(&r, r.Line)
	}
	if anywhere {
		return s, f.samplePieces(ctx, s, headings)
	}
	return s, nil
}

// samplePieces adds rows from all over the file. A piece may start inside a
// cell: rows that do not have their width are left out of the sample.
func (f *File) samplePieces(ctx context.Context, s *sample, headings []string) error {
	var r Record
	for _, at := range f.places() {
		if err := ctx.Err(); err != nil {
			return err
		}
		lines, err := f.piece(at)
		if err != nil {
			return err
		}
		rows := f.newCSVSource(bytes.NewReader(lines), headings)
		for {
			more, err := rows.next(&r)
			if err != nil || !more {
				break // a piece cut badly is a piece less
			}
			if len(r.Problems) == 0 {
				s.add(&r, 0)
			}
		}
	}
	return nil
}
