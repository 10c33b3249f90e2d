package datasets

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// geometry is where a row is, in degrees (WGS 84), nil when it is nowhere. An
// error says that the source gave a shape that is no GeoJSON geometry.
func (r Row) geometry() (orb.Geometry, error) {
	switch {
	case r.Shape != nil:
		g, err := geojson.UnmarshalGeometry(r.Shape)
		if err != nil {
			return nil, fmt.Errorf("shape of row %s: %w", r.ID, err)
		}
		return g.Geometry(), nil
	case r.Located:
		return orb.Point{r.Lon, r.Lat}, nil
	}
	return nil, nil //nolint:nilnil // a row that is nowhere is no fault
}

// gathered is a geometry as the formats want it whose layers hold one kind: lines
// and polygons as many, even when they are one.
func gathered(g orb.Geometry) orb.Geometry {
	switch g := g.(type) {
	case orb.LineString:
		return orb.MultiLineString{g}
	case orb.Polygon:
		return orb.MultiPolygon{g}
	}
	return g
}
