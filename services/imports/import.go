package imports

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/tenants"
)

// State is where an import stands.
type State string

// The states. Uploaded is only seen while the file is arriving.
const (
	Uploaded   State = "uploaded"   // the file is arriving, or has not been understood yet
	Analysed   State = "analysed"   // its columns are known; the person maps them
	Checking   State = "checking"   // a job reads every row, nothing is written
	Ready      State = "ready"      // checked: what a commit would do is known
	Committing State = "committing" // a job loads it
	Committed  State = "committed"
	Undoing    State = "undoing"
	Undone     State = "undone"
	Cancelled  State = "cancelled"
	Failed     State = "failed" // the check could not be done; Fault says why
)

// moves lists where each state may lead when a step goes through; where it goes
// when a job does not is its ending.
var moves = map[State][]State{
	Uploaded:   {Analysed, Cancelled},
	Analysed:   {Analysed, Checking, Cancelled},
	Checking:   {Ready},
	Ready:      {Analysed, Checking, Committing, Cancelled},
	Failed:     {Analysed, Checking, Cancelled},
	Committing: {Committed},
	Committed:  {Undoing},
	Undoing:    {Undone},
}

// Working reports whether a job is at it.
func (s State) Working() bool { return s == Checking || s == Committing || s == Undoing }

// Over reports whether nothing more will happen unless somebody asks for it.
func (s State) Over() bool { return !s.Working() && s != Uploaded }

func (s State) leadsTo(next State) bool { return slices.Contains(moves[s], next) }

// UndoDays is how long an import can be undone.
const UndoDays = 30

// Import is one file somebody brought, and what became of it.
type Import struct {
	ID     uuid.UUID
	Tenant tenants.ID
	Target string // Description.Code
	State  State
	File   File
	// Address is where the file was read, "" for one that somebody sent. It may hold
	// a key: people see Shown(Address).
	Address string

	Detection Detection
	Mapping   Mapping

	SkipRejected bool // rejected rows are left out instead of stopping the commit
	CommitAsked  bool // commit follows the check by itself when nothing is rejected

	Schema    uuid.UUID // Table Schema the file is checked against, zero for none
	Respected *bool     // what the last check found of it, nil before any

	Counts Counts
	Fault  *fault.Fault // why the last step did not go through, nil when it did

	Created   Deed
	CheckedAt time.Time
	Committed Deed
	Undone    Deed
}

// File is what was uploaded.
type File struct {
	Name   string
	Size   int64
	SHA256 []byte
}

// Deed is who did something, and when; its At is zero when nobody did.
type Deed struct {
	By   uuid.UUID
	Name string
	At   time.Time
}

// Done reports whether it happened.
func (d Deed) Done() bool { return !d.At.IsZero() }

// Counts says what became of the rows. Rows = Created + Updated + Unchanged +
// Rejected, always; the database refuses anything else.
type Counts struct {
	Rows      int64 `json:"rows"`
	Created   int64 `json:"created"`
	Updated   int64 `json:"updated"`
	Unchanged int64 `json:"unchanged"`
	Rejected  int64 `json:"rejected"`
	Warned    int64 `json:"warned"`  // rows kept with something to look at
	Skipped   int64 `json:"skipped"` // blank lines and repeated headings
}

// UndoUntil is the last moment to undo; zero when it was never committed.
func (i *Import) UndoUntil() time.Time {
	if !i.Committed.Done() {
		return time.Time{}
	}
	return i.Committed.At.AddDate(0, 0, UndoDays)
}

// CanUndo reports whether undoing may be tried now.
func (i *Import) CanUndo(now time.Time) bool {
	return i.State == Committed && now.Before(i.UndoUntil())
}

// Subject names the import for jobs' progress and the audit log.
func (i *Import) Subject() string { return subject(i.ID) }

func subject(id uuid.UUID) string { return "import/" + id.String() }

// to checks a change of state.
func (i *Import) to(next State) error {
	if !i.State.leadsTo(next) {
		return fault.New(fault.Conflict, "imports.fault.state."+string(i.State))
	}
	return nil
}
