package taxa_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/trees/taxa"
)

// sample is a register small enough to see the traps in it: Prunus cerasifera
// and cerasus share PRUCER, Pinus pinea and pinaster PINPIN.
func sample() *taxa.Register {
	genus := func(id int, name, french string) taxa.Taxon {
		return taxa.Taxon{ID: id, Slug: taxa.Normal(name), Rank: taxa.Genus, Scientific: name, Genus: name, GenusID: id, French: french}
	}
	species := func(id, genus int, name, epithet, french string, synonyms ...string) taxa.Taxon {
		return taxa.Taxon{
			ID: id, Slug: taxa.Normal(name + epithet), Rank: taxa.Species, Scientific: name + " " + epithet, Genus: name,
			GenusID: genus, Epithet: epithet, SpeciesID: id, French: french, Synonyms: synonyms,
		}
	}
	variety := func(id int, of taxa.Taxon, rank taxa.Rank, name string, synonyms ...string) taxa.Taxon {
		of.ID, of.Rank, of.Variety, of.Synonyms, of.Slug = id, rank, name, synonyms, of.Slug+taxa.Normal(name)
		of.Scientific += " '" + name + "'"
		return of
	}
	nigra := species(104, 3, "Pinus", "nigra", "Pin noir")
	cerasifera := species(101, 2, "Prunus", "cerasifera", "Prunier myrobolan")
	platane := species(107, 4, "Platanus", "hispanica", "Platane commun", "Platanus acerifolia")
	platane.Hybrid, platane.Scientific = true, "Platanus × hispanica"
	return taxa.NewRegister([]taxa.Taxon{
		{ID: 0, Slug: "inconnue", Rank: taxa.Unknown, French: "Essence inconnue"},
		genus(1, "Tilia", "Tilleul"), genus(2, "Prunus", "Prunier"), genus(3, "Pinus", "Pin"), genus(4, "Platanus", "Platane"),
		genus(5, "Malus", "Pommier"),
		cerasifera, species(102, 2, "Prunus", "cerasus", "Griottier"), species(103, 1, "Tilia", "cordata", "Tilleul à petites feuilles"),
		nigra, species(105, 3, "Pinus", "pinea", "Pin parasol"), species(106, 3, "Pinus", "pinaster", "Pin maritime"), platane,
		variety(201, nigra, taxa.Subspecies, "nigra", "austriaca"), variety(202, nigra, taxa.Subspecies, "laricio"),
		variety(203, cerasifera, taxa.Cultivar, "Pissardii", "Pissardi"),
		variety(204, genus(5, "Malus", "Pommier"), taxa.Cultivar, "Evereste"),
	})
}

func TestFindResolvesToTheMostPreciseTaxon(t *testing.T) {
	t.Parallel()
	register := sample()
	tests := map[string]struct {
		text string
		id   int
	}{
		"species":                         {"Tilia cordata", 103},
		"species with its author":         {"Tilia cordata Mill.", 103},
		"synonym with the letter x":       {"Platanus x acerifolia", 107},
		"variety the register lacks":      {"Platanus × acerifolia 'Pyramidalis'", 107},
		"cultivar":                        {"Prunus cerasifera 'Pissardii'", 203},
		"cultivar under another spelling": {"Prunus cerasifera Pissardi", 101},
		"subspecies under another name":   {"Pinus nigra austriaca", 201},
		"cultivar of a genus":             {"Malus 'Evereste'", 204},
		"species unknown, genus known":    {"Tilia dasystyla", 1},
		"genus":                           {"Tilia sp.", 1},
		"French":                          {"PIN PARASOL", 105},
		"French name of a genus":          {"tilleul", 1},
		"code":                            {"TILCOR", 103},
		"code with a subspecies":          {"PINNIGnig", 201},
		"code with another subspecies":    {"PINNIGlar", 202},
		"code of a synonym":               {"PLAACE", 107},
		"code, variety not in register":   {"PLAACEpyr", 107},
		"code settled by its variety":     {"PRUCERpis", 203},
		"code of a genus":                 {"MAL", 5},
		"code of a genus's cultivar":      {"MALeve", 204},
		"numbered code":                   {"TILCOR1", 103},
		"code that fits two species":      {"PRUCER", 0},
		"code that fits two, with number": {"PINPIN2", 0},
		"code of nothing":                 {"XYZABC", 0},
		"unknown genus":                   {"Davidia involucrata", 0},
		"no value":                        {"VIDE", 0},
		"several trees":                   {"44 PIN PARASOL,15 CHENE LIEGE", 0},
		"a remark":                        {"arbre penché", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, _ := register.Find(test.text)
			require.Equal(t, test.id, found.ID, "%s → %s", test.text, found.Scientific)
		})
	}
}

func TestRegisterRollsUp(t *testing.T) {
	t.Parallel()
	register := sample()
	require.Equal(t, 104, register.SpeciesOf(202).ID)
	require.Equal(t, 104, register.SpeciesOf(104).ID)
	require.Equal(t, 3, register.SpeciesOf(3).ID, "a genus has no species: itself")
	require.Equal(t, []int{104, 201, 202}, register.Within(104))
	require.Equal(t, []int{3, 104, 105, 106, 201, 202}, register.Within(3))
	require.Equal(t, []int{0}, register.Within(0))
	require.Equal(t, taxa.UnknownID, register.Taxon(999).ID)
	found, ok := register.BySlug("tilia")
	require.True(t, ok)
	require.Equal(t, 1, found.ID)
}

func TestNamesToShow(t *testing.T) {
	t.Parallel()
	register := sample()
	require.Equal(t, "Platanus × hispanica", register.Taxon(107).Latin())
	require.Equal(t, "Prunus cerasifera", register.Taxon(203).Latin())
	require.Equal(t, "'Pissardii'", register.Taxon(203).CultivarName())
	require.Equal(t, "Malus", register.Taxon(204).Latin())
	require.Empty(t, register.Taxon(0).Latin())
}
