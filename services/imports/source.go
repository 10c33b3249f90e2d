package imports

import (
	"context"
	"errors"

	"acvdata/services/blob"
	"acvdata/services/fault"
	"acvdata/services/tabular"
)

// source is an import's file, open for reading.
type source struct {
	*tabular.File
	stored blob.File
}

// open reads what the import's file is. With a mapping, columns are read the way
// the check decided, and the person where the file does not tell.
func (s *Service) open(ctx context.Context, i *Import) (*source, error) {
	stored, err := s.files(i.Tenant).Open(ctx, i.key(fileKey))
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.Conflict, "imports.fault.file_gone", fault.Because(err))
	}
	if err != nil {
		return nil, err
	}
	options := []tabular.Option{tabular.WithLimits(tabular.Limits{Rows: s.Limits.Rows}), tabular.WithSheet(i.Detection.Sheet)}
	if len(i.Detection.Exact) > 0 {
		options = append(options, tabular.WithColumns(i.decided()))
	}
	f, err := tabular.Open(ctx, stored, stored.Size(), i.File.Name, options...)
	if err != nil {
		return nil, errors.Join(err, stored.Close())
	}
	return &source{File: f, stored: stored}, nil
}

// Close lets go of the file.
func (s *source) Close() error { return errors.Join(s.File.Close(), s.stored.Close()) }

// decided gives the columns as detected over the whole file, with the person's
// word on ambiguous dates.
func (i *Import) decided() []tabular.Column {
	columns := append([]tabular.Column(nil), i.Detection.Exact...)
	for index, order := range i.Mapping.Dates {
		if index >= 0 && index < len(columns) {
			columns[index].DateOrder = tabular.DateOrder(order)
		}
	}
	return columns
}
