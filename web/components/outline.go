package components

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// maxOutlinePoints is plenty for a small drawing; exact boundaries have thousands.
const maxOutlinePoints = 240

// OutlinePath turns a GeoJSON Polygon or MultiPolygon (WGS 84) into the path of
// an SVG of 100 × 100, north up, true proportions. It gives "" for anything else.
func OutlinePath(boundary json.RawMessage) string {
	rings := outerRings(boundary)
	if len(rings) == 0 {
		return ""
	}
	project := fit(rings)
	var b strings.Builder
	for _, ring := range rings {
		every := max(1, len(ring)/maxOutlinePoints)
		command := "M"
		for i := 0; i < len(ring); i += every {
			x, y := project(ring[i])
			fmt.Fprintf(&b, "%s%s %s", command, num(x), num(y))
			command = "L"
		}
		b.WriteString("Z")
	}
	return b.String()
}

type position = [2]float64

// outerRings gives the outer ring of each polygon.
func outerRings(boundary json.RawMessage) [][]position {
	var shape struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	if json.Unmarshal(boundary, &shape) != nil {
		return nil
	}
	polygons := make([][][]position, 1)
	var err error
	switch shape.Type {
	case "Polygon":
		err = json.Unmarshal(shape.Coordinates, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(shape.Coordinates, &polygons)
	default:
		return nil
	}
	var rings [][]position
	for _, p := range polygons {
		if err == nil && len(p) > 0 && len(p[0]) > 3 {
			rings = append(rings, p[0])
		}
	}
	return rings
}

// fit gives the projection that centres the rings in the drawing.
func fit(rings [][]position) func(position) (x, y float64) {
	west, south, east, north := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, ring := range rings {
		for _, p := range ring {
			west, east = math.Min(west, p[0]), math.Max(east, p[0])
			south, north = math.Min(south, p[1]), math.Max(north, p[1])
		}
	}
	shrink := math.Cos((south + north) / 2 * math.Pi / 180) // a degree of longitude is shorter than one of latitude
	width, height := (east-west)*shrink, north-south
	scale := 94 / math.Max(math.Max(width, height), 1e-9)
	left, top := (100-width*scale)/2, (100-height*scale)/2
	return func(p position) (float64, float64) {
		return left + (p[0]-west)*shrink*scale, top + (north-p[1])*scale
	}
}
