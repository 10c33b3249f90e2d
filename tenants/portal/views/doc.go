// Package views writes the portal's pages: it is given everything a page shows
// and looks nothing up.
package views
