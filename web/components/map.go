package components

import (
	"context"
	"encoding/json"
	"slices"

	"acvdata/services/i18n"
	"acvdata/tenants"
)

// Geometry kinds of a map layer.
const (
	MapTiles   = "tiles"   // vector tiles of the platform: "cells" up to CellZoom, "points" above
	MapGeoJSON = "geojson" // a small GeoJSON of points, at an address or given
	MapAreas   = "areas"   // a small GeoJSON of polygons, coloured by class
)

// Shape of a point on the map and in its legend.
type Shape string

// The shapes of points; each differs without colour.
const (
	Circle   Shape = "circle"
	Square   Shape = "square"
	Triangle Shape = "triangle"
	Diamond  Shape = "diamond"
	Cross    Shape = "cross"
)

// MapClass is a kind of points: those whose property has the value.
type MapClass struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Shape Shape  `json:"shape"`
	Tone  Tone   `json:"tone"`
	Count string `json:"-"` // in the legend, "" when not known
}

// MapLayer is what lies over the base map.
type MapLayer struct {
	ID       string          `json:"id"`
	Label    string          `json:"label"` // "Arbres"
	Kind     string          `json:"kind"`
	Tiles    string          `json:"tiles,omitempty"` // "/ales/ogc/collections/arbres/tiles/WebMercatorQuad/{z}/{y}/{x}"
	CellZoom int             `json:"cellZoom,omitempty"`
	MinZoom  int             `json:"minZoom,omitempty"`
	MaxZoom  int             `json:"maxZoom,omitempty"` // deepest zoom that has tiles, 16 when 0
	URL      string          `json:"url,omitempty"`     // GeoJSON address
	Data     json.RawMessage `json:"data,omitempty"`    // GeoJSON itself
	Property string          `json:"property,omitempty"`
	Classes  []MapClass      `json:"classes,omitempty"`
	Detail   string          `json:"detail,omitempty"` // address of an HTML fragment, "/ales/arbres/{id}/fiche"
	Name     string          `json:"name,omitempty"`   // property that names a thing when there is no Detail
	Text     string          `json:"text,omitempty"`   // property written beside each point and in each area: colour is not alone
}

// BaseMap is what lies under the data. The zero value is the neutral base that
// needs no network.
type BaseMap struct {
	Kind        string `json:"kind,omitempty"`        // "ign" or ""
	Style       string `json:"style,omitempty"`       // address of a MapLibre style
	Attribution string `json:"attribution,omitempty"` // "© IGN"
}

// MapPlace is a named outline around the data.
type MapPlace struct {
	Name    string          `json:"name"`
	Outline json.RawMessage `json:"outline,omitempty"` // GeoJSON Polygon or MultiPolygon
	Own     bool            `json:"own,omitempty"`     // the town itself; others are its neighbours
}

// MapList is where things of a map are told in words too.
type MapList struct {
	Href, Label string

	after string // the stop of the sentence
}

// MapProps is a map with everything that must stand beside it.
type MapProps struct {
	ID          string // unique on the page, "carte" when empty
	Title       string // heading of the section, "Carte des arbres"
	TitleHidden bool
	Level       int // heading level, 2 when 0
	Bounds      tenants.Bounds
	Places      []MapPlace
	Layers      []MapLayer
	BaseMap     BaseMap
	Query       string    // the page's filters, appended to tile and GeoJSON addresses: "essence=platane"
	QueryForm   string    // CSS selector of the filter form the map follows: "#filtres"
	ListHref    string    // the same things as a list, mandatory: "#liste"
	ListLabel   string    // "la liste des arbres"
	MoreLists   []MapList // of a map of several trades: where the other things are
	Approximate bool      // the town's boundary is a coarse outline
	Compact     bool      // half height, beside a form or on an object's page
	Marker      *tenants.Point
	MarkerLabel string
	Pick        *MapPick // a click chooses a place
}

// MapPick names the fields a chosen place is written in: degrees, WGS 84.
type MapPick struct {
	Lon string `json:"lon"` // id of the field
	Lat string `json:"lat"`
}

func (p MapProps) id() string { return orDefault(p.ID, "carte") }

// island is what the script reads; Go names stay out of it.
func (p MapProps) island(ctx context.Context) map[string]any {
	out := map[string]any{
		"bounds": [4]float64{p.Bounds.West, p.Bounds.South, p.Bounds.East, p.Bounds.North},
		"places": p.Places, "layers": p.Layers, "baseMap": p.BaseMap, "query": p.Query,
		"queryForm": p.QueryForm, "title": p.Title, "words": mapWords(ctx),
	}
	if p.own() != "" {
		out["credit"] = i18n.T(ctx, "web.map.credit")
	}
	if p.Pick != nil {
		out["pick"] = p.Pick
	}
	if p.Marker != nil {
		out["marker"] = map[string]any{"lon": p.Marker.Lon, "lat": p.Marker.Lat, "label": p.MarkerLabel}
	}
	return out
}

// own gives the town's outline for those without JavaScript.
func (p MapProps) own() string {
	for _, place := range p.Places {
		if place.Own {
			return OutlinePath(place.Outline)
		}
	}
	return ""
}

// legends are the layers whose symbols are told, each in a list of its own.
func (p MapProps) legends() []MapLayer {
	return slices.DeleteFunc(slices.Clone(p.Layers), func(l MapLayer) bool { return len(l.Classes) == 0 })
}

// choices are the layers that hide one another, of which the map shows one at a
// time; nil when there is nothing to choose. Counted circles cover everything.
func (p MapProps) choices() []MapLayer {
	if len(p.Layers) < 2 || !p.grouped() {
		return nil
	}
	return p.Layers
}

// grouped reports whether a layer gathers its points in counted circles.
func (p MapProps) grouped() bool {
	return slices.ContainsFunc(p.Layers, func(l MapLayer) bool { return l.Kind == MapTiles })
}

// TownPlace is the place of a town itself.
func TownPlace(t *tenants.Tenant) MapPlace {
	return MapPlace{Name: t.Name, Outline: t.Boundary, Own: true}
}

// lists are the links of the sentence under the map, the last one closing it.
func (p MapProps) lists(ctx context.Context) []MapList {
	first := MapList{Href: p.ListHref, Label: orDefault(p.ListLabel, i18n.T(ctx, "web.map.list_link"))}
	all := append([]MapList{first}, p.MoreLists...)
	all[len(all)-1].after = "."
	return all
}
