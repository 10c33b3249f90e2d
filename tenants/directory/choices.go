package directory

import (
	"context"
	"maps"
	"time"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Choices are what a town decides for itself.
type Choices struct {
	Accent     string
	PublicName string
	Tagline    string
	Experiment string
	Welcome    string
	Contact    string
	Phone      string
	Postal     string
	Legal      string
	Privacy    string
	Logo       string
	Modules    map[string]tenants.ModuleState
}

// ChoicesOf gives the town's choices as they are, free to be changed.
func ChoicesOf(t *tenants.Tenant) Choices {
	c := Choices{
		Accent: t.Accent, PublicName: t.PublicName, Tagline: t.Tagline, Experiment: t.Experiment, Welcome: t.Welcome,
		Contact: t.Contact, Phone: t.Phone, Postal: t.Postal, Legal: t.Legal, Privacy: t.Privacy, Logo: t.Logo,
		Modules: maps.Clone(t.Modules),
	}
	if c.Modules == nil {
		c.Modules = map[string]tenants.ModuleState{}
	}
	return c
}

// Change turns a town's choices into what they shall be, on the transaction that
// writes them: an error writes nothing, and what it records is on record if and
// only if the change happened.
type Change func(ctx context.Context, tx *db.Tx, c *Choices) error

// Settle lets change alter the town's choices. It is a conflict when the town
// has changed since seen (Tenant.Changed of the page the person had before them).
func (d *Directory) Settle(ctx context.Context, id tenants.ID, seen time.Time, change Change) error {
	defer d.Forget()
	return d.db.InTenant(ctx, id, func(ctx context.Context, tx *db.Tx) error {
		town, err := lock(ctx, tx)
		if err != nil {
			return err
		}
		if !town.Changed.Equal(seen) {
			return fault.New(fault.Conflict, "tenants.fault.changed_meanwhile")
		}
		choices := ChoicesOf(town)
		if err := change(ctx, tx, &choices); err != nil {
			return err
		}
		return settle(ctx, tx, choices)
	})
}
