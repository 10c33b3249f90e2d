// Package views writes the workspace's pages: it is given everything a page
// shows and looks nothing up.
package views
