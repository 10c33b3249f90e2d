package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Index is the list of a town's imports, with the form that starts one.
type Index struct {
	Shell   layout.Shell
	Upload  *Upload // nil for those who may only read
	Address *Address
	Watched *Watched // nil where addresses are not followed
	History []Line
	Next    string // address of older imports, "" on the last page
}

// Watched leads to the addresses the town follows.
type Watched struct{ Text, Href, Alert string }

// Upload is the form that sends a file.
type Upload struct {
	Action  string
	Targets []components.Choice // one only: not asked
	Limit   string              // "512 Mo"
	Error   string              // why the last file was not taken
	Models  []Model
}

// Address is the form that has a file read at an address.
type Address struct {
	Action      string
	Open        bool // it is what the person came for
	URL, Target components.Field
}

// Model is an empty file with the headings of a target.
type Model struct{ Label, Href string }

// Line is one import of the history.
type Line struct {
	Href, File, Target string
	State              Mark
	When, Machine, Who string
	Counts             string
	Follow             string // where its address may be followed, "" for nowhere
}

// Mark is a state in words.
type Mark struct {
	Label string
	Tone  components.Tone
	Icon  string
}

// Page is one import, at whatever step it stands.
type Page struct {
	Shell   layout.Shell
	Title   string // the file's name
	Target  string
	State   Mark
	Step    int // of the stepper
	Notices []Notice
	Facts   []components.Definition
	Mapping *Mapping
	Follow  *Follow
	Schema  *SchemaForm // beside Mapping
	Preview *Preview
	Report  *SchemaReport // nil without a schema
	Result  *Result
	Watch   *FollowForm // nil without an address
	Cancel  *components.ConfirmProps
}

// Notice is something to know about the import.
type Notice struct {
	Alert components.AlertProps
	Link  *components.LinkProps
}

// Mapping is the form that says which column feeds what.
type Mapping struct {
	Action       string
	Faults       []components.FieldError
	Known        bool               // remembered from an earlier file
	Free         bool               // the columns are the file's: each says what it is
	Sheets       *components.Field  // the sheets of a workbook, nil when there is one only
	SheetsSubmit string             // what its button says
	SheetsAt     string             // address the choice of a sheet posts to
	Fields       []components.Field // recognised or indispensable
	Others       []components.Field // the rest, folded away
	OthersOpen   bool
	Position     *Position // nil when the target has no place
	Dates        []components.Field
	Options      []components.Field
	Columns      []FileColumn
	FileTitle    string
}

// Position is the part of the form about places.
type Position struct {
	Mode, X, Y, System, Swapped components.Field
	Finding                     components.AlertProps // what was understood of them
}

// FileColumn is a column of the file, for people to recognise it.
type FileColumn struct {
	Heading, Type, Examples, Why, UsedFor string
}

// Follow is a job at work.
type Follow struct {
	Progress components.ProgressProps
	Stream   components.ProgressStreamProps
	Stop     *components.ConfirmProps
}

// Preview is what a commit would do.
type Preview struct {
	Stats    []components.StatProps
	Groups   []Group
	Download string // full list of problems, "" when there is none
	Rejected string // rows left out, whole, "" when there is none
	Advice   string // what to do with them
	Map      *components.MapProps
	First    components.TableProps  // the first rows
	Rest     *components.TableProps // the others, folded away; nil when there are none
	Commit   *Commit
	Again    string // address of the mapping form
}

// Group is one kind of problem.
type Group struct {
	Text, Column, Lines, Values, Count string
	Effect                             Mark
}

// Commit is the form that loads the file.
type Commit struct {
	Action string
	Label  string // "Charger 7 409 lignes"
	Skip   *components.Field
	Error  string
}

// Result is what an import did.
type Result struct {
	Stats []components.StatProps
	See   *components.LinkProps
	Undo  *components.LinkProps
	Until string
}

// Undo asks before everything is put back.
type Undo struct {
	Shell  layout.Shell
	Title  string
	Text   string
	Points []string
	Action string
	Back   string
}

// SchemaForm asks which schema the file should respect.
type SchemaForm struct {
	Action   string
	Chosen   string // the schema's name, "" for none
	ChosenAt string // where it is published
	Drop     string // address that takes it away
	Address  components.Field
	File     components.Field
	Known    *components.Field // those the town chose before, nil for none
	Open     bool              // something was refused: the form is unfolded
}

// SchemaReport is what a check against a schema found.
type SchemaReport struct {
	Name, Address string
	Verdict       components.AlertProps
	Notices       []string
	Groups        []SchemaGroup // by column
	Lines         []SchemaLine  // the first ones, by line
	LinesTitle    string
	JSON, CSV     string // downloads, "" when nothing is wrong
}

// SchemaGroup is one kind of error in one column.
type SchemaGroup struct{ Column, Text, Count, Lines, Cells string }

// SchemaLine is one error.
type SchemaLine struct{ Line, Column, Cell, Text string }
