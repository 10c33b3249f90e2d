package heat

import (
	"cmp"
	"context"
	"slices"
	"time"

	"acvdata/services/db"
)

// Sample is one measured value of a series; At to the second.
type Sample struct {
	Series int
	At     time.Time
	Value  float64
}

const (
	// manySamples is from how many on it pays to look first whether anything is
	// known of their time.
	manySamples = 500
	// samplesAtOnce bounds one statement's memory.
	samplesAtOnce = 20_000
)

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

// write inserts the samples, with their keys, and nothing else. Whoever writes
// the same series waits; see open.
func write(ctx context.Context, tx *db.Tx, samples []Sample, batch int) (added int64, err error) {
	if _, err := tx.Exec(ctx, makeMonths, months(samples)); err != nil {
		return 0, err
	}
	statement := insertSamples
	if len(samples) >= manySamples {
		samples = slices.SortedFunc(slices.Values(samples), inOrder)
		free, err := unknown(ctx, tx, samples)
		if err != nil {
			return 0, err
		}
		if free {
			statement = insertUnknown
		}
	}
	for part := range slices.Chunk(samples, samplesAtOnce) {
		series, at, values := make([]int32, len(part)), make([]time.Time, len(part)), make([]float64, len(part))
		for i, s := range part {
			series[i], at[i], values[i] = int32(s.Series), s.At, s.Value
		}
		tag, err := tx.Exec(ctx, statement, tx.Tenant(), series, at, values, batch)
		if err != nil {
			return added, err
		}
		added += tag.RowsAffected()
	}
	return added, nil
}

// inOrder is the order of the key: indexes grow at their end.
func inOrder(a, b Sample) int {
	return cmp.Or(cmp.Compare(a.Series, b.Series), a.At.Compare(b.At))
}

// unknown reports whether none of the samples, in order, can meet a reading or
// another of them: then the key needs no looking up, which is nearly half the work.
func unknown(ctx context.Context, tx *db.Tx, samples []Sample) (bool, error) {
	for i := 1; i < len(samples); i++ {
		if inOrder(samples[i-1], samples[i]) == 0 {
			return false, nil
		}
	}
	var known bool
	err := tx.QueryRow(ctx, anyReading, spanArgs(tx, touched(samples))...).Scan(&known)
	return !known, err
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
