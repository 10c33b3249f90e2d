package shapefile

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"acvdata/services/geo/crs"
)

const headerSize = 100

// The coordinate systems, as the .prj says them (ESRI's names).
const (
	greenwichWKT = `PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`
	degreesWKT   = `GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],` + greenwichWKT
	lambertWKT   = `PROJCS["RGF_1993_Lambert_93",GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]],` +
		greenwichWKT + `,PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",700000.0],PARAMETER["False_Northing",6600000.0],` +
		`PARAMETER["Central_Meridian",3.0],PARAMETER["Standard_Parallel_1",44.0],PARAMETER["Standard_Parallel_2",49.0],` +
		`PARAMETER["Latitude_Of_Origin",46.5],UNIT["Meter",1.0]]`
)

// parts are the lines or rings of a geometry, rings in the format's own sense:
// the outer one clockwise, holes against the clock. None for nil.
func (k Kind) parts(g orb.Geometry) ([][]orb.Point, error) {
	switch g := g.(type) {
	case nil:
		return nil, nil
	case orb.Point:
		if k == Point {
			return [][]orb.Point{{g}}, nil
		}
	case orb.LineString:
		if k == Line {
			return [][]orb.Point{g}, nil
		}
	case orb.MultiLineString:
		if k == Line {
			return lines(g), nil
		}
	case orb.Polygon:
		if k == Polygon {
			return rings(nil, g), nil
		}
	case orb.MultiPolygon:
		if k == Polygon {
			var parts [][]orb.Point
			for _, polygon := range g {
				parts = rings(parts, polygon)
			}
			return parts, nil
		}
	}
	return nil, fmt.Errorf("shapefile: a %s in a layer of kind %d", g.GeoJSONType(), k)
}

func lines(all orb.MultiLineString) [][]orb.Point {
	parts := make([][]orb.Point, len(all))
	for i, line := range all {
		parts[i] = line
	}
	return parts
}

func rings(parts [][]orb.Point, polygon orb.Polygon) [][]orb.Point {
	for i, ring := range polygon {
		want := orb.CCW
		if i == 0 {
			want = orb.CW
		}
		if ring.Orientation() == -want {
			ring = slices.Clone(ring)
			slices.Reverse(ring)
		}
		parts = append(parts, ring)
	}
	return parts
}

// length of a record's content in bytes.
func (k Kind) length(parts [][]orb.Point) int32 {
	switch {
	case len(parts) == 0:
		return 4
	case k == Point:
		return 20
	}
	n := 44 + 4*len(parts)
	for _, part := range parts {
		n += 16 * len(part)
	}
	return int32(min(n, mostBytes))
}

// appendParts keeps parts for later: how many positions each, then they.
func appendParts(b []byte, parts [][]orb.Point) []byte {
	b = binary.AppendUvarint(b, uint64(len(parts)))
	for _, part := range parts {
		b = binary.AppendUvarint(b, uint64(len(part)))
		for _, p := range part {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[0]))
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[1]))
		}
	}
	return b
}

// shape is a kept geometry, read again and projected.
type shape struct {
	starts    []int32
	positions []orb.Point
}

// read takes a block of appendParts. A position that the projection refuses stays
// away with its row's whole shape: the box of the layer would be lost with it.
func (s *shape) read(block []byte, convert crs.Conversion) error {
	s.starts, s.positions = s.starts[:0], s.positions[:0]
	count := func() int {
		n, size := binary.Uvarint(block)
		block = block[size:]
		return int(n)
	}
	float := func() float64 {
		bits := binary.LittleEndian.Uint64(block)
		block = block[8:]
		return math.Float64frombits(bits)
	}
	for parts := count(); parts > 0; parts-- {
		s.starts = append(s.starts, int32(len(s.positions)))
		for n := count(); n > 0; n-- {
			x, y, err := convert(float(), float())
			if err != nil {
				return fmt.Errorf("shapefile: %w", err)
			}
			s.positions = append(s.positions, orb.Point{x, y})
		}
	}
	return nil
}

func (s *shape) bound() orb.Bound { return orb.MultiPoint(s.positions).Bound() }

// box is around every shape, as projected.
func (w *Writer) box(convert crs.Conversion) (box orb.Bound, err error) {
	var s shape
	known := false
	err = w.shapes.each(func(block []byte) error {
		if err := s.read(block, convert); err != nil || len(s.positions) == 0 {
			return err
		}
		if !known {
			box, known = s.bound(), true
			return nil
		}
		box = box.Union(s.bound())
		return nil
	})
	return box, err
}

// header is the same before the shapes and before their index.
func (w *Writer) header(size int64, box orb.Bound) []byte {
	b := make([]byte, 28, headerSize)
	binary.BigEndian.PutUint32(b, 9994)
	binary.BigEndian.PutUint32(b[24:], uint32(size/2))
	b = binary.LittleEndian.AppendUint32(b, 1000)
	b = binary.LittleEndian.AppendUint32(b, uint32(w.layer.Kind))
	b = appendBox(b, box)
	return b[:headerSize] // no heights, no measures
}

func appendBox(b []byte, box orb.Bound) []byte {
	for _, edge := range [4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(edge))
	}
	return b
}

func (w *Writer) writeShapes(out io.Writer, size int64, box orb.Bound, convert crs.Conversion) error {
	if _, err := out.Write(w.header(size, box)); err != nil {
		return err
	}
	var s shape
	var b []byte
	row := 0
	return w.shapes.each(func(block []byte) error {
		if err := s.read(block, convert); err != nil {
			return err
		}
		b = binary.BigEndian.AppendUint32(b[:0], uint32(row+1))
		b = binary.BigEndian.AppendUint32(b, uint32(w.lengths[row]/2))
		b = s.append(b, w.layer.Kind)
		row++
		_, err := out.Write(b)
		return err
	})
}

func (s *shape) append(b []byte, kind Kind) []byte {
	order := binary.LittleEndian
	if len(s.positions) == 0 {
		return order.AppendUint32(b, 0)
	}
	b = order.AppendUint32(b, uint32(kind))
	if kind != Point {
		b = appendBox(b, s.bound())
		b = order.AppendUint32(b, uint32(len(s.starts)))
		b = order.AppendUint32(b, uint32(len(s.positions)))
		for _, start := range s.starts {
			b = order.AppendUint32(b, uint32(start))
		}
	}
	for _, p := range s.positions {
		b = order.AppendUint64(b, math.Float64bits(p[0]))
		b = order.AppendUint64(b, math.Float64bits(p[1]))
	}
	return b
}

// writeIndex writes where each record begins.
func (w *Writer) writeIndex(out io.Writer, box orb.Bound) error {
	if _, err := out.Write(w.header(headerSize+8*int64(len(w.lengths)), box)); err != nil {
		return err
	}
	at := uint32(headerSize / 2)
	var b []byte
	for _, n := range w.lengths {
		b = binary.BigEndian.AppendUint32(b[:0], at)
		b = binary.BigEndian.AppendUint32(b, uint32(n/2))
		at += uint32(n/2) + 4
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	return nil
}
