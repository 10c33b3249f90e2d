package trees

import "acvdata/services/imports"

// Target columns of the import; those of the stage are in stageColumns.
const (
	colMatricule     = "matricule"
	colCode          = "species_code"
	colGenus         = "genus"
	colEpithet       = "epithet"
	colVariety       = "variety"
	colLatin         = "latin"
	colFrench        = "french"
	colStatus        = "status"
	colPlanted       = "planted"
	colAge           = "age"
	colFelled        = "felled"
	colSurveyed      = "surveyed"
	colStage         = "stage"
	colHabit         = "habit"
	colRooting       = "rooting"
	colHeight        = "height"
	colCircumference = "circumference"
	colDiameter      = "diameter"
	colTrunk         = "trunk"
	colCrown         = "crown"
	colAllergy       = "allergy"
	colRemarkable    = "remarkable"
	colNotes         = "notes"
	colAddress       = "address"
	colDistrict      = "district"
	colLayout        = "layout"
	colManager       = "manager"
	colSoil          = "soil"
	colFoot          = "foot"
	colGround        = "ground_constraints"
	colAerial        = "aerial_constraints"
	colWatering      = "watering"
	colLit           = "lit"
	colProtected     = "protected"
	colSource        = "position_source"
	colAccuracy      = "accuracy"
)

// importColumns lists what a file can bring. Aliases are headings of the
// national schema "Arbres urbains" 0.3.1 and 0.2.0, of Saint-Quentin's and
// Saint-Germain-en-Laye's files, and of other open inventories.
func importColumns() []imports.Column {
	text := func(name, example string, aliases ...string) imports.Column {
		return column(name, imports.KindText, "", example, aliases...)
	}
	return []imports.Column{
		text(colMatricule, "A-0412", "globalid", "id_arbre", "matricule_arbre", "num_arbre", "numero_arbre", "code_arbre",
			"identifiant", "identifiant_arbre", "idbase", "ref_arbre"),
		text(colCode, "TILCOR", "fk_nomtech", "nomtech", "code_essence", "code_espece"),
		text(colLatin, "Tilia cordata 'Greenspire'", "nom_latin", "nomlatin", "nom_scientifique", "nom_botanique", "taxon",
			"espece_latin", "essence", "libelle_espece", "libelle_essence"),
		text(colGenus, "Tilia", "genre", "genre_arbre", "genre_bota", "genre_latin"),
		text(colEpithet, "cordata", "espece", "espece_arbre", "epithete"),
		text(colVariety, "Greenspire", "cultivar_variete", "cultivar_variete_arbre", "cultivar", "variete", "variete_oucultivar"),
		text(colFrench, "Tilleul à petites feuilles", "nom_vernaculaire", "nomfrancais", "nom_francais", "nom_commun",
			"libellefrancais", "vernaculaire", "vernaculai"),
		text(colStatus, "En place", "statut", "etat", "fk_arb_etat", "arb_etat", "statut_arbre", "etat_arbre"),
		column(colPlanted, imports.KindDate, "", "2008-11-25", "date_plantation", "dte_plantation", "annee_plantation",
			"anneeplant", "anneedeplantation", "plantation"),
		column(colAge, imports.KindNumber, "ans", "25", "age_estim", "age_estime", "age_arbre"),
		column(colFelled, imports.KindDate, "", "2018-07-01", "date_abattage", "dte_abattage", "abattage"),
		column(colSurveyed, imports.KindDate, "", "2020-10-22", "date_releve", "date_diagnostic", "date_inventaire",
			"date_observation", "last_edited_date", "date_maj"),
		text(colStage, "Adulte", "stade", "stade_developpement", "fk_stadedev", "stadedeveloppement", "stadedev", "classe_age"),
		column(colHeight, imports.KindNumber, "m", "12", "hauteur", "haut_tot", "hauteur_totale", "hauteurenm", "hauteur_arbre"),
		column(colCircumference, imports.KindNumber, "cm", "110", "circonference", "circonf", "circonference_en_cm",
			"circonferenceencm", "circonference_tronc", "circonference_arbre"),
		column(colDiameter, imports.KindNumber, "cm", "35", "diametre", "diam", "dbh", "diametre_tronc", "diametrearbre"),
		column(colTrunk, imports.KindNumber, "cm", "110", "tronc_diam", "tronc", "grosseur"),
		column(colCrown, imports.KindNumber, "m", "6", "diametre_couronne", "couronne", "diametre_houppier", "envergure", "diam_houppier"),
		text(colHabit, "Semi-libre", "port", "port_arbre", "fk_port", "silhouette"),
		column(colRemarkable, imports.KindBool, "", "Oui", "remarquable", "arbre_remarquable"),
		text(colAddress, "Rue Boileau", "adresse", "clc_secteur", "site", "rue", "voie", "lieu", "localisation"),
		text(colDistrict, "Centre-ville", "quartier", "clc_quartier", "secteur", "arrondissement"),
		text(colLayout, "Alignement", "situation", "fk_situation", "implantation", "typeemplacement"),
		text(colManager, "Ville", "gestionnaire", "villeca", "proprietaire", "domanialite"),
		text(colSoil, "Terre végétale", "type_sol", "sol"),
		text(colFoot, "Gazon", "description_pied_arbre", "fk_pied", "pied", "pied_arbre", "revetement_pied"),
		text(colRooting, "Pivotant", "type_enracinement", "enracinement"),
		text(colGround, "", "contraintes_sol"),
		text(colAerial, "Ligne électrique", "contrainte_aeriennes", "contraintes_aeriennes"),
		text(colWatering, "", "arrosage"),
		column(colLit, imports.KindBool, "", "Non", "eclairage"),
		column(colProtected, imports.KindBool, "", "Non", "protege", "arbre_protege"),
		column(colAllergy, imports.KindInteger, "", "3", "allergie", "potentiel_allergisant"),
		text(colSource, "Orthophotographie", "src_geo", "source_position", "source_geolocalisation"),
		column(colAccuracy, imports.KindNumber, "m", "0,5", "precision_position", "precision_m", "precision_geolocalisation"),
		text(colNotes, "", "remarque", "remarques", "commentaire", "commentaire_environnement", "observation"),
	}
}

func column(name string, kind imports.Kind, unit, example string, aliases ...string) imports.Column {
	return imports.Column{Name: name, Label: "trees.import.column." + name, Kind: kind, Unit: unit, Aliases: aliases, Example: example}
}

// stageColumns are the target's columns of the stage, in the order of
// staged.values. The last four, from spot on, are Match's.
func stageColumns() []imports.StageColumn {
	var list []imports.StageColumn
	add := func(kind string, names ...string) {
		for _, name := range names {
			list = append(list, imports.StageColumn{Name: name, Type: kind})
		}
	}
	add("text", "matricule", "species_text", "species_code", "status")
	add("integer", "taxon_id", "birth_year")
	add("boolean", "birth_sure", "planted_year_only")
	add("date", "planted_on", "felled_on", "surveyed_on")
	add("text", "stage", "habit", "rooting", "notes")
	add("float8", "height_m", "circumference_cm", "crown_m")
	add("integer", "measured_at_cm", "allergy")
	add("boolean", "remarkable")
	add("text", siteTexts...)
	add("boolean", "lit", "protected")
	add("float8", "accuracy_m")
	add("bigint[]", "near")
	add("bigint", "spot")
	add("uuid", "site_id")
	add("boolean", "speaks", "succeeds")
	return list
}

// siteTexts are the text columns that stage and site have in common.
var siteTexts = []string{
	"address", "district", "layout", "manager", "soil", "foot", "ground_constraints",
	"aerial_constraints", "watering", "position_source",
}

// Stage implements imports.Target.
func (inventoryTarget) Stage() []imports.StageColumn { return stageColumns() }
