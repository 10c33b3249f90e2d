package quality

import "math"

// Score is a dataset on one scale.
type Score struct {
	Code     string // of the scale: DataGouvCode or MQACode
	Criteria []Criterion
}

// The scales' codes.
const (
	DataGouvCode = "datagouv"
	MQACode      = "mqa"
)

// Criterion is one thing a scale looks at. It is met, coming or missed as a whole.
type Criterion struct {
	Code  string // of the criterion within its scale
	Group Group  // dimension of the MQA, "" on data.gouv.fr
	Most  int    // points it is worth
	State State
	Fix   Fix
	Count int // what was counted, where the rule has a threshold: characters, days late
}

// State says whether a criterion's points are there.
type State string

// The closed list of states.
const (
	Met     State = "met"
	Coming  State = "coming" // the publication gives it
	Missing State = "missing"
)

// Fix is where somebody of the town settles a criterion.
type Fix string

// The places, besides the fields of the form about the dataset, whose names they
// are.
const (
	Nothing Fix = ""        // the platform's own doing
	Publish Fix = "publish" // a publication settles it
)

// Group is a dimension of the MQA.
type Group string

// The dimensions, in the order of the method.
const (
	Findability      Group = "findability"
	Accessibility    Group = "accessibility"
	Interoperability Group = "interoperability"
	Reusability      Group = "reusability"
	Contextuality    Group = "contextuality"
)

// Groups lists the dimensions of the MQA.
func Groups() []Group {
	return []Group{Findability, Accessibility, Interoperability, Reusability, Contextuality}
}

// Points is a sum over criteria.
type Points struct{ Met, Coming, Most int }

// Share is how much of the scale is met, between 0 and 100, rounded down: only a
// full score shows 100.
func (p Points) Share() int { return percent(p.Met, p.Most) }

// ShareAfter is Share once what is coming has come.
func (p Points) ShareAfter() int { return percent(p.Met+p.Coming, p.Most) }

func percent(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return int(math.Floor(float64(part) / float64(whole) * 100))
}

// Total sums the whole scale.
func (s Score) Total() Points { return s.sum(func(Criterion) bool { return true }) }

// Of sums one dimension.
func (s Score) Of(g Group) Points { return s.sum(func(c Criterion) bool { return c.Group == g }) }

func (s Score) sum(of func(Criterion) bool) (p Points) {
	for _, c := range s.Criteria {
		if !of(c) {
			continue
		}
		p.Most += c.Most
		switch c.State {
		case Met:
			p.Met += c.Most
		case Coming:
			p.Coming += c.Most
		case Missing:
		}
	}
	return p
}

// With lists the criteria in a state.
func (s Score) With(state State) (list []Criterion) {
	for _, c := range s.Criteria {
		if c.State == state {
			list = append(list, c)
		}
	}
	return list
}

// Rating is the MQA's word for a number of points.
type Rating string

// The ratings, with the fewest points of each in the method.
const (
	Excellent  Rating = "excellent"  // 351
	Good       Rating = "good"       // 221
	Sufficient Rating = "sufficient" // 121
	Bad        Rating = "bad"
)

// RatingOf gives the MQA's rating of a number of points.
func RatingOf(points int) Rating {
	switch {
	case points >= 351:
		return Excellent
	case points >= 221:
		return Good
	case points >= 121:
		return Sufficient
	}
	return Bad
}
