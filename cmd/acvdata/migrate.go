package main

import (
	"errors"

	"github.com/spf13/cobra"

	"acvdata/services/config"
	"acvdata/services/db"
)

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "migrate", Short: "bring the database's schema up to date (ACV_MIGRATE_URL: an administrator)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load()
			if err != nil {
				return err
			}
			if err := resolveDatabase(cmd.Context(), c); err != nil {
				return err
			}
			if !db.AdminURL(c.MigrateURL) {
				return errors.New("ACV_MIGRATE_URL must name an administrator: the runtime role cannot change the schema")
			}
			return migrateAt(cmd.Context(), c.MigrateURL)
		},
	}
}
