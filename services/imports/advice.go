package imports

import (
	"context"
	"math"
	"slices"

	"acvdata/services/tabular"
)

// Adviser is a Target that can tell from a file's first rows which answers to
// its options are the likelier: what the trunk column measures, say. The person
// sees the answer chosen, with the reason, and may choose another.
type Adviser interface {
	// Advise gives advice by name of option; it leaves out what it is not sure of.
	Advise(s Sample) map[string]Advice
}

// Advice is the likelier answer to an option.
type Advice struct {
	Value string `json:"value"` // of one of the option's choices
	Why   string `json:"why"`   // message key
}

// Sample is the first rows of a file, as the suggested mapping reads them.
type Sample struct{ records []*Record }

// Numbers is a column's numbers, one a row: NaN where there is none.
func (s Sample) Numbers(column string) []float64 {
	list := make([]float64, len(s.records))
	for i, r := range s.records {
		v, ok := r.Number(column)
		if !ok {
			v = math.NaN()
		}
		list[i] = v
	}
	return list
}

// advise takes the target's advice into the mapping.
func advise(ctx context.Context, target Target, f *tabular.File, m *Mapping) (map[string]Advice, error) {
	adviser, ok := target.(Adviser)
	if !ok {
		return nil, nil
	}
	about, columns := target.Describe(), f.Columns()
	fields := map[string]*field{}
	for _, c := range about.Columns {
		if index, mapped := m.Columns[c.Name]; mapped {
			fields[c.Name] = &field{column: c, index: index, reader: &columns[index]}
		}
	}
	var s Sample
	for row, err := range f.Rows(ctx) {
		if err != nil {
			return nil, err
		}
		if !row.Unusable() {
			s.records = append(s.records, &Record{line: row.Line, cells: slices.Clone(row.Cells), fields: fields})
		}
		if len(s.records) == sampleSize || row.Line > 20*sampleSize {
			break
		}
	}
	advice := adviser.Advise(s)
	for name, a := range advice {
		m.Options[name] = a.Value
	}
	return advice, nil
}
