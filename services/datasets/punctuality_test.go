package datasets_test

import (
	"testing"
	"time"

	"acvdata/services/datasets"
)

func TestAPromiseIsHeldOrCountedInDays(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		frequency datasets.Frequency
		ago       time.Duration
		late      int
	}{
		{datasets.Daily, 47 * time.Hour, 0},
		{datasets.Daily, 49 * time.Hour, 1},
		{datasets.Weekly, 8 * 24 * time.Hour, 0},
		{datasets.Weekly, 18 * 24 * time.Hour, 10},
		{datasets.Monthly, 32 * 24 * time.Hour, 0},
		{datasets.Monthly, 33 * 24 * time.Hour, 1},
		{datasets.Yearly, 366 * 24 * time.Hour, 0},
		{datasets.Yearly, 400 * 24 * time.Hour, 34},
		{datasets.AsNeeded, 4000 * 24 * time.Hour, 0},
		{"", 4000 * 24 * time.Hour, 0},
	} {
		if got := c.frequency.Late(now.Add(-c.ago), now); got != c.late {
			t.Errorf("%s after %v: %d days late, want %d", c.frequency, c.ago, got, c.late)
		}
	}
	if got := datasets.Daily.Late(time.Time{}, now); got != 0 {
		t.Errorf("never published: %d days late", got)
	}
}

func TestTheRhythmIsThatOfTheDaysOfPublication(t *testing.T) {
	t.Parallel()
	at := func(days ...int) (list []datasets.Version) {
		for i, d := range days {
			moment := time.Date(2026, 1, 1, 8+i%3, 0, 0, 0, time.UTC).AddDate(0, 0, d)
			list = append(list, datasets.Version{Number: i + 1, Published: moment})
		}
		return list
	}
	for _, c := range []struct {
		days []int
		want datasets.Rhythm
	}{
		{nil, datasets.Rhythm{}},
		{[]int{0}, datasets.Rhythm{Times: 1}},
		{[]int{0, 0, 0}, datasets.Rhythm{Times: 1}},
		{[]int{0, 30}, datasets.Rhythm{Days: 30, Times: 2}},
		{[]int{400, 31, 0, 62, 62, 90}, datasets.Rhythm{Days: 31, Times: 5}}, // 31, 31, 28, 310
	} {
		if got := datasets.RhythmOf(at(c.days...)); got != c.want {
			t.Errorf("days %v: got %+v, want %+v", c.days, got, c.want)
		}
	}
}
