package parquet

import (
	"encoding/json"
	"strconv"
	"strings"
)

// geo is the file's "geo" metadata (GeoParquet 1.1).
type geo struct {
	Columns map[string]geoColumn `json:"columns"`
}

type geoColumn struct {
	Encoding string          `json:"encoding"`
	CRS      json.RawMessage `json:"crs"` // PROJJSON; null when it is not known, absent for OGC:CRS84
	Covering struct {
		Box map[string][]string `json:"bbox"`
	} `json:"covering"`
}

// readGeo reads the metadata; damaged, it says nothing.
func readGeo(text string) geo {
	var g geo
	if err := json.Unmarshal([]byte(text), &g); err != nil {
		return geo{}
	}
	return g
}

// covers reports whether a column holds the boxes of the geometries.
func (g geo) covers(column string) bool {
	for _, c := range g.Columns {
		for _, path := range c.Covering.Box {
			if len(path) == 2 && path[0] == column {
				return true
			}
		}
	}
	return false
}

const degrees = 4326

// system is the EPSG code of the coordinate system, and whether the file says
// that it is not known.
func (c geoColumn) system() (code int, unknown bool) {
	switch text := string(c.CRS); text {
	case "":
		return degrees, false
	case "null":
		return 0, true
	}
	var crs struct {
		ID struct {
			Authority string          `json:"authority"`
			Code      json.RawMessage `json:"code"`
		} `json:"id"`
	}
	if err := json.Unmarshal(c.CRS, &crs); err != nil {
		return 0, true
	}
	name := strings.Trim(string(crs.ID.Code), `"`)
	if crs.ID.Authority == "OGC" && name == "CRS84" {
		return degrees, false
	}
	if number, err := strconv.Atoi(name); err == nil && crs.ID.Authority == "EPSG" {
		return number, false
	}
	return 0, true
}
