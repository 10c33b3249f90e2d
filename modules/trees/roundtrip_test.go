package trees_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/tenants"
)

// published writes the town's dataset as its CSV is.
func (r *rig) published(town *tenants.Tenant) string {
	r.t.Helper()
	source := r.trees.Datasets()[0]
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = ';'
	line := make([]string, len(source.Describe().Fields))
	for i, f := range source.Describe().Fields {
		line[i] = f.Name
	}
	require.NoError(r.t, w.Write(line))
	err := r.DB.ReadTenant(r.Context, town.ID, func(ctx context.Context, tx *db.Tx) error {
		return source.Rows(ctx, tx, datasets.Filter{}, func(row datasets.Row) error {
			for i, v := range row.Values {
				line[i] = cell(v)
			}
			return w.Write(line)
		})
	})
	require.NoError(r.t, err)
	w.Flush()
	return out.String()
}

func cell(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case int64:
		return strconv.FormatInt(x, 10)
	case int:
		return strconv.Itoa(x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	case time.Time:
		return x.Format(time.DateOnly)
	}
	return ""
}

// TestWhatIsPublishedComesBackAsItWas: a town that takes its own open data back
// changes nothing.
func TestWhatIsPublishedComesBackAsItWas(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("vitre")
	require.NoError(t, r.trees.Seed(r.Context, town, rand.New(rand.NewPCG(3, 3))))
	stored := r.dump(town.ID)
	i := r.load(town, "20260315_vitre_Arbres_Urbains.csv", r.published(town))
	require.Zero(t, i.Counts.Created+i.Counts.Updated+i.Counts.Rejected, "%+v", i.Counts)
	require.Equal(t, stored, r.dump(town.ID))
}
