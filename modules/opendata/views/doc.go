// Package views draws the open-data portal: the catalogue, a dataset's pages and
// the workspace where it is described and published. It is given display-ready
// values and looks nothing up.
package views
