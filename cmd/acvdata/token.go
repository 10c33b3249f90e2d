package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"acvdata/services/auth"
	"acvdata/services/authz"
)

func tokenCommand() *cobra.Command {
	var tenant, role, name string
	var scopes []string
	var asJSON bool
	create := &cobra.Command{
		Use: "create --tenant TOWN --role ROLE", Short: "make an API token; it is printed once", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withPlatform(cmd.Context(), func(p *platform) error {
				ctx, town, err := p.town(cmd.Context(), tenant)
				if err != nil {
					return err
				}
				secret, token, err := p.parts.Auth.CreateToken(ctx, town.ID, auth.NewToken{
					Name: name, Role: authz.Role(role), Modules: scopes,
				})
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{
						"token": secret, "id": token.ID, "tenant": tenant, "role": role, "expires": token.ExpiresAt,
					})
				}
				cmd.Println(secret)
				return nil
			})
		},
	}
	create.Flags().StringVar(&tenant, "tenant", "", "the town's slug")
	create.Flags().StringVar(&role, "role", "", "manager, agent, reader…")
	create.Flags().StringVar(&name, "name", "ligne de commande", "what the token is for")
	create.Flags().StringSliceVar(&scopes, "modules", nil, "the only modules it may use (default: all its role opens)")
	create.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	_ = create.MarkFlagRequired("tenant")
	_ = create.MarkFlagRequired("role")
	c := &cobra.Command{Use: "token", Short: "make API tokens"}
	c.AddCommand(create)
	return c
}
