package programme

import (
	"slices"
	"time"

	"acvdata/tenants"
)

// Signal is what the portfolio knows of a town.
type Signal struct {
	Tenant       tenants.ID
	LastImport   time.Time // zero: never
	LastVisit    time.Time // zero: never
	FailedJobs   int       // in the last month, not done again
	FailedSince  time.Time
	Datasets     int // open to everybody
	PublishedAt  time.Time
	Open         []time.Time // planned days of milestones not reached, oldest first
	Milestones   int
	Reached      int
	NextTitle    string
	PersonDays   float64
	Euros        int64
	Title        string // of the experiment, "" when there is no record
	Decision     Decision
	Illustrative bool
	ReadAt       time.Time
}

// Level is how a town goes.
type Level int

// The levels, worst last.
const (
	Fine  Level = iota
	Watch       // something to ask about
	Alert       // something to do
)

var levels = []Level{Alert, Watch, Fine}

// Name is the level's code in addresses and message keys.
func (l Level) Name() string { return [...]string{"fine", "watch", "alert"}[l] }

// Reason is why a town is not fine.
type Reason struct {
	Level Level
	Key   string // message key
	Args  map[string]any
}

// Limits of the signals, in days. They are the programme's own convention, said
// on the page and in its help.
const (
	failedWindow = 30
	lateAlert    = 30
	importStale  = 180
	visitStale   = 60
	visitMissing = 120
)

// Health judges a town on a day, worst reason first.
func (s *Signal) Health(now time.Time) (worst Level, reasons []Reason) {
	today := dayOf(now)
	add := func(l Level, key string, args map[string]any) {
		reasons = append(reasons, Reason{l, "programme.reason." + key, args})
	}
	if s.FailedJobs > 0 {
		add(Alert, "failed", map[string]any{"Count": s.FailedJobs, "Date": s.FailedSince})
	}
	if n, most := s.late(today); n > 0 {
		level := Watch
		if most > lateAlert {
			level = Alert
		}
		add(level, "late", map[string]any{"Count": n, "Days": most})
	}
	if since, ever := s.sinceVisit(now); !ever {
		add(Watch, "no_visit", nil)
	} else if since > visitMissing {
		add(Alert, "visit", map[string]any{"Days": since})
	} else if since > visitStale {
		add(Watch, "visit", map[string]any{"Days": since})
	}
	switch since := int(now.Sub(s.LastImport).Hours() / 24); {
	case s.LastImport.IsZero():
		add(Watch, "no_import", nil)
	case since > importStale:
		add(Watch, "import", map[string]any{"Days": since})
	}
	if s.Title == "" {
		add(Watch, "no_record", nil)
	}
	slices.SortStableFunc(reasons, func(a, b Reason) int { return int(b.Level) - int(a.Level) })
	if len(reasons) > 0 {
		worst = reasons[0].Level
	}
	return worst, reasons
}

// late counts the milestones that are late, and the most days.
func (s *Signal) late(today time.Time) (n, most int) {
	for _, planned := range s.Open {
		if d := days(planned, today); d > 0 {
			n, most = n+1, max(most, d)
		}
	}
	return n, most
}

func (s *Signal) sinceVisit(now time.Time) (days int, ever bool) {
	return int(now.Sub(s.LastVisit).Hours() / 24), !s.LastVisit.IsZero()
}
