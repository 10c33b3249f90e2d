package cql

import (
	"strings"
	"time"

	"github.com/peterstace/simplefeatures/geom"
)

// Expr is an expression: *Literal, *Property, *Call, *Array or *Interval.
type Expr interface{ expr() }

// Literal is a value as it was written: string, float64, bool, Instant,
// geom.Geometry, or nil for NULL.
type Literal struct{ Value any }

// Property is the name of a field.
type Property struct{ Name string }

// Call is an operator or a function with its operands. Op is as in CQL2's JSON,
// in small letters for operators: "and", "=", "like", "s_intersects", "casei".
type Call struct {
	Op   string
	Args []Expr
}

// Array is a list of expressions.
type Array struct{ Items []Expr }

// Interval is the time between two instants; nil is an open end.
type Interval struct{ From, To Expr }

// called gives operators the name they have here: they are written in any case.
func called(op string, args []Expr) *Call {
	name := strings.ToLower(op)
	if name == "isnull" {
		name = "isNull"
	}
	if _, known := operators[name]; known {
		op = name
	}
	return &Call{op, args}
}

func (*Literal) expr()  {}
func (*Property) expr() {}
func (*Call) expr()     {}
func (*Array) expr()    {}
func (*Interval) expr() {}

// Instant is a day or a moment.
type Instant struct {
	At  time.Time // UTC; midnight of a day
	Day bool
}

// end is the last nanosecond an instant covers: a day lasts until midnight.
func (i Instant) end() time.Time {
	if i.Day {
		return i.At.AddDate(0, 0, 1).Add(-time.Nanosecond)
	}
	return i.At
}

func parseInstant(text string, day bool) (Instant, bool) {
	if day {
		at, err := time.Parse(time.DateOnly, text)
		return Instant{At: at, Day: true}, err == nil
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	return Instant{At: at.UTC()}, err == nil
}

// anyInstant reads a day or a moment, whichever the text is.
func anyInstant(text string) (Instant, bool) {
	if i, ok := parseInstant(text, true); ok {
		return i, true
	}
	return parseInstant(text, false)
}

// Limits of an expression: what people and programs write is far below, and
// beyond them a request would only cost.
const (
	mostDepth = 64
	mostBytes = 64 << 10
)

// box is the polygon of a bounding box.
func box(west, south, east, north float64) (geom.Geometry, error) {
	ring := geom.NewLineString(geom.NewSequence([]float64{west, south, east, south, east, north, west, north, west, south}, geom.DimXY))
	p := geom.NewPolygon([]geom.LineString{ring})
	return p.AsGeometry(), p.Validate()
}
