package components_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/stretchr/testify/require"

	"acvdata/tenants"
	"acvdata/web/components"
)

func TestTheCodeToPasteIsWholeWithoutScriptsAndSafe(t *testing.T) {
	t.Parallel()
	e := components.EmbedProps{
		ID: "e", Label: "La carte", Title: `L’eau "claire" <b>`, Address: "https://acv.example/niort/integrer/cartes/eau?q=a&b=c", Page: "https://acv.example/niort/donnees/eau", Height: 480,
	}
	doc := render(t, components.Embed([]components.EmbedProps{e}))
	require.Equal(t, e.HTML("100%"), doc.Find("textarea[readonly]").Text())
	require.Equal(t, "e", doc.Find("label").AttrOr("for", ""))
	require.Equal(t, 1, doc.Find("button[hidden]").Length(), "the button shows where it works")
	pasted := render(t, templ.Raw(e.HTML("100%")))
	frame := pasted.Find("iframe")
	require.Equal(t, e.Title, frame.AttrOr("title", ""))
	require.Equal(t, e.Address, frame.AttrOr("src", ""))
	require.Equal(t, e.Page, pasted.Find("p a").AttrOr("href", ""), "a site that takes frames away keeps a link")
	require.Zero(t, pasted.Find("b").Length())
	require.Zero(t, render(t, components.Embed(nil)).Find("details").Length())
}

func TestAMapWithoutScriptsCounts(t *testing.T) {
	t.Parallel()
	p := components.PointMap{
		Label: "Carte d’Alès", Outline: json.RawMessage(square), Bounds: tenants.Bounds{West: 4, South: 44, East: 5, North: 45},
		Spots: []components.Spot{{Lon: 4.5, Lat: 44.5, Count: 400}, {Lon: 4.2, Lat: 44.2, Count: 100}, {Lon: 4.9, Lat: 44.9, Count: 1}, {Lon: 9, Lat: 44.5, Count: 3}},
	}
	doc := render(t, components.PointMapView(p))
	drawn := doc.Find(".pointmap-drawing circle")
	require.Equal(t, 3, drawn.Length(), "what lies far from the town is not drawn")
	require.Equal(t, "2.6", drawn.Eq(0).AttrOr("r", ""))
	require.Equal(t, "1.3", drawn.Eq(1).AttrOr("r", ""), "a quarter of the count has a quarter of the area")
	require.Equal(t, "400", drawn.Eq(0).Find("title").Text())
	require.Equal(t, "Carte d’Alès", doc.Find("svg[role=img]").AttrOr("aria-label", ""))
	require.Equal(t, 3, doc.Find(".pointmap-key").Length())
	p.Spots = p.Spots[2:3]
	alone := render(t, components.PointMapView(p))
	require.Zero(t, alone.Find(".pointmap-legend").Length(), "one thing each needs no legend")
	p.Outline = nil
	box := strings.Fields(render(t, components.PointMapView(p)).Find("svg").AttrOr("viewBox", ""))
	require.Len(t, box, 4, "without an outline the box of the town is drawn")
}
