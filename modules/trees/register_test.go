package trees_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/trees/taxa"
)

func TestTheRegisterHoldsTogether(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("ales")
	register, err := r.service.Register(r.Context, town.ID)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(register.All()), 300)
	slugs, count := map[string]bool{}, map[taxa.Rank]int{}
	for _, x := range register.All() {
		count[x.Rank]++
		require.False(t, slugs[x.Slug], "slug %s twice", x.Slug)
		require.Regexp(t, `^[a-z0-9-]+$`, x.Slug)
		slugs[x.Slug] = true
		require.NotEmpty(t, x.French, x.Slug)
		if x.ID == taxa.UnknownID {
			continue
		}
		require.NotEmpty(t, x.Family, x.Slug)
		require.Equal(t, taxa.Genus, register.Taxon(x.GenusID).Rank, x.Slug)
		require.Equal(t, x.Genus, register.Taxon(x.GenusID).Genus, x.Slug)
		if x.Rank == taxa.Subspecies || x.SpeciesID != 0 {
			require.Equal(t, taxa.Species, register.Taxon(x.SpeciesID).Rank, x.Slug)
		}
		require.Equal(t, x.Hybrid, strings.Contains(x.Scientific, "×"), x.Slug)
		// Whatever the register calls it finds it again, and nothing else.
		found, _ := register.Find(x.Scientific)
		require.Equal(t, x.ID, found.ID, x.Scientific)
		for _, synonym := range x.Synonyms {
			name := synonym
			if x.Variety != "" {
				name = strings.TrimSpace(x.Genus+" "+x.Epithet) + " '" + synonym + "'"
			}
			found, _ := register.Find(name)
			require.Equal(t, x.ID, found.ID, "%s, a synonym of %s", name, x.Scientific)
		}
		if x.Rank == taxa.Species {
			found, _ := register.Find(x.French)
			require.Equal(t, x.ID, found.ID, x.French)
		}
	}
	require.GreaterOrEqual(t, count[taxa.Genus], 90)
	require.GreaterOrEqual(t, count[taxa.Species], 200)
}

// TestTownCodesMeanWhatIsCertain: codes of Saint-Quentin's file.
func TestTownCodesMeanWhatIsCertain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	register, err := r.service.Register(r.Context, r.Town("ales").ID)
	require.NoError(t, err)
	tests := map[string]string{
		"TILCOR": "tilia-cordata", "PINNIGnig": "pinus-nigra-nigra", "PINNIGlar": "pinus-nigra-laricio",
		"PLAACE": "platanus-hispanica", "POPNIGita": "populus-nigra-italica", "PRUCERpis": "prunus-cerasifera-pissardii",
		"PYRCALcha": "pyrus-calleryana-chanticleer", "CARBETfas": "carpinus-betulus-fastigiata", "ACECAMros": "acer-campestre",
		"SOPJAP": "styphnolobium-japonicum", "POPEURrob": "populus-canadensis", "MALTOR1": "malus-toringo", "ACE": "acer",
		"CUPLEY": "cupressus-leylandii", "FAGSYLdawgol": "fagus-sylvatica-dawyck-gold", "GLETRIsun": "gleditsia-triacanthos-sunburst",
		// Several species of the register fit, or none: unknown.
		"PRUCER": "inconnue", "PRUSER": "inconnue", "ACESAC": "inconnue", "POPCAN": "inconnue", "RAS": "inconnue",
		"MALPEReve": "inconnue", "ULMRESreb": "inconnue",
		// Settled by its variety.
		"PRUSERkan": "prunus-serrulata-kanzan", "ACESACwie": "acer-saccharinum-wieri",
	}
	for code, slug := range tests {
		require.Equal(t, slug, register.Decode(code).Slug, code)
	}
}
