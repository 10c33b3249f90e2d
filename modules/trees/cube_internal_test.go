package trees

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"acvdata/services/db"
)

// TestCountsEqualARecount: whatever is selected, the kept counts give what
// counting the trees one by one gives, and so do the choices of the filters.
func TestCountsEqualARecount(t *testing.T) {
	t.Parallel()
	r := newStageRig(t)
	module := &Module{service: r.service}
	require.NoError(t, module.Seed(r.ctx, r.town, rand.New(rand.NewPCG(7, 7))))
	register, err := r.service.Register(r.ctx, r.town.ID)
	require.NoError(t, err)
	_, all, err := r.service.List(r.ctx, r.town.ID, List{})
	require.NoError(t, err)
	require.Positive(t, all.Total)

	rapid.Check(t, func(t *rapid.T) {
		f := drawFilter(t, all)
		page, facets, err := r.service.List(r.ctx, r.town.ID, List{Filter: f, Size: 1})
		require.NoError(t, err)
		count := func(f Filter) (n int64) {
			require.NoError(t, r.in(func(ctx context.Context, tx *db.Tx) (err error) {
				n, err = countTrees(ctx, tx, register, f)
				return err
			}))
			return n
		}
		require.Equal(t, count(f), page.Total, "%+v", f)
		for _, choice := range facets.Statuses {
			chosen := f
			chosen.Status = Status(choice.Value)
			require.Equal(t, count(chosen), choice.N, "%+v", chosen)
		}
		for _, choice := range facets.Taxa[:min(2, len(facets.Taxa))] {
			chosen := f
			chosen.Taxon = &choice.Taxon
			require.Equal(t, count(chosen), choice.N, "%+v", chosen)
		}
		for _, choice := range facets.Districts {
			chosen := f
			chosen.District = choice.Value
			require.Equal(t, count(chosen), choice.N, "%+v", chosen)
		}
	})
}

// TestTotalsOfTextsEqualARecount: whatever a text means, its kept total is what
// counting gives.
func TestTotalsOfTextsEqualARecount(t *testing.T) {
	t.Parallel()
	r := newStageRig(t)
	module := &Module{service: r.service}
	require.NoError(t, module.Seed(r.ctx, r.town, rand.New(rand.NewPCG(7, 7))))
	register, err := r.service.Register(r.ctx, r.town.ID)
	require.NoError(t, err)
	_, all, err := r.service.List(r.ctx, r.town.ID, List{})
	require.NoError(t, err)
	found := map[string]int64{}
	rapid.Check(t, func(t *rapid.T) {
		f := drawFilter(t, all)
		f.Text = rapid.SampledFrom([]string{"platane", "rue", "avenue", "chene", "12", "1", "e", "nulle part"}).Draw(t, "text")
		page, _, err := r.service.List(r.ctx, r.town.ID, List{Filter: f, Size: 1})
		require.NoError(t, err)
		found[f.Text] += page.Total
		require.NoError(t, r.in(func(ctx context.Context, tx *db.Tx) error {
			require.NoError(t, r.service.understand(ctx, r.town.ID, &f, register))
			want, err := countTrees(ctx, tx, register, f)
			require.Equal(t, want, page.Total, "%+v", f)
			return err
		}))
	})
	require.Positive(t, found["platane"])
	require.Positive(t, found["rue"]+found["avenue"], "no street was found")
}

// drawFilter picks among the choices a list offers.
func drawFilter(t *rapid.T, all Facets) (f Filter) {
	chance := func(name string) bool { return rapid.IntRange(0, 2).Draw(t, name) == 0 }
	if chance("taxon?") {
		chosen := rapid.SampledFrom(all.Taxa).Draw(t, "taxon").Taxon
		f.Taxon = &chosen
	}
	if chance("status?") {
		f.Status = Status(rapid.SampledFrom(all.Statuses).Draw(t, "status").Value)
	}
	if chance("stage?") {
		f.Stage = Stage(rapid.SampledFrom([]Stage{Young, Adult, Old}).Draw(t, "stage"))
	}
	if chance("district?") {
		f.District = rapid.SampledFrom(all.Districts).Draw(t, "district").Value
	}
	if chance("diameter?") {
		class := rapid.IntRange(UnknownDiameter, DiameterClasses-1).Draw(t, "diameter")
		f.Diameter = &class
	}
	f.Remarkable = chance("remarkable")
	return f
}
