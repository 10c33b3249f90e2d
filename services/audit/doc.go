// Package audit writes down who did what in a town, in the same transaction as
// the deed, and reads it back for the town's activity page. The table is
// append-only for the runtime role.
//
// It knows neither modules nor pages; what an action is called is a message key
// of whoever records it: "audit.action.<action>".
package audit
