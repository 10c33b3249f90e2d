package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Difference is what changed between two versions of a dataset.
type Difference struct {
	Frame    Frame
	Title    string
	Waiting  string // address that shows the result, "" once it is there
	Filter   components.FilterProps
	Fields   []components.Field // of the filter
	Overview Overall
	Map      *components.MapProps
	Found    string // how many changes the filter shows
	None     string // why no change is listed, "" when some are
	List     []Change
	Pages    components.Pages
	Files    []components.LinkProps
}

// Overall is a difference in a few words, a bar and what happened to columns.
type Overall struct {
	Summary string
	Known   string // what tells rows apart
	Columns []string
	Bar     *components.Chart // nil when no row changed
	Touched *components.Chart // columns in which rows changed, nil for none
}

// Change is a row that was added, changed or removed.
type Change struct {
	Label, Icon string
	Tone        components.Tone
	Title, Note string
	Moved       []Moved                 // of a changed row
	Values      []components.Definition // of the others: the first
	More        []components.Definition // and those folded away
	MoreLabel   string
}

// Moved is a value that changed.
type Moved struct{ Field, Was, Is string }

// Restoration is the page that goes back to a version.
type Restoration struct {
	Shell    layout.Shell
	Title    string
	Lead     string
	Back     string // the dataset's page in the workspace
	Effects  []string
	Compare  components.LinkProps
	Errors   []components.FieldError
	Refused  string // why it cannot be, "" when it can
	Action   string
	Reason   components.Field
	Restored string // label of the button
}

// Upcoming is what a publication would change.
type Upcoming struct {
	Shell    layout.Shell
	Title    string
	Publish  string // page that publishes
	Empty    string // why there is nothing to compare, "" when there is
	Overview Overall
	Shown    string
	List     []Change
}
