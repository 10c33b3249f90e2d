package tabular_test

import (
	"time"

	"acvdata/services/tabular"
)

// natureSheets are trees, species, gardens and water as towns, contractors and
// associations write them.
func natureSheets() []sheet {
	return []sheet{
		{name: "arbres_alignement.csv", marks: 1, end: "\r\n", columns: []label{
			col("ID_ARBRE", rank, tabular.Integer),
			col("Essence", species, tabular.Text),
			col("Nom commun", common, tabular.Text),
			col("Hauteur (m)", gaps(comma(2, 30, 1), 9, "", "NC"), tabular.Number),
			col("Circonférence (cm)", gaps(whole(20, 400, ""), 8, "", "n.c."), tabular.Integer),
			col("Année de plantation", gaps(whole(1880, 2023, ""), 5, "", "inconnue"), tabular.Year),
			col("Date du diagnostic", day("02/01/2006"), tabular.Date),
			col("Remarquable", flag("oui", "non"), tabular.Boolean),
			col("Adresse", streets, tabular.Text),
			col("X_L93", axis(786000, 792000, 2, ","), tabular.Easting),
			col("Y_L93", axis(6333000, 6339000, 2, ","), tabular.Northing),
			col("Observations", remarks, tabular.Text),
		}},
		{name: "Patrimoine arboré.csv", encoding: tabular.Windows1252, end: "\r\n", above: "Ville de Vitré;;;;;;;;\nInventaire du patrimoine arboré – été 2023;;;;;;;;\n;;;;;;;;\n", columns: []label{
			col("N° d'inventaire", serial("", 5), tabular.Code),
			col("Genre espèce", species, tabular.Text),
			col("Domanialité", oneOf("voirie", "parc", "école", "privé"), tabular.Text),
			col("Diamètre à 1,30 m", with(whole(8, 120, ""), " cm"), tabular.Integer),
			col("Houppier", with(comma(1, 14, 1), " m"), tabular.Number),
			col("Date d'abattage", gaps(day("02/01/06"), 2, ""), tabular.Date),
			col("Valeur (€)", with(whole(100, 99000, "\u00a0"), " €"), tabular.Integer),
			col("Protégé PLU", flag("O", "N"), tabular.Boolean),
			col("Prestataire", people, tabular.Text),
		}},
		{name: "taille_hiver.txt", separator: '\t', columns: []label{
			col("chantier", serial("CH-", 4), tabular.Text),
			col("debut", writtenDay, tabular.Date),
			col("fin", gaps(writtenDay, 4, "en cours"), tabular.Date, tabular.Text),
			col("nb_sujets", whole(1, 240, ""), tabular.Integer),
			col("cout_ht", comma(200, 9000, 2), tabular.Number),
			col("mode", oneOf("douce", "tête de chat", "rideau"), tabular.Text),
			col("nacelle", flag("VRAI", "FAUX"), tabular.Boolean),
			col("code_postal", postcode, tabular.Postcode),
		}},
		{name: "observations_faune.csv", separator: ',', columns: []label{
			col("id_observation", serial("obs:", 6), tabular.Text),
			col("nom_scientifique", species, tabular.Text),
			col("nom_vernaculaire", common, tabular.Text),
			col("cd_nom", whole(60000, 999999, ""), tabular.Integer),
			col("denombrement", gaps(whole(1, 60, ""), 6, "", "nd"), tabular.Integer),
			col("date_observation", day(time.DateOnly), tabular.Date),
			col("heure", inTurn("08:30", "9h15", "18:05"), tabular.Text),
			col("decimalLatitude", axis(44.1, 44.15, 6, "."), tabular.Latitude),
			col("decimalLongitude", axis(4.05, 4.11, 6, "."), tabular.Longitude),
			col("code_insee", insee, tabular.INSEE),
			col("observateur", people, tabular.Text),
			col("commentaire", remarks, tabular.Text),
		}},
		{name: "zones_humides.csv", quoted: true, columns: []label{
			col("identifiant", serial("ZH", 3), tabular.Text),
			col("nom", streets, tabular.Text),
			col("superficie_ha", comma(0.01, 48, 4), tabular.Number),
			col("part boisée", with(comma(0, 100, 1), " %"), tabular.Number),
			col("geom", ring, tabular.WKT),
			col("commune", towns, tabular.Text),
			col("datemaj", day("20060102"), tabular.Date),
			col("source", oneOf("SAGE", "terrain", "photo-interprétation"), tabular.Text),
		}},
		{name: "haies.csv", columns: []label{
			col("id", rank, tabular.Integer),
			col("longueur (m)", whole(5, 1900, "\u202f"), tabular.Integer),
			col("strates", inTurn("1", "2", "3"), tabular.Integer),
			col("geo_point_2d", pair("%.6f, %.6f", true), tabular.LatLon),
			col("etat", oneOf("bon", "moyen", "dégradé"), tabular.Text),
			col("gestion", gaps(oneOf("fauche", "lamier", "épareuse"), 4, "sans objet"), tabular.Text),
			col("an_plantation", gaps(whole(1950, 2024, ""), 3, ""), tabular.Year),
			col("subventionnée", flag("Oui", "Non"), tabular.Boolean),
		}},
		{name: "nichoirs.csv", separator: '|', columns: []label{
			col("numero", digits(3, 400), tabular.Code),
			col("type", oneOf("mésange", "martinet", "chauve-souris"), tabular.Text),
			col("pose", day("2/1/2006"), tabular.Date),
			col("occupé 2022", flag("oui", "non"), tabular.Boolean),
			col("occupé 2023", gaps(flag("oui", "non"), 6, "non renseigné"), tabular.Boolean),
			col("jeunes à l'envol", gaps(whole(0, 9, ""), 5, "-"), tabular.Integer),
			col("hauteur_m", point(1, 9, 1), tabular.Number),
			col("geom", pair(`{"type":"Point","coordinates":[%.6f,%.6f]}`, false), tabular.Geometry),
		}},
		{name: "jardins_partages.csv", marks: 2, columns: []label{
			col("Nom du jardin", streets, tabular.Text),
			col("Parcelles", whole(4, 80, ""), tabular.Integer),
			col("Liste d'attente", gaps(whole(0, 40, ""), 5, "néant"), tabular.Integer),
			col("Redevance annuelle", with(comma(12, 90, 2), " €"), tabular.Number),
			col("Surface", with(whole(200, 5000, " "), " m²"), tabular.Integer),
			col("Ouvert au public", flag("oui", "non"), tabular.Boolean),
			col("Téléphone", phone, tabular.Phone),
			col("Courriel", oneOf("jardins@ales.example", "a.b@vitre.example"), tabular.Text),
			col("Site", oneOf("https://jardins.example/?id=3", "http://x.example"), tabular.Text),
		}},
		{name: "composteurs.csv", trailing: true, columns: []label{
			col("ref", serial("COMP-", 3), tabular.Text),
			col("volume_l", inTurn("400", "600", "800"), tabular.Integer),
			col("foyers", whole(3, 50, ""), tabular.Integer),
			col("mise en service", day("02-01-2006"), tabular.Date),
			col("lat", axis(48.1, 48.14, 5, ","), tabular.Latitude),
			col("lon", axis(-1.24, -1.18, 5, ","), tabular.Longitude),
			col("referent", people, tabular.Text),
			col("accessible PMR", flag("1", "0"), tabular.Boolean, tabular.Integer),
		}},
		{name: "sols_pollues.csv", encoding: tabular.ISO885915, columns: []label{
			col("identifiant_basol", serial("30.", 4), tabular.Text),
			col("siret", siret, tabular.SIRET),
			col("departement", inTurn("30", "2A", "01", "974"), tabular.Text, tabular.Code),
			col("parcelle", inTurn("30007000AB0012", "30007000AC0104", "01004000ZA0007"), tabular.Text, tabular.Code),
			col("plomb_mg_kg", comma(2, 900, 1), tabular.Number),
			col("arsenic_mg_kg", inTurn("<0,5", "12,4", "<0,5", "3,1"), tabular.Text),
			col("surface_m2", whole(100, 90000, ""), tabular.Integer),
			col("dernière visite", doubledays, tabular.Date),
		}},
	}
}

// doubledays is a column of days whose order only one cell far down tells.
var doubledays = rareDays("02/01/2006")
