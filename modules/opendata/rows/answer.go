package rows

import (
	"math"
	"slices"
	"strconv"

	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
)

// measures are made of numbers; nothing of none.
var measures = map[string]func(sum, least, most float64, n int) float64{
	"sum": func(sum, _, _ float64, _ int) float64 { return sum },
	"avg": func(sum, _, _ float64, n int) float64 { return sum / float64(n) },
	"min": func(_, least, _ float64, _ int) float64 { return least },
	"max": func(_, _, most float64, _ int) float64 { return most },
}

// Answer writes {"total_count":…,"results":[{…}]}: the rows, or the groups, from
// the offset on, at most the limit; total_count is how many there are in all.
// chosen are the rows that pass, in order (Choose).
func (q *Question) Answer(t *columns.Table, chosen []uint32) []byte {
	var results [][]any
	total := len(chosen)
	if q.grouped() {
		results = q.groups(t, chosen)
		total = len(results)
		results = window(results, q.offset, q.limit)
	} else {
		for _, row := range window(chosen, q.offset, q.limit) {
			results = append(results, q.values(t, row))
		}
	}
	b := strconv.AppendInt([]byte(`{"total_count":`), int64(total), 10)
	b = append(b, `,"results":[`...)
	for i, r := range results {
		if i > 0 {
			b = append(b, ',', '\n')
		}
		b = q.append(b, r)
	}
	return append(b, "]}\n"...)
}

// Choose gives the rows that pass, in the order asked for.
func (q *Question) Choose(t *columns.Table) []uint32 {
	chosen := t.Select(q.where)
	if !q.grouped() {
		t.Sort(chosen, q.order)
	}
	return chosen
}

func window[T any](all []T, offset, limit int) []T {
	from := min(offset, len(all))
	return all[from:min(from+limit, len(all))]
}

func (q *Question) values(t *columns.Table, row uint32) []any {
	values := make([]any, len(q.items))
	for i, it := range q.items {
		values[i] = t.Value(row, it.field)
	}
	return values
}

// append writes one result as a JSON object.
func (q *Question) append(b []byte, values []any) []byte {
	for i, it := range q.items {
		mark := byte(',')
		if i == 0 {
			mark = '{'
		}
		b = datasets.AppendJSON(append(b, mark), datasets.Text, it.name)
		kind := q.fields[it.field].Type
		if it.measure != "" {
			kind = datasets.Number
		}
		b = datasets.AppendJSON(append(b, ':'), kind, values[i])
	}
	return append(b, '}')
}

// key is the codes of the fields a row is grouped by.
type key [mostGroups]uint32

// groups measures rows together, in the order asked for; those of a group that
// comes first in the dataset otherwise.
func (q *Question) groups(t *columns.Table, chosen []uint32) [][]any {
	places := map[key]int{}
	var members [][]uint32
	if len(q.group) == 0 { // one group of all, even of none
		members = append(members, nil)
		places[key{}] = 0
	}
	for _, row := range chosen {
		var k key
		for i, name := range q.group {
			k[i] = t.Code(row, name)
		}
		at, known := places[k]
		if !known {
			at = len(members)
			places[k] = at
			members = append(members, nil)
		}
		members[at] = append(members[at], row)
	}
	results := make([][]any, len(members))
	for i, rows := range members {
		results[i] = q.measured(t, rows)
	}
	q.sort(results)
	return results
}

// measured is the result of one group.
func (q *Question) measured(t *columns.Table, rows []uint32) []any {
	values := make([]any, len(q.items))
	for i, it := range q.items {
		switch {
		case it.measure == "" && len(rows) > 0:
			values[i] = t.Value(rows[0], it.field)
		case it.measure == "count":
			values[i] = int64(count(t, rows, it.field))
		case it.measure != "":
			values[i] = measure(t, rows, it)
		}
	}
	return values
}

// count is how many rows there are, or have a value.
func count(t *columns.Table, rows []uint32, field string) (n int) {
	if field == "*" {
		return len(rows)
	}
	for _, row := range rows {
		if t.Value(row, field) != nil {
			n++
		}
	}
	return n
}

func measure(t *columns.Table, rows []uint32, it item) any {
	sum, least, most, n := 0.0, math.Inf(1), math.Inf(-1), 0
	for _, row := range rows {
		v, known := t.Number(row, it.field)
		if !known {
			continue
		}
		sum, least, most, n = sum+v, min(least, v), max(most, v), n+1
	}
	if n == 0 {
		return nil
	}
	return measures[it.measure](sum, least, most, n)
}

// sort puts groups in the order asked for; without a value they come last.
func (q *Question) sort(results [][]any) {
	at := make([]int, len(q.order))
	for i, k := range q.order {
		at[i] = slices.IndexFunc(q.items, func(it item) bool { return it.name == k.Name })
	}
	compare := columns.Comparer()
	slices.SortStableFunc(results, func(a, b []any) int {
		for i, k := range q.order {
			if c := compare(a[at[i]], b[at[i]], k.Down); c != 0 {
				return c
			}
		}
		return 0
	})
}
