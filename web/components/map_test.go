package components_test

import (
	"encoding/json"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"acvdata/tenants"
	"acvdata/web/components"
)

const square = `{"type":"Polygon","coordinates":[[[4,44],[5,44],[5,45],[4,45],[4,44]]]}`

func mapProps() components.MapProps {
	return components.MapProps{
		ID: "c", Title: "Carte des arbres", Bounds: tenants.Bounds{West: 4, South: 44, East: 5, North: 45},
		Places:   []components.MapPlace{{Name: "Alès", Outline: json.RawMessage(square), Own: true}},
		ListHref: "#liste", Query: "etat=bon", Approximate: true,
		Layers: []components.MapLayer{{
			ID: "arbres", Kind: components.MapTiles, Tiles: "/ales/ogc/t/{z}/{y}/{x}", Property: "etat",
			Classes: []components.MapClass{{Value: "bon", Label: "Bon état", Shape: components.Square, Tone: components.OK, Count: "12"}},
		}},
	}
}

func TestMapStandsBesideWhatItShows(t *testing.T) {
	t.Parallel()
	doc := render(t, components.MapView(mapProps()))
	section := doc.Find("section.map")
	require.Equal(t, "Carte des arbres", text(doc.Find("#"+section.AttrOr("aria-labelledby", ""))))
	skip := doc.Find(".skip-map").AttrOr("href", "")
	require.Equal(t, 1, doc.Find(skip).Length(), "the link over the map leads somewhere")
	require.Equal(t, "#liste", doc.Find(".map-notes a").AttrOr("href", ""))
	require.Equal(t, 1, doc.Find("#c-etat[role=status]").Length(), "the region is there before anything is said")
	require.Equal(t, "Bon état 12", text(doc.Find(".map-legend li")))
	require.Contains(t, doc.Find(".map-notes").Text(), "approché")
	require.Contains(t, doc.Find("noscript").Text(), "JavaScript")
	require.Equal(t, 1, doc.Find("[data-fallback] path").Length())
}

func TestMapHandsItsScriptData(t *testing.T) {
	t.Parallel()
	p := mapProps()
	p.Marker, p.MarkerLabel = &tenants.Point{Lon: 4.5, Lat: 44.5}, "A-1"
	doc := render(t, components.MapView(p))
	script := doc.Find("script#c-donnees")
	require.Equal(t, "application/json", script.AttrOr("type", ""))
	require.Equal(t, "c-donnees", doc.Find("[data-island=map]").AttrOr("data-props-id", ""))
	var got struct {
		Bounds [4]float64
		Query  string
		Layers []components.MapLayer
		Marker struct{ Lon, Lat float64 }
		Words  map[string]string
	}
	require.NoError(t, json.Unmarshal([]byte(script.Text()), &got))
	require.Equal(t, [4]float64{4, 44, 5, 45}, got.Bounds)
	require.Equal(t, "etat=bon", got.Query)
	require.Equal(t, p.Layers[0].Tiles, got.Layers[0].Tiles)
	require.InDelta(t, 4.5, got.Marker.Lon, 1e-9)
	for name, word := range got.Words {
		require.NotEmpty(t, word, name)
	}
}

func TestOutlinePath(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ in, want string }{
		"a square keeps its proportions": {square, "M16.48 97L83.52 97L83.52 3L16.48 3L16.48 97Z"},
		"two parts":                      {`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[2,0],[3,0],[3,1],[2,0]]]]}`, "M3 65.67L34.33 65.67L34.33 34.33L3 65.67ZM65.67 65.67L97 65.67L97 34.33L65.67 65.67Z"},
		"a point has no outline":         {`{"type":"Point","coordinates":[1,2]}`, ""},
		"nothing":                        {``, ""},
		"broken":                         {`{"type":"Polygon","coordinates":"x"}`, ""},
		"a line of two points":           {`{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}`, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, components.OutlinePath(json.RawMessage(c.in)))
		})
	}
}

func TestLongOutlinesAreThinned(t *testing.T) {
	t.Parallel()
	ring := make([][2]float64, 0, 10_001)
	for i := range 10_001 {
		ring = append(ring, [2]float64{float64(i%100) / 100, float64(i) / 10_000})
	}
	raw, err := json.Marshal(map[string]any{"type": "Polygon", "coordinates": [][][2]float64{ring}})
	require.NoError(t, err)
	require.Less(t, len(components.OutlinePath(raw)), 5_000)
}

func TestATownIsDrawnAsAWoodWithinItsBoundary(t *testing.T) {
	t.Parallel()
	town := &tenants.Tenant{Slug: "ales", Name: "Alès", Boundary: json.RawMessage(square)}
	doc := render(t, components.TownCanopy(town))
	require.Equal(t, "true", doc.Find("svg").AttrOr("aria-hidden", ""), "a drawing that says nothing")
	require.Equal(t, "url(#commune-ales)", doc.Find("g").AttrOr("clip-path", ""))
	require.Equal(t, 1, doc.Find("defs > #commune-ales").Length())
	require.Greater(t, doc.Find("g use").Length(), 30)
	doc.Find("g use").Each(func(_ int, use *goquery.Selection) {
		require.Equal(t, 1, doc.Find(use.AttrOr("href", "#nothing")).Length(), "every crown has its outline")
	})
	again, err := render(t, components.TownCanopy(town)).Html()
	require.NoError(t, err)
	first, err := doc.Html()
	require.NoError(t, err)
	require.Equal(t, first, again, "the same wood at every visit")
}

func TestATownWithoutBoundaryIsNotDrawn(t *testing.T) {
	t.Parallel()
	require.Zero(t, render(t, components.TownCanopy(&tenants.Tenant{Slug: "ales"})).Find("svg").Length())
}

func TestTownCardWearsItsOwnAccent(t *testing.T) {
	t.Parallel()
	town := &tenants.Tenant{Name: "Alès", Accent: "terre", Experiment: "Compter les arbres", Boundary: json.RawMessage(square), Illustrative: true}
	doc := render(t, components.TownCard(components.TownCardProps{Town: town, Href: "/ales/", Facts: []string{"7 409 arbres"}}))
	require.Equal(t, "terre", doc.Find("article").AttrOr("data-accent", ""))
	require.Equal(t, "/ales/", doc.Find("h3 a").AttrOr("href", ""))
	require.Contains(t, doc.Text(), "Compter les arbres")
	require.Contains(t, doc.Text(), "Données d’illustration")
}

func TestMapOfSeveralTradesOffersOneAtATime(t *testing.T) {
	t.Parallel()
	p := mapProps()
	doc := render(t, components.MapView(p))
	require.Zero(t, doc.Find(".map-choice").Length(), "nothing to choose")
	require.Contains(t, doc.Find(".map-notes").Text(), "Un nombre dans un cercle")
	require.Contains(t, doc.Find("script#c-donnees").Text(), "IGN Admin Express", "the outline is credited")

	p.Layers = append(p.Layers, components.MapLayer{ID: "oiseaux", Label: "Oiseaux", Kind: components.MapTiles})
	p.MoreLists = []components.MapList{{Href: "#oiseaux", Label: "la page des oiseaux"}}
	doc = render(t, components.MapView(p))
	require.Equal(t, 2, doc.Find("#c-choix input[type=radio]").Length())
	require.Equal(t, "arbres", doc.Find("#c-choix input[checked]").AttrOr("value", ""))
	require.Contains(t, text(doc.Find(".map-notes")), "la liste et la page des oiseaux.")

	p.Layers, p.Places = []components.MapLayer{{ID: "zones", Kind: components.MapAreas}, {ID: "stations", Kind: components.MapGeoJSON}}, nil
	doc = render(t, components.MapView(p))
	require.Zero(t, doc.Find(".map-choice").Length(), "few things are shown together")
	require.NotContains(t, doc.Find("script#c-donnees").Text(), "IGN", "no outline, no credit")
}
