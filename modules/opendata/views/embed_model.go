package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Embedded is what a page for other sites shows: of its parts, those that are given.
type Embedded struct {
	Frame     layout.Framed
	Lead      string
	Figure    *components.StatProps
	Goal      *Goal
	Chart     *ChartView
	Map       *components.PointMap
	AsTable   string // address of the map's things as a table, in the same frame
	Table     *components.TableProps
	Rows      string // how many a dataset has
	Downloads []Download
}
