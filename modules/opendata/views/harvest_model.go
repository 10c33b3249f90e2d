package views

import (
	"github.com/a-h/templ"

	"acvdata/web/components"
	"acvdata/web/layout"
)

// SourceList lists the catalogues that a town reads.
type SourceList struct {
	Shell layout.Shell
	Tabs  []components.Tab
	Add   string // page that adds one, "" for those who may not
	Empty bool
	Table components.TableProps
}

// SourceFields are what people say of a catalogue.
type SourceFields struct{ Name, Schedule, Adopt, Grace components.Field }

// NewSource adds a catalogue, in two steps on one page.
type NewSource struct {
	Shell     layout.Shell
	Title     string
	Action    string
	Errors    []components.FieldError
	URL, Kind components.Field
	Settings  SourceFields
	Preview   *HarvestPreview // nil before somebody looked
	Seen      string          // the address that was looked at, "" for none
	Found     string          // its kind
	Again     bool            // the preview was shown before: only the settings are asked for
}

// Ready reports whether the settings are asked for.
func (n NewSource) Ready() bool { return n.Preview != nil || n.Again }

// HarvestPreview is what a catalogue would bring.
type HarvestPreview struct {
	Found string
	Stats []components.StatProps
	Notes []string
	Table components.TableProps
}

// SourcePage is a catalogue in the workspace.
type SourcePage struct {
	Shell              layout.Shell
	Title              string
	Action             string
	Revision           string
	State              components.Tone
	StateLabel         string
	StateIcon          string
	MayEdit, MayDecide bool
	Start, Stop        string // addresses, "" when nothing is to be started or stopped
	Errors             []components.FieldError
	Notices            []components.AlertProps
	Stream             *components.ProgressStreamProps
	Bar                components.ProgressProps
	When               string
	Stats              []components.StatProps
	Report             string // page of the last reading
	Facts              []components.Definition
	Settings           SourceFields
	Total              int
	Found              string
	Filter             components.FilterProps
	Query, Status      components.Field
	Datasets           components.TableProps
	Decisions          []Link // Href is the decision's code
	Pages              components.Pages
	Runs               components.TableProps
	Drop               *components.ConfirmProps
}

// PickProps is a dataset that can be ticked.
type PickProps struct {
	Slug, Title, Href string
	Box               bool
}

// HarvestReport is what a reading did.
type HarvestReport struct {
	Shell      layout.Shell
	Title      string
	Eyebrow    string
	State      components.Tone
	StateLabel string
	StateIcon  string
	Notices    []components.AlertProps
	Stats      []components.StatProps
	Filter     components.FilterProps
	Outcome    components.Field
	Table      components.TableProps
	Empty      bool
	Pages      components.Pages
}

// Harvested presents a dataset of others.
type Harvested struct {
	Shell    layout.Shell
	Title    string
	Themes   string
	Icon     string
	From     string
	Notice   string
	Edit     string // the catalogue's page in the workspace, "" for residents
	Landing  string
	Summary  templ.Component
	Keywords []string
	Files    []RemoteFile
	Facts    []components.Definition
}

// RemoteFile is a file at its publisher's.
type RemoteFile struct {
	Label, Href, Format, Size, Host string
	Import                          string // form that brings it into the town's own data, "" for those who may not
}
