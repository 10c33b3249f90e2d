package heat

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

// Sample is one measured value of a series; At to the second.
type Sample struct {
	Series int
	At     time.Time
	Value  float64
}

// copyFrom is the number of samples from which COPY is quicker than arrays.
const copyFrom = 500

// store keeps samples that are not known yet and brings the figures up to date.
// A sample of a moment that has a value already changes nothing. batch is the
// import they come from, 0 for devices. It gives how many were new.
func store(ctx context.Context, tx *db.Tx, samples []Sample, batch int) (int64, error) {
	if len(samples) == 0 {
		return 0, nil
	}
	list := touched(samples)
	if err := open(ctx, tx, list); err != nil {
		return 0, err
	}
	added, err := write(ctx, tx, samples, batch)
	if err != nil || added == 0 {
		return 0, err
	}
	return added, refresh(ctx, tx, list)
}

// write inserts the samples, with their keys, and nothing else.
func write(ctx context.Context, tx *db.Tx, samples []Sample, batch int) (int64, error) {
	if _, err := tx.Exec(ctx, makeMonths, months(samples)); err != nil {
		return 0, err
	}
	if len(samples) >= copyFrom {
		return copySamples(ctx, tx, samples, batch)
	}
	series, at, values := make([]int32, len(samples)), make([]time.Time, len(samples)), make([]float64, len(samples))
	for i, s := range samples {
		series[i], at[i], values[i] = int32(s.Series), s.At, s.Value
	}
	tag, err := tx.Exec(ctx, insertSamples, tx.Tenant(), series, at, values, batch)
	return tag.RowsAffected(), err
}

func copySamples(ctx context.Context, tx *db.Tx, samples []Sample, batch int) (int64, error) {
	for _, statement := range []string{createLoad, `TRUNCATE heat_load`} {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return 0, err
		}
	}
	rows := pgx.CopyFromSlice(len(samples), func(i int) ([]any, error) {
		s := samples[i]
		return []any{int32(s.Series), s.At, s.Value}, nil
	})
	if _, err := tx.CopyFrom(ctx, "heat_load", []string{"series", "at", "value"}, rows); err != nil {
		return 0, err
	}
	tag, err := tx.Exec(ctx, copiedSamples, tx.Tenant(), batch)
	return tag.RowsAffected(), err
}

// months gives one moment of each month that samples lie in (UTC).
func months(samples []Sample) []time.Time {
	seen := map[[2]int]bool{}
	var list []time.Time
	for _, s := range samples {
		at := s.At.UTC()
		key := [2]int{at.Year(), int(at.Month())}
		if !seen[key] {
			seen[key] = true
			list = append(list, at)
		}
	}
	return list
}
