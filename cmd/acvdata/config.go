package main

import (
	"text/tabwriter"

	"github.com/spf13/cobra"

	"acvdata/services/config"
)

func configCommand() *cobra.Command {
	return &cobra.Command{
		Use: "config", Short: "list every setting with its default", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 2, 2, ' ', 0)
			for _, s := range config.Settings() {
				name := s.Name
				if s.Secret {
					name += " (secret, or " + s.Name + "_FILE)"
				}
				if _, err := w.Write([]byte(name + "\t" + s.Default + "\t" + s.Doc + "\n")); err != nil {
					return err
				}
			}
			return w.Flush()
		},
	}
}
