package cql_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
	"github.com/stretchr/testify/require"

	"acvdata/services/cql"
	"acvdata/tenants"
)

func TestAroundSaysWhereAPointMayBe(t *testing.T) {
	t.Parallel()
	box := tenants.Bounds{West: 1, South: 2, East: 3, North: 4}
	for said, want := range map[string]struct {
		box            tenants.Bounds
		exact, bounded bool
	}{
		"S_INTERSECTS(place, BBOX(1,2,3,4))":                                              {box, true, true},
		"S_INTERSECTS(BBOX(1,2,3,4), place)":                                              {box, true, true},
		"S_INTERSECTS(place, POLYGON((1 2, 3 2, 3 4, 1 4, 1 2)))":                         {box, true, true},
		"S_INTERSECTS(place, POLYGON((1 2, 3 2, 3 4, 1 2)))":                              {box, false, true},
		"S_WITHIN(place, BBOX(1,2,3,4))":                                                  {box, false, true},
		"S_EQUALS(place, POINT(1 2))":                                                     {tenants.Bounds{West: 1, South: 2, East: 1, North: 2}, false, true},
		"S_DISJOINT(place, BBOX(1,2,3,4))":                                                {bounded: false},
		"NOT S_INTERSECTS(place, BBOX(1,2,3,4))":                                          {bounded: false},
		"S_INTERSECTS(other, BBOX(1,2,3,4))":                                              {bounded: false},
		"S_INTERSECTS(place, other)":                                                      {bounded: false},
		"n > 1":                                                                           {bounded: false},
		"n > 1 AND S_INTERSECTS(place, BBOX(1,2,3,4))":                                    {box, false, true},
		"S_INTERSECTS(place, BBOX(1,2,3,9)) AND S_INTERSECTS(place, BBOX(0,0,7,4))":       {tenants.Bounds{West: 1, South: 2, East: 3, North: 4}, true, true},
		"S_INTERSECTS(place, BBOX(1,2,2,4)) OR S_INTERSECTS(place, BBOX(2,2,3,3))":        {box, false, true},
		"n > 1 OR S_INTERSECTS(place, BBOX(1,2,3,4))":                                     {bounded: false},
		"S_INTERSECTS(place, BBOX(1,1,2,2)) AND S_INTERSECTS(place, BBOX(5,5,6,6))":       {bounded: false},
		"n = 1 AND (S_TOUCHES(place, BBOX(1,2,3,4)) AND S_CROSSES(place, BBOX(0,0,9,9)))": {box, false, true},
	} {
		e, err := cql.ParseText(said)
		require.NoError(t, err, said)
		got, exact, bounded := cql.Around(e, "place")
		require.Equal(t, want.bounded, bounded, said)
		if bounded {
			require.Equal(t, want.box, got, said)
			require.Equal(t, want.exact, exact, said)
		}
	}
}

// spot is a row with a place, another and a number.
type spot struct {
	x, y float64
	n    float64
}

func (s spot) Value(at int) any {
	switch at {
	case 0:
		return geom.XY{X: s.x, Y: s.y}.AsPoint().AsGeometry()
	case 1:
		return geom.XY{X: s.y, Y: s.x}.AsPoint().AsGeometry()
	}
	return s.n
}

// drawn is a condition of some depth.
func drawn(luck *rand.Rand, depth int) string {
	op := luck.IntN(8)
	if depth > 0 && op < 4 {
		a, b := drawn(luck, depth-1), drawn(luck, depth-1)
		switch op {
		case 0, 1:
			return "(" + a + " AND " + b + ")"
		case 2:
			return "(" + a + " OR " + b + ")"
		}
		return "NOT " + a
	}
	if op == 7 {
		return fmt.Sprintf("n > %d", luck.IntN(3))
	}
	x, y := luck.IntN(5), luck.IntN(5)
	relation := []string{"S_INTERSECTS", "S_INTERSECTS", "S_WITHIN", "S_DISJOINT", "S_TOUCHES"}[luck.IntN(5)]
	return fmt.Sprintf("%s(%s, BBOX(%d,%d,%d,%d))", relation, []string{"place", "place", "other"}[luck.IntN(3)], x, y, x+1+luck.IntN(3), y+1+luck.IntN(3))
}

// Whatever the condition, no point outside the box passes, and where the box is all
// that is asked each point inside does.
func TestNothingPassesOutsideTheBox(t *testing.T) {
	t.Parallel()
	luck := rand.New(rand.NewPCG(9, 1))
	fields := cql.Fields{"place": {Type: cql.Shape, Value: 0}, "other": {Type: cql.Shape, Value: 1}, "n": {Type: cql.Number, Value: 2}}
	boxes, exactly := 0, 0
	for range 2_000 {
		said := drawn(luck, 3)
		e, err := cql.ParseText(said)
		require.NoError(t, err, said)
		filter, err := cql.Compile(e, fields)
		require.NoError(t, err, said)
		box, exact, bounded := cql.Around(e, "place")
		if !bounded {
			continue
		}
		boxes++
		if exact {
			exactly++
		}
		for range 40 {
			s := spot{float64(luck.IntN(17)) / 2, float64(luck.IntN(17)) / 2, float64(luck.IntN(4))}
			inside := box.Contains(tenants.Point{Lon: s.x, Lat: s.y}, 0)
			passes := filter(s)
			require.False(t, passes && !inside, "%s at %v, box %v", said, s, box)
			require.False(t, exact && inside && !passes, "%s at %v, box %v", said, s, box)
		}
	}
	require.Greater(t, boxes, 500)
	require.Greater(t, exactly, 50)
}
