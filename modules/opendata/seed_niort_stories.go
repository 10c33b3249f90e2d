package opendata

import (
	"time"

	"acvdata/modules/opendata/figures"
	"acvdata/modules/opendata/stories"
	"acvdata/modules/opendata/tables"
	"acvdata/services/datasets"
)

// Addresses of the demonstration's tables.
const (
	riverTable = "qualite-de-l-eau-de-la-sevre-niortaise"
	roofTable  = "toitures-solaires-municipales"
)

// naturalIndicators are what the demonstration follows.
func naturalIndicators() []sampleIndicator {
	goal := func(v float64) *float64 { return &v }
	in2030 := time.Date(2030, time.December, 31, 0, 0, 0, 0, time.UTC)
	waste := sampleIndicator{Indicator: figures.Indicator{
		Title: "Ordures ménagères par habitant", Unit: "kg", Theme: datasets.ThemeWaste, Kind: figures.Typed, Goal: goal(180), GoalOn: in2030,
		Lower: true, Published: true, Source: "Service de collecte (illustration)",
		Method: "Tonnage annuel d’ordures ménagères résiduelles divisé par la population légale. Valeurs d’illustration.",
	}}
	for n, v := range []float64{224, 221, 217, 211, 208, 203, 199, 196} {
		waste.Values = append(waste.Values, tables.Dated{Day: time.Date(2018+n, time.December, 31, 0, 0, 0, 0, time.UTC), Value: v})
	}
	return []sampleIndicator{
		{Indicator: figures.Indicator{
			Title: "Nitrates dans la Sèvre niortaise", Unit: "mg/l", Decimals: 1, Theme: datasets.ThemeWater, Kind: figures.Column,
			Reference: riverTable, ValueColumn: "nitrates", DateColumn: "date_du_releve", Aggregate: tables.Mean,
			Goal: goal(25), GoalOn: in2030, Lower: true, Published: true, Source: "Relevés mensuels (illustration)",
			Method: "Moyenne des relevés du mois en six stations. Valeurs d’illustration.",
		}},
		waste,
		{Indicator: figures.Indicator{
			Title: "Puissance solaire sur les toits municipaux", Unit: "kWc", Theme: datasets.ThemeEnergy, Kind: figures.Column,
			Reference: roofTable, ValueColumn: "puissance", Aggregate: tables.Sum, Goal: goal(1500), GoalOn: in2030, Published: true,
			Source: "Inventaire des toitures (illustration)", Method: "Somme des puissances installées sur les bâtiments de la ville. Valeurs d’illustration.",
		}},
	}
}

// waterStory is the demonstration's story.
func waterStory() stories.Story {
	return stories.Story{
		Title: "La Sèvre, notre eau de tous les jours", Theme: datasets.ThemeWater,
		Lead: "D’où vient l’eau de Niort, comment se porte la rivière, et ce que chacun peut y changer. Un récit d’illustration, avec des données inventées.",
		Blocks: []stories.Block{
			{Type: stories.Text, Text: "## Une ville entre rivière et nappes\n\nNiort vit au bord de la **Sèvre niortaise**, et boit l’eau des nappes qui l’entourent. " +
				"Quand il pleut l’hiver, les nappes se remplissent\u00a0; l’été, elles soutiennent la rivière. Suivre l’une et l’autre, c’est savoir où nous en sommes.\n\n" +
				"Chaque mois, six points de la rivière sont mesurés. Les voici."},
			{Type: stories.Map, Ref: riverTable, Text: "Les six stations de mesure de la Sèvre et du Lambon."},
			{Type: stories.Text, Text: "## Moins de nitrates, peu à peu\n\nLes nitrates viennent surtout des engrais\u00a0: les pluies d’hiver les emportent vers la rivière. " +
				"L’objectif de la ville et de ses partenaires est de passer durablement sous **25 mg/l**."},
			{Type: stories.Figure, Ref: figures.KeyPrefix + "nitrates-dans-la-sevre-niortaise"},
			{Type: stories.Chart, Ref: riverTable + "/g1", Text: "Le Lambon, qui draine des terres cultivées, en apporte le plus."},
			{Type: stories.Text, Text: "## Ce que chacun peut faire\n\n- récupérer l’eau de pluie pour le jardin\u00a0;\n- se passer d’engrais et de pesticides\u00a0;\n- signaler une fuite ou une pollution à la mairie.\n\n" +
				"Toutes les données de ce récit se téléchargent librement sur le portail."},
		},
	}
}
