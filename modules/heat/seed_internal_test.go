package heat

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheSameChanceMakesTheSameWeather(t *testing.T) {
	t.Parallel()
	invent := func(seed uint64) []Sample {
		s := seeding{chance: rand.New(rand.NewPCG(seed, 2026)), now: time.Date(2026, time.July, 20, 14, 0, 0, 0, time.UTC)}
		return s.temperatures(1, inventions[0], s.weather())
	}
	require.Equal(t, invent(1), invent(1))
	require.NotEqual(t, invent(1), invent(2))
}
