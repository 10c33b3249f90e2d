package figures_test

import (
	"math"
	"testing"
	"time"

	"acvdata/modules/opendata/figures"
	"acvdata/modules/opendata/tables"
)

func TestProgressGoesFromTheFirstValueToTheGoal(t *testing.T) {
	t.Parallel()
	series := func(values ...float64) (h figures.History) {
		for n, v := range values {
			h = append(h, tables.Dated{Day: time.Date(2020+n, 1, 1, 0, 0, 0, 0, time.UTC), Value: v})
		}
		return h
	}
	goal := func(v float64) *float64 { return &v }
	for _, c := range []struct {
		name  string
		h     figures.History
		goal  *float64
		lower bool
		want  float64
		known bool
	}{
		{"no goal", series(1), nil, false, 0, false},
		{"no value", nil, goal(3), false, 0, false},
		{"halfway up", series(100, 150), goal(200), false, 0.5, true},
		{"halfway down", series(100, 75), goal(50), true, 0.5, true},
		{"reached", series(100, 210), goal(200), false, 1, true},
		{"reached downwards", series(100, 40), goal(50), true, 1, true},
		{"further away than at the start", series(100, 90), goal(200), false, 0, true},
		{"one value is a share of the goal", series(50), goal(200), false, 0.25, true},
		{"one value, less is better", series(100), goal(25), true, 0.25, true},
		{"started beyond the goal and fell back", series(300, 100), goal(200), false, 0.5, true},
		{"a goal of zero, less is better", series(10, 5), goal(0), true, 0.5, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, known := figures.Progress(c.h, c.goal, c.lower)
			if known != c.known || math.Abs(got-c.want) > 1e-9 {
				t.Errorf("got %v, %v, want %v, %v", got, known, c.want, c.known)
			}
		})
	}
}
