package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/config"
	"acvdata/services/db/cluster"
	"acvdata/services/fault"
	"acvdata/services/localidp"
	"acvdata/services/obs"
	"acvdata/tenants"
	"acvdata/tenants/demo"
)

func demoCommand() *cobra.Command {
	var stop bool
	c := &cobra.Command{
		Use: "demo", Short: "what make run starts: database, six towns, sign-in, pages and jobs (DEMO=0: no data)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load()
			if err != nil {
				return err
			}
			if stop {
				return cluster.Stop(cmd.Context(), filepath.Join(c.DataDir, "database"))
			}
			return runDemo(cmd, c)
		},
	}
	c.Flags().BoolVar(&stop, "stop", false, "stop the private database and leave")
	return c
}

func runDemo(cmd *cobra.Command, c *config.Config) error {
	slog.SetDefault(obs.NewLogger(os.Stderr, demoLevel(c), "text"))
	if err := free(c.Listen, "ACV_LISTEN"); err != nil {
		return err
	}
	say(cmd, "Base de données…")
	if err := resolveDatabase(cmd.Context(), c); err != nil {
		return err
	}
	provider, err := startProvider(cmd.Context(), c)
	if err != nil {
		return err
	}
	p, err := open(cmd.Context(), c)
	if err != nil {
		return err
	}
	defer p.db.Close()
	if err := p.prepareDemo(cmd, c.Demo, provider != nil); err != nil {
		return err
	}
	return p.run(cmd.Context(), running{web: true, workers: true, ready: func() { p.welcome(cmd, provider != nil) }})
}

// demoLevel keeps the terminal readable unless somebody asks for more.
func demoLevel(c *config.Config) string {
	if c.LogLevel == "info" {
		return "warn"
	}
	return c.LogLevel
}

func say(cmd *cobra.Command, text string) { cmd.PrintErrln("→ " + text) }

// free finds out early that the port is taken, before a minute of preparation.
func free(address, variable string) error {
	l, err := net.Listen("tcp", address) //nolint:noctx // closed at once
	if err != nil {
		return portTaken(err, address, variable)
	}
	return l.Close()
}

// startProvider runs the local OpenID provider unless another one is configured.
func startProvider(ctx context.Context, c *config.Config) (*http.Server, error) {
	if c.OIDCIssuer != "" {
		return nil, nil //nolint:nilnil // another provider is not a fault
	}
	if !localAddress(c.LocalIDPListen) {
		return nil, fmt.Errorf("ACV_LOCAL_IDP_LISTEN=%s: everybody's password is known there, it listens on this machine only", c.LocalIDPListen)
	}
	secret, err := localSecret(filepath.Join(c.DataDir, "oidc-secret"))
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(c.LocalIDPListen)
	c.OIDCIssuer, c.OIDCClientSecret = "http://localhost:"+port, secret
	provider, err := localidp.New(localidp.Options{
		Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: secret,
		Redirects:  []string{c.BaseURL + auth.CallbackPath},
		PostLogout: []string{c.BaseURL + auth.SignOutPath},
		Accounts:   localidp.Accounts(localidp.DemoAccounts()),
	})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", c.LocalIDPListen) //nolint:noctx // it lives as long as the process
	if err != nil {
		return nil, portTaken(err, c.LocalIDPListen, "ACV_LOCAL_IDP_LISTEN")
	}
	server := &http.Server{Handler: provider.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return server, nil
}

func localAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// localSecret is made once and kept, so that sign-ins survive a restart.
func localSecret(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return "", err
	}
	secret := hex.EncodeToString(raw)
	return secret, os.WriteFile(path, []byte(secret+"\n"), 0o600)
}

// prepareDemo makes the towns, what they show and who may sign in. A second
// start finds everything there.
func (p *platform) prepareDemo(cmd *cobra.Command, withData, withAccounts bool) error {
	ctx := p.context(cmd.Context())
	towns, err := demo.Load(ctx, p.towns, withData)
	if err != nil {
		return err
	}
	if withAccounts {
		if err := p.parts.Auth.KeepLocalAccounts(ctx, p.config.OIDCIssuer); err != nil {
			return err
		}
		if err := p.promiseDemoAccounts(ctx, towns); err != nil {
			return err
		}
	}
	if !withData {
		return nil
	}
	say(cmd, "Données d’illustration des six villes…")
	return demo.Seed(ctx, towns, p.registry.Modules())
}

// promiseDemoAccounts gives the demonstration's people their roles, which they
// take up at their first sign-in.
func (p *platform) promiseDemoAccounts(ctx context.Context, towns []*tenants.Tenant) error {
	bySlug := map[string]*tenants.Tenant{}
	for _, t := range towns {
		bySlug[t.Slug] = t
	}
	for _, account := range localidp.DemoAccounts() {
		role := authz.Role(account.Role)
		if role.OnPlatform() {
			if err := p.parts.Auth.PromiseStaff(ctx, account.Email, role); err != nil {
				return fault.Wrap(err, "promise a role to", account.Email)
			}
			continue
		}
		for _, slug := range account.Towns {
			who := auth.Invite{Email: account.Email, Powers: auth.Powers{Roles: []authz.Role{role}, Sources: account.Sources}}
			if err := p.parts.Auth.Promise(ctx, bySlug[slug].ID, who); err != nil {
				return fault.Wrap(err, "promise a role to", account.Email)
			}
		}
	}
	return nil
}

func (p *platform) welcome(cmd *cobra.Command, withAccounts bool) {
	cmd.Printf("\nACV Data est prêt : %s\n", p.config.BaseURL)
	cmd.Printf("Console des traitements et mesures : http://%s\n", p.config.AdminListen)
	if !withAccounts {
		return
	}
	cmd.Printf("\nComptes de démonstration (mot de passe : %s)\n", localidp.Password)
	for _, a := range localidp.DemoAccounts() {
		place := strings.Join(a.Towns, ", ")
		if place == "" {
			place = "plateforme"
		}
		cmd.Printf("  %-24s %-12s %s\n", a.Email, a.Role, place)
	}
	cmd.Println("\nCtrl-C arrête tout ; les données restent dans " + p.config.DataDir + ".")
}
