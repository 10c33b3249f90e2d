package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Figures is what a town's inventory amounts to, for everybody. Without trees
// only the frame and Empty count.
type Figures struct {
	Shell  layout.Shell
	Town   string
	List   string // address of the list and the map
	Empty  bool
	Import string // address of the import page, "" for who may not import

	Changed string // "4 mars 2026"
	Machine string // the same for machines

	Stats     []components.StatProps
	Status    components.Chart
	Standing  bool // there is a tree to describe; false when all are gone
	Species   Basis
	Ranking   components.TableProps
	Verdict   string
	Rules     []Rule
	Diversity []components.StatProps
	Method    string
	Structure []Basis
}

// Basis is a chart with what it rests on.
type Basis struct {
	Chart   components.Chart
	Shares  bool // drawn as the parts of a whole
	Text    string
	Unknown string // "289 arbres non mesurés", "" when none
	Href    string // list of those, "" when there is no filter for them
}

// Rule is one of Santamour's marks with how the town stands.
type Rule struct {
	ID, Title string
	Share     string // "18,2 %"
	French    string // name of the group, "" when it has none in French
	Latin     string
	Href      string // list of the group's trees, "" when there is no filter for it
	Limit     string
	Tone      components.Tone
	Reading   string
	Icon      string
	Basis     string
}

// Taxon is a species in the ranking.
type Taxon struct {
	Name  string // in French, or Latin when it has none
	Latin string // "" when Name is in Latin or there is nothing to add
	More  string // cultivar, or that only the genus is known
	Href  string
}
