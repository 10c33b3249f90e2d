package atlas_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/atlas"
	"acvdata/services/datasets"
	"acvdata/tenants"
)

// TestArchiveOpensWithAnotherReader has Python's standard library read the archive
// by the text of the standard, and compares it with what the town shows.
func TestArchiveOpensWithAnotherReader(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not here")
	}
	r := newRig(t)
	town := r.Town("bayonne")
	facts := draw(town, rand.New(rand.NewPCG(8, 8)), 60)
	facts[0].level, facts[0].taxon, facts[0].locality = atlas.Precise, 3764, "Étang \"du\tLac\",\nl’Œuvre"
	facts[1].level, facts[1].taxon, facts[1].locality = atlas.Precise, 4117, "' ; 𝔅"
	for _, f := range facts {
		r.put(town, f)
	}
	var out bytes.Buffer
	require.NoError(t, r.datasets.Stream(tenants.With(r.Context, town), town, "biodiversite", "zip", datasets.Filter{}, &out))
	path := filepath.Join(t.TempDir(), "archive.zip")
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	answer, err := exec.CommandContext(t.Context(), python, "testdata/read_archive.py", path).Output()
	require.NoError(t, err)
	var read struct {
		Root, Type, Title string
		Damaged           *string
		Records           []map[string]any
	}
	require.NoError(t, json.Unmarshal(answer, &read))
	require.Nil(t, read.Damaged)
	require.Equal(t, "{http://rs.tdwg.org/dwc/text/}archive", read.Root)
	require.Equal(t, terms+"Occurrence", read.Type)
	require.Contains(t, read.Title, "Observations naturalistes")

	var got []string
	for _, rec := range read.Records {
		require.Equal(t, rec[""], rec["occurrenceID"], "the core's identifier")
		require.EqualValues(t, read.Records[0]["columns"], rec["columns"])
		got = append(got, fmt.Sprint(rec[""], " ", rec["vernacularName"], " ", rec["occurrenceStatus"], " ", rec["locality"], " ", rec["locationID"]))
	}
	require.Equal(t, r.rows(town.ID, `
SELECT s.sinp_id || ' ' || t.french || ' present ' || replace(replace(s.locality, E'\t', ' '), E'\n', ' ') || ' ' || s.place
FROM atlas.shown s JOIN atlas.taxon t ON t.cd_nom = s.taxon ORDER BY s.sinp_id`), got)
	require.Contains(t, string(answer), `\u00c9tang`)
}
