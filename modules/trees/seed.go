package trees

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/modules/trees/taxa"
	"acvdata/services/db"
	"acvdata/services/geo/boundary"
	"acvdata/services/geo/qk"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

// seedTree is one invented tree.
type seedTree struct {
	position      tenants.Point
	qk            int64
	taxon         taxa.Taxon
	district      string
	address       string
	layout        string
	status        Status
	stage         Stage
	birth         int
	height, girth float64
	remarkable    bool
}

// Seed implements module.Seeder: an illustrative inventory along invented
// streets inside the town's outline, with species that suit its climate. A town
// that has trees already is left alone.
func (m *Module) Seed(ctx context.Context, town *tenants.Tenant, chance *rand.Rand) error {
	register, err := m.service.Register(ctx, town.ID)
	if err != nil {
		return err
	}
	outline, err := boundary.Parse(town.Boundary)
	if err != nil {
		return err
	}
	return m.service.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		var has bool
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM trees.tree WHERE tenant_id = $1)`, town.ID).Scan(&has); err != nil || has {
			return err
		}
		s := seeding{town: town, outline: outline, chance: chance, palette: palette(town, register), year: m.service.now().Year()}
		if err := s.write(ctx, tx, s.plant(treesToSeed(town))); err != nil {
			return err
		}
		return ogc.Bump(ctx, tx, LayerID)
	})
}

// treesToSeed is about what a town of that size cares for: one tree for six
// inhabitants, as Alès says of itself (8,000 trees for 46,000 people).
func treesToSeed(town *tenants.Tenant) int {
	return min(max(town.Population/6, 1_500), 8_000)
}

type seeding struct {
	town    *tenants.Tenant
	outline *boundary.Boundary
	chance  *rand.Rand
	palette []weighted
	year    int
}

// plant invents streets until there are enough trees, sorted as imports sort.
func (s *seeding) plant(wanted int) []seedTree {
	list := make([]seedTree, 0, wanted+200)
	for street := 1; len(list) < wanted; street++ {
		list = append(list, s.street(street)...)
	}
	list = list[:wanted]
	slices.SortFunc(list, func(a, b seedTree) int { return int(max(-1, min(1, a.qk-b.qk))) })
	return list
}

const (
	metresPerDegree = 111_320.0 // of latitude
	spacing         = 8.0       // metres between the trees of a row
)

// street is two rows of one species, or a square of several.
func (s *seeding) street(n int) []seedTree {
	start := s.somewhere()
	angle := math.Pi * s.chance.Float64()
	species, length := s.species(), 15+s.chance.IntN(45)
	square := s.chance.IntN(5) == 0
	name := streetNames[n%len(streetNames)]
	planted := s.year - 5 - s.chance.IntN(90)
	var list []seedTree
	for i := range length {
		for side := range 2 {
			along, across := spacing*float64(i), 9*float64(side)
			layout := "alignement"
			if square {
				along, across = 70*s.chance.Float64(), 70*s.chance.Float64()
				species, layout = s.species(), "parc"
			}
			t := seedTree{taxon: species, address: fmt.Sprintf("%d %s", 2*i+side+1, name), layout: layout, district: s.district(start)}
			t.position = shift(start, angle, along, across).Rounded()
			if s.chance.IntN(12) != 0 && s.outline.Contains(t.position) {
				list = append(list, s.grow(t, planted))
			}
		}
	}
	return list
}

// somewhere is a place in the town, nearer its centre more often than not.
func (s *seeding) somewhere() tenants.Point {
	for {
		b := s.town.Bounds
		p := tenants.Point{
			Lon: s.town.Center.Lon + (b.East-b.West)*0.16*s.chance.NormFloat64(),
			Lat: s.town.Center.Lat + (b.North-b.South)*0.16*s.chance.NormFloat64(),
		}
		if s.outline.Contains(p) {
			return p
		}
	}
}

func shift(p tenants.Point, angle, along, across float64) tenants.Point {
	east := along*math.Cos(angle) - across*math.Sin(angle)
	north := along*math.Sin(angle) + across*math.Cos(angle)
	return tenants.Point{
		Lon: p.Lon + east/(metresPerDegree*math.Cos(p.Lat*math.Pi/180)),
		Lat: p.Lat + north/metresPerDegree,
	}
}

// district names the side of the town a place lies on.
func (s *seeding) district(p tenants.Point) string {
	dx, dy := (p.Lon-s.town.Center.Lon)*math.Cos(p.Lat*math.Pi/180), p.Lat-s.town.Center.Lat
	switch {
	case math.Hypot(dx, dy) < 0.006:
		return "Centre"
	case math.Abs(dx) > math.Abs(dy) && dx > 0:
		return "Est"
	case math.Abs(dx) > math.Abs(dy):
		return "Ouest"
	case dy > 0:
		return "Nord"
	}
	return "Sud"
}

// grow gives a tree the size of its age: girth grows by about 2.5 cm a year,
// height tends to 20 m.
func (s *seeding) grow(t seedTree, planted int) seedTree {
	t.birth = min(planted+s.chance.IntN(6), s.year-1)
	if s.chance.IntN(7) == 0 { // a young one in an old row
		t.birth = s.year - 1 - s.chance.IntN(8)
	}
	age := float64(s.year - t.birth)
	vigour := 0.75 + 0.5*s.chance.Float64()
	t.girth = math.Round(10 + 2.5*age*vigour)
	t.height = math.Round(10*(2+18*vigour*(1-math.Exp(-age/35)))) / 10
	t.stage, t.status = stageAt(age), Standing
	t.remarkable = age > 80 && s.chance.IntN(25) == 0
	if s.chance.IntN(60) == 0 {
		t.status = Felled
	}
	t.qk, _ = qk.Encode(t.position.Lon, t.position.Lat) // inside a town: always a position
	return t
}

func stageAt(age float64) Stage {
	switch {
	case age < 10:
		return Young
	case age < 25:
		return SemiMature
	case age < 70:
		return Adult
	}
	return Old
}

// write copies the trees in two tables; COPY into a table with row-level
// security is refused, so they pass through a temporary one.
func (s *seeding) write(ctx context.Context, tx *db.Tx, list []seedTree) error {
	if _, err := tx.Exec(ctx, createSeedStage); err != nil {
		return err
	}
	rows := pgx.CopyFromSlice(len(list), func(i int) ([]any, error) {
		t, id := list[i], uuid.Must(uuid.NewV7())
		return []any{
			id, i, t.position.Lon, t.position.Lat, t.qk, t.address, t.district, t.layout, string(t.status), t.taxon.ID,
			t.taxon.Scientific, fmt.Sprintf("%s-%05d", s.town.INSEE, i+1), time.Date(t.birth, time.January, 1, 0, 0, 0, 0, time.UTC), t.birth,
			string(t.stage), t.height, t.girth, t.remarkable,
		}, nil
	})
	if _, err := tx.CopyFrom(ctx, "tree_seed", seedColumns, rows); err != nil {
		return err
	}
	for _, statement := range []string{seedInventory, seedSites, seedTrees} {
		if _, err := tx.Exec(ctx, statement, tx.Tenant()); err != nil {
			return err
		}
	}
	return nil
}
