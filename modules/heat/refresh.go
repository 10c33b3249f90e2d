package heat

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

// span is the part of a series that something touched.
type span struct {
	series      int
	first, last time.Time
}

// touched gathers what samples touch, one span a series, in their order.
func touched(samples []Sample) []span {
	of := map[int]*span{}
	for _, s := range samples {
		one, known := of[s.Series]
		if !known {
			of[s.Series] = &span{s.Series, s.At, s.At}
			continue
		}
		if s.At.Before(one.first) {
			one.first = s.At
		}
		if s.At.After(one.last) {
			one.last = s.At
		}
	}
	list := make([]span, 0, len(of))
	for _, one := range of {
		list = append(list, *one)
	}
	slices.SortFunc(list, func(a, b span) int { return a.series - b.series })
	return list
}

// spanArgs are the parameters of the statements over spans.
func spanArgs(tx *db.Tx, list []span) []any {
	series, firsts, lasts := make([]int32, len(list)), make([]time.Time, len(list)), make([]time.Time, len(list))
	first, last := list[0].first, list[0].last
	for i, s := range list {
		series[i], firsts[i], lasts[i] = int32(s.series), s.first, s.last
		if s.first.Before(first) {
			first = s.first
		}
		if s.last.After(last) {
			last = s.last
		}
	}
	return []any{tx.Tenant(), series, firsts, lasts, first, last}
}

// open makes the spans writable: writers of the same series wait, packed days
// around are unpacked.
func open(ctx context.Context, tx *db.Tx, list []span) error {
	if len(list) == 0 {
		return nil
	}
	numbers := make([]int32, len(list))
	wide := slices.Clone(list)
	for i := range wide {
		numbers[i] = int32(wide[i].series)
		wide[i].first = wide[i].first.Add(-checkReach * time.Hour)
		wide[i].last = wide[i].last.Add(checkReach * time.Hour)
	}
	if _, err := tx.Exec(ctx, lockSeries, tx.Tenant(), numbers); err != nil {
		return err
	}
	return unpack(ctx, tx, wide)
}

// unpack puts the packed days of the spans back, one row a reading.
func unpack(ctx context.Context, tx *db.Tx, list []span) error {
	args := spanArgs(tx, list)[:4]
	rows, err := tx.Query(ctx, packedDays, args...)
	if err != nil {
		return err
	}
	var series []int32
	var days, moments []time.Time
	var number int32
	var day time.Time
	_, err = pgx.ForEachRow(rows, []any{&number, &day}, func() error {
		series, days = append(series, number), append(days, day)
		moments = append(moments, dayStart(day), dayStart(day).Add(hoursOfDay*time.Hour))
		return nil
	})
	if err != nil || len(series) == 0 {
		return err
	}
	if _, err := tx.Exec(ctx, makeMonths, moments); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, unpackDays, tx.Tenant(), series, days)
	return err
}

// refresh judges the readings of the spans and computes the figures that rest
// on them; open must have come before.
func refresh(ctx context.Context, tx *db.Tx, list []span) error {
	if len(list) == 0 {
		return nil
	}
	args := spanArgs(tx, list)
	for _, statement := range []string{judge, refreshHours, refreshDays, takeBackDays, refreshSeries} {
		if _, err := tx.Exec(ctx, statement, args...); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, touchNetwork, tx.Tenant())
	return err
}

// forget computes figures anew after readings of the spans were deleted.
func forget(ctx context.Context, tx *db.Tx, list []span) error {
	if len(list) == 0 {
		return nil
	}
	args := spanArgs(tx, list)
	for _, statement := range []string{judge, dropEmptyHours, refreshHours, dropEmptyDays, refreshDays, takeBackDays} {
		if _, err := tx.Exec(ctx, statement, args...); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, recallSeries, tx.Tenant(), args[1]); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, touchNetwork, tx.Tenant())
	return err
}
