package desks

import (
	"context"
	"strings"
	"unicode/utf8"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// LongestWho bounds a name with what the person does, in characters.
const LongestWho = 120

// Desk is who answers about a dataset.
type Desk struct {
	Who    string // "Claire Martin, chargée de mission eau"; "": as the town says for all
	Closed bool   // no question is taken
}

// Service keeps the desks. It is safe for concurrent use.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Of gives the desk of a dataset, the zero one when the town decided nothing.
func (s *Service) Of(ctx context.Context, town *tenants.Tenant, dataset string) (d Desk, err error) {
	err = s.db.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		d, err = selectDesk(ctx, tx, dataset)
		return err
	})
	return d, err
}

// Save keeps the desk of a dataset; an invalid fault names the field who.
func (s *Service) Save(ctx context.Context, town *tenants.Tenant, dataset string, d Desk) error {
	d.Who = strings.Join(strings.Fields(d.Who), " ")
	if utf8.RuneCountInString(d.Who) > LongestWho {
		return fault.New(fault.Invalid, "contributions.fault.form", fault.On("who", "opendata.fault.long", fault.Args{"Most": LongestWho}))
	}
	return s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if err := upsertDesk(ctx, tx, dataset, d); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "opendata.answerer", "dataset/"+dataset, map[string]any{"closed": d.Closed})
	})
}
