package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Form asks somebody for a contribution.
type Form struct {
	Shell                    layout.Shell
	Icon, Title, Lead        string
	About, AboutLabel, Back  string // what it is about, and its page
	Facts                    []components.Definition
	Action                   string
	Errors                   []components.FieldError
	Ticket, Bits             string
	Slowly                   string // what is different without JavaScript
	Hidden                   components.Hidden
	Choice, Short, Web, Body components.Field
	Also                     components.Field // other subjects, no name when there are none
	Trusted                  string           // said to who moderates the kind
	Name, NamePublic, Email  components.Field
	File                     components.Field
	Privacy                  string
}

// Own is the private page of a contribution.
type Own struct {
	Shell              layout.Shell
	Title, About, Page string
	Sent               bool // just now
	Link               string
	State              string
	Tone               components.Tone
	StateIcon, Text    string
	Reason             string
	Answer             *Answer
	Said               []components.Definition
	Photo              string
	History            []components.Event
	Correct            *Form // nil when it cannot be corrected
	Withdraw, Erase    *components.ConfirmProps
}

// Answer is what the town said.
type Answer struct{ Text, Who, Date, Outcome, UsedIn, UsedHref string }

// Queue is what the town has to read.
type Queue struct {
	Shell    layout.Shell
	Tabs     []components.Tab
	Filter   components.FilterProps
	Kind     components.Field
	State    components.Field
	Text     string
	Found    string
	Undo     string // address that undoes what was just done, "" for nothing
	UndoText string
	Action   string
	Items    []Item
	Reason   components.Field
	Note     components.Field
	Next     string
	Filtered bool
}

// Item is a contribution in the queue.
type Item struct {
	ID, Href, Kind, Icon, About, Label string
	Title, Body, Choice                string
	Who, Date, Machine                 string
	State                              string
	Tone                               components.Tone
	StateIcon                          string
	Slow, Photo                        bool
}

// Sheet is a contribution in the workspace.
type Sheet struct {
	Shell              layout.Shell
	Tabs               []components.Tab
	Kind, About, Label string
	Page               string
	State              string
	Tone               components.Tone
	StateIcon          string
	Slow               string
	Said               []components.Definition
	Photo, PhotoFull   string
	Compare            *components.TableProps
	Gone               bool
	Changed            string
	Action             string
	Errors             []components.FieldError
	MayAccept          bool
	MayRefuse          bool
	MayReopen          bool
	MayUse             bool
	Over               string // why nothing can be decided any more
	Reason, Note       components.Field
	Outcome, Answer    components.Field // Answer has no name when none is asked
	As                 components.Field // no name for kinds that do not sign
	UsedIn, UsedHref   components.Field
	Undo               string
	History            []components.Event
}

// Settings say how each kind is taken in.
type Settings struct {
	Shell layout.Shell
	Tabs  []components.Tab
	Kinds []KindSetting
}

// KindSetting is the form of a kind.
type KindSetting struct {
	Title, Text, Icon, Action string
	Mode                      components.Field
}
