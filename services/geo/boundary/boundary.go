package boundary

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"

	"acvdata/tenants"
)

// ErrInvalid is returned for what is not a usable outline.
var ErrInvalid = errors.New("boundary: not a GeoJSON Polygon or MultiPolygon in degrees")

// metresPerDegree of latitude, on the sphere that Area uses too.
const metresPerDegree = orb.EarthRadius * math.Pi / 180

// Boundary is an outline. It is immutable and safe for concurrent use.
type Boundary struct {
	shape  orb.MultiPolygon
	bounds orb.Bound
}

// Parse reads a GeoJSON geometry, or a Feature that holds one. Heights are
// ignored. It refuses with ErrInvalid rings of fewer than four positions or not
// closed, and positions that are not degrees.
func Parse(raw json.RawMessage) (*Boundary, error) {
	geometry, err := unwrap(raw)
	if err != nil {
		return nil, err
	}
	var b Boundary
	switch shape := geometry.(type) {
	case orb.Polygon:
		b.shape = orb.MultiPolygon{shape}
	case orb.MultiPolygon:
		b.shape = shape
	default:
		return nil, fmt.Errorf("%w: %T", ErrInvalid, geometry)
	}
	if len(b.shape) == 0 {
		return nil, fmt.Errorf("%w: empty", ErrInvalid)
	}
	for _, polygon := range b.shape {
		if err := check(polygon); err != nil {
			return nil, err
		}
	}
	b.bounds = b.shape.Bound()
	return &b, nil
}

func unwrap(raw json.RawMessage) (orb.Geometry, error) {
	var feature struct {
		Type     string
		Geometry json.RawMessage
	}
	if err := json.Unmarshal(raw, &feature); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if feature.Type == "Feature" {
		raw = feature.Geometry
	}
	geometry, err := geojson.UnmarshalGeometry(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return geometry.Geometry(), nil
}

func check(polygon orb.Polygon) error {
	if len(polygon) == 0 {
		return fmt.Errorf("%w: a polygon without ring", ErrInvalid)
	}
	for _, ring := range polygon {
		if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
			return fmt.Errorf("%w: a ring that is not closed", ErrInvalid)
		}
		for _, p := range ring {
			if !(math.Abs(p.Lon()) <= 180 && math.Abs(p.Lat()) <= 90) {
				return fmt.Errorf("%w: position %v", ErrInvalid, p)
			}
		}
	}
	return nil
}

// Contains reports whether a position is inside, the outline included and the
// holes apart.
func (b *Boundary) Contains(p tenants.Point) bool {
	at := orb.Point{p.Lon, p.Lat}
	return b.bounds.Contains(at) && planar.MultiPolygonContains(b.shape, at)
}

// Distance is how far a position is from the outline in metres, inside or
// outside. It takes the Earth as flat around the position: within 1 % up to
// about 100 km.
func (b *Boundary) Distance(p tenants.Point) float64 {
	narrow := math.Cos(p.Lat * math.Pi / 180)
	flat := func(q orb.Point) orb.Point {
		return orb.Point{(q.Lon() - p.Lon) * narrow * metresPerDegree, (q.Lat() - p.Lat) * metresPerDegree}
	}
	nearest := math.Inf(1)
	for _, polygon := range b.shape {
		for _, ring := range polygon {
			from := flat(ring[0])
			for _, corner := range ring[1:] {
				to := flat(corner)
				nearest = min(nearest, planar.DistanceFromSegmentSquared(from, to, orb.Point{}))
				from = to
			}
		}
	}
	return math.Sqrt(nearest)
}

// Bounds is the box around the outline.
func (b *Boundary) Bounds() tenants.Bounds {
	return tenants.Bounds{
		West: b.bounds.Min.Lon(), South: b.bounds.Min.Lat(),
		East: b.bounds.Max.Lon(), North: b.bounds.Max.Lat(),
	}
}

// Area is the surface in square metres on a sphere, holes taken off: within
// half a percent of the ellipsoid's.
func (b *Boundary) Area() float64 { return geo.Area(b.shape) }
