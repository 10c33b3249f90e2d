package imports_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
)

// TestACorrectedDetectionIsRememberedForTheNextFile: what a person corrected of
// columns, dates, axes and options is what the next file of the same shape is
// read by, without a word; no other file, target or town learns of it.
func TestACorrectedDetectionIsRememberedForTheNextFile(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	agent := r.As(r.agent)
	// Nobody could tell: two columns of words, days and months that may be swapped,
	// heights in metres, axes in each other's column.
	const head = "ref;matière ancienne;matiere;hauteur;date de pose;lon;lat\n"
	first := head + "A-1;bois;pierre;0,5;03/04/2019;44,12;4,08\nA-2;bois;pierre;0,6;05/06/2019;44,13;4,09\n"
	sent := agent.Upload("/ales/espace/imports", "premier.csv", []byte(first), url.Values{"target": {importtest.Code}}).Want(303)
	page := sent.Header.Get("Location")
	guessed, err := r.service.Get(r.ctx(), r.caller(), idOf(t, page))
	require.NoError(t, err)
	require.False(t, guessed.Detection.Known)
	corrected := url.Values{
		"position": {"xy"}, "position_x": {"5"}, "position_y": {"6"}, "crs": {"4326"}, "swapped": {"oui"}, "option.unit": {"m"},
		"col.code": {"0"}, "col.material": {"1"}, "col.height_cm": {"3"}, "col.placed_on": {"4"}, "date.4": {"mdy"},
	}
	agent.Post(page+"/colonnes", corrected).Want(303)
	one := r.wait(idOf(t, page))
	require.Equal(t, imports.Ready, one.State, "%v", one.Fault)
	require.NotEqual(t, guessed.Mapping.Columns["material"], one.Mapping.Columns["material"], "the correction corrects something")
	require.NotEqual(t, guessed.Mapping.Options, one.Mapping.Options)

	next := head + "A-3;bois;pierre;0,7;07/08/2020;44,14;4,10\n"
	sent = agent.Upload("/ales/espace/imports", "suivant.csv", []byte(next), url.Values{"target": {importtest.Code}}).Want(303)
	agent.Get(sent.Header.Get("Location")).Want(200).Has("vos choix d’alors ont été repris")
	two, err := r.service.Get(r.ctx(), r.caller(), idOf(t, sent.Header.Get("Location")))
	require.NoError(t, err)
	require.True(t, two.Detection.Known)
	require.Equal(t, one.Mapping, two.Mapping)
	_, err = r.service.Proceed(r.ctx(), r.caller(), two, imports.Submission{Commit: true})
	require.NoError(t, err)
	require.Equal(t, imports.Committed, r.wait(two.ID).State)
	require.EqualValues(t, 1, r.count(`SELECT count(*) FROM benches.bench
WHERE code = 'A-3' AND material = 'bois' AND height_cm = 70 AND placed_on = '2020-07-08' AND lon = 4.10 AND lat = 44.14`))

	// The same headings in another order are another file.
	sent = agent.Upload("/ales/espace/imports", "autre.csv", []byte(strings.Replace(next, "ref;matière ancienne", "matière ancienne;ref", 1)), url.Values{"target": {importtest.Code}}).Want(303)
	other, err := r.service.Get(r.ctx(), r.caller(), idOf(t, sent.Header.Get("Location")))
	require.NoError(t, err)
	require.False(t, other.Detection.Known)
	// Another town decides for itself.
	neighbour := r.Town("bayonne")
	theirs, err := r.service.Upload(r.ctx(), r.callerIn(neighbour), "suivant.csv", strings.NewReader(next))
	require.NoError(t, err)
	theirs, err = r.service.Analyse(r.ctx(), r.callerIn(neighbour), theirs.ID, importtest.Code)
	require.NoError(t, err)
	require.False(t, theirs.Detection.Known)
	require.Equal(t, guessed.Mapping.Columns, theirs.Mapping.Columns)
}
