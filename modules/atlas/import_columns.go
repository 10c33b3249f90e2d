package atlas

import "acvdata/services/imports"

// Target columns of the import; those of the stage are in stageColumns.
const (
	colID          = "identifier"
	colLocalID     = "local_identifier"
	colCited       = "cited"
	colCdNom       = "cd_nom"
	colFrom        = "date_from"
	colTo          = "date_to"
	colStatus      = "status"
	colCountMin    = "count_min"
	colCountMax    = "count_max"
	colObserver    = "observer"
	colBody        = "observer_body"
	colManager     = "manager_body"
	colDataset     = "dataset"
	colSource      = "source_status"
	colOrigin      = "public_origin"
	colBasis       = "basis"
	colAccuracy    = "accuracy"
	colAltitudeMin = "altitude_min"
	colAltitudeMax = "altitude_max"
	colMethod      = "method"
	colStage       = "life_stage"
	colSex         = "sex"
	colLocality    = "locality"
	colInsee       = "insee"
	colComment     = "comment"
	colValidation  = "validation"
	colSensitivity = "sensitivity"
	colDeleted     = "deleted"
	colCountry     = "country_code"
	colGeneralised = "generalised"
)

// importColumns lists what a file can bring. Aliases are headings of GeoNature's
// exports (synthese, 2.x), of Darwin Core (terms of 2023), of the SINP standard
// "Occurrences de taxons" 2.0, and plain words.
func importColumns() []imports.Column {
	text := func(name, example string, aliases ...string) imports.Column {
		return column(name, imports.KindText, "", example, aliases...)
	}
	cited := text(colCited, "Merle noir", "nom_cite", "nomcite", "scientificname", "nom_scientifique", "espece", "taxon", "nom_latin",
		"lb_nom", "nom_valide", "nom_francais", "nom_vernaculaire", "nom")
	cited.Required = true
	from := text(colFrom, "2024-05-12", "date_min", "date_debut", "jourdatedebut", "datedebut", "eventdate", "date_observation", "date", "date_obs")
	from.Required = true
	return []imports.Column{
		cited, from,
		text(colTo, "2024-05-12", "date_max", "date_fin", "jourdatefin", "datefin", "enddate"),
		column(colCdNom, imports.KindInteger, "", "4117", "cdnom", "cd_ref", "cdref", "code_taxref"),
		text(colID, "d856324f-bb03-4c81-b453-c74d45ec8206", "unique_id_sinp", "id_sinp", "idsinpocctax", "identifiantpermanent",
			"uuid_perm_sinp", "occurrenceid", "uuid"),
		text(colLocalID, "10840093", "id_synthese", "id_observation", "identifiant", "id_origine", "cle_obs", "id"),
		text(colStatus, "Présent", "statut_observation", "statutobservation", "stat_obs", "occurrencestatus"),
		column(colCountMin, imports.KindInteger, "", "2", "denombrementmin", "nombre_min", "individualcount", "nombre", "effectif", "nb"),
		column(colCountMax, imports.KindInteger, "", "3", "denombrementmax", "nombre_max"),
		text(colObserver, "", "observateurs_pseudonymises", "observateurs", "observateur", "observers", "observateuridentite", "recordedby"),
		text(colBody, "LPO", "observateurnomorganisme", "organisme_observateur", "organisme", "institutioncode", "rightsholder"),
		text(colManager, "Ville", "organismegestionnairedonnee", "gestionnaire", "organisme_gestionnaire", "publisher"),
		text(colDataset, "Suivi des parcs", "jeu_de_donnees", "jdd", "jdd_nom", "datasetname", "dataset_name"),
		text(colSource, "Terrain", "statut_source", "statutsource", "stat_source"),
		text(colOrigin, "Publique", "dspublique", "ds_publique", "origine"),
		text(colBasis, "HumanObservation", "basisofrecord"),
		column(colAccuracy, imports.KindNumber, "m", "10", "precision", "precision_m", "coordinateuncertaintyinmeters", "precisiongeometrie", "prec"),
		column(colAltitudeMin, imports.KindNumber, "m", "12", "altitudemin", "minimumelevationinmeters", "altitude"),
		column(colAltitudeMax, imports.KindNumber, "m", "15", "altitudemax", "maximumelevationinmeters"),
		text(colMethod, "Vu", "methode", "obs_technique", "technique_obs", "methodeobservation", "samplingprotocol", "technique_observation"),
		text(colStage, "Adulte", "stade_vie", "stadevie", "lifestage", "stade"),
		text(colSex, "Femelle", "sexe", "sex"),
		text(colLocality, "Parc des sports", "lieu_dit", "lieudit", "lieu", "locality", "place_name", "localite"),
		text(colInsee, "64102", "code_insee", "insee", "codecommune", "codeinsee"),
		text(colComment, "", "commentaire", "commentaires", "remarque", "remarques", "occurrenceremarks", "comment_description"),
		text(colValidation, "Probable", "niveau_validation", "statut_valid", "valid_status", "identificationverificationstatus", "validation"),
		text(colSensitivity, "0", "sensibilite", "sensinivea", "sensitivity", "niv_sensibilite"),
		column(colDeleted, imports.KindBool, "", "", "supprime", "efface"),
		text(colCountry, "FR", "countrycode", "code_pays"),
		text(colGeneralised, "", "datageneralizations", "floutage"),
	}
}

func column(name string, kind imports.Kind, unit, example string, aliases ...string) imports.Column {
	return imports.Column{Name: name, Label: "atlas.import.column." + name, Kind: kind, Unit: unit, Aliases: aliases, Example: example}
}

// stageColumns are the target's columns of the stage, in the order of
// checker.Check. From taxon on they are Match's.
var stageColumns = []imports.StageColumn{
	{Name: "source_key", Type: "text"},
	{Name: "former_key", Type: "text"},
	{Name: "sinp_id", Type: "uuid"},
	{Name: "cited", Type: "text"},
	{Name: "fold", Type: "text"},
	{Name: "rank", Type: "text"},
	{Name: "cd_nom", Type: "integer"},
	{Name: "present", Type: "boolean"},
	{Name: "date_from", Type: "date"},
	{Name: "date_to", Type: "date"},
	{Name: "accuracy_m", Type: "float8"},
	{Name: "in_town", Type: "boolean"},
	{Name: "count_min", Type: "integer"},
	{Name: "count_max", Type: "integer"},
	{Name: "altitude_min", Type: "integer"},
	{Name: "altitude_max", Type: "integer"},
	{Name: "observer", Type: "text"},
	{Name: "observer_body", Type: "text"},
	{Name: "manager_body", Type: "text"},
	{Name: "dataset", Type: "text"},
	{Name: "source_status", Type: "text"},
	{Name: "public_origin", Type: "text"},
	{Name: "basis", Type: "text"},
	{Name: "method", Type: "text"},
	{Name: "life_stage", Type: "text"},
	{Name: "sex", Type: "text"},
	{Name: "locality", Type: "text"},
	{Name: "insee", Type: "text"},
	{Name: "comment", Type: "text"},
	{Name: "validation", Type: "text"},
	{Name: "sensitivity", Type: "smallint"},
	{Name: "generalised", Type: "boolean"},
	{Name: "taxon", Type: "integer"},
	{Name: "grp", Type: "text"},
}

// Stage implements imports.Target.
func (occurrenceTarget) Stage() []imports.StageColumn { return stageColumns }
