package tabular

// The default limits.
const (
	defaultRows     = 2_000_000
	defaultColumns  = 1_000
	defaultCell     = 1 << 20
	defaultRecord   = 8 << 20
	defaultInflated = 2 << 30
	defaultRatio    = 200
)

// withDefaults fills the zero fields.
func (l Limits) withDefaults() Limits {
	fill(&l.Rows, defaultRows)
	fill(&l.Columns, defaultColumns)
	fill(&l.Cell, defaultCell)
	fill(&l.Record, defaultRecord)
	fill(&l.Inflated, defaultInflated)
	fill(&l.Ratio, defaultRatio)
	return l
}

func fill[T int | int64](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}
