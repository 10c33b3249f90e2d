package views

import (
	"acvdata/tenants"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Milestone is a step on its track.
type Milestone struct {
	Title, Planned, Reached string
	State                   components.Tone
	StateLabel, StateIcon   string
	PlannedAt, ReachedAt    float64 // share of the track, 0 to 1
	Done, Late              bool
	Today                   float64
	Change                  *components.ConfirmProps // form of the change
	Fields                  []components.Field
	Remove                  *components.ConfirmProps
}

// Line is an entry of the journal or of the effort log.
type Line struct {
	Date, Machine, Who, Title, HTML, Text string
	Remove                                *components.ConfirmProps
}

// Form is a form that adds something.
type Form struct {
	ID, Title, Action, Submit string
	Fields                    []components.Field
	Hidden                    components.Hidden
	Open                      bool
	Errors                    []components.FieldError
}

// Record is a town's record, read by its staff or by supervisors.
type Record struct {
	Kept         bool
	Illustrative string // said when the demonstration wrote it
	Title        string
	Facts        []Fact
	Notices      []components.AlertProps
	Milestones   []Milestone
	Journal      []Line
	Efforts      []Line
	Chart        components.Chart
	Totals       []components.StatProps
	Decision     string
	DecisionTone components.Tone
	Reasons      string
	DecidedOn    string
}

// Fact is a long text of the record.
type Fact struct{ ID, Icon, Title, Text, Note string }

// Page is the record in the workspace.
type Page struct {
	Shell    layout.Shell
	Town     *tenants.Tenant
	Record   Record
	EditHref string // "" for who may not
	Forms    []Form // milestone, journal, effort, decision
}

// EditView is the form of the record.
type EditView struct {
	Shell       layout.Shell
	Title, Lead string
	Form        Form
	Back        string
}

// Pin is a town on the map of the programme.
type Pin struct {
	Name, Href, Label string
	X, Y              string
	Level             string // fine, watch, alert
	Named             bool
}

// Concern is a town that is not fine.
type Concern struct {
	Town    *tenants.Tenant
	Href    string
	Tone    components.Tone
	Label   string
	Icon    string
	Reasons []string
}

// Portfolio is the supervisors' first page.
type Portfolio struct {
	Shell    layout.Shell
	Stats    []components.StatProps
	Concerns []Concern
	More     string // how many more concerns there are, "" for none
	MoreHref string
	Pins     []Pin
	Filter   components.FilterProps
	Levels   []components.Choice
	Regions  []components.Choice
	Found    string
	Table    components.TableProps
	Export   string
	ReadAt   string
}

// TownView is a town for supervisors.
type TownView struct {
	Shell   layout.Shell
	Town    *tenants.Tenant
	Tone    components.Tone
	Label   string
	Icon    string
	Reasons []string
	Signals []components.StatProps
	Record  Record
	Public  string
	Asked   string
}
