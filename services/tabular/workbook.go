package tabular

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"iter"
	"os"
	"path"
	"slices"
	"strings"

	"acvdata/services/fault"
	"acvdata/services/tabular/ods"
	"acvdata/services/tabular/xlsx"
)

// A workbook is read through a text of tabs made once of the sheet chosen, in a
// file without a name that goes away by itself: the rest of the package reads
// and types it like any other text. Lines are the sheet's rows, with their
// numbers.

// WithSheet reads that sheet of a workbook instead of the first.
func WithSheet(name string) Option { return func(s *settings) { s.sheet = name } }

// Sheets lists the visible sheets of a workbook, nil of other files.
func (f *File) Sheets() []string { return f.sheets }

// Sheet is the sheet of a workbook that is read, "" for other files.
func (f *File) Sheet() string { return f.sheet }

func (f *File) isSheet() bool { return f.format == Workbook || f.format == OpenDocument }

// Close lets go of what reading a workbook needed. The file it was opened on
// stays the caller's.
func (f *File) Close() error {
	if f.unpacked == nil {
		return nil
	}
	return f.unpacked.Close()
}

// isWorkbook tells workbooks from other archives by what they hold or, when
// nothing in the head says so, by their name.
func isWorkbook(head []byte, name string) bool {
	if !bytes.HasPrefix(head, zipMark) {
		return false
	}
	ext := strings.ToLower(path.Ext(name))
	return bytes.Contains(head, []byte("xl/workbook.xml")) || bytes.Contains(head, []byte("xl/worksheets")) || ext == ".xlsx" || ext == ".xlsm"
}

var zipMark = []byte("PK\x03\x04")

// isOpenDocument tells workbooks of LibreOffice, which say what they are in the
// first entry.
func isOpenDocument(head []byte, name string) bool {
	const kind = "mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
	return bytes.HasPrefix(head, zipMark) &&
		(bytes.Contains(head[:min(len(head), 200)], []byte(kind)) || strings.EqualFold(path.Ext(name), ".ods"))
}

// workbook is what a program of spreadsheets wrote, whichever it is.
type workbook interface {
	Sheets() []string
	Merges(sheet string) ([]xlsx.Merge, error)
	Rows(ctx context.Context, sheet string) iter.Seq2[*xlsx.Row, error]
}

func (f *File) openBook() (workbook, error) {
	limits := xlsx.Limits{Unpacked: f.limits.Inflated, Ratio: f.limits.Ratio}
	if f.format == OpenDocument {
		book, err := ods.Open(f.source, f.size, limits)
		return book, err
	}
	book, err := xlsx.Open(f.source, f.size, limits)
	return book, err
}

// unpack writes the sheet as text and puts it in the place of the workbook.
func (f *File) unpack(ctx context.Context, wanted string) error {
	book, err := f.openBook()
	if err != nil {
		return f.bookFault(err)
	}
	f.sheets = book.Sheets()
	if f.sheet = wanted; !slices.Contains(f.sheets, wanted) {
		f.sheet = f.sheets[0]
	}
	merges, err := book.Merges(f.sheet)
	if err != nil {
		return f.bookFault(err)
	}
	out, err := os.CreateTemp("", "acvdata-sheet-")
	if err != nil {
		return err
	}
	f.unpacked = out
	w := &sheetWriter{w: bufio.NewWriterSize(out, 256<<10), merges: merges, limit: f.limits.Inflated}
	err = os.Remove(out.Name())
	if err == nil {
		err = w.all(ctx, book, f.sheet)
	}
	if err == nil {
		err = w.w.Flush()
	}
	if err != nil {
		return errors.Join(f.bookFault(err), out.Close())
	}
	f.source, f.size = out, w.size
	return nil
}

// bookFault turns what is wrong with a workbook into a fault for people.
func (f *File) bookFault(err error) error {
	switch {
	case errors.Is(err, xlsx.ErrTooLarge):
		return overLimit("bomb", fault.Args{"Name": f.name, "LimitMB": f.limits.Inflated >> 20})
	case errors.Is(err, xlsx.ErrBroken):
		return refuse("broken_workbook", f.name, fault.Because(err))
	case errors.Is(err, xlsx.ErrNotWorkbook):
		return refuse("no_sheet", f.name, fault.Because(err))
	}
	return err
}

// looked is how many rows tell the width of a sheet and where its headings are.
const looked = 200

// sheetWriter writes a sheet's rows as lines of cells between tabs.
type sheetWriter struct {
	w      *bufio.Writer
	merges []xlsx.Merge
	width  int
	line   int
	size   int64
	limit  int64
	start  []xlsx.Row
	tall   map[int][]xlsx.Merge // of one column over several rows, by first row
	spread map[int]string       // what a block merged over rows repeats, by column
	until  map[int]int
	// inTable is set from the first row with several cells on.
	inTable bool
}

func (s *sheetWriter) all(ctx context.Context, book workbook, sheet string) error {
	s.spread, s.until, s.tall = map[int]string{}, map[int]int{}, map[int][]xlsx.Merge{}
	for _, m := range s.merges {
		if m.Bottom > m.Top && m.Left == m.Right {
			s.tall[m.Top] = append(s.tall[m.Top], m)
		}
	}
	begun := false
	for row, err := range book.Rows(ctx, sheet) {
		if err != nil {
			return err
		}
		if !begun {
			s.start = append(s.start, xlsx.Row{Number: row.Number, Cells: slices.Clone(row.Cells)})
			if begun = len(s.start) == looked; !begun {
				continue
			}
			if err := s.begin(); err != nil {
				return err
			}
			continue
		}
		if err := s.row(row); err != nil {
			return err
		}
	}
	if begun {
		return nil
	}
	return s.begin()
}

// begin settles the width and the headings, then writes the rows looked at.
func (s *sheetWriter) begin() error {
	for _, r := range s.start {
		s.width = max(s.width, len(r.Cells))
	}
	s.joinHeadings()
	for i := range s.start {
		if err := s.row(&s.start[i]); err != nil {
			return err
		}
	}
	s.start = nil
	return nil
}

// headingRows bounds how far down headings in two rows are looked for.
const headingRows = 20

// joinHeadings makes one row of headings of two, where the first groups those
// below it by merged cells: "Eau" over "pH" and "Nitrates" becomes "Eau – pH"
// and "Eau – Nitrates".
func (s *sheetWriter) joinHeadings() {
	for i := 0; i+1 < len(s.start) && i < headingRows; i++ {
		above, below := &s.start[i], &s.start[i+1]
		if below.Number != above.Number+1 || !s.grouped(above.Number, below.Cells) {
			continue
		}
		joined := make([]string, s.width)
		for c := range joined {
			group, own := s.headingAt(*above, c), at(below.Cells, c)
			switch {
			case group == "" || own == "" || group == own:
				joined[c] = group + own
				if group == own {
					joined[c] = own
				}
			default:
				joined[c] = group + " – " + own
			}
		}
		below.Cells, above.Cells = joined, nil
		return
	}
}

// grouped reports whether cells merged along a row stand over headings.
func (s *sheetWriter) grouped(row int, below []string) bool {
	groups := 0
	for _, m := range s.merges {
		if m.Top != row || m.Bottom != row || m.Right-m.Left+1 >= s.width {
			continue
		}
		for c := m.Left; c <= m.Right; c++ {
			if at(below, c) == "" {
				return false
			}
		}
		groups++
	}
	return groups > 0
}

// headingAt is the heading of a column, taken from the merged block it is in.
func (s *sheetWriter) headingAt(row xlsx.Row, column int) string {
	for _, m := range s.merges {
		if m.Top == row.Number && m.Left <= column && column <= m.Right {
			return at(row.Cells, m.Left)
		}
	}
	return at(row.Cells, column)
}

func at(cells []string, column int) string {
	if column < len(cells) {
		return cells[column]
	}
	return ""
}

// row writes a row at the line of its number.
func (s *sheetWriter) row(r *xlsx.Row) error {
	for s.line++; s.line < r.Number; s.line++ {
		if err := s.write("\n"); err != nil {
			return err
		}
	}
	s.unmerge(r)
	width := max(s.width, len(r.Cells))
	if s.inTable = s.inTable || filled(r.Cells) > 1 || s.width < 2; !s.inTable {
		width = len(r.Cells) // a title above the table has no columns
	}
	for c := range width {
		if c > 0 {
			if err := s.write("\t"); err != nil {
				return err
			}
		}
		if err := s.write(cellText(at(r.Cells, c))); err != nil {
			return err
		}
	}
	return s.write("\n")
}

func filled(cells []string) (n int) {
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}

// unmerge repeats the value of blocks merged over several rows in each of them.
func (s *sheetWriter) unmerge(r *xlsx.Row) {
	for _, m := range s.tall[r.Number] {
		if at(r.Cells, m.Left) != "" {
			s.spread[m.Left], s.until[m.Left] = at(r.Cells, m.Left), m.Bottom
		}
	}
	for column, last := range s.until {
		if r.Number > last {
			delete(s.until, column)
			continue
		}
		for len(r.Cells) <= column {
			r.Cells = append(r.Cells, "")
		}
		r.Cells[column] = s.spread[column]
	}
}

func (s *sheetWriter) write(text string) error {
	if s.size += int64(len(text)); s.size > s.limit {
		return xlsx.ErrTooLarge
	}
	_, err := s.w.WriteString(text)
	return err
}

// oneLine keeps a cell on the line of its row.
var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ", "\x00", "")

// cellText writes a cell so that it is read back as it is.
func cellText(cell string) string {
	if strings.ContainsAny(cell, "\r\n\t\x00") {
		cell = oneLine.Replace(cell)
	}
	if strings.Contains(cell, `"`) {
		return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
	}
	return cell
}
