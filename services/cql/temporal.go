package cql

import "time"

// extent is the time between two moments, both included.
type extent struct{ from, to time.Time }

// Between is the value of a field that lasts: the time between two moments, both
// included. A zero time is an open end.
func Between(from, to time.Time) any {
	if from.IsZero() {
		from = always
	}
	if to.IsZero() {
		to = never
	}
	return extent{from.UTC(), to.UTC()}
}

// Beyond these no date is written.
var (
	always = time.Date(-9999, 1, 1, 0, 0, 0, 0, time.UTC)
	never  = time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
)

// relations are those of Allen, as CQL2 defines them on starts and ends.
var relations = map[string]func(a, b extent) bool{
	"t_after":        func(a, b extent) bool { return a.from.After(b.to) },
	"t_before":       func(a, b extent) bool { return a.to.Before(b.from) },
	"t_contains":     func(a, b extent) bool { return a.from.Before(b.from) && a.to.After(b.to) },
	"t_disjoint":     func(a, b extent) bool { return a.from.After(b.to) || a.to.Before(b.from) },
	"t_during":       func(a, b extent) bool { return a.from.After(b.from) && a.to.Before(b.to) },
	"t_equals":       func(a, b extent) bool { return a.from.Equal(b.from) && a.to.Equal(b.to) },
	"t_finishedby":   func(a, b extent) bool { return a.from.Before(b.from) && a.to.Equal(b.to) },
	"t_finishes":     func(a, b extent) bool { return a.from.After(b.from) && a.to.Equal(b.to) },
	"t_intersects":   func(a, b extent) bool { return !a.from.After(b.to) && !a.to.Before(b.from) },
	"t_meets":        func(a, b extent) bool { return a.to.Equal(b.from) },
	"t_metby":        func(a, b extent) bool { return a.from.Equal(b.to) },
	"t_overlappedby": func(a, b extent) bool { return a.from.After(b.from) && a.from.Before(b.to) && a.to.After(b.to) },
	"t_overlaps":     func(a, b extent) bool { return a.from.Before(b.from) && a.to.After(b.from) && a.to.Before(b.to) },
	"t_startedby":    func(a, b extent) bool { return a.from.Equal(b.from) && a.to.After(b.to) },
	"t_starts":       func(a, b extent) bool { return a.from.Equal(b.from) && a.to.Before(b.to) },
}

func temporal(op string, args []node) (node, error) {
	for i, n := range args {
		if n.is == Text && n.literal {
			at, err := asTime(n)
			if err != nil {
				return node{}, err
			}
			args[i] = at
			continue
		}
		if n.is != Time && n.is != Span && n.is != nothing {
			return node{}, wrongType(op, "cql.word.instant")
		}
	}
	holds := relations[op]
	return node{is: Boolean, eval: func(r Row) any {
		a, knownA := extentOf(args[0].eval(r))
		b, knownB := extentOf(args[1].eval(r))
		if !knownA || !knownB {
			return nil
		}
		return holds(a, b)
	}}, nil
}

func extentOf(v any) (extent, bool) {
	switch x := v.(type) {
	case Instant:
		return extent{x.At, x.end()}, true
	case extent:
		return x, true
	}
	return extent{}, false
}

// interval gives an extent, or nothing when an end is a field without a value.
func (c *compiler) interval(x *Interval) (node, error) {
	from, err := c.end(x.From, always)
	if err != nil {
		return node{}, err
	}
	to, err := c.end(x.To, never)
	if err != nil {
		return node{}, err
	}
	return node{is: Span, uses: from.uses.with(to.uses), eval: func(r Row) any {
		first, knownFirst := from.eval(r).(Instant)
		last, knownLast := to.eval(r).(Instant)
		if !knownFirst || !knownLast {
			return nil
		}
		return extent{first.At, last.end()}
	}}, nil
}

func (c *compiler) end(e Expr, open time.Time) (node, error) {
	if e == nil {
		return constant(Time, Instant{At: open}), nil
	}
	n, err := c.node(e)
	if err == nil && n.is != Time {
		err = wrongType("INTERVAL", "cql.word.instant")
	}
	return n, err
}
