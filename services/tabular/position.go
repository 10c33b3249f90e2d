package tabular

import (
	"encoding/hex"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

var wktStart = regexp.MustCompile(`(?i)^(?:SRID=\d+;\s*)?(?:MULTI)?(?:POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\s*(?:ZM?|M)?\s*(?:\(|EMPTY)`)

// pair reads "48.85, 2.35", "48,85 ; 2,35", "(2.35 48.85)", "[2.35, 48.85]".
func pair(cell string) (first, second float64, ok bool) {
	cell = strings.Trim(cell, spaces+"()[]")
	if cell == "" || len(cell) > 60 || cell[0] != '-' && cell[0] != '+' && !digit(cell[0]) {
		return 0, 0, false
	}
	for _, sep := range []string{";", ", ", " ", ","} {
		if strings.Count(cell, sep) < 1 {
			continue
		}
		a, b, _ := strings.Cut(cell, sep)
		first, ok = coordinate(a)
		if !ok {
			continue
		}
		if second, ok = coordinate(b); ok {
			return first, second, true
		}
	}
	return 0, 0, false
}

// coordinate reads a number that has decimals or is large: "12, 5" is no place.
func coordinate(s string) (float64, bool) {
	s = trim(s)
	if !strings.ContainsAny(s, ".,") && len(strings.TrimLeft(s, "+-")) < 6 {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// geometryOf tells which kinds of geometry a cell may be.
func geometryOf(cell string) evidence {
	if cell == "" {
		return 0
	}
	switch first := cell[0]; {
	case first == '{':
		if strings.Contains(cell, `"type"`) && (strings.Contains(cell, `"coordinates"`) || strings.Contains(cell, `"geometries"`)) {
			return isGeometry
		}
	case first == '0' && len(cell) >= 42 && len(cell)%2 == 0 && (cell[1] == '0' || cell[1] == '1'):
		if _, err := hex.DecodeString(cell[:42]); err == nil {
			return isEWKB
		}
	case len(cell) >= 8 && strings.IndexByte("PLMGSplmgs", first) >= 0 && wktStart.MatchString(cell):
		return isWKT
	}
	return 0
}

// pairOf tells which way round a pair of numbers may be a position: bits for
// latitude first, longitude first, and for which one France settles.
func pairOf(cell string) evidence {
	a, b, ok := pair(cell)
	if !ok {
		return 0
	}
	found := evidence(0)
	if math.Abs(a) <= 90 && math.Abs(b) <= 180 {
		found |= isLatLon
	}
	if math.Abs(a) <= 180 && math.Abs(b) <= 90 {
		found |= isLonLat
	}
	if inFrance(b, a) {
		found |= saysLatLon
	}
	if inFrance(a, b) {
		found |= saysLonLat
	}
	return found
}

// inFrance is metropolitan France in degrees, generously: enough to tell a
// longitude from a latitude.
func inFrance(lon, lat float64) bool { return lon > -6 && lon < 11 && lat > 41 && lat < 52 }

// ParsePosition reads a point of a column of type LatLon, LonLat, WKT or
// Geometry: x is the longitude (or easting), y the latitude. The order of WKT
// and GeoJSON is kept as the standards have it, x first. False when the cell is
// no point or the type is another.
func ParsePosition(cell string, t Type) (x, y float64, ok bool) {
	switch cell = trim(cell); t {
	case LatLon:
		y, x, ok = pair(cell)
		return x, y, ok
	case LonLat:
		return pair(cell)
	case WKT:
		return wktPoint(cell)
	case Geometry:
		return geoJSONPoint(cell)
	default:
		return 0, 0, false
	}
}

var wktPointText = regexp.MustCompile(`(?i)^(?:SRID=\d+;\s*)?POINT\s*(?:ZM?|M)?\s*\(\s*(\S+)\s+([^\s)]+)(?:\s+[^\s)]+){0,2}\s*\)$`)

func wktPoint(cell string) (x, y float64, ok bool) {
	m := wktPointText.FindStringSubmatch(cell)
	if m == nil {
		return 0, 0, false
	}
	return finitePair(m[1], m[2])
}

func finitePair(a, b string) (x, y float64, ok bool) {
	x, err := strconv.ParseFloat(a, 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0, 0, false
	}
	y, err = strconv.ParseFloat(b, 64)
	if err != nil || math.IsInf(y, 0) || math.IsNaN(y) {
		return 0, 0, false
	}
	return x, y, true
}

func geoJSONPoint(cell string) (x, y float64, ok bool) {
	if !gjson.Valid(cell) {
		return 0, 0, false
	}
	point := gjson.Parse(cell)
	coordinates := point.Get("coordinates").Array()
	if point.Get("type").Str != "Point" || len(coordinates) < 2 ||
		coordinates[0].Type != gjson.Number || coordinates[1].Type != gjson.Number {
		return 0, 0, false
	}
	return finitePair(coordinates[0].Raw, coordinates[1].Raw)
}
