package datasets

import (
	"context"
	"slices"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// reduced is a source without the columns that nobody is shown.
type reduced struct {
	Source

	hidden []string
}

// Whole is the source with all its columns.
func (r reduced) Whole() Source { return r.Source }

// Describe implements Source.
func (r reduced) Describe() Description {
	d := r.Source.Describe()
	d.Fields = slices.DeleteFunc(slices.Clone(d.Fields), func(f Field) bool { return slices.Contains(r.hidden, f.Name) })
	return d
}

// Rows implements Source.
func (r reduced) Rows(ctx context.Context, tx *db.Tx, f Filter, yield func(Row) error) error {
	if err := r.asked(f); err != nil {
		return err
	}
	var kept []int
	for n, field := range r.Source.Describe().Fields {
		if !slices.Contains(r.hidden, field.Name) {
			kept = append(kept, n)
		}
	}
	values := make([]any, len(kept))
	return r.Source.Rows(ctx, tx, f, func(row Row) error {
		for i, n := range kept {
			values[i] = row.value(n)
		}
		row.Values, row.Codes = values, nil // codes go by the fields of the source
		return yield(row)
	})
}

// Count implements Source.
func (r reduced) Count(ctx context.Context, tx *db.Tx, f Filter) (int64, error) {
	if err := r.asked(f); err != nil {
		return 0, err
	}
	return r.Source.Count(ctx, tx, f)
}

// asked refuses a question about a column that is not shown: its answer would tell.
func (r reduced) asked(f Filter) error {
	for name := range f.Equal {
		if slices.Contains(r.hidden, name) {
			return fault.New(fault.Invalid, "datasets.fault.unknown_parameter", fault.With(fault.Args{"Name": name}))
		}
	}
	return nil
}

// reduce hides of sources what nobody is shown. A source that does so itself is
// left alone.
func (s *Service) reduce(ctx context.Context, town *tenants.Tenant, list []Source) ([]Source, error) {
	if !slices.ContainsFunc(list, func(o Source) bool { _, itself := o.(whole); return !itself }) {
		return list, nil
	}
	var hidden map[string][]string
	err := s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		hidden, err = s.store.hidden(ctx, tx)
		return err
	})
	if err != nil || len(hidden) == 0 {
		return list, err
	}
	list = slices.Clone(list)
	for i, o := range list {
		names := hidden[o.Describe().ID]
		if _, itself := o.(whole); !itself && len(names) > 0 {
			list[i] = reduced{o, names}
		}
	}
	return list, nil
}
