package tableschema

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

func readArray(cell string) (value, bool) {
	var items []json.RawMessage
	err := json.Unmarshal([]byte(cell), &items)
	return value{text: cell, length: len(items), nested: true}, err == nil && items != nil
}

func readObject(cell string) (value, bool) {
	var members map[string]json.RawMessage
	err := json.Unmarshal([]byte(cell), &members)
	return value{text: cell, length: len(members), nested: true}, err == nil && members != nil
}

// listKind reads values parted by a mark, of one type (version 2).
func (d *fieldDescriptor) listKind() *kind {
	mark := d.Delimiter
	if mark == "" {
		mark = ","
	}
	item := fieldDescriptor{Type: d.ItemType}
	if item.Type == "" || item.Type == "list" {
		item.Type = "string"
	}
	of := item.compile()
	if of == nil {
		return nil
	}
	read := func(cell string) (value, bool) {
		items := strings.Split(cell, mark)
		for _, i := range items {
			if _, ok := of.read(i); !ok {
				return value{}, false
			}
		}
		return value{text: cell, length: len(items), nested: true}, true
	}
	return &kind{read: read, key: "tableschema.type.list", args: map[string]any{"Mark": mark}}
}

// geopointKind reads a position: "lon, lat", [lon, lat] or {"lon": …, "lat": …}.
func geopointKind(format string) *kind {
	read, key := readLonLat, "tableschema.type.geopoint"
	switch format {
	case "array":
		key = "tableschema.type.geopoint_array"
		read = func(cell string) (lon, lat float64, ok bool) {
			var pair []json.Number
			if json.Unmarshal([]byte(cell), &pair) != nil || len(pair) != 2 {
				return 0, 0, false
			}
			return degrees(pair[0].String(), pair[1].String())
		}
	case "object":
		key = "tableschema.type.geopoint_object"
		read = func(cell string) (lon, lat float64, ok bool) {
			var pair map[string]json.Number
			if json.Unmarshal([]byte(cell), &pair) != nil || len(pair) != 2 {
				return 0, 0, false
			}
			return degrees(pair["lon"].String(), pair["lat"].String())
		}
	}
	return &kind{key: key, read: func(cell string) (value, bool) {
		lon, lat, ok := read(cell)
		ok = ok && math.Abs(lon) <= 180 && math.Abs(lat) <= 90
		return value{text: cell}, ok
	}}
}

func readLonLat(cell string) (lon, lat float64, ok bool) {
	x, y, found := strings.Cut(cell, ",")
	if !found {
		return 0, 0, false
	}
	return degrees(strings.TrimSpace(x), strings.TrimSpace(y))
}

func degrees(x, y string) (lon, lat float64, ok bool) {
	if !plain(x, false) || !plain(y, false) {
		return 0, 0, false
	}
	lon, errX := strconv.ParseFloat(x, 64)
	lat, errY := strconv.ParseFloat(y, 64)
	return lon, lat, errX == nil && errY == nil
}

// depths is how many lists stand around a number in the coordinates of a
// geometry.
var depths = map[string]int{"Point": 1, "MultiPoint": 2, "LineString": 2, "MultiLineString": 3, "Polygon": 3, "MultiPolygon": 4}

// shape is what is looked at of a GeoJSON or TopoJSON object.
type shape struct {
	Type        string          `json:"type"`
	Coordinates any             `json:"coordinates"`
	Geometry    json.RawMessage `json:"geometry"`
	Geometries  []shape         `json:"geometries"`
	Features    []shape         `json:"features"`
	Objects     map[string]any  `json:"objects"`
}

func geojsonKind(format string) *kind {
	k := &kind{key: "tableschema.type.geojson", read: func(cell string) (value, bool) {
		var s shape
		ok := json.Unmarshal([]byte(cell), &s) == nil && s.good()
		return value{text: cell}, ok
	}}
	if format == "topojson" {
		k.key = "tableschema.type.topojson"
		k.read = func(cell string) (value, bool) {
			var s shape
			ok := json.Unmarshal([]byte(cell), &s) == nil && s.Type == "Topology" && s.Objects != nil
			return value{text: cell}, ok
		}
	}
	return k
}

// good reports whether an object of GeoJSON holds what its type promises.
func (s shape) good() bool {
	switch s.Type {
	case "Feature":
		var geometry *shape
		return json.Unmarshal(s.Geometry, &geometry) == nil && (geometry == nil || geometry.good())
	case "FeatureCollection":
		return s.Features != nil && all(s.Features)
	case "GeometryCollection":
		return s.Geometries != nil && all(s.Geometries)
	}
	depth, known := depths[s.Type]
	return known && coordinates(s.Coordinates, depth)
}

func all(shapes []shape) bool {
	for _, s := range shapes {
		if !s.good() {
			return false
		}
	}
	return true
}

// coordinates checks lists of lists of positions.
func coordinates(v any, depth int) bool {
	items, is := v.([]any)
	if !is {
		return false
	}
	if depth > 1 {
		for _, item := range items {
			if !coordinates(item, depth-1) {
				return false
			}
		}
		return true
	}
	for _, item := range items {
		if _, is := item.(float64); !is {
			return false
		}
	}
	return len(items) == 2 || len(items) == 3
}
