package cql

import (
	"github.com/peterstace/simplefeatures/geom"

	"acvdata/tenants"
)

// Around gives a box that holds every point (the field of that name, in degrees) for
// which an expression can be true, its sides included; exact says that being there
// is all the expression asks. bounded is false when points may be anywhere, or
// nowhere: then the expression alone decides.
func Around(e Expr, point string) (box tenants.Bounds, exact, bounded bool) {
	call, ok := e.(*Call)
	if !ok {
		return box, false, false
	}
	switch {
	case call.Op == "and":
		return aroundAll(call.Args, point)
	case call.Op == "or":
		return aroundAny(call.Args, point)
	case overlays[call.Op] == nil || apart(call.Op):
		return box, false, false
	}
	shape, ok := related(call.Args, point)
	if !ok {
		return box, false, false
	}
	low, high, ok := shape.Envelope().MinMaxXYs()
	box = tenants.Bounds{West: low.X, South: low.Y, East: high.X, North: high.Y}
	return box, call.Op == "s_intersects" && isBox(shape, box), ok
}

// related is the shape that a relation has the point with.
func related(args []Expr, point string) (geom.Geometry, bool) {
	if len(args) != 2 {
		return geom.Geometry{}, false
	}
	for i, arg := range args {
		property, isProperty := arg.(*Property)
		if !isProperty || property.Name != point {
			continue
		}
		if literal, ok := args[1-i].(*Literal); ok {
			shape, ok := literal.Value.(geom.Geometry)
			return shape, ok
		}
	}
	return geom.Geometry{}, false
}

// aroundAll is where all conditions can be true at once.
func aroundAll(all []Expr, point string) (box tenants.Bounds, exact, bounded bool) {
	exact = true
	for _, e := range all {
		b, is, has := Around(e, point)
		exact = exact && is
		switch {
		case !has:
		case !bounded:
			box, bounded = b, true
		default:
			box = box.Common(b)
		}
	}
	bounded = bounded && box.West <= box.East && box.South <= box.North
	return box, exact && bounded, bounded
}

// aroundAny is where one of the conditions can be true.
func aroundAny(all []Expr, point string) (box tenants.Bounds, exact, bounded bool) {
	for i, e := range all {
		b, _, has := Around(e, point)
		switch {
		case !has:
			return tenants.Bounds{}, false, false
		case i == 0:
			box = b
		default:
			box = tenants.Bounds{
				West: min(box.West, b.West), South: min(box.South, b.South),
				East: max(box.East, b.East), North: max(box.North, b.North),
			}
		}
	}
	return box, false, len(all) > 0
}

// isBox reports whether a shape is its own box.
func isBox(shape geom.Geometry, box tenants.Bounds) bool {
	p, ok := shape.AsPolygon()
	if !ok || p.NumInteriorRings() > 0 || !(box.West < box.East && box.South < box.North) {
		return false
	}
	ring := p.ExteriorRing().Coordinates()
	if ring.Length() != 5 {
		return false
	}
	for i := range ring.Length() {
		at := ring.GetXY(i)
		if at.X != box.West && at.X != box.East || at.Y != box.South && at.Y != box.North {
			return false
		}
		if i > 0 {
			before := ring.GetXY(i - 1)
			if (at.X == before.X) == (at.Y == before.Y) {
				return false
			}
		}
	}
	return true
}
