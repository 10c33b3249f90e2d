// Package embeds lets other sites show what a town publishes inside their pages
// ("intégration"): an indicator, a chart, a map, a table.
//
// What is shown is a page of its owner's, registered with module.Group.Framed: it has
// no script, sets no cookie, is the same for everybody, and may be framed anywhere.
// This package answers oEmbed 1.0 (https://oembed.com) about the pages of the towns,
// so that a site's editor pastes a plain address and gets the frame; a module says
// what stands at its pages by implementing [Provider], found by type assertion.
//
// It knows no module and reads no data.
package embeds
