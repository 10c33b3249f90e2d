package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// DebateCard is a collective question in a list.
type DebateCard struct {
	Title, Href, Text, Said, When string
	State                         string
	Tone                          components.Tone
	Icon                          string
	Decision, DecidedOn, Answer   string // what came of it, "" before
}

// outcome is what the town did with the question, or what it asked.
func (d DebateCard) outcome() string {
	switch {
	case d.Decision != "":
		return d.Decision
	case d.Answer != "":
		return d.Answer
	}
	return d.Text
}

// Debates are those of a town.
type Debates struct {
	Shell         layout.Shell
	Town          string
	Propose, Edit string // addresses, "" for none
	Cards         []DebateCard
}

// Argument is what somebody thinks of a question.
type Argument struct{ ID, Text, Who, Date, Machine string }

// Debate is the page of a question.
type Debate struct {
	Shell              layout.Shell
	Title, Lead, Theme string
	Icon, When         string
	State              string
	Tone               components.Tone
	StateIcon          string
	Preview            bool
	Edit, Argue        string // addresses, "" for none
	Blocks             []StoryBlock
	Datasets           []Link // that cannot be drawn
	For, Against       []Argument
	Answer, AnsweredBy string
	Decision           string
	DecidedOn          string
	DecisionHref       string
	History            []components.Event
}

// DebateOverview lists questions for staff.
type DebateOverview struct {
	Shell      layout.Shell
	Tabs       []components.Tab
	Add, Queue string
	Table      components.TableProps
	Empty      bool
}

// DebateForm edits a question.
type DebateForm struct {
	Shell                          layout.Shell
	Title, Action, Revision        string
	Preview, Public, Publish, Take string // addresses, "" for none
	StateLabel                     string
	State                          components.Tone
	Proposed                       string // by whom
	Errors                         []components.FieldError
	Name, Lead, Theme, Shows       components.Field
	Opens, Closes                  components.Field
	Answer, AnsweredAs             components.Field
	Decision, DecidedOn            components.Field
	DecisionHref                   components.Field
	Drop                           *components.ConfirmProps
}
