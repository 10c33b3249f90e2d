package imports

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acvdata/services/tabular"
)

// RejectedRow is a row that the check left out, as the file has it.
type RejectedRow struct {
	Line     int
	Cells    []string  // one per column of the file
	Extra    []string  // cells beyond the last column
	Problems []Problem // why, at least one
}

// Rejected calls fn with every row that the last check rejected, in the order of
// the file: the file is read again beside the list of problems, so that memory
// stays flat however many there are.
func (s *Service) Rejected(ctx context.Context, c Caller, id uuid.UUID, fn func(RejectedRow) error) error {
	i, err := s.Get(ctx, c, id)
	if err != nil {
		return err
	}
	// Two runs through one list: what was found row by row, then what Match found.
	var runs [2]problemRun
	for n := range runs {
		stored, err := s.files(i.Tenant).Open(ctx, i.key(problemsKey))
		if err != nil {
			return err
		}
		defer func() { _ = stored.Close() }()
		runs[n].lines = json.NewDecoder(stored)
	}
	if err := runs[1].skipFirst(); err != nil {
		return err
	}
	f, err := s.open(ctx, i)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	for row, err := range f.Rows(ctx) {
		if err != nil {
			return err
		}
		if row.Blank || row.Heading {
			continue
		}
		why, err := rejections(&runs, row)
		if err != nil {
			return err
		}
		if len(why) == 0 {
			continue
		}
		if err := fn(RejectedRow{Line: row.Line, Cells: slices.Clone(row.Cells), Extra: slices.Clone(row.Extra), Problems: why}); err != nil {
			return err
		}
	}
	return nil
}

func rejections(runs *[2]problemRun, row *tabular.Record) ([]Problem, error) {
	var all []Problem
	for n := range runs {
		found, err := runs[n].take(row.Line)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return slices.DeleteFunc(all, func(p Problem) bool { return p.Severity != Rejected }), nil
}

// problemRun reads problems as long as their lines grow.
type problemRun struct {
	lines *json.Decoder
	next  *Problem
	last  int
	over  bool
}

// skipFirst goes to where lines start anew; a list without such a place leaves
// nothing to read.
func (r *problemRun) skipFirst() error {
	for {
		if err := r.read(); err != nil {
			return err
		}
		if r.over {
			if r.next != nil {
				r.over, r.last = false, r.next.Line
			}
			return nil
		}
		r.next = nil
	}
}

// read takes the next problem; over when there is none, or when its line is
// before the last one.
func (r *problemRun) read() error {
	var p Problem
	err := r.lines.Decode(&p)
	if errors.Is(err, io.EOF) {
		r.over = true
		return nil
	}
	if err != nil {
		return err
	}
	r.next, r.over = &p, p.Line < r.last
	r.last = p.Line
	return nil
}

// take gives the problems of a line, which comes after those asked for before.
func (r *problemRun) take(line int) (found []Problem, err error) {
	for !r.over || r.next != nil {
		if r.next == nil {
			if err := r.read(); err != nil {
				return nil, err
			}
			if r.over { // the other run's, or the end
				r.next = nil
				break
			}
		}
		if r.next.Line > line {
			break
		}
		if r.next.Line == line {
			found = append(found, *r.next)
		}
		r.next = nil
	}
	return found, nil
}

// Headings of the columns that follow a rejected row's own. A file that comes
// back with them is the town's own, corrected: they are taken off.
const (
	returnedLine   = "Ligne d’origine"
	returnedColumn = "Colonne en cause"
	returnedCell   = "Cellule en cause"
	returnedReason = "Motif du refus"
)

var returnedHeadings = []string{returnedLine, returnedColumn, returnedCell, returnedReason}

// returned gives how many columns of a file are its own: all of them, but for a
// list of rejected rows that comes back.
func returned(headings []string) (own int, is bool) {
	own = len(headings) - len(returnedHeadings)
	if own > 0 && slices.Equal(headings[own:], returnedHeadings) {
		return own, true
	}
	return len(headings), false
}

// unmarked takes off the mark that keeps a spreadsheet from running a cell, where
// it was put by us.
func unmarked(cells []string) []string {
	clean := slices.Clone(cells)
	for i, cell := range clean {
		if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune("=+-@\t\r", rune(cell[1])) {
			clean[i] = cell[1:]
		}
	}
	return clean
}
