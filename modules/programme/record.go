package programme

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/services/fault"
)

// Decision is what a town concludes.
type Decision string

// The decisions; "" while there is none.
const (
	Undecided  Decision = ""
	Generalise Decision = "generalise"
	Adapt      Decision = "adapt"
	Stop       Decision = "stop"
)

var decisions = []Decision{Generalise, Adapt, Stop}

// Role is whose work an effort is.
type Role string

// The roles of the effort log: the pair of the programme (business, data), and
// who helped.
const (
	Business   Role = "business"
	DataRole   Role = "data"
	Elected    Role = "elected"
	Partner    Role = "partner"
	Contractor Role = "contractor"
	Intern     Role = "intern"
)

var roles = []Role{Business, DataRole, Elected, Partner, Contractor, Intern}

// Record is a town's experiment ("fiche d'expérimentation"). Days are dates
// without a time, zero when not given.
type Record struct {
	Title        string
	Hypothesis   string
	Audience     string
	Baseline     string
	Threshold    string    // success threshold, to be set before the start
	ThresholdOn  time.Time // day it was last set
	StartsOn     time.Time
	Decision     Decision
	Reasons      string
	DecidedOn    time.Time
	Illustrative bool
	Version      int // 0: the town has no record yet
	ChangedAt    time.Time
}

// Kept reports whether the town has a record.
func (r *Record) Kept() bool { return r.Version > 0 }

// Early reports whether the threshold was set before the start: otherwise it
// may have been chosen to fit the result.
func (r *Record) Early() bool {
	return !r.ThresholdOn.IsZero() && !r.StartsOn.IsZero() && !r.ThresholdOn.After(r.StartsOn)
}

// Milestone is a step ("jalon").
type Milestone struct {
	ID      uuid.UUID
	Title   string
	Planned time.Time
	Reached time.Time // zero while it is ahead or late
}

// Late gives by how many days a milestone is, or was, late; 0 when it is not.
func (m Milestone) Late(today time.Time) int {
	at := m.Reached
	if at.IsZero() {
		at = today
	}
	return max(days(m.Planned, at), 0)
}

// Entry is a note of the journal.
type Entry struct {
	ID   uuid.UUID
	On   time.Time
	Text string // Markdown
	By   string // shown to the town's people only
}

// Effort is work or money spent.
type Effort struct {
	ID    uuid.UUID
	On    time.Time
	Role  Role
	Days  float64 // person-days
	Euros int64
	Note  string
}

// File is everything a town keeps of its experiment.
type File struct {
	Record     Record
	Milestones []Milestone // by planned day
	Journal    []Entry     // newest first
	Efforts    []Effort    // newest first
}

// PersonDays sums the work.
func (f *File) PersonDays() (sum float64) {
	for _, e := range f.Efforts {
		sum += e.Days
	}
	return sum
}

// Euros sums the money.
func (f *File) Euros() (sum int64) {
	for _, e := range f.Efforts {
		sum += e.Euros
	}
	return sum
}

// Longest texts, in characters.
const (
	longestLine = 200
	longestText = 4000
)

func refused() *fault.Fault { return fault.New(fault.Invalid, "programme.fault.form") }

func orNil(f *fault.Fault) error {
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

func needed(f *fault.Fault, name, text string) {
	if strings.TrimSpace(text) == "" {
		fault.On(name, "programme.fault.required", nil)(f)
	}
}

func tooLong(f *fault.Fault, name, text string, most int) {
	if utf8.RuneCountInString(text) > most {
		fault.On(name, "programme.fault.too_long", fault.Args{"Limit": most})(f)
	}
}

func (r *Record) check() error {
	f := refused()
	needed(f, "title", r.Title)
	tooLong(f, "title", r.Title, longestLine)
	tooLong(f, "audience", r.Audience, longestLine)
	for name, text := range map[string]string{"hypothesis": r.Hypothesis, "baseline": r.Baseline, "threshold": r.Threshold} {
		tooLong(f, name, text, longestText)
	}
	return orNil(f)
}

func (r *Record) checkDecision(today time.Time) error {
	f := refused()
	if !slices.Contains(decisions, r.Decision) {
		fault.On("decision", "programme.fault.decision", nil)(f)
	}
	needed(f, "reasons", r.Reasons)
	tooLong(f, "reasons", r.Reasons, longestText)
	switch {
	case r.DecidedOn.IsZero():
		fault.On("decided_on", "programme.fault.day", nil)(f)
	case r.DecidedOn.After(today):
		fault.On("decided_on", "programme.fault.future", nil)(f)
	}
	return orNil(f)
}

func (m *Milestone) check(today time.Time) error {
	f := refused()
	needed(f, "title", m.Title)
	tooLong(f, "title", m.Title, longestLine)
	if m.Planned.IsZero() {
		fault.On("planned", "programme.fault.day", nil)(f)
	}
	if m.Reached.After(today) {
		fault.On("reached", "programme.fault.future", nil)(f)
	}
	return orNil(f)
}

func (e *Entry) check(today time.Time) error {
	f := refused()
	needed(f, "text", e.Text)
	tooLong(f, "text", e.Text, longestText)
	checkPast(f, e.On, today)
	return orNil(f)
}

func (e *Effort) check(today time.Time) error {
	f := refused()
	if !slices.Contains(roles, e.Role) {
		fault.On("role", "programme.fault.role", nil)(f)
	}
	if e.Days < 0 || e.Days > 400 {
		fault.On("days", "programme.fault.days", nil)(f)
	}
	if e.Euros < 0 || e.Euros > 100_000_000 {
		fault.On("euros", "programme.fault.euros", nil)(f)
	}
	if e.Days == 0 && e.Euros == 0 {
		fault.On("days", "programme.fault.nothing", nil)(f)
	}
	tooLong(f, "note", e.Note, longestLine)
	checkPast(f, e.On, today)
	return orNil(f)
}

func checkPast(f *fault.Fault, day, today time.Time) {
	switch {
	case day.IsZero():
		fault.On("on", "programme.fault.day", nil)(f)
	case day.After(today):
		fault.On("on", "programme.fault.future", nil)(f)
	}
}

// days is how many days b comes after a; both are days.
func days(a, b time.Time) int { return int(b.Sub(a).Hours() / 24) }
