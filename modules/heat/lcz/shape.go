package lcz

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"

	"acvdata/services/geo/crs"
)

// ErrShape is a geometry that is no polygon, is not closed, or lies nowhere.
var ErrShape = errors.New("lcz: not a usable polygon")

// Shape is a zone's outline, in degrees (WGS 84), with its area in the plane of
// Lambert-93.
type Shape struct {
	Geometry orb.MultiPolygon
	AreaM2   float64
}

// ReadShape reads a GeoJSON geometry in the given system. Code 0 is what the
// numbers say: degrees, or else Lambert-93, which is what old GeoJSON of French
// tools holds.
func ReadShape(raw string, code crs.Code) (s Shape, err error) {
	geometry, err := geojson.UnmarshalGeometry(json.RawMessage(raw))
	if err != nil {
		return s, fmt.Errorf("%w: %w", ErrShape, err)
	}
	var shape orb.MultiPolygon
	switch g := geometry.Geometry().(type) {
	case orb.Polygon:
		shape = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		shape = g
	default:
		return s, fmt.Errorf("%w: %T", ErrShape, g)
	}
	if code == 0 {
		code = guess(shape)
	}
	if err := check(shape); err != nil {
		return s, err
	}
	plane, err := project(shape, code, crs.Lambert93)
	if err != nil {
		return s, err
	}
	s.AreaM2 = math.Abs(planar.Area(plane))
	s.Geometry, err = project(shape, code, crs.WGS84)
	if err == nil && !(s.AreaM2 > 0) { // no number is not an area either
		err = fmt.Errorf("%w: no area", ErrShape)
	}
	return s, err
}

// WKB is the outline as PostGIS reads it.
func (s Shape) WKB() ([]byte, error) { return wkb.Marshal(s.Geometry) }

func guess(shape orb.MultiPolygon) crs.Code {
	b := shape.Bound()
	if math.Abs(b.Min[0]) <= 180 && math.Abs(b.Max[0]) <= 180 && math.Abs(b.Min[1]) <= 90 && math.Abs(b.Max[1]) <= 90 {
		return crs.WGS84
	}
	return crs.Lambert93
}

func check(shape orb.MultiPolygon) error {
	if len(shape) == 0 {
		return fmt.Errorf("%w: empty", ErrShape)
	}
	for _, polygon := range shape {
		if len(polygon) == 0 {
			return fmt.Errorf("%w: no ring", ErrShape)
		}
		for _, ring := range polygon {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				return fmt.Errorf("%w: a ring is not closed", ErrShape)
			}
		}
	}
	return nil
}

// project gives a copy in another system.
func project(shape orb.MultiPolygon, from, to crs.Code) (orb.MultiPolygon, error) {
	convert, err := crs.Between(from, to)
	if err != nil {
		return nil, err
	}
	out := orb.Clone(shape).(orb.MultiPolygon)
	for _, polygon := range out {
		for _, ring := range polygon {
			for i, p := range ring {
				if ring[i][0], ring[i][1], err = convert(p[0], p[1]); err != nil {
					return nil, fmt.Errorf("%w: %w", ErrShape, err)
				}
			}
		}
	}
	return out, nil
}
