// Package stories holds what a town tells with its data ("récits"): an ordered
// list of typed blocks (text in Markdown, map of a dataset, chart of a table,
// figure, photograph) that staff write, look at and publish. It belongs to modules/opendata,
// which draws the blocks with live data.
package stories
