package imports

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/tabular"
	"acvdata/tenants"
)

// Watch is the address of a file that is read on a schedule ("adresse suivie").
// A changed file of the shape that was loaded last is loaded by itself, in the
// name of its owner and with their rights of that day; any other waits for a
// person.
type Watch struct {
	ID       uuid.UUID
	Tenant   tenants.ID
	Target   string // Description.Code
	Address  string // whole: it may hold a key, people see Shown(Address)
	Schedule Schedule
	State    WatchState
	Note     Note // why a person has to look
	Failures int  // in a row
	Next     time.Time
	Owner    Deed
	Last     *WatchCheck // nil before the first

	reference      Reference
	etag, modified string
	sum            []byte
}

// WatchState is how a watched address stands.
type WatchState string

// The states.
const (
	Watching       WatchState = "watching"
	WatchPaused    WatchState = "paused"
	WatchAttention WatchState = "attention" // nothing is read before a person looks
)

// WatchCheck is one reading of a watched address.
type WatchCheck struct {
	ID      uuid.UUID
	WatchID uuid.UUID
	State   CheckState
	Author  string    // "" for the schedule
	Import  uuid.UUID // what it brought, zero when that was nothing new
	Note    Note
	Began   time.Time
	Ended   time.Time // zero while it runs

	Loaded Counts // of that import
	Stands State  // of that import

	job            int64
	etag, modified string
}

// CheckState is what a reading found.
type CheckState string

// The states of a reading.
const (
	CheckRunning   CheckState = "running"
	CheckUnchanged CheckState = "unchanged"
	CheckLoaded    CheckState = "loaded"
	CheckWaiting   CheckState = "waiting" // a person decides of the file
	CheckFailed    CheckState = "failed"
)

// Note is something to tell, in the words of a message key.
type Note struct {
	Key  string
	Args fault.Args
}

func noteOf(f *fault.Fault) Note { return Note{Key: f.Key, Args: f.Args} }

const (
	// WatchChecks is how many readings of an address are kept.
	WatchChecks = 50
	// WatchFailures in a row, and a person has to look.
	WatchFailures = 5
	mostWatches   = 200
)

// patience is how long to wait after a failure, the first one first.
var patience = [WatchFailures - 1]time.Duration{15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour}

// Reference is the last file that was loaded from a watched address: how it was
// read, and what the next one is compared to.
type Reference struct {
	Import    uuid.UUID         `json:"import"`
	Loaded    time.Time         `json:"loaded"`
	Format    tabular.Format    `json:"format"`
	Shape     string            `json:"shape"`
	Sheet     string            `json:"sheet,omitempty"`
	Columns   []ReferenceColumn `json:"columns"`
	Mapping   Mapping           `json:"mapping"`
	Schema    uuid.UUID         `json:"schema"`
	Respected bool              `json:"respected"` // the schema
	Rows      int64             `json:"rows"`
	Rejected  int64             `json:"rejected"`
	// Fresh files bring new rows each time, a person has said: readings of the
	// last day, say.
	Fresh bool `json:"fresh,omitempty"`
}

// ReferenceColumn is a column as decided on all its cells.
type ReferenceColumn struct {
	Heading string            `json:"heading"`
	Type    tabular.Type      `json:"type"`
	Order   tabular.DateOrder `json:"order,omitempty"`
}

// referenceOf takes an import that was loaded as what the next file is compared
// to. The order of its dates, and the kinds that a free target kept, are settled:
// a later file may not tell.
func referenceOf(i *Import) Reference {
	r := Reference{
		Import: i.ID, Loaded: i.Committed.At, Format: i.Detection.Format, Shape: i.Detection.Shape, Sheet: i.Detection.Sheet,
		Mapping: i.Mapping, Schema: i.Schema, Respected: i.Respected != nil && *i.Respected,
		Rows: i.Counts.Rows, Rejected: i.Counts.Rejected,
	}
	dates := map[int]string{}
	for n, c := range i.decided() {
		r.Columns = append(r.Columns, ReferenceColumn{Heading: c.Heading, Type: c.Type, Order: c.DateOrder})
		if c.DateOrder == tabular.DMY || c.DateOrder == tabular.MDY {
			dates[n] = string(c.DateOrder)
		}
	}
	kinds := map[int]Kind{}
	for n, c := range freeColumns(&i.Detection, &i.Mapping) {
		if at, kept := i.Mapping.Columns[c.Name]; kept && at == n {
			kinds[n] = c.Kind
		}
	}
	own := min(len(i.Detection.Columns), len(r.Columns))
	r.Columns = slices.Clip(r.Columns[:own])
	r.Mapping.Dates, r.Mapping.Kinds = dates, kinds
	return r
}

// plan sets when the address is read next.
func (w *Watch) plan(now time.Time) {
	w.Next = time.Time{}
	if w.State != Watching {
		return
	}
	w.Next = w.Schedule.Next(now)
	if w.Failures > 0 && w.Failures <= len(patience) {
		w.Next = now.Add(patience[w.Failures-1])
	}
}

// adopt takes a loaded import as the reference of the next ones. byHand: a person
// decided that it be loaded.
func (w *Watch) adopt(i *Import, c *WatchCheck, byHand bool) {
	before := w.reference
	w.reference = referenceOf(i)
	w.reference.Fresh = before.Fresh || byHand && mostlyNew(i.Counts, before.Rows)
	w.sum, w.etag, w.modified = i.File.SHA256, c.etag, c.modified
	w.Failures = 0
	if w.State == WatchAttention {
		w.State = Watching
	}
	w.Note = Note{}
}
