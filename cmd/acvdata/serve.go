package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

func serveCommand() *cobra.Command {
	var alsoWork bool
	c := &cobra.Command{
		Use: "serve", Short: "serve pages and the API (--work: work jobs too)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withPlatform(cmd.Context(), func(p *platform) error {
				return p.run(cmd.Context(), running{web: true, workers: alsoWork})
			})
		},
	}
	c.Flags().BoolVar(&alsoWork, "work", false, "work jobs in the same process")
	return c
}

func workCommand() *cobra.Command {
	return &cobra.Command{
		Use: "work", Short: "work jobs", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withPlatform(cmd.Context(), func(p *platform) error {
				return p.run(cmd.Context(), running{workers: true})
			})
		},
	}
}

// running says which parts of the platform this process is.
type running struct {
	web, workers bool
	ready        func() // called once everything answers
}

// run serves until ctx ends, then stops in the order in which nothing is lost:
// no new requests, running ones end, running jobs end or go back to the queue.
func (p *platform) run(ctx context.Context, r running) error {
	doors, err := p.openDoors(ctx, r.web)
	if err != nil {
		return err
	}
	if r.workers {
		if err := p.jobs.Start(context.WithoutCancel(ctx)); err != nil {
			doors.close()
			return err
		}
	}
	group, serving := errgroup.WithContext(ctx)
	group.Go(func() error { return ignoreClosed(doors.private.Serve(doors.console)) })
	if r.web {
		slog.InfoContext(ctx, "serving", "address", p.config.Listen, "url", p.config.BaseURL)
		group.Go(func() error { return ignoreClosed(p.web.App().Listener(doors.pages)) })
		group.Go(func() error {
			p.parts.OGC.Tileset().Listen(serving)
			return nil
		})
	}
	group.Go(func() error {
		<-serving.Done()
		return p.stop(doors) //nolint:contextcheck // the one we have just ended
	})
	if r.ready != nil {
		r.ready()
	}
	return group.Wait()
}

// doors are the two addresses, taken before anything else starts: a port that is
// not free stops us before there is anything to stop.
type doors struct {
	pages, console net.Listener // pages is nil where none are served
	private        *http.Server
}

func (p *platform) openDoors(ctx context.Context, web bool) (d doors, err error) {
	if d.private, err = p.privateServer(ctx); err != nil {
		return d, err
	}
	if d.console, err = take(ctx, p.config.AdminListen, "ACV_ADMIN_LISTEN"); err != nil || !web {
		return d, err
	}
	if d.pages, err = take(ctx, p.config.Listen, "ACV_LISTEN"); err != nil {
		d.close()
	}
	return d, err
}

func take(ctx context.Context, address, variable string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, portTaken(err, address, variable)
	}
	return listener, nil
}

func (d *doors) close() {
	_ = d.console.Close()
	if d.pages != nil {
		_ = d.pages.Close()
	}
}

// ignoreClosed is for the end of serving that we asked for.
func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// portTaken says which variable frees a taken port.
func portTaken(err error, address, variable string) error {
	if !errors.Is(err, syscall.EADDRINUSE) {
		return err
	}
	return fmt.Errorf("l’adresse %s est déjà prise par un autre programme : arrêtez-le ou choisissez-en une autre avec %s "+
		"(address already in use, choose another with %s): %w", address, variable, variable, err)
}

func (p *platform) stop(d doors) error {
	slog.Info("stopping")
	ctx, cancel := context.WithTimeout(context.Background(), p.config.ShutdownGrace)
	defer cancel()
	// Closed again at the end, for a stop that comes before serving has begun.
	defer d.close()
	return errors.Join(p.web.Stop(ctx), p.jobs.Stop(ctx), d.private.Shutdown(ctx))
}
