package views

import (
	"strconv"

	"acvdata/web/components"
)

// Quality is what the two scales say of a dataset's sheet.
type Quality struct {
	Title   string
	Text    string // how to read it
	Tried   string // said when the answers scored are not kept yet
	News    string // said aloud when it changes
	Gauges  []Gauge
	Todo    []QualityStep
	TodoAny string // said when nothing is left to do
	Advice  []QualityStep
	Bars    []QualityBar
	Tables  []components.TableProps
	Method  string // page that explains the scales
}

// Gauge is a scale as a ring.
type Gauge struct {
	ID, Title        string
	Value, Of        string // "8", "sur 9"
	Verdict          string
	Tone             components.Tone
	After            string // what a publication makes of it, "" when nothing changes
	Share, WithAfter int    // of the ring, between 0 and 100
}

// QualityStep is what is missing, what it brings, and where it is settled.
type QualityStep struct {
	Label string
	Why   []string
	Gains []string
	Href  string // "" when the person may not, or when it is nobody's of the town
	Go    string
	Main  bool // the step that publishes
}

// CriterionState is whether a criterion is met.
type CriterionState struct {
	Label, Icon string
	Tone        components.Tone
}

// QualityBar is a dimension of a scale.
type QualityBar struct {
	Label, Text      string
	Share, WithAfter int
}

// The ring is drawn on a path of 100 units.
func (g Gauge) met() string    { return strconv.Itoa(g.Share) + " 100" }
func (g Gauge) coming() string { return strconv.Itoa(g.WithAfter) + " 100" }

// label says the ring in words.
func (g Gauge) label() string {
	text := g.Title + " : " + g.Value + " " + g.Of
	if g.After != "" {
		text += ", " + g.After
	}
	return text
}

// Brief is both scales in a line.
type Brief struct {
	Items []BriefItem
	Href  string // where the detail is
}

// BriefItem is one scale in a line.
type BriefItem struct {
	Label, Value string
	Share        int
}
