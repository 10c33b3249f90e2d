package debates

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/words"
)

// Debate is a collective question. Texts are plain.
type Debate struct {
	ID            uuid.UUID
	Slug          string // in its address; never changes
	Title, Lead   string
	Theme         datasets.Theme
	Shows         []string  // "figure:key", "chart:table/id", "map:dataset"
	Opens, Closes time.Time // first and last day arguments are taken; zero: at once, without end
	Answer        string
	AnsweredAs    string    // name and role of who answered
	AnsweredAt    time.Time // zero before
	Decision      string
	DecidedOn     time.Time // day of the decision, zero when unknown
	DecisionHref  string    // of the deliberation
	DecidedAt     time.Time // when it was written here, zero before
	Contribution  uuid.UUID // the proposal it came from, zero for none
	ProposedBy    string
	Published     bool
	At            time.Time // of the last publication, zero before
	Revision      int
	Author        string
	Updated       time.Time
}

// State is where a question stands.
type State string

// The closed list of states.
const (
	Coming   State = "coming"   // takes no arguments yet
	Open     State = "open"     // takes arguments
	Closed   State = "closed"   // waits for the town's answer
	Answered State = "answered" // the town answered
	Decided  State = "decided"  // and decided
)

// LabelKey is the message key of the state's name.
func (s State) LabelKey() string { return "opendata.debate.state." + string(s) }

// State says where the question stands on a day of Paris.
func (d *Debate) State(now time.Time) State {
	now = now.In(i18n.Paris)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	switch {
	case d.Decision != "":
		return Decided
	case d.Answer != "":
		return Answered
	case today.Before(d.Opens):
		return Coming
	case !d.Closes.IsZero() && today.After(d.Closes):
		return Closed
	}
	return Open
}

// What a question shows.
const (
	Figure = "figure"
	Chart  = "chart"
	Map    = "map"
)

const (
	mostTitle = 160
	mostText  = 5000
	mostAs    = 120
	mostHref  = 500
	// MostShows is how many things a question shows.
	MostShows = 12
)

// check refuses a question, naming every field at fault.
func (d *Debate) check() error {
	f := fault.New(fault.Invalid, "opendata.fault.debate")
	trim := func(texts ...*string) {
		for _, t := range texts {
			*t = strings.TrimSpace(strings.ReplaceAll(*t, "\r\n", "\n"))
		}
	}
	trim(&d.Title, &d.Lead, &d.Answer, &d.AnsweredAs, &d.Decision, &d.DecisionHref)
	if n := utf8.RuneCountInString(d.Title); n == 0 || n > mostTitle || words.Slug(d.Title, "-") == "" {
		fault.On("title", "opendata.fault.title", fault.Args{"Most": mostTitle})(f)
	}
	for name, text := range map[string]string{"lead": d.Lead, "answer": d.Answer, "decision": d.Decision} {
		if utf8.RuneCountInString(text) > mostText {
			fault.On(name, "opendata.fault.long", fault.Args{"Most": mostText})(f)
		}
	}
	if n := utf8.RuneCountInString(d.AnsweredAs); n > mostAs || d.Answer != "" && n == 0 {
		fault.On("answered_as", "contributions.fault.as", fault.Args{"Most": mostAs})(f)
	}
	if d.Theme != "" && !d.Theme.Known() {
		fault.On("theme", "opendata.fault.choice", nil)(f)
	}
	if !d.Closes.IsZero() && d.Closes.Before(d.Opens) {
		fault.On("closes_on", "opendata.fault.debate_days", nil)(f)
	}
	if d.DecisionHref != "" && !isAddress(d.DecisionHref) {
		fault.On("decision_href", "contributions.fault.url", nil)(f)
	}
	if d.Decision == "" && (d.DecisionHref != "" || !d.DecidedOn.IsZero()) {
		fault.On("decision", "opendata.fault.debate_decision", nil)(f)
	}
	if len(d.Shows) > MostShows || slices.ContainsFunc(d.Shows, func(s string) bool { return !shown(s) }) {
		fault.On("shows", "opendata.fault.debate_shows", fault.Args{"Most": MostShows})(f)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

func shown(text string) bool {
	kind, ref, found := strings.Cut(text, ":")
	return found && ref != "" && len(text) <= 200 && slices.Contains([]string{Figure, Chart, Map}, kind)
}

func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil && len(text) <= mostHref
}
