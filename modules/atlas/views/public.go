package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Town is the sheet of a town's atlas, for everybody.
type Town struct {
	Shell   layout.Shell
	Hero    components.HeroProps
	Actions []components.LinkProps
	Empty   *Empty
	Stats   []components.StatProps
	Groups  []Group
	Maps    []components.MapProps
	Unknown string // what empty cells mean
	Cells   components.TableProps
	Curve   components.Lines
	Method  []string // sentences on how figures are made
	Effort  components.Chart
	Stakes  components.TableProps
	Recent  []Species
	Foot    string
}

// Empty says why there is nothing, with what to do about it.
type Empty struct {
	Props   components.EmptyProps
	Actions []components.LinkProps
}

// Group is a group of taxa with its drawing.
type Group struct {
	Figure  Figure
	Name    string
	Count   string // "42 espèces"
	Records string // "1 204 observations"
	Href    string
}

// Species is a species in a list.
type Species struct {
	Figure Figure
	Name   string
	Latin  string
	Note   string
	Href   string
	Marks  []Mark
}

// Mark is a state in words.
type Mark struct {
	Label string
	Tone  components.Tone
	Icon  string
}

// Index lists the species of a town.
type Index struct {
	Shell   layout.Shell
	Lead    string
	Bar     components.FilterProps
	Text    components.Field
	Group   components.Field
	Only    components.Field
	Count   string
	Species []Species
	Pages   components.Pages
	Empty   *Empty
}

// Sheet is a species' page.
type Sheet struct {
	Shell    layout.Shell
	Figure   Figure
	Eyebrow  string
	Name     string
	Latin    string
	Author   string
	Lead     string
	Marks    []Mark
	Facts    []components.Definition
	Statuses components.TableProps
	Map      components.MapProps
	Cells    components.TableProps
	Wide     []string // what is shown by a wider place only
	Ring     *Ring
	Months   components.Chart
	Years    components.Chart
	Below    []components.LinkProps
	Photos   []Photo
	Foot     string
	Actions  []components.LinkProps
}

// Photo is a photograph with what must stand beside it.
type Photo struct {
	Small, Full   string // addresses
	Alt           string
	Credit        string
	Width, Height string
	Private       bool   // staff sees it alone
	Remove        string // address that deletes it, "" for none
}
