package gallery

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"acvdata/tenants"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// alesOutline is a coarse outline (IGN Admin Express COG 2018, generalised).
const alesOutline = `4.056,44.135 4.06,44.14 4.076,44.144 4.079,44.153 4.094,44.148 4.099,44.156 4.104,44.144 4.11,44.146 4.118,44.141 4.112,44.136 4.127,44.12 4.125,44.113 4.122,44.109 4.116,44.112 4.111,44.106 4.097,44.107 4.1,44.102 4.097,44.101 4.082,44.103 4.08,44.097 4.074,44.099 4.069,44.094 4.067,44.096 4.071,44.101 4.068,44.108 4.054,44.123 4.056,44.135`

func town() *tenants.Tenant {
	return &tenants.Tenant{
		Slug: "ales", Name: "Alès", Department: "Gard", Region: "Occitanie", Population: 46125,
		Bounds: tenants.Bounds{West: 4.053, South: 44.094, East: 4.127, North: 44.156},
		Accent: "terre", Illustrative: true, Approximate: true,
		Tagline:  "Faire de l’inventaire des arbres un outil de décision et de dialogue.",
		Boundary: polygon(alesOutline),
	}
}

// polygon reads "lon,lat lon,lat …".
func polygon(points string) json.RawMessage {
	var ring []string
	for pair := range strings.FieldsSeq(points) {
		ring = append(ring, "["+pair+"]")
	}
	return json.RawMessage(`{"type":"Polygon","coordinates":[[` + strings.Join(ring, ",") + `]]}`)
}

// towns are the same outline under each accent: what differs is the colour.
func towns() []*tenants.Tenant {
	names := []string{"Forêt", "Rivière", "Lagune", "Vigne", "Terre", "Ardoise", "Lavande", "Ocre"}
	out := make([]*tenants.Tenant, 0, len(names))
	for i, accent := range layout.Accents {
		t := town()
		t.Name, t.Accent, t.Slug, t.Illustrative = names[i], accent, accent, i%3 == 0
		out = append(out, t)
	}
	return out
}

func navigation() []layout.NavItem {
	return []layout.NavItem{
		{Label: "Accueil", Href: "/_galerie?cadre=public", Icon: "house"},
		{Label: "Arbres", Href: "/_galerie", Icon: "trees", Current: true},
		{Label: "Biodiversité", Href: "/_galerie#biodiversite", Icon: "bird"},
		{Label: "Chaleur", Href: "/_galerie#chaleur", Icon: "thermometer-sun"},
		{Label: "Données", Href: "/_galerie#donnees", Icon: "database"},
		{Label: "Participer", Href: "/_galerie#participer", Icon: "megaphone"},
	}
}

func workspaceNavigation() []layout.NavItem {
	return []layout.NavItem{
		{Label: "Tableau de bord", Href: "/_galerie#bord", Icon: "gauge"},
		{Label: "Arbres", Href: "/_galerie?cadre=espace", Icon: "trees", Current: true, Items: []layout.NavItem{
			{Label: "Inventaire", Href: "/_galerie?cadre=espace", Current: true},
			{Label: "Imports", Href: "/_galerie#imports"},
			{Label: "Diagnostics", Href: "/_galerie#diagnostics"},
		}},
		{Label: "Données ouvertes", Href: "/_galerie#donnees", Icon: "database"},
		{Label: "Membres", Href: "/_galerie#membres", Icon: "users"},
		{Label: "Réglages", Href: "/_galerie#reglages", Icon: "settings"},
	}
}

func user() *layout.User {
	return &layout.User{Name: "Anne Dupré", Email: "agent@ales.demo", Initials: "AD", Towns: []layout.TownLink{
		{Name: "Alès", Href: "/_galerie?cadre=espace", Current: true}, {Name: "Niort", Href: "/_galerie?cadre=espace#niort"},
	}}
}

func species() []components.Datum {
	return []components.Datum{
		{Label: "Platane commun", Value: 1840, Href: "#arbres"},
		{Label: "Micocoulier de Provence", Value: 1211, Href: "#arbres"},
		{Label: "Tilleul à petites feuilles", Value: 640, Href: "#arbres"},
		{Label: "Érable sycomore à feuilles pourpres du parc de la Prairie", Value: 402, Href: "#arbres"},
		{Label: "Chêne vert", Value: 96, Href: "#arbres"},
	}
}

func diameters() []components.Datum {
	values := []float64{120, 460, 980, 1310, 1120, 760, 420, 260, 110, 64, 21, 8}
	out := make([]components.Datum, 0, len(values))
	for i, v := range values {
		out = append(out, components.Datum{Label: fmt.Sprintf("%d–%d", i*10, i*10+9), Value: v})
	}
	return out
}

func health() []components.Datum {
	return []components.Datum{
		{Label: "Bon", Value: 5120},
		{Label: "Moyen", Value: 1450},
		{Label: "Dégradé", Value: 520},
		{Label: "À abattre", Value: 42},
		{Label: "Non renseigné", Value: 277},
	}
}

// nights are two made-up series with a gap in the second.
func nights() components.Lines {
	var labels []string
	city, field := make([]float64, 0, 31), make([]float64, 0, 31)
	for day := range 31 {
		labels = append(labels, fmt.Sprintf("%d juil.", day+1))
		swing := 3 * math.Sin(float64(day)/4)
		city = append(city, math.Round((22+swing)*10)/10)
		value := math.Round((18.6+swing*1.2)*10) / 10
		if day == 12 || day == 13 {
			value = math.NaN()
		}
		field = append(field, value)
	}
	return components.Lines{
		ID: "nuits", Title: "Températures minimales de nuit", Labels: labels, Heading: "Nuit", Unit: "°C",
		Finding: "Le centre reste en moyenne 3 °C au-dessus de la campagne.",
		Series:  []components.Series{{Label: "Centre-ville", Values: city}, {Label: "Station rurale", Values: field}},
		Source:  "Échantillon de la galerie", CSV: "#csv",
	}
}

func treeTable() components.TableProps {
	row := func(id, french, latin, height string, state components.Tone, label string) components.Row {
		return components.Row{Cells: []components.Cell{
			{Text: id, Href: "#arbre"},
			{Text: french, Note: latin},
			{Text: height},
			{Node: components.Chip(label, state, "")},
		}}
	}
	return components.TableProps{
		ID: "arbres", Caption: "Arbres du boulevard Gambetta", Stack: true,
		Columns: []components.Column{
			{Label: "Numéro", Href: "#tri", Sorted: components.Ascending},
			{Label: "Essence", Href: "#tri"},
			{Label: "Hauteur (m)", Numeric: true, Href: "#tri"},
			{Label: "État"},
		},
		Rows: []components.Row{
			row("A-00012", "Platane commun", "Platanus × hispanica", "18,5", components.OK, "Bon"),
			row("A-00013", "Micocoulier de Provence", "Celtis australis", "12", components.Warning, "Moyen"),
			row("A-00014", "Tilleul à petites feuilles", "Tilia cordata", "9,5", components.Danger, "À abattre"),
		},
	}
}

func mapSample() components.MapProps {
	t := town()
	classes := []components.MapClass{
		{Value: "created", Label: "Nouveaux", Shape: components.Circle, Tone: components.OK, Count: "24"},
		{Value: "updated", Label: "Modifiés", Shape: components.Diamond, Tone: components.Data, Count: "12"},
		{Value: "unchanged", Label: "Inchangés", Shape: components.Square, Count: "18"},
		{Value: "rejected", Label: "Rejetés", Shape: components.Triangle, Tone: components.Danger, Count: "6"},
	}
	return components.MapProps{
		Title: "Aperçu de l’import", Bounds: t.Bounds, Places: []components.MapPlace{components.TownPlace(t)},
		Layers: []components.MapLayer{{
			ID: "apercu", Label: "Lignes", Kind: components.MapGeoJSON, Data: points(classes), Property: "verdict",
			Classes: classes, Name: "nom",
		}},
		ListHref: "#arbres", ListLabel: "le tableau des lignes", Approximate: true, QueryForm: "#filtres",
	}
}

// points spreads made-up rows over the town, a verdict each.
func points(classes []components.MapClass) json.RawMessage {
	type feature map[string]any
	var features []feature
	for i := range 60 {
		angle, reach := float64(i)*2.4, math.Sqrt(float64(i))/9
		features = append(features, feature{
			"type": "Feature",
			"geometry": feature{"type": "Point", "coordinates": [2]float64{
				4.089 + 0.028*reach*math.Cos(angle), 44.125 + 0.022*reach*math.Sin(angle),
			}},
			"properties": feature{"id": i, "nom": fmt.Sprintf("Ligne %d", i+1), "verdict": classes[i%len(classes)].Value},
		})
	}
	raw, err := json.Marshal(feature{"type": "FeatureCollection", "features": features})
	if err != nil {
		panic(err) // numbers and strings always marshal
	}
	return raw
}

// summerDays is a made-up July: extremes, a gap, a doubtful value.
func summerDays() components.Band {
	b := components.Band{
		ID: "juillet", Title: "La température jour après jour", Finding: "Il a fait plus de 33 °C le 19 juillet.", Unit: "°C",
		Heading: "Jour", Source: "Illustration", Tone: components.Heat,
		Ticks: []components.BandTick{{X: 0, Label: "1 juillet"}, {X: 0.5, Label: "15 juillet"}, {X: 1, Label: "30 juillet"}},
	}
	for day := range 30 {
		mean := 21 + 4*math.Sin(float64(day)/4)
		b.Points = append(b.Points, components.BandPoint{
			X: float64(day) / 29, Low: mean - 6, High: mean + 8, Mean: mean, Label: fmt.Sprintf("%d juillet", day+1),
			Gap: day == 20, Doubtful: day == 11,
		})
	}
	return b
}

// pointMap spreads made-up counts over the town.
func pointMap() components.PointMap {
	t := town()
	p := components.PointMap{Label: "Carte d’Alès\u00a0: 412 arbres", Outline: t.Boundary, Bounds: t.Bounds}
	for i := range 24 {
		angle, reach := float64(i)*2.4, math.Sqrt(float64(i))/260
		p.Spots = append(p.Spots, components.Spot{Lon: 4.09 + reach*math.Cos(angle), Lat: 44.122 + reach*math.Sin(angle)*0.7, Count: int64(96 - 4*i)})
	}
	return p
}
