// Package views draws the OGC API for people who open its addresses in a
// browser: a generic resource (landing page, collections, one collection) and
// the items as a table. It is given display-ready values and looks nothing up.
package views
