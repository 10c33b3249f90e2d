// Package atlas is a town's biodiversity atlas ("atlas de la biodiversité
// communale", ABC): occurrences of taxa, imported or entered by staff, shown to
// residents as species sheets and figures of the town, published as open data.
//
// An Occurrence has the mandatory fields of the SINP standard "Occurrences de
// taxons" 2.0. Its taxon is one of the register shared by all towns (TAXREF), or
// a name of the town's own that the register does not have.
//
// # Sensitivity
//
// There is one choke point: the trigger atlas.generalise writes beside each
// occurrence what everybody may see of it, and the view atlas.shown is all that
// public pages, tiles, API, datasets, exports, search and figures read. Hidden
// facts (exact place, day, observer, comment of a sensitive record) therefore
// cannot change any public answer: TestHiddenFactsChangeNothing tries. Only
// queries_staff.go, queries_import.go, queries_resolve.go and queries_seed.go may
// name the table itself, and its history; TestOnlyStaffReadsOccurrences holds that
// over the whole repository. A register that changes never shows more: see
// queries_resolve.go.
//
// Where things are:
//
//	level.go group.go taxon.go   words of the trade
//	cell.go                      the grid in Lambert-93
//	richness/                    estimators, without database
//	service.go survey.go         use cases; counts of a town in memory, by version
//	taxref.go                    loader of the register
//	import_*.go                  the import target atlas/occurrences
//	dataset.go layer.go          open data and map tiles
//	http_*.go views/             pages, by audience
//	seed.go                      illustrative occurrences
//
// The module knows no other module.
package atlas
