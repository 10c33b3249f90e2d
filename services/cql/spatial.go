package cql

import (
	"github.com/peterstace/simplefeatures/geom"
)

// overlays are the relations of two shapes (OGC 06-103r4, DE-9IM).
var overlays = map[string]func(a, b geom.Geometry) (bool, error){
	"s_intersects": func(a, b geom.Geometry) (bool, error) { return geom.Intersects(a, b), nil },
	"s_disjoint":   func(a, b geom.Geometry) (bool, error) { return !geom.Intersects(a, b), nil },
	"s_equals":     geom.Equals,
	"s_touches":    geom.Touches,
	"s_within":     geom.Within,
	"s_contains":   geom.Contains,
	"s_overlaps":   geom.Overlaps,
	"s_crosses":    geom.Crosses,
}

// apart says what each relation is of shapes whose boxes do not meet: most rows
// are far from what is asked for.
func apart(op string) bool { return op == "s_disjoint" }

func spatial(op string, args []node) (node, error) {
	for _, n := range args {
		if n.is != Shape && n.is != nothing {
			return node{}, wrongType(op, "cql.word.geometry")
		}
	}
	holds := overlays[op]
	return node{is: Boolean, eval: func(r Row) any {
		a, knownA := args[0].eval(r).(geom.Geometry)
		b, knownB := args[1].eval(r).(geom.Geometry)
		switch {
		case !knownA || !knownB:
			return nil
		case !a.Envelope().Intersects(b.Envelope()):
			return apart(op)
		}
		answer, err := holds(a, b)
		if err != nil { // shapes the library cannot relate: neither true nor false
			return nil
		}
		return answer
	}}, nil
}

// Convert writes the shapes of an expression in another coordinate system, in
// place; an error of convert is an *Error about the geometry.
func Convert(e Expr, convert func(x, y float64) (float64, float64, error)) error {
	switch x := e.(type) {
	case *Literal:
		g, ok := x.Value.(geom.Geometry)
		if !ok {
			return nil
		}
		var failure error
		moved := g.TransformXY(func(p geom.XY) geom.XY {
			var err error
			if p.X, p.Y, err = convert(p.X, p.Y); err != nil {
				failure = failed("cql.fault.geometry", map[string]any{"Found": g.Type().String()})
			}
			return p
		})
		if failure == nil && moved.Validate() != nil {
			failure = failed("cql.fault.geometry", map[string]any{"Found": g.Type().String()})
		}
		x.Value = moved
		return failure
	case *Call:
		return convertAll(x.Args, convert)
	case *Array:
		return convertAll(x.Items, convert)
	}
	return nil
}

func convertAll(list []Expr, convert func(x, y float64) (float64, float64, error)) error {
	for _, e := range list {
		if err := Convert(e, convert); err != nil {
			return err
		}
	}
	return nil
}
