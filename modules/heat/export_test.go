package heat

import (
	"context"

	"acvdata/services/db"
	"acvdata/tenants"
)

// Store keeps samples with their figures, as imports and uplinks do.
func (s *Service) Store(ctx context.Context, town tenants.ID, samples []Sample) error {
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		_, err := store(ctx, tx, samples, 0)
		return err
	})
}

// Write is the part of Store that inserts, with keys and without figures.
func (s *Service) Write(ctx context.Context, town tenants.ID, samples []Sample) error {
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		_, err := write(ctx, tx, samples, 0)
		return err
	})
}

// SeriesOf is the number of a series of a station.
func (s *Service) SeriesOf(ctx context.Context, town tenants.ID, code string, q Quantity) (number int, err error) {
	err = s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		site, err := readSite(ctx, tx, code)
		if err == nil {
			number, err = seriesOf(ctx, tx, site.ID, q)
		}
		return err
	})
	return number, err
}
