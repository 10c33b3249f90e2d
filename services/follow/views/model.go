package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Ask asks for an address.
type Ask struct {
	Shell           layout.Shell
	About, Back     string // what would be followed, and its page
	Action, Topic   string
	Ticket, Bits    string
	Slowly, Privacy string
	Errors          []components.FieldError
	Email           components.Field
}

// Sent says what comes next.
type Sent struct {
	Shell      layout.Shell
	Text, Back string
}

// Topic is something followed.
type Topic struct{ Code, Title, Href string }

// Own is the page of the link in each message.
type Own struct {
	Shell                      layout.Shell
	Email                      string // "" when nothing is kept
	Stop, Leave, Confirm, Home string // addresses
	Pending, Active            []Topic
	Stopped                    bool // just now
}
