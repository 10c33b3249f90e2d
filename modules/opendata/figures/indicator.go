package figures

import (
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/modules/opendata/tables"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/words"
)

// Kind is where an indicator's values come from.
type Kind string

// The kinds.
const (
	Typed  Kind = "typed"  // entered by people
	Column Kind = "column" // computed from a table of the town
	Live   Kind = "live"   // another module's, kept every day
)

// Kinds lists them in the order people see them.
func Kinds() []Kind { return []Kind{Typed, Column, Live} }

// Indicator is a figure a town follows.
type Indicator struct {
	ID          uuid.UUID
	Slug        string // in addresses and in its key; never changes
	Title       string
	Unit        string
	Decimals    int
	Method      string
	Source      string
	Theme       datasets.Theme // "" for none
	Kind        Kind
	Reference   string // address of a table, or key of a live figure
	ValueColumn string
	DateColumn  string
	Aggregate   tables.Measure
	Goal        *float64
	GoalOn      time.Time // zero when no day was set
	Lower       bool      // less is better
	Published   bool
	Revision    int
	Updated     time.Time
}

// KeyPrefix starts the keys of the town's own indicators for other modules.
const KeyPrefix = "opendata."

// Key names the indicator for other modules.
func (i *Indicator) Key() string { return KeyPrefix + i.Slug }

// Limits of what people write.
const (
	mostTitle = 120
	mostUnit  = 30
	mostText  = 2_000
)

// check refuses an indicator, naming every field at fault.
func (i *Indicator) check() error {
	f := fault.New(fault.Invalid, "opendata.fault.indicator")
	for _, text := range []*string{&i.Title, &i.Unit, &i.Method, &i.Source} {
		*text = strings.TrimSpace(*text)
	}
	if n := utf8.RuneCountInString(i.Title); n == 0 || n > mostTitle || words.Slug(i.Title, "-") == "" {
		fault.On("title", "opendata.fault.title", fault.Args{"Most": mostTitle})(f)
	}
	for name, text := range map[string]string{"method": i.Method, "source": i.Source} {
		if utf8.RuneCountInString(text) > mostText {
			fault.On(name, "opendata.fault.long", fault.Args{"Most": mostText})(f)
		}
	}
	if utf8.RuneCountInString(i.Unit) > mostUnit {
		fault.On("unit", "opendata.fault.long", fault.Args{"Most": mostUnit})(f)
	}
	if i.Theme != "" && !i.Theme.Known() {
		fault.On("theme", "opendata.fault.choice", nil)(f)
	}
	if i.Decimals < 0 || i.Decimals > 4 {
		fault.On("decimals", "opendata.fault.decimals", nil)(f)
	}
	if i.Goal == nil && !i.GoalOn.IsZero() {
		fault.On("goal", "opendata.fault.goal", nil)(f)
	}
	if i.Goal != nil && (math.IsNaN(*i.Goal) || math.IsInf(*i.Goal, 0)) {
		fault.On("goal", "opendata.fault.number", nil)(f)
	}
	i.checkOrigin(f)
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// checkOrigin refuses a kind without what it needs, and forgets what it does not
// use.
func (i *Indicator) checkOrigin(f *fault.Fault) {
	switch i.Kind {
	case Typed:
		i.Reference, i.ValueColumn, i.DateColumn, i.Aggregate = "", "", "", ""
	case Column:
		if i.Reference == "" {
			fault.On("table", "opendata.fault.choose_table", nil)(f)
		}
		if i.Aggregate == "" {
			i.Aggregate = tables.Count
		}
	case Live:
		i.ValueColumn, i.DateColumn, i.Aggregate = "", "", ""
		if i.Reference == "" || strings.HasPrefix(i.Reference, KeyPrefix) {
			fault.On("live", "opendata.fault.choose_live", nil)(f)
		}
	default:
		fault.On("kind", "opendata.fault.choice", nil)(f)
	}
}

// History is an indicator's dated values, oldest first.
type History []tables.Dated

// Last is the newest value; false when there is none.
func (h History) Last() (tables.Dated, bool) {
	if len(h) == 0 {
		return tables.Dated{}, false
	}
	return h[len(h)-1], true
}

// Progress is how far along the way from its first value to its goal an
// indicator is, between 0 and 1. With one value, there is no way yet: the share
// of the goal that is reached. known is false without a goal or a value.
func Progress(h History, goal *float64, lower bool) (share float64, known bool) {
	last, any := h.Last()
	if goal == nil || !any {
		return 0, false
	}
	reached := last.Value >= *goal
	if lower {
		reached = last.Value <= *goal
	}
	if reached {
		return 1, true
	}
	way := *goal - h[0].Value
	switch {
	case len(h) > 1 && (way > 0) != lower && way != 0:
		share = (last.Value - h[0].Value) / way
	case lower && last.Value != 0:
		share = *goal / last.Value
	case *goal != 0:
		share = last.Value / *goal
	}
	return max(0, min(1, share)), true
}
