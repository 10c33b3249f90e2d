package flatgeobuf

import (
	"fmt"
	"slices"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/paulmach/orb"
)

// geometry builds the table of a geometry: its positions one after the other,
// where each line or ring of several ends, the polygons of many as parts.
func geometry(b *flatbuffers.Builder, g orb.Geometry) flatbuffers.UOffsetT {
	switch g := g.(type) {
	case orb.Point:
		return table(b, Point, []orb.Point{g}, nil, nil)
	case orb.MultiPoint:
		return table(b, MultiPoint, g, nil, nil)
	case orb.LineString:
		return table(b, LineString, g, nil, nil)
	case orb.MultiLineString:
		positions, ends := joined(g)
		return table(b, MultiLineString, positions, ends, nil)
	case orb.Polygon:
		positions, ends := joined(g)
		return table(b, Polygon, positions, ends, nil)
	case orb.MultiPolygon:
		parts := make([]flatbuffers.UOffsetT, len(g))
		for i, polygon := range g {
			parts[i] = geometry(b, polygon)
		}
		return table(b, MultiPolygon, nil, nil, parts)
	}
	panic(fmt.Sprintf("flatgeobuf: a geometry of %s", g.GeoJSONType()))
}

// joined puts lines or rings one after the other, and tells where each ends.
func joined[L ~[]orb.Point](lines []L) (positions []orb.Point, ends []uint32) {
	for _, line := range lines {
		positions = append(positions, line...)
		ends = append(ends, uint32(len(positions)))
	}
	return positions, ends
}

func table(b *flatbuffers.Builder, kind Kind, positions []orb.Point, ends []uint32, parts []flatbuffers.UOffsetT) flatbuffers.UOffsetT {
	var endVector, xy, partVector flatbuffers.UOffsetT
	if len(parts) > 0 {
		partVector = offsets(b, parts)
	}
	if len(positions) > 0 {
		b.StartVector(8, 2*len(positions), 8)
		for _, position := range slices.Backward(positions) {
			b.PrependFloat64(position[1])
			b.PrependFloat64(position[0])
		}
		xy = b.EndVector(2 * len(positions))
	}
	if len(ends) > 0 {
		b.StartVector(4, len(ends), 4)
		for _, end := range slices.Backward(ends) {
			b.PrependUint32(end)
		}
		endVector = b.EndVector(len(ends))
	}
	b.StartObject(8)
	b.PrependUOffsetTSlot(0, endVector, 0)
	b.PrependUOffsetTSlot(1, xy, 0)
	b.PrependByteSlot(6, byte(kind), 0)
	b.PrependUOffsetTSlot(7, partVector, 0)
	return b.EndObject()
}
