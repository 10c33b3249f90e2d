package programme

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestHealthFollowsTheProgrammesConvention(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 15, 9, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	planned := func(days int) time.Time { return dayOf(ago(days)) }
	fine := func() Signal { return Signal{Title: "Arbres", LastImport: ago(3), LastVisit: ago(1)} }
	for name, c := range map[string]struct {
		change func(*Signal)
		level  Level
		reason string
	}{
		"nothing to say":              {func(*Signal) {}, Fine, ""},
		"a milestone due today":       {func(s *Signal) { s.Open = []time.Time{planned(0)} }, Fine, ""},
		"a milestone late by a day":   {func(s *Signal) { s.Open = []time.Time{planned(1), planned(-9)} }, Watch, "programme.reason.late"},
		"a milestone late by 30 days": {func(s *Signal) { s.Open = []time.Time{planned(30)} }, Watch, "programme.reason.late"},
		"a milestone late by 31 days": {func(s *Signal) { s.Open = []time.Time{planned(31)} }, Alert, "programme.reason.late"},
		"a failed job":                {func(s *Signal) { s.FailedJobs, s.FailedSince = 1, ago(2) }, Alert, "programme.reason.failed"},
		"nobody ever came":            {func(s *Signal) { s.LastVisit = time.Time{} }, Watch, "programme.reason.no_visit"},
		"nobody for 60 days":          {func(s *Signal) { s.LastVisit = ago(60) }, Fine, ""},
		"nobody for 61 days":          {func(s *Signal) { s.LastVisit = ago(61) }, Watch, "programme.reason.visit"},
		"nobody for 121 days":         {func(s *Signal) { s.LastVisit = ago(121) }, Alert, "programme.reason.visit"},
		"never a file":                {func(s *Signal) { s.LastImport = time.Time{} }, Watch, "programme.reason.no_import"},
		"no file for 181 days":        {func(s *Signal) { s.LastImport = ago(181) }, Watch, "programme.reason.import"},
		"no record":                   {func(s *Signal) { s.Title = "" }, Watch, "programme.reason.no_record"},
	} {
		s := fine()
		c.change(&s)
		level, reasons := s.Health(now)
		require.Equal(t, c.level, level, name)
		has := slices.ContainsFunc(reasons, func(r Reason) bool { return r.Key == c.reason })
		require.Equal(t, c.reason != "", has, name)
	}
}

func TestTheWorstReasonComesFirst(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := Signal{FailedJobs: 2}
	level, reasons := s.Health(now)
	require.Equal(t, Alert, level)
	require.Equal(t, "programme.reason.failed", reasons[0].Key)
	require.Len(t, reasons, 4)
}

func TestLateness(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		m    Milestone
		want int
	}{
		"ahead":           {Milestone{Planned: day(20)}, 0},
		"late":            {Milestone{Planned: day(5)}, 5},
		"reached early":   {Milestone{Planned: day(20), Reached: day(2)}, 0},
		"reached in time": {Milestone{Planned: day(5), Reached: day(5)}, 0},
		"reached late":    {Milestone{Planned: day(5), Reached: day(7)}, 2},
	} {
		require.Equal(t, c.want, c.m.Late(day(10)), name)
	}
}
