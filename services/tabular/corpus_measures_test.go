package tabular_test

import (
	"time"

	"acvdata/services/tabular"
)

// measureSheets are stations, sensors, analyses and meters.
func measureSheets() []sheet {
	return []sheet{
		{name: "station_meteo.csv", columns: []label{
			col("POSTE", digits(8, 30_000_000), tabular.Code),
			col("DATE", day("20060102"), tabular.Date),
			col("RR", point(0, 80, 1), tabular.Number),
			col("TN", point(-12, 22, 1), tabular.Number),
			col("TX", point(-3, 42, 1), tabular.Number),
			col("HTX", inTurn("1409", "1530", "1612"), tabular.Integer),
			col("FFM", gaps(point(0, 14, 1), 7, ""), tabular.Number),
			col("DG", gaps(whole(0, 1440, ""), 9, "", "nan"), tabular.Integer),
		}},
		{name: "capteurs_temperature.csv", separator: ',', columns: []label{
			col("deveui", oneOf("70B3D57ED0051A2C", "70B3D57ED0051A2D"), tabular.Text),
			col("horodatage", instant(time.RFC3339), tabular.DateTime),
			col("temperature", point(-6, 43, 2), tabular.Number),
			col("humidite", point(12, 99, 1), tabular.Number),
			col("batterie_v", point(2.9, 3.7, 3), tabular.Number),
			col("rssi", whole(-119, -60, ""), tabular.Integer),
			col("valide", flag("true", "false"), tabular.Boolean),
		}},
		{name: "releve mensuel.csv", encoding: tabular.UTF16LE, marks: 1, separator: '\t', end: "\r\n", columns: []label{
			col("Site", streets, tabular.Text),
			col("Relevé du", instant("02/01/2006 15:04"), tabular.DateTime),
			col("Température (°C)", with(comma(-4, 41, 1), " °C"), tabular.Number),
			col("Hygrométrie", with(whole(10, 100, ""), "%"), tabular.Integer),
			col("Ensoleillement", oneOf("plein soleil", "mi-ombre", "ombre"), tabular.Text),
			col("Opérateur", people, tabular.Text),
			col("Photo", flag("x", ""), tabular.Text),
		}},
		{name: "qualite_eau_potable.csv", separator: ',', columns: []label{
			col("code_departement", inTurn("030", "064", "079"), tabular.Code),
			col("code_reseau", digits(9, 80_000_000), tabular.Code),
			col("nom_reseau", streets, tabular.Text),
			col("reference_prelevement", digits(11, 300_000_000), tabular.Code),
			col("date_prelevement", instant("2006-01-02T15:04:05Z07:00"), tabular.DateTime),
			col("libelle_parametre", oneOf("Nitrates (en NO3)", "pH", "Chlore, libre"), tabular.Text),
			col("resultat_numerique", point(0, 40, 3), tabular.Number),
			col("libelle_unite", oneOf("mg/L", "unité pH", "n/(100mL)"), tabular.Text),
			col("limite_qualite", inTurn("<=50 mg/L", "", ">=6,5 et <=9 unité pH"), tabular.Text),
			col("conformite", oneOf("C", "N", "S"), tabular.Text),
			col("code_commune", insee, tabular.INSEE),
		}},
		{name: "piezometre.csv", columns: []label{
			col("code_bss", oneOf("09124X0088/F", "BSS002GJQA"), tabular.Text),
			col("date_mesure", instant("2006-01-02 15:04:05"), tabular.DateTime),
			col("niveau_nappe_eau", comma(80, 140, 3), tabular.Number),
			col("profondeur_nappe", comma(0.2, 30, 3), tabular.Number),
			col("mode_obtention", oneOf("Valeur mesurée", "Valeur reconstituée"), tabular.Text),
			col("qualification", gaps(oneOf("Correcte", "Incertaine"), 5, "Non qualifié"), tabular.Text),
			col("x", axis(780000, 790000, 1, "."), tabular.Easting),
			col("y", axis(6330000, 6340000, 1, "."), tabular.Northing),
		}},
		{name: "debits_journaliers.csv", below: "Total;;;;;;\n", columns: []label{
			col("station", oneOf("V7184010", "V7155040"), tabular.Text),
			col("jour", day("02/01/2006"), tabular.Date),
			col("débit m3/s", comma(0, 4, 3), tabular.Number),
			col("hauteur mm", whole(-40, 4200, " "), tabular.Integer),
			col("statut", inTurn("0", "4", "8", "16"), tabular.Integer),
			col("crue", flag("oui", "non"), tabular.Boolean),
			col("note", remarks, tabular.Text),
		}},
		{name: "air_indice.csv", separator: ',', columns: []label{
			col("date_ech", day("2006/01/02"), tabular.Date),
			col("code_zone", insee, tabular.Text, tabular.INSEE),
			col("lib_zone", towns, tabular.Text),
			col("code_no2", inTurn("1", "2", "3", "4"), tabular.Integer),
			col("code_o3", inTurn("1", "2", "3", "5", "6"), tabular.Integer),
			col("lib_qual", oneOf("Bon", "Moyen", "Dégradé", "Mauvais"), tabular.Text),
			col("coul_qual", oneOf("#50F0E6", "#50CCAA", "#F0E641"), tabular.Text),
			col("x_wgs84", axis(-1.3, 4.2, 4, "."), tabular.Longitude),
			col("y_wgs84", axis(43.2, 50.8, 4, "."), tabular.Latitude),
			col("epsg_reg", inTurn("2154"), tabular.Integer),
		}},
		{name: "conso_batiments.csv", end: "\r\n", columns: []label{
			col("Bâtiment", streets, tabular.Text),
			col("N° PDL", digits(14, 9_000_000_000_000), tabular.Code),
			col("Année", whole(2012, 2024, ""), tabular.Year),
			col("kWh", whole(900, 2_400_000, "\u00a0"), tabular.Integer),
			col("kWh/m²", comma(20, 400, 1), tabular.Number),
			col("Évolution", with(comma(-30, 30, 1), " %"), tabular.Number),
			col("Montant TTC", with(decimal(100, 300000, 2, ",", "\u00a0"), " €"), tabular.Number),
			col("Énergie", oneOf("gaz", "électricité", "réseau de chaleur"), tabular.Text),
			col("DPE", oneOf("A", "C", "D", "G"), tabular.Text),
		}},
		{name: "production_pv.csv", columns: []label{
			col("Site", serial("PV", 2), tabular.Text),
			col("Mois", inTurn("2023-01", "2023-02", "2023-03"), tabular.Text),
			col("Production_kWh", decimal(0, 90000, 1, ",", "."), tabular.Number),
			col("Autoconsommation", with(comma(0, 100, 2), "%"), tabular.Number),
			col("Puissance_kWc", comma(3, 250, 1), tabular.Number),
			col("MES", day("02.01.2006"), tabular.Date),
			col("panne", flag("V", "F"), tabular.Boolean),
		}},
		{name: "comptage_velos.csv", repeat: 40, columns: []label{
			col("compteur", oneOf("X2H19070220", "X2H20042632"), tabular.Text),
			col("jour", day(time.DateOnly), tabular.Date),
			col("passages", whole(0, 9000, ""), tabular.Integer),
			col("sens", oneOf("entrant", "sortant"), tabular.Text),
			col("meteo", gaps(oneOf("pluie", "soleil"), 5, "?"), tabular.Text),
			col("vacances", flag("true", "false"), tabular.Boolean),
			col("position", pair("%.6f %.6f", true), tabular.LatLon, tabular.Text),
		}},
	}
}
