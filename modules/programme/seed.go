package programme

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// seedSteps are the milestones of every illustrative record, in weeks before and
// after today; the last is the decision.
var seedSteps = []struct {
	key     string
	planned int
}{
	{"kickoff", -40}, {"inventory", -30}, {"prototype", -18}, {"field", -6}, {"restitution", 6}, {"decision", 14},
}

// Seed implements module.Seeder: an illustrative record made of what the town's
// pack says it asked the programme for, marked as an illustration wherever it is
// shown. A town that has a record already is left alone.
func (m *Module) Seed(ctx context.Context, town *tenants.Tenant, chance *rand.Rand) error {
	return m.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		old, err := readRecord(ctx, tx)
		if err != nil || old.Kept() {
			return err
		}
		if err := m.seedRecord(ctx, tx, town, chance); err != nil {
			return err
		}
		return m.signal(ctx, tx, town)
	})
}

func (m *Module) seedRecord(ctx context.Context, tx *db.Tx, town *tenants.Tenant, chance *rand.Rand) error {
	today := m.today()
	week := func(n int) time.Time { return today.AddDate(0, 0, 7*n) }
	text := func(key string) string { return i18n.T(ctx, "programme.seed."+key, i18n.V{"Town": town.Name}) }
	r := Record{
		Title: town.Tagline, Hypothesis: text("hypothesis"), Audience: text("audience"), Baseline: text("baseline"), Threshold: text("threshold"),
		ThresholdOn: week(-42), StartsOn: week(-40), Illustrative: true, Version: 1, ChangedAt: m.now(),
	}
	if err := writeRecord(ctx, tx, &r); err != nil {
		return err
	}
	slip := 0
	for _, step := range seedSteps {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		one := Milestone{ID: id, Title: text("step." + step.key), Planned: week(step.planned)}
		slip += chance.IntN(3)
		if reached := week(step.planned + slip); !reached.After(today) {
			one.Reached = reached
		}
		if err := addMilestone(ctx, tx, one); err != nil {
			return err
		}
	}
	return m.seedLines(ctx, tx, text, week, chance)
}

func (m *Module) seedLines(ctx context.Context, tx *db.Tx, text func(string) string, week func(int) time.Time, chance *rand.Rand) error {
	for i, key := range []string{"note.start", "note.data", "note.test"} {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		if err := addEntry(ctx, tx, Entry{ID: id, On: week(-38 + 12*i), Text: text(key)}, m.now()); err != nil {
			return err
		}
	}
	for i, role := range []Role{Business, DataRole, Business, Partner, Intern, Elected} {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		e := Effort{ID: id, On: week(-38 + 6*i), Role: role, Days: float64(1+chance.IntN(10)) + 0.5*float64(chance.IntN(2)), Note: ""}
		if role == Partner {
			e.Euros = int64(1000 * (1 + chance.IntN(8)))
		}
		if err := addEffort(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}
