package components

import (
	"encoding/json"
	"math"

	"acvdata/services/i18n"
	"acvdata/tenants"
)

// PointMap is a map drawn on the server: a town's outline and how many things lie
// where, as circles. It needs no script, and stands where none runs.
type PointMap struct {
	Label   string          // what it shows, in words, for who does not see it
	Outline json.RawMessage // GeoJSON of the town's boundary
	Bounds  tenants.Bounds  // used where there is no outline
	Spots   []Spot
}

// Spot is how many things lie around a place; degrees, WGS 84.
type Spot struct {
	Lon, Lat float64
	Count    int64
}

// dot is a circle in the units of the drawing.
type dot struct{ x, y, r, label string }

const (
	pointMapPad  = 2.0 // around the outline, of a drawing of 100
	smallestDot  = 0.55
	largestDot   = 2.6
	aloneDot     = 0.9 // where no place holds more than one thing
	legendLevels = 3
)

// pointDrawing is a map ready to be written.
type pointDrawing struct {
	viewBox, outline string
	dots             []dot
}

func (p PointMap) drawing() pointDrawing {
	rings := outerRings(p.Outline)
	d := pointDrawing{outline: OutlinePath(p.Outline)}
	if len(rings) == 0 {
		b := p.Bounds
		rings = [][]position{{{b.West, b.South}, {b.East, b.South}, {b.East, b.North}, {b.West, b.North}}}
	}
	project := fit(rings)
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, ring := range rings {
		for _, at := range ring {
			x, y := project(at)
			left, right, top, bottom = math.Min(left, x), math.Max(right, x), math.Min(top, y), math.Max(bottom, y)
		}
	}
	d.viewBox = num(left-pointMapPad) + " " + num(top-pointMapPad) + " " +
		num(right-left+2*pointMapPad) + " " + num(bottom-top+2*pointMapPad)
	most := p.most()
	for _, s := range p.Spots {
		x, y := project(position{s.Lon, s.Lat})
		if x < left-pointMapPad || x > right+pointMapPad || y < top-pointMapPad || y > bottom+pointMapPad {
			continue
		}
		d.dots = append(d.dots, dot{x: num(x), y: num(y), r: num(radius(s.Count, most)), label: i18n.Number(int(s.Count))})
	}
	return d
}

func (p PointMap) most() (most int64) {
	for _, s := range p.Spots {
		most = max(most, s.Count)
	}
	return most
}

// radius makes areas proportional to counts, as far as the smallest can be seen.
func radius(count, most int64) float64 {
	if most <= 1 {
		return aloneDot
	}
	return math.Max(smallestDot, largestDot*math.Sqrt(float64(count)/float64(most)))
}

// legend gives a few circles with what they count, nil where each is one thing.
func (p PointMap) legend() (list []dot) {
	most := p.most()
	if most <= 1 {
		return nil
	}
	seen := int64(0)
	for _, share := range [legendLevels]float64{0.06, 0.35, 1} {
		n := int64(math.Max(1, math.Round(float64(most)*share)))
		if n == seen {
			continue
		}
		seen = n
		list = append(list, dot{r: num(radius(n, most)), label: i18n.Number(int(n))})
	}
	return list
}
