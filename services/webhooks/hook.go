package webhooks

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/fetch"
)

// Kind is one kind of event.
type Kind struct {
	Name  string // "imports.committed": the announcing service's code first
	Label string // message key
}

// Ping is the event of a trial message, which every program gets when asked.
const Ping = "webhooks.ping"

// Hook is a program that is told.
type Hook struct {
	ID          uuid.UUID
	Name        string
	URL         string
	Events      []string
	Active      bool
	Failures    int // deliveries given up since the last that arrived
	CreatedName string
	CreatedAt   time.Time
	secret      string
}

// New is a program to tell.
type New struct {
	Name   string
	URL    string
	Events []string
}

// State is what became of a delivery.
type State string

// The states of a delivery.
const (
	Queued    State = "queued"    // to be sent, or to be sent again
	Delivered State = "delivered" // answered with a 2xx
	Failed    State = "failed"    // given up
)

// Delivery is one message to one program.
type Delivery struct {
	ID        uuid.UUID
	HookID    uuid.UUID
	Event     string
	Payload   string // JSON as it is sent
	State     State
	Attempts  int
	Status    int    // of the last answer, 0 when none came
	Problem   string // message key of what went wrong last, "" for nothing
	Took      time.Duration
	CreatedAt time.Time
	TriedAt   time.Time // zero: not yet
	job       int64     // the one that may send it
}

const (
	longestName = 100
	longestURL  = 500
)

// check tidies a program's description and refuses, field by field, what cannot
// be told.
func (s *Service) check(n New) (New, error) {
	n.Name, n.URL = strings.TrimSpace(n.Name), strings.TrimSpace(n.URL)
	slices.Sort(n.Events)
	n.Events = slices.Compact(n.Events)
	var wrong []fault.Option
	if n.Name == "" || utf8.RuneCountInString(n.Name) > longestName {
		wrong = append(wrong, fault.On("name", "webhooks.fault.name", fault.Args{"Max": longestName}))
	}
	if key := s.refuseURL(n.URL); key != "" {
		wrong = append(wrong, fault.On("url", key, nil))
	}
	known := func(event string) bool {
		return slices.ContainsFunc(s.kinds, func(k Kind) bool { return k.Name == event })
	}
	if len(n.Events) == 0 || slices.ContainsFunc(n.Events, func(event string) bool { return !known(event) }) {
		wrong = append(wrong, fault.On("events", "webhooks.fault.events", nil))
	}
	if len(wrong) > 0 {
		return n, fault.New(fault.Invalid, "webhooks.fault.form", wrong...)
	}
	return n, nil
}

// refuseURL finds early what the connection would refuse anyway; "" for nothing.
func (s *Service) refuseURL(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case err != nil || len(raw) > longestURL || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return "webhooks.fault.url"
	case u.Scheme != "https" && (u.Scheme != "http" || !s.AllowPrivate):
		return "webhooks.fault.https"
	case s.AllowPrivate:
		return ""
	}
	if fetch.Inside(u.Hostname()) {
		return "webhooks.fault.private"
	}
	return ""
}
