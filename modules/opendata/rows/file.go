package rows

import (
	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
)

// Describe is a dataset as the answer has it: its fields are what was asked for.
// Rows that are not grouped keep their place.
func (q *Question) Describe(d datasets.Description) datasets.Description {
	labels := map[string]string{}
	for i, f := range d.Fields {
		if i < len(d.About.Labels) {
			labels[f.Name] = d.About.Labels[i]
		}
	}
	fields := make([]datasets.Field, len(q.items))
	d.About.Labels = make([]string, len(q.items))
	for i, it := range q.items {
		f := q.fields[it.field]
		switch it.measure {
		case "":
		case "count":
			f.Type = datasets.Integer
		default:
			f.Type = datasets.Number
		}
		f.Name, f.Term = it.name, ""
		fields[i], d.About.Labels[i] = f, labels[it.field]
	}
	d.Fields, d.Archive, d.Schema = fields, "", datasets.Schema{}
	if q.grouped() {
		d.Geometry = datasets.NoGeometry
	}
	return d
}

// File gives the rows, or the groups, from the offset on, at most the limit, for a
// writer of files. chosen are the rows that pass, in order (Choose).
func (q *Question) File(t *columns.Table, chosen []uint32, yield func(datasets.Row) error) error {
	_, err := q.Page(t, chosen, q.limit, yield)
	return err
}

// Page gives what File gives, at most so many of them, and tells how many rows or
// groups there are in all.
func (q *Question) Page(t *columns.Table, chosen []uint32, most int, yield func(datasets.Row) error) (total int, err error) {
	limit := min(q.limit, most)
	if q.grouped() {
		groups := q.groups(t, chosen)
		for _, values := range window(groups, q.offset, limit) {
			if err := yield(datasets.Row{Values: values}); err != nil {
				return 0, err
			}
		}
		return len(groups), nil
	}
	names := make([]string, len(q.items))
	for i, it := range q.items {
		names[i] = it.field
	}
	view := t.View(names)
	for _, row := range window(chosen, q.offset, limit) {
		if err := yield(view.At(row)); err != nil {
			return 0, err
		}
	}
	return len(chosen), nil
}
