package directory

import (
	"context"
	"maps"
	"time"

	"acvdata/services/db"
	"acvdata/tenants"
)

// Choices are what a town decides for itself.
type Choices struct {
	Accent     string
	Tagline    string
	Experiment string
	Welcome    string
	Contact    string
	Modules    map[string]tenants.ModuleState
}

// ChoicesOf gives the town's choices as they are, free to be changed.
func ChoicesOf(t *tenants.Tenant) Choices {
	return Choices{
		Accent: t.Accent, Tagline: t.Tagline, Experiment: t.Experiment, Welcome: t.Welcome, Contact: t.Contact,
		Modules: maps.Clone(t.Modules),
	}
}

// Settle writes the town's choices, and record in the same transaction. It is a
// conflict when the town has changed since seen (Tenant.Changed of the page the
// person had before them).
func (d *Directory) Settle(ctx context.Context, id tenants.ID, seen time.Time, c Choices, record func(context.Context, *db.Tx) error) error {
	defer d.Forget()
	return d.db.InTenant(ctx, id, func(ctx context.Context, tx *db.Tx) error {
		if err := settle(ctx, tx, seen, c); err != nil {
			return err
		}
		return record(ctx, tx)
	})
}
