package trees_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/imports"
)

// understood is a row of a file, what is stored of it and what is said of it.
type understood struct {
	cells    map[string]string
	stored   string // status species_slug "text" height circumference birth planted stage remarkable
	problems []string
}

const storedAs = `
SELECT concat_ws(' ', t.matricule, t.status, x.slug, '"' || t.species_text || '"', coalesce(t.height_m::text, '-'),
  coalesce(round(t.circumference_cm::numeric, 1)::text, '-'), coalesce(t.birth_year::text, '-'),
  coalesce(t.planted_on::text, '-'), CASE WHEN t.planted_year_only THEN 'year' ELSE 'day' END,
  coalesce(nullif(t.stage, ''), '-'), t.remarkable)
FROM trees.tree t JOIN trees.taxon x ON x.id = t.taxon_id`

var headings = []string{
	"matricule_arbre", "longitude", "latitude", "fk_nomtech", "nom_latin", "nom_vernaculaire", "fk_arb_etat", "hauteur",
	"circonference", "diametre", "date_plantation", "age_estim", "date_releve", "date_abattage", "stade_developpement", "remarquable", "remarque",
}

var understoodRows = map[string]understood{
	"a code": {
		cells:  map[string]string{"fk_nomtech": "TILCOR", "fk_arb_etat": "EN PLACE", "hauteur": "12", "circonference": "110"},
		stored: `standing tilia-cordata "TILCOR" 12 110.0 - - day - f`,
	},
	"a code that fits two species": {
		cells:  map[string]string{"fk_nomtech": "PRUCER"},
		stored: `standing inconnue "PRUCER" - - - - day - f`, problems: []string{"trees.problem.species_unknown"},
	},
	"a name with its cultivar": {
		cells:  map[string]string{"nom_latin": "Tilia × europaea 'Pallida'"},
		stored: `standing tilia-europaea-pallida "Tilia × europaea 'Pallida'" - - - - day - f`,
	},
	"a French name": {
		cells:  map[string]string{"nom_vernaculaire": "PIN PARASOL"},
		stored: `standing pinus-pinea "PIN PARASOL" - - - - day - f`,
	},
	"no species": {cells: map[string]string{"nom_latin": "VIDE"}, stored: `standing inconnue "" - - - - day - f`},
	"a name and a code": {
		cells:  map[string]string{"fk_nomtech": "XYZ999", "nom_latin": "Acer campestre"},
		stored: `standing acer-campestre "Acer campestre" - - - - day - f`,
	},
	"a felled tree": {
		cells:  map[string]string{"fk_arb_etat": "ABATTU", "date_abattage": "2018-07-01"},
		stored: `felled inconnue "" - - - - day - f`,
	},
	"felled by its date": {cells: map[string]string{"date_abattage": "2018-07-01"}, stored: `felled inconnue "" - - - - day - f`},
	"a stump":            {cells: map[string]string{"fk_arb_etat": "Non essouché"}, stored: `stump inconnue "" - - - - day - f`},
	"a state of its own": {
		cells:  map[string]string{"fk_arb_etat": "à surveiller"},
		stored: `unknown inconnue "" - - - - day - f`, problems: []string{"trees.problem.status_unknown"},
	},
	"a diameter alone": {cells: map[string]string{"diametre": "50"}, stored: `standing inconnue "" - 157.1 - - day - f`},
	"a doubled diameter": {
		cells:  map[string]string{"circonference": "100", "diametre": "63.66"},
		stored: `standing inconnue "" - 100.0 - - day - f`, problems: []string{"trees.problem.diameter_doubled"},
	},
	"a trunk that was not measured": {cells: map[string]string{"circonference": "0", "hauteur": "0"}, stored: `standing inconnue "" - - - - day - f`},
	"a height in centimetres":       {cells: map[string]string{"hauteur": "1250"}, stored: `standing inconnue "" 12.5 - - - day - f`},
	"a height nobody has": {
		cells:  map[string]string{"hauteur": "99000"},
		stored: `standing inconnue "" - - - - day - f`, problems: []string{"trees.problem.height_implausible"},
	},
	"a trunk nobody has": {
		cells:  map[string]string{"circonference": "4000"},
		stored: `standing inconnue "" - - - - day - f`, problems: []string{"trees.problem.girth_implausible"},
	},
	"a trunk too thick for its height": {
		cells:  map[string]string{"hauteur": "6", "diametre": "160"},
		stored: `standing inconnue "" 6 502.7 - - day - f`, problems: []string{"trees.problem.trunk_thick"},
	},
	"planted on a day":          {cells: map[string]string{"date_plantation": "2008-11-25"}, stored: `standing inconnue "" - - 2008 2008-11-25 day - f`},
	"planted on new year's day": {cells: map[string]string{"date_plantation": "2008-01-01"}, stored: `standing inconnue "" - - 2008 2008-01-01 year - f`},
	"planted in a far future":   {cells: map[string]string{"date_plantation": "2090-01-01"}, stored: `standing inconnue "" - - - - day - f`, problems: []string{"trees.problem.planted_implausible"}},
	"to be felled":              {cells: map[string]string{"date_abattage": "2090-01-01"}, stored: `standing inconnue "" - - - - day - f`, problems: []string{"trees.problem.future_date"}},
	"an age when surveyed":      {cells: map[string]string{"age_estim": "40", "date_releve": "2017-02-02"}, stored: `standing inconnue "" - - 1977 - day - f`},
	"an age, nobody says when":  {cells: map[string]string{"age_estim": "40"}, stored: `standing inconnue "" - - 1986 - day - f`},
	"a stage and a distinction": {cells: map[string]string{"stade_developpement": "JA", "remarquable": "Oui"}, stored: `standing inconnue "" - - - - day semi_mature t`},
	"a stage nobody knows":      {cells: map[string]string{"stade_developpement": "zen"}, stored: `standing inconnue "" - - - - day - f`, problems: []string{"trees.problem.stage_unknown"}},
	"several trees in one line": {cells: map[string]string{"nom_vernaculaire": "44 PIN PARASOL,15 CHENE LIEGE"}, problems: []string{"trees.problem.several_trees"}},
	"out of the town":           {cells: map[string]string{"longitude": "4.15"}, stored: `standing inconnue "" - - - - day - f`, problems: []string{"trees.problem.outside_town"}},
	"out of France":             {cells: map[string]string{"longitude": "-5.9", "latitude": "37.4"}, problems: []string{"trees.problem.outside_france"}},
}

// TestRowsAreUnderstood imports one file in which each line is a case.
func TestRowsAreUnderstood(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("ales")
	var file strings.Builder
	file.WriteString(strings.Join(headings, ";") + "\n")
	names, place := []string{""}, 0
	for name, row := range understoodRows {
		names = append(names, name)
		place++
		cells := map[string]string{"matricule_arbre": fmt.Sprintf("T-%03d", place), "longitude": fmt.Sprintf("%.4f", 4.08+float64(place)*0.0003), "latitude": "44.1250"}
		maps.Copy(cells, row.cells)
		line := make([]string, len(headings))
		for i, heading := range headings {
			line[i] = `"` + cells[heading] + `"`
		}
		file.WriteString(strings.Join(line, ";") + "\n")
	}
	i := r.load(town, "cas.csv", file.String())

	stored, said := map[string]string{}, map[string][]string{}
	for _, line := range r.rows(town.ID, storedAs) {
		matricule, rest, _ := strings.Cut(line, " ")
		stored[matricule] = rest
	}
	ctx, caller := r.importer(town)
	require.NoError(t, r.imports.Problems(ctx, caller, i.ID, func(p imports.Problem) error {
		if p.Key != "imports.problem.outside_town" { // the pipeline's own word, far from the town
			name := names[p.Line-1]
			said[name] = append(said[name], p.Key)
		}
		return nil
	}))
	for at, name := range names[1:] {
		row := understoodRows[name]
		require.Equal(t, row.stored, stored[fmt.Sprintf("T-%03d", at+1)], name)
		require.Equal(t, row.problems, said[name], name)
	}
}

// TestATrunkColumnIsAskedAbout: towns file circumferences under "tronc_diam".
func TestATrunkColumnIsAskedAbout(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	file := func(perMetre float64) string {
		var b strings.Builder
		b.WriteString("longitude;latitude;haut_tot;tronc_diam\n")
		for i := range 40 {
			fmt.Fprintf(&b, "%.4f;44.125;%d;%.0f\n", 4.08+float64(i)*0.0003, 5+i%10, perMetre*float64(5+i%10))
		}
		return b.String()
	}
	tests := map[string]struct {
		perMetre float64
		option   string
		girth    string
	}{
		"circumferences": {9, "circumference", "45.0"},
		"diameters":      {3, "diameter", "47.1"},
	}
	for name, test := range tests {
		town := r.townAround("bourg-"+name[:4], r.Town("ales").Bounds)
		i := r.load(town, name+".csv", file(test.perMetre))
		require.Equal(t, test.option, i.Mapping.Options["trunk"], name)
		require.Equal(t, test.option, i.Detection.Advice["trunk"].Value, name)
		require.Equal(t, test.girth, r.rows(town.ID, `SELECT round(circumference_cm::numeric, 1)::text FROM trees.tree ORDER BY height_m`)[0], name)
	}
}

// TestATownsOwnWordsCount: what a person decided of a code holds for the next
// file, and for that town only.
func TestATownsOwnWordsCount(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town, other := r.Town("ales"), r.Town("bayonne")
	r.rows(town.ID, `
INSERT INTO trees.species_alias (tenant_id, text, taxon_id)
SELECT $1, 'prucer', id FROM trees.taxon WHERE slug = 'prunus-cerasifera'
RETURNING text`, town.ID)
	const file = "longitude;latitude;fk_nomtech\n4.0885;44.1252;PRUCER\n4.0889;44.1252;TILCOR\n"
	r.load(town, "codes.csv", file)
	r.load(other, "codes.csv", strings.NewReplacer("4.08", "-1.48", "44.1", "43.4").Replace(file))
	const species = `SELECT x.slug FROM trees.tree t JOIN trees.taxon x ON x.id = t.taxon_id ORDER BY 1`
	require.Equal(t, []string{"prunus-cerasifera", "tilia-cordata"}, r.rows(town.ID, species))
	require.Equal(t, []string{"inconnue", "tilia-cordata"}, r.rows(other.ID, species))
}
