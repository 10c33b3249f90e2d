package atlas

import (
	"encoding/json"
	"iter"
	"maps"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// What cells may be coloured by.
const (
	measureSpecies = "especes"
	measureVisits  = "releves"
	measureRecords = "observations"
	paramMeasure   = "mesure"
)

// steps are where the classes of a map begin, by measure.
var steps = map[string][]int64{measureSpecies: {1, 5, 15, 30, 60}, measureVisits: {1, 3, 10, 30, 100}, measureRecords: {1, 3, 10, 30, 100}}

var ramps = map[string]string{measureSpecies: "canopee", measureVisits: "fraicheur", measureRecords: "canopee"}

func classOf(measure string, n int64) int {
	class := 0
	for i, from := range steps[measure] {
		if n >= from {
			class = i
		}
	}
	return class
}

func keysOf[K comparable, V any](m map[K]V) iter.Seq[K] { return maps.Keys(m) }

// feature is a cell as GeoJSON (RFC 7946).
type feature struct {
	Type       string         `json:"type"`
	ID         string         `json:"id"`
	Geometry   geometry       `json:"geometry"`
	Properties map[string]any `json:"properties"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates [1][][2]float64 `json:"coordinates"`
}

// cellsFile gives the cells of a species, or of all, with a count and its class.
func (m *Module) cellsFile(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	query, err := queryOf(c)
	if err != nil {
		return err
	}
	measure := query.Get(paramMeasure)
	if measure == "" {
		measure = measureRecords
	}
	if steps[measure] == nil {
		return refuseFilter(paramMeasure)
	}
	cells, err := m.cells(c, town, query.Get(paramTaxon), measure)
	if err != nil {
		return err
	}
	features := make([]feature, 0, len(cells))
	for _, cell := range cells {
		ring, err := cell.Cell.Ring()
		if err != nil {
			return err
		}
		features = append(features, feature{
			Type: "Feature", ID: cell.Cell.Code(), Geometry: geometry{Type: "Polygon", Coordinates: [1][][2]float64{ring}},
			Properties: map[string]any{"n": cell.N, "classe": itoa(classOf(measure, cell.N)), "nom": g500(c, measure, cell)},
		})
	}
	body, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/geo+json")
	c.Set(fiber.HeaderCacheControl, "public, max-age=0, must-revalidate")
	return c.Send(body)
}

// g500 names a cell for whoever touches it.
func g500(c *fiber.Ctx, measure string, cell CellCount) string {
	key := map[string]string{measureSpecies: "atlas.species", measureVisits: "atlas.visits", measureRecords: "atlas.records"}[measure]
	return i18n.T(c.UserContext(), key, i18n.N(cell.N))
}

// cells reads the counts of a measure, of one taxon when it is named.
func (m *Module) cells(c *fiber.Ctx, town *tenants.Tenant, taxon, measure string) ([]CellCount, error) {
	if taxon != "" {
		id, ok := parseSlug(taxon)
		if !ok {
			return nil, refuseFilter(paramTaxon)
		}
		sheet, err := m.service.Sheet(c.UserContext(), town.ID, id)
		return sheet.Cells, err
	}
	survey, err := m.service.Survey(c.UserContext(), town.ID)
	if err != nil {
		return nil, err
	}
	list := make([]CellCount, 0, len(survey.Cells))
	for _, cell := range slices.Sorted(keysOf(survey.Cells)) {
		f := survey.Cells[cell]
		n := map[string]int64{measureSpecies: int64(f.Species), measureVisits: f.Visits, measureRecords: f.Records}[measure]
		if n > 0 {
			list = append(list, CellCount{cell, n})
		}
	}
	return list, nil
}

// cellMap draws cells over the town; where the cells lie elsewhere, over them.
func (g *guide) cellMap(id, title, measure, taxon string, cells []Cell, background components.BaseMap) components.MapProps {
	values := url.Values{paramMeasure: {measure}}
	if taxon != "" {
		values.Set(paramTaxon, taxon)
	}
	layer := components.MapLayer{
		ID: id, Label: title, Kind: components.MapAreas, URL: g.path("/mailles.geojson?" + values.Encode()), Property: "classe", Name: "nom", Text: "n",
	}
	for i, from := range steps[measure] {
		layer.Classes = append(layer.Classes, components.MapClass{
			Value: itoa(i), Label: g.stepLabel(measure, i, from), Shape: components.Square, Tone: components.Tone(ramps[measure] + "-" + itoa(i+2)),
		})
	}
	return components.MapProps{
		ID: id, Title: title, Level: 3, Bounds: g.bounds(cells), Places: []components.MapPlace{components.TownPlace(g.town)},
		Layers: []components.MapLayer{layer}, BaseMap: background, ListHref: "#mailles", ListLabel: g.t("atlas.cells.link"),
		Approximate: g.town.Approximate, Compact: true,
	}
}

// stepLabel says from how many to how many.
func (g *guide) stepLabel(measure string, i int, from int64) string {
	list := steps[measure]
	if i == len(list)-1 {
		return g.t("atlas.step.last", i18n.V{"From": i18n.Number(from)})
	}
	if list[i+1]-1 == from {
		return i18n.Number(from)
	}
	return g.t("atlas.step.range", i18n.V{"From": i18n.Number(from), "To": i18n.Number(list[i+1] - 1)})
}

// bounds are the town's, or those of the cells when most lie outside it.
func (g *guide) bounds(cells []Cell) tenants.Bounds {
	var rings [][][2]float64
	outside := 0
	for _, cell := range cells {
		ring, err := cell.Ring()
		if err != nil {
			continue
		}
		rings = append(rings, ring)
		if !g.town.Bounds.Contains(tenants.Point{Lon: ring[0][0], Lat: ring[0][1]}, 0.02) {
			outside++
		}
	}
	if outside*2 <= len(rings) {
		return g.town.Bounds
	}
	return around(rings)
}
