package opendata_test

import (
	"encoding/csv"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"acvdata/tenants"
)

// scdlCheck is the demand of a column of scdl/catalogue 0.1.3.
type scdlCheck struct {
	name  string
	meets func(string) bool
}

func anyText(s string) bool { return s != "" }

func oneOf(values ...string) func(string) bool {
	return func(s string) bool { return slices.Contains(values, s) }
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func isURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs() && u.Host != ""
}

func isCount(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 1
}

var (
	fourteen = regexp.MustCompile(`^\d{14}$`).MatchString
	lowly    = regexp.MustCompile(`^[^A-ZÀ-Ýà-ÿ]+$`).MatchString // lower case, no accents
)

// scdlColumns are the twenty columns with the constraints of the schema, all
// required (gitlab.com/opendatafrance/scdl/catalogue, 0.1.3).
var scdlColumns = []scdlCheck{
	{"COLL_NOM", anyText},
	{"COLL_SIRET", fourteen},
	{"ID", anyText},
	{"TITRE", anyText},
	{"DESCRIPTION", anyText},
	{"THEME", anyText},
	{"PRODUCTEUR_NOM", anyText},
	{"PRODUCTEUR_SIRET", fourteen},
	{"COUV_SPAT_MAILLE", oneOf("Infracommunale", "Communale", "Intercommunale", "Cantonale", "Départementale", "Régionale", "Autre")},
	{"COUV_SPAT_NOM", anyText},
	{"COUV_TEMP_DEBUT", isDay},
	{"COUV_TEMP_FIN", isDay},
	{"DATE_PUBL", isDay},
	{"FREQ_MAJ", oneOf(
		"Inconnue", "Ponctuelle", "Irrégulière", "Continuelle", "Toutes les heures", "Quotidienne ou plusieurs fois par jour",
		"Hebdomadaire ou plusieurs fois par semaine", "Mensuelle ou plusieurs fois par mois", "Bimestrielle", "Trimestrielle", "Semestrielle",
		"Annuelle", "Biennale", "Triennale", "Quinquennale",
	)},
	{"DATE_MAJ", isDay},
	{"MOTS_CLES", lowly},
	{"LICENCE", oneOf("Licence Ouverte-LO", "Open Database License-ODBL", "Creative Commons-CC", "Spécifique ou autre")},
	{"NOMBRE_RESSOURCES", isCount},
	{"FORMAT_RESSOURCES", lowly},
	{"URL", isURI},
}

// longestCells are the sizes that the specification of the model adds.
var longestCells = map[string]int{
	"COLL_NOM": 140, "ID": 256, "TITRE": 256, "DESCRIPTION": 356, "THEME": 140, "PRODUCTEUR_NOM": 140, "COUV_SPAT_NOM": 140,
	"MOTS_CLES": 140, "FORMAT_RESSOURCES": 140,
}

func TestTheInventoryFollowsItsSchema(t *testing.T) {
	t.Parallel()
	r := newRig(t, 130)
	r.publishBulk(t, r.town, 0, 120)
	answer := r.resident.Get("/ales/donnees/catalogue.csv").Want(200)
	r.resident.Get("/ales/donnees/catalogue.csv", "If-None-Match", answer.Header.Get("ETag")).Want(304)
	lines, err := csv.NewReader(strings.NewReader(answer.Body)).ReadAll()
	must(t, err)
	if len(lines) != 121 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, c := range scdlColumns {
		if lines[0][i] != c.name {
			t.Errorf("column %d is %s, want %s", i, lines[0][i], c.name)
		}
		for _, line := range lines[1:] {
			if most := longestCells[c.name]; !c.meets(line[i]) || most > 0 && len([]rune(line[i])) > most || strings.ContainsAny(line[i][:1], "=+-@") {
				t.Errorf("%s of %s: %q", c.name, line[2], line[i])
			}
		}
	}
	empty := r.resident.Get("/bayonne/donnees/catalogue.csv").Want(200)
	if strings.Count(empty.Body, "\n") != 1 {
		t.Errorf("an empty inventory: %q", empty.Body)
	}
}

func TestTheSIRETOfTheInventory(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	r.publishBulk(t, r.town, 0, 1)
	first := regexp.MustCompile(`,` + r.town.SIREN + `0001\d,`)
	if body := r.resident.Get("/ales/donnees/catalogue.csv").Want(200).Body; len(first.FindAllString(body, -1)) != 2 {
		t.Error(body)
	}
	on := map[string]tenants.ModuleState{"grove": {On: true}, "opendata": {On: true, Settings: json.RawMessage(`{"siret":"21350238800019"}`)}}
	must(t, r.Towns.SetModules(t.Context(), r.town.ID, on))
	r.resident.Get("/ales/donnees/catalogue.csv").Want(200).Has(",21350238800019,")
}
