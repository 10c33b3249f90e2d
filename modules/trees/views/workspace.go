package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Workspace is the list of trees as the town's staff sees it.
type Workspace struct {
	Shell   layout.Shell
	Actions []components.LinkProps
	Filters *WorkspaceFilters // nil in a town without trees
	Count   string            // "7 409 arbres"
	Details string            // "dont 7 301 en place et 12 remarquables"
	Table   components.TableProps
	Pages   components.Pages
	Empty   *WorkspaceEmpty // instead of the table
}

// WorkspaceFilters are the conditions of the list.
type WorkspaceFilters struct {
	Bar        components.FilterProps
	Text       components.Field
	Selects    []components.Field
	Remarkable components.Field
}

// WorkspaceEmpty says why there is no tree and what to do about it.
type WorkspaceEmpty struct {
	Props   components.EmptyProps
	Actions []components.LinkProps
}

// Mark is a state in words.
type Mark struct {
	Label string
	Tone  components.Tone
	Icon  string
}

// WorkspaceTree is one tree as the town's staff sees it.
type WorkspaceTree struct {
	Shell   layout.Shell
	Head    components.HeadProps
	Marks   []Mark
	Latin   string
	Actions []components.LinkProps
	Facts   []components.Definition // what it is and how big
	Place   []components.Definition
	Notes   []string           // its lines
	Life    []components.Event // the latest first
	Unnamed bool               // the reader does not see who made the changes
	Others  []components.LinkProps
}

// Edit is the form that corrects a tree.
type Edit struct {
	Shell    layout.Shell
	Head     components.HeadProps
	Action   string
	Back     string
	Revision string
	Faults   []components.FieldError
	Conflict *EditConflict

	Species, Status, Felled, Stage components.Field
	Sizes                          []components.Field
	Remarkable, Notes              components.Field
}

// EditConflict tells what somebody else changed meanwhile.
type EditConflict struct {
	Message string
	Stored  []string // where the inventory differs from the form
}
