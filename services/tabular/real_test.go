package tabular_test

import (
	"os"
	"path"
	"testing"

	"acvdata/services/tabular"
)

// public opens a public file kept beside the project; the test is skipped where
// it is not there.
func public(t *testing.T, name string) *tabular.File {
	t.Helper()
	file, err := os.Open("../../../shared/data/" + name)
	if err != nil {
		t.Skipf("the file is not on this machine: %v", err)
	}
	t.Cleanup(func() { _ = file.Close() })
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	f, err := tabular.Open(t.Context(), file, info.Size(), path.Base(name))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Counts are those of the SOURCES.md beside the files.
func TestRealFilesAreReadWhole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		rows    int
		columns int
		format  tabular.Format
		sep     rune
		marks   int
		crs     int
		typed   map[string]tabular.Type
	}{
		{"trees/saint-quentin_wgs84_7409.csv", 7409, 20, tabular.CSV, ',', 0, 0, map[string]tabular.Type{
			"longitude": tabular.Longitude, "latitude": tabular.Latitude, "clc_quartier": tabular.Text, "clc_secteur": tabular.Text,
			"haut_tot": tabular.Number, "haut_tronc": tabular.Number, "tronc_diam": tabular.Number, "fk_arb_etat": tabular.Text,
			"fk_stadedev": tabular.Text, "fk_port": tabular.Text, "fk_pied": tabular.Text, "fk_situation": tabular.Text,
			"fk_revetement": tabular.Boolean, "age_estim": tabular.Number, "fk_prec_estim": tabular.Number, "clc_nbr_diag": tabular.Number,
			"fk_nomtech": tabular.Text, "villeca": tabular.Text, "feuillage": tabular.Text, "remarquable": tabular.Boolean,
		}},
		{"trees/saint-quentin_raw_cc49_1142.csv", 1142, 37, tabular.CSV, ',', 0, 0, map[string]tabular.Type{
			"X": tabular.Easting, "Y": tabular.Northing, "OBJECTID": tabular.Integer, "created_date": tabular.DateTime,
			"dte_plantation": tabular.DateTime, "id_arbre": tabular.Integer, "remarquable": tabular.Boolean, "GlobalID": tabular.Text,
			"commentaire_environnement": tabular.Text, "tronc_diam": tabular.Number,
		}},
		{"trees/saint-germain-en-laye_diagnostic_709.csv", 709, 57, tabular.CSV, ',', 0, 0, map[string]tabular.Type{
			"date_plantation": tabular.Year, "hauteur": tabular.Integer, "diametre": tabular.Number, "date_diagnostic": tabular.Date,
			"Long": tabular.Longitude, "Lat": tabular.Latitude, "champignon_collet": tabular.Boolean, "classe_age": tabular.Text,
			"matricule_arbre": tabular.Integer, "espece_arbre": tabular.Text, "ID_ARBRE": tabular.Text,
		}},
		{"opendata/cotes-darmor-fibre-noeuds.csv", 732, 36, tabular.CSV, ',', 2, 0, map[string]tabular.Type{
			"ID_NOEUD": tabular.Text, "ID_INSEE": tabular.INSEE, "NO_X": tabular.Easting, "NO_Y": tabular.Northing, "NO_Z": tabular.Number,
			"DATE_CHBRE": tabular.Date, "DATE_EP": tabular.Date, "DATE_LT": tabular.Date, "NB_LIG": tabular.Integer,
			"NO_ALIM": tabular.Boolean, "geometry": tabular.Geometry,
		}},
		{"opendata/cnig-friches-1.0.6.valide.csv", 1, 51, tabular.CSV, ',', 0, 0, map[string]tabular.Type{
			"site_identif_date": tabular.Date, "site_reconv_annee": tabular.Year, "comm_insee": tabular.INSEE, "geompoint": tabular.WKT,
		}},
		{"atlas/taxref_extract_geonature_dev.tsv", 6710, 10, tabular.CSV, '\t', 0, 0, map[string]tabular.Type{
			"cd_nom": tabular.Integer, "nom_francais": tabular.Text, "patrimonial": tabular.Boolean,
		}},
		{"atlas/observations_geonature_dev.tsv", 1000, 21, tabular.CSV, '\t', 0, 0, map[string]tabular.Type{
			"date_min": tabular.Date, "code_insee": tabular.INSEE, "longitude": tabular.Longitude, "latitude": tabular.Latitude,
			"x_l93": tabular.Easting, "y_l93": tabular.Northing, "deleted": tabular.Boolean, "unique_id_sinp": tabular.Text,
		}},
		{"atlas/dwc_bioblitz_occurrence.csv", 2557, 22, tabular.CSV, ',', 0, 0, map[string]tabular.Type{
			"eventDate": tabular.Date, "decimalLatitude": tabular.Latitude, "decimalLongitude": tabular.Longitude, "occurrenceID": tabular.Integer,
		}},
		{"atlas/bdq_test_validation_data.csv", 1105, 99, tabular.CSV, ',', 0, 0, map[string]tabular.Type{
			"LineNumber": tabular.Integer, "GUID": tabular.Text, "dwc:eventDate": tabular.Text,
		}},
		{"heat/biel_summer23_temp_stats.csv", 4960, 6, tabular.CSV, ',', 0, 0, map[string]tabular.Type{
			"": tabular.Integer, "time": tabular.Date, "logger": tabular.Integer, "daily_max": tabular.Number,
		}},
		{"heat/biel_summer23_sdtn.csv", 40, 7, tabular.CSV, ',', 0, 0, map[string]tabular.Type{
			"x": tabular.Longitude, "y": tabular.Latitude, "tropical_nights": tabular.Integer,
		}},
		{"heat/biel_summer23_hourly_uhi_ci.csv", 960, 8, tabular.CSV, ',', 0, 0, map[string]tabular.Type{"uhi": tabular.Number}},
		{"heat/crowdqc_stations.csv", 624, 4, tabular.CSV, ',', 0, 0, map[string]tabular.Type{"lon": tabular.Longitude, "z": tabular.Number}},
		{"heat/crowdqc_observations.csv.gz", 298706, 4, tabular.CSV, ',', 0, 0, map[string]tabular.Type{
			"time": tabular.DateTime, "ta": tabular.Number, "flags": tabular.Integer,
		}},
		{"heat/redon_bdtopo_rsu_lcz.geojson", 1553, 7, tabular.GeoJSON, 0, 0, 2154, map[string]tabular.Type{
			"LCZ_PRIMARY": tabular.Integer, "MIN_DISTANCE": tabular.Number, "geometry": tabular.Geometry,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := public(t, c.name)
			d := f.Dialect()
			if f.Format() != c.format || d.Separator != c.sep || d.Marks != c.marks || d.Encoding != tabular.UTF8 || f.CRS() != c.crs {
				t.Errorf("got %s, %+v, crs %d", f.Format(), d, f.CRS())
			}
			p, err := f.Profile(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if p.Rows != c.rows || len(p.Columns) != c.columns || len(p.Problems) != 0 {
				t.Errorf("got %d rows, %d columns, problems %v", p.Rows, len(p.Columns), p.Problems)
			}
			for _, columns := range [][]tabular.Column{f.Columns(), p.Columns} {
				for i := range columns {
					col := &columns[i]
					if want, asked := c.typed[col.Heading]; asked && col.Type != want {
						t.Errorf("%s is %s because %v, want %s", col.Heading, col.Type, col.Reasons, want)
					}
				}
			}
		})
	}
}

func TestARealInventoryReadsAsItsFigures(t *testing.T) {
	t.Parallel()
	f := public(t, "trees/saint-quentin_wgs84_7409.csv")
	height, state, lon := f.Columns()[4], f.Columns()[7], f.Columns()[0]
	standing, tall := 0, 0.0
	for r, err := range f.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Cells[state.Index] == "EN PLACE" {
			standing++
		}
		h, ok := height.Number(r.Cells[height.Index])
		if !ok {
			t.Fatalf("line %d: height %q", r.Line, r.Cells[height.Index])
		}
		tall = max(tall, h)
		if v, ok := lon.Number(r.Cells[lon.Index]); !ok || v < 3 || v > 4 {
			t.Fatalf("line %d: longitude %v", r.Line, v)
		}
	}
	if standing != 6645 {
		t.Errorf("got %d standing trees, want 6,645", standing)
	}
	if height.Whole || tall < 20 {
		t.Errorf("got the tallest at %v", tall)
	}
}

// TestRealPositionsAgree reads the two positions of each node of a department's
// file: a cell of GeoJSON and, beside, the same place in Lambert-93.
func TestRealPositionsAgree(t *testing.T) {
	t.Parallel()
	f := public(t, "opendata/cotes-darmor-fibre-noeuds.csv")
	geometry, codes := f.Columns()[35], 0
	for r, err := range f.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		lon, lat, ok := geometry.Position(r.Cells[35])
		if !ok || lon < -4 || lon > -1.8 || lat < 48 || lat > 49 {
			t.Fatalf("line %d: %q is at %v, %v", r.Line, r.Cells[35], lon, lat)
		}
		if len(r.Cells[1]) == 5 {
			codes++
		}
	}
	if codes != 732 {
		t.Errorf("%d of 732 codes have five characters", codes)
	}
}
