package privacy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/privacy"
)

// scan looks at columns and gives the kinds found, by heading.
func scan(columns map[string][]string) map[string][]privacy.Kind {
	var headings []string
	rows := 0
	for h, cells := range columns {
		headings = append(headings, h)
		rows = max(rows, len(cells))
	}
	s := privacy.New(headings)
	for n := range rows {
		row := make([]string, len(headings))
		for i, h := range headings {
			if n < len(columns[h]) {
				row[i] = columns[h][n]
			}
		}
		s.Row(row)
	}
	found := map[string][]privacy.Kind{}
	for _, f := range s.Findings() {
		found[headings[f.Column]] = append(found[headings[f.Column]], f.Kind)
	}
	return found
}

func TestPersonalDataAreFound(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		heading string
		cells   []string
		want    privacy.Kind
	}{
		"one e-mail among remarks":     {"remarques", []string{"rien", "écrire à marie.durand@exemple.fr svp", "ok"}, privacy.Email},
		"telephones by pairs":          {"note", []string{"appeler le 06 12 34 56 78", ""}, privacy.Phone},
		"telephones with points":       {"x", []string{"02.99.75.05.21"}, privacy.Phone},
		"telephones of the world":      {"x", []string{"+33 6 12 34 56 78"}, privacy.Phone},
		"bare figures under a heading": {"Tél. portable", []string{"0612345678", "néant"}, privacy.Phone},
		"bare figures that fill it":    {"numero", []string{"0612345678", "0299750521", "0499000000"}, privacy.Phone},
		"plates":                       {"vehicule", []string{"AB-123-CD", "GH-456-JK"}, privacy.Plate},
		"old plates":                   {"plaque", []string{"1234 AB 35", "x"}, privacy.Plate},
		"bare plates under a heading":  {"immatriculation", []string{"AB123CD"}, privacy.Plate},
		"a NIR":                        {"code", []string{"2 69 05 49 588 157 80", "12"}, privacy.NIR},
		"a NIR of Corsica":             {"code", []string{"1 80 01 2A 004 007 62"}, privacy.NIR},
		"first and family names":       {"demandeur", []string{"Marie DURAND", "Jean-Luc Le Goff", "Société du Lac"}, privacy.Name},
		"names without a heading":      {"colonne", []string{"Durand Marie", "Paul Martin", "Sophie d’Arc"}, privacy.Name},
		"names with a title":           {"contact", []string{"Mme Kerbiriou", "M. Quéméner"}, privacy.Name},
		"first names under their word": {"Prénom", []string{"Marie", "Paul", "Xyz"}, privacy.Name},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, map[string][]privacy.Kind{test.heading: {test.want}}, scan(map[string][]string{test.heading: test.cells}))
		})
	}
}

// TestPrecision: what towns publish every day is none of these.
func TestPrecision(t *testing.T) {
	t.Parallel()
	for heading, cells := range map[string][]string{
		"nom":          {"Parc Jean Moulin", "Square Simone Veil", "Jardin des Plantes", "Bois de Baillé"},
		"nom_ecole":    {"École Marie Curie", "Collège Jean Jaurès", "Lycée Bertrand d’Argentré"},
		"nom_francais": {"Olivier commun", "Platane commun", "Tilleul à petites feuilles"},
		"nom_latin":    {"Olea europaea", "Platanus × hispanica", "Tilia cordata"},
		"adresse":      {"12 rue de la Paix", "4 bis avenue Foch", "8 place du Marché"},
		"code":         {"0123456789012", "35360", "01004", "12345678901234"},
		"siret":        {"21350360400010", "35600000000048"},
		"reference":    {"AB-12-CD", "REF-123-45", "AB 1234"},
		"parcelle":     {"000AH0035", "35360000AB0012", "AB 123"},
		"reseau":       {"1234 m", "12 AB", "12 kW"},
		"gestionnaire": {"Ville de Vitré", "Communauté de communes", "Espaces verts"},
		"commune":      {"Saint-Omer", "Niort", "Alès"},
		"date":         {"01/02/2024", "2024-02-01"},
		"coordonnees":  {"48.1234, -1.2345"},
		"lieu_dit":     {"Pierre Blanche", "La Ville aux Clercs", "Le Clos Paul"},
		"mesure":       {"12 34 56 78 90", "1 234 567,89"},
	} {
		t.Run(heading, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, scan(map[string][]string{heading: cells}))
		})
	}
}

func TestFamilyNamesAndAddressesStandBesidePersons(t *testing.T) {
	t.Parallel()
	found := scan(map[string][]string{
		"Prénom": {"Marie", "Paul"}, "Nom": {"Durand", "Le Goff"}, "Adresse": {"12 rue de la Paix", "3, chemin des Dames"}, "Ville": {"Vitré", "Vitré"},
	})
	require.Equal(t, map[string][]privacy.Kind{"Prénom": {privacy.Name}, "Nom": {privacy.Name}, "Adresse": {privacy.Address}}, found)
	require.False(t, privacy.Address.Blocks())
	require.True(t, privacy.Name.Blocks())
}

func TestExamplesAreMasked(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"marie.durand@vitre.fr": "m••••.d•••••@vitre.fr", "06 12 34 56 78": "0• 1• 3• 5• 7•", "Marie DURAND": "M•••• D•••••", "": "",
	} {
		require.Equal(t, want, privacy.Mask(cell))
	}
	s := privacy.New([]string{"mail"})
	for range 10 {
		s.Row([]string{"marie.durand@vitre.fr"})
	}
	f := s.Findings()[0]
	require.EqualValues(t, 10, f.Cells)
	require.Equal(t, []string{"m••••.d•••••@vitre.fr"}, f.Examples)
}

func FuzzRow(f *testing.F) {
	for _, seed := range []string{"Marie DURAND", "06 12 34 56 78", "AB-123-CD", "a@b.fr", "269054958815780", "12 rue de la Paix"} {
		f.Add("nom", seed)
	}
	f.Fuzz(func(_ *testing.T, heading, cell string) {
		s := privacy.New([]string{heading, "prénom"})
		s.Row([]string{cell, cell})
		s.Row([]string{cell})
		s.Findings()
	})
}
