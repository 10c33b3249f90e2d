package kml

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// shape is a GeoJSON geometry.
type shape struct {
	Type        string `json:"type"`
	Coordinates any    `json:"coordinates,omitempty"`
	Geometries  []any  `json:"geometries,omitempty"`
}

// geometry reads a geometry from after its start; nil when it is empty.
func (s *reading) geometry(kind string, depth int) (any, error) {
	if depth > deepest {
		return nil, fmt.Errorf("%w: nested too deep", ErrBroken)
	}
	g := &gathering{}
	for {
		token, err := s.token()
		if err != nil {
			return nil, broken(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := s.within(t, g, depth); err != nil {
				return nil, err
			}
		case xml.EndElement:
			if t.Name.Local == kind {
				return g.shape(kind), nil
			}
		}
	}
}

// gathering is what was read of a geometry.
type gathering struct {
	line    [][]float64
	outer   [][]float64
	inner   [][][]float64
	members []any
}

func (s *reading) within(t xml.StartElement, g *gathering, depth int) error {
	switch t.Name.Local {
	case "coordinates":
		text, err := s.text("coordinates")
		if err != nil {
			return err
		}
		g.line, err = coordinates(text)
		return err
	case "outerBoundaryIs", "innerBoundaryIs":
		return s.boundary(t.Name.Local, g)
	case "Point", "LineString", "LinearRing", "Polygon", "MultiGeometry":
		member, err := s.geometry(t.Name.Local, depth+1)
		if member != nil {
			g.members = append(g.members, member)
		}
		return err
	}
	return broken(s.d.Skip())
}

// boundary reads the rings of one side of a polygon.
func (s *reading) boundary(side string, g *gathering) error {
	for {
		token, err := s.token()
		if err != nil {
			return broken(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local != "coordinates" {
				continue // the ring around them
			}
			text, err := s.text("coordinates")
			if err != nil {
				return err
			}
			ring, err := coordinates(text)
			if err != nil {
				return err
			}
			if side == "outerBoundaryIs" {
				g.outer = ring
			} else {
				g.inner = append(g.inner, ring)
			}
		case xml.EndElement:
			if t.Name.Local == side {
				return nil
			}
		}
	}
}

// shape makes the geometry, nil when there is nothing to make it of.
func (g *gathering) shape(kind string) any {
	switch kind {
	case "Point":
		if len(g.line) > 0 {
			return shape{Type: "Point", Coordinates: g.line[0]}
		}
	case "LineString", "LinearRing":
		if len(g.line) > 1 {
			return shape{Type: "LineString", Coordinates: g.line}
		}
	case "Polygon":
		if len(g.outer) > 0 {
			return shape{Type: "Polygon", Coordinates: append([][][]float64{g.outer}, g.inner...)}
		}
	case "MultiGeometry":
		return together(g.members)
	}
	return nil
}

// together makes one geometry of several: a "Multi…" when all are of one kind.
func together(members []any) any {
	if len(members) == 0 {
		return nil
	}
	var parts []any
	kind := ""
	for _, m := range members {
		one, is := m.(shape)
		if !is || kind != "" && one.Type != kind || strings.HasPrefix(one.Type, "Multi") || one.Type == "GeometryCollection" {
			return shape{Type: "GeometryCollection", Geometries: members}
		}
		kind, parts = one.Type, append(parts, one.Coordinates)
	}
	if len(members) == 1 {
		return members[0]
	}
	return shape{Type: "Multi" + kind, Coordinates: parts}
}

// coordinates reads "lon,lat[,height] lon,lat…".
func coordinates(text string) ([][]float64, error) {
	var line [][]float64
	for tuple := range strings.FieldsSeq(text) {
		fields := strings.Split(tuple, ",")
		if len(fields) < 2 {
			return nil, fmt.Errorf("%w: a position %q", ErrBroken, cut(tuple))
		}
		x, errX := strconv.ParseFloat(fields[0], 64)
		y, errY := strconv.ParseFloat(fields[1], 64)
		if errX != nil || errY != nil || math.IsInf(x+y, 0) || math.IsNaN(x+y) {
			return nil, fmt.Errorf("%w: a position %q", ErrBroken, cut(tuple))
		}
		line = append(line, []float64{x, y})
	}
	return line, nil
}

func cut(text string) string {
	const most = 40
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}
