package richness_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/atlas/richness"
)

// community makes counts with n records, s species, f1 singletons and f2
// doubletons; what is left is shared evenly among the other species.
func community(n int64, s, f1, f2 int) richness.Counts {
	var c richness.Counts
	for range f1 {
		c = append(c, 1)
	}
	for range f2 {
		c = append(c, 2)
	}
	rest, left := int64(s-f1-f2), n-int64(f1+2*f2)
	for i := range rest {
		share := left / rest
		if i < left%rest {
			share++
		}
		c = append(c, share)
	}
	return c
}

// The same data give three figures, one a convention: iNEXT 43.893, vegan
// 39.200 for spider "Girdled"; 61.403 and 55.200 for "Logged".
func TestChao1MeetsPublishedFigures(t *testing.T) {
	girdled, logged := community(168, 26, 12, 4), community(252, 37, 14, 4)
	require.InDelta(t, 26+167.0/168*144/8, girdled.Chao1(), 1e-9)
	require.InDelta(t, 43.893, girdled.Chao1(), 0.0005)
	require.InDelta(t, 39.200, girdled.Chao1Corrected(), 1e-9)
	require.InDelta(t, 61.403, logged.Chao1(), 0.0005)
	require.InDelta(t, 55.200, logged.Chao1Corrected(), 1e-9)
	require.InDelta(t, 0.928855, girdled.Coverage(), 5e-7)
	require.InDelta(t, 0.944571, logged.Coverage(), 5e-7)
	fossil := richness.Counts{4, 5, 1, 1, 2, 1, 3, 8, 45, 23}
	require.InDelta(t, 11.5, fossil.Chao1Corrected(), 1e-9)
	// Without the factor (n−1)/n the package fossil gives 14.5.
	require.InDelta(t, 10+92.0/93*4.5, fossil.Chao1(), 1e-9)
}

// f1/f2 = 3 and f2 = 4: the variance is 4·(4.5 + 27 + 20.25) = 207, the missing
// species 167/168·144/8; bounds worked out apart from this code.
func TestIntervalFollowsItsFormula(t *testing.T) {
	low, high, ok := community(168, 26, 12, 4).Interval()
	require.True(t, ok)
	require.InDelta(t, 30.48298358724459, low, 1e-9)
	require.InDelta(t, 97.41546037456555, high, 1e-9)
	_, _, ok = richness.Counts{1, 1, 5}.Interval()
	require.False(t, ok, "no species was seen twice")
}

func TestNothingSeenEstimatesNothing(t *testing.T) {
	var none richness.Counts
	require.Zero(t, none.Chao1())
	require.Zero(t, none.Chao1Corrected())
	require.InDelta(t, 1, none.Coverage(), 0)
	require.Zero(t, richness.Units{}.Chao2())
	at, _ := none.Curve(10)
	require.Empty(t, at)
}

func TestRarefactionIsExact(t *testing.T) {
	c := richness.Counts{3, 1} // of 4 records, 2 drawn: C(4,2) = 6 draws, 3 hold the rare one
	require.InDelta(t, 1+0.5, c.Rarefied(2), 1e-9)
	require.InDelta(t, 2, c.Rarefied(4), 1e-9)
	require.InDelta(t, 2, c.Rarefied(99), 1e-9)
	require.Zero(t, c.Rarefied(0))
}
