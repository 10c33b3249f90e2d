package heat

import (
	"context"

	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/web/components"
)

// Illustration implements module.Illustrator: the stations with the minimum of
// the last night known, which says more of a town than where they stand.
func (m *Module) Illustration(ctx context.Context, town *tenants.Tenant) (i module.Illustration, known bool, err error) {
	g, err := m.service.Glance(ctx, town, true)
	if err != nil {
		return i, false, err
	}
	i.Layer, i.Bounds, known = nightLayer(ctx, town, &g)
	return i, known, nil
}

// nightLayer draws the stations by the minimum of the last night known, and gives
// the box that holds them; known is false when no station that has a place knows
// one.
func nightLayer(ctx context.Context, town *tenants.Tenant, g *Glance) (layer components.MapLayer, bounds tenants.Bounds, known bool) {
	list := g.Coolest()
	var features []feature
	var places []tenants.Point
	for rank, s := range list {
		if s.Position == nil {
			continue
		}
		places = append(places, *s.Position)
		name := i18n.T(ctx, "heat.night.point", i18n.V{"Name": s.Name, "Low": degrees(s.Night.Low, 1)})
		features = append(features, feature{Type: "Feature", Geometry: pointOf(*s.Position), Properties: map[string]any{
			"step": nightSteps[nightClass(rank, len(list))].Value, "low": decimal(s.Night.Low, 1), "name": name,
		}})
	}
	return components.MapLayer{
		ID: "nuit-stations", Label: i18n.T(ctx, "heat.night.layer"), Kind: components.MapGeoJSON, Data: collection(features),
		Property: "step", Classes: steps(ctx), Name: "name", Text: "low",
	}, frame(places, town.Bounds), len(features) > 0
}

func steps(ctx context.Context) []components.MapClass {
	list := make([]components.MapClass, len(nightSteps))
	for i, s := range nightSteps {
		list[i] = s
		list[i].Label = i18n.T(ctx, s.Label)
	}
	return list
}

// farthest a station may lie outside the town for the map to make room for it,
// in degrees: a reference in the country, not a network elsewhere.
const farthest = 0.25

// frame holds the stations with room around, so that they fill the map; one too
// far away stays outside.
func frame(places []tenants.Point, town tenants.Bounds) tenants.Bounds {
	const margin = 0.006 // degrees, about 600 m
	var b tenants.Bounds
	empty := true
	for _, p := range places {
		switch {
		case !town.Contains(p, farthest):
		case empty:
			b, empty = tenants.Bounds{West: p.Lon, South: p.Lat, East: p.Lon, North: p.Lat}, false
		default:
			b = widen(b, p)
		}
	}
	if empty {
		return town
	}
	return tenants.Bounds{West: b.West - 1.5*margin, South: b.South - margin, East: b.East + 1.5*margin, North: b.North + margin}
}

func widen(b tenants.Bounds, p tenants.Point) tenants.Bounds {
	if !b.Contains(p, farthest) {
		return b
	}
	return tenants.Bounds{West: min(b.West, p.Lon), South: min(b.South, p.Lat), East: max(b.East, p.Lon), North: max(b.North, p.Lat)}
}
