package tabular

import "context"

const (
	maxFirst     = 100
	progressRows = 10_000
)

// Profile reads the whole file and decides its columns on all of it. progress,
// which may be nil, is called now and then with the rows read so far. It stops
// at the errors that stop Rows.
func (f *File) Profile(ctx context.Context, progress func(rows int)) (*Profile, error) {
	all := newSample(f.Headings())
	if f.hasGeometry() {
		all.evidence[len(all.evidence)-1].fixed = Geometry
	}
	p := &Profile{Problems: map[ProblemCode]int{}}
	for r, err := range f.Rows(ctx) {
		if err != nil {
			return nil, err
		}
		all.add(r, r.Line)
		p.count(r)
		if progress != nil && all.rows%progressRows == 0 {
			progress(all.rows)
		}
	}
	p.Complete, p.Rows = true, all.rows
	p.Columns = all.columns()
	return p, nil
}

func (p *Profile) count(r *Record) {
	switch {
	case r.Blank:
		p.Blank++
	case r.Heading:
		p.Headings++
	}
	for i := range r.Problems {
		p.Problems[r.Problems[i].Code]++
		if len(p.First) < maxFirst {
			p.First = append(p.First, r.Problems[i])
		}
	}
}
