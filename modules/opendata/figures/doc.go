// Package figures holds what a town follows ("indicateurs de la ville"): figures
// with a goal, a source, a method and a history. A value is typed by people,
// computed from a column of one of the town's tables, or another module's live
// figure kept day after day. It belongs to modules/opendata, which shows them and
// offers the published ones to every other module.
//
// It also holds what the town decided of the portal's themes, which gather
// figures and datasets.
package figures
