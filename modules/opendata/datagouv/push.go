package datagouv

import (
	"time"

	"acvdata/services/fault"
)

// State is how a dataset stands over there. One that nobody ever wanted there
// has none.
type State string

// The states.
const (
	Waiting State = "waiting" // a job sends it, or will
	Sent    State = "sent"
	Refused State = "refused" // until somebody does something
	Retired State = "retired" // emptied and hidden, or never sent after all
)

// LabelKey is the message key of the state's name.
func (s State) LabelKey() string {
	if s == "" {
		return "opendata.push.state.never"
	}
	return "opendata.push.state." + string(s)
}

// Push is a dataset's life over there.
type Push struct {
	Dataset string // its name in addresses
	Wanted  bool   // somebody wants it over there
	State   State
	Page    string // over there, "" as long as there is none
	Version int    // the last that is over there whole, 0 for none
	Sent    time.Time
	Changed time.Time
	Author  string
	Fault   *fault.Fault // why it was refused, or why it still waits

	wish     int
	job      int64
	remoteID string
}

// Account is with what key, and in whose name, a town publishes there.
type Account struct {
	Organization Organization // zero until somebody chose
	Choices      []Organization
	Holder       string // whose key it is
	Author       string // who gave it
	Given        time.Time

	sealed []byte
}

// Ready reports whether datasets can be sent.
func (a *Account) Ready() bool { return a != nil && a.Organization.ID != "" }
