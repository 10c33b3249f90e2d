package atlas

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/geo/boundary"
	"acvdata/services/geo/qk"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

// seedRecord is one invented occurrence.
type seedRecord struct {
	taxon    int
	name     string
	at       tenants.Point
	day      time.Time
	observer string
	count    int
	method   string
}

// Seed implements module.Seeder: illustrative occurrences along invented walks
// of invented observers inside the town's outline, in the months each species is
// met in. A town that has occurrences already is left alone.
func (m *Module) Seed(ctx context.Context, town *tenants.Tenant, chance *rand.Rand) error {
	outline, err := boundary.Parse(town.Boundary)
	if err != nil {
		return err
	}
	return m.service.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		var has bool
		if err := tx.QueryRow(ctx, seedHas, town.ID).Scan(&has); err != nil || has {
			return err
		}
		names, err := seedNames(ctx, tx)
		if err != nil {
			return err
		}
		if err := execTown(ctx, tx, seedRules); err != nil {
			return err
		}
		s := seeding{town: town, outline: outline, chance: chance, names: names, now: m.service.now()}
		if err := s.write(ctx, tx, s.walks(recordsToSeed(town))); err != nil {
			return err
		}
		return ogc.Bump(ctx, tx, LayerID)
	})
}

// recordsToSeed is what an atlas has after three years of a few dozen
// volunteers.
func recordsToSeed(town *tenants.Tenant) int {
	return min(max(town.Population/12, 2_000), 4_500)
}

type seeding struct {
	town    *tenants.Tenant
	outline *boundary.Boundary
	chance  *rand.Rand
	names   map[int]string
	now     time.Time
}

// walks invents visits until there are enough records: an hour somewhere, a few
// species of the season.
func (s *seeding) walks(wanted int) []seedRecord {
	palette := s.palette()
	list := make([]seedRecord, 0, wanted+30)
	for len(list) < wanted {
		day := s.day()
		start := s.somewhere()
		observer := fmt.Sprintf("Observateur %02d", 1+s.chance.IntN(24))
		for range 3 + s.chance.IntN(4+int(12*spring(day))) {
			kind := s.pick(palette, day.Month())
			at := s.near(start, 350)
			if kind == nil || !s.outline.Contains(at) {
				continue
			}
			list = append(list, seedRecord{
				taxon: kind.id, name: s.names[kind.id], at: at, day: day, observer: observer,
				count: 1 + int(s.chance.ExpFloat64()*float64(kind.flock)), method: kind.method,
			})
		}
	}
	return list[:wanted]
}

// day is one of the last five years, spring more often than winter, weekends
// more often than not.
func (s *seeding) day() time.Time {
	today := time.Date(s.now.Year(), s.now.Month(), s.now.Day(), 0, 0, 0, 0, time.UTC)
	for {
		day := today.AddDate(0, 0, -1-s.chance.IntN(5*365))
		weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
		if s.chance.Float64() < 0.25+0.75*spring(day) && (weekend || s.chance.IntN(3) == 0) {
			return day
		}
	}
}

// spring is how much there is to see on a day: most at the end of May.
func spring(day time.Time) float64 {
	return math.Exp(-math.Pow(float64(day.YearDay())-150, 2) / 8000)
}

// somewhere is a place in the town: people return to a few parks and banks.
func (s *seeding) somewhere() tenants.Point {
	b := s.town.Bounds
	spots := [...][2]float64{{0.5, 0.5}, {0.32, 0.62}, {0.66, 0.4}, {0.42, 0.3}, {0.7, 0.7}, {0.25, 0.4}}
	for {
		spot, spread := spots[min(s.chance.IntN(9), len(spots)-1)], 0.05
		if s.chance.IntN(3) == 0 {
			spot, spread = [2]float64{0.5, 0.5}, 0.25
		}
		p := tenants.Point{
			Lon: b.West + (b.East-b.West)*(spot[0]+spread*s.chance.NormFloat64()),
			Lat: b.South + (b.North-b.South)*(spot[1]+spread*s.chance.NormFloat64()),
		}
		if s.outline.Contains(p) {
			return p
		}
		if p = s.near(s.town.Center, 900); s.outline.Contains(p) {
			return p
		}
	}
}

// near is a place some metres away.
func (s *seeding) near(p tenants.Point, metres float64) tenants.Point {
	const metresPerDegree = 111_195.0
	return tenants.Point{
		Lon: p.Lon + metres*s.chance.NormFloat64()/2/(metresPerDegree*math.Cos(p.Lat*math.Pi/180)),
		Lat: p.Lat + metres*s.chance.NormFloat64()/2/metresPerDegree,
	}.Rounded()
}

// pick draws a species met in the month, common ones more often.
func (s *seeding) pick(palette []seedKind, month time.Month) *seedKind {
	total := 0.0
	for i := range palette {
		total += palette[i].weight * palette[i].season(month)
	}
	at := s.chance.Float64() * total
	for i := range palette {
		if at -= palette[i].weight * palette[i].season(month); at <= 0 {
			return &palette[i]
		}
	}
	return nil
}

// write copies the records in, through a temporary table: COPY into a table with
// row-level security is refused.
func (s *seeding) write(ctx context.Context, tx *db.Tx, list []seedRecord) error {
	if err := execTown(ctx, tx, createSeedStage); err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b seedRecord) int { return a.day.Compare(b.day) })
	if _, err := tx.CopyFrom(ctx, "atlas_seed", seedColumns, s.rows(list)); err != nil {
		return err
	}
	return execTown(ctx, tx, seedRegister, seedOccurrences)
}

// identifier is drawn like the rest, so that the same town is the same
// everywhere.
func (s *seeding) identifier() uuid.UUID {
	var id uuid.UUID
	for i := range id {
		id[i] = byte(s.chance.UintN(256))
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

func (s *seeding) values(number int, r seedRecord) []any {
	code, _ := qk.Encode(r.at.Lon, r.at.Lat) // inside a town: always a position
	return []any{s.identifier(), number, s.identifier(), r.taxon, r.name, r.day, r.at.Lon, r.at.Lat, code, r.count, r.observer, r.method}
}
