package dbtest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/migrations"
	"acvdata/services/db"
	"acvdata/services/db/cluster"
)

// Server is a PostgreSQL of one test's own, to be stopped and started again
// under what uses it. It keeps what is committed through a crash, as in
// production.
type Server struct {
	*cluster.Cluster
	options cluster.Options
	t       testing.TB
}

// OwnServer starts a server for this test alone; it stops with the test.
func OwnServer(t testing.TB) *Server {
	t.Helper()
	s := &Server{options: cluster.Options{Dir: filepath.Join(t.TempDir(), "pg"), Durable: true}, t: t}
	s.Start()
	t.Cleanup(s.Stop)
	return s
}

// Start starts the server, or joins it.
func (s *Server) Start() {
	s.t.Helper()
	c, err := cluster.Start(context.Background(), s.options)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Cluster = c
}

// Stop ends every connection and the server, as `systemctl restart postgresql`
// does first.
func (s *Server) Stop() {
	s.t.Helper()
	if err := s.Cluster.Stop(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}

// Crash ends the server at once, without a word to anybody: the next start
// recovers from its log.
func (s *Server) Crash() {
	s.t.Helper()
	trace := filepath.Join(s.options.Dir, "data", "postmaster.pid")
	text, err := os.ReadFile(trace)
	if err != nil {
		s.t.Fatal(err)
	}
	number, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(number)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		s.t.Fatal(err)
	}
	for { // it removes its trace last, once every process of its own is gone
		if _, err := os.Stat(trace); errors.Is(err, fs.ErrNotExist) {
			return
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-s.t.Context().Done():
			s.t.Fatal("the server did not go")
		}
	}
}

// Pair makes a migrated database and opens it as [Pair] does.
func (s *Server) Pair() (*db.DB, string) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.URL())
	if err != nil {
		s.t.Fatal(err)
	}
	_, err = conn.Exec(s.t.Context(), `CREATE DATABASE town`)
	_ = conn.Close(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	admin := s.AddressOf("postgres", "town")
	if err := migrations.Up(s.t.Context(), admin); err != nil {
		s.t.Fatal(err)
	}
	d, err := db.Open(s.t.Context(), db.Options{URL: s.AddressOf(db.RoleApp, "town"), MaxConns: 8})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(d.Close)
	return d, admin
}
