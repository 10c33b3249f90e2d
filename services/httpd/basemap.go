package httpd

import "acvdata/web/components"

// BaseMap is the background of every map: neutral needs no network, ign comes
// from the Géoplateforme (https://data.geopf.fr, no key, attribution "© IGN").
type BaseMap string

// The base maps an installation may choose.
const (
	BaseMapNeutral BaseMap = "neutral"
	BaseMapIGN     BaseMap = "ign"
)

// Origin is the third party a browser is sent to, "" for none.
func (b BaseMap) Origin() string {
	if b == BaseMapIGN {
		return "https://data.geopf.fr"
	}
	return ""
}

// Style is the vector style of the background, "" for none.
func (b BaseMap) Style() string {
	if b == BaseMapIGN {
		return b.Origin() + "/annexes/ressources/vectorTiles/styles/PLAN.IGN/gris.json"
	}
	return ""
}

// Background is the base map as map components take it.
func (b BaseMap) Background() components.BaseMap {
	if b != BaseMapIGN {
		return components.BaseMap{}
	}
	return components.BaseMap{Kind: string(b), Style: b.Style(), Attribution: "© IGN"}
}
