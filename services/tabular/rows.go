package tabular

import (
	"context"
	"iter"

	"acvdata/services/fault"
)

// source gives the records of a file in any format.
type source interface {
	// next reads one record into r; false at the end.
	next(r *Record) (bool, error)
}

// Rows reads every row from the start, in order, in memory that does not grow
// with the file. The record and its slices are reused by the next iteration. It
// stops at the first error: a fault (too_large past a limit, invalid when the
// file breaks off), or the context's.
func (f *File) Rows(ctx context.Context) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		rows, err := f.open(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		var r Record
		for count := 0; ; {
			more, err := rows.next(&r)
			if err != nil {
				yield(nil, err)
				return
			}
			if !more {
				return
			}
			if !r.Blank && !r.Heading {
				count++
			}
			if count > f.limits.Rows {
				yield(nil, overLimit("too_many_rows", fault.Args{"Name": f.name, "Rows": count - 1, "Limit": f.limits.Rows}))
				return
			}
			if !yield(&r, nil) {
				return
			}
		}
	}
}

func (f *File) open(ctx context.Context) (source, error) {
	if f.format == CSV || f.isSheet() {
		return f.csvSource(ctx, f.Headings())
	}
	if f.format == Parquet {
		return f.parquetSource(ctx)
	}
	return f.objectSource(ctx)
}
