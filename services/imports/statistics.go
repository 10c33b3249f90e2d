package imports

import (
	"context"
	"log/slog"

	"acvdata/services/db"
)

// refreshStatistics lets the planner know of many new rows at once, after the
// transaction that wrote them: the lock that it takes must not last as long. An
// import is whole without it.
func (s *Service) refreshStatistics(ctx context.Context, i *Import) {
	about, known := s.Describe(i.Target)
	if !known {
		return
	}
	err := s.DB.InTenant(ctx, i.Tenant, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `SELECT imports.refresh_statistics($1, $2)`, about.Module(), i.Counts.Created+i.Counts.Updated)
		return err
	})
	if err != nil {
		slog.WarnContext(ctx, "statistics not refreshed", "import", i.ID, "error", err.Error())
	}
}
