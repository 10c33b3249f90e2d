package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Watches is the list of the addresses a town follows.
type Watches struct {
	Shell layout.Shell
	Table components.TableProps
	Start string // where a file is read at an address, "" for those who may only read
}

// Watch is one followed address.
type Watch struct {
	Shell      layout.Shell
	Title      string
	State      Mark
	Action     string // address of the page: the schedule is posted to it
	Running    bool   // a reading is under way: the page shows itself again
	MayRun     bool
	Resume     bool // it is not read by itself for now
	Errors     []components.FieldError
	Notices    []Notice
	Facts      []components.Definition
	Rules      []string
	Schedule   *Schedule // nil for those who may only read
	Checks     components.TableProps
	Most       int    // readings kept
	FirstCheck string // when the first one is due
	Stop       *components.ConfirmProps
}

// Schedule asks when an address is read. Fields that the rhythm does not need are
// hidden where the browser can.
type Schedule struct{ Every, Hour, Weekday, MonthDay components.Field }

// FollowForm is the part of an import's page about its address.
type FollowForm struct {
	Title    string
	Text     string
	Page     string // of the watch, when the address is followed already
	Action   string
	Errors   []components.FieldError
	Schedule Schedule
}
