package boxes

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
	"github.com/stretchr/testify/require"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/geo/qk"
	"acvdata/tenants"
)

// Check is a source whose boxes are read, as the runtime role.
type Check struct {
	DB     *db.DB
	Town   *tenants.Tenant
	Source datasets.Source
	// Meanwhile, when set, changes rows between two pages and gives their
	// identifiers: of them nothing is asked.
	Meanwhile func() []string
}

// slack is how near the edge of a box, in degrees, a shape may be in or out: outlines
// are written with fewer decimals than they are stored with. Points are exact.
const slack = 1e-5

// row is what is known of a row without any box.
type row struct {
	id      string
	at      tenants.Point
	located bool
	shape   geom.Geometry // empty for points
}

// Run checks boxes of every size and place.
func (c Check) Run(t *testing.T) {
	t.Helper()
	all := c.all(t)
	require.NotEmpty(t, all)
	luck := rand.New(rand.NewPCG(5, 8)) //nolint:gosec // the same boxes each time
	for _, box := range around(all, luck) {
		c.box(t, box, luck)
	}
}

// around draws boxes, many with their edges through rows.
func around(all []row, luck *rand.Rand) []tenants.Bounds {
	place := func() tenants.Point {
		r := all[luck.IntN(len(all))]
		if low, _, ok := r.shape.Envelope().MinMaxXYs(); ok {
			return tenants.Point{Lon: low.X, Lat: low.Y}
		}
		return r.at
	}
	list := []tenants.Bounds{
		{West: -180, South: -90, East: 180, North: 90},
		{West: -700, South: -90, East: 700, North: 90},
		{West: 100, South: -40, East: 101, North: -39},
		{West: 200, South: 0, East: 300, North: 1},
	}
	for range 6 {
		a, b, one := place(), place(), place()
		x, y, err := qk.Cell(one.Lon, one.Lat)
		if err != nil {
			continue
		}
		list = append(list, between(a, b), between(one, one), qk.Bounds(16, x>>(qk.Zoom-16), y>>(qk.Zoom-16)),
			tenants.Bounds{West: a.Lon - 1e-4, East: a.Lon + 1e-4, South: -80, North: 80},
			tenants.Bounds{West: a.Lon, South: b.Lat, East: a.Lon + 0.01*luck.Float64(), North: b.Lat + 0.01*luck.Float64()})
	}
	return list
}

func between(a, b tenants.Point) tenants.Bounds {
	return tenants.Bounds{
		West: math.Min(a.Lon, b.Lon), South: math.Min(a.Lat, b.Lat),
		East: math.Max(a.Lon, b.Lon), North: math.Max(a.Lat, b.Lat),
	}
}

// all reads every row without a box.
func (c Check) all(t *testing.T) (list []row) {
	t.Helper()
	c.read(t, datasets.Filter{}, func(r datasets.Row) {
		one := row{id: r.ID, at: tenants.Point{Lon: r.Lon, Lat: r.Lat}, located: r.Located}
		if r.Shape != nil {
			var err error
			one.shape, err = geom.UnmarshalGeoJSON(r.Shape, geom.NoValidate{})
			require.NoError(t, err)
		}
		list = append(list, one)
	})
	return list
}

func (c Check) read(t *testing.T, f datasets.Filter, yield func(datasets.Row)) {
	t.Helper()
	err := c.DB.ReadTenant(t.Context(), c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		return c.Source.Rows(ctx, tx, f, func(r datasets.Row) error {
			yield(r)
			return nil
		})
	})
	require.NoError(t, err)
}

// in says whether a row touches a box, and whether that is sure.
func (r row) in(box tenants.Bounds) (yes, sure bool) {
	if r.shape.IsEmpty() {
		return r.located && box.Contains(r.at, 0), true
	}
	wide := meets(r.shape, box, slack)
	return wide, meets(r.shape, box, -slack) == wide
}

func meets(shape geom.Geometry, b tenants.Bounds, margin float64) bool {
	low, high := geom.XY{X: b.West - margin, Y: b.South - margin}, geom.XY{X: b.East + margin, Y: b.North + margin}
	if low.X > high.X || low.Y > high.Y {
		return false
	}
	return geom.Intersects(shape, geom.NewEnvelope(low, high).AsGeometry())
}

// box reads a box page after page and compares.
func (c Check) box(t *testing.T, box tenants.Bounds, luck *rand.Rand) {
	t.Helper()
	want, doubtful := map[string]bool{}, map[string]bool{}
	for _, r := range c.all(t) {
		yes, sure := r.in(box)
		want[r.id] = yes
		if !sure {
			doubtful[r.id] = true
		}
	}
	expected := 0
	for id, yes := range want {
		if yes && !doubtful[id] {
			expected++
		}
	}
	limit := 1 + expected/(1+luck.IntN(9))
	seen := c.pages(t, datasets.Filter{BBox: &box, Limit: limit}, doubtful)
	for id, times := range seen {
		require.True(t, doubtful[id] || times == 1 && want[id], "%s came %d times in %+v, pages of %d", id, times, box, limit)
	}
	for id, yes := range want {
		require.True(t, doubtful[id] || !yes || seen[id] == 1, "%s never came in %+v, pages of %d", id, box, limit)
	}
	if c.Meanwhile == nil {
		c.counts(t, box, len(seen), limit)
	}
}

// pages follows the cursors and tells how often each row came.
func (c Check) pages(t *testing.T, f datasets.Filter, touched map[string]bool) map[string]int {
	t.Helper()
	seen := map[string]int{}
	for {
		got := 0
		c.read(t, f, func(r datasets.Row) {
			seen[r.ID]++
			got++
			f.After = r.Cursor
		})
		require.LessOrEqual(t, got, f.Limit)
		if got < f.Limit {
			return seen
		}
		if c.Meanwhile != nil {
			for _, id := range c.Meanwhile() {
				touched[id] = true
			}
		}
	}
}

// counts compares what the source counts, to its end and up to a limit.
func (c Check) counts(t *testing.T, box tenants.Bounds, rows, limit int) {
	t.Helper()
	err := c.DB.ReadTenant(t.Context(), c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		whole, err := c.Source.Count(ctx, tx, datasets.Filter{BBox: &box})
		require.NoError(t, err)
		require.EqualValues(t, rows, whole, "%+v", box)
		some, err := c.Source.Count(ctx, tx, datasets.Filter{BBox: &box, Limit: limit})
		require.NoError(t, err)
		require.True(t, some == whole || some == int64(limit), "%d of %d counted in %+v, to %d", some, whole, box, limit)
		return nil
	})
	require.NoError(t, err)
}
