package taxa_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"acvdata/modules/trees/taxa"
)

func TestSplitReadsWhatTownsWrite(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		name taxa.Name
	}{
		"species":                       {"Tilia cordata", taxa.Name{Genus: "Tilia", Epithet: "cordata"}},
		"capitals":                      {"TILIA CORDATA", taxa.Name{Genus: "Tilia", Epithet: "cordata"}},
		"with its author":               {"Tilia cordata Mill.", taxa.Name{Genus: "Tilia", Epithet: "cordata"}},
		"with two authors":              {"Platanus × hispanica Mill. ex Münchh.", taxa.Name{Genus: "Platanus", Hybrid: true, Epithet: "hispanica"}},
		"hybrid and cultivar":           {"Tilia × europaea 'Pallida'", taxa.Name{Genus: "Tilia", Hybrid: true, Epithet: "europaea", Variety: "Pallida"}},
		"hybrid with the letter x":      {"Platanus x acerifolia", taxa.Name{Genus: "Platanus", Hybrid: true, Epithet: "acerifolia"}},
		"hybrid without a blank":        {"Platanus ×acerifolia", taxa.Name{Genus: "Platanus", Hybrid: true, Epithet: "acerifolia"}},
		"hybrid genus":                  {"× Cuprocyparis leylandii", taxa.Name{Genus: "Cuprocyparis", Epithet: "leylandii"}},
		"typographic quotes":            {"Acer campestre ‘Red Shine’", taxa.Name{Genus: "Acer", Epithet: "campestre", Variety: "Red Shine"}},
		"double quotes":                 {`Prunus serrulata "Kanzan"`, taxa.Name{Genus: "Prunus", Epithet: "serrulata", Variety: "Kanzan"}},
		"quote never closed":            {"Acer campestre 'Elsrijk", taxa.Name{Genus: "Acer", Epithet: "campestre", Variety: "Elsrijk"}},
		"cultivar of a genus":           {"Malus 'Evereste'", taxa.Name{Genus: "Malus", Variety: "Evereste"}},
		"subspecies":                    {"Pinus nigra subsp. laricio", taxa.Name{Genus: "Pinus", Epithet: "nigra", Variety: "laricio"}},
		"subspecies without its rank":   {"Pinus nigra laricio", taxa.Name{Genus: "Pinus", Epithet: "nigra", Variety: "laricio"}},
		"variety":                       {"Gleditsia triacanthos var. inermis", taxa.Name{Genus: "Gleditsia", Epithet: "triacanthos", Variety: "inermis"}},
		"genus alone":                   {"Quercus", taxa.Name{Genus: "Quercus"}},
		"genus and sp.":                 {"Quercus sp.", taxa.Name{Genus: "Quercus"}},
		"genus and a question mark":     {"Quercus ?", taxa.Name{Genus: "Quercus"}},
		"French name in brackets":       {"Quercus ilex (chêne vert)", taxa.Name{Genus: "Quercus", Epithet: "ilex"}},
		"segments with a cultivar":      {"Tilia  Europaea -  - Pallida", taxa.Name{Genus: "Tilia", Epithet: "europaea", Variety: "Pallida"}},
		"segments without cultivar":     {"Corylus Colurna - L. -  ", taxa.Name{Genus: "Corylus", Epithet: "colurna"}},
		"segments, author twice":        {"Tilia Cordata - Mill. - Mill.", taxa.Name{Genus: "Tilia", Epithet: "cordata"}},
		"segments, genus only":          {"Tilia  sp. -   -  ", taxa.Name{Genus: "Tilia"}},
		"segments, quoted cultivar":     {"Fraxinus Angustifolia -  - Oxycarpa 'Raywood'", taxa.Name{Genus: "Fraxinus", Epithet: "angustifolia", Variety: "Raywood"}},
		"segments, hybrid":              {"Magnolia x Soulangena - Soul. Bod - Heaven Scent", taxa.Name{Genus: "Magnolia", Hybrid: true, Epithet: "soulangena", Variety: "Heaven Scent"}},
		"one hyphen is not a cultivar":  {"Tilia cordata - Tilleul à petites feuilles", taxa.Name{Genus: "Tilia", Epithet: "cordata"}},
		"everything in one piece":       {"PhotiniaxFraseri'RedRobin'", taxa.Name{Genus: "Photinia", Hybrid: true, Epithet: "fraseri", Variety: "Red Robin"}},
		"hyphen inside a name":          {"Crataegus crus-galli", taxa.Name{Genus: "Crataegus", Epithet: "crus-galli"}},
		"an apostrophe in a cultivar":   {"Acer platanoides 'Faassen’s Black'", taxa.Name{Genus: "Acer", Epithet: "platanoides", Variety: "Faassen’s Black"}},
		"blanks of every kind":          {"  Tilia cordata\t ", taxa.Name{Genus: "Tilia", Epithet: "cordata"}},
		"a name that starts with x":     {"Xanthoceras sorbifolium", taxa.Name{Genus: "Xanthoceras", Epithet: "sorbifolium"}},
		"apostrophe of a cultivar kept": {"Acer platanoides “Faassen”", taxa.Name{Genus: "Acer", Epithet: "platanoides", Variety: "Faassen"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, reading := taxa.Split(test.text)
			require.Equal(t, taxa.Named, reading)
			require.Equal(t, test.name, got)
		})
	}
}

func TestSplitRefusesWhatIsNoName(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text    string
		reading taxa.Reading
	}{
		"empty":              {"  ", taxa.NoValue},
		"Versailles's word":  {"VIDE", taxa.NoValue},
		"Orléans's words":    {"genus ?", taxa.NoValue},
		"Saint-Quentin's":    {"RAS", taxa.NoValue},
		"with an accent":     {"Indéterminé", taxa.NoValue},
		"a question mark":    {"?", taxa.NoValue},
		"a line of trees":    {"44 PIN PARASOL,15 CHENE LIEGE", taxa.Several},
		"one counted kind":   {"12 tilleuls", taxa.Several},
		"counted, no blanks": {"Tilia cordata; 3 Acer", taxa.Several},
		"a number":           {"4512", taxa.Other},
		"a remark":           {"Tilia cordata " + strings.Repeat("bord de route ", 20), taxa.Other},
		"not UTF-8":          {"Tilia \xff\xfe", taxa.Other},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, reading := taxa.Split(test.text)
			require.Equal(t, test.reading, reading)
			require.True(t, got.IsZero(), got)
		})
	}
}

func TestNormalComparesNames(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"Tilleul à petites feuilles", "TILLEUL A PETITES FEUILLES"},
		{"Tilia × europaea", "Tilia x europaea"},
		{"Chêne-liège", "chene liege"},
		{"Faassen’s Black", "Faassens Black"},
		{"× Cuprocyparis leylandii", "Cuprocyparis leylandii"},
	} {
		require.Equal(t, taxa.Normal(pair[0]), taxa.Normal(pair[1]))
	}
	require.NotEqual(t, taxa.Normal("Tilia cordata"), taxa.Normal("Alnus cordata"))
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{
		"Tilia × europaea 'Pallida'", "Platanus x acerifolia", "genus ?", "VIDE",
		"44 PIN PARASOL,15 CHENE LIEGE", " Europaea -  - Pallida", "PhotiniaxFraseri'RedRobin'", "x x x", "''", "×", "- - -",
	} {
		f.Add(seed)
	}
	register := sample()
	f.Fuzz(func(t *testing.T, text string) {
		name, reading := taxa.Split(text)
		if (reading == taxa.Named) == name.IsZero() {
			t.Fatalf("%q: %s with name %+v", text, reading, name)
		}
		if reading == taxa.Named {
			if !utf8.ValidString(name.String()) {
				t.Fatalf("%q gives a broken name %q", text, name)
			}
			// What was read can be written and read again, to the same name.
			again, _ := taxa.Split(name.String())
			if again.Genus != name.Genus || again.Epithet != name.Epithet {
				t.Fatalf("%q gives %+v, then %+v", text, name, again)
			}
		}
		if found, _ := register.Find(text); (reading == taxa.NoValue || reading == taxa.Several) && found.ID != taxa.UnknownID {
			t.Fatalf("%q, read as %s, is taken for %s", text, reading, found.Scientific)
		}
	})
}
