// Package httpd is the only way in from the web: it builds the Fiber
// application from the registry's routes and puts around each of them, in this
// order, request identifier, recovery, access log, limits, town, session,
// origin check, "is this module on", access rule.
//
// It turns every error into an answer in one place (HTML page, JSON or
// fragment), renders pages inside their shell, streams events and exports, and
// serves the front end's files. It knows no module.
package httpd
