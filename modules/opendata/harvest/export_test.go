package harvest

import (
	"context"

	"acvdata/tenants"
)

// TakeUp is what the schedule does in one town.
func (s *Service) TakeUp(ctx context.Context, town *tenants.Tenant) error {
	return s.takeUp(ctx, town)
}
