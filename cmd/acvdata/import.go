package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"acvdata/services/authz"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

type importFlags struct {
	tenant, target               string
	dryRun, asJSON, skipRejected bool
}

func importCommand() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use: "import --tenant TOWN --target TARGET FILE", Short: "check a file and load it, as the import page does", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withPlatform(cmd.Context(), func(p *platform) error { return p.importFile(cmd, f, args[0]) })
		},
	}
	c.Flags().StringVar(&f.tenant, "tenant", "", "the town's slug")
	c.Flags().StringVar(&f.target, "target", "", "what the file holds: trees/inventory")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "check only, load nothing")
	c.Flags().BoolVar(&f.skipRejected, "skip-rejected", false, "load the other rows when some are rejected")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print one JSON object with the counts")
	_ = c.MarkFlagRequired("tenant")
	return c
}

func (p *platform) importFile(cmd *cobra.Command, f importFlags, path string) error {
	ctx, town, err := p.town(cmd.Context(), f.tenant)
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	caller := imports.Caller{Town: town, Can: func(authz.Permission) bool { return true }}
	var result *imports.Import
	err = p.working(ctx, func() error {
		i, err := p.parts.Imports.Submit(ctx, caller, imports.Submission{
			Name: filepath.Base(path), Content: file, Target: f.target, Commit: !f.dryRun, SkipRejected: f.skipRejected,
		})
		if err != nil {
			return err
		}
		result, err = p.parts.Imports.Wait(ctx, caller, i.ID, tellProgress(ctx, f.asJSON))
		return err
	})
	if err != nil {
		return err
	}
	if err := printImport(cmd, f, town, result); err != nil {
		return err
	}
	return importOutcome(result, f.dryRun)
}

// importOutcome is nil when what was asked for was done.
func importOutcome(i *imports.Import, dryRun bool) error {
	switch {
	case i.Fault != nil:
		return i.Fault
	case dryRun || i.State == imports.Committed:
		return nil
	}
	return fmt.Errorf("not loaded: %d rows of %d are rejected (--skip-rejected loads the others)", i.Counts.Rejected, i.Counts.Rows)
}

func printImport(cmd *cobra.Command, f importFlags, town *tenants.Tenant, i *imports.Import) error {
	if f.asJSON {
		return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{
			"id": i.ID, "tenant": town.Slug, "target": i.Target, "state": i.State,
			"read": i.Counts.Rows, "created": i.Counts.Created, "updated": i.Counts.Updated,
			"unchanged": i.Counts.Unchanged, "rejected": i.Counts.Rejected, "warned": i.Counts.Warned,
		})
	}
	cmd.Printf("%s: %d read, %d created, %d updated, %d unchanged, %d rejected\n", i.State,
		i.Counts.Rows, i.Counts.Created, i.Counts.Updated, i.Counts.Unchanged, i.Counts.Rejected)
	return nil
}

// tellProgress writes the running step on the terminal, over itself.
func tellProgress(ctx context.Context, silent bool) func(*jobs.Progress) {
	if silent {
		return nil
	}
	return func(pr *jobs.Progress) {
		if pr.Phase != "" {
			fmt.Fprintf(os.Stderr, "\r\x1b[K%s %s/%s", i18n.T(ctx, pr.Phase), i18n.Number(pr.Done), i18n.Number(pr.Total))
		}
		if pr.Over() {
			fmt.Fprintln(os.Stderr)
		}
	}
}

// working runs fn with workers in this process, so that a command does not
// depend on another one being up; one that is up may take the jobs as well.
func (p *platform) working(ctx context.Context, fn func() error) error {
	if err := p.jobs.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	defer func() { _ = p.jobs.Stop(context.WithoutCancel(ctx)) }()
	return fn()
}
