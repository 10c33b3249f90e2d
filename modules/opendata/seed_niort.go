package opendata

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"acvdata/modules/opendata/figures"
	"acvdata/modules/opendata/stories"
	"acvdata/modules/opendata/tables"
	"acvdata/services/datasets"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// demonstration is what a demonstration town shows beside its modules' data:
// believable, invented, and marked as such on every page.
type demonstration struct {
	Tables     []tables.Sample
	Indicators []sampleIndicator
	Stories    []stories.Story
}

// sampleIndicator is an indicator with the values somebody typed in.
type sampleIndicator struct {
	figures.Indicator
	Values []tables.Dated
}

// demonstrations by town.
var demonstrations = map[string]func(*tenants.Tenant, *rand.Rand) demonstration{"niort": naturalResources}

// naturalResources is the portal on natural resources that Niort asked for.
func naturalResources(town *tenants.Tenant, chance *rand.Rand) demonstration {
	return demonstration{
		Tables: []tables.Sample{
			riverQuality(town, chance), groundwater(town, chance), greenSpaces(town, chance), wasteCollection(chance), solarRoofs(town, chance),
		},
		Indicators: naturalIndicators(),
		Stories:    []stories.Story{waterStory()},
	}
}

// beside is a point of the town, a distance of its centre in thousandths of a
// degree away.
func beside(town *tenants.Tenant, east, north float64) *tenants.Point {
	p := tenants.Point{Lon: town.Center.Lon + east/1000, Lat: town.Center.Lat + north/1000}.Rounded()
	return &p
}

// noise is a value of a bell around the middle, rounded.
func noise(chance *rand.Rand, middle, spread float64, decimals int) float64 {
	scale := math.Pow(10, float64(decimals))
	return math.Round((middle+chance.NormFloat64()*spread)*scale) / scale
}

// season is 1 in the middle of winter and -1 in the middle of summer.
func season(at time.Time) float64 { return math.Cos(2 * math.Pi * float64(at.YearDay()-20) / 365) }

func about(summary, producer string, frequency datasets.Frequency, theme datasets.Theme, keywords ...string) datasets.Metadata {
	return datasets.Metadata{
		Summary: summary, Producer: producer, Licence: datasets.OpenLicence, Frequency: frequency,
		Themes: []datasets.Theme{theme}, Keywords: keywords, ContactEmail: "donnees@niort.example",
	}
}

func riverQuality(town *tenants.Tenant, chance *rand.Rand) tables.Sample {
	s := tables.Sample{
		Title: "Qualité de l’eau de la Sèvre niortaise",
		About: about("Relevés mensuels en six points de la Sèvre niortaise et de ses affluents\u00a0: température, acidité, nitrates et oxygène. "+
			"Données d’illustration, produites pour la démonstration.", "Syndicat des eaux (illustration)", datasets.Monthly, datasets.ThemeWater,
			"eau", "rivière", "nitrates", "Sèvre"),
		Columns: []tables.Column{
			{Label: "Station", Kind: imports.KindText, About: "Lieu du prélèvement"},
			{Label: "Date du relevé", Kind: imports.KindDate},
			{Label: "Nitrates", Kind: imports.KindNumber, Unit: "mg/l", About: "Concentration en nitrates (NO₃)"},
			{Label: "Température", Kind: imports.KindNumber, Unit: "°C"},
			{Label: "pH", Kind: imports.KindNumber, About: "Acidité de l’eau, de 0 à 14"},
			{Label: "Oxygène dissous", Kind: imports.KindNumber, Unit: "mg/l"},
			{Label: "Conforme", Kind: imports.KindBool, About: "Nitrates sous 50 mg/l, limite de la directive 91/676/CEE"},
		},
		Charts: []tables.Chart{
			{ID: "g1", Title: "Nitrates par station", By: "station", Measure: tables.Mean, Value: "nitrates"},
			{ID: "g2", Title: "Nitrates d’une année à l’autre", By: "date_du_releve", Measure: tables.Mean, Value: "nitrates"},
		},
	}
	stations := []struct {
		name        string
		east, north float64
		nitrates    float64
	}{
		{"Sèvre amont, Sciecq", -8, 38, 34},
		{"Pont Main", -3, -1, 29},
		{"Quai Métayer", -8, 2, 28},
		{"Port de Niort", -16, -4, 27},
		{"Le Lambon, Noron", -24, 2, 41},
		{"Sèvre aval, Saint-Liguaire", -48, 4, 24},
	}
	for month := range 36 {
		at := time.Date(2023, time.Month(1+month), 14, 0, 0, 0, 0, time.UTC)
		for _, p := range stations {
			nitrates := noise(chance, p.nitrates+7*season(at)-float64(month)*0.12, 2.1, 1)
			s.Rows = append(s.Rows, tables.SampleRow{At: beside(town, p.east, p.north), Values: []any{
				p.name, at, nitrates, noise(chance, 13.5-7.5*season(at), 0.9, 1), noise(chance, 7.8, 0.12, 1),
				noise(chance, 9.3+1.8*season(at), 0.4, 1), nitrates <= 50,
			}})
		}
	}
	return s
}

func groundwater(town *tenants.Tenant, chance *rand.Rand) tables.Sample {
	s := tables.Sample{
		Title: "Niveau des nappes souterraines",
		About: about("Niveau mensuel de l’eau dans quatre piézomètres autour de Niort, en mètres au-dessus du niveau de la mer. "+
			"Données d’illustration, produites pour la démonstration.", "Réseau piézométrique (illustration)", datasets.Monthly, datasets.ThemeWater,
			"eau", "nappe", "sécheresse", "piézomètre"),
		Columns: []tables.Column{
			{Label: "Piézomètre", Kind: imports.KindText},
			{Label: "Date", Kind: imports.KindDate},
			{Label: "Niveau", Kind: imports.KindNumber, Unit: "m NGF"},
			{Label: "Situation", Kind: imports.KindText, About: "Par rapport aux niveaux habituels du mois"},
		},
		Charts: []tables.Chart{
			{ID: "g1", Title: "Situation des nappes", By: "situation", Measure: tables.Count},
			{ID: "g2", Title: "Niveau moyen par année", By: "date", Measure: tables.Mean, Value: "niveau"},
		},
	}
	for n, name := range []string{"Le Vivier", "Saint-Florent", "Souché", "Sainte-Pezenne"} {
		base := 14.0 + float64(n)*2.3
		for month := range 48 {
			at := time.Date(2022, time.Month(1+month), 1, 0, 0, 0, 0, time.UTC)
			drift := noise(chance, 0, 0.45, 2)
			state := "proche de la normale"
			switch {
			case drift < -0.5:
				state = "bas"
			case drift > 0.5:
				state = "haut"
			}
			s.Rows = append(s.Rows, tables.SampleRow{At: beside(town, float64(n)*17-22, float64(n%2)*14-4), Values: []any{
				name, at, math.Round((base+1.6*season(at.AddDate(0, -1, 0))+drift)*100) / 100, state,
			}})
		}
	}
	return s
}

func greenSpaces(town *tenants.Tenant, chance *rand.Rand) tables.Sample {
	s := tables.Sample{
		Title: "Parcs et jardins",
		About: about("Les parcs, jardins et squares ouverts au public\u00a0: surface, ouverture, équipements. Données d’illustration, produites pour la démonstration.",
			"", datasets.Yearly, datasets.ThemeLand, "parc", "jardin", "nature", "fraîcheur"),
		Columns: []tables.Column{
			{Label: "Nom", Kind: imports.KindText},
			{Label: "Type", Kind: imports.KindText},
			{Label: "Quartier", Kind: imports.KindText},
			{Label: "Surface", Kind: imports.KindInteger, Unit: "m²"},
			{Label: "Année d’ouverture", Kind: imports.KindYear},
			{Label: "Accessible en fauteuil", Kind: imports.KindBool},
			{Label: "Point d’eau", Kind: imports.KindBool},
		},
		Charts: []tables.Chart{
			{ID: "g1", Title: "Surface par type d’espace", By: "type", Measure: tables.Sum, Value: "surface"},
			{ID: "g2", Title: "Espaces par quartier", By: "quartier", Measure: tables.Count},
		},
	}
	kinds := []struct {
		name string
		size float64
	}{{"Parc", 42_000}, {"Jardin", 9_500}, {"Square", 2_400}, {"Prairie fleurie", 6_800}}
	quarters := []string{"Centre-ville", "Saint-Liguaire", "Souché", "Sainte-Pezenne", "Saint-Florent", "Goise", "Clou-Bouchet"}
	for n := range 42 {
		kind, quarter := kinds[n%len(kinds)], quarters[n%len(quarters)]
		s.Rows = append(s.Rows, tables.SampleRow{At: beside(town, chance.Float64()*90-50, chance.Float64()*50-26), Values: []any{
			fmt.Sprintf("%s n° %d de %s", kind.name, n/len(kinds)+1, quarter), kind.name, quarter,
			math.Round(kind.size*(0.5+chance.Float64())/10) * 10, float64(1930 + chance.IntN(95)), chance.IntN(4) > 0, chance.IntN(3) == 0,
		}})
	}
	return s
}

func wasteCollection(chance *rand.Rand) tables.Sample {
	s := tables.Sample{
		Title: "Déchets collectés par an",
		About: about("Tonnages collectés chaque année par flux\u00a0: ordures ménagères, emballages, verre, déchets verts. Données d’illustration, produites pour la démonstration.",
			"", datasets.Yearly, datasets.ThemeWaste, "déchets", "tri", "recyclage"),
		Columns: []tables.Column{
			{Label: "Année", Kind: imports.KindYear},
			{Label: "Flux", Kind: imports.KindText},
			{Label: "Tonnage", Kind: imports.KindNumber, Unit: "t"},
			{Label: "Valorisé", Kind: imports.KindBool, About: "Recyclé, composté ou méthanisé"},
		},
		Charts: []tables.Chart{
			{ID: "g1", Title: "Tonnages par flux depuis 2016", By: "flux", Measure: tables.Sum, Value: "tonnage"},
			{ID: "g2", Title: "Tonnage total par année", By: "annee", Measure: tables.Sum, Value: "tonnage"},
		},
	}
	for year := 2016; year <= 2025; year++ {
		for _, f := range []struct {
			name    string
			tons, a float64
			again   bool
		}{
			{"Ordures ménagères", 13_400, -260, false},
			{"Emballages et papiers", 2_900, 140, true},
			{"Verre", 1_650, 35, true},
			{"Biodéchets", 120, 160, true},
			{"Déchets verts", 7_200, -60, true},
			{"Encombrants", 2_100, 15, false},
		} {
			s.Rows = append(s.Rows, tables.SampleRow{Values: []any{
				float64(year), f.name, noise(chance, f.tons+f.a*float64(year-2016), f.tons*0.012, 0), f.again,
			}})
		}
	}
	return s
}

func solarRoofs(town *tenants.Tenant, chance *rand.Rand) tables.Sample {
	s := tables.Sample{
		Title: "Toitures solaires municipales",
		About: about("Les bâtiments de la ville équipés de panneaux photovoltaïques\u00a0: puissance installée et production annuelle. Données d’illustration, produites pour la démonstration.",
			"", datasets.TwiceAYear, datasets.ThemeEnergy, "solaire", "énergie", "photovoltaïque"),
		Columns: []tables.Column{
			{Label: "Bâtiment", Kind: imports.KindText},
			{Label: "Usage", Kind: imports.KindText},
			{Label: "Mise en service", Kind: imports.KindDate},
			{Label: "Puissance", Kind: imports.KindNumber, Unit: "kWc"},
			{Label: "Production annuelle", Kind: imports.KindNumber, Unit: "MWh"},
		},
		Charts: []tables.Chart{
			{ID: "g1", Title: "Puissance installée par usage", By: "usage", Measure: tables.Sum, Value: "puissance"},
			{ID: "g2", Title: "Puissance mise en service chaque année", By: "mise_en_service", Measure: tables.Sum, Value: "puissance"},
		},
	}
	uses := []string{"École", "Gymnase", "Service technique", "Centre socioculturel"}
	for n := range 22 {
		power := noise(chance, 44, 16, 1)
		s.Rows = append(s.Rows, tables.SampleRow{At: beside(town, chance.Float64()*70-35, chance.Float64()*40-20), Values: []any{
			fmt.Sprintf("%s n° %d", uses[n%len(uses)], n/len(uses)+1), uses[n%len(uses)],
			time.Date(2014+n/2, time.Month(1+chance.IntN(12)), 1, 0, 0, 0, 0, time.UTC), math.Max(6, power), math.Max(6, math.Round(power*11.2)/10),
		}})
	}
	return s
}
