package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"acvdata/services/db/cluster"
	"acvdata/services/fault"
)

// version is set at build time.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command().ExecuteContext(ctx); err != nil {
		complain(err)
		stop()
		os.Exit(1) //nolint:gocritic // stop ran just before
	}
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use:           "acvdata",
		Short:         "Environmental data of French towns, one workspace per town",
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(demoCommand(), serveCommand(), workCommand(), migrateCommand(), tenantCommand(), tokenCommand(),
		importCommand(), taxrefCommand(), publishCommand(), exportCommand(), routesCommand(), configCommand(), versionCommand())
	return root
}

// complain says on the terminal what a person can do about it, in French, then
// the technical words in English.
func complain(err error) {
	if f, ok := errors.AsType[*cluster.Fault](err); ok {
		fmt.Fprintf(os.Stderr, "✗ %s\n  (%s)\n", f.French, f.Error())
		return
	}
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		if text, known := frenchFault(f); known {
			fmt.Fprintf(os.Stderr, "✗ %s\n  (%s)\n", text, err)
			return
		}
	}
	fmt.Fprintf(os.Stderr, "✗ %s\n", err)
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "print the version", Args: cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) { cmd.Println(version) },
	}
}
