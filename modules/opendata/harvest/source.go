package harvest

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/services/fault"
)

// Schedule is how often a catalogue is read.
type Schedule string

// The schedules.
const (
	Weekly Schedule = "weekly"
	Daily  Schedule = "daily"
	ByHand Schedule = "hand"
)

// Schedules lists them in the order people see them.
func Schedules() []Schedule { return []Schedule{Weekly, Daily, ByHand} }

// LabelKey is the message key of the schedule's name.
func (s Schedule) LabelKey() string { return "opendata.harvest.schedule." + string(s) }

// after is when the next reading is due; zero for never.
func (s Schedule) after(now time.Time) time.Time {
	switch s {
	case Daily:
		return now.AddDate(0, 0, 1)
	case Weekly:
		return now.AddDate(0, 0, 7)
	case ByHand:
	}
	return time.Time{}
}

// Decision is what becomes of a harvested dataset.
type Decision string

// The decisions. Follow is that of the source.
const (
	Follow    Decision = ""
	Published Decision = "published" // in the town's catalogue, for everybody
	Kept      Decision = "kept"      // staff see it, and publish it when they want to
	Left      Decision = "left"      // not wanted; remembered so that it does not come back
)

// Decisions lists those of a source in the order people see them.
func Decisions() []Decision { return []Decision{Kept, Published, Left} }

// LabelKey is the message key of the decision's name.
func (d Decision) LabelKey() string {
	if d == Follow {
		return "opendata.harvest.decision.follow"
	}
	return "opendata.harvest.decision." + string(d)
}

func (d Decision) known() bool { return d == Published || d == Kept || d == Left }

// Source is a catalogue that a town reads.
type Source struct {
	ID       uuid.UUID
	Name     string
	URL      string // as somebody gave it
	Kind     Kind
	Schedule Schedule
	Adopt    Decision  // of its datasets, unless somebody decides otherwise of one
	Grace    int       // days before what is no longer listed is archived
	Next     time.Time // reading by the schedule, zero for none
	Revision int
	Author   string
	Created  time.Time
	Count    Count
	Last     *Run // nil before the first

	start, etag, modified string
}

// Count says how many datasets a source brought, by what became of them.
type Count struct{ Published, Kept, Left, Missing, Archived int }

// All is how many there are, archived ones apart.
func (c Count) All() int { return c.Published + c.Kept + c.Left }

// Limits of what people write of a source.
const (
	mostName    = 120
	mostSources = 50
	mostGrace   = 365
)

// check refuses a source, naming every field at fault.
func (s *Source) check() error {
	f := fault.New(fault.Invalid, "opendata.harvest.fault.form")
	s.Name, s.URL = strings.TrimSpace(s.Name), strings.TrimSpace(s.URL)
	if n := utf8.RuneCountInString(s.Name); n == 0 || n > mostName {
		fault.On("name", "opendata.harvest.fault.name", fault.Args{"Most": mostName})(f)
	}
	if s.Schedule.after(time.Time{}).IsZero() && s.Schedule != ByHand {
		fault.On("schedule", "opendata.fault.choice", nil)(f)
	}
	if !s.Adopt.known() {
		fault.On("adopt", "opendata.fault.choice", nil)(f)
	}
	if s.Grace < 0 || s.Grace > mostGrace {
		fault.On("grace", "opendata.harvest.fault.grace", fault.Args{"Most": mostGrace})(f)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// State is how a reading stands.
type State string

// The states of a reading.
const (
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
	Stopped State = "stopped"
)

// LabelKey is the message key of the state's name.
func (s State) LabelKey() string { return "opendata.harvest.state." + string(s) }

// Run is one reading of a catalogue.
type Run struct {
	ID       uuid.UUID
	SourceID uuid.UUID
	State    State
	Author   string // "" for the schedule
	Tally
	Note  string       // message key, "" for nothing
	Fault *fault.Fault // why it failed, nil otherwise
	Began time.Time
	Ended time.Time // zero while it runs

	job  int64
	step int
	mark mark
}

// Tally counts what became of the datasets that were read.
type Tally struct{ Read, Added, Updated, Unchanged, Refused, Missing, Archived int }

// mark is the place a run reached.
type mark struct {
	Next  string   `json:"next,omitempty"`  // address of the page to read, "" at the start
	Seen  []string `json:"seen,omitempty"`  // what pages read so far were: their addresses and contents
	Items int      `json:"items,omitempty"` // items of the page that are done
	Sum   string   `json:"sum,omitempty"`   // of that page
	Round bool     `json:"round,omitempty"` // the pages led back to one that was read
	Read  bool     `json:"read,omitempty"`  // every page was read
	ETag  string   `json:"etag,omitempty"`
	Last  string   `json:"last,omitempty"` // Last-Modified
}

// Outcome is what became of a dataset in a reading.
type Outcome string

// The outcomes.
const (
	Added     Outcome = "added"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	Refused   Outcome = "refused"
	Missing   Outcome = "missing"
	Archived  Outcome = "archived"
)

// Outcomes lists them in the order people see them.
func Outcomes() []Outcome { return []Outcome{Refused, Added, Updated, Missing, Archived, Unchanged} }

// LabelKey is the message key of the outcome's name.
func (o Outcome) LabelKey() string { return "opendata.harvest.outcome." + string(o) }

// Line is one dataset in the report of a reading.
type Line struct {
	Outcome    Outcome
	Title      string
	Identifier string
	Slug       string // "" when there is no dataset
	Reason     string // message key, "" for none
	Args       fault.Args
}

// Dataset is a harvested dataset.
type Dataset struct {
	Item
	ID         uuid.UUID
	Slug       string
	SourceID   uuid.UUID
	SourceName string
	SourceURL  string
	Decision   Decision  // of this one; Follow when nobody said
	Effective  Decision  // with its source's, and its licence
	State      string    // listed, missing or archived
	Since      time.Time // missing since
	Changed    time.Time
}

// Public reports whether everybody may see it.
func (d *Dataset) Public() bool { return d.Effective == Published && d.State != "archived" }
