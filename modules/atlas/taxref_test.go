package atlas_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"acvdata/services/authz"
)

// layout is a small invented register in the 44 columns of TAXREF v18. In it, 4117
// and 4001 have become synonyms of one new reference number.
const layout = "testdata/taxref_layout.txt"

// TestTaxrefIsReadInItsOwnColumns loads a file as the INPN gives it, in UTF-8 and
// as its early versions were encoded.
func TestTaxrefIsReadInItsOwnColumns(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(layout)
	require.NoError(t, err)
	old, err := charmap.Windows1252.NewEncoder().Bytes(text)
	require.NoError(t, err)
	for name, content := range map[string]string{"UTF-8": string(text), "Windows-1252": string(old), "CRLF": strings.ReplaceAll(string(text), "\n", "\r\n")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			town := r.Town("bayonne")
			loaded, err := r.service.LoadTaxref(r.Context, "dossier/TAXREFv18.txt", strings.NewReader(content))
			require.NoError(t, err)
			require.EqualValues(t, 10, loaded.Names)
			require.EqualValues(t, 2, loaded.Skipped, "a row without a number, a reference without a name")
			require.Equal(t, []string{
				"4001 900117 900117 ES Erithacus rubecula | (Linnaeus, 1758) | Rougegorge familier | Turdidae | bird P TAXREFv18",
				"4117 900117 900117 ES Turdus merula | Linnaeus, 1758 | Merle noir | Turdidae | bird P TAXREFv18",
				"900100 900100 - GN Turdus | Linnaeus, 1758 | Merles | Turdidae | bird P TAXREFv18",
				"900117 900117 900117 ES Turdus merulus | Linnaeus, 1758 | Merle noir | Turdidae | bird P TAXREFv18",
				"900200 900200 900200 ES Aquila magna | Synthétique, 2026 | Aigle géant | Accipitridae | bird P TAXREFv18",
				"900201 900201 900200 SSES Aquila magna minor | Synthétique, 2026 |  | Accipitridae | bird P TAXREFv18",
				"900202 900202 900200 FO Aquila magna minor f. alba | Synthétique, 2026 |  | Accipitridae | bird P TAXREFv18",
				"900203 900201 900200 SSES Aquila parva | Synthétique, 2026 |  | Accipitridae | bird P TAXREFv18",
				"900400 900400 900400 ES Papilio synthetica | Synthétique, 2026 | Grand Essai | Papilionidae | butterfly J TAXREFv18",
				"900500 900500 900500 ES Hieracium × synthetícum | Linné | Épervière d’essai | Asteraceae | plant P TAXREFv18",
			}, r.rows(town.ID, `
SELECT concat_ws(' ', cd_nom, cd_ref, coalesce(species_ref::text, '-'), rank, name, '|', author, '|', french, '|', family, '|', grp, origin, source)
FROM atlas.taxon WHERE source = 'TAXREFv18' ORDER BY cd_nom`))
			list, err := r.service.Search(r.Context, town.ID, "eperviere", 5)
			require.NoError(t, err)
			require.Len(t, list, 1)
			require.Equal(t, "Plantae", list[0].Kingdom)
		})
	}
}

// TestStatusesFollowTheirNumber: the law and the red lists name a species, whatever
// number it has now.
func TestStatusesFollowTheirNumber(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	statuses := func(number string) []string {
		return r.rows(town.ID, `SELECT kind || ' ' || code FROM atlas.taxon_status WHERE cd_ref = `+number+` ORDER BY 1`)
	}
	require.Equal(t, []string{"redlist LC"}, statuses("4117"))
	require.Equal(t, []string{"protection PN"}, statuses("4001"))
	r.put(town, fact{id: drawnID(1), sinp: drawnID(2), number: 1, taxon: 4117, at: town.Center, day: today})
	text, err := os.ReadFile(layout)
	require.NoError(t, err)
	for range 2 {
		_, err = r.service.LoadTaxref(r.Context, "TAXREFv18.txt", strings.NewReader(string(text)))
		require.NoError(t, err)
		require.Equal(t, []string{"protection PN", "redlist LC"}, statuses("900117"))
		require.Empty(t, statuses("4117"))
		require.Empty(t, statuses("4001"))
	}
	require.EqualValues(t, 1, r.resolve(town))
	r.As(authz.Actor{}).Get("/bayonne/biodiversite/especes/900117").Want(http.StatusOK).Has("Merle noir", "Préoccupation mineure", "Protection nationale")
}
