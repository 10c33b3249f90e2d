package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// Options says where the cluster is and what it is for.
type Options struct {
	// Dir is the cluster's own folder, created if need be and closed to other
	// accounts: data, socket, log and lock go there.
	Dir string
	// Durable keeps every committed transaction through a crash of the machine.
	// Without it (tests) the server is faster, and a crash of the machine, not
	// of the server, may cost the whole folder.
	Durable bool
	// Log hears about creation and start; nil is silence.
	Log *slog.Logger
}

// Cluster is a running private server. It stays up until Stop, even when this
// process ends.
type Cluster struct {
	server Server
	owner  owner
	dir    string
	socket string // folder of the socket
	joined bool
}

// Start returns the running cluster of opts.Dir, creating and starting it if
// need be. Processes that call it at the same time get the same server. It
// fails with a [*Fault] a person can act on.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	log := opts.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	c, err := at(ctx, opts.Dir)
	if err != nil {
		return nil, err
	}
	if err := c.owner.folder(c.dir); err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, c.dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := c.up(ctx, opts.Durable, log); err != nil {
		return nil, err
	}
	return c, nil
}

// Stop ends the server of dir, whoever started it: open transactions are rolled
// back, committed ones are kept. Stopping one that is down is no error.
func Stop(ctx context.Context, dir string) error {
	c, err := at(ctx, dir)
	if err != nil {
		return err
	}
	return c.Stop(ctx)
}

// at returns the cluster of dir, running or not.
func at(ctx context.Context, dir string) (*Cluster, error) {
	full, err := filepath.Abs(dir)
	if err != nil {
		return nil, noAccess(dir, err)
	}
	c := &Cluster{dir: full}
	if c.server, err = serverFor(ctx, c.data()); err != nil {
		return nil, err
	}
	// Open to the server's account, which passes through; dir itself is closed.
	if err = os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return nil, noAccess(full, err)
	}
	c.owner, err = ownerOf(full)
	return c, err
}

// up joins the server that runs already, or creates and starts it.
func (c *Cluster) up(ctx context.Context, durable bool, log *slog.Logger) error {
	if socket, ok := c.running(ctx); ok {
		c.socket, c.joined = socket, true
		return nil
	}
	begin := time.Now()
	if err := enoughRoom(c.dir); err != nil {
		return err
	}
	if dataMajor(c.data()) == 0 {
		if err := c.create(ctx, durable); err != nil {
			return err
		}
		log.InfoContext(ctx, "database cluster created", "dir", c.dir, "postgresql", c.server.Major)
	}
	if err := c.boot(ctx, durable); err != nil {
		return err
	}
	log.InfoContext(ctx, "database cluster started", "dir", c.dir, "took", time.Since(begin).Round(time.Millisecond))
	return nil
}

// Server returns the PostgreSQL the cluster runs on.
func (c *Cluster) Server() Server { return c.server }

// Joined reports whether the server was already running at Start.
func (c *Cluster) Joined() bool { return c.joined }

// URL returns the address of the maintenance database for the superuser.
func (c *Cluster) URL() string { return c.AddressOf("postgres", "postgres") }

// AddressOf returns the address of a database for a role, in the form pgx and
// libpq take. The socket needs no password: only this account and root reach it.
func (c *Cluster) AddressOf(role, database string) string {
	query := url.Values{"host": {c.socket}, "port": {socketNumber}, "user": {role}}
	return fmt.Sprintf("postgres:///%s?%s", url.PathEscape(database), query.Encode())
}

// LogFile returns where the server writes what it has to say.
func (c *Cluster) LogFile() string { return filepath.Join(c.dir, "server.log") }

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }
