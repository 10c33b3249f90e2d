package jobs

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// SchemaVersion names the version of River's tables this build expects; it
// takes part in the hash that names test templates.
const SchemaVersion = "river-0.51.1"

// Migrate brings River's tables to their newest state, as the owner role.
func Migrate(ctx context.Context, owner *pgxpool.Pool) error {
	m, err := rivermigrate.New(riverpgxv5.New(owner), &rivermigrate.Config{Schema: Schema})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}
