package trees_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/trees"
)

const (
	saintQuentin    = "saint-quentin_wgs84_7409.csv"
	saintQuentinRaw = "saint-quentin_raw_cc49_1142.csv"
	saintGermain    = "saint-germain-en-laye_diagnostic_709.csv"
)

func TestSaintQuentinIsImportedWhole(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("ales")
	file := shared(t, saintQuentin)
	before := r.dump(town.ID)
	i := r.load(town, saintQuentin, file)
	require.EqualValues(t, 7409, i.Counts.Created)
	t.Logf("counts %+v", i.Counts)
	f, err := r.service.Figures(r.Context, town.ID)
	require.NoError(t, err)
	require.Equal(t, []trees.Facet{{Value: "standing", N: 6645}, {Value: "felled", N: 41}, {Value: "stump", N: 27},
		{Value: "grubbed", N: 165}, {Value: "removed", N: 394}, {Value: "replaced", N: 137}}, f.ByStatus)
	t.Logf("%+v unknown %d", f.Recorded, f.Unknown)
	undone := r.undo(town, i.ID)
	require.Nil(t, undone.Fault)
	require.Equal(t, before, r.dump(town.ID))
}
