// Package trees is a town's tree heritage ("patrimoine arboré"): planting sites
// and the trees that succeed each other on them, fed by inventories, corrected
// by staff, shown to residents, published as open data.
//
// A Site keeps its place; a Tree has a life on it: planted, measured, felled. A
// replacement is a new tree on the same site, never a second tree on one spot.
// Every change keeps what it replaced (trees.history), so that a tree's page
// tells its life and an import can be undone to the last bit.
//
// Species are resolved against a register (package taxa); what is not certain
// stays unknown and is shown as the town wrote it. Counts are kept beside the
// trees by the database (trees.tally), so that figures equal a full recount at
// any size.
//
// Where things are:
//
//	status.go size.go age.go   words of the trade: states, classes, units
//	filter.go order.go         what a list shows, read from and written to an address
//	cube.go figures.go         counts of a selection; figures of a town
//	service.go                 use cases; edits with history and audit
//	import*.go                 the import target trees/inventory
//	dataset.go layer.go        open data and map tiles
//	http_*.go views/           pages, by audience
//	seed.go                    illustrative trees for demonstrations
//
// The module knows no other module. It must not know how files are read
// (services/imports), formats written (services/datasets) or tiles encoded
// (services/ogc).
package trees
