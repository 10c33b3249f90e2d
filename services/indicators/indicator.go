package indicators

import (
	"context"
	"time"

	"acvdata/tenants"
)

// Provider is a module with figures to offer.
type Provider interface {
	// Indicators lists what the module can say of a town, in a fixed order. It
	// may differ from town to town: a town may define indicators of its own.
	Indicators(ctx context.Context, town *tenants.Tenant) ([]Indicator, error)
}

// Indicator is one figure of a town ("indicateur"). Texts are French, ready to
// be shown.
type Indicator struct {
	Key    string // "trees.standing": the module's code, a dot, a name; stable
	Title  string // "Arbres suivis par la ville"
	Unit   string // "arbres", "°C", "%"; "" when the title says it
	Method string // how it is computed, one or two sentences
	Source string // dataset or register it rests on
	Theme  string // code of a theme of the portal ("trees", "heat"…), may be ""
	Href   string // public page that shows it in full, "" when there is none
	// Decimals is how many are shown.
	Decimals int
	// Read computes the present value. It runs under the town's own rules of
	// access and must answer within a page's time.
	Read func(ctx context.Context) (Value, error)
}

// Value is what an indicator says at a moment.
type Value struct {
	Number float64
	Known  bool      // false: the town has no data yet, Number means nothing
	Basis  int64     // how many records it rests on, 0 when that makes no sense
	At     time.Time // of the data, not of the reading; zero when unknown
}

// Reading is an indicator with its value.
type Reading struct {
	Indicator
	Value
}
