package showcases

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"acvdata/services/fault"
)

// Action is something that becomes of a piece.
type Action string

// The actions.
const (
	Created   Action = "created"
	Submitted Action = "submitted" // by an editor: to the towns, or to review when it speaks of none
	Validated Action = "validated" // by a town
	Declined  Action = "declined"  // by a town, with a reason
	Resumed   Action = "resumed"   // taken back by an editor to write on
	Returned  Action = "returned"  // by a reviewer, with a reason
	Issued    Action = "published"
	Withdrawn Action = "archived" // with a reason
)

// Event is an action that happened.
type Event struct {
	ID      uuid.UUID
	Version int
	Action  Action
	Town    string // slug, of a validation or a refusal
	Note    string
	By      Person
	At      time.Time
}

// reasoned are the actions that say why.
var reasoned = []Action{Declined, Returned, Withdrawn}

// from lists the states an action starts from.
var from = map[Action][]State{
	Submitted: {Draft},
	Validated: {InTown},
	Declined:  {InTown},
	Resumed:   {InTown, InReview, Archived},
	Returned:  {InReview},
	Issued:    {InReview},
	Withdrawn: {Published, Draft, InTown, InReview},
}

// may reports whether an action can happen to a piece as it is, whoever does it.
func (p *Piece) may(a Action) bool {
	return slices.Contains(from[a], p.State) && (a != Withdrawn || p.Open())
}

// next is the state after an action. waiting are the towns that have not
// validated this version yet, the one acting now left out.
func (p *Piece) next(a Action, waiting []string) (State, error) {
	if !p.may(a) {
		return p.State, fault.New(fault.Conflict, "showcases.fault.state")
	}
	switch a {
	case Submitted, Validated:
		if a == Submitted && len(p.Content.missing(p.Kind)) > 0 {
			return p.State, fault.New(fault.Conflict, "showcases.fault.incomplete")
		}
		if len(waiting) > 0 {
			return InTown, nil
		}
		return InReview, nil
	case Declined, Resumed, Returned:
		return Draft, nil
	case Issued:
		return Published, nil
	case Withdrawn:
		return Archived, nil
	case Created:
	}
	return p.State, fault.New(fault.Conflict, "showcases.fault.state")
}

// waiting lists the towns of the piece that have not validated its version.
// events come newest first; what was said before a refusal or a withdrawal does
// not count.
func (p *Piece) waiting(events []Event) []string {
	list := slices.Clone(p.Content.Towns)
	for _, e := range events {
		if e.Action == Declined || e.Action == Withdrawn {
			break
		}
		if e.Action == Validated && e.Version == p.Version {
			list = slices.DeleteFunc(list, func(slug string) bool { return slug == e.Town })
		}
	}
	return list
}

// approved is the version that two people already answered for, and that stands: 0
// for none, and after an archiving, which takes the approval away.
func (p *Piece) approved() int {
	if p.ArchiveReason != "" {
		return 0
	}
	return p.PublicVersion
}

// wrote reports whether somebody had a hand in what publishing would make
// public: any save since the last version that stands.
func (p *Piece) wrote(who uuid.UUID, versions []Version) bool {
	return slices.ContainsFunc(versions, func(v Version) bool { return v.Number > p.approved() && v.By.ID == who })
}

// Version is a save of a piece.
type Version struct {
	Number  int
	Content Content
	By      Person
	At      time.Time
}
