package main

import (
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"acvdata/modules"
	"acvdata/services/config"
	"acvdata/services/module"
)

func routesCommand() *cobra.Command {
	return &cobra.Command{
		Use: "routes", Short: "list every route: method, path, audience, rule, handler", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			registry, err := bareRegistry()
			if err != nil {
				return err
			}
			return printRoutes(cmd.OutOrStdout(), registry)
		},
	}
}

// bareRegistry is the registry of an installation that is connected to nothing:
// enough to know its routes.
func bareRegistry() (*module.Registry, error) {
	parts, err := bareParts()
	if err != nil {
		return nil, err
	}
	return module.NewRegistry(parts.Modules...)
}

// bareParts are the modules of an installation that is connected to nothing.
func bareParts() (modules.Parts, error) {
	c, err := config.Load()
	if err != nil {
		return modules.Parts{}, err
	}
	return modules.All(modules.Deps{Config: c})
}

func printRoutes(w io.Writer, r *module.Registry) error {
	table := tabwriter.NewWriter(w, 0, 2, 2, ' ', 0)
	for _, route := range r.Routes() {
		rule := route.Rule.String()
		if route.Programs {
			rule += " programs"
		}
		if route.Framed {
			rule += " framed"
		}
		line := route.Method + "\t" + route.Pattern() + "\t" + string(route.Audience) + "\t" + rule + "\t" + route.HandlerName() + "\n"
		if _, err := io.WriteString(table, line); err != nil {
			return err
		}
	}
	return table.Flush()
}
