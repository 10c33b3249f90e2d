package contributions

import (
	"time"

	"github.com/google/uuid"
)

// State is where a contribution stands.
type State string

// The closed list of states.
const (
	Waiting   State = "waiting"   // nobody has read it
	Accepted  State = "accepted"  // taken in; shown when its kind is public
	Refused   State = "refused"   // with a reason
	Withdrawn State = "withdrawn" // by its author
	Erased    State = "erased"    // nothing is left but the fact
)

// LabelKey is the message key of the state's name.
func (s State) LabelKey() string { return "contributions.state." + string(s) }

// Contribution is what somebody sent, and what became of it.
type Contribution struct {
	ID      uuid.UUID
	Kind    string
	Subject string // as its module names it
	Part    string
	Also    []string // other subjects, of kinds that have several
	About   Subject  // as it was then

	Choice, Title, URL, Body string
	Name                     string // personal, as Email
	NamePublic               bool
	Email                    string
	Photo                    uuid.UUID // zero for none
	PhotoWidth, PhotoHeight  int
	Slow                     bool

	Moderation
	CreatedAt, ChangedAt time.Time
	Revision             int
	link                 []byte // the private link's secret, sealed; nil for none
}

// Moderation is what the town says of a contribution: what undoing restores.
type Moderation struct {
	State        State     `json:"state"`
	Reviewed     bool      `json:"reviewed"`
	Reason       string    `json:"reason"` // ready-made, or ""
	Note         string    `json:"note"`
	Outcome      string    `json:"outcome"`
	Answer       string    `json:"answer"`
	AnsweredName string    `json:"answered_name"`
	AnsweredAs   string    `json:"answered_as"` // name and role shown with the answer, or ""
	AnsweredAt   time.Time `json:"answered_at"` // zero before
	UsedIn       string    `json:"used_in"`
	UsedHref     string    `json:"used_href"`
}

// Open reports whether the town still has something to do with it.
func (c *Contribution) Open() bool {
	return c.State == Waiting || c.State == Accepted && c.Outcome == ""
}

// Mutable reports whether its author may still correct it.
func (c *Contribution) Mutable() bool {
	return c.State == Waiting || c.State == Accepted && (c.Outcome == "" || c.Outcome == Kept)
}

// Signature is the name everybody sees, "" for none.
func (c *Contribution) Signature() string {
	if c.NamePublic {
		return c.Name
	}
	return ""
}

// Deed is a step of a contribution's history.
type Deed struct {
	Deed, Who, Note string
	At              time.Time
}

// Reasons are the ready-made grounds of a refusal.
func Reasons() []Option {
	return []Option{
		{"off_topic", "contributions.reason.off_topic"},
		{"unclear", "contributions.reason.unclear"},
		{"duplicate", "contributions.reason.duplicate"},
		{"personal", "contributions.reason.personal"},
		{"abusive", "contributions.reason.abusive"},
		{"advertising", "contributions.reason.advertising"},
	}
}

// labelOf is the message key of an option's label, "" for an unknown value.
func labelOf(list []Option, value string) string {
	for _, o := range list {
		if o.Value == value {
			return o.Label
		}
	}
	return ""
}
