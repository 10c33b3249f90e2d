package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"acvdata/services/datasets"
)

func publishCommand() *cobra.Command {
	var tenant, dataset, note string
	var asJSON bool
	c := &cobra.Command{
		Use: "publish --tenant TOWN --dataset SLUG", Short: "publish the next version of a dataset", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withPlatform(cmd.Context(), func(p *platform) error {
				number, err := p.publish(cmd, tenant, dataset, note)
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"tenant": tenant, "dataset": dataset, "version": number})
				}
				cmd.Printf("published version %d: %s/%s/donnees/%s\n", number, p.config.BaseURL, tenant, dataset)
				return nil
			})
		},
	}
	c.Flags().StringVar(&tenant, "tenant", "", "the town's slug")
	c.Flags().StringVar(&dataset, "dataset", "", "the dataset's slug: arbres")
	c.Flags().StringVar(&note, "note", "", "what changed, for the version's history")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	_ = c.MarkFlagRequired("tenant")
	_ = c.MarkFlagRequired("dataset")
	return c
}

func (p *platform) publish(cmd *cobra.Command, tenant, dataset, note string) (number int, err error) {
	ctx, town, err := p.town(cmd.Context(), tenant)
	if err != nil {
		return 0, err
	}
	err = p.working(ctx, func() error {
		publication, err := p.parts.Datasets.Publish(ctx, town, dataset, note)
		if err != nil {
			return err
		}
		number = publication.Number
		progress, err := p.jobs.Wait(ctx, town.ID, publication.Subject)
		if err == nil && progress.Failed() {
			err = progress.Fault
		}
		return err
	})
	return number, err
}

func exportCommand() *cobra.Command {
	var tenant, dataset, format, out string
	c := &cobra.Command{
		Use: "export --tenant TOWN --dataset SLUG --format FMT", Short: "write a dataset to a file or the standard output", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withPlatform(cmd.Context(), func(p *platform) error {
				ctx, town, err := p.town(cmd.Context(), tenant)
				if err != nil {
					return err
				}
				file := os.Stdout
				if out != "" {
					if file, err = os.Create(out); err != nil {
						return err
					}
				}
				w := bufio.NewWriter(file)
				if err := p.parts.Datasets.Export(ctx, town, dataset, format, datasets.Filter{}, w); err != nil {
					return err
				}
				if err := w.Flush(); err != nil {
					return fmt.Errorf("write the export: %w", err)
				}
				return file.Close()
			})
		},
	}
	c.Flags().StringVar(&tenant, "tenant", "", "the town's slug")
	c.Flags().StringVar(&dataset, "dataset", "", "the dataset's slug: arbres")
	c.Flags().StringVar(&format, "format", "csv", "csv or geojson")
	c.Flags().StringVar(&out, "output", "", "file to write (default: standard output)")
	_ = c.MarkFlagRequired("tenant")
	_ = c.MarkFlagRequired("dataset")
	return c
}
