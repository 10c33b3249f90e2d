package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Desk lists records for the town's staff.
type Desk struct {
	Shell   layout.Shell
	Actions []components.LinkProps
	Filters *DeskFilters
	Count   string
	Table   components.TableProps
	Pages   components.Pages
	Empty   *Empty
}

// DeskFilters are the conditions of the list.
type DeskFilters struct {
	Bar     components.FilterProps
	Text    components.Field
	Selects []components.Field
}

// Record is a record for the town's staff.
type Record struct {
	Shell    layout.Shell
	Figure   Figure
	Name     string
	Latin    string
	Marks    []Mark
	Actions  []components.LinkProps
	Facts    []components.Definition
	Shown    []components.Definition
	Comment  string
	Map      components.MapProps
	Remove   string // address that deletes it, "" for who may not
	Revision string

	Photos    []Photo
	PhotoForm *PhotoForm // nil for who may not add one
}

// PhotoForm adds a photograph to a record.
type PhotoForm struct {
	Action string
	Faults []components.FieldError
	Alt    components.Field
	Credit components.Field
	Public components.Field
	File   components.Field
}

// Form enters or corrects a record.
type Form struct {
	Shell    layout.Shell
	Action   string
	Back     string
	Hidden   map[string]string
	Faults   []components.FieldError
	Conflict string
	Taxon    components.Field
	Suggest  string // address that proposes names
	When     []components.Field
	Where    []components.Field
	What     []components.Field
	Who      []components.Field
	Comment  components.Field
	Present  components.Field
	Judged   []components.Field
	Map      components.MapProps
}

// Levels lists a town's rules of sensitivity.
type Levels struct {
	Shell   layout.Shell
	Action  string
	Suggest string
	Faults  []components.FieldError
	Taxon   components.Field
	Level   components.Field
	Reason  components.Field
	Rules   []Rule
}

// Rule is how coarsely a taxon is shown.
type Rule struct {
	Figure  Figure
	Name    string
	Latin   string
	Level   string
	Reason  string
	Decided string
	Records string
	Taxon   string // its number, to take the rule away
}
