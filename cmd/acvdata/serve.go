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
	private, err := p.privateServer(ctx)
	if err != nil {
		return err
	}
	if r.workers {
		if err := p.jobs.Start(context.WithoutCancel(ctx)); err != nil {
			return err
		}
	}
	group, serving := errgroup.WithContext(ctx)
	group.Go(func() error { return listenPrivate(private) })
	if r.web {
		group.Go(func() error { return p.listen() })
		group.Go(func() error {
			p.parts.OGC.Tileset().Listen(serving)
			return nil
		})
	}
	group.Go(func() error {
		<-serving.Done()
		return p.stop(private) //nolint:contextcheck // the one we have just ended
	})
	if r.ready != nil {
		r.ready()
	}
	return group.Wait()
}

func (p *platform) listen() error {
	slog.Info("serving", "address", p.config.Listen, "url", p.config.BaseURL)
	listener, err := net.Listen("tcp", p.config.Listen) //nolint:noctx // it lives as long as the process
	if err != nil {
		return portTaken(err, p.config.Listen, "ACV_LISTEN")
	}
	return p.web.App().Listener(listener)
}

func listenPrivate(s *http.Server) error {
	if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return portTaken(err, s.Addr, "ACV_ADMIN_LISTEN")
	}
	return nil
}

// portTaken says which variable frees a taken port.
func portTaken(err error, address, variable string) error {
	if !errors.Is(err, syscall.EADDRINUSE) {
		return err
	}
	return fmt.Errorf("l’adresse %s est déjà prise par un autre programme : arrêtez-le ou choisissez-en une autre avec %s "+
		"(address already in use, choose another with %s): %w", address, variable, variable, err)
}

func (p *platform) stop(private *http.Server) error {
	slog.Info("stopping")
	ctx, cancel := context.WithTimeout(context.Background(), p.config.ShutdownGrace)
	defer cancel()
	return errors.Join(p.web.Stop(ctx), p.jobs.Stop(ctx), private.Shutdown(ctx))
}
