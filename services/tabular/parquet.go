package tabular

import (
	"context"
	"errors"
	"io"

	"acvdata/services/fault"
	"acvdata/services/tabular/parquet"
)

// openParquet settles the columns: the file's own, decided on its first rows
// where its word leaves something to decide.
func (f *File) openParquet(ctx context.Context) error {
	table, err := parquet.Open(ctx, f.source, f.size, parquet.Limits{Rows: int64(f.limits.Rows), Unpacked: f.limits.Inflated})
	if err != nil {
		return f.parquetFault(err)
	}
	f.table = table
	columns := table.Columns()
	if len(columns) > f.limits.Columns {
		return f.tooManyColumns(len(columns))
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
		if c.Kind == parquet.Shape && f.crs == 0 {
			f.crs, f.unlocated = c.CRS, c.Unlocated
		}
	}
	return f.sampleParquet(ctx, newSample(clean(names)))
}

func (f *File) sampleParquet(ctx context.Context, s *sample) error {
	rows, err := f.parquetSource(ctx)
	if err != nil {
		return err
	}
	var r Record
	for read := 0; read < sampleBytes; {
		more, err := rows.next(&r)
		if err != nil {
			return err
		}
		if !more {
			s.whole = true
			break
		}
		for _, cell := range r.Cells {
			read += len(cell) + 1
		}
		s.add(&r, r.Line)
	}
	if s.rows == 0 {
		return refuse("no_object", f.name)
	}
	f.columns, f.sampled, f.whole = s.columns(), s.rows, s.whole
	return nil
}

// parquetSource reads rows; a row's rank stands for its line.
type parquetSource struct {
	file   *File
	reader *parquet.Reader
	said   []said
	line   int
}

// wordOf is the format's word on a column.
var wordOf = map[parquet.Kind]said{
	parquet.Text: saidText, parquet.Number: saidNumber, parquet.Bool: saidBool, parquet.Day: saidDay, parquet.Moment: saidMoment,
}

func (f *File) parquetSource(ctx context.Context) (source, error) {
	s := &parquetSource{file: f, reader: f.table.Read(ctx)}
	for _, c := range f.table.Columns() {
		s.said = append(s.said, wordOf[c.Kind])
	}
	return s, nil
}

// next reads one row into r; false at the end.
func (s *parquetSource) next(r *Record) (bool, error) {
	cells, err := s.reader.Next()
	if errors.Is(err, io.EOF) && !errors.Is(err, parquet.ErrBroken) {
		return false, nil
	}
	if err != nil {
		return false, s.file.parquetFault(err)
	}
	s.line++
	r.reset(s.line)
	r.Cells = append(r.Cells, cells...)
	r.said = append(r.said, s.said...)
	for i, cell := range r.Cells {
		if len(cell) > s.file.limits.Cell {
			r.problem(Problem{
				Code: CellTooLong, Severity: Severe, Column: i, Heading: s.file.table.Columns()[i].Name, Value: excerpt(cell),
				Args: map[string]any{"LimitKB": s.file.limits.Cell >> 10},
			})
			r.Cells[i] = ""
		}
	}
	if r.Blank = len(r.Problems) == 0 && blank(r.Cells); r.Blank {
		r.problem(Problem{Code: BlankRow, Severity: Notice, Column: -1})
	}
	return true, nil
}

// parquetFault turns what is wrong with the file into a fault for people.
func (f *File) parquetFault(err error) error {
	var nested *parquet.NestedError
	switch {
	case errors.As(err, &nested):
		return fault.New(fault.Invalid, "tabular.refused.nested_column", fault.Because(err),
			fault.With(fault.Args{"Name": f.name, "Column": excerpt(nested.Column)}))
	case errors.Is(err, parquet.ErrTooMany):
		return overLimit("too_many_rows", fault.Args{"Name": f.name, "Rows": f.limits.Rows, "Limit": f.limits.Rows})
	case errors.Is(err, parquet.ErrTooLarge):
		return overLimit("bomb", fault.Args{"Name": f.name, "LimitMB": f.limits.Inflated >> 20})
	case errors.Is(err, parquet.ErrBroken):
		return refuse("broken_parquet", f.name, fault.Because(err))
	}
	return err
}
