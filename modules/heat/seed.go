package heat

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/geo/boundary"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

// Seed implements module.Seeder: an illustrative network of eight stations over
// fourteen months, so that one whole summer is in, hour by hour, with a mean
// island of about 2 °C at night as small towns have, a heat wave, a sensor that
// fell silent, and a map of local climate zones made of squares. A town that has
// stations already is left alone.
func (m *Module) Seed(ctx context.Context, town *tenants.Tenant, chance *rand.Rand) error {
	outline, err := boundary.Parse(town.Boundary)
	if err != nil {
		return err
	}
	seeding := seeding{town: town, outline: outline, chance: chance, now: m.service.now()}
	return m.service.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		var has bool
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM heat.site WHERE tenant_id = $1)`, town.ID).Scan(&has); err != nil || has {
			return err
		}
		if err := lockNetwork(ctx, tx); err != nil {
			return err
		}
		if err := seeding.write(ctx, tx); err != nil {
			return err
		}
		return ogc.Bump(ctx, tx, LayerID)
	})
}

// invented is one station: where it stands from the centre, in shares of the
// town's half width, and how its air differs from the country's.
type invented struct {
	code, name string
	setting    Setting
	east       float64
	north      float64
	night, day float64 // K above the country, by clear night and by day
	humid      bool
}

// inventions follow what networks of small towns measure: most in the old
// centre, least in parks and by water, nothing by day.
var inventions = []invented{
	{"centre-01", "Place du centre", Built, 0.02, 0.03, 3.1, -0.2, true},
	{"centre-02", "Rue commerçante", Built, -0.06, 0.01, 2.7, 0.1, false},
	{"gare-01", "Parvis de la gare", Built, 0.1, -0.12, 2.4, 0.6, false},
	{"ecole-01", "Cour d’école", Built, -0.14, 0.12, 1.9, 0.5, false},
	{"quartier-01", "Lotissement", Built, 0.3, 0.22, 1.1, 0.1, false},
	{"parc-01", "Jardin public", Green, -0.1, -0.08, 0.9, -1.4, true},
	{"eau-01", "Bord de l’eau", Water, 0.05, 0.24, 0.7, -0.9, false},
	{"campagne-01", "Champ de référence", Countryside, -0.62, -0.5, 0, 0, true},
}

type seeding struct {
	town    *tenants.Tenant
	outline *boundary.Boundary
	chance  *rand.Rand
	now     time.Time
}

const (
	// seededDays hold one whole summer, whatever the day of the first start.
	seededDays = 425
	// quietDays is since when the sensor of quietStation says nothing.
	quietDays    = 4
	quietStation = "gare-01"
	// A flat battery leaves a hole in the winter of patchyStation.
	patchyStation = "ecole-01"
)

// patchy is the hole, in days of the year.
var patchy = [2]int{33, 41}

func (s *seeding) write(ctx context.Context, tx *db.Tx) error {
	weather := s.weather()
	var samples []Sample
	for n, i := range inventions {
		site, err := s.station(ctx, tx, n, i)
		if err != nil {
			return err
		}
		number, err := seriesOf(ctx, tx, site.ID, Temperature)
		if err != nil {
			return err
		}
		samples = append(samples, s.temperatures(number, i, weather)...)
		if !i.humid {
			continue
		}
		if number, err = seriesOf(ctx, tx, site.ID, Humidity); err != nil {
			return err
		}
		samples = append(samples, s.humidities(number, i, weather)...)
	}
	if _, err := store(ctx, tx, samples, 0); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, seedQuiet, s.town.ID, quietStation); err != nil {
		return err
	}
	return s.zones(ctx, tx)
}

// seedQuiet makes the silence of one station mean something. The others are not
// said to be fed by a device: none is, and a demonstration of yesterday would
// call them all silent.
const seedQuiet = `
UPDATE heat.series x
SET live = true
FROM heat.site p
WHERE x.tenant_id = $1 AND x.quantity = 'temperature' AND p.tenant_id = $1 AND p.id = x.site_id AND p.code = $2`

// station writes a station and the device that is said to stand there.
func (s *seeding) station(ctx context.Context, tx *db.Tx, n int, i invented) (*Site, error) {
	site := &Site{
		Code: i.code, Name: i.name, Setting: i.setting, Reference: i.setting == Countryside, Public: true, Position: s.place(i),
	}
	action := ""
	if err := writeSite(ctx, tx, site, &action); err != nil {
		return nil, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	var device uuid.UUID
	serial := fmt.Sprintf("ILLUSTRATION-%02d", n+1)
	if err := tx.QueryRow(ctx, upsertDevice, tx.Tenant(), id, serial, "").Scan(&device); err != nil {
		return nil, err
	}
	return site, deployed(ctx, tx, site, device, serial, dayStart(localDay(s.now).AddDate(0, 0, -seededDays)))
}

// place finds the station's place; one that would fall outside the town moves
// towards its centre, the reference in the country apart.
func (s *seeding) place(i invented) *tenants.Point {
	b, c := s.town.Bounds, s.town.Center
	for shrink := 1.0; shrink > 0.05; shrink *= 0.8 {
		p := tenants.Point{Lon: c.Lon + i.east*shrink*(b.East-b.West)/2, Lat: c.Lat + i.north*shrink*(b.North-b.South)/2}
		if s.outline.Contains(p) {
			p = p.Rounded()
			return &p
		}
	}
	return &c
}

// weatherHour is the country's air at an hour.
type weatherHour struct {
	at          time.Time
	temperature float64
	calm        float64 // 0 windy and grey, 1 clear and calm
	night       float64 // 0 by day, 1 in the middle of the night
}

// weather invents the country's hours: the year, spells of a few days, the day,
// and each summer's heat wave.
func (s *seeding) weather() []weatherHour {
	start := dayStart(localDay(s.now).AddDate(0, 0, -seededDays))
	hours := int(s.now.Sub(start).Hours())
	list := make([]weatherHour, 0, hours+1)
	var today, tomorrow spell
	tomorrow.calm = 0.5
	waveDay := 196 + s.chance.IntN(24) // of the year: from mid-July to early August
	for h := range hours + 1 {
		at := start.Add(time.Duration(h) * time.Hour)
		local := at.In(paris)
		if h%hoursOfDay == 0 {
			today, tomorrow = tomorrow, s.spell(tomorrow, heatWave(local.YearDay()+1-waveDay))
		}
		air := today.towards(tomorrow, float64(h%hoursOfDay)/hoursOfDay)
		year := math.Cos(2 * math.Pi * float64(local.YearDay()-203) / 365.25) // warmest on 22 July
		clock := float64(local.Hour())
		day := math.Cos(2 * math.Pi * (clock - 16) / hoursOfDay)
		swing := (3.2 + 1.6*year) * (0.6 + 0.9*air.calm)
		list = append(list, weatherHour{
			at: at.UTC(), temperature: 11.6 + 7.8*year + air.warmth + swing*day + 0.15*s.chance.NormFloat64(),
			calm: air.calm, night: nightness(clock),
		})
	}
	return list
}

// spell is the weather that a day begins with: how much warmer than usual its
// air is, in K, and how calm and clear.
type spell struct{ warmth, calm float64 }

// spell invents the day after one; in a heat wave the sky is clear.
func (s *seeding) spell(before spell, wave float64) spell {
	next := spell{warmth: 0.78*before.warmth + 1.9*s.chance.NormFloat64()}
	next.calm = min(1, max(0, 0.5+0.08*next.warmth+0.25*s.chance.NormFloat64()))
	if wave > 0 {
		return spell{warmth: wave + min(1, max(-0.5, next.warmth)), calm: 1}
	}
	next.warmth = min(next.warmth, 5)
	return next
}

// towards is the weather on the way to the next day's.
func (s spell) towards(next spell, part float64) spell {
	return spell{s.warmth + part*(next.warmth-s.warmth), s.calm + part*(next.calm-s.calm)}
}

// heatWave is how much a day of the wave is hotter than usual, in K: it builds
// up in three days, stays for five and breaks in a storm.
func heatWave(day int) float64 {
	const rise, last, most = 3, 8, 7.5
	switch {
	case day < 0 || day >= last:
		return 0
	case day < rise:
		return most * float64(day+1) / (rise + 1)
	}
	return most
}

// nightness is 0 by day, rises from 18 h as the town gives back its heat, is
// full from midnight to sunrise and gone by 10 h.
func nightness(clock float64) float64 {
	smooth := func(x float64) float64 { return x * x * (3 - 2*x) }
	switch {
	case clock >= 18:
		return smooth((clock - 18) / 6)
	case clock <= 5:
		return 1
	case clock < 10:
		return smooth((10 - clock) / 5)
	}
	return 0
}

func (s *seeding) temperatures(series int, i invented, weather []weatherHour) []Sample {
	list := make([]Sample, 0, len(weather))
	for _, w := range weather {
		if s.silent(i, w.at) {
			continue
		}
		island := w.night*i.night*(0.35+0.95*w.calm) + (1-w.night)*i.day*(0.4+0.6*w.calm)
		value := w.temperature + island + 0.15*s.chance.NormFloat64()
		list = append(list, Sample{Series: series, At: w.at, Value: math.Round(value*10) / 10})
	}
	return list
}

// silent tells when a station's sensor says nothing.
func (s *seeding) silent(i invented, at time.Time) bool {
	switch day := at.In(paris).YearDay(); i.code {
	case quietStation:
		return at.After(s.now.AddDate(0, 0, -quietDays))
	case patchyStation:
		return day >= patchy[0] && day < patchy[1]
	}
	return false
}

func (s *seeding) humidities(series int, i invented, weather []weatherHour) []Sample {
	list := make([]Sample, 0, len(weather))
	for _, w := range weather {
		value := 62 + 26*w.night - 14*w.calm - 2*i.night + 4*s.chance.NormFloat64()
		list = append(list, Sample{Series: series, At: w.at, Value: math.Round(min(100, max(18, value)))})
	}
	return list
}
