package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// List is the map and the list of a town's trees.
type List struct {
	Shell   layout.Shell
	Actions []components.LinkProps
	Filters *WorkspaceFilters // nil in a town without trees
	Map     components.MapProps
	Count   string // "7 409 arbres"
	Details string // "dont 6 645 en place"
	Table   components.TableProps
	Pages   components.Pages
	Empty   *WorkspaceEmpty // instead of the list
}

// Tree is a tree as everybody sees it.
type Tree struct {
	Shell   layout.Shell
	Head    components.HeadProps
	Latin   string
	Marks   []Mark
	Facts   []components.Definition
	Place   []components.Definition
	Map     components.MapProps
	Life    []components.Event
	Near    components.TableProps
	Licence string
	Actions []components.LinkProps
}

// Popup is what the map shows of a tree.
type Popup struct {
	Title string
	Latin string
	Marks []Mark
	Facts []components.Definition
	Link  components.LinkProps
}
