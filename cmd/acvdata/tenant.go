package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"acvdata/tenants"
	"acvdata/tenants/directory"
	"acvdata/tenants/packs"
)

func tenantCommand() *cobra.Command {
	c := &cobra.Command{Use: "tenant", Short: "create, list, export or delete towns"}
	c.AddCommand(tenantCreateCommand(), tenantListCommand(), tenantExportCommand(), tenantDeleteCommand())
	return c
}

func tenantExportCommand() *cobra.Command {
	var slug string
	c := &cobra.Command{
		Use: "export --tenant TOWN FILE.zip", Short: "write everything a town has to a zip of JSON lines", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withPlatform(cmd.Context(), func(p *platform) error {
				ctx, town, err := p.town(cmd.Context(), slug)
				if err != nil {
					return err
				}
				f, err := os.OpenFile(args[0], os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
				if err != nil {
					return err
				}
				return errors.Join(p.towns.Export(ctx, town, f), f.Close())
			})
		},
	}
	c.Flags().StringVar(&slug, "tenant", "", "the town's slug")
	_ = c.MarkFlagRequired("tenant")
	return c
}

func tenantDeleteCommand() *cobra.Command {
	var slug, confirm string
	c := &cobra.Command{
		Use: "delete --tenant TOWN --yes TOWN", Short: "erase a town and all it has; export it first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if confirm != slug {
				return fmt.Errorf("nothing deleted: repeat the town's slug, --yes %s", slug)
			}
			return withPlatform(cmd.Context(), func(p *platform) error {
				_, town, err := p.town(cmd.Context(), slug)
				if err != nil {
					return err
				}
				rows, err := directory.Delete(cmd.Context(), p.config.MigrateURL, town)
				if err != nil {
					return err
				}
				cmd.Printf("deleted %s: %d rows\n", town.Name, rows)
				return nil
			})
		},
	}
	c.Flags().StringVar(&slug, "tenant", "", "the town's slug")
	c.Flags().StringVar(&confirm, "yes", "", "the town's slug again")
	_ = c.MarkFlagRequired("tenant")
	return c
}

func tenantCreateCommand() *cobra.Command {
	var pack string
	c := &cobra.Command{
		Use: "create --pack FILE", Short: "create a town from its pack, or refresh its official facts", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := os.Open(pack)
			if err != nil {
				return err
			}
			defer func() { _ = f.Close() }()
			read, err := packs.Parse(f)
			if err != nil {
				return fmt.Errorf("pack %s: %w", pack, err)
			}
			return withPlatform(cmd.Context(), func(p *platform) error {
				town, created, err := p.saveTown(p.context(cmd.Context()), read)
				if err != nil {
					return err
				}
				verb := "refreshed"
				if created {
					verb = "created"
				}
				cmd.Printf("%s %s: %s/%s/\n", verb, town.Name, p.config.BaseURL, town.Slug)
				return nil
			})
		},
	}
	c.Flags().StringVar(&pack, "pack", "", "the town's YAML file (see tenants/packs)")
	_ = c.MarkFlagRequired("pack")
	return c
}

func tenantListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Short: "list the towns", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withPlatform(cmd.Context(), func(p *platform) error {
				all, err := p.towns.All(cmd.Context())
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string][]townLine{"tenants": lines(all)})
				}
				for _, t := range all {
					cmd.Printf("%-14s %s  %s\n", t.Slug, t.INSEE, t.Name)
				}
				return nil
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

type townLine struct {
	Slug  string `json:"slug"`
	INSEE string `json:"insee"`
	Name  string `json:"name"`
}

func lines(all []*tenants.Tenant) []townLine {
	list := make([]townLine, len(all))
	for i, t := range all {
		list[i] = townLine{t.Slug, t.INSEE, t.Name}
	}
	return list
}
