package main

import (
	"os"

	"github.com/spf13/cobra"
)

func taxrefCommand() *cobra.Command {
	c := &cobra.Command{Use: "taxref", Short: "the register of taxa that all towns share"}
	c.AddCommand(&cobra.Command{
		Use: "load FILE", Short: "load a TAXREF file (TAXREFv18.txt) or an extract of it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withPlatform(cmd.Context(), func(p *platform) error { return p.loadTaxref(cmd, args[0]) })
		},
	})
	return c
}

// loadTaxref loads the register, then gives each town's own names their place in
// it. Doing it again does no harm.
func (p *platform) loadTaxref(cmd *cobra.Command, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	ctx := p.context(cmd.Context())
	loaded, err := p.parts.Atlas.Service().LoadTaxref(ctx, path, file)
	if err != nil {
		return err
	}
	towns, err := p.towns.All(ctx)
	if err != nil {
		return err
	}
	loaded.Resolved, err = p.parts.Atlas.Service().ResolveAll(ctx, towns)
	cmd.Printf("%d names loaded, %d rows left out, %d occurrences resolved\n", loaded.Names, loaded.Skipped, loaded.Resolved)
	return err
}
